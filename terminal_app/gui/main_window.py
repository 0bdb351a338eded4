"""The window: arranges bars and panels, and passes on what a person wants. No logic."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QByteArray, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QHideEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from terminal_app.domain.instrument import Instrument
from terminal_app.gui.activity.panel import ActivityPanel
from terminal_app.gui.alert_delivery import AlertDelivery
from terminal_app.gui.book_link import BookLink
from terminal_app.gui.chart.panel import ChartPanel
from terminal_app.gui.chart_trading import ChartTrading
from terminal_app.gui.charts import Charts
from terminal_app.gui.docks import DockArea
from terminal_app.gui.focus import DeskFocus
from terminal_app.gui.frame_clock import Flushable, FrameClock
from terminal_app.gui.further_panels import FurtherPanels
from terminal_app.gui.journal.journal_panel import JournalPanel
from terminal_app.gui.journal.pictures import TripPictures
from terminal_app.gui.ladder.link import LadderLink
from terminal_app.gui.ladder.panel import LadderPanel
from terminal_app.gui.main_chart import MainChart
from terminal_app.gui.panels.alerts_panel import AlertsPanel
from terminal_app.gui.panels.book_panel import BookPanel
from terminal_app.gui.panels.environment_bar import EnvironmentBar
from terminal_app.gui.panels.status_strip import StatusStrip
from terminal_app.gui.panels.symbol_bar import SymbolBar
from terminal_app.gui.panels.ticket.panel import Ticket
from terminal_app.gui.panels.ticket.terms import TermsButton
from terminal_app.gui.panels.trades_panel import TradesPanel
from terminal_app.gui.panels.watchlist import Watchlist
from terminal_app.gui.tape_link import TapeLink
from terminal_app.gui.theme import Theme, Themed, apply_theme
from terminal_app.gui.widgets.environment_icon import environment_icon
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.link_dot import LinkDot
from terminal_app.gui.workspace.workspace import Workspace
from terminal_app.services.alerts import AlertService
from terminal_app.services.desk import DRY_RUN, ENVIRONMENT, SYMBOL, Desk
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import Environment

FRAME_PX = 3
FIRST_SIZE = (1680, 1020)
SMALLEST = (1080, 680)
# The panels that follow the desk's symbol.
OF_DESK = ("book", "ladder", "trades", "ticket")


@dataclass(frozen=True, slots=True)
class Wishes:
    """Hold what the window asks the program to do."""

    environment: Callable[[str], None]
    reset_practice: Callable[[], None]
    keys: Callable[[], None]
    retry: Callable[[], None]
    review_ban: Callable[[], None]


class MainWindow(QWidget):
    """Show the terminal inside a frame in the environment's colour.

    Closing is an event: ``close_requested`` is emitted and the program ends in its own order.
    ``theme_changed`` carries the theme that all of it was dressed in.
    """

    close_requested = Signal()
    theme_changed = Signal(object)

    def __init__(
        self,
        desk: Desk,
        alerts: AlertService,
        tasks: TaskScope,
        theme: Theme,
        on_paint_failure: Callable[[Flushable, Exception], None],
    ) -> None:
        super().__init__()
        self._desk = desk
        self.theme = theme
        self._is_arranged = False
        self.clock = FrameClock(on_error=on_paint_failure, parent=self)
        self.environment_bar = EnvironmentBar(desk)
        self.symbol_bar = SymbolBar(desk, self.clock)
        self.chart = ChartPanel(theme, self.clock)
        self.book = BookPanel(theme, self.clock)
        self.ladder = LadderPanel(theme, self.clock)
        self.trades = TradesPanel(theme, self.clock)
        self.ticket = Ticket(desk, theme, self.clock)
        self.terms = TermsButton(desk, self.clock)
        self.activity = ActivityPanel(desk, theme, self.clock)
        self.watchlist = Watchlist(desk, theme, self.clock)
        delivery = AlertDelivery(self, desk.preferences)
        self.alerts = AlertsPanel(desk, alerts, delivery, theme, self.clock)
        self.journal = JournalPanel(desk, theme, self.clock, tasks)
        self.status = StatusStrip(desk, self.clock)
        self.area = DockArea()
        self.focus = DeskFocus(desk)
        self.views = MainChart(desk, self.clock, self.chart)
        BookLink(self.focus, self.clock, self.book)
        TapeLink(self.focus, self.clock, self.trades)
        LadderLink(self.focus, self.clock, self.ladder)
        planned = self.ticket.planned
        self.chart_trading = ChartTrading(desk, alerts, self.clock, self.chart.view, planned)
        self.charts = Charts(desk, self.clock, theme, self.chart, self.views.memory)
        self.panels = FurtherPanels(desk, self.clock, theme, self.area, self.charts)
        self._pictures = TripPictures(self.chart.view, desk, tasks)
        self._lay_out()
        self.workspace = Workspace(
            self, desk, theme, self.area, self.charts, self.panels, self.environment_bar
        )
        self.symbol_bar.add_tool(self.workspace.search)
        self._connect()
        desk.observers.add(self._on_desk)
        self._show_environment()

    def connect_wishes(self, wishes: Wishes) -> None:
        """Pass what a person wants of the program on."""
        self.environment_bar.chosen.connect(wishes.environment)
        self.environment_bar.reset_wanted.connect(wishes.reset_practice)
        self.environment_bar.keys_wanted.connect(wishes.keys)
        self.views.retry_wanted.connect(wishes.retry)
        self.status.review_wanted.connect(wishes.review_ban)

    def arrangement(self) -> dict[str, str]:
        """Return size, place and docks as text; charts and further windows keep theirs."""
        self.charts.keep_sizes()
        preferences = self._desk.preferences
        preferences.panels, preferences.panel_windows = (
            self.panels.kept(),
            self.workspace.windows.kept(),
        )
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        return {"geometry": geometry, "docks": self.area.state_text()}

    def restore(self, arrangement: dict[str, str]) -> None:
        """Take an arrangement back, or the first one where there is none."""
        self.resize(*FIRST_SIZE)
        geometry = arrangement.get("geometry", "")
        if not geometry or not self.restoreGeometry(QByteArray.fromBase64(geometry.encode())):
            self._fit_screen()
        # Where nothing was kept here, nothing is restored elsewhere.
        preferences = self._desk.preferences
        panels = preferences.panels if arrangement else ()
        windows = preferences.panel_windows if arrangement else ()
        self._is_arranged = self.workspace.restore(arrangement.get("docks", ""), panels, windows)

    def set_theme(self, theme: Theme) -> None:
        """Dress the application and everything in the window in other colours."""
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, theme)
        self.theme = theme
        for part in self.findChildren(QObject):
            if isinstance(part, Themed):
                part.set_theme(theme)
        self.theme_changed.emit(theme)
        self._show_environment()

    @guarded(None)
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Keys belong to the chart at first: none of them can send or delete anything there.
        self.chart.view.setFocus()
        # Panels that floated when the program ended were shown before the window they belong to.
        QTimer.singleShot(0, self.area, self.area.raise_floating)

    @guarded(None)
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        # To be made an icon is no end.
        if not event.spontaneous():
            self.workspace.windows.hide()

    @guarded(None)
    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.close_requested.emit()

    @guarded(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._is_arranged:
            self.area.fit()
        self._tell_moved()

    @guarded(None)
    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._tell_moved()

    @guarded(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(_colour(self.theme, self._desk.environment)))
        painter.end()

    def _tell_moved(self) -> None:
        if self.isVisible():
            self.area.rearranged.emit()

    def _fit_screen(self) -> None:
        room, least, first = self.screen().availableSize(), QSize(*SMALLEST), QSize(*FIRST_SIZE)
        # A screen on which no window of ours fits is a made-up one.
        if room.expandedTo(least) == room and room.expandedTo(first) != room:
            self.setWindowState(Qt.WindowState.WindowMaximized)

    def _lay_out(self) -> None:
        self.setMinimumSize(*SMALLEST)
        self.area.setCentralWidget(self.charts.grid)
        self.area.add("book", "Book", self.book)
        self.area.add("ladder", "Ladder", self.ladder, self.ladder.head.line)
        self.area.add("trades", "Trades", self.trades)
        self.area.add("ticket", "Order", self.ticket, tool=self.terms)
        for name in OF_DESK:
            self.area.docks[name].head.begin_with(LinkDot(self.charts.link, self.theme))
        self.area.add("watchlist", "Watchlist", self.watchlist)
        self.area.add("alerts", "Alerts", self.alerts)
        self.area.add("journal", "Journal", self.journal)
        activity = self.activity
        self.area.add("activity", "Account", activity, activity.tabs, activity.summary)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(FRAME_PX, 0, FRAME_PX, FRAME_PX)
        layout.setSpacing(0)
        for part in (self.environment_bar, self.symbol_bar):
            layout.addWidget(part)
        layout.addWidget(self.area, 1)
        layout.addWidget(self.status)

    def _connect(self) -> None:
        desk = self._desk
        self.workspace.themed.connect(self.set_theme)
        self.symbol_bar.symbol_chosen.connect(desk.select_symbol)
        self.symbol_bar.market_chosen.connect(desk.select_market)
        self.watchlist.opened.connect(desk.select_symbol)
        self.chart.view.price_clicked.connect(self.ticket.set_price)
        self.chart.view.order_wanted.connect(self.ticket.planned.wanted)
        self.chart.view.alert_wanted.connect(self._offer_alert)
        self.charts.price_wanted.connect(self._take_price)
        self.panels.price_wanted.connect(self.ticket.set_price)
        self.book.price_clicked.connect(lambda price, _side: self.ticket.set_price(price))
        self.ladder.view.price_clicked.connect(self.ticket.set_price)

    def _offer_alert(self, price: Decimal) -> None:
        dock = self.area.docks["alerts"]
        dock.show()
        dock.raise_()
        self.alerts.prefill(price)

    def _take_price(self, instrument: Instrument, price: Decimal) -> None:
        # The ticket is of the desk's symbol: a price of another one must not get into it.
        if instrument == self._desk.instrument:
            self.ticket.set_price(price)

    def _on_desk(self, key: Hashable) -> None:
        if key in (ENVIRONMENT, SYMBOL, DRY_RUN):
            self._show_environment()

    def _show_environment(self) -> None:
        environment = self._desk.environment
        if environment is None:
            return
        colour = _colour(self.theme, environment)
        self.environment_bar.show_environment(environment)
        self.area.set_environment(colour, environment.title)
        kind, ink = environment.kind.value, self.theme.on_environment
        self.workspace.windows.set_dress(
            lambda window: window.set_environment(
                kind, colour, ink, self.environment_bar.title.text(), self._desk.symbol
            )
        )
        symbol = f"{self._desk.symbol} – " if self._desk.symbol else ""
        self.area.set_note(OF_DESK, self._desk.symbol)
        self.setWindowIcon(environment_icon(colour, self.theme.on_environment))
        dry = "DRY RUN – " if self._desk.preferences.dry_run else ""
        self.setWindowTitle(f"{dry}{symbol}{environment.title} – Terminal")
        self.update()


def _colour(theme: Theme, environment: Environment | None) -> str:
    return theme.environment(environment.kind.value if environment is not None else "practice")
