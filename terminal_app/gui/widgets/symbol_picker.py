"""A list of symbols that opens beneath a button and narrows as one types."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QListWidgetItem, QWidget

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.symbols import find_symbol
from terminal_app.errors import UnknownSymbol
from terminal_app.gui.widgets.search_list import SearchList


class SymbolPicker(SearchList):
    """Let a person find a symbol by any part of its name; emits ``chosen(str)``."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Search a symbol", "Search a symbol: BTC, eth/usdt …", "Symbols")
        self.resize(300, 380)
        self._instruments: Sequence[Instrument] = ()
        self._venue = ""

    def open_beneath(self, button: QWidget, instruments: Sequence[Instrument], venue: str) -> None:
        """Open under a button with all of a venue's instruments to choose from."""
        self._venue = venue
        self._instruments = sorted(instruments, key=lambda item: item.symbol)
        self.show_at(button.mapToGlobal(QPoint(0, button.height() + 4)))

    def rows_for(self, text: str) -> list[QListWidgetItem]:
        """Return the symbols with these letters, else what a name from elsewhere means."""
        wanted = text.strip().upper().replace("/", "").replace("-", "")
        found = [item for item in self._instruments if wanted in item.symbol]
        found.sort(key=lambda item: not item.symbol.startswith(wanted))
        return [_row(instrument) for instrument in found or self._by_name(text)]

    def nothing(self, text: str) -> str:
        """Say that no symbol is called so."""
        return f"No symbol contains “{text}”"

    def choose(self, item: QListWidgetItem) -> None:
        """Tell the symbol of a row."""
        symbol = item.data(Qt.ItemDataRole.UserRole)
        if isinstance(symbol, str):
            self.hide()
            self.chosen.emit(symbol)

    def _by_name(self, text: str) -> list[Instrument]:
        """Return what a name from elsewhere means, or the nearest symbols."""
        listed = {item.symbol: item for item in self._instruments}
        try:
            return [find_symbol(text, listed, self._venue)]
        except UnknownSymbol as error:
            return [listed[symbol] for symbol in error.nearest]


def _row(instrument: Instrument) -> QListWidgetItem:
    closed = "" if instrument.is_trading else f"   {instrument.status.lower()}"
    item = QListWidgetItem(f"{instrument.base_asset} / {instrument.quote_asset}{closed}")
    item.setData(Qt.ItemDataRole.UserRole, instrument.symbol)
    return item
