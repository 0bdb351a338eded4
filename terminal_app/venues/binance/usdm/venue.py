"""Binance USDⓈ-M futures: its clients, its sockets, its capabilities."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from terminal_app.domain.account import AccountSnapshot
from terminal_app.domain.instrument import ZERO, Instrument, Market, plain
from terminal_app.domain.market import DAY_MS, Interval, Trade
from terminal_app.domain.order import Fill, OrderRequest, OrderType, OrderUpdate, TimeInForce
from terminal_app.errors import InvalidOrder, VenueError
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import Capabilities, Environment
from terminal_app.venues.binance.books import BookKeeper
from terminal_app.venues.binance.depth_sync import continues_usdm
from terminal_app.venues.binance.environments import Endpoints
from terminal_app.venues.binance.events import VenueEvents
from terminal_app.venues.binance.execution import (
    BinanceExecution,
    Params,
    ReadOrder,
    price_params,
)
from terminal_app.venues.binance.feeds import FeedHub
from terminal_app.venues.binance.kept_socket import KeptSocket
from terminal_app.venues.binance.market_data import BinanceMarketData
from terminal_app.venues.binance.rest import RestClient
from terminal_app.venues.binance.signing import Signer
from terminal_app.venues.binance.stream import StreamSocket
from terminal_app.venues.binance.usdm import mapping
from terminal_app.venues.binance.usdm import wire as usdm
from terminal_app.venues.binance.usdm.user_stream import UsdmUserStream
from terminal_app.venues.binance.venue import BinanceVenue, VenueParts
from terminal_app.venues.reconnect import ConnectionBudget

PREFIX = "/fapi/v1"
# Source: Binance USDⓈ-M, WebSocket connect: 10 incoming messages a second.
CONTROL_SPACING_S = 0.125
STRETCH_MS = 7 * DAY_MS - 1000
HISTORY_MS = 89 * DAY_MS
MARKET_ROUTES = ("public", "market")
# What an account without any discount pays; used only until the venue has told the real rates.
DEFAULT_MAKER_RATE = Decimal("0.0002")
DEFAULT_TAKER_RATE = Decimal("0.0005")
_TIMES_IN_FORCE = {
    TimeInForce.GTC: "GTC",
    TimeInForce.IOC: "IOC",
    TimeInForce.FOK: "FOK",
    TimeInForce.POST_ONLY: "GTX",
}

CAPABILITIES = Capabilities(
    market=Market.USDM,
    title="Perpetual",
    buy_word="Buy / Long",
    sell_word="Sell / Short",
    intervals=tuple(interval for interval in Interval if interval is not Interval.S1),
    has_positions=True,
    has_mark_price=True,
    has_reduce_only=True,
    has_market_by_quote=False,
    default_symbol="BTCUSDT",
    margin_asset="USDT",
)


class UsdmMarketData(BinanceMarketData):
    """Read the USDⓈ-M market."""

    def __init__(self, rest: RestClient) -> None:
        super().__init__(rest, PREFIX)

    async def instruments(self) -> list[Instrument]:
        """Return all symbols with their rules."""
        info = await self._rest.get(usdm.ExchangeInfo, f"{PREFIX}/exchangeInfo")
        return [mapping.instrument(row) for row in info.symbols]

    async def trades(self, symbol: str, limit: int) -> list[Trade]:
        """Return the newest aggregate trades, oldest first, as the stream gives them."""
        params = [("symbol", symbol), ("limit", str(limit))]
        rows = await self._rest.get(list[usdm.AggregateTrade], f"{PREFIX}/aggTrades", params)
        return [mapping.trade_from_row(row) for row in rows]


class UsdmExecution(BinanceExecution):
    """Trade on USDⓈ-M."""

    def __init__(self, rest: RestClient) -> None:
        super().__init__(Market.USDM, rest, PREFIX)
        self._decode_order = msgspec.json.Decoder(usdm.OrderReply).decode
        self._rates: usdm.CommissionRate | None = None

    def place_params(self, request: OrderRequest, client_order_id: str) -> Params:
        """Return a new order in USDⓈ-M's words; "post only" is GTX there."""
        if request.quantity is None:
            raise InvalidOrder("Size", "it must be given in the base asset", "nothing")
        return [
            ("symbol", request.symbol),
            ("side", request.side.value),
            *_type_params(request),
            ("quantity", plain(request.quantity)),
            *price_params(request),
            *([("reduceOnly", "true")] if request.reduce_only else []),
            ("newClientOrderId", client_order_id),
            ("newOrderRespType", "RESULT"),
        ]

    def read_order(self, body: bytes) -> ReadOrder:
        """Return an order; its fills come by the stream alone."""
        return mapping.order_update(self._decode_order(body)), ()

    async def read_orders(self, path: str, params: Params) -> list[OrderUpdate]:
        """Return the orders a signed question is answered with."""
        rows = await self._rest.get_signed(list[usdm.OrderReply], path, params)
        return [mapping.order_update(row) for row in rows]

    async def fills(self, symbol: str, *, start_ms: int | None = None) -> list[Fill]:
        """Return the account's own trades in a symbol, of the last week without a start."""
        rows: list[usdm.AccountTrade] = []
        for stretch in _stretches(start_ms, self._rest.clock.now_ms()):
            params = [("symbol", symbol), *stretch, ("limit", "1000")]
            path = f"{PREFIX}/userTrades"
            rows += await self._rest.get_signed(list[usdm.AccountTrade], path, params)
        return [mapping.fill_from_trade(row) for row in rows]

    async def account(self) -> AccountSnapshot:
        """Return balances, positions with their leverage, and rates."""
        account, risks, configs, rates = await asyncio.gather(
            self._rest.get_signed(usdm.AccountReply, "/fapi/v3/account"),
            self._rest.get_signed(list[usdm.PositionRisk], "/fapi/v3/positionRisk"),
            self._configs(),
            self._commission_rates(),
        )
        held = [row for row in risks if row.amount != ZERO]
        return AccountSnapshot(
            market=Market.USDM,
            balances=tuple(mapping.balance(row) for row in account.assets),
            positions=tuple(mapping.position(row, configs) for row in held),
            maker_rate=rates.maker,
            taker_rate=rates.taker,
            time_ms=self._rest.clock.now_ms(),
            leverages=tuple((symbol, config.leverage) for symbol, config in configs.items()),
        )

    async def _configs(self) -> dict[str, usdm.SymbolConfig]:
        rows = await self._rest.get_signed(list[usdm.SymbolConfig], f"{PREFIX}/symbolConfig")
        return {row.symbol: row for row in rows}

    async def _commission_rates(self) -> usdm.CommissionRate:
        if self._rates is None:
            params = [("symbol", CAPABILITIES.default_symbol)]
            path = f"{PREFIX}/commissionRate"
            try:
                self._rates = await self._rest.get_signed(usdm.CommissionRate, path, params)
            except VenueError:
                return usdm.CommissionRate(DEFAULT_MAKER_RATE, DEFAULT_TAKER_RATE)
        return self._rates


