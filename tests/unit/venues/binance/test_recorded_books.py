"""Real recordings, frame by frame: the book is never crossed and agrees with the best prices."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from itertools import islice

import msgspec
import pytest

from terminal_app.domain.market import BestPrices
from terminal_app.domain.order_book import OrderBook
from terminal_app.venues.binance import mapping, wire
from terminal_app.venues.binance.depth_sync import (
    BookEvent,
    Continues,
    DepthSync,
    continues_spot,
    continues_usdm,
)
from terminal_app.venues.binance.feeds import FeedTable
from terminal_app.venues.binance.spot.mapping import FEEDS as SPOT_FEEDS
from terminal_app.venues.binance.usdm.mapping import FEEDS as USDM_FEEDS
from terminal_app.venues.market_events import BookChanged, BookLoaded, BookLost
from tests.helpers.shared import shared_path

FRAMES = 15_000


class _Replay:
    """Follow a recording as the program follows a stream."""

    def __init__(self, table: FeedTable, continues: Continues) -> None:
        self.book = OrderBook()
        self.changes = 0
        self.lost = 0
        self.compared = 0
        self._table = table
        self._sync = DepthSync(continues)
        self._best: dict[int, BestPrices] = {}

    def hear(self, line: bytes) -> None:
        """Take one line of a recording: a snapshot or a combined frame."""
        message = json.loads(line.partition(b" ")[2])
        if "lastUpdateId" in message:
            reply = msgspec.convert(message, wire.DepthReply, strict=False)
            for event in self._sync.on_snapshot(mapping.snapshot(reply, 0)):
                self._apply(event)
            return
        data = msgspec.Raw(json.dumps(message["data"]).encode())
        if "@depth" in message["stream"]:
            changed = self._sync.on_diff(self._table.decode_diff(data))
            if changed is not None:
                self._apply(changed)
        elif message["stream"].endswith("@bookTicker"):
            best = mapping.best_prices(data)
            self._best[best.update_id] = best
            self._compare()

    def _apply(self, event: BookEvent) -> None:
        if isinstance(event, BookLoaded):
            self.book.load(event.bids, event.asks, event.update_id)
        elif isinstance(event, BookChanged):
            self.changes += 1
            self.book.apply(event.bids, event.asks, event.update_id)
        elif isinstance(event, BookLost):
            self.lost += 1
        assert not self.book.is_crossed
        self._compare()

    def _compare(self) -> None:
        best = self._best.get(self.book.update_id)
        if best is not None and self.book.update_id:
            self.compared += 1
            assert self.book.bids.best() == best.bid
            assert self.book.asks.best() == best.ask


def _lines(relative: str) -> Iterator[bytes]:
    with gzip.open(shared_path(relative)) as recording:
        yield from islice(recording, FRAMES)


@pytest.mark.parametrize(
    ("recording", "table", "continues"),
    [
        ("data/market/spot/btcusdt_20240808.gz", SPOT_FEEDS, continues_spot),
        ("data/market/usdm/btcusdt_20240808.gz", USDM_FEEDS, continues_usdm),
    ],
)
def test_recorded_book_agrees_with_recorded_best_prices(
    recording: str, table: FeedTable, continues: Continues
) -> None:
    replay = _Replay(table, continues)
    for line in _lines(recording):
        replay.hear(line)
    assert replay.changes > 500
    assert replay.lost == 0
    assert replay.compared > 10


def test_a_missing_frame_is_noticed_at_once() -> None:
    replay = _Replay(SPOT_FEEDS, continues_spot)
    lines = list(islice(_lines("data/market/spot/btcusdt_20240808.gz"), 2000))
    depth = [number for number, line in enumerate(lines) if b"@depth" in line]
    del lines[depth[20]]
    for line in lines:
        replay.hear(line)
    assert replay.lost == 1
