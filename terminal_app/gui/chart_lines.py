"""Turn one's own orders, positions and plans into lines on a chart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from terminal_app.domain.account import Position, PositionSide
from terminal_app.domain.exit import Holding, break_even_price, costs_paid, exit_profit
from terminal_app.domain.instrument import ZERO, Instrument, Rounding
from terminal_app.domain.margin import Leg
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import OrderType
from terminal_app.gui.chart.price_line import LineKind, PriceLine
from terminal_app.gui.format import decimal_text, percent_text
from terminal_app.gui.planned_orders import PlannedOrder
from terminal_app.services.order_moves import can_move, other_leg, shown_price

_KINDS = {
    OrderType.STOP_MARKET: "stop",
    OrderType.STOP_LIMIT: "stop limit",
    OrderType.TAKE_PROFIT_MARKET: "take profit",
    OrderType.TAKE_PROFIT_LIMIT: "take profit limit",
    OrderType.TRAILING_STOP: "trailing stop",
}
_CLOSING_KINDS = {
    OrderType.STOP_MARKET: "SL",
    OrderType.STOP_LIMIT: "SL limit",
    OrderType.TAKE_PROFIT_MARKET: "TP",
    OrderType.TAKE_PROFIT_LIMIT: "TP limit",
}
HOLDING = "holding"
_PAIR_HINT = "Drag: another price; the pair is ended and sent anew. ×: cancel both"


def shown_orders(orders: Iterable[Order], instrument: Instrument) -> list[Order]:
    """Return the orders of a symbol that have a price to be shown at, those on their way too."""
    return [
        order for order in orders if order.symbol == instrument.symbol and shown_price(order) > ZERO
    ]


def closed_leg(
    order: Order, positions: Iterable[Position], holding: Holding | None = None
) -> Leg | None:
    """Return what is held that an order would make smaller, None for nothing.

    ``holding`` is that of the order's symbol where there are no positions.
    """
    if holding is not None and order.side is Side.SELL:
        return Leg(holding.quantity, holding.average_price)
    for position in positions:
        sides = (PositionSide.BOTH, position.position_side)
        is_same = order.symbol == position.symbol and order.position_side in sides
        if is_same and order.side is position.side.opposite:
            return Leg(position.amount, position.entry_price)
    return None


@dataclass(frozen=True, slots=True)
class Held:
    """Hold what of a symbol could be closed, and the fee of closing it at market."""

    positions: Sequence[Position] = ()
    holding: Holding | None = None
    taker_rate: Decimal | None = None


def order_lines(
    orders: Sequence[Order],
    held: Held,
    instrument: Instrument,
    key_of: Callable[[Order], str] = lambda order: order.client_order_id,
) -> list[PriceLine]:
    """Return a line for each order; one that would close what is held says what it would bring."""
    lines = []
    for order in orders:
        line = _order_line(
            order, closed_leg(order, held.positions, held.holding), instrument, held, key_of(order)
        )
        if other_leg(order, orders) is not None:
            line = replace(line, can_move=True, hint=_PAIR_HINT)
        lines.append(line)
    return lines


def position_lines(
    position: Position, instrument: Instrument, taker_rate: Decimal | None, funding: Decimal | None
) -> list[PriceLine]:
    """Return entry, break-even and liquidation of a position, on ticks of the instrument.

    ``funding`` is what it brought since it was opened, less than 0 where it was paid; None where
    nobody knows.
    """
    word = "LONG" if position.side is Side.BUY else "SHORT"
    size = decimal_text(abs(position.amount), instrument.quantity_decimals)
    entry = instrument.round_price(position.entry_price, Rounding.NEAREST)
    key, profit = position.key, position.unrealized_profit
    share = position.return_on_margin
    figure = decimal_text(profit, 2, signed=True)
    lines = [
        PriceLine(
            key,
            LineKind.POSITION,
            entry,
            f"{word} {size}",
            position.side,
            figure=figure if share is None else f"{figure}  {percent_text(share, 1)}",
            gain=_sign(profit),
            can_move=True,
            can_cancel=True,
            hint="Drag: take profit or stop loss for the whole position. ×: close it at market",
        )
    ]
    if taker_rate is not None:
        paid = costs_paid(position) - (funding or ZERO)
        price = break_even_price(position.amount, position.entry_price, paid, taker_rate)
        text = "Break-even after fees" + (" and funding" if funding is not None else "")
        hint = "Closing at market here earns back entry and exit fees"
        if funding is None:
            hint += "; funding paid is not known and not counted"
        lines.append(_mark(f"break-even {key}", LineKind.BREAK_EVEN, price, text, instrument, hint))
    liquidation = position.liquidation_price
    if liquidation is not None and liquidation > ZERO:
        text = "Liquidation"
        if position.mark_price > ZERO:
            text += f" {percent_text((liquidation / position.mark_price - 1) * 100, 1)}"
        hint = "The exchange takes the position over once the mark price is here"
        line = _mark(
            f"liquidation {key}", LineKind.LIQUIDATION, liquidation, text, instrument, hint
        )
        lines.append(line)
    return lines


def holding_line(holding: Holding, last: Decimal | None, instrument: Instrument) -> PriceLine:
    """Return what known trades left of a spot asset, at what it cost."""
    size = decimal_text(holding.quantity, instrument.quantity_decimals)
    profit = None if last is None else holding.quantity * (last - holding.average_price)
    return PriceLine(
        HOLDING,
        LineKind.POSITION,
        instrument.round_price(holding.average_price, Rounding.NEAREST),
        f"HOLD {size}",
        Side.BUY,
        figure=decimal_text(profit, 2, signed=True),
        gain=_sign(profit or ZERO),
        can_move=True,
        hint="Average cost of the trades known. Drag: sell it there, by a limit above the market or"
        " a stop below",
    )


def plan_lines(orders: Iterable[PlannedOrder], instrument: Instrument) -> list[PriceLine]:
    """Return a line for each price of what the ticket would send."""
    lines = []
    for order in orders:
        word = "Buy" if order.side is Side.BUY else "Sell"
        size = decimal_text(order.quantity, instrument.quantity_decimals)
        lines.append(
            PriceLine(
                order.key,
                LineKind.PLANNED,
                order.price,
                f"plan: {word} {size} {order.role.value}",
                order.side,
                can_move=True,
                hint="What the ticket would send. Drag: another price in the ticket, nothing is"
                " sent",
            )
        )
    return lines


def _order_line(
    order: Order,
    closes: Leg | None,
    instrument: Instrument,
    held: Held,
    key: str,
) -> PriceLine:
    is_pending = order.status is OrderStatus.SENDING or order.cancel_pending or order.amend_pending
    is_waiting = order.type.has_trigger
    price = shown_price(order)
    profit = None
    is_exit = is_waiting or order.reduce_only or held.holding is not None
    if closes is not None and is_exit:
        size = order.remaining or abs(closes.amount)
        amount = min(size, abs(closes.amount)) * (1 if closes.amount > ZERO else -1)
        profit = exit_profit(amount, closes.entry_price, price, held.taker_rate)
    figure = "" if profit is None else f"≈ {decimal_text(profit, 2, signed=True)}"
    return PriceLine(
        key,
        LineKind.WAITING if is_waiting else LineKind.ORDER,
        price,
        _order_words(order, closes, instrument),
        order.side,
        figure=figure,
        gain=_sign(profit or ZERO),
        is_pending=is_pending,
        is_unknown=order.status is OrderStatus.UNKNOWN,
        can_move=can_move(order),
        can_cancel=not is_pending,
        hint=_order_hint(order),
    )


def _order_words(order: Order, closes: Leg | None, instrument: Instrument) -> str:
    size = decimal_text(order.remaining, instrument.quantity_decimals)
    if order.close_position:
        size = "whole position"
    closing = _CLOSING_KINDS.get(order.type) if closes is not None else None
    if closing is not None and (order.close_position or order.reduce_only):
        text = f"{closing} {size}"
    else:
        word = "Buy" if order.side is Side.BUY else "Sell"
        text = f"{word} {size} {_KINDS.get(order.type, 'limit')}"
        text += " reduce-only" if order.reduce_only and not order.close_position else ""
    if order.order_list_id is not None:
        text += ", list"
    return text + _state_words(order)


def _state_words(order: Order) -> str:
    if order.status is OrderStatus.UNKNOWN:
        return ", UNKNOWN"
    if order.cancel_pending:
        return ", cancel asked"
    if order.amend_pending:
        return ", change asked"
    return ", on its way" if order.status is OrderStatus.SENDING else ""


def _order_hint(order: Order) -> str:
    if order.status is OrderStatus.UNKNOWN:
        return "Nobody knows yet whether it exists: it is being asked for and cannot be moved"
    if order.order_list_id is not None:
        return "A leg of an order list: it cannot be moved alone. ×: cancel the whole list"
    if order.type is OrderType.TRAILING_STOP:
        return "It follows the market. ×: cancel"
    return "Drag: another price. ×: cancel"


def _mark(
    key: str, kind: LineKind, price: Decimal, text: str, instrument: Instrument, hint: str
) -> PriceLine:
    return PriceLine(key, kind, instrument.round_price(price, Rounding.NEAREST), text, hint=hint)


def _sign(value: Decimal) -> int:
    return (value > ZERO) - (value < ZERO)
