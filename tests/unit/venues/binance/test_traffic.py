"""Latencies of orders: the newest, the middle and the slowest of those kept."""

from __future__ import annotations

from random import Random

from terminal_app.venues.binance.traffic import KEPT, LatencyRing
from terminal_app.venues.traffic import Latency


def test_nothing_is_told_before_the_first() -> None:
    assert LatencyRing().latency() is None


def test_one_is_newest_middle_and_slowest() -> None:
    ring = LatencyRing()
    ring.note(7)
    assert ring.latency() == Latency(7, 7, 7, 1)


def test_quantiles_are_of_the_newest_only() -> None:
    ring = LatencyRing()
    for _ in range(KEPT):
        ring.note(10**9)
    values = list(range(KEPT))
    Random(3).shuffle(values)
    for value in values:
        ring.note(value)
    assert ring.latency() == Latency(values[-1], KEPT // 2, KEPT * 99 // 100, KEPT)
