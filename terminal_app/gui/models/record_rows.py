"""Turn what the account did, in plain values, into rows of text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderStatus
from terminal_app.domain.order_request import OrderType, TimeInForce
from terminal_app.gui.format import UNKNOWN, decimal_text
from terminal_app.gui.models.cells import (
    decimals,
    money_decimals,
    side_tone,
    side_word,
    signed_tone,
    time_cell,
)
from terminal_app.gui.models.order_rows import STATUS_WORDS, kind_words
from terminal_app.gui.widgets.table_rows import Cell, Column, Row, Tone
from terminal_app.storage.account_rows import Body

HISTORY_COLUMNS = (
    Column("Time", 104, is_figure=False, name="updated_ms"),
    Column("Symbol", 136, is_figure=False, name="symbol"),
    Column("Order", 150, is_figure=False, name="type"),
    Column("Price", 84, name="price"),
    Column("Trigger", 84, name="trigger_price"),
    Column("Size", 76, name="quantity"),
    Column("Filled", 76, name="executed_quantity"),
    Column("Average", 84, name="average"),
    Column("Status", 170, is_figure=False, name="status"),
)
FILL_COLUMNS = (
    Column("Time", 104, is_figure=False, name="time_ms"),
    Column("Symbol", 136, is_figure=False, name="symbol"),
    Column("Side", 64, is_figure=False, name="side"),
    Column("Price", 84, name="price"),
    Column("Size", 76, name="quantity"),
    Column("Worth", 96, name="quote"),
    Column("Fee", 136, name="commission"),
    Column("Role", 64, is_figure=False, name="is_maker"),
    Column("PnL realised", 100, name="realized_profit"),
)
INCOME_COLUMNS = (
    Column("Time", 120, is_figure=False, name="time_ms"),
    Column("Symbol", 136, is_figure=False, name="symbol"),
    Column("Kind", 180, is_figure=False, name="kind"),
    Column("Amount", 140, name="amount"),
    Column("Asset", 80, is_figure=False, name="asset"),
    Column("Of", 170, is_figure=False, name="info"),
)
_FIGURES = frozenset(
    {
        "price",
        "trigger_price",
        "quantity",
        "executed_quantity",
        "quote",
        "commission",
        "realized_profit",
        "amount",
    }
)


@dataclass(frozen=True, slots=True)
class RecordView:
    """Hold something the account did, in plain values, and where."""

    market: str
    title: str
    key: str
    body: Body
    instrument: Instrument | None

    @property
    def row_key(self) -> str:
        """Return the key of its row."""
        return f"{self.market}|{self.key}"

    def sort_value(self, column: str) -> Decimal | str | int | None:
        """Return what its row is sorted by, None where that is not known."""
        value = _average(self.body) if column == "average" else self.body.get(column)
        return Decimal(str(value)) if column in _FIGURES and value is not None else value


def history_row(_key: str, view: RecordView) -> Row:
    """Return the row of an order that has ended."""
    body = view.body
    price_decimals, size_decimals = decimals(view.instrument)
    type_ = OrderType(str(body["type"]))
    trigger = body["trigger_price"]
    side = Side(str(body["side"]))
    words = kind_words(type_, TimeInForce(str(body["time_in_force"])))
    reduce = " reduce-only" if body["reduce_only"] else ""
    has_price = type_.has_price and number(body, "price") > 0
    whole = number(body, "quantity") == 0
    cells = (
        time_cell(_int(body, "updated_ms")),
        Cell(f"{body['symbol']}  {view.title}"),
        Cell(f"{side_word(side)} {words}{reduce}", side_tone(side), str(body["client_order_id"])),
        Cell(decimal_text(number(body, "price"), price_decimals) if has_price else "market"),
        Cell(decimal_text(Decimal(str(trigger)), price_decimals) if trigger else ""),
        Cell("all" if whole else decimal_text(number(body, "quantity"), size_decimals)),
        Cell(decimal_text(number(body, "executed_quantity"), size_decimals)),
        Cell(decimal_text(_average(body), price_decimals)),
        _status_cell(body),
    )
    return Row(view.row_key, cells)


def fill_row(_key: str, view: RecordView) -> Row:
    """Return the row of one execution."""
    body = view.body
    price_decimals, size_decimals = decimals(view.instrument)
    side = Side(str(body["side"]))
    fee = number(body, "commission")
    profit = body["realized_profit"]
    won = Decimal(str(profit)) if profit is not None else None
    # Where nothing was closed nothing was realised.
    realised = decimal_text(won, 2, signed=True) if won else UNKNOWN
    cells = (
        time_cell(_int(body, "time_ms")),
        Cell(f"{body['symbol']}  {view.title}"),
        Cell(side_word(side), side_tone(side)),
        Cell(decimal_text(number(body, "price"), price_decimals)),
        Cell(decimal_text(number(body, "quantity"), size_decimals)),
        Cell(decimal_text(number(body, "quote"), 2)),
        Cell(f"{decimal_text(fee.normalize()) if fee else '0'} {body['commission_asset']}"),
        Cell("Maker" if body["is_maker"] else "Taker", Tone.MUTED),
        Cell(realised, signed_tone(won)),
    )
    return Row(view.row_key, cells)


def income_row(_key: str, view: RecordView) -> Row:
    """Return the row of one movement of a wallet."""
    body = view.body
    amount, asset = number(body, "amount"), str(body["asset"])
    shown = decimal_text(amount, max(4, money_decimals(asset)), signed=True)
    cells = (
        time_cell(_int(body, "time_ms")),
        Cell(f"{body['symbol']}  {view.title}".strip()),
        Cell(income_word(str(body["kind"]))),
        Cell(shown, signed_tone(amount)),
        Cell(asset, Tone.MUTED),
        Cell(str(body["info"]), Tone.MUTED),
    )
    return Row(view.row_key, cells)


def income_word(kind: str) -> str:
    """Return the venue's word for a movement as people write it."""
    return kind.replace("_", " ").capitalize().replace("pnl", "PnL")


def number(body: Mapping[str, object], name: str) -> Decimal:
    """Return a figure of plain values."""
    return Decimal(str(body[name]))


def _int(body: Body, name: str) -> int:
    return int(str(body[name]))


def _average(body: Body) -> Decimal | None:
    quote, quantity = body.get("executed_quote"), number(body, "executed_quantity")
    if quote is None or quantity <= 0 or Decimal(str(quote)) <= 0:
        return None
    return Decimal(str(quote)) / quantity


def _status_cell(body: Body) -> Cell:
    word, tone = STATUS_WORDS[OrderStatus(str(body["status"]))]
    reason = str(body["reason"] or "")
    return Cell(f"{word}: {reason}" if reason else word, tone, reason)
