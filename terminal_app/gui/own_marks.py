"""Turn one's own orders and position into the marks that book and chart show."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from terminal_app.domain.account import Position
from terminal_app.domain.instrument import ZERO, Instrument, Rounding
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import OrderType
from terminal_app.gui.chart.price_line import LineKind, PriceLine
from terminal_app.gui.format import decimal_text


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


def price_lines(
    orders: Iterable[Order], positions: Iterable[Position], instrument: Instrument
) -> list[PriceLine]:
    """Return a line for each order, then those of each position, on ticks of the instrument."""
    lines = [_order_line(order, instrument) for order in orders]
    for position in positions:
        lines += _position_lines(position, instrument)
    return lines


def _order_line(order: Order, instrument: Instrument) -> PriceLine:
    word = "Buy" if order.side is Side.BUY else "Sell"
    text = f"{word} {decimal_text(order.remaining, instrument.quantity_decimals)} limit"
    if order.status is OrderStatus.UNKNOWN:
        text += ", UNKNOWN"
    return PriceLine(order.client_order_id, LineKind.ORDER, order.price, text, order.side)


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
