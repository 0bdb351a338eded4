"""Tell the person what they wanted to be told of, in whichever market it comes about."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from terminal_app.domain.alerts import Alert, AlertKind, LevelWatch, PriceWatch
from terminal_app.domain.instrument import Market, plain
from terminal_app.domain.market import Candle
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.position_figures import margin_ratio
from terminal_app.observers import Observers
from terminal_app.services.connection import MARKET
from terminal_app.services.desk import ENVIRONMENT, Desk
from terminal_app.services.market_data import SYMBOL, TRADES
from terminal_app.services.notifications import Severity
from terminal_app.services.order_store import ORDERS
from terminal_app.services.order_words import describe
from terminal_app.services.session import Session
from terminal_app.services.study_alerts import StudyAlerts, StudyFigures

ALERTS, FIRED = "alerts", "fired"
REPEAT_S = 60.0
FIRED_KEPT = 200
_ORDER_WORDS = {
    OrderStatus.FILLED: "Filled",
    OrderStatus.REJECTED: "Refused",
    OrderStatus.EXPIRED: "Ended by the exchange",
}


@dataclass(frozen=True, slots=True)
class FiredAlert:
    """Hold what was told, and when."""

    text: str
    time_ms: int


def highest_margin_ratio(session: Session) -> Decimal | None:
    """Return the margin ratio of the position nearest to liquidation, None without any."""
    account = session.account
    positions = list(account.positions.values())
    wallet = account.balances.get(session.venue.capabilities.margin_asset)
    total = wallet.total if wallet is not None else None
    ratios = (margin_ratio(position, positions, total) for position in positions)
    return max((ratio for ratio in ratios if ratio is not None), default=None)


@dataclass
class _Watch:
    alert: Alert
    price: PriceWatch
    level: LevelWatch
    told_s: float = -REPEAT_S


@dataclass
class _Followed:
    """Hold what is heard of one market for its alerts."""

    session: Session
    studies: StudyAlerts
    watches: dict[str, _Watch] = field(default_factory=dict)
    leave: list[Callable[[], None]] = field(default_factory=list)
    seen_trades: int = 0
    known: dict[str, OrderStatus] = field(default_factory=dict)


class AlertService:
    """Keep the alerts of the open environment and watch for them.

    They stand in the preferences, by environment. Keys told: alerts, when the list changes; fired,
    when one has come about.
    """

    def __init__(self, desk: Desk, calculate: StudyFigures) -> None:
        self._desk = desk
        self._calculate = calculate
        self.observers = Observers()
        self.fired: deque[FiredAlert] = deque(maxlen=FIRED_KEPT)
        self._followed: dict[Market, _Followed] = {}
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
        alert = self._begun(alert)
        self.alerts[:] = [alert if one.alert_id == alert.alert_id else one for one in self.alerts]
        self._drop(alert.alert_id)
        self._follow(is_old=False)

    def remove(self, alert_id: str) -> None:
        """Forget an alert."""
        self.alerts[:] = [one for one in self.alerts if one.alert_id != alert_id]
        self._drop(alert_id)
        self._follow(is_old=False)

    def figure(self, alert: Alert) -> tuple[Candle, Decimal] | None:
        """Return the newest bar that closed and an alert's indicator then, None where unknown."""
        followed = self._followed.get(alert.market)
        return followed.studies.figures.get(alert.alert_id) if followed is not None else None

    def close(self) -> None:
        """Watch for nothing any more."""
        for market in list(self._followed):
            self._leave(market)

    def _on_desk(self, key: Hashable) -> None:
        if key == ENVIRONMENT:
            sessions = {id(session) for session in self._desk.sessions.values()}
            if {id(followed.session) for followed in self._followed.values()} - sessions:
                self.close()
            self._follow(is_old=True)

    def _begun(self, alert: Alert) -> Alert:
        """Return an alert for which the bars count that close from now on."""
        session = self._desk.sessions.get(alert.market)
        return replace(alert, since_ms=session.now_ms) if session is not None else alert

    def _leave(self, market: Market) -> None:
        followed = self._followed.pop(market)
        followed.studies.close()
        for leave in followed.leave:
            leave()

    def _drop(self, alert_id: str) -> None:
        for followed in self._followed.values():
            followed.watches.pop(alert_id, None)

    def _follow(self, *, is_old: bool) -> None:
        """Listen where an alert is on, and nowhere else; ``is_old`` for those of earlier runs."""
        for market, session in self._desk.sessions.items():
            wanted = [alert for alert in self.alerts if alert.is_on and alert.market is market]
            followed = self._followed.get(market)
            if not wanted:
                if followed is not None:
                    self._leave(market)
                continue
            if followed is None:
                followed = self._followed[market] = self._listen(session)
            for alert in wanted:
                price = self._price(followed, alert.symbol)
                seen = PriceWatch(alert, price, is_old=is_old)
                watch = _Watch(alert, seen, LevelWatch(alert.level))
                followed.watches.setdefault(alert.alert_id, watch)
            of_bars = [alert for alert in wanted if alert.kind.is_of_bars]
            followed.studies.follow(of_bars, is_old=is_old)
        self.observers.notify(ALERTS)

    def _listen(self, session: Session) -> _Followed:
        studies = StudyAlerts(session, self._calculate, self._on_study)
        followed = _Followed(session, studies, seen_trades=session.market_data.trade_count)
        followed.known = {key: order.status for key, order in session.orders.store.orders.items()}
        followed.leave = [
            session.overview.look(),
            session.overview.observers.add(lambda _: self._on_overview(followed)),
            session.market_data.observers.add(lambda key: self._on_market(followed, key)),
            session.connection.observers.add(lambda _: self._on_connection(followed)),
            session.orders.store.observers.add(lambda key: self._on_orders(followed, key)),
            session.account.observers.add(lambda _: self._on_account(followed)),
        ]
        return followed

    def _on_overview(self, followed: _Followed) -> None:
        overview, shown = followed.session.overview, self._shown(followed)
        for watch in list(followed.watches.values()):
            alert = watch.alert
            ticker, mark = overview.tickers.get(alert.symbol), overview.marks.get(alert.symbol)
            if alert.kind is AlertKind.FUNDING and mark is not None:
                percent = abs(mark.funding_rate * 100)
                if watch.level.see(percent):
                    self._fire(watch, f"{alert.symbol} funding is {plain(percent)} %.")
            elif alert.kind.follows_price and alert.symbol != shown and ticker is not None:
                self._see(watch, ticker.last_price, ticker.time_ms)

    def _on_market(self, followed: _Followed, key: Hashable) -> None:
        data = followed.session.market_data
        if key == SYMBOL:
            followed.seen_trades = 0
        if key != TRADES:
            return
        new = data.newest_trades(followed.seen_trades)
        followed.seen_trades = data.trade_count
        shown = self._shown(followed)
        watches = [watch for watch in followed.watches.values() if watch.alert.symbol == shown]
        for watch in watches:
            if watch.alert.kind.follows_price:
                for trade in new:
                    self._see(watch, trade.price, trade.time_ms)

    def _on_connection(self, followed: _Followed) -> None:
        if not followed.session.connection.link(MARKET).is_live:
            for watch in followed.watches.values():
                watch.price.lose_touch()

    def _on_orders(self, followed: _Followed, key: Hashable) -> None:
        if key != ORDERS:
            return
        moved: list[Order] = []
        for name, order in followed.session.orders.store.orders.items():
            if followed.known.get(name) is not order.status:
                followed.known[name] = order.status
                moved.append(order)
        for watch in list(followed.watches.values()):
            if watch.alert.kind is AlertKind.ORDERS:
                for order in moved:
                    if order.status in _ORDER_WORDS:
                        self._fire(watch, f"{_ORDER_WORDS[order.status]}: {describe(order)}.")

    def _on_account(self, followed: _Followed) -> None:
        watches = [
            watch
            for watch in followed.watches.values()
            if watch.alert.kind is AlertKind.MARGIN_RATIO
        ]
        ratio = highest_margin_ratio(followed.session) if watches else None
        for watch in watches:
            if ratio is not None and watch.level.see(ratio):
                self._fire(watch, f"The margin ratio is {plain(round(ratio, 2))} %.")

    def _on_study(self, alert: Alert, text: str) -> None:
        self._fire(self._followed[alert.market].watches[alert.alert_id], text)

    def _see(self, watch: _Watch, price: Decimal, time_ms: int) -> None:
        text = watch.price.see(price, time_ms)
        if text:
            self._fire(watch, text)

    def _fire(self, watch: _Watch, text: str) -> None:
        is_of_orders = watch.alert.kind is AlertKind.ORDERS
        now_s = time.monotonic()
        # A price that dances on its level is told of once a minute; each order is, and each close.
        is_calmed = not is_of_orders and not watch.alert.kind.is_of_bars
        if is_calmed and now_s - watch.told_s < REPEAT_S:
            return
        watch.told_s = now_s
        self.fired.append(FiredAlert(text, time.time_ns() // 1_000_000))
        self._desk.notifications.tell(Severity.WARNING, f"Alert: {text}")
        if not watch.alert.repeats and not is_of_orders:
            self.change(watch.alert.switched(False))
        self.observers.notify(FIRED)

    def _price(self, followed: _Followed, symbol: str) -> Decimal | None:
        """Return the price a person sees at this moment, None where none is known."""
        trade = followed.session.market_data.last_trade
        ticker = followed.session.overview.tickers.get(symbol)
        if symbol == self._shown(followed) and trade is not None:
            return trade.price
        return ticker.last_price if ticker is not None else None

    def _shown(self, followed: _Followed) -> str:
        instrument = followed.session.market_data.instrument
        return instrument.symbol if instrument is not None else ""
