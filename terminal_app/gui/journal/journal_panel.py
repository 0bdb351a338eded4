"""The journal's panel: trips to choose from, one in detail, and what all add up to."""

from __future__ import annotations

import csv
import io
from collections.abc import Hashable
from decimal import Decimal

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from terminal_app.domain.instrument import ZERO
from terminal_app.domain.round_trips import RoundTrip
from terminal_app.errors import StorageError
from terminal_app.gui.dialogs.file_paths import CSV, ask_where
from terminal_app.gui.format import decimal_text
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.journal.entries import ALL, FILTERS, entries_of, entry_of
from terminal_app.gui.journal.statistics_view import StatisticsView
from terminal_app.gui.journal.trip_details import TripDetails
from terminal_app.gui.models.journal_rows import TRIP_COLUMNS, csv_rows, trip_row
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.live_table import LiveTable
from terminal_app.gui.widgets.menu_button import MenuButton
from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.observers import Subscriptions
from terminal_app.services.desk import ENVIRONMENT, Desk
from terminal_app.services.notifications import Severity
from terminal_app.services.session import Session
from terminal_app.storage.journal_notes import TripNote
from terminal_app.tasks import TaskScope


class JournalPanel(QWidget):
    """Show the trips of both markets, newest first.

    Emits ``file_made(str, bytes)`` with a path and its content; whoever hears it writes the file.
    """

    file_made = Signal(str, bytes)

    def __init__(self, desk: Desk, theme: Theme, clock: FrameClock, tasks: TaskScope) -> None:
        super().__init__()
        self._desk, self._clock, self._tasks = desk, clock, tasks
        self._subscriptions = Subscriptions()
        self._filter = ALL
        self._chosen = ""
        self.tabs = QTabBar()
        self.search = QLineEdit()
        self.filter = MenuButton(ALL, "Which trips are shown")
        self.export = QPushButton("Export")
        self.total = plain_label()
        self.table = LiveTable(TRIP_COLUMNS, theme)
        self.details = TripDetails(theme)
        self.statistics = StatisticsView(theme)
        self._stack = QStackedWidget()
        self.setProperty("role", "sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._lay_out()
        self._connect()
        self._follow()

    def flush(self) -> None:
        """Show the trips as they are now."""
        entries = entries_of(self._desk, self._filter, self.search.text())
        values = {
            f"{session.market}|{trip.key}": (session, trip, session.journal.note(trip.key))
            for session, trip in entries
        }
        self.table.show_values(values, lambda key, value: trip_row(key, *value))
        self._show_state()
        trips = [trip for _, trip in entries]
        self.total.setText(_total_words(trips))
        if self._stack.currentWidget() is self.statistics:
            self.statistics.show_trips(trips)
        chosen = entry_of(self._desk, self._chosen)
        if chosen is not None:
            self.details.show_trip(*chosen)
        elif self.details.trip is not None:
            self.details.show_nothing()

    @guarded(None)
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    @guarded(None)
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._subscriptions.leave()

    def _lay_out(self) -> None:
        for title in ("Trips", "Statistics"):
            self.tabs.addTab(title)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName("Trips or statistics")
        self.search.setPlaceholderText("Symbol, tag or note")
        self.search.setAccessibleName("Search the journal")
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(260)
        self.filter.set_choices([(name, name) for name in FILTERS])
        self.export.setToolTip("Write the trips that are shown to a CSV file")
        self.total.setProperty("role", "muted")
        self.table.setAccessibleName("Round trips")
        head = QHBoxLayout()
        head.setContentsMargins(8, 4, 8, 4)
        head.setSpacing(8)
        head.addWidget(self.tabs)
        head.addWidget(self.search, 2)
        head.addWidget(self.filter)
        head.addStretch(1)
        head.addWidget(self.total)
        head.addWidget(self.export)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.table)
        split.addWidget(self.details)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        self._stack.addWidget(split)
        self._stack.addWidget(self.statistics)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._stack.setCurrentIndex)
        self.tabs.currentChanged.connect(lambda _: self._clock.mark(self))
        self.search.textChanged.connect(lambda _: self._clock.mark(self))
        self.filter.chosen.connect(self.show_only)
        self.export.clicked.connect(self._ask_where)
        self.table.selectionModel().currentRowChanged.connect(self._on_row)
        self.details.note_written.connect(self._write)
        self._desk.observers.add(self._on_desk)

    def show_only(self, name: str) -> None:
        """Show only trips of a kind: all, closed, open, won or lost."""
        self._filter = name
        self.filter.show_choice(name)
        self._clock.mark(self)

    def choose(self, market_and_key: str) -> None:
        """Show a trip in detail."""
        self._chosen = market_and_key
        self.details.show_pictures({})
        self._on_journal()

    def _on_row(self, current: QModelIndex, _previous: QModelIndex) -> None:
        chosen = self.table.selected
        if current.isValid() and chosen is not None:
            self.choose(chosen)

    def _on_desk(self, key: Hashable) -> None:
        if key == ENVIRONMENT and self.isVisible():
            self._chosen = ""
            self._follow()

    def _follow(self) -> None:
        self._subscriptions.leave()
        for session in self._desk.sessions.values():
            self._subscriptions.hear(lambda _: self._on_journal(), session.journal.observers)
        self._clock.mark(self)

    def _on_journal(self) -> None:
        self._clock.mark(self)
        entry = entry_of(self._desk, self._chosen)
        if entry is not None and not self._tasks.closed:
            self._tasks.spawn(self._show_pictures(*entry), "pictures of a trip")

    def _show_state(self) -> None:
        journals = [session.journal for session in self._desk.sessions.values()]
        problem = next((one.problem for one in journals if one.problem), "")
        if not journals and self._desk.problem:
            problem = f"The exchange is not connected. {self._desk.problem}"
        if problem:
            self.table.set_state(ViewState.ERROR, problem)
        elif not any(one.is_loaded for one in journals):
            has_key = any(one.venue.execution for one in self._desk.sessions.values())
            no_key = "No API key here: the journal is made of your own trades."
            loading = has_key or not journals
            state = ViewState.LOADING if loading else ViewState.DISABLED
            self.table.set_state(state, "" if loading else no_key)
        elif any(one.trips for one in journals):
            self.table.set_state(ViewState.EMPTY, "No trip is like that")
        else:
            text = "No trips yet: the first one begins with your first execution."
            self.table.set_state(ViewState.EMPTY, text)

    async def _show_pictures(self, session: Session, trip: RoundTrip) -> None:
        try:
            pictures = await session.journal.pictures(trip.key)
        except StorageError as error:
            self._desk.notifications.tell(Severity.WARNING, str(error))
            return
        if self._chosen == f"{session.market}|{trip.key}":
            self.details.show_pictures(pictures)

    def _write(self, note: TripNote) -> None:
        entry = entry_of(self._desk, self._chosen)
        if entry is not None:
            session, trip = entry
            self._tasks.spawn(self._keep(session, trip.key, note), "note")

    async def _keep(self, session: Session, key: str, note: TripNote) -> None:
        try:
            await session.journal.write(key, note)
        except StorageError as error:
            self._desk.notifications.tell(Severity.DANGER, f"The note is not kept: {error}")

    def export_to(self, path: str) -> None:
        """Make a CSV table of the trips that are shown."""
        text = io.StringIO()
        csv.writer(text).writerows(
            csv_rows(entries_of(self._desk, self._filter, self.search.text()))
        )
        # Spreadsheets take a file without this mark for one in an old code page.
        self.file_made.emit(path, text.getvalue().encode("utf-8-sig"))

    def _ask_where(self) -> None:
        ask_where(self, "Save the journal", "journal.csv", CSV, self.export_to)


def _total_words(trips: list[RoundTrip]) -> str:
    known: list[Decimal] = [trip.net for trip in trips if trip.is_closed and trip.net is not None]
    if not known:
        return ""
    return f"{len(known)} closed, net {decimal_text(sum(known, ZERO), 2, signed=True)}"
