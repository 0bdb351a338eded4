"""What a person wants done: the kinds of orders and their terms."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from terminal_app.domain.account import PositionSide
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.self_trade import SelfTradePrevention


class OrderType(StrEnum):
    """Name how an order executes."""

    LIMIT = "LIMIT"
    MARKET = "MARKET"
    STOP_MARKET = "STOP_MARKET"
    STOP_LIMIT = "STOP_LIMIT"
    TAKE_PROFIT_MARKET = "TAKE_PROFIT_MARKET"
    TAKE_PROFIT_LIMIT = "TAKE_PROFIT_LIMIT"
    TRAILING_STOP = "TRAILING_STOP"
    OTHER = "OTHER"

    @property
    def has_price(self) -> bool:
        """Say whether it names the worst price it trades at."""
        return self in _PRICED

    @property
    def has_trigger(self) -> bool:
        """Say whether it waits for a price before it works."""
        return self in _TRIGGERED


_PRICED = frozenset({OrderType.LIMIT, OrderType.STOP_LIMIT, OrderType.TAKE_PROFIT_LIMIT})
_TRIGGERED = frozenset(
    {
        OrderType.STOP_MARKET,
        OrderType.STOP_LIMIT,
        OrderType.TAKE_PROFIT_MARKET,
        OrderType.TAKE_PROFIT_LIMIT,
        OrderType.TRAILING_STOP,
    }
)


class PriceKind(StrEnum):
    """Name the price that a trigger watches."""

    LAST = "LAST"
    MARK = "MARK"


@dataclass(frozen=True, slots=True)
class Trigger:
    """Say when a waiting order begins to work.

    ``price`` is the trigger, or for a trailing stop the price at which it begins to trail (None:
    at once); ``callback_percent`` is how far the market must turn back.
    """

    price: Decimal | None = None
    kind: PriceKind = PriceKind.LAST
    callback_percent: Decimal | None = None


class PegKind(StrEnum):
    """Name the best price an order takes for its own: that of its side, or of the other."""

    OWN_SIDE = "OWN_SIDE"
    OTHER_SIDE = "OTHER_SIDE"


@dataclass(frozen=True, slots=True)
class Peg:
    """Say that the venue sets an order's price, ``levels`` of the book behind the best one."""

    kind: PegKind
    levels: int = 0


class TimeInForce(StrEnum):
    """Name how long an order stays."""

    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"
    POST_ONLY = "POST_ONLY"
    GTD = "GTD"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """Hold what a person wants to be done, in numbers that passed the instrument's rules.

    A market order on spot gives either ``quantity`` or ``quote_quantity``; ``close_position``
    stands instead of a size. ``visible_quantity`` makes an iceberg; ``good_till_ms`` goes with GTD;
    a ``peg`` stands instead of a price.
    """

    market: Market
    symbol: str
    side: Side
    type: OrderType
    quantity: Decimal | None
    price: Decimal | None = None
    quote_quantity: Decimal | None = None
    time_in_force: TimeInForce = TimeInForce.GTC
    reduce_only: bool = False
    trigger: Trigger | None = None
    position_side: PositionSide = PositionSide.BOTH
    close_position: bool = False
    visible_quantity: Decimal | None = None
    good_till_ms: int | None = None
    self_trade_prevention: SelfTradePrevention | None = None
    peg: Peg | None = None

    @property
    def only_reduces(self) -> bool:
        """Say whether it can but make a position smaller."""
        closing = {PositionSide.LONG: Side.SELL, PositionSide.SHORT: Side.BUY}
        is_closing = closing.get(self.position_side) is self.side
        return self.reduce_only or self.close_position or is_closing


@dataclass(frozen=True, slots=True)
class OrderRef:
    """Name one order at the venue.

    ``is_conditional`` says that it still waits in the venue's service for conditional orders,
    whose numbers are not those of orders.
    """

    symbol: str
    order_id: int | None
    client_order_id: str
    is_conditional: bool = False


@dataclass(frozen=True, slots=True)
class Amendment:
    """Hold what an order is to become; None leaves it as it is."""

    quantity: Decimal | None = None
    price: Decimal | None = None


class OrderListKind(StrEnum):
    """Name how orders stand together.

    OCO: one ends the other. OTO: the second waits for the first. OTOCO: a pair waits for it.
    """

    OCO = "OCO"
    OTO = "OTO"
    OTOCO = "OTOCO"


@dataclass(frozen=True, slots=True)
class OrderListRequest:
    """Hold orders of one symbol that are sent as one.

    OCO: the order above the market, then the one below. OTO: the working order, then the pending
    one. OTOCO: the working order, then the pending pair, above and below.
    """

    kind: OrderListKind
    orders: tuple[OrderRequest, ...]
