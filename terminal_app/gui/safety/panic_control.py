"""The button that ends everything, and what it is to end."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QActionGroup, QColor, QPaintEvent
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

from terminal_app.domain.safety import PanicScope
from terminal_app.gui.theme import Theme
from terminal_app.gui.theme_fonts import LABEL_PX, TEXT_PX, text_font
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.hold_to_fire import HoldToFire
from terminal_app.services.desk import ENVIRONMENT, SYMBOL, Desk
from terminal_app.services.notifications import Severity
from terminal_app.services.safety.settings import PANIC_HOLD_MS
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
        for action in self._choices.actions():
            one = PanicScope(action.data())
            action.setText(f"Panic ends {words[one]}")
            action.setChecked(one is scope)
        where = environment.title if environment is not None else "no environment"
        hint = (
            f"Cancel all orders and close all positions: {words[scope]} ({where}).\n"
            f"Hold the button, or {KEYS}, for {PANIC_HOLD_MS[kind] / 1000:g} s."
        )
        self.button.setToolTip(hint)
        self.button.setAccessibleName(f"Panic: end {words[scope]}, {where}")


class _PanicButton(QPushButton):
    """Show the word and, quieter, its keys."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("Panic")
        self._theme = theme
        self.setProperty("role", "danger")
        self.setFixedSize(118, HEIGHT)
        # A space bar that was meant for something else must not find it.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoDefault(False)

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours from now on."""
        self._theme = theme
        self.update()

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
