"""One word for how everything stands: the worst finding, each with its sentence."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from terminal_app.domain.market import Interval
from terminal_app.services.connection import Link
from terminal_app.services.health import HealthState, Vitals, judge
from terminal_app.venues.base import ClockReading, ConnectionState, Feed, FeedKind
from terminal_app.venues.stream_health import FeedStatus
from terminal_app.venues.traffic import LimitUse, TrafficFigures

S = HealthState
LIVE = Link(ConnectionState.LIVE, time.monotonic())
STALE = Link(ConnectionState.STALE, time.monotonic() - 7, "no data for 15 s")
TRAFFIC = TrafficFigures(
    limits=(LimitUse("weight", 60, 4799, 6000), LimitUse("orders", 10, 39, 50)),
    pause_s=0.0,
    orders_pause_s=0.0,
    is_banned=False,
    socket_latency=None,
    rest_latency=None,
    lost_connections=0,
    troubles={},
)
LIVELY = FeedStatus(Feed(FeedKind.BOOK, "BTCUSDT"), ConnectionState.LIVE, 60.0, 0.1)
SILENT = FeedStatus(
    Feed(FeedKind.CANDLES, "BTCUSDT", Interval.M1), ConnectionState.STALE, 12.0, 13.0, "silent"
)
GOOD = Vitals(
    market=LIVE,
    account=LIVE,
    orders=LIVE,
    book_problem="",
    clock=ClockReading(12, 3),
    latency_ms=20,
    compared_s=5.0,
    ledger_problem="",
    traffic=TRAFFIC,
    feeds=(LIVELY,),
)


def test_nothing_to_find_is_good() -> None:
    assert judge(GOOD).state is S.GOOD
    assert judge(GOOD).findings == ()
    assert judge(replace(GOOD, clock=ClockReading(9, 3, moved_ms=2000))).state is S.GOOD
    assert judge(replace(GOOD, account=None, orders=None, compared_s=None)).state is S.GOOD


@pytest.mark.parametrize(
    ("vitals", "state", "words"),
    [
        (replace(GOOD, market=STALE), S.BAD, "Market data has been stale for"),
        (replace(GOOD, account=STALE), S.BAD, "The account's events"),
        (replace(GOOD, orders=STALE), S.DEGRADED, "slower way"),
        (replace(GOOD, clock=None), S.BAD, "clock has not been measured"),
        (replace(GOOD, clock=ClockReading(0, 3, 200.0)), S.BAD, "not answered over REST for 200 s"),
        (replace(GOOD, clock=ClockReading(9, 3, moved_ms=-2001)), S.BAD, "has moved by 2.0 s"),
        (replace(GOOD, clock=ClockReading(-800, 3)), S.DEGRADED, "800 ms off"),
        (replace(GOOD, latency_ms=900), S.DEGRADED, "slowly: 900 ms"),
        (replace(GOOD, compared_s=None), S.BAD, "not been compared"),
        (replace(GOOD, compared_s=300.0), S.DEGRADED, "300 s ago"),
        (replace(GOOD, book_problem="a gap"), S.DEGRADED, "The book: a gap."),
        (replace(GOOD, ban="The exchange had banned us."), S.BAD, "had banned us"),
        (replace(GOOD, traffic=replace(TRAFFIC, pause_s=2.1)), S.BAD, "nothing is asked for 3 s"),
        (
            replace(GOOD, traffic=replace(TRAFFIC, orders_pause_s=4.0)),
            S.DEGRADED,
            "takes no new orders for 4 s",
        ),
        (
            replace(GOOD, traffic=replace(TRAFFIC, limits=(LimitUse("orders", 10, 40, 50),))),
            S.DEGRADED,
            "40 of 50 are used of the limit of new orders in 10 s",
        ),
        (replace(GOOD, feeds=(SILENT,)), S.DEGRADED, "Candles of BTCUSDT: stale for 12 s (silent)"),
        (replace(GOOD, ledger_problem="The disk is full."), S.BAD, "The disk is full."),
    ],
)
def test_each_trouble_is_found_and_said(vitals: Vitals, state: HealthState, words: str) -> None:
    health = judge(vitals)
    assert health.state is state
    assert len(health.findings) == 1
    assert words in health.findings[0].sentence


def test_of_a_lost_connection_its_feeds_are_not_told_again() -> None:
    health = judge(replace(GOOD, market=STALE, feeds=(SILENT, SILENT)))
    assert len(health.findings) == 1


def test_the_worst_comes_first() -> None:
    health = judge(replace(GOOD, latency_ms=900, market=STALE))
    assert [finding.state for finding in health.findings] == [S.BAD, S.DEGRADED]
