"""Tell the person what they wanted to be told of, in whichever market it comes about."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, replace
from decimal import Decimal

from terminal_app.domain.alerts import Alert, AlertKind
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Candle
from terminal_app.observers import Observers
from terminal_app.services.clock import venue_now_ms
from terminal_app.services.desk import ENVIRONMENT, Desk
from terminal_app.services.market_alerts import MarketAlerts
from terminal_app.services.notifications import Severity
from terminal_app.services.study_alerts import StudyFigures

ALERTS, FIRED = "alerts", "fired"
FIRED_KEPT = 200


@dataclass(frozen=True, slots=True)
class FiredAlert:
    """Hold what was told, and when."""

    text: str
    time_ms: int


class AlertService:
    """Keep the alerts of the open environment and watch for them.

    They stand in the preferences, by environment. ``calculate`` gives indicators. Keys told:
    alerts, when the list changes; fired, when one has come about.
    """

    def __init__(self, desk: Desk, calculate: StudyFigures) -> None:
        self._desk = desk
        self._calculate = calculate
        self.observers = Observers()
        self.fired: deque[FiredAlert] = deque(maxlen=FIRED_KEPT)
        self._followed: dict[Market, MarketAlerts] = {}
        desk.observers.add(self._on_desk)

    @property
    def alerts(self) -> list[Alert]:
        """Return the alerts of the open environment, oldest first."""
        environment = self._desk.environment
        name = environment.name if environment is not None else ""
        return self._desk.preferences.alerts.setdefault(name, [])

    def add(self, alert: Alert) -> None:
        """Watch for an alert from now on; raise ``InvalidSetting`` for one that never comes."""
        alert.check()
        self.alerts.append(self._begun(alert))
        self._follow(is_old=False)

    def change(self, alert: Alert) -> None:
        """Put an alert in the place of the one with its id; it begins anew."""
        alert.check()
        begun = self._begun(alert)
        self.alerts[:] = [begun if one.alert_id == alert.alert_id else one for one in self.alerts]
        self._follow(is_old=False)

    def remove(self, alert_id: str) -> None:
        """Forget an alert."""
        self.alerts[:] = [one for one in self.alerts if one.alert_id != alert_id]
        self._follow(is_old=False)

    def figure(self, alert: Alert) -> tuple[Candle, Decimal] | None:
        """Return the newest bar that closed and an alert's indicator then, None where unknown."""
        followed = self._followed.get(alert.market)
        return followed.studies.figures.get(alert.alert_id) if followed is not None else None

    def close(self) -> None:
        """Watch for nothing any more."""
        while self._followed:
            self._followed.popitem()[1].close()

    def _on_desk(self, key: Hashable) -> None:
        if key == ENVIRONMENT:
            sessions = self._desk.sessions.values()
            for followed in self._followed.values():
                if not any(followed.is_about(session) for session in sessions):
                    self.close()
                    break
            self._follow(is_old=True)

    def _begun(self, alert: Alert) -> Alert:
        """Return an alert for which the bars count that close from now on."""
        session = self._desk.sessions.get(alert.market)
        if session is None or not alert.kind.is_of_bars:
            return alert
        return replace(alert, since_ms=venue_now_ms(session.venue))

    def _follow(self, *, is_old: bool) -> None:
        """Listen where an alert is on, and nowhere else; ``is_old`` for those of earlier runs."""
        for market, session in self._desk.sessions.items():
            wanted = [alert for alert in self.alerts if alert.is_on and alert.market is market]
            if wanted and market not in self._followed:
                self._followed[market] = MarketAlerts(session, self._calculate, self._fire)
            if market in self._followed:
                self._followed[market].follow(wanted, is_old=is_old)
            if not wanted and market in self._followed:
                self._followed.pop(market).close()
        self.observers.notify(ALERTS)

    def _fire(self, alert: Alert, text: str) -> None:
        self.fired.append(FiredAlert(text, time.time_ns() // 1_000_000))
        self._desk.notifications.tell(Severity.WARNING, f"Alert: {text}")
        if not alert.repeats and alert.kind is not AlertKind.ORDERS:
            self.change(alert.switched(False))
        self.observers.notify(FIRED)
