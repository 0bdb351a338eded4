"""A book is whole or it is known to be lost; nothing in between."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.domain.market import Level
from terminal_app.domain.order_book import OrderBook
from terminal_app.venues.binance.depth_sync import (
    BookEvent,
    Continues,
    DepthDiff,
    DepthSnapshot,
    DepthSync,
    continues_spot,
    continues_usdm,
)
from terminal_app.venues.market_events import BookChanged, BookLoaded, BookLost
from tests.helpers.market_values import rows


def _diff(first: int, last: int, previous: int | None = None) -> DepthDiff:
    before = first - 1 if previous is None else previous
    return DepthDiff((), (), first, last, before, 0)


def _snapshot(last: int) -> DepthSnapshot:
    return DepthSnapshot((), (), last, 0)


def _live(continues: Continues, last: int) -> DepthSync:
    sync = DepthSync(continues)
    assert [type(event) for event in sync.on_snapshot(_snapshot(last))] == [BookLoaded]
    return sync


def test_differences_wait_for_the_snapshot_and_old_ones_are_dropped() -> None:
    sync = DepthSync(continues_spot)
    for diff in (_diff(1, 5), _diff(6, 10), _diff(11, 15)):
        assert sync.on_diff(diff) is None
    events = sync.on_snapshot(_snapshot(8))
    assert [type(event) for event in events] == [BookLoaded, BookChanged, BookChanged]
    assert not sync.needs_snapshot


def test_a_snapshot_older_than_the_buffer_is_not_used() -> None:
    sync = DepthSync(continues_spot)
    sync.on_diff(_diff(20, 25))
    assert sync.on_snapshot(_snapshot(18)) == []
    assert sync.needs_snapshot
    assert len(sync.on_snapshot(_snapshot(19))) == 2


def test_spot_gap_loses_the_book_and_keeps_the_new_difference() -> None:
    sync = _live(continues_spot, 10)
    assert isinstance(sync.on_diff(_diff(12, 15)), BookLost)
    assert sync.needs_snapshot
    events = sync.on_snapshot(_snapshot(13))
    assert [type(event) for event in events] == [BookLoaded, BookChanged]


def test_usdm_follows_the_previous_id_and_ids_may_jump() -> None:
    sync = DepthSync(continues_usdm)
    sync.on_diff(_diff(100, 120, 90))
    assert len(sync.on_snapshot(_snapshot(110))) == 2
    assert isinstance(sync.on_diff(_diff(150, 160, 120)), BookChanged)
    assert isinstance(sync.on_diff(_diff(200, 210, 170)), BookLost)


def test_usdm_joins_when_the_snapshot_is_exactly_the_previous_end() -> None:
    sync = _live(continues_usdm, 110)
    assert isinstance(sync.on_diff(_diff(130, 140, 110)), BookChanged)


def test_usdm_gap_right_after_the_snapshot_is_seen() -> None:
    sync = _live(continues_usdm, 110)
    assert isinstance(sync.on_diff(_diff(130, 140, 120)), BookLost)


@pytest.mark.parametrize("continues", [continues_spot, continues_usdm])
def test_a_repeated_difference_changes_nothing(continues: Continues) -> None:
    sync = _live(continues, 10)
    assert isinstance(sync.on_diff(_diff(11, 12)), BookChanged)
    assert sync.on_diff(_diff(11, 12)) is None
    assert isinstance(sync.on_diff(_diff(13, 14)), BookChanged)


def test_a_disconnect_loses_the_book() -> None:
    sync = _live(continues_spot, 10)
    assert sync.on_disconnect("disconnected") == BookLost("disconnected")
    assert sync.needs_snapshot


@dataclass
class _Truth:
    """The venue's book after every id, and the differences that lead there."""

    books: list[dict[tuple[str, Decimal], Decimal]]
    changes: list[tuple[str, Decimal, Decimal]]

    def snapshot(self, last: int) -> DepthSnapshot:
        book = self.books[last]
        bids = [Level(price, size) for (side, price), size in book.items() if side == "b"]
        asks = [Level(price, size) for (side, price), size in book.items() if side == "a"]
        return DepthSnapshot(rows(bids), rows(asks), last, 0)

    def diff(self, first: int, last: int) -> DepthDiff:
        newest = {(side, price): size for side, price, size in self.changes[first - 1 : last]}
        bids = [Level(price, size) for (side, price), size in newest.items() if side == "b"]
        asks = [Level(price, size) for (side, price), size in newest.items() if side == "a"]
        return DepthDiff(rows(bids), rows(asks), first, last, first - 1, 0)


def _truth(changes: list[tuple[str, int, int]]) -> _Truth:
    exact = [(side, Decimal(price), Decimal(size)) for side, price, size in changes]
    books: list[dict[tuple[str, Decimal], Decimal]] = [{}]
    for side, price, size in exact:
        book = dict(books[-1])
        book[side, price] = size
        if size == 0:
            del book[side, price]
        books.append(book)
    return _Truth(books, exact)


def _apply(book: OrderBook, events: list[BookEvent]) -> None:
    for event in events:
        if isinstance(event, BookLoaded):
            book.load(event.bids, event.asks, event.update_id)
        elif isinstance(event, BookChanged):
            book.apply(event.bids, event.asks, event.update_id)


def _levels(book: OrderBook) -> dict[tuple[str, Decimal], Decimal]:
    bids = {("b", level.price): level.quantity for level in book.bids.levels()}
    asks = {("a", level.price): level.quantity for level in book.asks.levels()}
    return bids | asks


CHANGES = st.lists(
    st.tuples(st.sampled_from("ba"), st.integers(1, 6), st.integers(0, 3)),
    min_size=5,
    max_size=60,
)


@pytest.mark.parametrize("continues", [continues_spot, continues_usdm])
@given(changes=CHANGES, data=st.data())
def test_no_split_drop_or_repeat_ever_shows_a_wrong_book(
    continues: Continues, changes: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    truth = _truth(changes)
    sync, book = DepthSync(continues), OrderBook()
    sent: list[tuple[int, int]] = []
    start = 1
    while start <= len(changes):
        last = data.draw(st.integers(start, min(start + 4, len(changes))))
        fate = data.draw(st.sampled_from(["once", "once", "twice", "drop", "late", "reconnect"]))
        sent.append((start, last))
        arriving = {"twice": sent[-1:] * 2, "drop": []}.get(fate, sent[-1:])
        if fate == "late":
            arriving = [*arriving, data.draw(st.sampled_from(sent))]
        if fate == "reconnect":
            sync.on_disconnect("disconnected")
        for first_id, last_id in arriving:
            event = sync.on_diff(truth.diff(first_id, last_id))
            _apply(book, [event] if event is not None else [])
        if sync.needs_snapshot and data.draw(st.booleans()):
            age = data.draw(st.integers(0, 3))
            _apply(book, sync.on_snapshot(truth.snapshot(max(0, last - age))))
        if not sync.needs_snapshot:
            assert _levels(book) == truth.books[book.update_id]
        start = last + 1
