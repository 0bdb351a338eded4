"""Weights and order counts in windows aligned to the clock."""

from terminal_app.practice.http_limits import SPOT_LIMITS, USDM_LIMITS, RateCounter

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
    counter.add_weight(20)
    assert counter.headers(with_orders=False) == {"X-MBX-USED-WEIGHT-1M": "20"}
    clock.now_ms += 1
    assert counter.headers(with_orders=False) == {"X-MBX-USED-WEIGHT-1M": "0"}


def test_orders_count_in_every_order_window() -> None:
    clock = Clock()
    counter = RateCounter(USDM_LIMITS, clock)
    counter.add_orders(1)
    clock.now_ms += 10_000
    counter.add_orders(1)
    assert counter.headers(with_orders=True) == {
        "X-MBX-USED-WEIGHT-1M": "0",
        "X-MBX-ORDER-COUNT-1M": "2",
        "X-MBX-ORDER-COUNT-10S": "1",
    }


def test_json_names_limit_and_count() -> None:
    counter = RateCounter(SPOT_LIMITS, Clock())
    counter.add_orders(3)
    assert counter.to_json(with_weight=False, with_orders=True)[0] == {
        "rateLimitType": "ORDERS",
        "interval": "SECOND",
        "intervalNum": 10,
        "limit": 100,
        "count": 3,
    }
