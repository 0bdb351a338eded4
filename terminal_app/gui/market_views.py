"""Join chart, book and tape to the symbol that is looked at."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import QObject, QTimer, Signal

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.market import Side
from terminal_app.domain.period import Period, period_of
from terminal_app.gui.chart.panel import ChartPanel
from terminal_app.gui.chart_feed import ChartFeed
from terminal_app.gui.chart_flow import ChartFlow
from terminal_app.gui.chart_memory import ChartMemory
from terminal_app.gui.chart_statistics import ChartStatistics
from terminal_app.gui.comparing import Comparing
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.own_marks import own_sizes, resting_limits
from terminal_app.gui.panels.book_panel import BookPanel
from terminal_app.gui.panels.trades_panel import TradesPanel
from terminal_app.gui.view_states import show_freshness, waiting_state
from terminal_app.gui.widgets.painted_view import PaintedView
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.services.connection import MARKET
from terminal_app.services.desk import ENVIRONMENT, INTERVAL, SYMBOL, Desk
from terminal_app.services.session import Session


class MarketViews(QObject):
    """Hand what services tell to the views: marks while messages come, data once a frame.

    Emits ``retry_wanted`` when a person asks to open an environment again that failed.
    """

    retry_wanted = Signal()

    def __init__(
        self, desk: Desk, clock: FrameClock, chart: ChartPanel, book: BookPanel, tape: TradesPanel
    ) -> None:
        # The chart's child: its timer ends with the views it marks.
        super().__init__(chart)
        self._desk, self._clock = desk, clock
        self._chart, self._book, self._tape = chart, book, tape
        self._leave: list[Callable[[], None]] = []
        self._instrument: Instrument | None = None
        self._shown_period: Period | None = None
        self._seen_trades = 0
        self._needs_own = False
        self._feed = ChartFeed(chart.view, lambda: clock.mark(self))
        self._comparing = Comparing(
            chart, desk.preferences.chart_compared, lambda: clock.mark(self)
        )
        chart.interval_chosen.connect(lambda text: desk.select_period(period_of(text)))
        self.memory = ChartMemory(desk.preferences, desk.preferences.drawings, chart)
        self._statistics = ChartStatistics(chart, clock)
        self._flow = ChartFlow(desk, clock, chart.view)
        chart.view.history_wanted.connect(lambda _: self._feed.want_older())
        chart.view.action_requested.connect(self._try_again)
        # An age has to grow while nothing comes in.
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(lambda: clock.mark(self))
        self._second.start()
        desk.observers.add(self._on_desk)
        self._follow()

    def isVisible(self) -> bool:
        """Say whether any of the views can be seen."""
        return any(view.isVisible() for view in (self._chart.view, self._book, self._tape))

    def flush(self) -> None:
        """Give the views what changed since the last frame."""
        session = self._desk.session
        if session is None or self._instrument is None:
            self._show_waiting()
            return
        self._show_states(session)
        self._flush_tape(session)
        self._feed.flush()
        self._comparing.flush()
        if self._needs_own:
            self._needs_own = False
            self._show_own(session, self._instrument)

    def _on_desk(self, key: Hashable) -> None:
        if key in (ENVIRONMENT, SYMBOL, INTERVAL):
            self._follow()

    def _follow(self) -> None:
        for leave in self._leave:
            leave()
        self._leave.clear()
        self._feed.leave()
        self._comparing.leave()
        session, instrument = self._desk.session, self._desk.instrument
        if session is None or instrument is None:
            self._instrument = None
            self._statistics.leave()
            self._clock.mark(self)
            return
        if instrument is not self._instrument:
            self._chart.view.set_instrument(instrument)
            self.memory.follow(instrument)
            self._book.set_instrument(instrument)
            self._tape.set_instrument(instrument)
            self._book.set_book(session.market_data.book)
            self._seen_trades = 0
            self._instrument = instrument
        if self._desk.period != self._shown_period:
            self._chart.set_interval(self._desk.period.text)
            self._shown_period = self._desk.period
        self._chart.set_offered(session.venue.capabilities.intervals)
        self._feed.follow(session.candles, self._desk.period)
        self._comparing.follow(session, instrument.symbol, self._desk.period)
        self._statistics.follow(session, instrument, session.candles.interval)
        self._needs_own = True
        self._leave += [
            session.market_data.observers.add(self._on_market),
            session.connection.observers.add(lambda _: self._clock.mark(self)),
            session.orders.store.observers.add(self._on_own),
        ]
        self._clock.mark(self)

    def _on_market(self, key: Hashable) -> None:
        if key == "book":
            self._book.mark()
        self._clock.mark(self)

    def _on_own(self, _: Hashable) -> None:
        self._needs_own = True
        self._clock.mark(self)

    def _flush_tape(self, session: Session) -> None:
        data = session.market_data
        if data.trade_count < self._seen_trades:
            self._seen_trades = 0
        new = data.newest_trades(self._seen_trades)
        if not new:
            return
        self._seen_trades = data.trade_count
        self._tape.add_trades(new)
        direction = 1 if data.last_side is Side.BUY else -1
        self._book.set_last(new[-1].price, direction)

    def _show_own(self, session: Session, instrument: Instrument) -> None:
        resting = resting_limits(session.orders.store.working(), instrument)
        self._book.set_own_orders(own_sizes(resting))

    def _show_waiting(self) -> None:
        state, words = waiting_state(self._desk, self._desk.session)
        self._chart.view.set_state(state, words)
        if state is ViewState.EMPTY:
            return
        for view in (self._book, self._tape):
            if state is ViewState.ERROR:
                view.set_state(ViewState.EMPTY, "No market data")
            else:
                view.set_state(ViewState.LOADING)

    def _show_states(self, session: Session) -> None:
        for view in self._views():
            show_freshness(view, session)
        data = session.market_data
        is_live = session.connection.link(MARKET).is_live
        if is_live and data.book_problem and not data.book.is_empty:
            self._book.set_state(ViewState.STALE, "the book is being fetched again")

    def _views(self) -> tuple[PaintedView, ...]:
        return (self._chart.view, self._book, self._tape)

    def _try_again(self) -> None:
        if self._desk.session is not None:
            self._feed.try_again()
        else:
            self._chart.view.set_state(ViewState.LOADING)
            self.retry_wanted.emit()