def _stretches(start_ms: int | None, now_ms: int) -> Iterator[Params]:
    # Source: Binance USDⓈ-M, userTrades: a week at most at a time, three months in all.
    if start_ms is None:
        yield []
        return
    for from_ms in range(max(start_ms, now_ms - HISTORY_MS), now_ms + 1, STRETCH_MS):
        stretch = [("startTime", str(from_ms))]
        to_ms = from_ms + STRETCH_MS - 1
        if to_ms < now_ms:
            stretch.append(("endTime", str(to_ms)))
        yield stretch


def _type_params(request: OrderRequest) -> Params:
    if request.type is OrderType.MARKET:
        return [("type", "MARKET")]
    time_in_force = _TIMES_IN_FORCE.get(request.time_in_force)
    if time_in_force is None:
        raise InvalidOrder("Time in force", "GTC, IOC, FOK or post only", request.time_in_force)
    return [("type", "LIMIT"), ("timeInForce", time_in_force)]


def open_usdm(
    environment: Environment, endpoints: Endpoints, signer: Signer | None
) -> BinanceVenue:
    """Put the USDⓈ-M market of an environment together; nothing connects yet."""
    rest = RestClient(Market.USDM, endpoints.rest, signer)
    scope = TaskScope(f"{environment.name} usdm")
    events = VenueEvents()
    budget = ConnectionBudget()
    routes = {
        route: StreamSocket(
            f"usdm {route}",
            f"{endpoints.stream}/{route}/stream",
            events.market_route(route),
            budget,
            spacing_s=CONTROL_SPACING_S,
        )
        for route in MARKET_ROUTES
    }
    market_data = UsdmMarketData(rest)
    books = BookKeeper(scope, continues_usdm, market_data.snapshot)
    hub = FeedHub(mapping.FEEDS, routes, books)
    market_data.attach(hub)
    events.listen_to_routes(hub.on_socket_state)
    sockets: list[KeptSocket] = [*routes.values()]
    if signer is not None:
        sockets.append(
            UsdmUserStream(
                endpoints.stream, rest, events.tell_account, events.on_account_state, budget
            )
        )
    execution = UsdmExecution(rest) if signer is not None else None
    parts = VenueParts(rest, scope, events, sockets, market_data, execution)
    return BinanceVenue(environment, CAPABILITIES, parts)
