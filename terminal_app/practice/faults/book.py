"""The faults that are set: which hook, on what, how often, and how often each fired."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from random import Random
from typing import Any, Final


class Hook(StrEnum):
    """Name what can be made to happen.

    `reply.*` take a request of REST or the WebSocket API, whose order is accepted first unless the
    fault says otherwise; `event.*` take one frame of a stream or user event; `socket.*` take the
    socket when such a frame is due; `handshake.refuse` takes a WebSocket that wants to open.
    """

    REPLY_HANG = "reply.hang"
    REPLY_RESET = "reply.reset"
    REPLY_CLOSE = "reply.close"
    REPLY_TRUNCATE = "reply.truncate"
    REPLY_GARBAGE = "reply.garbage"
    REPLY_HTML = "reply.html"
    REPLY_REDIRECT = "reply.redirect"
    REPLY_ERROR = "reply.error"
    REPLY_EDIT = "reply.edit"
    EVENT_DROP = "event.drop"
    EVENT_DUPLICATE = "event.duplicate"
    EVENT_DELAY = "event.delay"
    EVENT_SWAP = "event.swap"
    EVENT_CORRUPT = "event.corrupt"
    EVENT_EDIT = "event.edit"
    SOCKET_STALL = "socket.stall"
    SOCKET_RESET = "socket.reset"
    SOCKET_HALF_CLOSE = "socket.half_close"
    SOCKET_CLOSE = "socket.close"
    HANDSHAKE_REFUSE = "handshake.refuse"

    @property
    def family(self) -> str:
        """Return what the hook takes: reply, event or handshake."""
        first = self.value.partition(".")[0]
        return "event" if first == "socket" else first


@dataclass(frozen=True, slots=True)
class Occasion:
    """Describe what a fault may strike: a request by method and path, a frame by its event."""

    market: str
    method: str = ""
    path: str = ""
    stream: str = ""
    event: str = ""


SCOPE_NAMES: Final = ("market", "method", "path", "stream", "event")


@dataclass(slots=True)
class Fault:
    """Hold one fault; `scope` maps names of an occasion to patterns, `count` None never ends.

    `skip` occasions in scope pass unharmed first.
    """

    fault_id: int
    hook: Hook
    scope: Mapping[str, str] = field(default_factory=dict)
    count: int | None = None
    probability: float = 1.0
    skip: int = 0
    is_accepted: bool = True
    options: Mapping[str, Any] = field(default_factory=dict)
    fired: int = 0

    @property
    def is_spent(self) -> bool:
        """Tell whether the fault has fired as often as it may."""
        return self.count is not None and self.fired >= self.count

    def covers(self, occasion: Occasion) -> bool:
        """Tell whether an occasion lies in the fault's scope."""
        return all(
            fnmatchcase(getattr(occasion, name), pattern) for name, pattern in self.scope.items()
        )

    def to_json(self) -> dict[str, Any]:
        """Write the fault and how often it fired."""
        return {
            "id": self.fault_id,
            "hook": self.hook,
            **self.scope,
            "count": self.count,
            "probability": self.probability,
            "skip": self.skip,
            "accepted": self.is_accepted,
            **self.options,
            "fired": self.fired,
        }


class FaultBook:
    """Keep the faults in the order they were set; the first one that covers an occasion strikes."""

    def __init__(self, seed: int) -> None:
        self._rng = Random(f"{seed} faults")
        self._faults: dict[int, Fault] = {}
        self._families: dict[str, int] = {}
        self._last_id = 0

    def add(self, hook: Hook, **settings: Any) -> Fault:
        """Set a fault and return it; settings are the fields of `Fault`."""
        self._last_id += 1
        fault = Fault(self._last_id, hook, **settings)
        self._faults[fault.fault_id] = fault
        self._families[hook.family] = self._families.get(hook.family, 0) + 1
        return fault

    def remove(self, fault_id: int) -> Fault | None:
        """Take a fault away and return it, None when there is none of that id."""
        fault = self._faults.pop(fault_id, None)
        if fault is not None:
            self._families[fault.hook.family] -= 1
        return fault

    def clear(self) -> None:
        """Take every fault away; ids go on."""
        self._faults.clear()
        self._families.clear()

    def seed(self, seed: int) -> None:
        """Begin the draws afresh."""
        self._rng = Random(f"{seed} faults")

    def all(self) -> list[Fault]:
        """Return every fault, spent ones too."""
        return list(self._faults.values())

    def has(self, family: str) -> bool:
        """Tell whether any fault takes occasions of a family; cheap enough for every frame."""
        return bool(self._families.get(family))

    def strike(self, family: str, occasion: Occasion) -> Fault | None:
        """Return the fault that hits an occasion and count it, or None."""
        if not self.has(family):
            return None
        for fault in self._faults.values():
            if fault.hook.family != family or fault.is_spent or not fault.covers(occasion):
                continue
            if fault.skip:
                fault.skip -= 1
            elif fault.probability >= 1 or self._rng.random() < fault.probability:
                fault.fired += 1
                return fault
        return None
