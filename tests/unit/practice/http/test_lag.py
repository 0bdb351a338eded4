"""Queries that come too late, and copies that are old."""

from typing import Any

import pytest

from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.endpoint import Reads
from terminal_app.practice.http.lag import ReadLag
from terminal_app.practice.http.params import Parameters

ORDER = {"symbol": "BTCUSDT", "orderId": 7}


class Time:
    """Hold a time the test moves."""

    now_ms = 1_000

    def __call__(self) -> int:
        return self.now_ms


def test_a_new_order_is_found_only_later() -> None:
    time = Time()
    lag = ReadLag(time)
    lag.orders_ms = 500
    lag.note_order("BTCUSDT", 7)

    def ask(answer: Any) -> Any:
        return lag.read(Reads.ORDERS, "order", Parameters({}), lambda: answer)

    with pytest.raises(ExchangeError) as refusal:
        ask(ORDER)
    assert refusal.value.code == -2013
    assert ask([ORDER, {"symbol": "BTCUSDT", "orderId": 6}]) == [{**ORDER, "orderId": 6}]
    assert ask([{"orders": [ORDER]}, {"orders": [{**ORDER, "orderId": 6}]}])[0]["orders"] != [ORDER]
    time.now_ms += 500
    assert ask(ORDER) == ORDER


def test_a_snapshot_is_as_old_as_was_set() -> None:
    time = Time()
    lag = ReadLag(time)
    lag.snapshots_ms = 200

    def ask() -> Any:
        return lag.read(Reads.SNAPSHOT, "account", Parameters({}), lambda: time.now_ms)

    assert ask() == 1_000
    for time.now_ms in range(1_010, 2_001, 10):
        lag.tick()
    assert ask() == 1_800
    lag.snapshots_ms = 0
    assert ask() == 2_000
