"""Turn orders that rest at the exchange, or may, into rows of text."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from terminal_app.domain.instrument import ZERO, Instrument, plain
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import OrderType, PriceKind, TimeInForce
from terminal_app.gui.format import UNKNOWN, age_text, decimal_text, edit_text, percent_text
from terminal_app.gui.models.cells import decimals, side_tone, side_word, time_cell
from terminal_app.gui.widgets.table_rows import Action, Cell, Column, Row, Tone

CANCEL, XRAY = "cancel", "xray"
PRICE, SIZE, TRIGGER = "price", "size", "trigger"
ACTIONS_PX = 136

OPEN_COLUMNS = (
    Column("Time", 70, is_figure=False, name="time"),
    Column("Symbol", 136, is_figure=False, name="symbol"),
    Column("Order", 176, is_figure=False, name="order"),
    # Before the figures: of an order whose fate is open nothing may scroll out of sight.
    Column("Status", 150, is_figure=False, name="status"),
    Column("Price", 92, name=PRICE, hint="Double click or F2 changes it"),
    Column("Trigger", 104, name=TRIGGER, hint="Double click or F2 changes it"),
    Column("Size", 78, name=SIZE, hint="Double click or F2 changes it"),
    Column("Filled", 96, name="filled", hint="Filled of its size"),
    Column("Distance", 70, name="distance", hint="From the last price, in percent"),
)

STATUS_WORDS = {
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
    TimeInForce.GTD: " GTD",
    TimeInForce.OTHER: "",
}
_RISES = frozenset({OrderType.STOP_MARKET, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP})
_ACTIONS = (
    Action(CANCEL, "Cancel", "Ask the exchange to cancel this order (Delete)"),
    Action(XRAY, "X-ray", "Show its way from the click to its end (Enter)"),
)


@dataclass(frozen=True, slots=True)
class OrderView:
    """Hold a working order with all that its row tells; None is not known."""

    market: str
    title: str
    key: str
    order: Order
    instrument: Instrument | None
    last_price: Decimal | None = None
    policy: str = ""
    # Of an order of unknown fate: how long nobody knows.
    unknown_s: int = 0

    @property
    def distance(self) -> Decimal | None:
        """Return how far its price is from the last one, in percent."""
        price, last = price_of(self.order), self.last_price
        if price <= ZERO or last is None or last <= ZERO:
            return None
        return (price - last) / last * 100

    def sort_value(self, column: str) -> Decimal | str | int | None:
        """Return what its row is sorted by, None where that is not known."""
        return _SORTS[column](self)


def _away(view: OrderView) -> Decimal | None:
    distance = view.distance
    return None if distance is None else abs(distance)


_SORTS: dict[str, Callable[[OrderView], Decimal | str | int | None]] = {
    "time": lambda view: view.order.created_ms,
    "symbol": lambda view: view.order.symbol,
    "order": lambda view: f"{view.order.side} {view.order.type}",
    PRICE: lambda view: view.order.price,
    TRIGGER: lambda view: view.order.trigger.price if view.order.trigger is not None else None,
    SIZE: lambda view: view.order.quantity,
    "filled": lambda view: view.order.executed_quantity,
    "distance": _away,
    "status": lambda view: view.order.status.value,
}


def price_of(order: Order) -> Decimal:
    """Return the price an order waits for: its trigger while it has one."""
    if order.trigger is not None and order.is_conditional and order.trigger.price is not None:
        return order.trigger.price
    return order.price or (order.trigger.price or ZERO if order.trigger is not None else ZERO)


def kind_words(type_: OrderType, time_in_force: TimeInForce) -> str:
    """Return what kind of order it is."""
    return type_.value.lower().replace("_", " ") + _TIME_IN_FORCE[time_in_force]


def unknown_seconds(order: Order) -> int:
    """Return for how long nobody knows of an order of unknown fate."""
    return max(1, (time.time_ns() // 1_000_000 - order.created_ms) // 1000)


def open_order_row(_key: str, view: OrderView) -> Row:
    """Return the row of an order that rests at the venue, or may."""
    order = view.order
    price_decimals, size_decimals = decimals(view.instrument)
    can_change = _can_change(view)
    cells = (
        time_cell(order.created_ms),
        Cell(f"{order.symbol}  {view.title}"),
        _order_cell(view),
        _status_cell(view),
        _price_cell(view, price_decimals, can_change),
        _trigger_cell(view, price_decimals, can_change),
        _size_cell(view, size_decimals, can_change),
        Cell(_filled_text(order, size_decimals)),
        Cell(percent_text(view.distance), Tone.MUTED),
    )
    return Row(f"{view.market}|{view.key}", cells, _ACTIONS, is_enabled=not order.cancel_pending)


def order_words(order: Order) -> str:
    """Return side, kind and terms of an order."""
    words = f"{side_word(order.side)} {kind_words(order.type, order.time_in_force)}"
    if order.reduce_only:
        words += " reduce-only"
    if is_whole_position(order):
        words += " close position"
    if order.position_side.value != "BOTH":
        words += f" {order.position_side}"
    return words


def is_whole_position(order: Order) -> bool:
    """Say whether an order closes whatever is held when it is triggered."""
    return order.close_position or (order.is_conditional and order.quantity == ZERO)


def _can_change(view: OrderView) -> bool:
    order = view.order
    known = {OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED}
    if order.order_list_id is not None:
        known = {OrderStatus.NEW, OrderStatus.PENDING_NEW}
    is_pending = order.amend_pending or order.cancel_pending
    return order.status in known and not is_pending and view.instrument is not None


def _change_hint(order: Order) -> str:
    if order.order_list_id is not None:
        return "Double click or F2 changes it: its list is placed anew then, after a question"
    return "Double click or F2 changes it: Enter sends, Esc leaves it"


def _order_cell(view: OrderView) -> Cell:
    order = view.order
    words = order_words(order)
    if order.order_list_id is not None:
        words += f" · list {order.order_list_id}"
    if order.from_elsewhere:
        words += " ext"
    if view.policy:
        words += " · program"
    origin = "Placed elsewhere" if order.from_elsewhere else order.client_order_id
    hint = f"{origin}\nOnly this program does this: {view.policy}" if view.policy else origin
    return Cell(words, side_tone(order.side), hint)


def _price_cell(view: OrderView, price_decimals: int | None, can_change: bool) -> Cell:
    order = view.order
    if not order.type.has_price or order.price <= ZERO:
        return Cell("market", Tone.MUTED)
    text = decimal_text(order.price, price_decimals)
    if not can_change or view.instrument is None:
        return Cell(text)
    hint = f"{text}. {_change_hint(order)}"
    edit = edit_text(order.price, price_decimals)
    return Cell(text, hint=hint, edit=edit, step=plain(view.instrument.tick_size))


def _trigger_cell(view: OrderView, price_decimals: int | None, can_change: bool) -> Cell:
    order = view.order
    trigger = order.trigger
    if trigger is None:
        return Cell("")
    parts = []
    if trigger.price is not None:
        is_above = (order.side is Side.BUY) is (order.type in _RISES)
        sign = "≥" if is_above else "≤"
        parts.append(f"{sign} {decimal_text(trigger.price, price_decimals)}")
    if trigger.callback_percent is not None:
        parts.append(percent_text(trigger.callback_percent, signed=False))
    watched = "mark" if trigger.kind is PriceKind.MARK else "last"
    text = f"{' · '.join(parts)} {watched}"
    if not can_change or trigger.price is None or view.instrument is None:
        return Cell(text, Tone.TEXT, f"Its trigger is the {watched} price")
    hint = f"It waits for the {watched} price. {_change_hint(order)}"
    edit = edit_text(trigger.price, price_decimals)
    return Cell(text, Tone.TEXT, hint, edit, plain(view.instrument.tick_size))


def _size_cell(view: OrderView, size_decimals: int | None, can_change: bool) -> Cell:
    order = view.order
    if is_whole_position(order):
        return Cell("all", Tone.MUTED, "It closes whatever is held when it is triggered")
    if order.quantity == ZERO and order.quote_quantity is not None:
        return Cell(f"{decimal_text(order.quote_quantity)} quote")
    text = decimal_text(order.quantity, size_decimals)
    if not can_change or view.instrument is None:
        return Cell(text)
    hint = f"{text}. {_change_hint(order)}"
    edit = edit_text(order.quantity, size_decimals)
    return Cell(text, hint=hint, edit=edit, step=plain(view.instrument.step_size))


def _filled_text(order: Order, size_decimals: int | None) -> str:
    if order.quantity == ZERO:
        return UNKNOWN
    share = order.executed_quantity / order.quantity * 100
    filled = decimal_text(order.executed_quantity, size_decimals)
    return filled if not share else f"{filled}  {percent_text(share, 0, signed=False)}"


def _status_cell(view: OrderView) -> Cell:
    order = view.order
    word, tone = STATUS_WORDS[order.status]
    if order.status is OrderStatus.NEW and order.is_conditional:
        word = "Waiting"
    if order.status is OrderStatus.UNKNOWN:
        word = f"UNKNOWN for {age_text(view.unknown_s * 1000)}, asking"
    if order.amend_pending:
        word, tone = f"{word}, change asked", Tone.WARNING
    if order.cancel_pending:
        word, tone = f"{word}, cancel asked", Tone.WARNING
    if order.reason:
        word = f"{word}: {order.reason}"
    return Cell(word, tone, order.reason)
