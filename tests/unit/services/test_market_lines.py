"""Check that markets beside the desk's are shared by symbol, and that orders are held to theirs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import OrderRequest, OrderType, TimeInForce
from terminal_app.domain.safety import SafetyRules
from terminal_app.errors import InvalidOrder
from terminal_app.services.connection import MARKET
from terminal_app.services.session import Session
from terminal_app.venues.base import ConnectionChanged, ConnectionState, FeedKind
from tests.helpers.quiet_desk import SYMBOL, quiet_desk, seat

D = Decimal
OTHER = "ETHUSDT"


def seated() -> tuple[Session, Instrument]:
    """Return a live session whose desk looks at one symbol at 61000, and another instrument."""
    session = seat(quiet_desk())
    other = replace(session.instruments[SYMBOL], symbol=OTHER, base_asset="ETH")
    session.instruments[OTHER] = other
    session.market_data.book.load([("61000", "1")], [("61000.1", "2")], update_id=1)
    session.connection.apply(ConnectionChanged(MARKET, ConnectionState.LIVE))
    return session, other


def followed(session: Session) -> set[FeedKind]:
    """Return which feeds of the other symbol are subscribed to."""
    feeds = (status.feed for status in session.venue.stream_health().feeds)
    return {feed.kind for feed in feeds if feed.symbol == OTHER}


async def test_panels_of_one_symbol_share_its_market_until_the_last_is_closed() -> None:
    session, other = seated()
    first, second = session.markets.open(other), session.markets.open(other)
    assert first is second
    assert {FeedKind.BOOK, FeedKind.TRADES} <= followed(session)
    session.markets.close(first)
    assert session.markets.find(OTHER) is first.data
    session.markets.close(second)
    assert session.markets.find(OTHER) is None
    assert not followed(session)
    await session.close()
    # Once everything was left, who let go too late does no harm.
    session.markets.close(second)


async def test_each_symbol_is_as_fresh_as_its_own_book() -> None:
    session, other = seated()
    assert session.markets.is_fresh(SYMBOL)
    assert not session.markets.is_fresh(OTHER)
    line = session.markets.open(other)
    assert not session.markets.is_fresh(OTHER)
    line.data.book.load([("2700", "1")], [("2700.1", "2")], update_id=1)
    assert session.markets.is_fresh(OTHER)
    line.data.book_problem = "a gap"
    assert not session.markets.is_fresh(OTHER)
    assert session.is_fresh
    line.data.book_problem = ""
    session.connection.apply(ConnectionChanged(MARKET, ConnectionState.STALE, "silent"))
    assert not session.markets.is_fresh(OTHER)
    await session.close()


async def test_an_order_is_held_against_the_market_of_its_own_symbol() -> None:
    session, other = seated()
    assert session.market_now(other).bid is None
    assert session.seen(OTHER)["bid"] is None
    line = session.markets.open(other)
    line.data.book.load([("2700", "1")], [("2700.1", "2")], update_id=1)
    assert session.market_now(other).bid == D(2700)
    assert session.market_now(session.instruments[SYMBOL]).bid == D(61000)
    assert session.seen(OTHER)["ask"] == "2700.1"
    guard = session.safety.guard
    guard.set_rules(SafetyRules(most_distance_percent=D(5)))
    request = OrderRequest(
        market=other.market,
        symbol=OTHER,
        side=Side.BUY,
        type=OrderType.LIMIT,
        quantity=D("0.1"),
        price=D(2650),
        time_in_force=TimeInForce.GTC,
    )
    guard.check((request,), ())
    with pytest.raises(InvalidOrder, match="%"):
        guard.check((replace(request, price=D(2000)),), ())
    await session.close()
