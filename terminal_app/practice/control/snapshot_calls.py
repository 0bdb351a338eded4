"""Control calls that keep the whole exchange under a name and put it back."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any, Final

from terminal_app.practice.control.face import Calls
from terminal_app.practice.control.fields import Fields
from terminal_app.practice.control.turn import Turn
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.exchange import Exchange
from terminal_app.practice.faults.book import Hook
from terminal_app.practice.faults.network import Network
from terminal_app.practice.snapshot import SnapshotError, Snapshots

_KEPT: Final = 8
_SERVICE_RESTART: Final = 1012


class SnapshotCalls:
    """Keep the newest snapshots in memory; a restore closes every socket, as a restart would."""

    def __init__(
        self,
        exchange: Exchange,
        snapshots: Snapshots,
        networks: Mapping[str, Network],
        turn: Turn,
    ) -> None:
        self._exchange = exchange
        self._snapshots = snapshots
        self._networks = networks
        self._turn = turn
        self._kept: dict[str, bytes] = {}

    def table(self) -> Calls:
        """Return the calls."""
        return {
            ("GET", "snapshot"): self._list,
            ("POST", "snapshot"): self._take,
            ("GET", "snapshot/{name}"): self._read,
            ("POST", "restore"): self._restore,
        }

    def _list(self, _fields: Fields) -> Any:
        return {"snapshots": [_summary(name, data) for name, data in self._kept.items()]}

    def _take(self, fields: Fields) -> Any:
        name = fields.text("name", "default")
        self._turn.check("snapshot")
        try:
            data = self._snapshots.freeze(self._exchange.store.dump())
        except SnapshotError as error:
            raise ExchangeError(-1130, str(error)) from error
        self._kept.pop(name, None)
        self._kept[name] = data
        while len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        return _summary(name, data)

    def _read(self, fields: Fields) -> Any:
        name = fields.text("name")
        data = self._find(name)
        return {**_summary(name, data), "data": base64.b64encode(data).decode()}

    def _restore(self, fields: Fields) -> Any:
        """Put back a snapshot by its name, or the bytes of one in base64."""
        name = fields.text("name", "default")
        data = _decode(fields) if "data" in fields else self._find(name)
        self._turn.check("restore")
        try:
            dump = self._snapshots.thaw(data)
        except SnapshotError as error:
            raise ExchangeError(-1130, str(error)) from error
        self._exchange.go_on_with(dump)
        options = {"code": _SERVICE_RESTART, "reason": "Service restart"}
        for network in self._networks.values():
            for line in tuple(network.lines):
                line.act(Hook.SOCKET_CLOSE, options)
        return _summary(name, data)

    def _find(self, name: str) -> bytes:
        data = self._kept.get(name)
        if data is None:
            raise ExchangeError(-1130, f"There is no snapshot {name}.", 404)
        return data


def _summary(name: str, data: bytes) -> dict[str, Any]:
    return {"name": name, "bytes": len(data), "hash": hashlib.sha256(data).hexdigest()}


def _decode(fields: Fields) -> bytes:
    try:
        return base64.b64decode(fields.text("data"), validate=True)
    except binascii.Error:
        raise fields.refusal("data", "must be the base64 of a snapshot") from None
