"""The past is whole, fetched once and kept; what is asked twice is answered from disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from terminal_app.domain.candle_times import shifted_open_ms
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Candle, Interval
from terminal_app.errors import VenueError
from terminal_app.services.candle_history import CandleHistory, Progress
from terminal_app.services.past import Load, LoadState
from terminal_app.storage.candle_cache import CandleCache
from terminal_app.venues.binance.venue import BinanceVenue
from tests.helpers.eventually import eventually
from tests.helpers.fault_proxy import Fault, FaultProxy
from tests.helpers.markets import MARKETS, WORDS
from tests.helpers.opened_venue import SYMBOL, build
from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_control import Control
from tests.helpers.sessions import live, opened_session

PATHS = {Market.SPOT: "/api/v3/klines", Market.USDM: "/fapi/v1/klines"}


@pytest.fixture(scope="module")
def practice() -> Iterator[PracticeProcess]:
    """Serve one exchange to all tests of this file: they only read."""
    with PracticeProcess(seed=12) as process:
        yield process


class Reader:
    """Hold a history with what its requests go through."""

    def __init__(self, market: Market, proxy: FaultProxy, history: CandleHistory) -> None:
        self._market = market
        self.proxy = proxy
        self.history = history

    @property
    def asked(self) -> int:
        """Return how many pages the exchange was asked for."""
        return self.proxy.count("GET", PATHS[self._market])


@asynccontextmanager
async def reader(
    practice: PracticeProcess, path: Path, market: Market = Market.SPOT
) -> AsyncIterator[Reader]:
    """Open a market and a cache, and close both in the end."""
    async with FaultProxy(practice.ready[f"{WORDS[market]}_rest"]) as proxy:
        venue = build(practice, market, None, rest=proxy.address)
        assert isinstance(venue, BinanceVenue)
        cache = CandleCache(path)
        await cache.open()
        await venue.open(lambda _: None, lambda _: None)
        try:
            await eventually(lambda: venue.clock is not None)
            yield Reader(market, proxy, CandleHistory(venue, cache))
        finally:
            await venue.close()
            await cache.close()


def in_a_row(candles: list[Candle], interval: Interval) -> bool:
    """Say whether each candle opens where the one before it ends."""
    return all(
        after.open_time_ms == before.close_time_ms + 1
        and after.open_time_ms == shifted_open_ms(interval, before.open_time_ms, 1)
        for before, after in pairwise(candles)
    )


@MARKETS
@pytest.mark.parametrize("interval", [Interval.D1, Interval.D3, Interval.W1, Interval.MO1])
async def test_history_goes_back_to_the_listing_and_is_asked_for_once(
    practice: PracticeProcess, tmp_path: Path, market: Market, interval: Interval
) -> None:
    path = tmp_path / "candles.sqlite"
    async with reader(practice, path, market) as here:
        newest = await here.history.newest(SYMBOL, interval)
        before_ms = newest.candles[-1].open_time_ms
        whole = await here.history.older(SYMBOL, interval, before_ms, 10_000)
        assert whole.reached_listing
        assert in_a_row([*whole.candles, newest.candles[-1]], interval)
        asked = here.asked
        again = await here.history.older(SYMBOL, interval, before_ms, 10_000)
        assert again == whole
        part = await here.history.older(SYMBOL, interval, before_ms, 3)
        assert part.candles == whole.candles[-3:]
        assert not part.reached_listing
        assert here.asked == asked
    async with reader(practice, path, market) as here:
        # Another run finds it on disk, closed candles alone.
        assert await here.history.newest_kept(SYMBOL, interval) == whole.candles[-1000:]
        assert here.asked == 0


async def test_pages_join_without_gap_or_double(practice: PracticeProcess, tmp_path: Path) -> None:
    async with reader(practice, tmp_path / "candles.sqlite") as here:
        for interval in (Interval.S1, Interval.M1, Interval.H1):
            newest = (await here.history.newest(SYMBOL, interval)).candles
            page = await here.history.older(SYMBOL, interval, newest[0].open_time_ms, 2500)
            assert len(page.candles) == 2500
            assert in_a_row([*page.candles, *newest], interval)
            assert all(candle.closed for candle in page.candles)


async def test_the_same_stretch_is_fetched_once_for_all_who_want_it(
    practice: PracticeProcess, tmp_path: Path
) -> None:
    async with reader(practice, tmp_path / "candles.sqlite") as here:
        newest = (await here.history.newest(SYMBOL, Interval.M5)).candles
        first_ms, asked = newest[0].open_time_ms, here.asked
        older = here.history.older
        pages = await asyncio.gather(
            *(older(SYMBOL, Interval.M5, first_ms, 1000) for _ in range(5))
        )
        assert here.asked == asked + 1
        assert all(page == pages[0] for page in pages)
        assert in_a_row([*pages[0].candles, *newest], Interval.M5)


async def test_a_load_that_was_cut_goes_on_where_it_ended(
    practice: PracticeProcess, tmp_path: Path
) -> None:
    path = tmp_path / "candles.sqlite"
    steps: list[Progress] = []
    async with reader(practice, path) as here:
        newest = (await here.history.newest(SYMBOL, Interval.M1)).candles
        until_ms = shifted_open_ms(Interval.M1, newest[0].open_time_ms, -4500)
        async with asyncio.TaskGroup() as group:
            load = group.create_task(here.history.load(SYMBOL, Interval.M1, until_ms, steps.append))
            await eventually(lambda: len(steps) == 2)
            load.cancel()
        asked = here.asked
    async with reader(practice, path) as here:
        here.proxy.faults["GET"] = Fault.GARBAGE
        with pytest.raises(VenueError):
            await here.history.load(SYMBOL, Interval.M1, until_ms)
        here.proxy.faults.clear()
        broken = here.asked
        await here.history.load(SYMBOL, Interval.M1, until_ms, steps.append)
        assert asked + here.asked - broken <= 7
        page = await here.history.older(SYMBOL, Interval.M1, newest[0].open_time_ms, 4500)
        assert in_a_row([*page.candles, *newest], Interval.M1)
        assert len(page.candles) == 4500
        shares = [step.share for step in steps if step.share is not None]
        assert shares == sorted(shares)
        assert shares[-1] == 1


async def test_without_a_file_the_past_is_asked_for(
    practice: PracticeProcess, tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("is not open")
    async with FaultProxy(practice.ready["spot_rest"]) as proxy:
        venue = build(practice, Market.SPOT, None, rest=proxy.address)
        try:
            history = CandleHistory(venue, CandleCache(tmp_path / "never opened"))
            assert await history.newest_kept(SYMBOL, Interval.H1) == []
            newest = (await history.newest(SYMBOL, Interval.H1)).candles
            page = await history.older(SYMBOL, Interval.H1, newest[0].open_time_ms, 1500)
            assert in_a_row([*page.candles, *newest], Interval.H1)
            assert len(page.candles) == 1500
        finally:
            await venue.close()


async def test_a_market_that_began_anew_is_not_mixed_with_the_old_one(tmp_path: Path) -> None:
    with PracticeProcess(seed=3) as process:
        control = Control(process.ready)
        async with reader(process, tmp_path / "candles.sqlite") as here:
            old = (await here.history.newest(SYMBOL, Interval.H1)).candles
            await here.history.older(SYMBOL, Interval.H1, old[0].open_time_ms, 1000)
            control.call("POST", "seed", seed=99)
            new = (await here.history.newest(SYMBOL, Interval.H1)).candles
            assert new[0] != next(c for c in old if c.open_time_ms == new[0].open_time_ms)
            kept = await here.history.newest_kept(SYMBOL, Interval.H1)
            assert kept == new[:-1]
            asked = here.asked
            page = await here.history.older(SYMBOL, Interval.H1, new[0].open_time_ms, 1000)
            assert here.asked == asked + 1
            assert page.candles[-1].close == new[0].open
        control.close()


async def test_a_long_load_is_shown_ended_and_goes_on(
    practice: PracticeProcess, tmp_path: Path
) -> None:
    async with opened_session(practice.ready, Market.SPOT, tmp_path / "ledger.sqlite") as session:
        await live(session)
        shown: list[Load] = []
        past = session.past

        def on_load(_key: object) -> None:
            assert past.load is not None
            shown.append(past.load)

        past.observers.add(on_load)
        past.load_candles(SYMBOL, Interval.M5)
        await eventually(lambda: shown[-1].rows > 0)
        past.cancel()
        await eventually(lambda: shown[-1].state is LoadState.CANCELLED)
        # A new load ends the one that runs, and only the newest is shown.
        past.load_candles(SYMBOL, Interval.H1)
        past.load_candles(SYMBOL, Interval.D1)
        await eventually(lambda: shown[-1].state is LoadState.DONE)
        assert shown[-1].title == "Candles of BTCUSDT, 1d"
        assert shown[-1].share == 1
        assert shown[-1].rows > 1000
        past.load_account([SYMBOL])
        await eventually(lambda: shown[-1].state is LoadState.DONE)
        assert shown[-1].title == "Income"
        control = Control(practice.ready)
        control.fault(
            "reply.error", market="spot", method="GET", path="/api/v3/myTrades", status=400,
            code=-1121, msg="Invalid symbol.", count=1,
        )  # fmt: skip
        past.load_account([SYMBOL])
        await eventually(lambda: shown[-1].state is LoadState.FAILED)
        assert "does not know this symbol" in shown[-1].problem
        control.close()
