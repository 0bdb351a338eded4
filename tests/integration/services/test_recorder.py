"""Record the practice exchange, then play the recording and get the same trades."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from terminal_app.domain.instrument import Market
from terminal_app.practice.exchange import Exchange
from terminal_app.practice.sources.captures import read_captures
from terminal_app.practice.sources.records import BookSnapshot, Print
from terminal_app.services.recorder import Recorder
from terminal_app.storage.recordings import RecordingLimits
from terminal_app.venues.binance.environments import PRACTICE, endpoints_for
from terminal_app.venues.binance.raw_feed import RawFeed
from tests.helpers.engine import QUIET, START_MS, SetClock
from tests.helpers.eventually import eventually
from tests.helpers.practice import PracticeProcess


@pytest.mark.slow
@pytest.mark.parametrize("market", [Market.SPOT, Market.USDM])
async def test_a_recording_of_the_practice_exchange_plays_the_same_trades(
    tmp_path: Path, market: Market
) -> None:
    with PracticeProcess(speed=20) as practice:
        endpoints = endpoints_for(PRACTICE, practice.ready)
        recorder = Recorder(
            tmp_path,
            RecordingLimits(),
            lambda market, symbol, write: RawFeed(market, endpoints[market], symbol, write),
        )
        recorder.follow("practice", market, "BTCUSDT")
        await eventually(lambda: recorder.figures.messages > 1500)
        await recorder.close()
    _check_play(tmp_path, market)


def _check_play(folder: Path, market: Market) -> None:
    records = list(read_captures(sorted(folder.rglob("*.gz"))))
    prints = [each for each in records if isinstance(each, Print)]
    assert len(prints) > 20
    assert any(isinstance(each, BookSnapshot) for each in records)
    exchange = Exchange(SetClock(), symbols=QUIET, recordings=[folder], speed=100)
    played = exchange.spot if market is Market.SPOT else exchange.usdm
    for step in range(1, 20):
        exchange.advance(START_MS + 1000 * step)
    trades = played.data.recent_trades("BTCUSDT", 5000)
    assert [(t.trade_id, t.price, t.quantity, t.is_buyer_maker) for t in trades] == [
        (p.trade_id, Decimal(p.price), Decimal(p.quantity), p.is_buyer_maker) for p in prints
    ]
    assert exchange.notices == []
