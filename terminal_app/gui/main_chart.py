"""Join the main chart to the symbol that is looked at."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QObject, QTimer, Signal

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.period import Period, period_of
from terminal_app.gui.chart.panel import ChartPanel
from terminal_app.gui.chart_feed import ChartFeed
from terminal_app.gui.chart_flow import ChartFlow
from terminal_app.gui.chart_memory import ChartMemory
from terminal_app.gui.chart_statistics import ChartStatistics
from terminal_app.gui.comparing import Comparing
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.view_states import show_freshness, waiting_state
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.observers import Subscriptions
from terminal_app.services.desk import ENVIRONMENT, INTERVAL, SYMBOL, Desk


class MainChart(QObject):
    """Hand what services tell to the chart: marks while messages come, data once a frame.

    Emits ``retry_wanted`` when a person asks to open an environment again that failed.
    """

    retry_wanted = Signal()

    def __init__(self, desk: Desk, clock: FrameClock, chart: ChartPanel) -> None:
        # The chart's child: its timer ends with the views it marks.
        super().__init__(chart)
        self._desk, self._clock = desk, clock
        self._chart = chart
        self._subscriptions = Subscriptions()
        self._instrument: Instrument | None = None
        self._shown_period: Period | None = None
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
        """Say whether the chart can be seen."""
        return self._chart.view.isVisible()

    def flush(self) -> None:
        """Give the chart what changed since the last frame."""
        session = self._desk.session
        if session is None or self._instrument is None:
            self._chart.view.set_state(*waiting_state(self._desk, session))
            return
        show_freshness(self._chart.view, session)
        self._feed.flush()
        self._comparing.flush()

    def _on_desk(self, key: Hashable) -> None:
        if key in (ENVIRONMENT, SYMBOL, INTERVAL):
            self._follow()

    def _follow(self) -> None:
        self._subscriptions.leave()
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
            self._instrument = instrument
        if self._desk.period != self._shown_period:
            self._chart.set_interval(self._desk.period.text)
            self._shown_period = self._desk.period
        self._chart.set_offered(session.venue.capabilities.intervals)
        self._feed.follow(session.candles, self._desk.period)
        self._comparing.follow(session, instrument.symbol, self._desk.period)
        self._statistics.follow(session, instrument, session.candles.interval)
        self._subscriptions.hear(lambda _: self._clock.mark(self), session.connection.observers)
        self._clock.mark(self)

    def _try_again(self) -> None:
        if self._desk.session is not None:
            self._feed.try_again()
        else:
            self._chart.view.set_state(ViewState.LOADING)
            self.retry_wanted.emit()
