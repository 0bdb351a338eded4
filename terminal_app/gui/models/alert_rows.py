"""What stands in the rows of alerts."""

from __future__ import annotations

from decimal import Decimal

from terminal_app.domain.alerts import Alert, AlertKind, figure_words
from terminal_app.domain.instrument import plain
from terminal_app.domain.market import Candle
from terminal_app.gui.format import UNKNOWN, date_time_text, decimal_text, percent_text, time_text
from terminal_app.gui.widgets.table_rows import Action, Cell, Column, Row, Tone
from terminal_app.services.alerts import FiredAlert
from terminal_app.services.market_alerts import highest_margin_ratio
from terminal_app.services.session import Session

ALERT_COLUMNS = (
    # So narrow that figures are beside the buttons, and not beneath them, in the narrowest panel.
    Column("Alert", 180, is_figure=False, words_px=118),
    Column("Away", 74),
)
FIRED_COLUMNS = (Column("Told", 76, is_figure=False), Column("What", 320, is_figure=False))
SWITCH, REMOVE = "switch", "remove"
_UNKNOWN_NOW = f"It is {UNKNOWN} now"


def alert_row(
    alert: Alert, session: Session | None, at_close: tuple[Candle, Decimal] | None = None
) -> Row:
    """Return the row of an alert; a figure that is not known is a dash.

    ``at_close`` is the newest bar that closed, and the alert's indicator then.
    """
    now, away = _at_close(alert, at_close) if alert.kind.is_of_bars else _now(alert, session)
    switch = Action(SWITCH, "Off", "Stop watching for it")
    if not alert.is_on:
        switch = Action(SWITCH, "On", "Watch for it again")
    words = alert.words() + (", each time" if alert.repeats else "")
    cells = (
        Cell(
            words if alert.is_on else f"off: {words}",
            Tone.TEXT if alert.is_on else Tone.MUTED,
            f"{words}, at the close of a bar" if alert.kind.is_of_bars else words,
        ),
        Cell(away, Tone.MUTED, now),
    )
    return Row(alert.alert_id, cells, (switch, Action(REMOVE, "×", "Delete this alert")))


def fired_row(number: int, fired: FiredAlert) -> Row:
    """Return the row of what was told."""
    told_at = Cell(time_text(fired.time_ms), Tone.MUTED, date_time_text(fired.time_ms))
    return Row(str(number), (told_at, Cell(fired.text, hint=fired.text)))


def _at_close(alert: Alert, at_close: tuple[Candle, Decimal] | None) -> tuple[str, str]:
    if at_close is None:
        return f"Bars of {alert.interval} are not there yet", UNKNOWN
    bar, figure = at_close
    now = f"{alert.study_name} was {figure_words(figure)} at the last {alert.interval} close"
    if alert.kind is AlertKind.STUDY_CROSSES:
        away = alert.level - figure
        return now, decimal_text(away, 2 if abs(away) >= 1 else 4, signed=True)
    now = f"{now}, which was {plain(bar.close)}"
    return now, percent_text((figure / bar.close - 1) * 100 if bar.close else None)


def _now(alert: Alert, session: Session | None) -> tuple[str, str]:
    if session is None:
        return _UNKNOWN_NOW, UNKNOWN
    overview = session.overview
    if alert.kind is AlertKind.FUNDING:
        mark = overview.marks.get(alert.symbol)
        now = percent_text(mark.funding_rate * 100 if mark is not None else None, 4)
        return f"It is {now} now", UNKNOWN
    if alert.kind is AlertKind.MARGIN_RATIO:
        now = percent_text(highest_margin_ratio(session), 2, signed=False)
        return f"It is {now} now", UNKNOWN
    ticker, instrument = overview.tickers.get(alert.symbol), session.instruments.get(alert.symbol)
    if not alert.kind.follows_price or ticker is None or instrument is None:
        return _UNKNOWN_NOW, UNKNOWN
    away: Decimal | None = None
    if alert.kind is not AlertKind.MOVES and ticker.last_price:
        away = (alert.level / ticker.last_price - 1) * 100
    now = decimal_text(ticker.last_price, instrument.price_decimals)
    return f"It is {now} now", percent_text(away)
