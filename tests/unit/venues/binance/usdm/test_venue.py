"""How USDⓈ-M's own trades are asked for: in stretches the venue answers."""

from __future__ import annotations

import time
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import DAY_MS
from terminal_app.venues.binance.order_routes import OrderRoutes
from terminal_app.venues.binance.rest import RestClient
from terminal_app.venues.binance.signing import HmacSigner
from terminal_app.venues.binance.usdm.execution import UsdmExecution
from tests.helpers.loopback_venue import LoopbackVenue, reply


async def _answer(request: web.Request) -> web.StreamResponse:
    if request.path.endswith("/time"):
        return reply({"serverTime": int(time.time() * 1000)})
    return reply([])


async def _asked(start_ms: int | None) -> list[tuple[int | None, int | None]]:
    async with LoopbackVenue(_answer) as venue:
        rest = RestClient(Market.USDM, venue.http, HmacSigner("key", "secret"))
        assert (
            await UsdmExecution(rest, OrderRoutes(rest)).fills("BTCUSDT", start_ms=start_ms) == []
        )
        await rest.close()
        queries = [parse_qs(urlsplit(path).query) for _, path in venue.requests if "symbol" in path]
    return [
        (
            int(query["startTime"][0]) if "startTime" in query else None,
            int(query["endTime"][0]) if "endTime" in query else None,
        )
        for query in queries
    ]


async def test_without_a_start_the_venue_chooses() -> None:
    assert await _asked(None) == [(None, None)]


async def test_a_short_absence_takes_one_question() -> None:
    start_ms = int(time.time() * 1000) - DAY_MS
    assert await _asked(start_ms) == [(start_ms, None)]


async def test_a_long_absence_is_asked_for_without_a_gap() -> None:
    start_ms = int(time.time() * 1000) - 20 * DAY_MS
    stretches = await _asked(start_ms)
    assert len(stretches) == 3
    assert stretches[0][0] == start_ms
    assert stretches[-1][1] is None
    for (begin_ms, end_ms), (next_begin_ms, _) in pairwise(stretches):
        assert begin_ms is not None
        assert end_ms is not None
        assert next_begin_ms == end_ms + 1
        assert end_ms - begin_ms < 7 * DAY_MS
