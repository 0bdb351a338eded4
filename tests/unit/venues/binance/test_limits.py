"""Windows of the server's clock: never over a share, cancels last to be held back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.errors import NotConnected
from terminal_app.venues.binance.demands import Demand, demand_in, demand_in_frame
from terminal_app.venues.binance.limits import (
    SHARES,
    WEIGHT,
    Priority,
    RateLimitRow,
    RequestLimits,
    shares_with,
)
from terminal_app.venues.binance.weights import orders
from tests.faults.virtual_time import VirtualClock

MINUTE_MS = 60_000
ROWS = [
    RateLimitRow(WEIGHT, "MINUTE", 1, 100),
    RateLimitRow("ORDERS", "SECOND", 10, 5),
    RateLimitRow("RAW_REQUESTS", "MINUTE", 5, 1000),
]


class Clock:
    """Give the time that a test sets."""

    def __init__(self) -> None:
        self.now_ms = 10 * MINUTE_MS

    def __call__(self) -> int:
        """Return the time."""
        return self.now_ms


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands still."""
    return Clock()


@pytest.fixture
def limits(clock: Clock) -> RequestLimits:
    """Return limits of 100 weight a minute and 5 orders in 10 s."""
    found = RequestLimits(clock)
    found.learn(ROWS)
    return found


@given(
    st.lists(
        st.tuples(st.sampled_from(list(Priority)), st.integers(1, 30), st.integers(0, 90_000)),
        max_size=60,
    )
)
def test_no_priority_uses_more_than_its_share(asked: list[tuple[Priority, int, int]]) -> None:
    clock = Clock()
    limits = RequestLimits(clock)
    limits.learn(ROWS)
    for priority, weight, later_ms in asked:
        try:
            limits.take(priority, weight)
        except NotConnected:
            assert _used(limits) + weight > 100 * SHARES[priority]
        else:
            assert _used(limits) <= 100 * SHARES[priority]
        clock.now_ms += later_ms


def _used(limits: RequestLimits) -> int:
    return next(window.used for window in limits.windows if window.kind == WEIGHT)


def test_cancels_pass_where_reads_and_orders_wait(limits: RequestLimits, clock: Clock) -> None:
    limits.note_answer(200, {"X-MBX-USED-WEIGHT-1M": "96"}, b"")
    for priority in (Priority.ORDER, Priority.READ, Priority.HISTORY):
        with pytest.raises(NotConnected, match="wait 60 s"):
            limits.take(priority, 1)
    limits.take(Priority.CANCEL, 1)
    clock.now_ms += MINUTE_MS
    limits.take(Priority.HISTORY, 1)
    assert _used(limits) == 1


def test_orders_are_counted_apart_from_weight(limits: RequestLimits, clock: Clock) -> None:
    for _ in range(4):
        limits.take(Priority.ORDER, 0, orders=1)
    with pytest.raises(NotConnected, match="wait 10 s"):
        limits.take(Priority.ORDER, 0, orders=1)
    limits.take(Priority.READ, 1)
    clock.now_ms += 10_000
    limits.take(Priority.ORDER, 0, orders=1)


def test_what_the_venue_counts_is_the_truth(limits: RequestLimits) -> None:
    limits.learn([RateLimitRow(WEIGHT, "MINUTE", 1, 200, count=180)])
    assert _used(limits) == 180
    with pytest.raises(NotConnected):
        limits.take(Priority.READ, 1)
    limits.take(Priority.ORDER, 1)


def test_what_was_used_counts_though_the_limit_is_told_later(clock: Clock) -> None:
    limits = RequestLimits(clock)
    limits.note_answer(200, {"x-mbx-used-weight-1m": "90"}, b"")
    limits.take(Priority.READ, 1)
    limits.learn(ROWS)
    assert _used(limits) == 91
    with pytest.raises(NotConnected):
        limits.take(Priority.READ, 1)


def test_a_pause_holds_for_everything_and_never_shrinks(
    limits: RequestLimits, expect_log: Callable[[str], None]
) -> None:
    expect_log("HTTP 418: no requests for 60 s")
    limits.obey(Demand(418, 60))
    expect_log("HTTP 429: no requests for 1 s")
    limits.obey(Demand(429, 1))
    assert limits.is_banned
    assert limits.pause_left_s > 59
    with pytest.raises(NotConnected, match="wait 60 s"):
        limits.take(Priority.CANCEL, 1)


async def test_history_waits_for_room_and_a_question_does_not_for_long(
    limits: RequestLimits, clock: Clock
) -> None:
    limits.take(Priority.CANCEL, 100)
    with pytest.raises(NotConnected):
        await limits.take_in_turn(Priority.READ, 1)
    clock.now_ms += MINUTE_MS
    await limits.take_in_turn(Priority.HISTORY, 1)
    assert _used(limits) == 1


def test_a_limit_of_orders_stops_new_orders_alone(
    limits: RequestLimits, expect_log: Callable[[str], None]
) -> None:
    expect_log("HTTP 429: no new orders for 7 s")
    limits.note_answer(429, {"retry-after": "7"}, b'{"code": -1015, "msg": "Too many new orders"}')
    with pytest.raises(NotConnected, match="wait 7 s"):
        limits.take(Priority.ORDER, 0, orders=1)
    limits.take(Priority.CANCEL, 1)
    limits.take(Priority.READ, 1)
    assert limits.pause_left_s == 0


