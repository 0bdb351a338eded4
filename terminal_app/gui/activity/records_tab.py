"""What the account did: found by words, side, symbol and time, loaded further back, taken out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit, QPushButton

from terminal_app.gui.activity.table_tab import TableTab
from terminal_app.gui.dialogs.file_paths import CSV, ask_where
from terminal_app.gui.models.record_filter import RecordFilter, records_csv
from terminal_app.gui.models.record_rows import RecordView
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.choice_button import ChoiceButton
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.gui.widgets.table_rows import Column, Row
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.services.desk import Desk
from terminal_app.services.past import Load, LoadState
from terminal_app.services.records import Records
from terminal_app.services.session import Session

# Thousands of rows are sorted and narrowed at most this often.
REBUILD_MS = 250
ANY = ""
_SIDES = {ANY: "Both sides", "BUY": "Buys", "SELL": "Sells"}
_TIMES = {ANY: "All times", "1": "24 hours", "7": "7 days", "30": "30 days", "90": "90 days"}
_SYMBOLS = {ANY: "All symbols", "shown": "Shown symbol"}


class RecordsTab(TableTab):
    """Show records of one kind. Emits ``file_made(path, content)`` for who writes the file."""

    file_made = Signal(str, bytes)

    def __init__(
        self,
        name: str,
        desk: Desk,
        theme: Theme,
        columns: Sequence[Column],
        make_row: Callable[[str, RecordView], Row],
        records_of: Callable[[Session], Records],
        empty: str,
        kinds: dict[str, str] | None = None,
    ) -> None:
        super().__init__(name, columns, make_row, theme, sorted_by=columns[0].name)
        self._desk = desk
        self._records_of = records_of
        self._empty = empty
        self._views: dict[str, RecordView] = {}
        self._state = ViewState.LOADING, ""
        self._due = QTimer(self, singleShot=True, interval=REBUILD_MS)
        self._due.timeout.connect(self._rebuild)
        self._rebuilt_at = float("-inf")
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find: symbol, id, status …")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(f"Find in {name.lower()}")
        self.search.setMinimumWidth(60)
        self.symbol = ChoiceButton(_SYMBOLS, "Which symbols")
        self.side = ChoiceButton(_SIDES, "Which side") if kinds is None else None
        self.kind = ChoiceButton(kinds, "Which kind") if kinds is not None else None
        self.period = ChoiceButton(_TIMES, "Which time")
        self.progress = plain_label(role="caption")
        self.older = QPushButton("Load older")
        self.older.setProperty("role", "row")
        self.export = QPushButton("Export CSV …")
        self.export.setProperty("role", "row")
        self.export.setToolTip("Write the rows that are shown to a file, with exact figures")
        self._lay_out()

    def refresh(self, state: ViewState, sentence: str) -> None:
        """Show the records of this moment, soon where they were shown just now."""
        if (state, sentence) != self._state:
            # That figures are old is said at once, however many there are.
            self._state = state, sentence
            self.table.set_state(state, sentence)
        self._show_load()
        if time.monotonic() - self._rebuilt_at >= REBUILD_MS / 1000:
            self._rebuild()
        elif not self._due.isActive():
            self._due.start()

    def on_sorted(self) -> None:
        """Show the new order at once."""
        self._rebuild()

    def record(self, row_key: str) -> RecordView | None:
        """Return the record of a row that is shown."""
        return self._views.get(row_key)

    def make(self, path: str) -> None:
        """Make the content of a file and tell it."""
        rows = ((view.market, view.body) for view in self._views.values())
        self.file_made.emit(path, records_csv(rows).encode())

    @guarded(None)
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Only the count was kept while nobody looked.
        self._rebuild()

    def _lay_out(self) -> None:
        self.add_tool(self.search, 1)
        for choice in (self.symbol, self.side, self.kind, self.period):
            if choice is not None:
                self.add_tool(choice)
                choice.chosen.connect(self._rebuild)
        for tool in (self.progress, self.older, self.export):
            self.add_tool(tool)
        self.search.textChanged.connect(lambda _: self._rebuild())
        self.older.clicked.connect(self._on_older)
        self.export.clicked.connect(self._ask_where)

    def _rebuild(self) -> None:
        self._rebuilt_at = time.monotonic()
        if not self.isVisible():
            sessions = self._desk.sessions.values()
            self.count = sum(len(self._records_of(session)) for session in sessions)
            return
        wanted = self._filter()
        now_ms = time.time_ns() // 1_000_000
        views: dict[str, RecordView] = {}
        total = 0
        for session in self._desk.sessions.values():
            market, title = session.market.value, session.venue.capabilities.title
            records = self._records_of(session)
            total += len(records)
            for key, body in records.items():
                if wanted.admits(body, now_ms):
                    instrument = session.instruments.get(str(body["symbol"]))
                    view = RecordView(market, title, key, body, instrument)
                    views[view.row_key] = view
        self._views = views
        state, sentence = self._state
        nothing = "Nothing fits the filter above." if total else self._empty
        self.show_views(views, state, sentence, nothing)
        self.export.setEnabled(bool(views))

    def _filter(self) -> RecordFilter:
        return RecordFilter(
            self.search.text(),
            self._desk.symbol if self.symbol.choice else ANY,
            self.side.choice if self.side is not None else ANY,
            self.kind.choice if self.kind is not None else ANY,
            int(self.period.choice or 0),
        )

    def _loads(self) -> list[tuple[Session, Load]]:
        sessions = self._desk.sessions.values()
        loads = [(session, session.past.load) for session in sessions]
        return [(session, load) for session, load in loads if load is not None]

    def _show_load(self) -> None:
        running = [load for _, load in self._loads() if not load.has_ended]
        self.older.setText("Stop" if running else "Load older")
        hint = "What is loaded so far stays" if running else "As far as the exchange tells"
        self.older.setToolTip(hint)
        self.older.setAccessibleName(self.older.text())
        self.progress.setText("  ·  ".join(map(_load_words, running or self._ended())))

    def _ended(self) -> list[Load]:
        return [load for _, load in self._loads() if load.state is LoadState.FAILED]

    def _on_older(self) -> None:
        running = [session for session, load in self._loads() if not load.has_ended]
        for session in running:
            session.past.cancel()
        if running:
            return
        for session in self._desk.sessions.values():
            store = session.orders.store
            symbols = {order.symbol for order in store.orders.values()}
            symbols |= {fill.symbol for fill in store.fills.values()}
            symbols |= {position.symbol for position in session.account.positions.values()}
            if session is self._desk.session:
                symbols.add(self._desk.symbol)
            session.past.load_account(sorted(symbols & session.instruments.keys()))

    def _ask_where(self) -> None:
        name = f"{self.name.lower().replace(' ', '-')}.csv"
        ask_where(self, "Export", name, CSV, self.make)


def _load_words(load: Load) -> str:
    if load.state is LoadState.FAILED:
        return f"{load.title}: {load.problem}"
    share = f", {round(load.share * 100)} %" if load.share is not None else ""
    return f"{load.title}: {load.rows} rows{share}"
