"""Give docks a thin title that can be dragged, floated and closed."""

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.plain_label import plain_label

_FEATURE = QDockWidget.DockWidgetFeature


class _Note(QLabel):
    """Show words whole or not at all: half a symbol is another symbol.

    They take the room that is left and ask for none: a title must not widen its panel.
    """

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "muted")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_words(self, words: str) -> None:
        """Show other words from now on."""
        self._words = words
        self._fit()

    @guarded(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        needed = self.fontMetrics().horizontalAdvance(self._words)
        self.setText(self._words if needed <= self.width() else "")


class PanelTitle(QWidget):
    """Show a dock's title; install it with `dock.setTitleBarWidget(PanelTitle(dock))`.

    Presses that hit no button reach the dock, so dragging and the double click that floats stay
    Qt's own. Own tools of a panel go in with `add_tool`. ``menu_wanted`` carries the menu of the
    title before it opens, for what else can be done with the dock.
    """

    menu_wanted = Signal(object)

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self._dock = dock
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(28)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        self._label = plain_label(dock.windowTitle(), "title")
        self._label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._note = _Note()
        self._has_lead = self._is_under_tab = False
        self._float = self._quiet_button("Float or dock this panel (right button: more)")
        self._close = self._quiet_button("Close this panel (View brings it back)")
        self._colour: QColor | None = None
        self._paint_icons()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(10, 0, 4, 0)
        self._row.setSpacing(2)
        self._row.addWidget(self._label)
        self._row.addSpacing(6)
        self._row.addWidget(self._note, 1)
        self._row.addWidget(self._float)
        self._row.addWidget(self._close)
        self._float.clicked.connect(self._toggle_floating)
        self._close.clicked.connect(dock.close)
        dock.windowTitleChanged.connect(self._label.setText)
        dock.featuresChanged.connect(self._show_features)
        self._show_features(dock.features())

    def add_tool(self, tool: QWidget) -> None:
        """Put a widget before the float and close buttons."""
        self._row.insertWidget(self._row.count() - 2, tool)

    @guarded(None)
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._paint_icons()

    def set_note(self, text: str) -> None:
        """Say more beside the title, such as the symbol that the panel is of."""
        self._note.show_words("" if self._has_lead else text)

    def set_under_tab(self, is_under_tab: bool) -> None:
        """Leave the title out where a tab above says the same."""
        self._is_under_tab = is_under_tab
        self._show_words()

    def begin_with(self, widget: QWidget) -> None:
        """Put a small widget before everything else in the title."""
        self._row.setContentsMargins(4, 0, 4, 0)
        self._row.insertWidget(0, widget)

    def lead_with(self, widget: QWidget) -> None:
        """Put a widget, such as a panel's own tabs, where the words of the title stand."""
        self._has_lead = True
        self._show_words()
        self._row.setContentsMargins(2, 0, 4, 0)
        self._row.insertWidget(0, widget)

    def _show_words(self) -> None:
        self._label.setVisible(not self._has_lead and not self._is_under_tab)

    def _quiet_button(self, hint: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("role", "quiet")
        button.setToolTip(hint)
        button.setAccessibleName(hint)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setFixedSize(24, 24)
        return button

    def _paint_icons(self) -> None:
        # A change of colours is told several times.
        colour = self.palette().color(QPalette.ColorRole.WindowText)
        if colour != self._colour:
            self._colour = colour
            self._float.setIcon(_icon("float", colour))
            self._close.setIcon(_icon("close", colour))

    def _toggle_floating(self) -> None:
        self._dock.setFloating(not self._dock.isFloating())

    def _show_features(self, features: _FEATURE) -> None:
        self._float.setVisible(bool(features & _FEATURE.DockWidgetFloatable))
        self._close.setVisible(bool(features & _FEATURE.DockWidgetClosable))

    def _open_menu(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._dock.features() & _FEATURE.DockWidgetFloatable:
            word = "Dock" if self._dock.isFloating() else "Float"
            menu.addAction(word).triggered.connect(self._toggle_floating)
        if self._dock.features() & _FEATURE.DockWidgetClosable:
            menu.addAction("Close").triggered.connect(self._dock.close)
        self.menu_wanted.emit(menu)
        menu.popup(self.mapToGlobal(position))


def _icon(shape: str, text: QColor) -> QIcon:
    pixmap = QPixmap(48, 48)
    pixmap.fill(Qt.GlobalColor.transparent)
    colour = QColor(text)
    colour.setAlpha(150)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 3.5))
    if shape == "close":
        painter.drawLine(13, 13, 35, 35)
        painter.drawLine(35, 13, 13, 35)
    else:
        painter.drawRect(QRect(12, 18, 18, 18))
        painter.drawPolyline([QPoint(18, 12), QPoint(36, 12), QPoint(36, 30)])
    painter.end()
    return QIcon(pixmap)
