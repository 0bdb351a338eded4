"""The ladder with everything around it: what is held, the lock, the sizes, the choices."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.price_steps import beside
from terminal_app.gui.format import step_text
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.hotkeys.key_map import KeyAction
from terminal_app.gui.ladder.choices import LadderChoices
from terminal_app.gui.ladder.head import LadderHead
from terminal_app.gui.ladder.view import LadderView
from terminal_app.gui.ladder.volumes import WorkingVolumes
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.menu_button import MenuButton
from terminal_app.services.dry_run import Rehearsal
from terminal_app.services.order_plans import Progress


class LadderPanel(QWidget):
    """Put lock, sizes and choices over the rows; be where a click's refusals are shown.

    The lock is closed at first, and again whenever another instrument comes. ``choices_changed``
    tells that a person chose another scheme, bars or centring, ``step_chosen`` carries how far
    apart rows are to be (None: as the book wants it), ``key_pressed`` the ``KeyAction`` of a
    trading key that is for the ladder under the pointer.
    """

    choices_changed = Signal()
    step_chosen = Signal(object)
    key_pressed = Signal(object)

    def __init__(self, theme: Theme, clock: FrameClock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self.head = LadderHead()
        self.view = LadderView(theme, clock, self)
        self.volumes = WorkingVolumes(theme)
        # What a size was typed for are the rows.
        self.volumes.rest = self.view
        self.lock = QPushButton()
        self.lock.setCheckable(True)
        self.lock.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.lock.setProperty("role", "lock")
        self.lock.setMinimumSize(82, 26)
        self.step_button = MenuButton("Auto", "Price step of the rows (+ and −)", self.view)
        self.step_button.move(4, 1)
        self.choices = LadderChoices(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addLayout(_row(self.lock, self.head))
        column.addLayout(_row(self.volumes))
        column.addWidget(self.view, 1)
        self._connect()
        self._show_lock()

    def set_instrument(self, instrument: Instrument) -> None:
        """Lock, and wait for the book of an instrument."""
        self.set_unlocked(is_unlocked=False)
        self.volumes.clear()
        self.view.set_instrument(instrument)
        self.view.rules.size = None
        steps = ((step_text(step), step) for step in self.view.rows.steps)
        self.step_button.set_choices([("Auto", None), *steps])
        self.show_step()

    def set_unlocked(self, *, is_unlocked: bool) -> None:
        """Let clicks send orders, or let them send nothing."""
        self.lock.setChecked(is_unlocked)

    def lock_again(self) -> None:
        """Let clicks send nothing any more."""
        self.set_unlocked(is_unlocked=False)

    def set_step(self, step: Decimal | None) -> None:
        """Let rows be this far apart, None: as the book wants it."""
        self.view.rows.set_step(step)
        self.view.mark()
        self.show_step()

    def show_step(self) -> None:
        """Say how far apart the rows are."""
        rows = self.view.rows
        text = f"{'Auto ' if rows.is_auto_step else ''}{step_text(rows.step)} ▾"
        if self.step_button.text() != text:
            self.step_button.show_choice(text.removesuffix(" ▾"))

    def show_error(self, error: Exception) -> None:
        """Say why nothing was sent."""
        self.view.say(str(error))

    def on_trading_key(self, action: KeyAction) -> None:
        """Pass on a trading key that was pressed while the pointer is over this ladder."""
        self.key_pressed.emit(action)

    def set_sending(self, is_sending: bool) -> None:
        """Go on: each click is an order of its own, and none waits for another."""

    def show_progress(self, progress: Progress) -> None:
        """Leave it to the row, where the order appears by itself."""

    def show_rehearsal(self, rehearsals: Sequence[Rehearsal]) -> None:
        """Say what a dry run found; there is no order."""
        self.view.say(rehearsals[0].sentence)

    @guarded(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.choices.move(self.width() - self.choices.sizeHint().width() - 4, 1)

    def _connect(self) -> None:
        view = self.view
        self.lock.toggled.connect(self._show_lock)
        self.volumes.chosen.connect(self._take_size)
        self.volumes.refused.connect(view.say)
        self.step_button.chosen.connect(self._choose_step)
        self.choices.changed.connect(self.choices_changed)
        view.step_wanted.connect(
            lambda way: self._choose_step(beside(view.rows.steps, view.rows.step, way))
        )
        view.volume_wanted.connect(self.volumes.choose)
        view.lock_wanted.connect(lambda: self.set_unlocked(is_unlocked=False))

    def set_theme(self, theme: Theme) -> None:
        """Draw the lock in other colours; everything else takes them by itself."""
        self._theme = theme
        self._show_lock()

    def _choose_step(self, step: Decimal | None) -> None:
        self.set_step(step)
        self.step_chosen.emit(step)

    def _take_size(self) -> None:
        self.view.rules.size = self.volumes.active
        self.view.mark()

    def _show_lock(self) -> None:
        is_unlocked = self.lock.isChecked()
        self.view.rules.is_unlocked = is_unlocked
        self.head.set_unlocked(is_unlocked=is_unlocked)
        if not is_unlocked:
            self.view.let_go()
        self.lock.setText("Unlocked" if is_unlocked else "Locked")
        hint = (
            "Clicks on the rows send orders at once. Press to lock (Esc)"
            if is_unlocked
            else "Clicks on the rows send nothing. Press to let them send orders"
        )
        self.lock.setToolTip(hint)
        self.lock.setAccessibleName(hint)
        colour = self._theme.warning if is_unlocked else self._theme.muted
        self.lock.setIcon(_lock_icon(QColor(colour), is_open=is_unlocked))
        self.view.mark()


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(8, 0, 8, 0)
    row.setSpacing(4)
    for widget in widgets:
        row.addWidget(widget, 1 if widget is widgets[-1] else 0)
    return row


def _lock_icon(colour: QColor, *, is_open: bool) -> QIcon:
    pixmap = QPixmap(48, 48)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 4))
    shift = 12 if is_open else 0
    painter.drawArc(QRect(15 + shift, 6, 18, 26), 0, 180 * 16)
    painter.drawLine(QPoint(15 + shift, 19), QPoint(15 + shift, 24))
    if not is_open:
        painter.drawLine(QPoint(33, 19), QPoint(33, 24))
    painter.fillRect(QRect(10, 24, 28, 20), colour)
    painter.end()
    return QIcon(pixmap)
