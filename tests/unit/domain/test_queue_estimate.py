"""Check the guess at an order's place in its queue."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from terminal_app.domain.queue_estimate import QueueEstimate

D = Decimal


def test_an_order_joins_behind_all_that_rests() -> None:
    assert QueueEstimate(D(10), 100).ahead == D(10)


def test_trades_go_from_the_front_and_are_not_taken_twice() -> None:
    queue = QueueEstimate(D(10), 100)
    queue.on_trade(D(4), 150)
    assert queue.ahead == D(6)
    queue.on_level(D(6), 200)
    assert queue.ahead == D(6)


def test_a_trade_told_after_its_level_is_not_taken_twice_either() -> None:
    queue = QueueEstimate(D(10), 100)
    queue.on_level(D(16), 150)
    queue.on_level(D(8), 200)
    assert queue.ahead == D(5)
    queue.on_trade(D(8), 190)
    assert queue.ahead == D(2)


def test_a_trade_after_the_book_waits_for_the_next_book() -> None:
    queue = QueueEstimate(D(10), 100)
    queue.on_trade(D(4), 250)
    queue.on_level(D(10), 200)
    assert queue.ahead == D(6)
    queue.on_level(D(6), 300)
    assert queue.ahead == D(6)


def test_withdrawals_are_spread_evenly() -> None:
    queue = QueueEstimate(D(10), 100)
    queue.on_level(D(20), 200)
    assert queue.ahead == D(10)
    queue.on_level(D(10), 300)
    assert queue.ahead == D(5)


def test_what_comes_stands_behind() -> None:
    queue = QueueEstimate(D(10), 100)
    queue.on_level(D(50), 200)
    assert queue.ahead == D(10)


def test_never_more_is_ahead_than_rests() -> None:
    queue = QueueEstimate(D(10), 100)
    queue.on_level(D(3), 200)
    assert queue.ahead <= D(3)
    queue.on_level(D(0), 300)
    assert queue.ahead == D(0)


@given(
    st.lists(
        st.tuples(st.booleans(), st.integers(0, 30), st.integers(0, 3)), min_size=1, max_size=30
    )
)
def test_whatever_comes_the_place_stays_between_nothing_and_the_level(
    events: list[tuple[bool, int, int]],
) -> None:
    queue, now_ms, level = QueueEstimate(D(10), 100), 100, D(10)
    for is_trade, size, later_ms in events:
        now_ms += later_ms
        if is_trade:
            queue.on_trade(D(size), now_ms)
        else:
            level = D(size)
            queue.on_level(level, now_ms)
            assert queue.ahead <= level
        assert queue.ahead >= 0
