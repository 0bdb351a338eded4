"""One word for how everything stands, with the reasons for it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from enum import IntEnum
from math import ceil

from terminal_app.observers import Observers
from terminal_app.services.connection import (
    ACCOUNT,
    MARKET,
    ORDERS,
    ConnectionService,
    Link,
    clock_problem,
)
from terminal_app.services.market_data import MarketDataService
from terminal_app.services.orders import OrderService
from terminal_app.services.reconciliation import Reconciliation
from terminal_app.venues.base import ClockReading, ConnectionState, FeedKind, Venue
from terminal_app.venues.stream_health import FeedStatus
from terminal_app.venues.traffic import TrafficFigures

HEALTH = "health"
CHECK_SECONDS = 10.0
RECHECK_SECONDS = 1.0
# The clock is measured once a minute over REST: what is older proves that REST does not answer.
CLOCK_OLD_S = 150.0
CLOCK_WARNING_MS = 500
SLOW_MS = 600
COMPARED_OLD_S = 90.0
# From here on what matters less than orders waits for the next window.
NEARLY_FULL = 0.8
_FEEDS = {
    FeedKind.TRADES: "Trades",
    FeedKind.BOOK: "Book",
    FeedKind.BEST: "Best prices",
    FeedKind.TICKER: "Statistics",
    FeedKind.CANDLES: "Candles",
    FeedKind.MARK: "Mark price",
}


class HealthState(IntEnum):
    """Name how well things stand; the larger is the worse."""

    GOOD = 0
    DEGRADED = 1
    BAD = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold one thing that is not as it should be, in a sentence."""

    state: HealthState
    sentence: str


@dataclass(frozen=True, slots=True)
class Health:
    """Hold the worst of all findings, and the findings, worst first."""

    findings: tuple[Finding, ...] = ()

    @property
    def state(self) -> HealthState:
        """Return how well everything stands together."""
        return max((finding.state for finding in self.findings), default=HealthState.GOOD)


@dataclass(frozen=True, slots=True)
class Vitals:
    """Hold what is known at one moment; ``account`` and ``orders`` are None without a key.

    ``compared_s`` is how long ago the account was found equal to the venue's, None for never;
    ``ban`` says why a ban keeps trading closed.
    """

    market: Link
    account: Link | None
    orders: Link | None
    book_problem: str
    clock: ClockReading | None
    latency_ms: int | None
    compared_s: float | None
    ledger_problem: str
    ban: str = ""
    traffic: TrafficFigures | None = None
    feeds: tuple[FeedStatus, ...] = ()


def judge(vitals: Vitals) -> Health:
    """Return what is not as it should be."""
    findings = [
        *_ways(vitals), *_clock(vitals), *_account(vitals), *_limits(vitals), *_feeds(vitals)
    ]  # fmt: skip
    if vitals.book_problem:
        findings.append(Finding(HealthState.DEGRADED, f"The book: {vitals.book_problem}."))
    if vitals.latency_ms is not None and vitals.latency_ms > SLOW_MS:
        sentence = f"The exchange answers slowly: {vitals.latency_ms} ms."
        findings.append(Finding(HealthState.DEGRADED, sentence))
    if vitals.ledger_problem:
        findings.append(Finding(HealthState.BAD, vitals.ledger_problem))
    return Health(tuple(sorted(findings, key=lambda finding: -finding.state)))


def _ways(vitals: Vitals) -> list[Finding]:
    ways = ((vitals.market, "Market data"), (vitals.account, "The account's events"))
    found = [
        Finding(HealthState.BAD, f"{name} {_standing(link)}.")
        for link, name in ways
        if link is not None and not link.is_live
    ]
    if vitals.orders is not None and not vitals.orders.is_live:
        sentence = f"The order connection {_standing(vitals.orders)}: orders go the slower way."
        found.append(Finding(HealthState.DEGRADED, sentence))
    return found


def _standing(link: Link) -> str:
    word = {
        ConnectionState.CLOSED: "closed",
        ConnectionState.CONNECTING: "connecting",
        ConnectionState.STALE: "stale",
    }.get(link.state, "stale")
    reason = f" ({link.reason})" if link.reason else ""
    return f"has been {word} for {link.age_seconds()} s{reason}"


