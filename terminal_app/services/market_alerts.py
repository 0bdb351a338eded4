"""Watch one market for the alerts that are about it."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from terminal_app.domain.alerts import Alert, AlertKind, LevelWatch, PriceWatch
from terminal_app.domain.instrument import plain
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.position_figures import margin_ratio
from terminal_app.observers import Subscriptions
from terminal_app.services.connection import MARKET
from terminal_app.services.market_data import SYMBOL, TRADES
from terminal_app.services.order_store import ORDERS
from terminal_app.services.order_words import describe
from terminal_app.services.session import Session
from terminal_app.services.study_alerts import StudyAlerts, StudyFigures

REPEAT_S = 60.0
_ORDER_WORDS = {
    OrderStatus.FILLED: "Filled",
    OrderStatus.REJECTED: "Refused",
    OrderStatus.EXPIRED: "Ended by the exchange",
}


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


class MarketAlerts:
    """Hear what happens on one market, and call ``fire`` for each alert that has come about."""

    def __init__(
        self, session: Session, calculate: StudyFigures, fire: Callable[[Alert, str], None]
    ) -> None:
        self._session = session
        self._fire = fire
        self._watches: dict[str, _Watch] = {}
        self._seen_trades = session.market_data.trade_count
        self._known = {key: order.status for key, order in session.orders.store.orders.items()}
        self.studies = StudyAlerts(session, calculate, self._on_study)
        self._subscriptions = Subscriptions()
        self._subscriptions.own(session.overview.look())
        self._subscriptions.hear(self._on_overview, session.overview.observers)
        self._subscriptions.hear(self._on_market, session.market_data.observers)
        self._subscriptions.hear(self._on_connection, session.connection.observers)
        self._subscriptions.hear(self._on_orders, session.orders.store.observers)
        self._subscriptions.hear(self._on_account, session.account.observers)

    def is_about(self, session: Session) -> bool:
        """Say whether this is the session that is heard."""
        return self._session is session

    def follow(self, alerts: Sequence[Alert], *, is_old: bool) -> None:
        """Watch for these and no others; ``is_old`` for those that earlier runs began."""
        wanted = {alert.alert_id: alert for alert in alerts}
        for alert_id, watch in list(self._watches.items()):
            if wanted.get(alert_id) != watch.alert:
                del self._watches[alert_id]
        for alert in alerts:
            if alert.alert_id not in self._watches:
                seen = PriceWatch(alert, self._price(alert.symbol), is_old=is_old)
                self._watches[alert.alert_id] = _Watch(alert, seen, LevelWatch(alert.level))
        of_bars = [alert for alert in alerts if alert.kind.is_of_bars]
        self.studies.follow(of_bars, is_old=is_old)

    def close(self) -> None:
        """Watch for nothing any more."""
        self.studies.close()
        self._subscriptions.leave()

    def _on_overview(self, _key: Hashable) -> None:
        overview, shown = self._session.overview, self._shown()
        for watch in list(self._watches.values()):
            alert = watch.alert
            ticker, mark = overview.tickers.get(alert.symbol), overview.marks.get(alert.symbol)
            if alert.kind is AlertKind.FUNDING and mark is not None:
                percent = abs(mark.funding_rate * 100)
                if watch.level.see(percent):
                    self._tell(watch, f"{alert.symbol} funding is {plain(percent)} %.")
            elif alert.kind.follows_price and alert.symbol != shown and ticker is not None:
                self._see(watch, ticker.last_price, ticker.time_ms)

    def _on_market(self, key: Hashable) -> None:
        data = self._session.market_data
        if key == SYMBOL:
            self._seen_trades = 0
        if key != TRADES:
            return
        new = data.newest_trades(self._seen_trades)
        self._seen_trades = data.trade_count
        shown = self._shown()
        watches = [watch for watch in self._watches.values() if watch.alert.symbol == shown]
        for watch in watches:
            if watch.alert.kind.follows_price:
                for trade in new:
                    self._see(watch, trade.price, trade.time_ms)

    def _on_connection(self, _key: Hashable) -> None:
        if not self._session.connection.link(MARKET).is_live:
            for watch in self._watches.values():
                watch.price.lose_touch()

    def _on_orders(self, key: Hashable) -> None:
        if key != ORDERS:
            return
        moved: list[Order] = []
        for name, order in self._session.orders.store.orders.items():
            if self._known.get(name) is not order.status:
                self._known[name] = order.status
                moved.append(order)
        for watch in list(self._watches.values()):
            if watch.alert.kind is AlertKind.ORDERS:
                for order in moved:
                    if order.status in _ORDER_WORDS:
                        self._tell(watch, f"{_ORDER_WORDS[order.status]}: {describe(order)}.")

    def _on_account(self, _key: Hashable) -> None:
        watches = [
            watch for watch in self._watches.values() if watch.alert.kind is AlertKind.MARGIN_RATIO
        ]
        ratio = highest_margin_ratio(self._session) if watches else None
        for watch in watches:
            if ratio is not None and watch.level.see(ratio):
                self._tell(watch, f"The margin ratio is {plain(round(ratio, 2))} %.")

    def _see(self, watch: _Watch, price: Decimal, time_ms: int) -> None:
        text = watch.price.see(price, time_ms)
        if text:
            self._tell(watch, text)

    def _on_study(self, alert: Alert, text: str) -> None:
        self._tell(self._watches[alert.alert_id], text)

    def _tell(self, watch: _Watch, text: str) -> None:
        kind, now_s = watch.alert.kind, time.monotonic()
        # A price that dances on its level is told of once a minute; each order is, and each close.
        is_calmed = kind is not AlertKind.ORDERS and not kind.is_of_bars
        if is_calmed and now_s - watch.told_s < REPEAT_S:
            return
        watch.told_s = now_s
        self._fire(watch.alert, text)

    def _price(self, symbol: str) -> Decimal | None:
        """Return the price a person sees at this moment, None where none is known."""
        trade = self._session.market_data.last_trade
        ticker = self._session.overview.tickers.get(symbol)
        if symbol == self._shown() and trade is not None:
            return trade.price
        return ticker.last_price if ticker is not None else None

    def _shown(self) -> str:
        instrument = self._session.market_data.instrument
        return instrument.symbol if instrument is not None else ""
