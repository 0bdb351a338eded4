"""Which trips of both markets a journal shows."""

from __future__ import annotations

from collections.abc import Callable

from terminal_app.domain.instrument import ZERO
from terminal_app.domain.round_trips import RoundTrip
from terminal_app.services.desk import Desk
from terminal_app.services.session import Session

Entry = tuple[Session, RoundTrip]
ALL, CLOSED, OPEN, WON, LOST = "All", "Closed", "Open", "Won", "Lost"
FILTERS: dict[str, Callable[[RoundTrip], bool]] = {
    ALL: lambda trip: True,
    CLOSED: lambda trip: trip.is_closed,
    OPEN: lambda trip: not trip.is_closed,
    WON: lambda trip: trip.is_closed and trip.net is not None and trip.net > ZERO,
    LOST: lambda trip: trip.is_closed and trip.net is not None and trip.net <= ZERO,
}


def entries_of(desk: Desk, shown: str, wanted: str) -> list[Entry]:
    """Return the trips of a filter that hold what is looked for, the one opened last first."""
    passes, text = FILTERS[shown], wanted.strip().lower()
    entries = [
        (session, trip)
        for session in desk.sessions.values()
        for trip in session.journal.trips
        if passes(trip) and _has(session, trip, text)
    ]
    entries.sort(key=lambda entry: entry[1].opened_ms, reverse=True)
    return entries


def entry_of(desk: Desk, market_and_key: str) -> Entry | None:
    """Return the trip of a key, None where it is not there any more."""
    market, _, key = market_and_key.partition("|")
    for session in desk.sessions.values():
        if session.market == market:
            return next(((session, t) for t in session.journal.trips if t.key == key), None)
    return None


def _has(session: Session, trip: RoundTrip, wanted: str) -> bool:
    if not wanted:
        return True
    note = session.journal.note(trip.key)
    return any(wanted in text.lower() for text in (trip.symbol, note.note, *note.tags))
