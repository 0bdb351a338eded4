"""A list of symbols that opens beneath a button and narrows as one types."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.symbols import find_symbol
from terminal_app.errors import UnknownSymbol
from terminal_app.gui.widgets.guarded import guarded


class SymbolPicker(QFrame):
    """Let a person find a symbol by any part of its name; emits ``chosen(str)``."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "panel")
        self.resize(300, 380)
        self._instruments: Sequence[Instrument] = ()
        self._venue = ""
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search a symbol: BTC, eth/usdt …")
        self.list = QListWidget()
        self.list.setUniformItemSizes(True)
        self.search.setAccessibleName("Search a symbol")
        self.list.setAccessibleName("Symbols")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.search)
        layout.addWidget(self.list)
        self.search.textChanged.connect(self._narrow)
        self.search.installEventFilter(self)
        self.list.itemClicked.connect(self._choose)

    def open_beneath(self, button: QWidget, instruments: Sequence[Instrument], venue: str) -> None:
        """Open under a button with all of a venue's instruments to choose from."""
        self._venue = venue
        self._instruments = sorted(instruments, key=lambda item: item.symbol)
        self.search.clear()
        self._narrow("")
        self.move(button.mapToGlobal(QPoint(0, button.height() + 4)))
        self.show()
        self.search.setFocus()

    @guarded(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move in the list and choose from it while the search has the keys."""
        if (
            watched is self.search
            and isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and self._on_key(event.key())
        ):
            return True
        return super().eventFilter(watched, event)

    def _on_key(self, key: int) -> bool:
        steps = {int(Qt.Key.Key_Down): 1, int(Qt.Key.Key_Up): -1}
        if key in steps:
            row = self.list.currentRow() + steps[key]
            self.list.setCurrentRow(max(0, min(row, self.list.count() - 1)))
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            item = self.list.currentItem()
            if item is not None:
                self._choose(item)
            return True
        return False

    def _narrow(self, text: str) -> None:
        wanted = text.strip().upper().replace("/", "").replace("-", "")
        found = [item for item in self._instruments if wanted in item.symbol]
        found.sort(key=lambda item: not item.symbol.startswith(wanted))
        found = found or self._by_name(text)
        self.list.clear()
        for instrument in found:
            closed = "" if instrument.is_trading else f"   {instrument.status.lower()}"
            item = QListWidgetItem(f"{instrument.base_asset} / {instrument.quote_asset}{closed}")
            item.setData(Qt.ItemDataRole.UserRole, instrument.symbol)
            self.list.addItem(item)
        if found:
            self.list.setCurrentRow(0)
        else:
            nothing = QListWidgetItem(f"No symbol contains “{text}”")
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(nothing)

    def _by_name(self, text: str) -> list[Instrument]:
        """Return what a name from elsewhere means, or the nearest symbols."""
        listed = {item.symbol: item for item in self._instruments}
        try:
            return [find_symbol(text, listed, self._venue)]
        except UnknownSymbol as error:
            return [listed[symbol] for symbol in error.nearest]

    def _choose(self, item: QListWidgetItem) -> None:
        symbol = item.data(Qt.ItemDataRole.UserRole)
        if isinstance(symbol, str):
            self.hide()
            self.chosen.emit(symbol)
