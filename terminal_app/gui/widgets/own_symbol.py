"""Say on a widget that it looks at a symbol of its own, for who acts on what is in sight."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from terminal_app.domain.instrument import Market

_NAME = "own-symbol"


def set_own_symbol(widget: QWidget, market: Market, symbol: str) -> None:
    """Have a widget, and all in it, be of a symbol of a market."""
    widget.setProperty(_NAME, f"{market.value}:{symbol}")


def own_symbol(widget: QWidget | None) -> tuple[Market, str] | None:
    """Return the symbol that a widget is of, None where that is the desk's, whatever it is."""
    while widget is not None:
        text = widget.property(_NAME)
        if text:
            market, _, symbol = str(text).partition(":")
            return Market(market), symbol
        widget = widget.parentWidget()
    return None
