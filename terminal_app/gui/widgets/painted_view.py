"""Share what every self-painted view does: wait for its frame, show its state."""

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QPushButton, QWidget

from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.view_state import ViewState, paint_message

_ACTIONS = {ViewState.ERROR: "Try again"}
_BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_SENTENCES = {
    ViewState.LOADING: "",
    ViewState.EMPTY: "Nothing here yet",
    ViewState.STALE: "no data",
    ViewState.ERROR: "This could not be loaded",
    ViewState.DISABLED: "Not available here",
}


class PaintedView(QWidget):
    """Paint through the frame clock only: `mark()` now, `flush()` at the frame, then Qt paints."""

    action_requested = Signal()

    def __init__(self, theme: Theme, clock: FrameClock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._clock = clock
        self._state = ViewState.EMPTY
        self._text = ""
        self._has_key_focus = False
        # What Qt wants painted now: the rest of it is on the screen already.
        self.wanted = QRect()
        self._action = QPushButton(self)
        self._action.hide()
        self._action.clicked.connect(self.action_requested)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def state(self) -> ViewState:
        """Return what the view is in."""
        return self._state

    @property
    def state_text(self) -> str:
        """Return the sentence that the state shows."""
        return self._text or _SENTENCES.get(self._state, "")

    def set_state(self, state: ViewState, text: str = "", action: str = "") -> None:
        """Show a state with its sentence; `action` names the button that `action_requested` is of.

        An error has the button "Try again" if none is named. A stale view keeps its figures.
        """
        label = action or _ACTIONS.get(state, "")
        if (state, text) == (self._state, self._text) and label == self._action.text():
            return
        self._state, self._text = state, text
        self._action.setText(label)
        self._action.setVisible(bool(label))
        self.setAccessibleDescription(self.state_text)
        self.mark()

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours from the next frame on."""
        self.theme = theme
        self.mark()

    def mark(self) -> None:
        """Ask for the next frame."""
        self._clock.mark(self)

    def flush(self) -> None:
        """Ask Qt to paint; views that take over data do so first."""
        self.update()

    def paint_state_message(self, painter: QPainter, rect: QRect) -> None:
        """Paint the sentence of a state without figures and put its button beneath."""
        bottom = paint_message(painter, rect, self.theme, self._state, self.state_text)
        if self._action.isVisible():
            size = self._action.sizeHint()
            left = rect.center().x() - size.width() // 2
            self._action.setGeometry(left, bottom + 12, size.width(), size.height())

    def paint(self, painter: QPainter) -> None:
        """Paint everything; views override this, not `paintEvent`."""
        self.paint_surface(painter)
        self.paint_state_message(painter, self.rect())

    def paint_surface(self, painter: QPainter) -> None:
        """Paint the panel's surface over whatever was there."""
        painter.fillRect(self.rect(), QColor(self.theme.panel))

    @guarded(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        self.wanted = event.rect()
        painter = QPainter(self)
        # An exception that leaves a virtual method of Qt can end the process (PySide6 6.11): a view
        # that fails says so in its place.
        try:
            self.paint(painter)
        except Exception as error:
            self._clock.report(self, error)
            self.paint_surface(painter)
            sentence = "This view could not be painted; the log says why"
            paint_message(painter, self.rect(), self.theme, ViewState.ERROR, sentence)
        if self._has_key_focus:
            painter.setPen(QColor(self.theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    @guarded(None)
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # The ring tells where keys go to who walks by keys; who came by mouse sees the pointer.
        self._has_key_focus = event.reason() in _BY_KEYS
        self.mark()

    @guarded(None)
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._has_key_focus = False
        self.mark()

    @guarded(None)
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.mark()

    @guarded(None)
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.EnabledChange, QEvent.Type.FontChange):
            self.mark()
