"""What an order would cost and what would come of it, beneath the button that sends it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.market import Side
from terminal_app.gui.format import UNKNOWN, countdown_text, decimal_text, percent_text
from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.services.order_entry import Means, Preview
from terminal_app.services.order_plan import OrderPlan
from terminal_app.services.prospect import Prospect

AVAILABLE, COST, FEES = "Available", "Cost", "Fee maker / taker"
AVERAGE, WORST, POSITION = "Average fill", "Worst fill", "Position"
LIQUIDATION, FUNDING, RISK = "Liquidation after", "Funding", "Risk to SL"
_HINTS = {
    AVAILABLE: "What an order of this side can be paid with",
    COST: "What it takes from what is available",
    FEES: "What the exchange takes if it rests first, and if it takes at once, in quote asset;"
    " paid in BNB it is less, as long as there is enough of it",
    AVERAGE: "What taking this size from the book now would cost, and how far that is from the best"
    " price; for a range the price of all its orders",
    WORST: "The last price that taking this size from the book now would reach",
    POSITION: "What is held in this symbol",
    LIQUIDATION: "An estimate for the position after this order, and its distance from the mark"
    " price; funding to come is not in it",
    FUNDING: "What the position after this order would get (+) or pay (−) at the next funding",
    RISK: "What is lost at the stop loss, with taker fees both ways, and in percent of the account",
}
_OF_POSITIONS = (POSITION, LIQUIDATION, FUNDING)


class TicketPreview(QWidget):
    """Show what is available and what the order would mean; a dash where it is not known."""

    def __init__(self) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(6)
        self.values: dict[str, QLabel] = {}
        self.captions: dict[str, QLabel] = {}
        for name, hint in _HINTS.items():
            caption, value = plain_label(name, "muted"), plain_label(UNKNOWN, "figure")
            caption.setToolTip(hint)
            value.setToolTip(hint)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            # Each line shares its own room: a long figure beside a short caption is not cut.
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(caption)
            line.addWidget(value, 1)
            layout.addLayout(line)
            self.captions[name], self.values[name] = caption, value

    def show_prospect(
        self,
        seen: Prospect | None,
        means: Means,
        instrument: Instrument,
        side: Side,
        now_ms: int,
    ) -> None:
        """Show what an order would mean, or dashes while there is no order yet."""
        preview, plan = (seen.preview, seen.plan) if seen is not None else (None, None)
        is_margin = bool(instrument.contract)
        for name in _OF_POSITIONS:
            self.captions[name].setVisible(is_margin)
            self.values[name].setVisible(is_margin)
        self._set(AVAILABLE, _available(means, instrument, side))
        caption = f"Margin at {means.leverage}×" if is_margin and means.leverage else COST
        self.captions[COST].setText(caption)
        self._set(COST, _cost(preview, instrument.quote_asset))
        self._set(FEES, _fees(preview))
        self._set(AVERAGE, _average(preview, plan, instrument))
        self._set(WORST, _worst(preview, instrument))
        self._set(POSITION, _held(means, instrument))
        self._set(LIQUIDATION, _liquidation(seen, instrument))
        self.captions[FUNDING].setText(_funding_caption(seen, now_ms))
        self._set(FUNDING, _funding(seen, instrument.quote_asset))
        self._set(RISK, _risk(seen, instrument.quote_asset))

    def _set(self, name: str, text: str) -> None:
        label = self.values[name]
        if label.text() != text:
            label.setText(text)


def _available(means: Means, instrument: Instrument, side: Side) -> str:
    if side is Side.BUY or instrument.contract:
        return f"{decimal_text(means.quote_available, 2)} {instrument.quote_asset}"
    decimals = instrument.quantity_decimals
    return f"{decimal_text(means.base_available, decimals)} {instrument.base_asset}"


def _cost(preview: Preview | None, quote: str) -> str:
    if preview is None or preview.cost is None:
        return UNKNOWN
    return f"{decimal_text(preview.cost, 2)} {quote}"


def _fees(preview: Preview | None) -> str:
    if preview is None:
        return UNKNOWN
    fees = f"{decimal_text(preview.maker_fee, 2)} / {decimal_text(preview.taker_fee, 2)}"
    return f"{fees} in {preview.fee_asset}" if preview.fee_asset else fees


def _average(preview: Preview | None, plan: OrderPlan | None, instrument: Instrument) -> str:
    if plan is not None and plan.is_series:
        text = decimal_text(plan.average_price, instrument.price_decimals)
        return f"{text} of {len(plan.requests)} orders"
    if preview is None or preview.estimate is None:
        return UNKNOWN
    estimate = preview.estimate
    price = decimal_text(estimate.average_price, instrument.price_decimals)
    if estimate.quantity < preview.quantity:
        held = decimal_text(estimate.quantity, instrument.quantity_decimals)
        return f"{price}, only {held} offered"
    return f"{price}  {percent_text(estimate.slippage_percent, signed=False)}"


def _worst(preview: Preview | None, instrument: Instrument) -> str:
    if preview is None or preview.estimate is None:
        return UNKNOWN
    return decimal_text(preview.estimate.worst_price, instrument.price_decimals)


def _held(means: Means, instrument: Instrument) -> str:
    amounts = [amount for amount in (means.position_amount, means.short_amount) if amount]
    decimals = instrument.quantity_decimals
    texts = [decimal_text(amount, decimals, signed=True) for amount in amounts]
    if not texts:
        # Nobody is called flat before the account was read.
        return "FLAT" if means.quote_available is not None else UNKNOWN
    return f"{' / '.join(texts)} {instrument.base_asset}"


def _liquidation(seen: Prospect | None, instrument: Instrument) -> str:
    if seen is None or seen.outlook.liquidation is None:
        return UNKNOWN
    price = seen.outlook.liquidation
    if not price:
        return "none"
    text = decimal_text(price, instrument.price_decimals)
    return f"{text}  {percent_text(seen.outlook.liquidation_percent, 1)}"


def _funding_caption(seen: Prospect | None, now_ms: int) -> str:
    if seen is None or not seen.outlook.funding_ms:
        return FUNDING
    return f"{FUNDING} in {countdown_text(seen.outlook.funding_ms - now_ms)}"


def _funding(seen: Prospect | None, quote: str) -> str:
    if seen is None or seen.outlook.funding is None:
        return UNKNOWN
    return f"{decimal_text(seen.outlook.funding, 2, signed=True)} {quote}"


def _risk(seen: Prospect | None, quote: str) -> str:
    if seen is None or seen.outlook.risk is None:
        return UNKNOWN
    risk, percent = seen.outlook.risk, seen.outlook.risk_percent
    share = percent_text(percent, signed=False) if percent is not None else UNKNOWN
    return f"{decimal_text(risk, 2)} {quote}  {share}"
