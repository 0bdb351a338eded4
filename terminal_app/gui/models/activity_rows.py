"""Turn orders, fills, positions and balances into rows of text."""

from __future__ import annotations

import time
from decimal import Decimal

from terminal_app.domain.account import Balance, Position
from terminal_app.domain.instrument import Instrument, decimals_of
from terminal_app.domain.market import Side
from terminal_app.domain.order import Fill, Order, OrderStatus
from terminal_app.domain.order_request import OrderType, TimeInForce
from terminal_app.gui.format import UNKNOWN, date_time_text, decimal_text, percent_text
from terminal_app.gui.widgets.live_table import Cell, Column, Row, Tone
from terminal_app.services.session import Session

POSITION_COLUMNS = (
    Column("Symbol", 142, is_figure=False),
    Column("Size", 80),
    Column("Entry", 72),
    Column("Mark", 72),
    Column("Liquidation", 116),
    Column("Margin", 98),
    Column("PnL unrealised", 124),
)
OPEN_COLUMNS = (
    Column("Time", 116, is_figure=False),
    Column("Symbol", 136, is_figure=False),
    Column("Order", 120, is_figure=False),
    Column("Price", 84),
    Column("Size", 76),
    Column("Filled", 76),
    Column("Status", 100, is_figure=False),
)
HISTORY_COLUMNS = (
    Column("Time", 116, is_figure=False),
    Column("Symbol", 136, is_figure=False),
    Column("Order", 120, is_figure=False),
    Column("Price", 84),
    Column("Size", 70),
    Column("Filled", 70),
    Column("Average", 84),
    Column("Status", 110, is_figure=False),
)
FILL_COLUMNS = (
    Column("Time", 116, is_figure=False),
    Column("Symbol", 136, is_figure=False),
    Column("Side", 64, is_figure=False),
    Column("Price", 84),
    Column("Size", 76),
    Column("Fee", 136),
    Column("Role", 64, is_figure=False),
    Column("PnL realised", 100),
)
BALANCE_COLUMNS = (
    Column("Asset", 100, is_figure=False),
    Column("Wallet", 130, is_figure=False),
    Column("Total", 150),
    Column("Available", 150),
    Column("In use", 150),
)

_STATUS = {
    OrderStatus.SENDING: ("In flight", Tone.MUTED),
    OrderStatus.UNKNOWN: ("UNKNOWN", Tone.WARNING),
    OrderStatus.NOT_SENT: ("Not sent", Tone.WARNING),
    OrderStatus.PENDING_NEW: ("Pending", Tone.MUTED),
    OrderStatus.NEW: ("Working", Tone.TEXT),
    OrderStatus.PARTIALLY_FILLED: ("Partly filled", Tone.ACCENT),
    OrderStatus.FILLED: ("Filled", Tone.TEXT),
    OrderStatus.CANCELED: ("Cancelled", Tone.MUTED),
    OrderStatus.EXPIRED: ("Expired", Tone.MUTED),
    OrderStatus.EXPIRED_IN_MATCH: ("Expired in match", Tone.MUTED),
    OrderStatus.REJECTED: ("Refused", Tone.DANGER),
    OrderStatus.OTHER: ("Other", Tone.WARNING),
}
_TIME_IN_FORCE = {
    TimeInForce.GTC: "",
    TimeInForce.POST_ONLY: " post only",
    TimeInForce.IOC: " IOC",
    TimeInForce.FOK: " FOK",
    TimeInForce.OTHER: "",
}


def position_row(session: Session, position: Position) -> Row:
    """Return the row of a position; its button closes it at market, reduce-only."""
    instrument = session.instruments.get(position.symbol)
    price_decimals, size_decimals = _decimals(instrument)
    word = "LONG" if position.side is Side.BUY else "SHORT"
    leverage = f" {position.leverage}×" if position.leverage else ""
    profit = position.unrealized_profit
    arrow = "▲ " if profit > 0 else "▼ " if profit < 0 else ""
    profit_text = f"{arrow}{decimal_text(profit, 2, signed=True)}"
    share = position.return_on_margin
    if share is not None:
        profit_text += f"  {percent_text(share, 1)}"
    base = instrument.base_asset if instrument is not None else ""
    cells = (
        Cell(f"{position.symbol}  {word}{leverage}", _side_tone(position.side)),
        Cell(f"{decimal_text(position.amount, size_decimals)} {base}"),
        Cell(decimal_text(position.entry_price, price_decimals)),
        Cell(decimal_text(position.mark_price, price_decimals)),
        Cell(_liquidation(position, price_decimals)),
        Cell(f"{decimal_text(position.initial_margin, 2)} {position.margin_mode}"),
        Cell(profit_text, _signed_tone(profit)),
    )
    hint = "Close the whole position at market, reduce-only: it can never open the other side"
    return Row(f"{session.market}|{position.key}", cells, (("close", "Close", hint),))


