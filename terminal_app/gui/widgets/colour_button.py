"""Choose a colour: a few that can be told apart first, any other after them."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QColorDialog, QMenu, QToolButton

from terminal_app.gui.theme import Theme

_ICON = QSize(28, 12)
_ROLES = ("buy", "sell")


class ColourButton(QToolButton):
    """Show a colour; ``chosen`` tells that another was taken.

    A colour is #rrggbb, or ``buy`` or ``sell`` of the theme, or ``sides``: both, by the sign.
    """

    chosen = Signal()

    def __init__(self, theme: Theme, name: str, palette: Mapping[str, str]) -> None:
        super().__init__()
        self.name = name
        self.colour = ""
        self._theme = theme
        self._palette = dict(palette)
        menu = QMenu(self)
        for colour, words in palette.items():
            action = menu.addAction(_icon(theme, colour), words)
            action.triggered.connect(lambda _on=False, taken=colour: self._take(taken))
        menu.addSeparator()
        menu.addAction("Another…", self._open_dialog)
        self.setMenu(menu)
        self.setIconSize(_ICON)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip(f"Colour of {name}")
        self.set_colour(next(iter(palette)))

    def set_colour(self, colour: str) -> None:
        """Show a colour as taken."""
        self.colour = colour
        words = self._palette.get(colour, colour)
        self.setIcon(_icon(self._theme, colour))
        self.setAccessibleName(f"Colour of {self.name}: {words}")

    def _take(self, colour: str) -> None:
        self.set_colour(colour)
        self.chosen.emit()

    def _open_dialog(self) -> None:
        dialog = QColorDialog(_colours(self._theme, self.colour)[0], self)
        dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        dialog.colorSelected.connect(lambda colour: self._take(colour.name()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _colours(theme: Theme, text: str) -> list[QColor]:
    if text == "sides":
        return [QColor(theme.buy), QColor(theme.sell)]
    return [QColor(getattr(theme, text) if text in _ROLES else text)]


def _icon(theme: Theme, text: str) -> QIcon:
    pixmap = QPixmap(_ICON)
    painter = QPainter(pixmap)
    colours = _colours(theme, text)
    width = _ICON.width() // len(colours)
    for number, colour in enumerate(colours):
        painter.fillRect(number * width, 0, width, _ICON.height(), colour)
    painter.end()
    return QIcon(pixmap)
