"""What stands in the rows of the journal: trips, their executions, and groups of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

from terminal_app.domain.instrument import ZERO
from terminal_app.domain.market import Side
from terminal_app.domain.order import Fill
from terminal_app.domain.round_trips import RoundTrip
from terminal_app.domain.trip_statistics import Group, TripStatistics
from terminal_app.gui.format import UNKNOWN, date_time_text, decimal_text, percent_text, time_text
from terminal_app.gui.widgets.table_rows import Cell, Column, Row, Tone
from terminal_app.services.session import Session
from terminal_app.storage.journal_notes import TripNote

TRIP_COLUMNS = (
    Column("Opened", 128, is_figure=False),
    Column("Symbol", 96, is_figure=False),
    Column("Side", 58, is_figure=False),
    Column("Size", 86),
    Column("Entry", 86),
    Column("Exit", 86),
    Column("Net", 90),
    Column("Net %", 70),
    Column("R", 52),
    Column("Lasted", 74),
    Column("Fees", 74),
    Column("Funding", 74),
    Column("Tags", 110, is_figure=False),
)
FILL_COLUMNS = (
    Column("Time", 68, is_figure=False),
    Column("Side", 42, is_figure=False),
    Column("Size", 66),
    Column("Price", 74),
    Column("Fee", 84),
)
GROUP_COLUMNS = (
    Column("Group", 72, is_figure=False),
    Column("Net", 76),
    Column("Trips", 46),
    Column("Won", 50),
)
FIGURE_COLUMNS = (Column("Figure", 130, is_figure=False), Column("Value", 110))
SIDE_WORDS = {Side.BUY: "▲ Long", Side.SELL: "▼ Short"}


def money_cell(value: Decimal | None, decimals: int = 2) -> Cell:
    """Return money that was won or lost, with its sign; a dash where it is not known."""
    tone = Tone.MUTED if not value else Tone.BUY if value > ZERO else Tone.SELL
    return Cell(decimal_text(value, decimals, signed=True), tone)


def lasted_text(duration_ms: int | None) -> str:
    """Write how long a trip lasted, in its two largest units."""
    if duration_ms is None:
        return "open"
    minutes, seconds = divmod(duration_ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def trip_row(key: str, session: Session, trip: RoundTrip, note: TripNote) -> Row:
    """Return the row of a trip."""
    instrument = session.instruments.get(trip.symbol)
    price = instrument.price_decimals if instrument is not None else None
    size = instrument.quantity_decimals if instrument is not None else None
    fee_hint = "" if trip.fees is not None else "A fee was paid in an asset of unknown worth"
    percent = trip.return_percent
    multiple = trip.multiple_of_risk
    return Row(
        key,
        (
            Cell(date_time_text(trip.opened_ms), Tone.MUTED),
            Cell(trip.symbol),
            Cell(SIDE_WORDS[trip.side], Tone.BUY if trip.side is Side.BUY else Tone.SELL),
            Cell(decimal_text(trip.quantity, size)),
            Cell(decimal_text(trip.entry_price, price)),
            Cell(decimal_text(trip.exit_price, price)),
            money_cell(trip.net),
            Cell(percent_text(percent), money_cell(percent).tone),
            Cell(decimal_text(multiple, 2, signed=True), Tone.MUTED, _risk_hint(trip)),
            Cell(lasted_text(trip.duration_ms), Tone.MUTED),
            Cell(decimal_text(trip.fees, 4), Tone.MUTED, fee_hint),
            Cell(decimal_text(trip.funding, 4, signed=True), Tone.MUTED),
            Cell(" ".join(note.tags), Tone.ACCENT),
        ),
    )


def trip_fill_row(fill: Fill, price_decimals: int | None) -> Row:
    """Return the row of an execution of a trip."""
    return Row(
        f"{fill.order_id}:{fill.trade_id}:{fill.quantity}",
        (
            Cell(time_text(fill.time_ms), Tone.MUTED, date_time_text(fill.time_ms)),
            Cell(fill.side.capitalize(), Tone.BUY if fill.side is Side.BUY else Tone.SELL),
            Cell(decimal_text(fill.quantity)),
            Cell(decimal_text(fill.price, price_decimals)),
            Cell(
                f"{decimal_text(fill.commission, 4)} {fill.commission_asset}",
                Tone.MUTED,
                f"{decimal_text(fill.commission)} {fill.commission_asset}",
            ),
        ),
    )


def group_row(group: Group) -> Row:
    """Return the row of a group of trips."""
    won = Decimal(group.wins) / group.count * 100
    cells = (
        Cell(group.name),
        money_cell(group.net),
        Cell(str(group.count)),
        Cell(percent_text(won, 0, signed=False)),
    )
    return Row(group.name, cells)


def figure_rows(found: TripStatistics) -> list[Row]:
    """Return the figures of all trips; those that need more trips are dashes."""
    rows = [
        ("Trips", Cell(str(found.count))),
        ("Won", Cell(percent_text(found.win_percent, 1, signed=False))),
        ("Net result", money_cell(found.net)),
        ("Fees", money_cell(-found.fees)),
        ("Funding", money_cell(found.funding)),
        ("Average win", money_cell(found.average_win)),
        ("Average loss", money_cell(found.average_loss)),
        ("Profit factor", Cell(decimal_text(found.profit_factor, 2))),
        ("Expectancy a trip", money_cell(found.expectancy)),
        ("Average R", Cell(decimal_text(found.average_risk_multiple, 2, signed=True))),
        ("Deepest drawdown", money_cell(-found.most_drawdown)),
    ]
    if found.unknown:
        rows.append(("Left out: fee unknown", Cell(str(found.unknown), Tone.WARNING)))
    return [Row(name, (Cell(name, Tone.MUTED), cell)) for name, cell in rows]


def csv_rows(trips: Iterable[tuple[Session, RoundTrip]]) -> list[list[str]]:
    """Return trips as lines of a table with its head, figures in full and times in UTC."""
    head = [
        "market", "symbol", "side", "opened_utc", "closed_utc", "quantity", "entry_price",
        "exit_price", "profit", "fees", "funding", "net", "r", "tags", "note",
    ]  # fmt: skip
    lines = [head]
    for session, trip in trips:
        note = session.journal.note(trip.key)
        figures = (
            trip.quantity, trip.entry_price, trip.exit_price, trip.profit, trip.fees,
            trip.funding, trip.net, trip.multiple_of_risk,
        )  # fmt: skip
        words = [str(session.market), trip.symbol, "long" if trip.side is Side.BUY else "short"]
        times = [_utc(trip.opened_ms), _utc(trip.closed_ms)]
        texts = [format(one, "f") if one is not None else "" for one in figures]
        lines.append([*words, *times, *texts, " ".join(note.tags), note.note])
    return lines


def _risk_hint(trip: RoundTrip) -> str:
    if trip.risk is None:
        return "R needs a stop that was set while the trip was open"
    return f"Net result in multiples of the {decimal_text(trip.risk, 2)} at risk to the first stop"


def _utc(time_ms: int | None) -> str:
    if time_ms is None:
        return UNKNOWN
    return datetime.fromtimestamp(time_ms / 1000, UTC).isoformat(timespec="milliseconds")
