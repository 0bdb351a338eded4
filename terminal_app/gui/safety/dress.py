"""Make every window say where it trades: frame, word, title and icon."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent, QRegion, QWindow
from PySide6.QtWidgets import QApplication, QWidget

from terminal_app.gui.theme import Theme
from terminal_app.gui.theme_fonts import text_font
from terminal_app.gui.widgets.environment_icon import environment_icon
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.venues.base import Environment

FRAME_PX, TAB_HEIGHT, TAB_PAD = 3, 16, 8
WORD_PX = 10
LOOK_MS = 250
_BY_ITSELF = "dresses-itself"


class EnvironmentDress(QObject):
    """Dress each window when it comes up, and all of them when the environment changes."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._environment: Environment | None = None
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.focusWindowChanged.connect(self._on_focus_window)
        # Not every window takes the focus when it comes up.
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self.dress_all)
        self._look.start()

    def set_environment(self, environment: Environment) -> None:
        """Have every window say another environment from now on."""
        self._environment = environment
        self.dress_all()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of another theme."""
        self._theme = theme
        self.dress_all()

    def dress_all(self) -> None:
        """Dress every window that can be seen."""
        if self._environment is None:
            return
        for widget in QApplication.topLevelWidgets():
            # The main window and floated panels have frames of their own; menus need none.
            is_window = widget.windowType() in (Qt.WindowType.Window, Qt.WindowType.Dialog)
            is_bare = widget is not self._window and not widget.property(_BY_ITSELF)
            if is_window and is_bare and widget.isVisible():
                self._dress(widget, self._environment)

    def _on_focus_window(self, _window: QWindow | None) -> None:
        self.dress_all()

    def _dress(self, dialog: QWidget, environment: Environment) -> None:
        colour = self._theme.environment(environment.kind.value)
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        frame = dialog.findChild(EnvironmentFrame, options=direct) or EnvironmentFrame(dialog)
        bare = dialog.windowTitle().removesuffix(f" – {frame.word}")
        if environment.title not in bare:
            dialog.setWindowTitle(f"{bare} – {environment.title}")
        if frame.show_environment(environment.title, colour, self._theme.on_environment):
            dialog.setWindowIcon(environment_icon(colour, self._theme.on_environment))


def dresses_itself(window: QWidget) -> None:
    """Leave a window as it is: it says by itself where it trades."""
    window.setProperty(_BY_ITSELF, True)


class EnvironmentFrame(QWidget):
    """Paint a frame and a word over the edge of a window, in the colour of what is at stake."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._around = window
        self._word, self._colour, self._ink = "", QColor(), QColor()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        window.installEventFilter(self)

    @property
    def word(self) -> str:
        """Return the word that stands at the edge."""
        return self._word

    def show_environment(self, word: str, colour: str, ink: str) -> bool:
        """Say an environment; return whether that is another than before."""
        look = (word, QColor(colour), QColor(ink))
        if look == (self._word, self._colour, self._ink):
            return False
        self._word, self._colour, self._ink = look
        self._fit()
        self.show()
        self.update()
        return True

    @guarded(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and watched is self._around:
            self._fit()
        return False

    @guarded(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._colour)
        painter.setPen(self._ink)
        painter.setFont(text_font(WORD_PX, text_font().Weight.Bold))
        painter.drawText(self._tab(), Qt.AlignmentFlag.AlignCenter, self._word)
        painter.end()

    def _fit(self) -> None:
        area = self._around.rect()
        self.setGeometry(area)
        inner = area.adjusted(FRAME_PX, FRAME_PX, -FRAME_PX, -FRAME_PX)
        # Only frame and word are this widget: what lies within is painted and pressed as ever.
        self.setMask(QRegion(area).subtracted(QRegion(inner)).united(QRegion(self._tab())))
        self.raise_()

    def _tab(self) -> QRect:
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self._word) + 2 * TAB_PAD
        return QRect(self.width() - width - TAB_PAD, 0, width, TAB_HEIGHT)
