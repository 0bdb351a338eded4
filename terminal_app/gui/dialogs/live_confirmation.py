"""Ask before real money: a word has to be typed."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from terminal_app.gui.dialogs.ask import Question

WORD = "LIVE"
UNASKED_WORD = "NO QUESTIONS"


class WordQuestion(Question):
    """Open its button only once a word is typed as it stands."""

    def __init__(self, parent: QWidget, title: str, text: str, action: str, word: str) -> None:
        super().__init__(parent, title, text, action)
        self.word = QLineEdit()
        self.word.setPlaceholderText(word)
        self.word.setAccessibleName("Confirmation word")
        self.content.addWidget(self.word)
        self.confirm.setEnabled(False)
        self.word.textChanged.connect(lambda typed: self.confirm.setEnabled(typed == word))
        self.word.setFocus()


class LiveConfirmation(WordQuestion):
    """Ask whether real money is meant."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            parent,
            "Trade with real money?",
            "Orders will go to Binance and move real money from now on. The frame of the window"
            f" turns orange. Type {WORD} to go on.",
            "Trade live",
            WORD,
        )


class UnaskedLive(WordQuestion):
    """Ask whether live orders are to leave without any question."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            parent,
            "Send live orders without a question?",
            "Each press would send an order that moves real money, at once. That holds until the"
            f" program ends. Type {UNASKED_WORD} to go on.",
            "Never ask on live",
            UNASKED_WORD,
        )
