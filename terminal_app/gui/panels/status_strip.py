"""The strip at the bottom: connections, latency, clock, and the newest notice."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from terminal_app.gui.feed_words import feed_lines
from terminal_app.gui.format import MINUS, UNKNOWN, age_text
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.hints import plain_hint
from terminal_app.gui.panels.notice_line import NOTICE_ROLES, notice_words
from terminal_app.gui.safety.exit_plans import exits_figure
from terminal_app.gui.theme import restyle
from terminal_app.gui.traffic_words import order_count_figure, traffic_lines, weight_figure
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.observers import Subscriptions
from terminal_app.services.connection import ACCOUNT, MARKET, Link
from terminal_app.services.desk import ENVIRONMENT, Desk
from terminal_app.services.health import Health, HealthState
from terminal_app.services.safety.dead_man import NOT_COVERED
from terminal_app.services.session import Session
from terminal_app.venues.base import ClockReading, ConnectionState

STRIP_HEIGHT, BUTTON_HEIGHT = 26, 20
MARGIN, SPACING = 12, 16
SLOW_MS, BAD_MS = 300, 600
CLOCK_WARNING_MS = 500


class StatusStrip(QFrame):
    """Show how the ways to the exchange stand; never scrolls, never hides."""

    review_wanted = Signal()
    exits_wanted = Signal()

    def __init__(self, desk: Desk, clock: FrameClock) -> None:
        super().__init__()
        self._desk = desk
        self._clock = clock
        self._subscriptions = Subscriptions()
        self.setProperty("role", "status")
        self.setFixedHeight(STRIP_HEIGHT)
        self.environment = QLabel()
        self.market, self.account = QLabel(), QLabel()
        self.latency, self.offset, self.entry = QLabel(), QLabel(), QLabel()
        self.weight, self.order_count, self.health = QLabel(), QLabel(), QLabel()
        self.guards = QLabel()
        self.review = QPushButton("Review ban …")
        self.review.setProperty("role", "row")
        self.review.hide()
        self.review.clicked.connect(self.review_wanted)
        self.exits = QPushButton()
        self.exits.setProperty("role", "row")
        self.exits.setAccessibleName("Take profit and stop loss that only this program sends")
        self.exits.setFixedHeight(BUTTON_HEIGHT)
        self.exits.hide()
        self.exits.clicked.connect(self.exits_wanted)
        self.notice = QLabel()
        self.notice.setObjectName("notice")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MARGIN, 0, MARGIN, 0)
        layout.setSpacing(SPACING)
        for label in self._labels():
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("role", "muted")
            layout.addWidget(label)
        layout.addWidget(self.review)
        layout.addWidget(self.exits)
        layout.addStretch(1)
        layout.addWidget(self.notice)
        self._tools: list[QWidget] = []
        self._row = layout
        self.notice.setTextFormat(Qt.TextFormat.PlainText)
        # Ages and latency move even when nothing else does.
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(lambda: self._clock.mark(self))
        desk.observers.add(self._on_desk)
        desk.notifications.observers.add(lambda _: self._clock.mark(self))
        self._follow()

    def add_tool(self, tool: QWidget) -> None:
        """Put a widget at the right end, where it never gives way."""
        self._tools.append(tool)
        self._row.addWidget(tool)

    def flush(self) -> None:
        """Show the state of this moment."""
        environment = self._desk.environment
        _show(self.environment, environment.title if environment is not None else "", "muted")
        bans = [one.orders.bans for one in self._desk.sessions.values()]
        self.review.setVisible(any(ban.needs_review for ban in bans))
        text, role, hint = exits_figure(self._desk)
        _show(self.exits, text, role)
        self.exits.setToolTip(plain_hint(hint))
        self._show_session(self._desk.session)
        # Last: it takes the room that all the others leave.
        self._show_notice()

    def _show_session(self, session: Session | None) -> None:
        if session is None:
            problem = self._desk.problem
            word, role = ("not connected", "danger") if problem else ("connecting", "muted")
            _show(self.market, f"○ Market {word}", role)
            self.market.setToolTip(plain_hint(problem))
            for label in self._labels()[2:]:
                _show(label, "", "muted")
            return
        link = session.connection.link(MARKET)
        self._show_link(self.market, "Market", link)
        feeds = feed_lines(session.streams.health.feeds)
        self.market.setToolTip(plain_hint("\n".join(filter(None, (link.reason, feeds)))))
        if session.venue.execution is None:
            _show(self.account, "○ Account: no key", "muted")
        else:
            self._show_link(self.account, "Account", session.connection.link(ACCOUNT))
        self._show_times(session)

    @guarded(None)
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._second.start()
        self._clock.mark(self)

    def _labels(self) -> tuple[QLabel, ...]:
        return (
            self.environment, self.market, self.account, self.latency, self.offset, self.weight,
            self.order_count, self.entry, self.health, self.guards,
        )  # fmt: skip

    def _show_link(self, label: QLabel, name: str, link: Link) -> None:
        age = age_text(link.age_seconds() * 1000)
        if link.is_live:
            _show(label, f"● {name} live", "buy")
        elif link.state is ConnectionState.CLOSED:
            _show(label, f"○ {name} closed", "muted")
        else:
            _show(label, f"◌ {name} stale for {age}, reconnecting", "warning")
        label.setToolTip(plain_hint(link.reason))

    def _show_times(self, session: Session) -> None:
        _show(self.latency, *latency_figure(session.venue.latency_ms))
        _show(self.offset, *clock_figure(session.venue.clock))
        figures = session.venue.traffic.figures()
        _show(self.weight, *weight_figure(figures))
        _show(self.order_count, *order_count_figure(figures))
        lines = plain_hint(traffic_lines(figures))
        for label in (self.weight, self.order_count):
            label.setToolTip(lines)
        reason = session.orders.closed_because
        # Open is as it should be: only the other is worth the room.
        _show(self.entry, "Orders closed" if reason else "", "warning")
        self.entry.setToolTip(plain_hint(reason))
        _show(self.guards, *guards_figure(session))
        self.guards.setToolTip(plain_hint(guards_hint(session)))
        _show(self.health, *health_figure(session.health.health))
        reasons = [finding.sentence for finding in session.health.health.findings]
        self.health.setToolTip(plain_hint("\n".join(reasons)))

    def _show_notice(self) -> None:
        notices = self._desk.notifications.notices
        if not notices:
            _show(self.notice, "", "muted")
            return
        notice = notices[-1]
        text = notice_words(notice)
        metrics = self.notice.fontMetrics()
        widgets = (*self._labels(), *self._tools, self.review, self.exits)
        others = [widget for widget in widgets if widget.isVisibleTo(self)]
        taken = sum(widget.sizeHint().width() + SPACING for widget in others)
        room = max(min(self.width() - 2 * MARGIN - taken, self.width() // 2), 200)
        _show(
            self.notice,
            metrics.elidedText(text, Qt.TextElideMode.ElideRight, room),
            NOTICE_ROLES[notice.severity],
        )
        self.notice.setToolTip(plain_hint(notice.text))

    def _on_desk(self, key: Hashable) -> None:
        if key == ENVIRONMENT:
            self._follow()
        self._clock.mark(self)

    def _follow(self) -> None:
        self._subscriptions.leave()
        for session in self._desk.sessions.values():
            self._subscriptions.hear(
                lambda _: self._clock.mark(self),
                session.connection.observers,
                session.health.observers,
                session.orders.bans.observers,
                session.safety.loss.observers,
                session.safety.dead_man.observers,
                session.exits.observers,
            )


def latency_figure(latency_ms: int | None) -> tuple[str, str]:
    """Return the words for a round trip and the role that colours them."""
    if latency_ms is None:
        return f"Latency {UNKNOWN}", "muted"
    if latency_ms < SLOW_MS:
        return f"Latency {latency_ms} ms", "muted"
    if latency_ms < BAD_MS:
        return f"Latency {latency_ms} ms slow", "warning"
    return f"Latency {latency_ms} ms bad", "danger"


def clock_figure(reading: ClockReading | None) -> tuple[str, str]:
    """Return the words for the venue's clock against ours and the role that colours them."""
    if reading is None:
        return f"Clock {UNKNOWN}", "warning"
    offset_ms = reading.offset_ms
    sign = "+" if offset_ms > 0 else MINUS if offset_ms < 0 else ""
    text = f"Clock {sign}{abs(offset_ms)} ms"
    if abs(offset_ms) > CLOCK_WARNING_MS:
        return f"{text} off", "warning"
    return text, "muted"


