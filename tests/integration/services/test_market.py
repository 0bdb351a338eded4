"""What is shown of the market is the exchange's market."""

from __future__ import annotations

from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import httpx

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Interval, Level
from tests.helpers.eventually import eventually
from tests.helpers.markets import MARKETS
from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient
from tests.helpers.sessions import SYMBOL, live, opened_session

ROOTS = {Market.SPOT: ("spot", "/api/v3"), Market.USDM: ("futures", "/fapi/v1")}


@asynccontextmanager
async def paused(practice: PracticeProcess) -> AsyncIterator[None]:
    """Hold the market still, so that two sides of it can be compared."""
    headers = {"X-Control-Token": practice.ready["control_token"]}
    async with httpx.AsyncClient(
        base_url=practice.ready["control"], headers=headers, trust_env=False
    ) as control:
        (await control.post("/control/pause")).raise_for_status()
        try:
            yield
        finally:
            (await control.post("/control/resume")).raise_for_status()


def levels(rows: list[list[str]]) -> list[Level]:
    """Return the levels of a depth reply."""
    return [Level(Decimal(price), Decimal(size)) for price, size in rows]


@MARKETS
async def test_the_book_equals_the_exchanges_at_the_same_update(
    practice: PracticeProcess, ledger_path: Path, market: Market
) -> None:
    word, root = ROOTS[market]
    seen: list[Hashable] = []
    async with opened_session(practice.ready, market, ledger_path) as session:
        session.market_data.observers.add(seen.append)
        await live(session)
        await eventually(lambda: seen.count("book") > 8)
        book = session.market_data.book
        async with paused(practice), PracticeClient(practice.ready, word) as client:
            depth = await client.get(f"{root}/depth", symbol=SYMBOL, limit=1000)
            await eventually(lambda: book.update_id == depth["lastUpdateId"])
            bids, asks = levels(depth["bids"]), levels(depth["asks"])
            assert book.bids.levels(len(bids)) == bids
            assert book.asks.levels(len(asks)) == asks
            assert len(bids) > 20
        assert not book.is_crossed
        # Each kind has a stream of its own: the first mark or ticker may come after the books.
        market_data = session.market_data
        await eventually(lambda: seen.count("trades") > 0)
        await eventually(lambda: market_data.ticker is not None)
        if market is Market.USDM:
            await eventually(lambda: market_data.mark is not None)
        else:
            assert market_data.mark is None


@MARKETS
async def test_candles_are_loaded_then_live_without_gap_or_double(
    practice: PracticeProcess, ledger_path: Path, market: Market
) -> None:
    word, root = ROOTS[market]
    interval = Interval.S1 if market is Market.SPOT else Interval.M1
    async with opened_session(practice.ready, market, ledger_path) as session:
        seen: list[Hashable] = []
        session.candles.observers.add(seen.append)
        await live(session, interval)
        await eventually(lambda: session.candles.state.value == "ready")
        loaded = len(session.candles.candles)
        wanted = 2 if interval is Interval.S1 else 0
        await eventually(
            lambda: len(session.candles.candles) >= loaded + wanted and seen.count("updated") > 1,
            15,
        )
        candles = list(session.candles.candles)
        session.candles.want_older()
        await eventually(lambda: "older" in seen)
        opens = [candle.open_time_ms for candle in session.candles.candles]
        assert {after - before for before, after in pairwise(opens)} == {interval.length_ms}
        assert len(opens) > loaded + wanted
        async with PracticeClient(practice.ready, word) as client:
            rows = await client.get(
                f"{root}/klines",
                symbol=SYMBOL,
                interval=interval.value,
                limit=1000,
                endTime=candles[-2].close_time_ms,
            )
        known = {candle.open_time_ms: candle for candle in candles}
        for row in rows[-20:]:
            candle = known[row[0]]
            shown = (candle.open, candle.high, candle.low, candle.close, candle.volume)
            assert shown == tuple(Decimal(text) for text in row[1:6])
            assert candle.closed
