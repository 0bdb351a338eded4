"""Size drawn positions by what the account is worth and what a person risks of it."""

from __future__ import annotations

from decimal import Decimal

from terminal_app.domain.sizing import loss_at_stop, quantity_for_risk
from terminal_app.gui.chart.drawings.risk import RiskSize
from terminal_app.gui.format import decimal_text, percent_text
from terminal_app.services.desk import Desk
from terminal_app.services.order_outlook import equity


class PositionSizes:
    """Know the account of the market that is looked at; the percent is kept."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def percent(self) -> Decimal:
        """Return how much of the account one position may lose at its stop."""
        return self._desk.preferences.risk_percent

    @percent.setter
    def percent(self, percent: Decimal) -> None:
        self._desk.preferences.risk_percent = percent

    def size(self, entry: Decimal, stop: Decimal) -> RiskSize | None:
        """Return the size that loses what is risked between two prices, fees among it."""
        session, instrument = self._desk.session, self._desk.instrument
        if session is None or instrument is None:
            return None
        worth, rate = equity(session, instrument), session.account.taker_rate
        if worth is None or rate is None:
            return None
        risk = worth * self.percent / 100
        quantity = quantity_for_risk(instrument, risk, entry, stop, rate)
        if quantity < instrument.quantity.least:
            return RiskSize(Decimal(0), f"no legal size loses as little as {_money(risk)}")
        lost = _money(loss_at_stop(quantity, entry, stop, rate))
        share = percent_text(self.percent, 2, signed=False)
        size = decimal_text(quantity, instrument.quantity_decimals)
        words = f"{size} {instrument.base_asset} risks {lost} {instrument.quote_asset} ({share})"
        return RiskSize(quantity, words)


def _money(amount: Decimal) -> str:
    return decimal_text(amount, 2)
