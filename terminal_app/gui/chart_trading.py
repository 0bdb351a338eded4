"""Join a chart to one's own orders and positions: what is shown of them, and what a hand wants."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal

from PySide6.QtCore import QObject, QTimer, Signal

from terminal_app.domain.exit import Holding
from terminal_app.domain.instrument import Instrument
from terminal_app.gui.chart.fill_marks import fill_marks
from terminal_app.gui.chart.line_hand import DragWords
from terminal_app.gui.chart.price_line import LineKind, PriceLine
from terminal_app.gui.chart.view import ChartView
from terminal_app.gui.chart_alerts import ChartAlerts
from terminal_app.gui.chart_lines import (
    Held,
    closed_leg,
    holding_line,
    order_lines,
    plan_lines,
    position_lines,
    shown_orders,
)
from terminal_app.gui.drag_words import (
    holding_words,
    last_price,
    move_words,
    plan_words,
    protect_words,
    surroundings,
)
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.planned_orders import PlannedOrders
from terminal_app.gui.position_sizes import PositionSizes
from terminal_app.observers import Subscriptions
from terminal_app.services.alerts import AlertService
from terminal_app.services.desk import ENVIRONMENT, SYMBOL, Desk
from terminal_app.services.holdings import known_holding
from terminal_app.services.session import Session

# How often a holding's worth is written anew.
_WORTH_MS = 500


class ChartTrading(QObject):
    """Show the lines and fills of the symbol that is looked at, and pass on what a hand asks for.

    ``move_wanted`` carries an order's key and a price, ``cancel_wanted`` a key, ``protect_wanted``
    a position's key and a price, ``close_wanted`` market and key of a position. Who hears them asks
    and sends; a drag of a plan only changes the ticket, that of an alert only the alert.
    """

    move_wanted = Signal(str, object)
    cancel_wanted = Signal(str)
    protect_wanted = Signal(str, object)
    close_wanted = Signal(str, str)

    def __init__(
        self,
        desk: Desk,
        alerts: AlertService,
        clock: FrameClock,
        view: ChartView,
        planned: PlannedOrders,
    ) -> None:
        super().__init__(view)
        self.alerts = ChartAlerts(alerts, self)
        self._desk, self._clock, self._view, self._planned = desk, clock, view, planned
        self._subscriptions = Subscriptions()
        self._instrument: Instrument | None = None
        self._counted: tuple[int, Decimal | None] | None = None
        self._holding: Holding | None = None
        self._soon = QTimer(self, interval=_WORTH_MS, singleShot=True)
        self._soon.timeout.connect(self._mark)
        view.hand.words = self._words
        view.pencil.sizer = PositionSizes(desk)
        view.hand.dropped.connect(self._on_dropped)
        view.hand.crossed.connect(self._on_crossed)
        planned.changed.connect(self._mark)
        alerts.observers.add(self._mark)
        desk.observers.add(self._on_desk)
        self._follow()

    def isVisible(self) -> bool:
        """Say whether the chart can be seen."""
        return self._view.isVisible()

    def flush(self) -> None:
        """Show what is there now."""
        session, instrument = self._desk.session, self._instrument
        if session is None or instrument is None:
            return
        self._take_fills(session, instrument)
        self._view.set_price_lines(self._lines(session, instrument))
        if self._view.hand.refresh():
            self._view.mark()

    def _lines(self, session: Session, instrument: Instrument) -> list[PriceLine]:
        store, account = session.orders.store, session.account
        positions = account.positions_in(instrument.symbol)
        orders, rate = shown_orders(store.working(), instrument), account.taker_rate
        lines = self.alerts.lines(instrument) + plan_lines(self._planned.orders, instrument)
        for position in positions:
            brought = session.funding.paid(position)
            lines += position_lines(position, instrument, rate, brought)
        if self._holding is not None:
            lines.append(holding_line(self._holding, last_price(session), instrument))
        held = Held(positions, self._holding, rate)
        return lines + order_lines(orders, held, instrument, store.key_of)

    def _take_fills(self, session: Session, instrument: Instrument) -> None:
        fills = session.orders.store.fills
        balance = session.account.balances.get(instrument.base_asset)
        total = balance.total if balance is not None else None
        if (len(fills), total) == self._counted:
            return
        self._counted = len(fills), total
        self._view.fills = fill_marks(
            fill for fill in fills.values() if fill.symbol == instrument.symbol
        )
        self._view.mark()
        self._holding = None
        if not session.venue.capabilities.has_positions:
            self._holding = known_holding(fills.values(), instrument, total)

    def _on_desk(self, key: Hashable) -> None:
        if key == ENVIRONMENT:
            # Where orders go is another place now: what was armed there is not armed here.
            self._view.hand.set_armed(False)
        if key in (ENVIRONMENT, SYMBOL):
            self._follow()

    def _follow(self) -> None:
        self._subscriptions.leave()
        session, self._instrument = self._desk.session, self._desk.instrument
        self._counted = None
        self._view.roles = self._planned.takes
        if session is None or self._instrument is None:
            return
        self._subscriptions.hear(
            self._mark,
            session.orders.store.observers,
            session.account.observers,
            session.funding.observers,
        )
        self._subscriptions.hear(self._on_market, session.market_data.observers)
        self._mark()

    def _on_market(self, _key: Hashable) -> None:
        # Positions are told with every mark price; what a holding is worth moves with the trades.
        if self._view.hand.is_busy:
            self._mark()
        elif self._holding is not None and not self._soon.isActive():
            self._soon.start()

    def _mark(self, _key: Hashable = None) -> None:
        self._clock.mark(self)

    def _words(self, line: PriceLine, price: Decimal) -> DragWords:
        session, instrument = self._desk.session, self._instrument
        if session is None or instrument is None:
            return DragWords()
        around = surroundings(session, instrument)
        if line.kind is LineKind.ALERT:
            return self.alerts.words(price, around)
        if line.kind is LineKind.PLANNED:
            plan = self._planned.find(line.key)
            return plan_words(plan, price, around) if plan is not None else DragWords()
        position = session.account.positions.get(line.key)
        if line.kind is LineKind.POSITION and position is not None:
            return protect_words(position, price, around)
        if line.kind is LineKind.POSITION and self._holding is not None:
            return holding_words(self._holding, price, around)
        order = session.orders.store.orders.get(line.key)
        if order is None:
            return DragWords()
        positions = session.account.positions_in(instrument.symbol)
        return move_words(order, price, around, closed_leg(order, positions, self._holding))

    def _on_dropped(self, line: PriceLine, price: Decimal) -> None:
        if line.kind is LineKind.PLANNED:
            plan = self._planned.find(line.key)
            if plan is not None:
                self._planned.price_wanted.emit(plan, price)
        elif line.kind is LineKind.ALERT:
            session = self._desk.session
            self.alerts.move(line.key, price, last_price(session) if session else None)
        elif line.kind is LineKind.POSITION:
            self.protect_wanted.emit(line.key, price)
        else:
            self.move_wanted.emit(line.key, price)

    def _on_crossed(self, line: PriceLine) -> None:
        if line.kind is LineKind.ALERT:
            self.alerts.remove(line.key)
        elif line.kind is LineKind.POSITION and self._desk.session is not None:
            self.close_wanted.emit(self._desk.session.market.value, line.key)
        else:
            self.cancel_wanted.emit(line.key)
