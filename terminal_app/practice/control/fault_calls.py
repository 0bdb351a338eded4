"""Control calls about what goes wrong: faults, latency, sockets, and the journal of it all."""

from collections.abc import Mapping
from typing import Any, Final

from terminal_app.practice.control.face import Calls
from terminal_app.practice.control.fields import MARKETS, Fields
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.faults.answers import ERRORS
from terminal_app.practice.faults.book import SCOPE_NAMES, Fault, Hook
from terminal_app.practice.faults.journal import KEPT_ROWS
from terminal_app.practice.faults.latency import Leg
from terminal_app.practice.faults.network import Network

_SETTINGS: Final = frozenset({"hook", "count", "probability", "skip", "accepted", *SCOPE_NAMES})
# option: the types its value may have
_OPTIONS: Final[Mapping[str, type | tuple[type, ...]]] = {
    "seconds": (int, float),
    "ms": (int, float),
    "times": int,
    "status": int,
    "code": int,
    "msg": str,
    "error": str,
    "reason": str,
    "retry_after": int,
    "set": dict,
    "drop": list,
}
_MOST: Final = 1_000_000
_PAGE: Final = 500
_SOCKET_HOOKS: Final = tuple(hook for hook in Hook if hook.startswith("socket."))


class FaultCalls:
    """Set, list and remove faults; both networks share one book, one latency, one journal."""

    def __init__(self, networks: Mapping[str, Network]) -> None:
        self._networks = networks
        network = networks["spot"]
        self._faults = network.faults
        self._latency = network.latency
        self._journal = network.journal

    def table(self) -> Calls:
        """Return the calls."""
        return {
            ("GET", "faults"): self._list,
            ("POST", "faults"): self._add,
            ("DELETE", "faults"): self._clear,
            ("DELETE", "faults/{id}"): self._remove,
            ("POST", "faults/seed"): self._seed,
            ("GET", "latency"): self._show_latency,
            ("POST", "latency"): self._set_latency,
            ("POST", "sockets"): self._act_on_sockets,
            ("GET", "journal"): self._read_journal,
        }

    def _list(self, _fields: Fields) -> Any:
        return {"hooks": list(Hook), "faults": [fault.to_json() for fault in self._faults.all()]}

    def _add(self, fields: Fields) -> Any:
        hook = Hook(fields.choice("hook", Hook))
        fault: Fault = self._faults.add(
            hook,
            scope=_scope(fields),
            count=None if fields.raw("count") is None else fields.integer("count", 1, _MOST),
            probability=fields.number("probability", 0, 1, 1.0),
            skip=fields.integer("skip", 0, _MOST, 0),
            is_accepted=fields.flag("accepted", True),
            options=_options(fields),
        )
        return fault.to_json()

    def _clear(self, fields: Fields) -> Any:
        self._faults.clear()
        return self._list(fields)

    def _remove(self, fields: Fields) -> Any:
        fault = self._faults.remove(fields.integer("id", 1, _MOST))
        if fault is None:
            raise ExchangeError(-1130, "There is no fault of that id.", 404)
        return fault.to_json()

    def _seed(self, fields: Fields) -> Any:
        seed = fields.integer("seed", 0, 2**63 - 1)
        self._faults.seed(seed)
        self._latency.seed(seed)
        return {"seed": seed}

    def _show_latency(self, _fields: Fields) -> Any:
        return self._latency.to_json()

    def _set_latency(self, fields: Fields) -> Any:
        legs = [leg for leg in Leg if leg in fields]
        if not legs or len(legs) != len(list(fields.names())):
            raise ExchangeError(-1130, f"The fields must be among {', '.join(Leg)}.")
        wanted: list[tuple[Leg, float, float]] = []
        for leg in legs:
            value = fields.raw(leg)
            part = Fields(value if isinstance(value, dict) else {"ms": value})
            delay = part.number("ms", 0, 60_000)
            wanted.append((leg, delay, part.number("jitter", 0, 60_000, 0.0)))
        for leg, delay, jitter in wanted:
            self._latency.set(leg, delay, jitter)
        return self._latency.to_json()

    def _act_on_sockets(self, fields: Fields) -> Any:
        """Do something to every open socket in scope now; `release` ends a stall."""
        action = fields.choice("action", [*_SOCKET_HOOKS, "release"])
        wanted = Fault(0, Hook.SOCKET_CLOSE, _scope(fields, ("market", "path")))
        options = _options(fields, {"action"})
        touched = 0
        for network in self._networks.values():
            for line in tuple(network.lines):
                if not wanted.covers(line.occasion):
                    continue
                touched += 1
                if action == "release":
                    line.release()
                else:
                    line.act(Hook(action), options)
        return {"sockets": touched}

    def _read_journal(self, fields: Fields) -> Any:
        first = fields.integer("from", 1, 2**62, 1)
        limit = fields.integer("limit", 1, KEPT_ROWS, _PAGE)
        kinds = ("request", "order", "fill", "list", "account", "symbol")
        kind = fields.choice("kind", kinds) if "kind" in fields else None
        return self._journal.page(first, limit, kind)


def _scope(fields: Fields, names: tuple[str, ...] = SCOPE_NAMES) -> dict[str, str]:
    scope = {name: fields.text(name) for name in names if name in fields}
    if "market" in scope:
        fields.choice("market", MARKETS)
    return scope


def _options(fields: Fields, settings: set[str] | frozenset[str] = frozenset()) -> dict[str, Any]:
    known = _SETTINGS | settings
    options = {name: fields.raw(name) for name in fields.names() if name not in known}
    for name, value in options.items():
        kind = _OPTIONS.get(name)
        if kind is None:
            names = ", ".join(sorted({*known, *_OPTIONS}))
            raise ExchangeError(-1130, f"{name} is unknown; there are {names}.")
        if not isinstance(value, kind) or isinstance(value, bool):
            raise fields.refusal(name, "has a value of the wrong type")
    if "error" in options:
        fields.choice("error", ERRORS)
    if "status" in options:
        fields.integer("status", 200, 599)
    return options
