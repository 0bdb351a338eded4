"""All symbols of a market are followed while somebody looks, and only then."""

from __future__ import annotations

from pathlib import Path

from terminal_app.domain.instrument import Market
from terminal_app.venues.base import FeedKind
from tests.helpers.eventually import eventually
from tests.helpers.markets import MARKETS
from tests.helpers.practice import PracticeProcess
from tests.helpers.sessions import live, opened_session


@MARKETS
async def test_every_symbol_is_known_while_somebody_looks(
    practice: PracticeProcess, tmp_path: Path, market: Market
) -> None:
    async with opened_session(practice.ready, market, tmp_path / "ledger.sqlite") as session:
        await live(session)
        overview = session.overview
        assert overview.age_s is None
        first, second = overview.look(), overview.look()
        symbols = {one.symbol for one in session.instruments.values() if one.is_trading}
        await eventually(lambda: overview.tickers.keys() >= symbols)
        await eventually(lambda: overview.best.keys() >= symbols)
        if market is Market.USDM:
            await eventually(lambda: overview.marks.keys() >= symbols)
        best = overview.best["BTCUSDT"]
        assert best.bid_price < best.ask_price
        before = overview.tickers["BTCUSDT"]
        await eventually(lambda: overview.tickers["BTCUSDT"].time_ms > before.time_ms + 1000)
        assert overview.age_s is not None
        assert overview.age_s < 5
        first()
        first()
        kinds = {status.feed.kind for status in session.venue.stream_health().feeds}
        assert FeedKind.ALL_TICKERS in kinds
        second()
        kinds = {status.feed.kind for status in session.venue.stream_health().feeds}
        assert FeedKind.ALL_TICKERS not in kinds
        assert FeedKind.ALL_MARKS not in kinds
