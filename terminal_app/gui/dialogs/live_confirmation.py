"""Ask before real money: the word has to be typed."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from terminal_app.gui.dialogs.ask import Question

WORD = "LIVE"


class LiveConfirmation(Question):
    """Open its button only once the word is typed as it stands."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            parent,
            "Trade with real money?",
            "Orders will go to Binance and move real money from now on. The frame of the window"
            f" turns orange. Type {WORD} to go on.",
            "Trade live",
        )
        self.word = QLineEdit()
        self.word.setPlaceholderText(WORD)
        self.word.setAccessibleName("Confirmation word")
        self.content.addWidget(self.word)
        self.confirm.setEnabled(False)
        self.word.textChanged.connect(lambda text: self.confirm.setEnabled(text == WORD))
        self.word.setFocus()
