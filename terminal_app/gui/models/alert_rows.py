"""What stands in the rows of alerts."""

from __future__ import annotations

from decimal import Decimal

from terminal_app.domain.alerts import Alert, AlertKind
from terminal_app.gui.format import UNKNOWN, date_time_text, decimal_text, percent_text, time_text
from terminal_app.gui.widgets.table_rows import Action, Cell, Column, Row, Tone
from terminal_app.services.alerts import FiredAlert, highest_margin_ratio
from terminal_app.services.session import Session

ALERT_COLUMNS = (
    Column("Alert", 250, is_figure=False),
    Column("Away", 74),
)
FIRED_COLUMNS = (Column("Told", 76, is_figure=False), Column("What", 320, is_figure=False))
SWITCH, REMOVE = "switch", "remove"


def alert_row(alert: Alert, session: Session | None) -> Row:
    """Return the row of an alert; a figure that is not known is a dash."""
    now, away = _now(alert, session)
    switch = Action(SWITCH, "Off", "Stop watching for it")
    if not alert.is_on:
        switch = Action(SWITCH, "On", "Watch for it again")
    words = alert.words() + (", each time" if alert.repeats else "")
    cells = (
        Cell(words if alert.is_on else f"off: {words}", Tone.TEXT if alert.is_on else Tone.MUTED),
        Cell(away, Tone.MUTED, f"It is {now} now"),
    )
    return Row(alert.alert_id, cells, (switch, Action(REMOVE, "×", "Delete this alert")))


def fired_row(number: int, fired: FiredAlert) -> Row:
    """Return the row of what was told."""
    told_at = Cell(time_text(fired.time_ms), Tone.MUTED, date_time_text(fired.time_ms))
    return Row(str(number), (told_at, Cell(fired.text, hint=fired.text)))


def _now(alert: Alert, session: Session | None) -> tuple[str, str]:
    if session is None:
        return UNKNOWN, UNKNOWN
    overview = session.overview
    if alert.kind is AlertKind.FUNDING:
        mark = overview.marks.get(alert.symbol)
        return percent_text(mark.funding_rate * 100 if mark is not None else None, 4), UNKNOWN
    if alert.kind is AlertKind.MARGIN_RATIO:
        return percent_text(highest_margin_ratio(session), 2, signed=False), UNKNOWN
    ticker, instrument = overview.tickers.get(alert.symbol), session.instruments.get(alert.symbol)
    if not alert.kind.follows_price or ticker is None or instrument is None:
        return UNKNOWN, UNKNOWN
    away: Decimal | None = None
    if alert.kind is not AlertKind.MOVES and ticker.last_price:
        away = (alert.level / ticker.last_price - 1) * 100
    return decimal_text(ticker.last_price, instrument.price_decimals), percent_text(away)
