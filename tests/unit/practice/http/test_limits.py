"""Weights, order counts and bans in windows aligned to the clock."""

from collections.abc import Callable

import pytest

from terminal_app.practice.errors import ExchangeError, RateLimitError
from terminal_app.practice.http.limits import Cost, RateCounter
from terminal_app.practice.http.rules import FUNDING_POOL, SPOT_RULES, USDM_RULES

MINUTE_MS = 60_000


class Clock:
    """Hold a time the test moves."""

    def __init__(self) -> None:
        self.now_ms = 10 * MINUTE_MS

    def __call__(self) -> int:
        return self.now_ms


def spend(counter: RateCounter, cost: Cost) -> None:
    """Carry out a request that costs something."""
    counter.admit(cost)
    with counter.charge(cost):
        pass


def refusal_of(action: Callable[[], None]) -> RateLimitError:
    """Return the error an action ends with."""
    with pytest.raises(RateLimitError) as refusal:
        action()
    return refusal.value


def test_windows_begin_with_the_clock_not_with_the_first_request() -> None:
    clock = Clock()
    counter = RateCounter(USDM_RULES, clock)
    clock.now_ms += MINUTE_MS - 1
    spend(counter, Cost(20))
    assert counter.headers(with_orders=False) == {"X-MBX-USED-WEIGHT-1M": "20"}
    clock.now_ms += 1
    assert counter.headers(with_orders=False) == {"X-MBX-USED-WEIGHT-1M": "0"}


def test_spot_names_the_weight_twice() -> None:
    counter = RateCounter(SPOT_RULES, Clock())
    spend(counter, Cost(20))
    headers = {"X-MBX-USED-WEIGHT-1M": "20", "X-MBX-USED-WEIGHT": "20"}
    assert counter.headers(with_orders=False) == headers


def test_orders_count_in_every_order_window() -> None:
    clock = Clock()
    counter = RateCounter(USDM_RULES, clock)
    spend(counter, Cost(0, orders=1))
    clock.now_ms += 10_000
    spend(counter, Cost(0, orders=1))
    assert counter.headers(with_orders=True) == {
        "X-MBX-USED-WEIGHT-1M": "0",
        "X-MBX-ORDER-COUNT-1M": "2",
        "X-MBX-ORDER-COUNT-10S": "1",
    }


def test_a_batch_is_five_orders_of_ten_seconds_and_one_of_the_minute() -> None:
    counter = RateCounter(USDM_RULES, Clock())
    spend(counter, Cost(5, orders=1, burst_orders=5))
    headers = counter.headers(with_orders=True)
    assert headers["X-MBX-ORDER-COUNT-1M"] == "1"
    assert headers["X-MBX-ORDER-COUNT-10S"] == "5"


def test_json_names_limit_and_count() -> None:
    counter = RateCounter(SPOT_RULES, Clock())
    spend(counter, Cost(0, orders=3))
    assert counter.to_json(with_weight=False, with_orders=True)[0] == {
        "rateLimitType": "ORDERS",
        "interval": "SECOND",
        "intervalNum": 10,
        "limit": 100,
        "count": 3,
    }


def test_a_free_order_weighs_nothing_until_it_is_refused() -> None:
    counter = RateCounter(USDM_RULES, Clock())
    spend(counter, Cost(5, orders=1, is_free=True))
    taken = {
        "X-MBX-USED-WEIGHT-1M": "0",
        "X-MBX-ORDER-COUNT-1M": "1",
        "X-MBX-ORDER-COUNT-10S": "1",
    }
    assert counter.headers(with_orders=True) == taken
    with pytest.raises(ExchangeError), counter.charge(Cost(5, orders=1, is_free=True)):
        raise ExchangeError(-2010, "Refused.")
    assert counter.headers(with_orders=True) == {**taken, "X-MBX-USED-WEIGHT-1M": "5"}


