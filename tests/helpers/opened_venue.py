"""Open a market of the practice exchange and hear all it tells."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

from terminal_app.domain.credentials import Credentials
from terminal_app.domain.instrument import Instrument, Market, Rounding
from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderUpdate
from terminal_app.domain.order_request import OrderRef, OrderRequest, OrderType
from terminal_app.venues.account_events import AccountEvent, AccountStreamReady
from terminal_app.venues.base import ConnectionChanged, ConnectionState, ExecutionClient, Venue
from terminal_app.venues.binance.environments import endpoints_for, environment_named
from terminal_app.venues.binance.opening import open_venue
from tests.helpers.eventually import eventually
from tests.helpers.practice import PracticeProcess

SYMBOL = "BTCUSDT"


class Opened:
    """Hold an open venue and all it told."""

    def __init__(self, venue: Venue) -> None:
        self.venue = venue
        self.connections: list[ConnectionChanged] = []
        self.account: list[AccountEvent] = []

    @property
    def execution(self) -> ExecutionClient:
        """Return what trades."""
        assert self.venue.execution is not None
        return self.venue.execution

    def state(self, name: str) -> ConnectionState | None:
        """Return the newest state of a connection."""
        found = [change.state for change in self.connections if change.name == name]
        return found[-1] if found else None

    def updates(self, client_order_id: str) -> list[OrderUpdate]:
        """Return the order updates streamed for an id."""
        return [
            event
            for event in self.account
            if isinstance(event, OrderUpdate) and event.client_order_id == client_order_id
        ]

    async def instrument(self) -> Instrument:
        """Return the rules of the symbol under test."""
        instruments = await self.venue.market_data.instruments()
        return next(one for one in instruments if one.symbol == SYMBOL)


def build(
    practice: PracticeProcess, market: Market, credentials: Credentials | None, **detours: str
) -> Venue:
    """Put a market of the practice exchange together; `detours` are addresses to use instead."""
    environment = environment_named("practice")
    endpoints = replace(endpoints_for(environment, practice.ready)[market], **detours)
    return open_venue(environment, market, endpoints, credentials)


@asynccontextmanager
async def opened_venue(
    practice: PracticeProcess, market: Market, **detours: str
) -> AsyncIterator[Opened]:
    """Open a market with the exchange's key and close it in the end."""
    credentials = Credentials(practice.ready["api_key"], practice.ready["api_secret"])
    opened = Opened(build(practice, market, credentials, **detours))
    await opened.venue.open(opened.connections.append, opened.account.append)
    try:
        await eventually(lambda: AccountStreamReady() in opened.account)
        yield opened
    finally:
        await opened.venue.close()


def new_id() -> str:
    """Return a client order id nobody used."""
    return f"test-{uuid4().hex[:20]}"


def ref(client_order_id: str, order_id: int | None = None) -> OrderRef:
    """Return what names an order of the symbol under test."""
    return OrderRef(SYMBOL, order_id, client_order_id)


def limit_or_market(
    market: Market, side: Side, quantity: Decimal, price: Decimal | None
) -> OrderRequest:
    """Return an order: a market order without a price."""
    order_type = OrderType.MARKET if price is None else OrderType.LIMIT
    return OrderRequest(market, SYMBOL, side, order_type, quantity, price)


async def far_price(opened: Opened, instrument: Instrument) -> Decimal:
    """Return a legal price at which a buy rests."""
    ticker = await opened.venue.market_data.ticker(SYMBOL)
    return instrument.round_price(ticker.last_price * Decimal("0.8"), Rounding.DOWN)