def health_figure(health: Health) -> tuple[str, str]:
    """Return the word for how everything stands, with the worst reason, and its role."""
    if health.state is HealthState.GOOD:
        return "Health good", "muted"
    role = "danger" if health.state is HealthState.BAD else "warning"
    more = f" +{len(health.findings) - 1}" if len(health.findings) > 1 else ""
    return f"Health {health.state.name.lower()}{more}", role


def guards_figure(session: Session) -> tuple[str, str]:
    """Return the word for what guards a person now, and its role; nothing where nothing does."""
    switch = session.safety.dead_man
    if session.safety.loss.lock.is_locked:
        return "Daily loss LOCKED", "danger"
    if not switch.is_on and not switch.covered:
        return "", "muted"
    if switch.seconds_left is None:
        return "Dead-man ready", "muted"
    if switch.problem:
        return f"Dead-man {switch.seconds_left} s, not renewed", "danger"
    return f"Dead-man {switch.seconds_left} s", "muted"


def guards_hint(session: Session) -> str:
    """Return what the guards do, and what they do not cover."""
    switch, loss = session.safety.dead_man, session.safety.loss
    lines = []
    if loss.lock.is_locked:
        lines.append("New risk is locked until the day ends; reducing and cancelling work.")
    if switch.is_on or switch.covered:
        covered = ", ".join(switch.covered) or "no symbol, for no order rests"
        lines.append(f"Unless renewed, the exchange cancels the orders of: {covered}.")
        lines.append(NOT_COVERED)
    if switch.problem:
        lines.append(f"Not renewed: {switch.problem}")
    return "\n".join(lines)


def _show(label: QLabel | QPushButton, text: str, role: str) -> None:
    label.setVisible(bool(text))
    if label.text() != text:
        label.setText(text)
    if label.property("role") != role:
        label.setProperty("role", role)
        restyle(label)