def test_more_weight_than_allowed_is_refused_until_the_minute_is_over() -> None:
    clock = Clock()
    counter = RateCounter(SPOT_RULES, clock)
    clock.now_ms += 45_500
    spend(counter, Cost(5_999))
    refusal = refusal_of(lambda: spend(counter, Cost(2)))
    assert (refusal.code, refusal.http_status, refusal.retry_after_s) == (-1003, 429, 15)
    assert refusal.retry_at_ms == 11 * MINUTE_MS
    assert refusal.message == (
        "Too much request weight used; current limit is 6000 request weight per 1 MINUTE. "
        "Please use WebSocket Streams for live updates to avoid polling the API."
    )
    spend(counter, Cost(1))
    clock.now_ms = 11 * MINUTE_MS
    spend(counter, Cost(2))


def test_too_many_orders() -> None:
    counter = RateCounter(SPOT_RULES, Clock())
    for _ in range(100):
        spend(counter, Cost(0, orders=1))
    refusal = refusal_of(lambda: spend(counter, Cost(0, orders=1)))
    assert (refusal.code, refusal.http_status) == (-1015, 429)
    assert refusal.message == "Too many new orders; current limit is 100 orders per 10 SECOND."


def test_fills_give_back_but_never_below_nothing() -> None:
    counter = RateCounter(SPOT_RULES, Clock())
    for _ in range(7):
        spend(counter, Cost(0, orders=1))
    counter.give_back(5)
    assert counter.headers(with_orders=True)["X-MBX-ORDER-COUNT-10S"] == "2"
    counter.give_back(5)
    assert counter.headers(with_orders=True)["X-MBX-ORDER-COUNT-1D"] == "0"


def test_who_does_not_back_off_is_banned_longer_each_time() -> None:
    clock = Clock()
    counter = RateCounter(USDM_RULES, clock)
    bans_ms = []
    for _ in range(3):
        spend(counter, Cost(2_400))
        for _ in range(10):
            assert refusal_of(lambda: spend(counter, Cost(1))).http_status == 429
        ban = refusal_of(lambda: spend(counter, Cost(1)))
        assert (ban.code, ban.http_status) == (-1003, 418)
        assert ban.message == (
            f"Way too many requests; IP banned until {ban.retry_at_ms}. "
            "Please use the websocket for live updates to avoid bans."
        )
        assert refusal_of(counter.admit_request).http_status == 418
        assert refusal_of(counter.admit_connection).http_status == 418
        bans_ms.append(ban.retry_at_ms - clock.now_ms)
        clock.now_ms = ban.retry_at_ms
        counter.admit_request()
    assert bans_ms == [2 * MINUTE_MS, 10 * MINUTE_MS, 60 * MINUTE_MS]


def test_a_new_minute_forgives_refusals() -> None:
    clock = Clock()
    counter = RateCounter(USDM_RULES, clock)
    for _ in range(3):
        spend(counter, Cost(2_400))
        for _ in range(10):
            assert refusal_of(lambda: spend(counter, Cost(1))).http_status == 429
        clock.now_ms += MINUTE_MS


def test_a_ban_can_be_set_and_lifted() -> None:
    counter = RateCounter(SPOT_RULES, Clock())
    counter.bans.ban(30_000)
    assert refusal_of(counter.admit_request).retry_after_s == 30
    assert counter.bans.until_ms == 10 * MINUTE_MS + 30_000
    counter.bans.ban(0)
    counter.admit_request()
    assert counter.bans.until_ms == 0


def test_connections_and_raw_requests_have_limits_of_their_own() -> None:
    counter = RateCounter(SPOT_RULES.scaled(0.01), Clock())
    for _ in range(3):
        counter.admit_connection(2)
    refusal = refusal_of(counter.admit_connection)
    assert (refusal.code, refusal.http_status) == (-1034, 429)
    assert counter.headers(with_orders=False)["X-MBX-USED-WEIGHT-1M"] == "6"
    for _ in range(3_000):
        counter.admit_request()
    assert refusal_of(counter.admit_request).code == -1003


def test_a_pool_counts_requests_of_its_own() -> None:
    counter = RateCounter(USDM_RULES, Clock())
    for _ in range(500):
        spend(counter, Cost(0, pool=FUNDING_POOL))
    refusal = refusal_of(lambda: spend(counter, Cost(0, pool=FUNDING_POOL)))
    assert (refusal.code, refusal.http_status) == (-1003, 429)
    spend(counter, Cost(1))
