"""Say how a view waits for its data, and how old what it shows is."""

from __future__ import annotations

from terminal_app.gui.focus import Focus
from terminal_app.gui.format import age_text
from terminal_app.gui.widgets.painted_view import PaintedView
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.services.connection import MARKET
from terminal_app.services.desk import Desk
from terminal_app.services.session import Session

# A skeleton says "soon"; after this long it would be a lie.
PATIENCE_SECONDS = 5


def waiting_state(desk: Desk, session: Session | None) -> tuple[ViewState, str]:
    """Return how a chart waits for a market whose symbols are not known yet, and the words."""
    if desk.problem:
        return ViewState.ERROR, desk.problem
    if session is not None:
        link = session.connection.link(MARKET)
        seconds = link.age_seconds()
        if not link.is_live and seconds >= PATIENCE_SECONDS:
            title, age = session.venue.environment.title, age_text(seconds * 1000)
            reason = f": {link.reason}" if link.reason else ""
            words = f"{title} has not answered for {age}{reason}. It is tried again and again."
            return ViewState.EMPTY, words
    return ViewState.LOADING, ""


def show_waiting(view: PaintedView, focus: Focus) -> None:
    """Have a book or a tape wait for its market, beside a chart that says why it does."""
    session = focus.session
    state, _ = waiting_state(focus.desk, session)
    is_known = session is not None and bool(session.instruments)
    if is_known and focus.instrument is None:
        view.set_state(ViewState.EMPTY, f"{focus.symbol} is not listed here")
    elif state is ViewState.ERROR:
        view.set_state(ViewState.EMPTY, "No market data")
    elif state is not ViewState.EMPTY:
        view.set_state(ViewState.LOADING)


def show_freshness(view: PaintedView, session: Session) -> None:
    """Grey a view whose market is not heard, with the age, and take that back when it is."""
    link = session.connection.link(MARKET)
    if not link.is_live and view.state.has_data:
        age = age_text(link.age_seconds() * 1000)
        view.set_state(ViewState.STALE, f"no data for {age}, reconnecting")
    elif link.is_live and view.state is ViewState.STALE:
        view.set_state(ViewState.NORMAL)
