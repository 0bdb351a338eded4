"""Orders and fills, and the one rule by which an order moves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from terminal_app.domain.account import PositionSide
from terminal_app.domain.instrument import ZERO, Market
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import (
    OrderRef,
    OrderRequest,
    OrderType,
    TimeInForce,
    Trigger,
)
from terminal_app.domain.self_trade import SelfTradePrevention


class OrderStatus(StrEnum):
    """Name where an order stands. The first three are ours, the rest are the venue's words."""

    SENDING = "SENDING"
    UNKNOWN = "UNKNOWN"
    NOT_SENT = "NOT SENT"
    PENDING_NEW = "PENDING_NEW"
    NEW = "NEW"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    EXPIRED_IN_MATCH = "EXPIRED_IN_MATCH"
    REJECTED = "REJECTED"
    OTHER = "OTHER"

    @property
    def is_final(self) -> bool:
        """Say whether the venue will not move the order any more."""
        return self in FINAL

    @property
    def is_working(self) -> bool:
        """Say whether the order rests at the venue, or may."""
        return self not in FINAL


class Forced(StrEnum):
    """Name why the venue itself made an order in the account's name."""

    LIQUIDATION = "LIQUIDATION"
    DELEVERAGING = "ADL"
    SETTLEMENT = "SETTLEMENT"


S = OrderStatus
FINAL = frozenset({S.NOT_SENT, S.FILLED, S.CANCELED, S.EXPIRED, S.EXPIRED_IN_MATCH, S.REJECTED})
_ENDS = frozenset({S.FILLED, S.CANCELED, S.EXPIRED, S.EXPIRED_IN_MATCH})
_VENUE = frozenset({S.PENDING_NEW, S.NEW, S.PARTIALLY_FILLED, S.OTHER}) | _ENDS

# What may follow what. An order that was thought refused or unsent may still turn up at the venue
# (a reply was lost, a proxy lied): then the venue is right. No end is ever left again, except that
# a fill may complete an order that was reported cancelled first.
MOVES: dict[OrderStatus, frozenset[OrderStatus]] = {
    S.SENDING: _VENUE | {S.UNKNOWN, S.NOT_SENT, S.REJECTED},
    S.UNKNOWN: _VENUE | {S.REJECTED, S.NOT_SENT},
    S.NOT_SENT: _VENUE,
    S.REJECTED: _VENUE,
    S.PENDING_NEW: _VENUE - {S.PENDING_NEW} | {S.REJECTED},
    S.NEW: _VENUE - {S.PENDING_NEW, S.NEW} | {S.REJECTED},
    S.OTHER: _VENUE | {S.REJECTED},
    S.PARTIALLY_FILLED: _ENDS | {S.OTHER},
    S.FILLED: frozenset(),
    S.CANCELED: frozenset({S.FILLED}),
    S.EXPIRED: frozenset({S.FILLED}),
    S.EXPIRED_IN_MATCH: frozenset({S.FILLED}),
}


@dataclass(frozen=True, slots=True)
class Fill:
    """Hold one execution of an order; counted once by its ``key``."""

    market: Market
    symbol: str
    trade_id: int
    order_id: int
    side: Side
    price: Decimal
    quantity: Decimal
    commission: Decimal
    commission_asset: str
    is_maker: bool
    time_ms: int
    realized_profit: Decimal | None = None
    position_side: PositionSide = PositionSide.BOTH

    @property
    def key(self) -> tuple[Market, str, int, int]:
        """Return what tells this fill from every other.

        A trade between two orders of the same account is a fill of each.
        """
        return (self.market, self.symbol, self.order_id, self.trade_id)


@dataclass(frozen=True, slots=True)
class OrderUpdate:
    """Hold what the venue says of an order, by reply, by stream or by query."""

    market: Market
    symbol: str
    client_order_id: str
    order_id: int | None
    side: Side
    type: OrderType
    time_in_force: TimeInForce
    price: Decimal
    quantity: Decimal
    status: OrderStatus
    executed_quantity: Decimal
    executed_quote: Decimal | None
    time_ms: int
    created_ms: int | None = None
    reduce_only: bool = False
    reason: str = ""
    fill: Fill | None = None
    trigger: Trigger | None = None
    position_side: PositionSide = PositionSide.BOTH
    is_conditional: bool = False
    child_order_id: int | None = None
    order_list_id: int | None = None
    forced: Forced | None = None
    close_position: bool = False
    visible_quantity: Decimal | None = None
    good_till_ms: int | None = None
    self_trade_prevention: SelfTradePrevention | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """Hold one order as it is known now; a new value is made at every change.

    ``is_missing`` says that the venue did not find it where it must be; that proves nothing.
    ``close_position`` stands instead of a size: it closes what is held then. The rarer terms are
    those of the request, of an order from elsewhere what the venue told of them first.
    """

    market: Market
    symbol: str
    client_order_id: str
    side: Side
    type: OrderType
    time_in_force: TimeInForce
    quantity: Decimal
    price: Decimal
    status: OrderStatus
    created_ms: int
    updated_ms: int
    order_id: int | None = None
    quote_quantity: Decimal | None = None
    executed_quantity: Decimal = ZERO
    executed_quote: Decimal = ZERO
    reduce_only: bool = False
    cancel_pending: bool = False
    amend_pending: bool = False
    from_elsewhere: bool = False
    reason: str = ""
    trigger: Trigger | None = None
    position_side: PositionSide = PositionSide.BOTH
    is_conditional: bool = False
    order_list_id: int | None = None
    forced: Forced | None = None
    close_position: bool = False
    visible_quantity: Decimal | None = None
    good_till_ms: int | None = None
    self_trade_prevention: SelfTradePrevention | None = None
    is_missing: bool = False
    trade_ids: frozenset[int] = field(default=frozenset(), repr=False)

    @property
    def ref(self) -> OrderRef:
        """Return what names it at the venue."""
        return OrderRef(self.symbol, self.order_id, self.client_order_id, self.is_conditional)

    @property
    def remaining(self) -> Decimal:
        """Return the size that has not been executed."""
        return max(self.quantity - self.executed_quantity, ZERO)

    @property
    def remaining_visible(self) -> Decimal | None:
        """Return what an iceberg shows of its rest, None where all of it is shown."""
        visible = self.visible_quantity
        return visible if visible is not None and visible < self.remaining else None

    @property
    def average_price(self) -> Decimal | None:
        """Return the average price of what was executed, where it is known."""
        if self.executed_quantity <= ZERO or self.executed_quote <= ZERO:
            return None
        return self.executed_quote / self.executed_quantity


