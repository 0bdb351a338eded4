"""What an order would cost, beneath the button that sends it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.market import Side
from terminal_app.gui.format import UNKNOWN, decimal_text, percent_text
from terminal_app.services.order_entry import Means, Preview

_LINES = ("Available", "Cost", "Fee maker / taker", "If taken now", "Position")


class TicketPreview(QWidget):
    """Show what is available and what the order would cost; a dash where it is not known."""

    def __init__(self) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(6)
        self.values: dict[str, QLabel] = {}
        self.captions: dict[str, QLabel] = {}
        for name in _LINES:
            caption, value = QLabel(name), QLabel(UNKNOWN)
            caption.setTextFormat(Qt.TextFormat.PlainText)
            caption.setProperty("role", "muted")
            value.setProperty("role", "figure")
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            # Each line shares its own room: a long figure beside a short caption is not cut.
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(caption)
            line.addWidget(value, 1)
            layout.addLayout(line)
            self.captions[name], self.values[name] = caption, value

    def show_preview(
        self, preview: Preview | None, means: Means, instrument: Instrument, side: Side
    ) -> None:
        """Show an order's cost, or dashes while there is no order yet."""
        quote = instrument.quote_asset
        is_margin = bool(instrument.contract)
        if side is Side.BUY or is_margin:
            available = f"{decimal_text(means.quote_available, 2)} {quote}"
        else:
            decimals = instrument.quantity_decimals
            available = f"{decimal_text(means.base_available, decimals)} {instrument.base_asset}"
        self._set("Available", available)
        leverage = f"Margin at {means.leverage}×" if is_margin and means.leverage else "Cost"
        self.captions["Cost"].setText(leverage)
        self._set("Cost", self._cost(preview, quote))
        self._set("Fee maker / taker", self._fees(preview))
        self._set("If taken now", self._taken(preview, instrument))
        self.captions["Position"].setVisible(is_margin)
        self.values["Position"].setVisible(is_margin)
        self._set("Position", _held(means, instrument))

    def _set(self, name: str, text: str) -> None:
        label = self.values[name]
        if label.text() != text:
            label.setText(text)

    @staticmethod
    def _cost(preview: Preview | None, quote: str) -> str:
        if preview is None or preview.cost is None:
            return UNKNOWN
        return f"{decimal_text(preview.cost, 2)} {quote}"

    @staticmethod
    def _fees(preview: Preview | None) -> str:
        if preview is None:
            return UNKNOWN
        return f"{decimal_text(preview.maker_fee, 2)} / {decimal_text(preview.taker_fee, 2)}"

    @staticmethod
    def _taken(preview: Preview | None, instrument: Instrument) -> str:
        if preview is None or preview.estimate is None:
            return UNKNOWN
        estimate = preview.estimate
        price = decimal_text(estimate.average_price, instrument.price_decimals)
        if estimate.quantity < preview.quantity:
            held = decimal_text(estimate.quantity, instrument.quantity_decimals)
            return f"{price}, only {held} offered"
        return f"{price}  {percent_text(estimate.slippage_percent, signed=False)}"


def _held(means: Means, instrument: Instrument) -> str:
    amounts = [amount for amount in (means.position_amount, means.short_amount) if amount]
    decimals = instrument.quantity_decimals
    texts = [decimal_text(amount, decimals, signed=True) for amount in amounts]
    return f"{' / '.join(texts)} {instrument.base_asset}" if texts else "FLAT"
