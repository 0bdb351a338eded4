"""Control calls about the rules of the house: keys, limits, bans, lag, the end of sockets."""

from collections.abc import Mapping
from typing import Any, Final

from terminal_app.practice.control.face import Calls
from terminal_app.practice.control.fields import Fields
from terminal_app.practice.credentials import RegisteredKey
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.house import House
from terminal_app.practice.http.keys import ApiKey, KeyMaterialError, KeyRing, KeyType
from terminal_app.practice.http.presence import Presence

_LONGEST_MS: Final = 3_600_000
_LONGEST_BAN_S: Final = 3 * 86_400


class HouseCalls:
    """Register and revoke keys, ban, lag and announce the end; keys last as long as the process."""

    def __init__(
        self, profile: str, keys: KeyRing, houses: Mapping[str, House], presence: Presence
    ) -> None:
        self._profile = profile
        self._keys = keys
        self._houses = houses
        self._presence = presence

    def table(self) -> Calls:
        """Return the calls."""
        return {
            ("GET", "house"): self._show,
            ("POST", "keys"): self._add_key,
            ("GET", "keys"): self._list_keys,
            ("DELETE", "keys/{api_key}"): self._remove_key,
            ("POST", "ban"): self._ban,
            ("POST", "lag"): self._set_lag,
            ("POST", "server-shutdown"): self._announce_shutdown,
        }

    def _show(self, _fields: Fields) -> Any:
        return {
            "profile": self._profile,
            "markets": {name: _house_state(house) for name, house in self._houses.items()},
        }

    def _add_key(self, fields: Fields) -> Any:
        addresses = fields.raw("ips") or []
        if not isinstance(addresses, list) or not all(isinstance(ip, str) for ip in addresses):
            raise fields.refusal("ips", "must be a list of addresses")
        key_type = KeyType(fields.choice("type", KeyType))
        try:
            key = RegisteredKey(
                fields.text("apiKey"),
                key_type,
                fields.text("secret" if key_type is KeyType.HMAC else "publicKey"),
                fields.flag("read", True),
                fields.flag("trade", True),
                fields.flag("withdraw", False),
                tuple(addresses),
            ).to_api_key()
        except KeyMaterialError as error:
            raise ExchangeError(-1130, f"The key is unusable: {error}.") from None
        self._keys.add(key)
        return _key_state(key)

    def _list_keys(self, _fields: Fields) -> Any:
        return [_key_state(key) for key in self._keys.all()]

    def _remove_key(self, fields: Fields) -> Any:
        if not self._keys.remove(fields.text("api_key")):
            raise ExchangeError(-1130, "There is no such key.", 404)
        return {}

    def _ban(self, fields: Fields) -> Any:
        """Ban for so many seconds; 0 lifts a ban."""
        seconds = fields.integer("seconds", 0, _LONGEST_BAN_S)
        self._houses[fields.market()].counter.bans.ban(seconds * 1_000)
        return self._show(fields)

    def _set_lag(self, fields: Fields) -> Any:
        lag = self._houses[fields.market()].lag
        lag.orders_ms = fields.integer("orders", 0, _LONGEST_MS, lag.orders_ms)
        lag.snapshots_ms = fields.integer("snapshots", 0, _LONGEST_MS, lag.snapshots_ms)
        return self._show(fields)

    def _announce_shutdown(self, _fields: Fields) -> Any:
        self._presence.announce_shutdown()
        return {}


def _house_state(house: House) -> dict[str, Any]:
    counter = house.counter
    return {
        "limits": [*counter.to_json(True, True), counter.rules.connections.to_json()],
        "bannedUntil": counter.bans.until_ms,
        "lag": {"orders": house.lag.orders_ms, "snapshots": house.lag.snapshots_ms},
    }


def _key_state(key: ApiKey) -> dict[str, Any]:
    return {
        "apiKey": key.api_key,
        "type": key.key_type,
        "read": key.may_read,
        "trade": key.may_trade,
        "withdraw": key.may_withdraw,
        "ips": sorted(key.addresses),
    }
