"""How the program connects to a venue, where a person may want it otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from urllib.parse import urlsplit

import msgspec

from terminal_app.errors import InvalidSetting

SettingValue = str | int | float | bool

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_KINDS: Mapping[type, str] = {
    bool: "must be true or false",
    str: "must be a text",
    int: "must be a whole number",
    float: "must be a number",
}
# The least and the most of each number.
_RANGES: Mapping[str, tuple[int, int]] = {
    "connect_timeout_s": (1, 30),
    "read_timeout_s": (2, 60),
    "reconnect_cap_s": (1, 300),
    "limit_buffer_percent": (5, 90),
}


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """Hold what may be chosen of the connections to a venue.

    ``orders_by_socket`` sends orders over the WebSocket API; REST carries them while it is down.
    ``proxy`` is the address of an HTTP proxy for REST and sockets; none is used where it is empty
    and none ever to this computer itself. ``limit_buffer_percent`` is how much of the venue's
    request limits reading leaves to others and to what matters more.
    """

    orders_by_socket: bool = True
    proxy: str = field(default="", repr=False)
    connect_timeout_s: float = 4.0
    read_timeout_s: float = 10.0
    reconnect_cap_s: float = 15.0
    limit_buffer_percent: int = 20

    def __post_init__(self) -> None:
        """Raise ``InvalidSetting`` for what makes no sense."""
        for name, (least, most) in _RANGES.items():
            value = getattr(self, name)
            if not least <= value <= most:
                nearest = least if value < least else most
                rule = f"must be {least} to {most}"
                raise InvalidSetting(_field(name), rule, str(value), str(nearest))
        _check_proxy(self.proxy)

    @property
    def answer_timeout_s(self) -> float:
        """Return how long an answer to an order is waited for, the way to it included."""
        return self.read_timeout_s + 2.0

    def proxy_for(self, address: str) -> str | None:
        """Return the proxy that leads to an address, or None for the direct way."""
        if not self.proxy or urlsplit(address).hostname in _LOOPBACK:
            return None
        return self.proxy


def connection_settings(values: Mapping[str, SettingValue]) -> ConnectionSettings:
    """Return the settings a person has written; raise ``InvalidSetting`` for a wrong one."""
    known = {one.name: type(getattr(DEFAULTS, one.name)) for one in fields(DEFAULTS)}
    for name, value in values.items():
        if name not in known:
            nearest = get_close_matches(name, known, 1, 0.0)[0]
            raise InvalidSetting("connection", "there is no such setting", name, nearest)
        kind = known[name]
        if type(value) is not kind and (kind is not float or type(value) is not int):
            raise InvalidSetting(_field(name), _KINDS[kind], str(value))
    return msgspec.convert(dict(values), ConnectionSettings)


def _check_proxy(address: str) -> None:
    if not address:
        return
    example = "http://127.0.0.1:8080"
    try:
        parts = urlsplit(address)
        is_whole = parts.scheme == "http" and bool(parts.hostname) and bool(parts.port)
        is_bare = parts.path in ("", "/") and not parts.query and not parts.fragment
    except ValueError:
        is_whole = is_bare = False
    if not (is_whole and is_bare):
        # A proxy's address may hold a password: it is not repeated.
        rule = f"must look like {example}"
        raise InvalidSetting(_field("proxy"), rule, "as written")


def _field(name: str) -> str:
    return f"connection.{name}"


DEFAULTS = ConnectionSettings()
