"""Turn one's own orders and position into the marks that book and chart show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from terminal_app.domain.account import Position
from terminal_app.domain.instrument import ZERO, Instrument, Rounding, plain
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_book import OrderBook
from terminal_app.domain.order_request import OrderType
from terminal_app.gui.chart.price_line import LineKind, PriceLine
from terminal_app.gui.format import decimal_text, percent_text

_KINDS = {
    OrderType.STOP_MARKET: "stop",
    OrderType.STOP_LIMIT: "stop limit",
    OrderType.TAKE_PROFIT_MARKET: "take profit",
    OrderType.TAKE_PROFIT_LIMIT: "take profit limit",
    OrderType.TRAILING_STOP: "trailing stop",
}


def resting_limits(orders: Iterable[Order], instrument: Instrument) -> list[Order]:
    """Return the limit orders of a symbol that rest at the venue, or may."""
    return [
        order
        for order in orders
        if order.symbol == instrument.symbol
        and order.type is OrderType.LIMIT
        and order.status is not OrderStatus.SENDING
    ]


def own_sizes(orders: Iterable[Order]) -> dict[Decimal, tuple[Side, Decimal]]:
    """Return side and open size of one's own orders by price."""
    sizes: dict[Decimal, tuple[Side, Decimal]] = {}
    for order in orders:
        held = sizes.get(order.price, (order.side, ZERO))[1]
        sizes[order.price] = (order.side, held + order.remaining)
    return sizes


def shown_orders(orders: Iterable[Order], instrument: Instrument) -> list[Order]:
    """Return the orders of a symbol that have a price to be shown at, those on their way among
    them.
    """
    return [
        order for order in orders if order.symbol == instrument.symbol and _price_of(order) > ZERO
    ]


def price_lines(
    orders: Iterable[Order],
    positions: Iterable[Position],
    instrument: Instrument,
    key_of: Callable[[Order], str] = lambda order: order.client_order_id,
) -> list[PriceLine]:
    """Return a line for each order, then those of each position, on ticks of the instrument."""
    lines = [_order_line(order, instrument, key_of(order)) for order in orders]
    for position in positions:
        lines += _position_lines(position, instrument)
    return lines


def drag_words(order: Order, price: Decimal, book: OrderBook) -> str:
    """Return what it would mean to have an order at another price."""
    words = f"move to {plain(price)}"
    if order.price > ZERO:
        words += f"  {percent_text((price / order.price - 1) * 100)}"
    best = book.side(order.side.opposite).best()
    is_buy = order.side is Side.BUY
    if best is not None and (price >= best.price if is_buy else price <= best.price):
        return f"{words}  crosses the spread: taker"
    return f"{words}  loses its place in the queue"


def _price_of(order: Order) -> Decimal:
    trigger = order.trigger
    return trigger.price or ZERO if trigger is not None else order.price


def _order_line(order: Order, instrument: Instrument, key: str) -> PriceLine:
    word = "Buy" if order.side is Side.BUY else "Sell"
    size = decimal_text(order.remaining, instrument.quantity_decimals)
    text = f"{word} {size} {_KINDS.get(order.type, 'limit')}"
    if order.status is OrderStatus.UNKNOWN:
        text += ", UNKNOWN"
    is_pending = order.status is OrderStatus.SENDING or order.cancel_pending or order.amend_pending
    is_known = order.status in (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED)
    return PriceLine(
        key,
        LineKind.ORDER,
        _price_of(order),
        text,
        order.side,
        is_pending=is_pending,
        can_move=is_known and order.type is OrderType.LIMIT and not is_pending,
        can_cancel=not is_pending,
    )


def _position_lines(position: Position, instrument: Instrument) -> list[PriceLine]:
    word = "LONG" if position.side is Side.BUY else "SHORT"
    size = decimal_text(abs(position.amount), instrument.quantity_decimals)
    text = f"{word} {size}  {decimal_text(position.unrealized_profit, 2, signed=True)}"
    entry = instrument.round_price(position.entry_price, Rounding.NEAREST)
    lines = [PriceLine(f"position {position.key}", LineKind.POSITION, entry, text, position.side)]
    liquidation = position.liquidation_price
    if liquidation is not None and liquidation > ZERO:
        price = instrument.round_price(liquidation, Rounding.NEAREST)
        lines.append(
            PriceLine(f"liquidation {position.key}", LineKind.LIQUIDATION, price, "Liquidation")
        )
    return lines
