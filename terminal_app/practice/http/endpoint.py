"""What stands behind a path or a method name: a function, its weight and who may call it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Generic, TypeVar

from terminal_app.practice.http.limits import Cost, RateCounter
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.http.rules import RateLimit

MarketT = TypeVar("MarketT")
DeskT = TypeVar("DeskT")


class Security(Enum):
    """Say what a caller must bring.

    KEY wants a key alone, SIGNED a signature of a key that may read (Binance's USER_DATA) and
    TRADE one of a key that may trade.
    """

    NONE = auto()
    KEY = auto()
    SIGNED = auto()
    TRADE = auto()


class Reads(Enum):
    """Say what an answer is read from, and so how it can lag behind the engine.

    SNAPSHOT is a copy that may be old as a whole; ORDERS lists orders, new ones a while later.
    """

    NOW = auto()
    SNAPSHOT = auto()
    ORDERS = auto()


@dataclass(frozen=True, slots=True)
class Desk(Generic[MarketT]):
    """Give the handlers of one market what they work on; `now_ms` is the wall clock."""

    market: MarketT
    counter: RateCounter
    now_ms: Callable[[], int]


@dataclass(frozen=True)  # no slots: Python 3.11 cannot make one through an alias such as X[Y]
class Endpoint(Generic[DeskT]):
    """Describe one call; `free` ones weigh nothing when they succeed (spot, since 2026-04-02).

    `burst_orders` is what it adds to the orders of 10 seconds where that differs from `orders`
    (USDⓈ-M batches), `pool` a limit of its own that it counts in. A handler that
    `checks_orders` itself says what happens beyond the limits of orders.
    """

    handler: Callable[[DeskT, Parameters], Any]
    weight: int | Callable[[Parameters], int] = 1
    security: Security = Security.NONE
    orders: int = 0
    free: bool = False
    burst_orders: int | None = None
    pool: RateLimit | None = None
    reads: Reads = Reads.NOW
    checks_orders: bool = False

    def weigh(self, parameters: Parameters) -> int:
        """Return the weight of this very request."""
        return self.weight if isinstance(self.weight, int) else self.weight(parameters)

    def cost(self, parameters: Parameters) -> Cost:
        """Return what this very request takes from the limits."""
        return Cost(
            self.weigh(parameters),
            self.orders,
            self.burst_orders,
            self.free,
            self.pool,
            self.checks_orders,
        )


def depends_on_symbol(single: int, all_symbols: int) -> Callable[[Parameters], int]:
    """Return a weight that is higher when no symbol is named."""
    return lambda parameters: single if "symbol" in parameters else all_symbols