def test_a_ban_is_told_once_though_many_are_refused(
    limits: RequestLimits, clock: Clock, expect_log: Callable[[str], None]
) -> None:
    expect_log("HTTP 418: no requests for 120 s")
    told: list[int] = []
    limits.tell_bans(told.append)
    for _ in range(3):
        limits.note_answer(418, {"retry-after": "120"}, b"")
    assert told == [clock.now_ms + 120_000]
    expect_log("HTTP 418: no requests for 600 s")
    limits.obey(Demand(418, 600))
    assert told[1:] == [clock.now_ms + 600_000]


def test_a_later_refusal_of_a_ban_moves_its_end_with_the_pause(
    clock: Clock, expect_log: Callable[[str], None]
) -> None:
    expect_log("HTTP 418: no requests for 3 s")
    machine = VirtualClock()
    with machine.as_machine_time():
        limits = RequestLimits(clock)
        limits.obey(Demand(418, 3))
        machine.pass_s(0.5)
        limits.obey(Demand(418, 3))
        machine.pass_s(2.7)
        assert limits.pause_left_s > 0
        assert limits.is_banned
        machine.pass_s(0.3)
        assert limits.pause_left_s == 0
        assert not limits.is_banned


def test_a_ban_of_an_earlier_run_is_kept(limits: RequestLimits) -> None:
    limits.keep_ban(-0.001)
    assert not limits.is_banned
    assert limits.pause_left_s == 0
    limits.keep_ban(90.0)
    assert limits.is_banned
    assert 89 < limits.pause_left_s <= 90


def test_no_file_keeps_a_ban_for_years(limits: RequestLimits) -> None:
    limits.keep_ban(1e12)
    assert limits.pause_left_s <= 3 * 86_400


UNTIL = b'{"code": -1003, "msg": "Way too many requests; IP banned until 1700000060000. Please"}'
DEMANDS = [
    (200, {}, b"{}", None),
    (403, {"retry-after": "9"}, b"", None),
    (429, {"retry-after": "9"}, b"", Demand(429, 9.0)),
    (429, {}, b"<html>", Demand(429, 30.0)),
    (429, {}, b'{"code": -1015, "msg": "Too many new orders"}', Demand(429, 10.0, True)),
    (418, {}, b"", Demand(418, 30.0)),
    (418, {}, UNTIL, Demand(418, 60.0)),
    (418, {"retry-after": "75"}, UNTIL, Demand(418, 75.0)),
    (418, {"retry-after": "soon"}, UNTIL, Demand(418, 60.0)),
]


@pytest.mark.parametrize(("status", "headers", "body", "expected"), DEMANDS)
def test_what_an_answer_demands(
    status: int, headers: dict[str, str], body: bytes, expected: Demand | None
) -> None:
    assert demand_in(status, headers, body, 1_700_000_000_000) == expected


FRAMES = [
    (b'{"status": 200, "result": {}}', None),
    (b'{"status": 400, "error": {"code": -1021, "msg": "Timestamp"}}', None),
    (b'{"status": 429, "error": "unreadable"}', None),
    (
        b'{"status": 429, "error": {"code": -1003, "msg": "Too much",'
        b' "data": {"serverTime": 1700000000000, "retryAfter": 1700000004000}}}',
        Demand(429, 4.0),
    ),
    # The venue's clock has jumped: what it says of its own time holds.
    (
        b'{"status": 418, "error": {"code": -1003, "msg": "Too much",'
        b' "data": {"serverTime": 1600000000000, "retryAfter": 1600000003000}}}',
        Demand(418, 3.0),
    ),
    (b'{"status": 429, "error": {"code": -1015, "msg": "x"}}', Demand(429, 10.0, True)),
    (b'{"status": 418, "error": ' + UNTIL + b"}", Demand(418, 60.0)),
]


@pytest.mark.parametrize(("frame", "expected"), FRAMES)
def test_what_a_frame_demands(frame: bytes, expected: Demand | None) -> None:
    assert demand_in_frame(frame, 1_700_000_000_000) == expected


COUNTS = [
    ("POST", "/api/v3/order", 1),
    ("POST", "/api/v3/order/cancelReplace", 1),
    ("POST", "/api/v3/orderList/oco", 2),
    ("POST", "/api/v3/orderList/oto", 2),
    ("POST", "/api/v3/orderList/otoco", 3),
    ("PUT", "/api/v3/order/amend/keepPriority", 0),
    ("POST", "/api/v3/order/test", 0),
    ("GET", "/api/v3/order", 0),
    ("DELETE", "/api/v3/order", 0),
    ("POST", "/fapi/v1/order", 1),
    ("PUT", "/fapi/v1/order", 1),
    ("POST", "/fapi/v1/algoOrder", 1),
    ("DELETE", "/fapi/v1/algoOrder", 0),
    ("POST", "/fapi/v1/leverage", 0),
]


@pytest.mark.parametrize(("method", "path", "count"), COUNTS)
def test_how_many_orders_a_call_counts_as(method: str, path: str, count: int) -> None:
    assert orders(method, path) == count


@given(st.integers(5, 90))
def test_what_matters_more_may_always_use_more(buffer_percent: int) -> None:
    shares = shares_with(buffer_percent)
    assert shares[Priority.CANCEL] == 1
    assert shares[Priority.READ] == pytest.approx(1 - buffer_percent / 100)
    ordered = [shares[priority] for priority in Priority]
    assert ordered == sorted(ordered, reverse=True)
    assert len(set(ordered)) == len(ordered)
