"""Turn positions into rows of text."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from terminal_app.domain.account import MarginMode, Position
from terminal_app.domain.instrument import Instrument, plain
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order
from terminal_app.domain.position_figures import closing_fee, liquidation_distance
from terminal_app.gui.format import UNKNOWN, decimal_text, percent_text
from terminal_app.gui.models.cells import decimals, side_tone, signed_cell, signed_tone
from terminal_app.gui.widgets.table_rows import Action, Cell, Column, Row, Tone

CLOSE_MARKET, CLOSE_LIMIT, CLOSE_HALF, REVERSE = "close", "limit", "half", "reverse"
MORE = "more"
ACTIONS_PX = 256
RATIO_WARNS, RATIO_ALARMS = Decimal(50), Decimal(80)
DISTANCE_WARNS = Decimal(5)
LAST_RANK = 4

# What is looked at first stands where it is seen in a narrow window as well.
POSITION_COLUMNS = (
    Column("Symbol", 132, is_figure=False, name="symbol"),
    Column("Size", 84, name="size"),
    Column("PnL", 120, name="pnl", hint="Unrealised, at the mark price; % of the initial margin"),
    Column("After fees", 74, name="after", hint="PnL less the fee of closing as a taker"),
    Column("Entry", 72, name="entry"),
    Column("Mark", 72, name="mark"),
    Column("Liquidation", 124, name="liquidation", hint="Its price, and how far the mark is away"),
    Column("TP / SL", 128, name="protection", hint="Triggers that close all of it"),
    Column("Margin", 96, name="margin", hint="Initial margin, or its own where it is isolated"),
    Column("Ratio", 56, name="ratio", hint="Margin ratio: at 100 % it is liquidated"),
    Column("ADL", 44, name="adl", hint="How soon the exchange would deleverage it, 0 to 4"),
    Column("Funding", 64, name="funding", hint="Funding since it was opened: + came in"),
)

_ACTIONS = (
    Action(CLOSE_MARKET, "Market", "Close all of it at market, reduce-only"),
    Action(CLOSE_LIMIT, "Limit", "Close it at a price, reduce-only: asks for price and size"),
    Action(CLOSE_HALF, "Half", "Close half of it at market, reduce-only"),
    Action(REVERSE, "Reverse", "Close all of it, then open as much on the other side: asks first"),
    Action(MORE, "⋯", "TP / SL, margin, leverage and modes"),
)


@dataclass(frozen=True, slots=True)
class PositionView:
    """Hold a position with all that its row tells; None is not known."""

    market: str
    position: Position
    instrument: Instrument | None
    taker_rate: Decimal | None = None
    ratio: Decimal | None = None
    funding: Decimal | None = None
    take_profit: Order | None = None
    stop_loss: Order | None = None

    @property
    def key(self) -> str:
        """Return the key of its row."""
        return f"{self.market}|{self.position.key}"

    @property
    def after_fees(self) -> Decimal | None:
        """Return what closing it now would leave."""
        fee = closing_fee(self.position, self.taker_rate)
        return None if fee is None else self.position.unrealized_profit - fee

    def sort_value(self, column: str) -> Decimal | str | int | None:
        """Return what its row is sorted by, None where that is not known."""
        position = self.position
        values: dict[str, Decimal | str | int | None] = {
            "symbol": position.symbol,
            "size": position.notional,
            "entry": position.entry_price,
            "mark": position.mark_price,
            "liquidation": _absolute(liquidation_distance(position)),
            "margin": position.initial_margin,
            "ratio": self.ratio,
            "adl": position.deleveraging_rank,
            "pnl": position.unrealized_profit,
            "after": self.after_fees,
            "funding": self.funding,
            "protection": int(self.stop_loss is not None),
        }
        return values.get(column)


def position_row(_key: str, view: PositionView) -> Row:
    """Return the row of a position; its buttons close it and never open the other side unasked."""
    position = view.position
    price_decimals, size_decimals = decimals(view.instrument)
    word = "LONG" if position.side is Side.BUY else "SHORT"
    leverage = f" {position.leverage}×" if position.leverage else ""
    base = view.instrument.base_asset if view.instrument is not None else ""
    cells = (
        Cell(f"{position.symbol}  {word}{leverage}", side_tone(position.side)),
        Cell(f"{decimal_text(position.amount, size_decimals)} {base}".strip()),
        _profit_cell(position),
        _after_cell(view),
        Cell(decimal_text(position.entry_price, price_decimals), hint=_break_even(position)),
        Cell(decimal_text(position.mark_price, price_decimals)),
        _liquidation_cell(position, price_decimals),
        _protection_cell(view, price_decimals),
        _margin_cell(position),
        _ratio_cell(view),
        _rank_cell(position),
        signed_cell(view.funding, hint=_funding_hint(view)),
    )
    return Row(view.key, cells, _ACTIONS)


def _break_even(position: Position) -> str:
    if position.break_even_price <= 0:
        return ""
    return f"The exchange's break-even price: {plain(position.break_even_price)}"


def _liquidation_cell(position: Position, price_decimals: int | None) -> Cell:
    price, distance = position.liquidation_price, liquidation_distance(position)
    if price is None or price <= 0:
        return Cell(UNKNOWN, Tone.MUTED, "The exchange tells no liquidation price for it")
    hint = "The exchange's own figure"
    if position.margin_mode is MarginMode.CROSS:
        hint += "; in cross mode it moves with the balance and all other positions"
    if distance is None:
        return Cell(decimal_text(price, price_decimals), hint=hint)
    tone = Tone.WARNING if abs(distance) < DISTANCE_WARNS else Tone.TEXT
    text = f"{decimal_text(price, price_decimals)}  {percent_text(distance, 1)}"
    return Cell(text, tone, hint)


def _margin_cell(position: Position) -> Cell:
    initial = decimal_text(position.initial_margin, 2)
    if position.isolated_margin is None:
        return Cell(f"{initial} {position.margin_mode}", hint=f"Initial margin {initial}")
    own = decimal_text(position.isolated_margin, 2)
    return Cell(f"{own} {position.margin_mode}", hint=f"Its own margin; initial margin {initial}")


def _ratio_cell(view: PositionView) -> Cell:
    if view.ratio is None:
        return Cell(UNKNOWN, Tone.MUTED)
    tone = Tone.TEXT
    if view.ratio >= RATIO_WARNS:
        tone = Tone.DANGER if view.ratio >= RATIO_ALARMS else Tone.WARNING
    whose = "of all cross positions" if view.position.isolated_margin is None else "of its own"
    hint = f"Maintenance margin by what backs it, {whose}; at 100 % it is liquidated"
    return Cell(percent_text(view.ratio, 1, signed=False), tone, hint)


def _rank_cell(position: Position) -> Cell:
    rank = position.deleveraging_rank
    if rank is None:
        return Cell(UNKNOWN, Tone.MUTED)
    tone = Tone.WARNING if rank == LAST_RANK else Tone.MUTED
    return Cell(f"{rank}/{LAST_RANK}", tone, f"{rank} of {LAST_RANK}: 4 would be reduced first")


def _profit_cell(position: Position) -> Cell:
    profit = position.unrealized_profit
    arrow = "▲ " if profit > 0 else "▼ " if profit < 0 else ""
    text = f"{arrow}{decimal_text(profit, 2, signed=True)}"
    share = position.return_on_margin
    if share is not None:
        text += f"  {percent_text(share, 1)}"
    hint = (
        f"{plain(position.amount)} × (mark {plain(position.mark_price)} − entry"
        f" {plain(position.entry_price)}) {position.margin_asset}"
    )
    return Cell(text, signed_tone(profit), hint)


def _after_cell(view: PositionView) -> Cell:
    fee = closing_fee(view.position, view.taker_rate)
    if fee is None or view.taker_rate is None:
        return Cell(UNKNOWN, Tone.MUTED, "The account's fee rate is not known")
    rate = percent_text(view.taker_rate * 100, 3, signed=False)
    hint = f"PnL less {decimal_text(fee, 2)} to close at the mark price as a taker ({rate})"
    return signed_cell(view.after_fees, hint=hint)


def _funding_hint(view: PositionView) -> str:
    if view.funding is None:
        return "Not known: the trades that are known do not reach back to its opening"
    return "Since it was opened: + came in, − was paid"


def _protection_cell(view: PositionView, price_decimals: int | None) -> Cell:
    orders = (view.take_profit, view.stop_loss)
    if not any(orders):
        return Cell(f"{UNKNOWN} / {UNKNOWN}", Tone.MUTED, "No take profit and no stop loss waits")
    prices = [order.trigger.price if order and order.trigger else None for order in orders]
    text = " / ".join(decimal_text(price, price_decimals) for price in prices)
    return Cell(text, Tone.TEXT, "They wait at the exchange, also while this program is closed")


def _absolute(value: Decimal | None) -> Decimal | None:
    return None if value is None else abs(value)
