"""Weights and order counts in windows aligned to the clock."""

import pytest

from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.limits import SPOT_LIMITS, USDM_LIMITS, RateCounter

MINUTE_MS = 60_000


class Clock:
    """Hold a time the test moves."""

    def __init__(self) -> None:
        self.now_ms = 10 * MINUTE_MS

    def __call__(self) -> int:
        return self.now_ms


def test_windows_begin_with_the_clock_not_with_the_first_request() -> None:
    clock = Clock()
    counter = RateCounter(SPOT_LIMITS, clock)
    clock.now_ms += MINUTE_MS - 1
    with counter.charge(20):
        pass
    assert counter.headers(with_orders=False) == {"X-MBX-USED-WEIGHT-1M": "20"}
    clock.now_ms += 1
    assert counter.headers(with_orders=False) == {"X-MBX-USED-WEIGHT-1M": "0"}


def test_orders_count_in_every_order_window() -> None:
    clock = Clock()
    counter = RateCounter(USDM_LIMITS, clock)
    with counter.charge(0, orders=1):
        pass
    clock.now_ms += 10_000
    with counter.charge(0, orders=1):
        pass
    assert counter.headers(with_orders=True) == {
        "X-MBX-USED-WEIGHT-1M": "0",
        "X-MBX-ORDER-COUNT-1M": "2",
        "X-MBX-ORDER-COUNT-10S": "1",
    }


def test_json_names_limit_and_count() -> None:
    counter = RateCounter(SPOT_LIMITS, Clock())
    with counter.charge(0, orders=3):
        pass
    assert counter.to_json(with_weight=False, with_orders=True)[0] == {
        "rateLimitType": "ORDERS",
        "interval": "SECOND",
        "intervalNum": 10,
        "limit": 100,
        "count": 3,
    }


def test_a_free_order_weighs_nothing_until_it_is_refused() -> None:
    counter = RateCounter(USDM_LIMITS, Clock())
    with counter.charge(5, orders=1, free=True):
        pass
    taken = {
        "X-MBX-USED-WEIGHT-1M": "0",
        "X-MBX-ORDER-COUNT-1M": "1",
        "X-MBX-ORDER-COUNT-10S": "1",
    }
    assert counter.headers(with_orders=True) == taken
    with pytest.raises(ExchangeError), counter.charge(5, orders=1, free=True):
        raise ExchangeError(-2010, "Refused.")
    assert counter.headers(with_orders=True) == {**taken, "X-MBX-USED-WEIGHT-1M": "5"}
