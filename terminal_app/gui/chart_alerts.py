"""The prices a person wants to be told of, as lines on a chart: a hand on them sends nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import QObject, Signal

from terminal_app.domain.alerts import Alert, AlertKind
from terminal_app.domain.instrument import Instrument
from terminal_app.gui.chart.line_hand import DragWords
from terminal_app.gui.chart.price_line import LineKind, PriceLine
from terminal_app.gui.drag_words import Surroundings
from terminal_app.services.alerts import AlertService

_ARROWS = {AlertKind.RISES_TO: "▲", AlertKind.FALLS_TO: "▼"}
_HINT = "Drag: another price. ×: delete. Sends nothing"


class ChartAlerts(QObject):
    """Show price alerts of a symbol, move and delete them; ``changed`` when they are to be kept."""

    changed = Signal()

    def __init__(self, alerts: AlertService, parent: QObject) -> None:
        super().__init__(parent)
        self._alerts = alerts

    def lines(self, instrument: Instrument) -> list[PriceLine]:
        """Return a line for each price alert of an instrument that is on."""
        return [
            PriceLine(
                alert.alert_id,
                LineKind.ALERT,
                alert.level,
                f"alert {_ARROWS[alert.kind]}",
                can_move=True,
                can_cancel=True,
                hint=_HINT,
            )
            for alert in self._alerts.alerts
            if alert.is_on and _is_of(alert, instrument)
        ]

    def words(self, price: Decimal, around: Surroundings) -> DragWords:
        """Return what it would mean to have an alert at a price."""
        market = around.market
        word = "rises" if market is not None and price > market else "falls"
        text = f"Alert when the price {word} to {around.price_text(price)}"
        return DragWords((text, around.distance(price), "sends nothing"))

    def move(self, alert_id: str, price: Decimal, market: Decimal | None) -> None:
        """Wait for another price, from the side where the market is."""
        alert = self._find(alert_id)
        if alert is not None and market is not None and price != market:
            kind = AlertKind.RISES_TO if price > market else AlertKind.FALLS_TO
            self._alerts.change(replace(alert, kind=kind, level=price))
            self.changed.emit()

    def remove(self, alert_id: str) -> None:
        """Forget an alert."""
        if self._find(alert_id) is not None:
            self._alerts.remove(alert_id)
            self.changed.emit()

    def _find(self, alert_id: str) -> Alert | None:
        return next((one for one in self._alerts.alerts if one.alert_id == alert_id), None)


def _is_of(alert: Alert, instrument: Instrument) -> bool:
    here = (instrument.market, instrument.symbol)
    return alert.kind in _ARROWS and (alert.market, alert.symbol) == here
