"""What was kept comes back to the digit; a candle stands once; a broken file costs nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from terminal_app.domain.candle_times import Span
from terminal_app.domain.market import Candle, Interval
from terminal_app.errors import StorageError
from terminal_app.storage import candle_cache
from terminal_app.storage.candle_cache import CandleCache, Series
from tests.helpers.market_values import MINUTE_MS, START_MS, candles

SERIES = Series("practice/spot", "BTCUSDT", Interval.M1)
OTHERS = (
    replace(SERIES, scope="practice/usdm"),
    replace(SERIES, symbol="ETHUSDT"),
    replace(SERIES, interval=Interval.M3),
)
ALL = Span(0, START_MS * 2)


def span_of(rows: list[Candle]) -> Span:
    """Return the stretch that candles in a row fill."""
    return Span(rows[0].open_time_ms, rows[-1].close_time_ms + 1)


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[CandleCache]:
    """Open a cache and close it in the end."""
    cache = CandleCache(path)
    await cache.open()
    try:
        yield cache
    finally:
        await cache.close()


async def test_what_was_kept_comes_back_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "candles.sqlite"
    rows = candles(50)
    rows[3] = replace(rows[3], volume=Decimal("0.10000000"), close=Decimal("1E-8"))
    async with opened(path) as cache:
        assert await cache.spans(SERIES) == ()
        assert await cache.keep(SERIES, rows[20:], span_of(rows[20:]))
        assert await cache.keep(SERIES, rows[:10], span_of(rows[:10]))
    async with opened(path) as cache:
        assert await cache.spans(SERIES) == (span_of(rows[:10]), span_of(rows[20:]))
        assert await cache.keep(SERIES, rows[8:25], span_of(rows[8:25]))
        assert await cache.spans(SERIES) == (span_of(rows),)
        assert await cache.candles(SERIES, ALL, 1000) == rows
        assert format((await cache.candles(SERIES, ALL, 1000))[3].volume, "f") == "0.10000000"
        assert await cache.candles(SERIES, Span(0, rows[30].open_time_ms), 7) == rows[23:30]
        for other in OTHERS:
            assert await cache.candles(other, ALL, 1000) == []
            assert await cache.spans(other) == ()


@pytest.mark.parametrize("change", ["changed", "absent", "new"])
async def test_a_past_that_differs_is_another_market(tmp_path: Path, change: str) -> None:
    rows = candles(30)
    others = list(rows[10:20])
    if change == "changed":
        others[5] = replace(others[5], close=others[5].close + 1)
    elif change == "absent":
        del others[5]
    else:
        others[5] = replace(others[5], open_time_ms=others[5].open_time_ms + 1)
    async with opened(tmp_path / "candles.sqlite") as cache:
        await cache.keep(SERIES, rows, span_of(rows))
        await cache.keep(OTHERS[0], rows, span_of(rows))
        assert not await cache.keep(SERIES, others, span_of(rows[10:20]))
        assert await cache.candles(SERIES, ALL, 1000) == others
        assert await cache.spans(SERIES) == (span_of(rows[10:20]),)
        assert await cache.candles(OTHERS[0], ALL, 1000) == rows


async def test_a_stretch_without_candles_is_known_too(tmp_path: Path) -> None:
    async with opened(tmp_path / "candles.sqlite") as cache:
        await cache.keep(SERIES, [], Span(0, START_MS))
        assert await cache.spans(SERIES) == (Span(0, START_MS),)


async def test_who_goes_away_leaves_what_was_fetched(tmp_path: Path) -> None:
    path = tmp_path / "candles.sqlite"
    rows = candles(500)
    async with opened(path) as cache:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(cache.keep(SERIES, rows, span_of(rows)))
            await asyncio.sleep(0)
            task.cancel()
        assert await cache.candles(SERIES, ALL, 1000) == rows


@pytest.mark.parametrize("kept_bytes", [0, 10, 100, 3000, 5000])
async def test_a_damaged_file_is_begun_anew(tmp_path: Path, kept_bytes: int) -> None:
    path = tmp_path / "candles.sqlite"
    rows = candles(300)
    async with opened(path) as cache:
        await cache.keep(SERIES, rows, span_of(rows))
    content = path.read_bytes()
    path.write_bytes(content[:kept_bytes] + b"\xff" * (len(content) - kept_bytes))
    async with opened(path) as cache:
        assert await cache.spans(SERIES) == ()
        await cache.keep(SERIES, rows, span_of(rows))
    async with opened(path) as cache:
        assert await cache.candles(SERIES, ALL, 1000) == rows


async def test_a_file_of_another_version_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "candles.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()
    async with opened(path) as cache:
        await cache.keep(SERIES, [], Span(0, MINUTE_MS))
        assert await cache.spans(SERIES) == (Span(0, MINUTE_MS),)


async def test_a_file_that_outgrew_its_limit_is_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "candles.sqlite"
    rows = candles(300)
    async with opened(path) as cache:
        await cache.keep(SERIES, rows, span_of(rows))
    async with opened(path) as cache:
        assert await cache.candles(SERIES, ALL, 1000) == rows
    monkeypatch.setattr(candle_cache, "MOST_BYTES", 1000)
    async with opened(path) as cache:
        assert await cache.candles(SERIES, ALL, 1000) == []


async def test_a_second_terminal_does_without_the_file(tmp_path: Path) -> None:
    path = tmp_path / "candles.sqlite"
    rows = candles(20)
    async with opened(path) as first, opened(path) as second:
        await first.keep(SERIES, rows, span_of(rows))
        assert await second.candles(SERIES, ALL, 1000) == []
        await second.keep(SERIES, rows[:5], span_of(rows[:5]))
        assert await second.candles(SERIES, ALL, 1000) == rows[:5]
        assert await first.candles(SERIES, ALL, 1000) == rows


async def test_a_closed_cache_says_so(tmp_path: Path) -> None:
    cache = CandleCache(tmp_path / "candles.sqlite")
    with pytest.raises(StorageError, match="not open"):
        await cache.spans(SERIES)
    await cache.close()
    with pytest.raises(StorageError, match="closed"):
        await cache.spans(SERIES)
