"""Alerts: what is watched for, what came about, and a line to add one."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from terminal_app.domain.alerts import MOST_MINUTES, Alert, AlertKind
from terminal_app.domain.instrument import plain
from terminal_app.errors import InvalidSetting
from terminal_app.gui.alert_delivery import AlertDelivery
from terminal_app.gui.format import age_text
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.models.alert_rows import (
    ALERT_COLUMNS,
    FIRED_COLUMNS,
    SWITCH,
    alert_row,
    fired_row,
)
from terminal_app.gui.panels.study_field import StudyField
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.choice_button import ChoiceButton
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.live_table import LiveTable
from terminal_app.gui.widgets.number_field import NumberField
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.services.alerts import FIRED, AlertService
from terminal_app.services.connection import MARKET as MARKET_LINK
from terminal_app.services.desk import ENVIRONMENT, SYMBOL, Desk
from terminal_app.services.order_ids import random_text

NOTHING_YET = "No alerts yet: choose above what to watch for"
PRICE, MOVE, FUNDING, MARGIN, ORDERS = "price", "move", "funding", "margin", "orders"
STUDY, CLOSE = "study", "close"
_TITLES = {
    PRICE: "Price reaches", MOVE: "Price moves by", STUDY: "Indicator crosses",
    CLOSE: "Close crosses", FUNDING: "Funding reaches", MARGIN: "Margin ratio reaches",
    ORDERS: "Orders end",
}  # fmt: skip
_REPEATED = (PRICE, MOVE, STUDY, CLOSE)
_FIRST_LEVELS = {MOVE: Decimal(1), FUNDING: Decimal("0.05"), MARGIN: Decimal(50)}
_KINDS = {
    MOVE: AlertKind.MOVES, FUNDING: AlertKind.FUNDING, MARGIN: AlertKind.MARGIN_RATIO,
    ORDERS: AlertKind.ORDERS, STUDY: AlertKind.STUDY_CROSSES, CLOSE: AlertKind.CLOSE_CROSSES,
}  # fmt: skip


class AlertsPanel(QWidget):
    """Add, pause and delete alerts; emits ``changed`` when the list is to be kept."""

    changed = Signal()

    def __init__(
        self,
        desk: Desk,
        alerts: AlertService,
        delivery: AlertDelivery,
        theme: Theme,
        clock: FrameClock,
    ) -> None:
        super().__init__()
        self._desk, self._alerts, self._delivery, self._clock = desk, alerts, delivery, clock
        self.kind = ChoiceButton(_TITLES, "What to watch for")
        self.level = NumberField("Level", has_unit_switch=False)
        self.minutes = QSpinBox()
        self.minutes.lineEdit().setTextMargins(6, 0, 0, 0)
        self.study = StudyField()
        self.repeats = QCheckBox("Each time")
        self.add = QPushButton("Add")
        self.problem = QLabel()
        self.table = LiveTable(ALERT_COLUMNS, theme, actions_px=84)
        self.fired = LiveTable(FIRED_COLUMNS, theme)
        self.sound = QCheckBox("Sound")
        self.messages = QCheckBox("Desktop messages")
        self.test = QPushButton("Send a test")
        self.ways = QLabel()
        for label in (self.problem, self.ways):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._dress()
        self._lay_out()
        self._connect()
        self._choose_kind()

    def prefill(self, price: Decimal) -> None:
        """Offer an alert at a price; a person still has to add it."""
        self.kind.set_choice(PRICE)
        self._choose_kind()
        self.level.set_value(price)
        self.level.edit.setFocus()

    def flush(self) -> None:
        """Show the alerts and what they wait for as it stands now."""
        sessions = self._desk.sessions
        rows = [
            alert_row(alert, sessions.get(alert.market), self._alerts.figure(alert))
            for alert in self._alerts.alerts
        ]
        self.table.show_rows(rows)
        self.table.set_state(*self._state())
        fired = list(enumerate(self._alerts.fired))
        self.fired.show_rows([fired_row(number, one) for number, one in reversed(fired)])
        self.ways.setText(self._delivery.words())

    @guarded(None)
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._second.start()
        self._clock.mark(self)

    @guarded(None)
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._second.stop()

    def _state(self) -> tuple[ViewState, str]:
        for market in sorted({alert.market for alert in self._alerts.alerts if alert.is_on}):
            session = self._desk.sessions.get(market)
            if session is None:
                return ViewState.STALE, "Not connected: nothing is watched for now"
            link = session.connection.link(MARKET_LINK)
            if not link.is_live:
                age, title = age_text(link.age_seconds() * 1000), session.venue.capabilities.title
                return ViewState.STALE, f"{title}: no prices for {age}, alerts wait for them"
        return ViewState.EMPTY, NOTHING_YET

    def _dress(self) -> None:
        self.minutes.setRange(1, MOST_MINUTES)
        self.minutes.setValue(5)
        self.minutes.setSuffix(" min")
        self.minutes.setAccessibleName("Within so many minutes")
        self.minutes.setToolTip("Within so many minutes")
        self.repeats.setToolTip("Tell it each time, at most once a minute, not only the first time")
        self.add.setToolTip("Watch for it from now on")
        self.test.setToolTip("Tell something now, to see and hear how an alert arrives")
        self.sound.setToolTip("Play the system's alert sound")
        self.messages.setToolTip("Show a message of the desktop, also while the window is hidden")
        self.sound.setChecked(self._desk.preferences.alert_sound)
        self.messages.setChecked(self._desk.preferences.alert_messages)
        self.problem.setProperty("role", "danger")
        self.problem.setWordWrap(True)
        self.ways.setProperty("role", "muted")
        self.ways.setWordWrap(True)
        self.table.setAccessibleName("Alerts")
        self.fired.setAccessibleName("Alerts that came about")
        self.table.set_state(ViewState.EMPTY, NOTHING_YET)
        self.fired.set_state(ViewState.EMPTY, "Nothing came about since the program started")

    def _lay_out(self) -> None:
        form, more, foot = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        form.setSpacing(6)
        form.addWidget(self.kind, 0, Qt.AlignmentFlag.AlignLeft)
        form.addWidget(self.level, 1)
        # A line of their own: beside them a price would be cut, and read as another one.
        more.setSpacing(12)
        more.addWidget(self.repeats)
        more.addWidget(self.minutes)
        more.addStretch(1)
        more.addWidget(self.add)
        foot.setSpacing(12)
        for widget in (self.sound, self.messages):
            foot.addWidget(widget)
        foot.addStretch(1)
        foot.addWidget(self.test)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        layout.addLayout(form)
        layout.addWidget(self.study)
        layout.addLayout(more)
        layout.addWidget(self.problem)
        layout.addWidget(self.table, 3)
        layout.addWidget(self.fired, 2)
        layout.addWidget(self.ways)
        layout.addLayout(foot)

    def _connect(self) -> None:
        # Prices move while nothing else happens here.
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(lambda: self._clock.mark(self))
        self.kind.chosen.connect(self._choose_kind)
        self.study.indicator_chosen.connect(self._offer_level)
        self.add.clicked.connect(self._add)
        self.level.edit.returnPressed.connect(self._add)
        self.table.action.connect(self._on_action)
        self.test.clicked.connect(
            lambda: self._delivery.deliver("This is a test: an alert arrives like this.")
        )
        self.sound.toggled.connect(self._choose_ways)
        self.messages.toggled.connect(self._choose_ways)
        self._alerts.observers.add(self._on_alerts)
        self._desk.observers.add(self._on_desk)

    def _on_alerts(self, key: Hashable) -> None:
        if key == FIRED:
            self._delivery.deliver(self._alerts.fired[-1].text)
            # One that fired is off now.
            self.changed.emit()
        self._clock.mark(self)

    def _on_desk(self, key: Hashable) -> None:
        if key in (ENVIRONMENT, SYMBOL):
            self._choose_kind()
            self._clock.mark(self)

    def _choose_kind(self) -> None:
        kind, session, instrument = self.kind.choice, self._desk.session, self._desk.instrument
        self.level.setVisible(kind not in (ORDERS, CLOSE))
        self.minutes.setVisible(kind == MOVE)
        self.repeats.setVisible(kind in _REPEATED)
        self.study.setVisible(kind in (STUDY, CLOSE))
        self.problem.hide()
        if session is not None and kind in (STUDY, CLOSE):
            self.study.offer(session.venue.capabilities.intervals, on_level=kind == STUDY)
        if instrument is not None and kind == PRICE:
            self.level.set_unit(instrument.quote_asset, instrument.tick_size)
        elif kind == STUDY:
            self._offer_level()
        else:
            self.level.set_unit("%", Decimal("0.01"))
        first = _FIRST_LEVELS.get(kind)
        if kind == PRICE and session is not None:
            trade = session.market_data.last_trade
            first = trade.price if trade is not None else None
        if first is not None:
            self.level.set_value(first)

    def _offer_level(self) -> None:
        if self.kind.choice == STUDY:
            self.level.set_unit("", Decimal(1))
            self.level.set_value(self.study.usual_level())

    def _choose_ways(self) -> None:
        self._desk.preferences.alert_sound = self.sound.isChecked()
        self._desk.preferences.alert_messages = self.messages.isChecked()
        self.changed.emit()
        self._clock.mark(self)

    def _add(self) -> None:
        try:
            self._alerts.add(self._wanted())
        except (InvalidSetting, ValueError) as error:
            self.problem.setText(str(error))
            self.problem.show()
            return
        self.problem.hide()
        self.changed.emit()

    def _wanted(self) -> Alert:
        choice, session, instrument = self.kind.choice, self._desk.session, self._desk.instrument
        if session is None or instrument is None:
            raise ValueError("The market is not there yet: wait until its symbols are known.")
        level = self.level.value()
        if level is None and choice not in (ORDERS, CLOSE):
            raise ValueError("Level is empty: type what to watch for.")
        level = level or Decimal(0)
        if choice in (FUNDING, MARGIN) and not session.venue.capabilities.has_positions:
            raise ValueError("Only futures have funding and margin: choose Perpetual first.")
        kind = _KINDS.get(choice)
        if kind is None:
            trade = session.market_data.last_trade
            if trade is None:
                raise ValueError("No price is known yet: whether it rises or falls there is open.")
            if level == trade.price:
                near = plain(instrument.tick_size)
                raise ValueError(
                    f"Level {plain(level)}: that is the price now. Move it by {near} or more."
                )
            kind = AlertKind.RISES_TO if level > trade.price else AlertKind.FALLS_TO
        return Alert(
            alert_id=random_text(8),
            kind=kind,
            market=session.market,
            symbol=instrument.symbol if kind.is_of_symbol else "",
            level=level,
            minutes=self.minutes.value(),
            repeats=self.repeats.isChecked() and choice in _REPEATED,
            study=self.study.text() if kind.is_of_bars else "",
            interval=self.study.interval,
        )

    def _on_action(self, alert_id: str, name: str) -> None:
        alert = next(one for one in self._alerts.alerts if one.alert_id == alert_id)
        if name == SWITCH:
            self._alerts.change(alert.switched(not alert.is_on))
        else:
            self._alerts.remove(alert_id)
        self.changed.emit()
