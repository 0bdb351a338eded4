"""What is held stands above the ladder, with what ends it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from terminal_app.domain.account import Position
from terminal_app.domain.instrument import ZERO, Instrument, Rounding
from terminal_app.domain.market import Side
from terminal_app.gui.format import MINUS, UNKNOWN, decimal_text
from terminal_app.gui.theme import restyle
from terminal_app.gui.widgets.elided_label import ElidedLabel
from terminal_app.gui.widgets.focus import set_enabled
from terminal_app.gui.widgets.press_guard import PressGuard

POSITION_PX = 146


class LadderHead(QWidget):
    """Show position, average price and profit (``line``), and Close, Reverse and Cancel all.

    Emits ``close_wanted``, ``reverse_wanted`` with the position that was shown and
    ``cancel_all_wanted``, each once for a press. Reversing opens a position: it needs the lock
    open, and a symbol in which one position only is held.
    """

    close_wanted = Signal()
    reverse_wanted = Signal(object)
    cancel_all_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._positions: tuple[Position, ...] = ()
        self._is_unlocked = False
        self.position = _label("Position")
        # A longer text must not widen the ladder: its columns would move under the pointer.
        self.position.setFixedWidth(POSITION_PX)
        self.profit = ElidedLabel()
        self.profit.setAccessibleName("Unrealised profit")
        self.close_button = _button("CLOSE", "Close the position at market, reduce-only")
        self.reverse_button = _button(
            "REV", "Close the position and open as much on the other side, at market (unlocked)"
        )
        self.cancel_button = _button("CANCEL ALL", "Cancel every order of this symbol")
        # The line has a place of its own: the title bar of whatever holds the ladder.
        self.line = QWidget()
        row = QHBoxLayout(self.line)
        row.setContentsMargins(8, 0, 4, 0)
        row.setSpacing(8)
        row.addWidget(self.position)
        row.addWidget(self.profit)
        buttons = QHBoxLayout(self)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(4)
        for button in (self.close_button, self.reverse_button, self.cancel_button):
            buttons.addWidget(button, 1)
        self._guard = PressGuard()
        self.close_button.clicked.connect(lambda: self._press(self.close_button))
        self.reverse_button.clicked.connect(lambda: self._press(self.reverse_button))
        self.cancel_button.clicked.connect(lambda: self._press(self.cancel_button))

    def set_unlocked(self, *, is_unlocked: bool) -> None:
        """Let positions be reversed, or only be closed."""
        self._is_unlocked = is_unlocked
        self._open_buttons()

    def show_positions(
        self, positions: Sequence[Position], instrument: Instrument, *, is_known: bool = True
    ) -> None:
        """Say what is held where the market knows positions; flat only where that is known."""
        self._positions = tuple(positions)
        for button in (self.close_button, self.reverse_button):
            button.show()
        self._open_buttons()
        words = (_words(position, instrument) for position in positions)
        self._say("   ".join(words) or ("FLAT" if is_known else UNKNOWN))
        is_buy = {position.side is Side.BUY for position in positions}
        role = "muted" if len(is_buy) != 1 else "buy" if is_buy.pop() else "sell"
        _set_role(self.position, role)
        profit = sum((position.unrealized_profit for position in positions), ZERO)
        text = decimal_text(profit, 2, signed=True)
        self.profit.setText(text if positions else "")
        self.profit.setToolTip(f"Unrealised profit {text} {instrument.quote_asset}")
        _set_role(self.profit, {MINUS: "sell", "+": "buy"}.get(text[0], "muted"))

    def show_holding(self, total: Decimal | None, instrument: Instrument) -> None:
        """Say what is held of an asset where the market knows no positions."""
        self._positions = ()
        for button in (self.close_button, self.reverse_button):
            button.hide()
        size = decimal_text(total, instrument.quantity_decimals)
        self._say(f"Holds {size} {instrument.base_asset}")
        _set_role(self.position, "muted")
        self.profit.setText("")

    def _say(self, text: str) -> None:
        self.position.setText(text)
        self.position.setToolTip(text)

    def _open_buttons(self) -> None:
        set_enabled(self.close_button, bool(self._positions))
        set_enabled(self.reverse_button, self._is_unlocked and len(self._positions) == 1)

    def _press(self, button: QPushButton) -> None:
        if not self._guard.allows(button):
            return
        if button is self.cancel_button:
            self.cancel_all_wanted.emit()
        elif button is self.close_button:
            self.close_wanted.emit()
        else:
            self.reverse_wanted.emit(self._positions[0])


def _words(position: Position, instrument: Instrument) -> str:
    word = "LONG" if position.side is Side.BUY else "SHORT"
    size = decimal_text(abs(position.amount), instrument.quantity_decimals)
    entry = instrument.round_price(position.entry_price, Rounding.NEAREST)
    return f"{word} {size} @ {decimal_text(entry, instrument.price_decimals)}"


def _label(name: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAccessibleName(name)
    return label


def _button(text: str, hint: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(hint)
    button.setAccessibleName(hint)
    button.setProperty("role", "ladder")
    button.setMinimumHeight(26)
    return button


def _set_role(label: QLabel, role: str) -> None:
    if label.property("role") != role:
        label.setProperty("role", role)
        restyle(label)
