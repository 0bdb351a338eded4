"""A chart beside the main one: a symbol and an interval of its own."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QPushButton, QToolButton

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.period import period_of
from terminal_app.gui.chart.look import ChartStyle
from terminal_app.gui.chart.panel import ChartPanel
from terminal_app.gui.chart_feed import ChartFeed
from terminal_app.gui.chart_link import link_pointers
from terminal_app.gui.chart_memory import ChartMemory
from terminal_app.gui.chart_statistics import ChartStatistics
from terminal_app.gui.comparing import Comparing
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.link_groups import LinkGroups, LinkKind, restore_link
from terminal_app.gui.shown_orders import ShownOrders
from terminal_app.gui.symbol_choice import SymbolChoice
from terminal_app.gui.theme import Theme
from terminal_app.gui.view_states import show_freshness, waiting_state
from terminal_app.gui.widgets.link_dot import LinkDot
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.observers import Subscriptions
from terminal_app.services.desk import ENVIRONMENT, INSTRUMENTS, Desk
from terminal_app.services.session import Session
from terminal_app.storage.preferences import ChartPreferences


class FurtherChart(QObject):
    """Show one symbol of one market of the desk's environment, whatever the desk looks at.

    It subscribes while it is open and lets go when ``close`` is called. ``close_wanted`` tells
    that a person closed it, ``price_wanted`` carries the instrument and the price of a plain
    click, ``changed`` asks for what it shows to be kept.
    """

    close_wanted = Signal()
    price_wanted = Signal(object, object)
    changed = Signal()

    def __init__(
        self,
        desk: Desk,
        clock: FrameClock,
        theme: Theme,
        kept: ChartPreferences,
        groups: LinkGroups,
    ) -> None:
        panel = ChartPanel(theme, clock)
        super().__init__(panel)
        self.panel = panel
        self.kept = kept
        self.link = groups.link(self)
        self.choice = SymbolChoice(panel, desk, self.link, kept)
        self._desk, self._clock = desk, clock
        self._session: Session | None = None
        self._instrument: Instrument | None = None
        self._subscriptions = Subscriptions()
        self._feed = ChartFeed(self.panel.view, lambda: clock.mark(self))
        self.memory = ChartMemory(kept, desk.preferences.drawings, self.panel)
        self.comparing = Comparing(panel, kept.chart_compared, lambda: clock.mark(self))
        self._statistics = ChartStatistics(panel, clock)
        self._own = ShownOrders(panel.view, lambda: clock.mark(self))
        self.dot = LinkDot(self.link, theme)
        self.symbol_button = QPushButton()
        self.close_button = QToolButton()
        self._lay_out()
        restore_link(self.link, kept.chart_group, kept.chart_shares)
        self._connect()
        # An age has to grow while nothing comes in.
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(lambda: clock.mark(self))
        self._second.start()
        self._forget_desk = desk.observers.add(self._on_desk)
        self._follow()
        groups.greet(self.link)

    def isVisible(self) -> bool:
        """Say whether it can be seen."""
        return self.panel.view.isVisible()

    def flush(self) -> None:
        """Give the chart what changed since the last frame."""
        if self._session is None or self._instrument is None:
            session = self.choice.session
            state, words = waiting_state(self._desk, session)
            if state is ViewState.LOADING and session is not None and session.instruments:
                state, words = ViewState.EMPTY, f"{self.kept.symbol} is not listed here"
            self.panel.view.set_state(state, words)
            return
        show_freshness(self.panel.view, self._session)
        self._feed.flush()
        self.comparing.flush()
        self._own.flush()

    def choose_interval(self, text: str) -> None:
        """Show bars of another length from now on."""
        if text != self.kept.interval:
            self.kept.interval = text
            self._on_choice()

    def close(self) -> None:
        """Let its streams go and hear nothing any more."""
        self._second.stop()
        self._forget_desk()
        self.link.leave()
        self._leave()

    def _lay_out(self) -> None:
        bar = self.panel.bar
        self.symbol_button.setProperty("role", "segment")
        self.symbol_button.setAccessibleName("Symbol of this chart")
        self.symbol_button.setToolTip("Choose this chart's symbol")
        self.close_button.setText("×")
        self.close_button.setProperty("role", "quiet")
        self.close_button.setAccessibleName("Close this chart")
        self.close_button.setToolTip("Close this chart")
        # Orders are moved on the main chart alone.
        bar.drop_tool(self.panel.arm_button)
        # Its book is not watched and its trades are not kept.
        styles = [style.value for style in ChartStyle if not style.has_flow]
        self.panel.style_button.offer(styles)
        bar.lead_with(self.dot)
        bar.lead_with(self.symbol_button)
        bar.end_with(self.close_button)
        bar.more.custom = self._desk.preferences.custom_intervals

    def _connect(self) -> None:
        view = self.panel.view
        self.symbol_button.clicked.connect(lambda: self.choice.open_picker(self.symbol_button))
        self.choice.changed.connect(self._on_choice)
        self.close_button.clicked.connect(self.close_wanted)
        for kept in (self.panel.look_chosen, self.panel.studies_chosen, self.comparing.changed):
            kept.connect(lambda *_: self.changed.emit())
        self.panel.interval_chosen.connect(self._choose_interval)
        self.link.interval_came.connect(self.choose_interval)
        self.link.changed.connect(self._keep_link)
        link_pointers(view, self.link, lambda: self.choice.shown)
        view.history_wanted.connect(lambda _: self._feed.want_older())
        view.action_requested.connect(self._feed.try_again)
        view.price_clicked.connect(self._want_price)

    def _on_choice(self) -> None:
        self._follow()
        self.changed.emit()

    def _choose_interval(self, text: str) -> None:
        self.choose_interval(text)
        self.link.tell(LinkKind.INTERVAL, text)

    def _keep_link(self) -> None:
        self.kept.chart_group = self.link.group.value
        self.kept.chart_shares = sorted(self.link.kinds)
        self.changed.emit()

    def _want_price(self, price: object) -> None:
        if self._instrument is not None:
            self.price_wanted.emit(self._instrument, price)

    def _on_desk(self, key: Hashable) -> None:
        if key not in (ENVIRONMENT, INSTRUMENTS):
            return
        session = self.choice.session
        listed = session.instruments.get(self.kept.symbol) if session is not None else None
        if session is not self._session or listed != self._instrument:
            self._follow()

    def _follow(self) -> None:
        self._leave()
        self.symbol_button.setText(f"{self.kept.symbol or '…'} ▾")
        session = self.choice.session
        instrument = session.instruments.get(self.kept.symbol) if session is not None else None
        self._session, self._instrument = session, instrument
        if session is not None and instrument is not None:
            self._subscribe(session, instrument)
        self._clock.mark(self)

    def _subscribe(self, session: Session, instrument: Instrument) -> None:
        offered = session.venue.capabilities.intervals
        try:
            period = period_of(self.kept.interval)
            interval = period.source(offered)
        except ValueError:
            # Markets differ in which lengths they have.
            period = period_of("1m")
            interval = period.source(offered)
        line = session.candle_lines.open()
        line.select(instrument.symbol, interval)
        view = self.panel.view
        view.set_instrument(instrument)
        self.memory.follow(instrument)
        self.panel.set_offered(offered)
        self.panel.set_interval(period.text)
        self._feed.follow(line, period)
        self.comparing.follow(session, instrument.symbol, period)
        self._statistics.follow(session, instrument, interval)
        self._own.follow(session, instrument)
        self._subscriptions.hear(lambda _: self._clock.mark(self), session.connection.observers)
        self._subscriptions.own(partial(session.candle_lines.close, line))

    def _leave(self) -> None:
        self._feed.leave()
        self.comparing.leave()
        self._statistics.leave()
        self._own.leave()
        self._subscriptions.leave()
        self._session = self._instrument = None
