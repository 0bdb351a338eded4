"""Take a picture of the chart when a trip begins and when it ends."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial

from PySide6.QtCore import QBuffer, QIODevice, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QWidget

from terminal_app.domain.round_trips import RoundTrip
from terminal_app.errors import StorageError
from terminal_app.observers import Subscriptions
from terminal_app.services.desk import ENVIRONMENT, Desk
from terminal_app.services.journal import JOURNAL
from terminal_app.services.notifications import Severity
from terminal_app.services.session import Session
from terminal_app.storage.journal_notes import Moment
from terminal_app.tasks import TaskScope

# As large as a note needs it: some 40 kB each.
LARGEST = QSize(900, 560)
# The execution's own arrow stands on the chart a frame after the execution is known.
DRAWN_AFTER_MS = 300


class TripPictures(QObject):
    """Follow the journals; only a symbol that is looked at can have its picture taken."""

    def __init__(self, chart: QWidget, desk: Desk, tasks: TaskScope) -> None:
        super().__init__(chart)
        self._chart, self._desk, self._tasks = chart, desk, tasks
        self._subscriptions = Subscriptions()
        self._known: dict[str, dict[str, bool]] = {}
        desk.observers.add(self._on_desk)

    def _on_desk(self, key: Hashable) -> None:
        if key == ENVIRONMENT:
            self._subscriptions.leave()
            self._known.clear()
            for session in self._desk.sessions.values():
                self._subscriptions.hear(partial(self._look, session), session.journal.observers)
                # A journal may have been read before this: what comes next is news already.
                self._look(session, JOURNAL)

    def _look(self, session: Session, _key: Hashable) -> None:
        journal = session.journal
        if not journal.is_loaded:
            return
        closed = {trip.key: trip.is_closed for trip in journal.trips}
        known = self._known.get(session.market)
        self._known[session.market] = closed
        if known is None:
            # What was there before the program started is no news.
            return
        for trip in journal.trips:
            was_closed = known.get(trip.key)
            if was_closed is None:
                self._take_soon(session, trip, Moment.ENTRY)
            if trip.is_closed and not was_closed:
                self._take_soon(session, trip, Moment.EXIT)

    def _take_soon(self, session: Session, trip: RoundTrip, moment: Moment) -> None:
        QTimer.singleShot(DRAWN_AFTER_MS, self, partial(self._take, session, trip, moment))

    def _take(self, session: Session, trip: RoundTrip, moment: Moment) -> None:
        desk = self._desk
        is_shown = desk.session is session and desk.symbol == trip.symbol
        if is_shown and self._chart.isVisible() and not self._tasks.closed:
            png = png_of(self._chart)
            self._tasks.spawn(self._keep(session, trip.key, moment, png), "trip picture")

    async def _keep(self, session: Session, key: str, moment: Moment, png: bytes) -> None:
        try:
            await session.journal.add_picture(key, moment, png)
        except StorageError as error:
            self._desk.notifications.tell(Severity.WARNING, str(error))


def png_of(widget: QWidget) -> bytes:
    """Return a picture of a widget, no larger than a note needs it."""
    picture = widget.grab()
    if picture.width() > LARGEST.width() or picture.height() > LARGEST.height():
        keep = Qt.AspectRatioMode.KeepAspectRatio
        picture = picture.scaled(LARGEST, keep, Qt.TransformationMode.SmoothTransformation)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return bytes(buffer.data().data())
