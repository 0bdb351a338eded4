"""What stands behind a path or a method name: a function, its weight and who may call it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Generic, TypeVar

from terminal_app.practice.http.limits import RateCounter
from terminal_app.practice.http.params import Parameters

MarketT = TypeVar("MarketT")
DeskT = TypeVar("DeskT")


class Security(Enum):
    """Say what a caller must bring: nothing, a key, or a key with a signature."""

    NONE = auto()
    KEY = auto()
    SIGNED = auto()


@dataclass(frozen=True, slots=True)
class Desk(Generic[MarketT]):
    """Give the handlers of one market what they work on; `now_ms` is the wall clock."""

    market: MarketT
    counter: RateCounter
    now_ms: Callable[[], int]


@dataclass(frozen=True)  # no slots: Python 3.11 cannot make one through an alias such as X[Y]
class Endpoint(Generic[DeskT]):
    """Describe one call; `free` ones weigh nothing when they succeed (spot, since 2026-04-02)."""

    handler: Callable[[DeskT, Parameters], Any]
    weight: int | Callable[[Parameters], int] = 1
    security: Security = Security.NONE
    orders: int = 0
    free: bool = False

    def weigh(self, parameters: Parameters) -> int:
        """Return the weight of this very request."""
        return self.weight if isinstance(self.weight, int) else self.weight(parameters)


def depends_on_symbol(single: int, all_symbols: int) -> Callable[[Parameters], int]:
    """Return a weight that is higher when no symbol is named."""
    return lambda parameters: single if "symbol" in parameters else all_symbols
