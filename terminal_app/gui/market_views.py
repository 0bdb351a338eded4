"""Join chart, book and tape to the symbol that is looked at."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable

from PySide6.QtCore import QObject, QTimer, Signal

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.market import Interval, Side
from terminal_app.gui.chart.panel import ChartPanel
from terminal_app.gui.chart_flow import ChartFlow
from terminal_app.gui.chart_memory import ChartMemory
from terminal_app.gui.chart_statistics import ChartStatistics
from terminal_app.gui.format import age_text
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.own_marks import own_sizes, resting_limits
from terminal_app.gui.panels.book_panel import BookPanel
from terminal_app.gui.panels.trades_panel import TradesPanel
from terminal_app.gui.widgets.painted_view import PaintedView
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.services.candles import CandlesState
from terminal_app.services.connection import MARKET
from terminal_app.services.desk import ENVIRONMENT, INTERVAL, SYMBOL, Desk
from terminal_app.services.session import Session

# A skeleton says "soon"; after this long it would be a lie.
PATIENCE_SECONDS = 5


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
        self._shown_interval: Interval | None = None
        self._seen_trades = 0
        self._needs_load = False
        self._older_came = False
        self._shown_to_ms = 0
        self._needs_own = False
        chart.interval_chosen.connect(lambda text: desk.select_interval(Interval(text)))
        self._memory = ChartMemory(desk.preferences, chart)
        self._statistics = ChartStatistics(chart, clock)
        self._flow = ChartFlow(desk, clock, chart.view)
        chart.view.history_wanted.connect(lambda _: self._want_older())
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
        self._flush_candles(session)
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
        session, instrument = self._desk.session, self._desk.instrument
        if session is None or instrument is None:
            self._instrument = None
            self._statistics.leave()
            self._clock.mark(self)
            return
        if instrument is not self._instrument:
            self._chart.view.set_instrument(instrument)
            self._memory.follow(instrument)
            self._book.set_instrument(instrument)
            self._tape.set_instrument(instrument)
            self._book.set_book(session.market_data.book)
            self._seen_trades = 0
            self._instrument = instrument
        if self._desk.interval is not self._shown_interval:
            self._chart.set_interval(self._desk.interval)
            self._shown_interval = self._desk.interval
        self._statistics.follow(session, instrument, self._desk.interval)
        self._needs_load = self._needs_own = True
        self._leave += [
            session.market_data.observers.add(self._on_market),
            session.candles.observers.add(self._on_candles),
            session.connection.observers.add(lambda _: self._clock.mark(self)),
            session.orders.store.observers.add(self._on_own),
        ]
        self._clock.mark(self)

    def _on_market(self, key: Hashable) -> None:
        if key == "book":
            self._book.mark()
        self._clock.mark(self)

    def _on_candles(self, key: Hashable) -> None:
        session = self._desk.session
        if key == "loaded":
            self._needs_load = True
        elif key == "older":
            self._older_came = True
        elif key == "repaired" and session is not None:
            self._shown_to_ms = min(self._shown_to_ms, session.candles.repaired_from_ms)
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

    def _flush_candles(self, session: Session) -> None:
        service = session.candles
        if service.state is not CandlesState.READY:
            return
        view, candles = self._chart.view, service.candles
        if self._needs_load:
            self._needs_load = self._older_came = False
            view.load(candles)
            self._shown_to_ms = candles[-1].open_time_ms if candles else 0
        if self._older_came:
            self._older_came = False
            first_ms = int(view.series.open_time_ms[0]) if len(view.series) else 0
            view.prepend([candle for candle in candles if candle.open_time_ms < first_ms])
        if not candles:
            return
        # Frames may be far apart: every candle since the last one shown is taken over.
        first = bisect_left(candles, self._shown_to_ms, key=lambda candle: candle.open_time_ms)
        for candle in candles[first:]:
            view.update_candle(candle)
        self._shown_to_ms = candles[-1].open_time_ms

    def _show_own(self, session: Session, instrument: Instrument) -> None:
        resting = resting_limits(session.orders.store.working(), instrument)
        self._book.set_own_orders(own_sizes(resting))

    def _show_waiting(self) -> None:
        problem = self._desk.problem
        if problem:
            self._chart.view.set_state(ViewState.ERROR, problem)
            self._book.set_state(ViewState.EMPTY, "No market data")
            self._tape.set_state(ViewState.EMPTY, "No market data")
            return
        session = self._desk.session
        link = session.connection.link(MARKET) if session is not None else None
        if session is not None and link is not None and not link.is_live:
            seconds = link.age_seconds()
            if seconds >= PATIENCE_SECONDS:
                title, age = session.venue.environment.title, age_text(seconds * 1000)
                reason = f": {link.reason}" if link.reason else ""
                text = f"{title} has not answered for {age}{reason}. It is tried again and again."
                self._chart.view.set_state(ViewState.EMPTY, text)
                return
        for view in self._views():
            view.set_state(ViewState.LOADING)

    def _show_states(self, session: Session) -> None:
        link = session.connection.link(MARKET)
        age = age_text(link.age_seconds() * 1000)
        stale = f"no data for {age}, reconnecting"
        for view in self._views():
            if not link.is_live and view.state.has_data:
                view.set_state(ViewState.STALE, stale)
            elif link.is_live and view.state is ViewState.STALE:
                view.set_state(ViewState.NORMAL)
        data = session.market_data
        if link.is_live and data.book_problem and not data.book.is_empty:
            self._book.set_state(ViewState.STALE, "the book is being fetched again")
        if session.candles.state is CandlesState.FAILED:
            self._chart.view.set_state(ViewState.ERROR, session.candles.problem)

    def _views(self) -> tuple[PaintedView, ...]:
        return (self._chart.view, self._book, self._tape)

    def _want_older(self) -> None:
        if self._desk.session is not None:
            self._desk.session.candles.want_older()

    def _try_again(self) -> None:
        self._chart.view.set_state(ViewState.LOADING)
        if self._desk.session is not None:
            self._desk.session.candles.reload()
        else:
            self.retry_wanted.emit()
