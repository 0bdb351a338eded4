"""Show in large letters which symbol a panel is of, and that it is not the desk's."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from terminal_app.gui.theme import restyle
from terminal_app.gui.widgets.plain_label import plain_label

BAND_PX = 34


class SymbolBand(QFrame):
    """Name a symbol over its panel; a press on it asks for another (``pressed``)."""

    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "symbol-band")
        self.setFixedHeight(BAND_PX)
        self.button = QPushButton()
        self.button.setProperty("role", "band-symbol")
        self.button.clicked.connect(self.pressed)
        self.words = plain_label()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 0)
        layout.setSpacing(4)
        layout.addWidget(self.button)
        layout.addWidget(self.words)
        layout.addStretch(1)

    def show_symbol(self, symbol: str, market: str, of_desk: str) -> None:
        """Name a symbol; ``of_desk`` is the desk's symbol where that is another one."""
        self.button.setText(f"{symbol or '…'} ▾")
        hint = f"This panel shows {symbol}, {market}. Press to choose another symbol"
        self.button.setToolTip(hint)
        self.button.setAccessibleName(hint)
        self.words.setText(f"{market}, not {of_desk}" if of_desk else market)
        self.words.setToolTip(
            f"The ticket and the desk's panels are of {of_desk}: this one is not" if of_desk else ""
        )
        self.words.setProperty("role", "warning" if of_desk else "muted")
        self.setProperty("other", bool(of_desk))
        for part in (self, self.words):
            restyle(part)
