"""Seeking in a recorded market: what it cancels, what it plays again."""

from decimal import Decimal
from pathlib import Path

import pytest

from terminal_app.practice.engine.events import TradePrinted
from terminal_app.practice.engine.kinds import (
    MarketName,
    MarketState,
    OrderStatus,
    Side,
)
from terminal_app.practice.engine.market_values import Level
from terminal_app.practice.exchange import Exchange
from tests.helpers.engine import QUIET, START_MS, SetClock, limit
from tests.helpers.recorded_lines import order_state, play, recorded_exchange, seek, trade_line
from tests.helpers.shared import shared_path

D = Decimal
SPOT = ("data/market/spot/btcusdt_20240808.gz", "data/market/spot/btcusdt_20240809.gz")
USDM = ("data/market/usdm/btcusdt_20240808.gz",)
Top = tuple[Level, Level]


def test_a_seek_cancels_orders_and_says_so(tmp_path: Path) -> None:
    exchange, recorder = recorded_exchange(
        tmp_path, trade_line(1, "50000", "5", True, 300), trade_line(2, "50001", "1", False, 2000)
    )
    mine = exchange.spot.place(limit(Side.BUY, "50000", "0.1")).order
    recorder.events.clear()
    seek(exchange, START_MS + 1500)
    assert order_state(exchange, mine)[0] is OrderStatus.CANCELED
    kinds = [type(event).__name__ for event in recorder.events]
    assert kinds == ["OrderEvent", "SpotAccountChanged", "TimeSought"]
    assert exchange.spot.now_ms == START_MS + 1500
    assert exchange.spot.data.last_price("BTCUSDT") == D(50000)
    exchange.advance(START_MS + 200 + 400)
    assert exchange.spot.data.last_price("BTCUSDT") == D(50000)
    exchange.advance(START_MS + 200 + 500)
    assert exchange.spot.data.last_price("BTCUSDT") == D(50001)


def test_seeking_back_plays_the_same_again_even_from_the_end(tmp_path: Path) -> None:
    exchange, recorder = recorded_exchange(
        tmp_path, trade_line(1, "50000", "0.5", True, 300), trade_line(2, "50001", "1", False, 2000)
    )
    exchange.advance(START_MS + 4000)
    ended_ms = exchange.spot.now_ms

    def spot_prints() -> list[TradePrinted]:
        prints = [e for e in recorder.events if isinstance(e, TradePrinted)]
        return [e for e in prints if e.market is MarketName.SPOT]

    first_play = spot_prints()
    recorder.events.clear()
    seek(exchange, 0)
    assert exchange.spot.now_ms < ended_ms
    assert exchange.spot.data.recent_trades("BTCUSDT", 5) == []
    exchange.advance(START_MS + 8000)
    assert spot_prints() == first_play
    assert exchange.spot.state is MarketState.ENDED


def test_a_seek_past_the_end_stops_there(tmp_path: Path) -> None:
    exchange, _ = recorded_exchange(tmp_path, trade_line(1, "50000", "0.5", True, 300))
    seek(exchange, START_MS + 10**9)
    assert exchange.spot.now_ms == START_MS + 300
    exchange.advance(START_MS + 4000)
    assert exchange.spot.state is MarketState.ENDED


def test_only_a_recorded_market_can_be_sought() -> None:
    with pytest.raises(ValueError, match="no recording is played"):
        seek(Exchange(SetClock()), START_MS)


def test_a_seek_equals_the_play_to_the_same_time() -> None:
    played, sought = (
        Exchange(SetClock(), symbols=QUIET, recordings=[shared_path(SPOT[0])]) for _ in range(2)
    )
    play(played, 9)
    seek(sought, played.spot.now_ms + 60_000)
    seek(sought, played.spot.now_ms)
    ours, theirs = sought.spot.data, played.spot.data
    depths = [data.depth("BTCUSDT", 5000) for data in (ours, theirs)]
    assert len({(each.last_update_id, each.bids, each.asks) for each in depths}) == 1
    assert ours.candles("BTCUSDT", "1s", 9) == theirs.candles("BTCUSDT", "1s", 9)
    assert ours.book_ticker("BTCUSDT") == theirs.book_ticker("BTCUSDT")