def _clock(vitals: Vitals) -> list[Finding]:
    reading = vitals.clock
    problem = clock_problem(reading)
    if reading is None or problem:
        return [Finding(HealthState.BAD, problem)]
    if reading.age_s > CLOCK_OLD_S:
        sentence = f"The exchange has not answered over REST for {reading.age_s:.0f} s."
        return [Finding(HealthState.BAD, sentence)]
    if abs(reading.offset_ms) > CLOCK_WARNING_MS:
        sentence = f"This computer's clock is {abs(reading.offset_ms)} ms off; orders allow for it."
        return [Finding(HealthState.DEGRADED, sentence)]
    return []


def _account(vitals: Vitals) -> list[Finding]:
    if vitals.account is None:
        return []
    if vitals.compared_s is None:
        sentence = "The account has not been compared with the exchange yet."
        return [Finding(HealthState.BAD, sentence)]
    if vitals.compared_s > COMPARED_OLD_S:
        sentence = f"The account was last compared with the exchange {vitals.compared_s:.0f} s ago."
        return [Finding(HealthState.DEGRADED, sentence)]
    return []


def _limits(vitals: Vitals) -> list[Finding]:
    if vitals.ban:
        return [Finding(HealthState.BAD, vitals.ban)]
    traffic = vitals.traffic
    if traffic is None:
        return []
    if traffic.pause_s > 0:
        sentence = f"The exchange wants a pause: nothing is asked for {ceil(traffic.pause_s)} s."
        return [Finding(HealthState.BAD, sentence)]
    found = []
    if traffic.orders_pause_s > 0:
        sentence = f"The exchange takes no new orders for {ceil(traffic.orders_pause_s)} s."
        found.append(Finding(HealthState.DEGRADED, sentence))
    for use in traffic.limits:
        if use.used >= use.limit * NEARLY_FULL:
            what = "new orders" if use.name == "orders" else "requests"
            text = (
                f"{use.used} of {use.limit} are used of the limit of {what} in {use.interval_s} s."
            )
            found.append(Finding(HealthState.DEGRADED, text))
    return found


def _feeds(vitals: Vitals) -> list[Finding]:
    if not vitals.market.is_live:
        return []
    return [
        Finding(
            HealthState.DEGRADED,
            f"{_FEEDS[status.feed.kind]} of {status.feed.symbol}: stale for"
            f" {status.age_s:.0f} s ({status.reason}).",
        )
        for status in vitals.feeds
        if status.state is ConnectionState.STALE
    ]


class HealthService:
    """Check one market's parts again and again. Key told: health."""

    def __init__(
        self,
        venue: Venue,
        connection: ConnectionService,
        market_data: MarketDataService,
        orders: OrderService,
        reconciliation: Reconciliation,
    ) -> None:
        self._venue = venue
        self._connection = connection
        self._market_data = market_data
        self._orders = orders
        self._reconciliation = reconciliation
        self.observers = Observers()
        self.health = Health()

    async def run(self) -> None:
        """Check every ten seconds for ever, and every second while something is wrong."""
        while True:
            is_good = self.check().state is HealthState.GOOD
            await asyncio.sleep(CHECK_SECONDS if is_good else RECHECK_SECONDS)

    def check(self) -> Health:
        """Look at everything now, tell when the findings changed, and return them."""
        health = judge(self._vitals())
        if health != self.health:
            self.health = health
            self.observers.notify(HEALTH)
        return health

    def _vitals(self) -> Vitals:
        has_key = self._venue.execution is not None
        compared_s = self._reconciliation.compared_s
        return Vitals(
            market=self._connection.link(MARKET),
            account=self._connection.link(ACCOUNT) if has_key else None,
            orders=self._connection.link(ORDERS) if has_key else None,
            book_problem=self._market_data.book_problem,
            clock=self._venue.clock,
            latency_ms=self._venue.latency_ms,
            compared_s=time.monotonic() - compared_s if compared_s is not None else None,
            ledger_problem=self._orders.ledger_problem,
            ban=self._orders.bans.closed_because,
            traffic=self._venue.traffic.figures(),
            feeds=self._venue.stream_health().feeds,
        )
