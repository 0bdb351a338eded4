"""The button that ends everything, and what it is to end."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QActionGroup, QColor, QEnterEvent, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QToolButton,
)

from terminal_app.domain.instrument import Instrument, plain
from terminal_app.domain.safety import PanicScope
from terminal_app.gui.format import UNKNOWN, decimal_text
from terminal_app.gui.theme import Theme
from terminal_app.gui.theme_fonts import LABEL_PX, TEXT_PX, text_font
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.hold_to_fire import HoldToFire
from terminal_app.services.desk import ENVIRONMENT, SYMBOL, Desk
from terminal_app.services.notifications import Severity
from terminal_app.services.safety.settings import PANIC_HOLD_MS
from terminal_app.services.session import Session
from terminal_app.venues.base import EnvironmentKind

KEYS = "Shift+Esc"
HEIGHT = 28


class PanicControl(QFrame):
    """Offer panic, to be held; emits ``fired`` once it was held to the end."""

    fired = Signal()

    def __init__(self, desk: Desk, theme: Theme) -> None:
        super().__init__()
        self._desk = desk
        self.button = _PanicButton(theme)
        self.hold = HoldToFire(self.button)
        self.scope = QToolButton()
        self.scope.setText("▾")
        self.scope.setProperty("role", "danger")
        self.scope.setFixedSize(22, HEIGHT)
        self.scope.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.scope.setAccessibleName("What panic ends")
        self.scope.setToolTip("What panic ends: this symbol, this market, or everything")
        self._menu = QMenu(self.scope)
        self._choices = QActionGroup(self._menu)
        for scope in PanicScope:
            action = self._menu.addAction("")
            action.setCheckable(True)
            action.setData(scope.value)
            self._choices.addAction(action)
        self._choices.triggered.connect(
            lambda action: desk.safety.set_panic_scope(PanicScope(action.data()))
        )
        self._menu.addSeparator()
        self.sells = self._menu.addAction("")
        self.sells.setCheckable(True)
        self.sells.triggered.connect(desk.safety.set_panic_sells)
        # What it would sell is of this moment.
        self._menu.aboutToShow.connect(self._show)
        self.scope.setMenu(self._menu)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.button)
        layout.addWidget(self.scope)
        self.button.clicked.connect(self.fired)
        self.hold.let_go.connect(self._say_how)
        desk.observers.add(self._on_desk)
        desk.safety.observers.add(lambda _: self._show())
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours from now on."""
        self.button.set_theme(theme)

    def _on_desk(self, key: Hashable) -> None:
        if key in (ENVIRONMENT, SYMBOL):
            self._show()

    def _say_how(self) -> None:
        seconds = f"{PANIC_HOLD_MS[self._kind()] / 1000:g}"
        text = f"Panic did nothing: it was let go. Hold it for {seconds} s."
        self._desk.notifications.tell(Severity.INFO, text)

    def _kind(self) -> EnvironmentKind:
        environment = self._desk.environment
        return environment.kind if environment is not None else EnvironmentKind.PRACTICE

    def _show(self) -> None:
        desk, scope = self._desk, self._desk.safety.panic_scope
        environment = desk.environment
        kind = self._kind()
        self.hold.set_hold_ms(PANIC_HOLD_MS[kind])
        words = {
            PanicScope.SYMBOL: f"{desk.symbol or 'the symbol'} alone",
            PanicScope.MARKET: "all symbols of this market",
            PanicScope.ALL: "everything, on every market",
        }
        sale = self._show_sale(scope)
        for action in self._choices.actions():
            one = PanicScope(action.data())
            action.setText(f"Panic ends {words[one]}")
            action.setChecked(one is scope)
        where = environment.title if environment is not None else "no environment"
        hint = (
            f"Cancel all orders and close all positions: {words[scope]} ({where}).\n"
            f"{sale}"
            f"Hold the button, or {KEYS}, for {PANIC_HOLD_MS[kind] / 1000:g} s."
        )
        self.button.setToolTip(hint)
        name = f"Panic: end {words[scope]}, {where}"
        self.button.setAccessibleName(f"{name}. {sale}".strip() if self.sells_now else name)

    @property
    def sells_now(self) -> bool:
        """Say whether a panic of this moment sells a holding."""
        return self.sells.isEnabled() and self.sells.isChecked()

    @guarded(None)
    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        # What it would sell is of this moment.
        self._show()

    def _show_sale(self, scope: PanicScope) -> str:
        """Offer to sell the free base asset where holdings are no positions; return what comes."""
        session, instrument = self._desk.session, self._desk.instrument
        is_spot = session is not None and not session.venue.capabilities.has_positions
        can_sell = is_spot and scope is PanicScope.SYMBOL and instrument is not None
        amount = free_words(session, instrument) if session is not None and instrument else ""
        self.sells.setText(f"For one spot symbol sell what is free of it, too{amount}")
        self.sells.setEnabled(can_sell)
        self.sells.setChecked(self._desk.safety.panic_sells)
        self.button.show_sale(is_on=self.sells_now)
        if self.sells_now:
            return f"Then sell at market what is free{amount}.\n"
        return "Spot holdings are not sold.\n" if is_spot or scope is PanicScope.ALL else ""


def free_words(session: Session, instrument: Instrument) -> str:
    """Return how much of an instrument's base asset is free and what it is about worth."""
    free = session.account.available(instrument.base_asset)
    if free is None:
        return f": {UNKNOWN} {instrument.base_asset}"
    words = f": {plain(free)} {instrument.base_asset}"
    best = session.market_data.book.bids.best() if session.is_fresh else None
    worth = decimal_text(free * best.price, 2) if best is not None else UNKNOWN
    return f"{words}, about {worth} {instrument.quote_asset}"


class _PanicButton(QPushButton):
    """Show the word and, quieter, its keys."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("Panic")
        self._theme = theme
        self.setProperty("role", "danger")
        self.show_sale(is_on=False)
        # A space bar that was meant for something else must not find it.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoDefault(False)

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours from now on."""
        self._theme = theme
        self.update()

    def show_sale(self, *, is_on: bool) -> None:
        """Say whether it sells a holding, too."""
        self.setText("Panic + sell" if is_on else "Panic")
        self.setFixedSize(158 if is_on else 118, HEIGHT)

    @guarded(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        area = self.rect().adjusted(12, 0, -10, 0)
        painter.setPen(QColor(self._theme.danger))
        painter.setFont(text_font(TEXT_PX, text_font().Weight.DemiBold))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.setPen(QColor(self._theme.muted))
        painter.setFont(text_font(LABEL_PX))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, KEYS)