def open_order_row(session: Session, key: str, order: Order) -> Row:
    """Return the row of an order that rests at the venue, or may."""
    price_decimals, size_decimals = _decimals(session.instruments.get(order.symbol))
    cells = (
        _time_cell(order.created_ms),
        _symbol_cell(session, order.symbol),
        _order_cell(order),
        Cell(_price_text(order, price_decimals)),
        Cell(_size_text(order, size_decimals)),
        Cell(decimal_text(order.executed_quantity, size_decimals)),
        _status_cell(order),
    )
    hint = "Ask the exchange to cancel this order"
    return Row(
        f"{session.market}|{key}",
        cells,
        (("cancel", "Cancel", hint),),
        is_enabled=not order.cancel_pending,
    )


def history_row(session: Session, key: str, order: Order) -> Row:
    """Return the row of an order that has ended."""
    price_decimals, size_decimals = _decimals(session.instruments.get(order.symbol))
    cells = (
        _time_cell(order.updated_ms),
        _symbol_cell(session, order.symbol),
        _order_cell(order),
        Cell(_price_text(order, price_decimals)),
        Cell(_size_text(order, size_decimals)),
        Cell(decimal_text(order.executed_quantity, size_decimals)),
        Cell(decimal_text(order.average_price, price_decimals)),
        _status_cell(order),
    )
    return Row(f"{session.market}|{key}", cells)


def fill_row(session: Session, fill: Fill) -> Row:
    """Return the row of one execution."""
    price_decimals, size_decimals = _decimals(session.instruments.get(fill.symbol))
    profit = fill.realized_profit
    commission = decimal_text(fill.commission.normalize()) if fill.commission else "0"
    cells = (
        _time_cell(fill.time_ms),
        _symbol_cell(session, fill.symbol),
        Cell("▲ Buy" if fill.side is Side.BUY else "▼ Sell", _side_tone(fill.side)),
        Cell(decimal_text(fill.price, price_decimals)),
        Cell(decimal_text(fill.quantity, size_decimals)),
        Cell(f"{commission} {fill.commission_asset}", Tone.MUTED),
        Cell("Maker" if fill.is_maker else "Taker", Tone.MUTED),
        Cell(
            decimal_text(profit, 2, signed=True) if profit else UNKNOWN,
            _signed_tone(profit or Decimal(0)),
        ),
    )
    # A trade between two orders of the same account is a fill of each.
    return Row(f"{session.market}|{fill.symbol}|{fill.order_id}|{fill.trade_id}", cells)


def balance_row(session: Session, balance: Balance) -> Row:
    """Return the row of one asset."""
    decimals = 2 if balance.asset in ("USDT", "USDC", "FDUSD") else 8
    cells = (
        Cell(balance.asset),
        Cell(session.venue.capabilities.title, Tone.MUTED),
        Cell(decimal_text(balance.total, decimals)),
        Cell(decimal_text(balance.available, decimals)),
        Cell(decimal_text(balance.locked, decimals), Tone.MUTED),
    )
    return Row(f"{session.market}|{balance.asset}", cells)


def _decimals(instrument: Instrument | None) -> tuple[int | None, int | None]:
    if instrument is None:
        return None, None
    return decimals_of(instrument.tick_size), decimals_of(instrument.step_size)


def _time_cell(time_ms: int) -> Cell:
    whole = date_time_text(time_ms)
    # The day is only written where it is not today's; the hint always has it.
    is_today = whole[:10] == date_time_text(time.time_ns() // 1_000_000)[:10]
    return Cell(whole[11:] if is_today else whole[:16], Tone.MUTED, whole)


def _side_tone(side: Side) -> Tone:
    return Tone.BUY if side is Side.BUY else Tone.SELL


def _signed_tone(value: Decimal) -> Tone:
    return Tone.BUY if value > 0 else Tone.SELL if value < 0 else Tone.MUTED


def _symbol_cell(session: Session, symbol: str) -> Cell:
    return Cell(f"{symbol}  {session.venue.capabilities.title}")


def _order_cell(order: Order) -> Cell:
    word = "▲ Buy" if order.side is Side.BUY else "▼ Sell"
    kind = order.type.value.lower() + _TIME_IN_FORCE[order.time_in_force]
    reduce = " reduce-only" if order.reduce_only else ""
    origin = "placed elsewhere" if order.from_elsewhere else order.client_order_id
    external = " ext" if order.from_elsewhere else ""
    return Cell(f"{word} {kind}{reduce}{external}", _side_tone(order.side), origin)


def _price_text(order: Order, decimals: int | None) -> str:
    return "market" if order.type is OrderType.MARKET else decimal_text(order.price, decimals)


def _size_text(order: Order, decimals: int | None) -> str:
    return decimal_text(order.quantity, decimals)


def _liquidation(position: Position, decimals: int | None) -> str:
    price, mark = position.liquidation_price, position.mark_price
    if price is None or price <= 0:
        return UNKNOWN
    if mark <= 0:
        return decimal_text(price, decimals)
    return f"{decimal_text(price, decimals)}  {percent_text((price - mark) / mark * 100, 1)}"


def _status_cell(order: Order) -> Cell:
    word, tone = _STATUS[order.status]
    if order.cancel_pending:
        word, tone = f"{word}, cancel asked", Tone.WARNING
    if order.reason:
        word = f"{word}: {order.reason}"
    return Cell(word, tone, order.reason)