def order_from_request(request: OrderRequest, client_order_id: str, time_ms: int) -> Order:
    """Return the order that a request becomes at the moment it leaves."""
    return Order(
        market=request.market,
        symbol=request.symbol,
        client_order_id=client_order_id,
        side=request.side,
        type=request.type,
        time_in_force=request.time_in_force,
        quantity=request.quantity or ZERO,
        price=request.price or ZERO,
        status=OrderStatus.SENDING,
        created_ms=time_ms,
        updated_ms=time_ms,
        quote_quantity=request.quote_quantity,
        reduce_only=request.reduce_only,
        trigger=request.trigger,
        position_side=request.position_side,
        close_position=request.close_position,
        visible_quantity=request.visible_quantity,
        good_till_ms=request.good_till_ms,
        self_trade_prevention=request.self_trade_prevention,
    )


def order_from_update(update: OrderUpdate, *, from_elsewhere: bool = True) -> Order:
    """Return the order that a venue tells of and this run did not place."""
    order = Order(
        market=update.market,
        symbol=update.symbol,
        client_order_id=update.client_order_id,
        side=update.side,
        type=update.type,
        time_in_force=update.time_in_force,
        quantity=update.quantity,
        price=update.price,
        status=OrderStatus.SENDING,
        created_ms=update.created_ms or update.time_ms,
        updated_ms=update.time_ms,
        reduce_only=update.reduce_only,
        from_elsewhere=from_elsewhere,
        trigger=update.trigger,
        position_side=update.position_side,
        is_conditional=update.is_conditional,
        forced=update.forced,
        close_position=update.close_position,
        visible_quantity=update.visible_quantity,
        good_till_ms=update.good_till_ms,
        self_trade_prevention=update.self_trade_prevention,
    )
    return apply_update(order, update)


def apply_update(order: Order, update: OrderUpdate) -> Order:
    """Return the order after what the venue says, never going back.

    The status moves only along ``MOVES``; the executed size never falls; a fill counts once.
    Reply and stream may come in either order and any of them twice.
    """
    status = update.status if update.status in MOVES[order.status] else order.status
    executed, quote = order.executed_quantity, order.executed_quote
    if update.executed_quantity > executed:
        executed = update.executed_quantity
        quote = _executed_quote(order, update)
    elif update.executed_quantity == executed and update.executed_quote:
        quote = max(quote, update.executed_quote)
    trade_ids = order.trade_ids
    if update.fill is not None:
        trade_ids = trade_ids | {update.fill.trade_id}
    is_first = order.order_id is None
    # A triggered order has a new number; what its condition tells afterwards is of the past.
    is_past = update.is_conditional and not order.is_conditional and not is_first
    # Before its first word from the venue an order carries this computer's time.
    is_newest = is_first or (update.time_ms >= order.updated_ms and not is_past)
    return replace(
        order,
        order_id=order.order_id if is_past else update.order_id or order.order_id,
        status=status,
        quantity=update.quantity if is_newest and update.quantity > ZERO else order.quantity,
        price=update.price if is_newest and update.price > ZERO else order.price,
        created_ms=update.created_ms or order.created_ms,
        executed_quantity=executed,
        executed_quote=quote,
        updated_ms=update.time_ms if is_first else max(order.updated_ms, update.time_ms),
        cancel_pending=order.cancel_pending and not status.is_final,
        amend_pending=order.amend_pending and not status.is_final,
        reason=_reason(order, update, status),
        trigger=update.trigger or order.trigger,
        is_conditional=update.is_conditional and not is_past,
        order_list_id=update.order_list_id or order.order_list_id,
        close_position=update.close_position or order.close_position,
        is_missing=False,
        trade_ids=trade_ids,
    )


def _executed_quote(order: Order, update: OrderUpdate) -> Decimal:
    if update.executed_quote:
        return update.executed_quote
    # Futures acknowledgements carry no price of what was filled; only a fill that continues
    # exactly where we stand can be added up, else the amount is unknown until the stream or a
    # query tells it. An amount that belongs to a smaller size would show a wrong average price.
    fill = update.fill
    is_known = order.executed_quantity == ZERO or order.executed_quote > ZERO
    continues = (
        fill is not None and order.executed_quantity + fill.quantity == update.executed_quantity
    )
    if fill is None or not is_known or not continues:
        return ZERO
    return order.executed_quote + fill.price * fill.quantity


def _reason(order: Order, update: OrderUpdate, status: OrderStatus) -> str:
    # A late event that no longer moves the order says nothing of where it stands.
    if status is not order.status:
        return update.reason
    return update.reason or order.reason if update.status is status else order.reason
