"""Binance spot: its clients, its sockets, its capabilities."""

from __future__ import annotations

import msgspec

from terminal_app.domain.account import AccountSnapshot
from terminal_app.domain.instrument import Instrument, Market, plain
from terminal_app.domain.market import Interval, Trade
from terminal_app.domain.order import Fill, OrderRequest, OrderType, OrderUpdate, TimeInForce
from terminal_app.errors import InvalidOrder
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import Capabilities, Environment
from terminal_app.venues.binance.books import BookKeeper
from terminal_app.venues.binance.depth_sync import continues_spot
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
from terminal_app.venues.binance.spot import mapping
from terminal_app.venues.binance.spot import wire as spot
from terminal_app.venues.binance.spot.user_stream import SpotUserStream
from terminal_app.venues.binance.stream import StreamSocket
from terminal_app.venues.binance.venue import BinanceVenue, VenueParts
from terminal_app.venues.reconnect import ConnectionBudget

PREFIX = "/api/v3"
# Source: Binance spot, WebSocket streams: 5 incoming messages a second, pings among them.
CONTROL_SPACING_S = 0.25
LONGEST_CLIENT_ORDER_ID = 36
_TIMES_IN_FORCE = frozenset({TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK})

CAPABILITIES = Capabilities(
    market=Market.SPOT,
    title="Spot",
    buy_word="Buy",
    sell_word="Sell",
    intervals=tuple(Interval),
    has_positions=False,
    has_mark_price=False,
    has_reduce_only=False,
    has_market_by_quote=True,
    default_symbol="BTCUSDT",
)


class SpotMarketData(BinanceMarketData):
    """Read the spot market."""

    def __init__(self, rest: RestClient) -> None:
        super().__init__(rest, PREFIX)

    async def instruments(self) -> list[Instrument]:
        """Return all symbols with their rules."""
        # Permission sets are most of the answer, and nothing here uses them.
        params = [("showPermissionSets", "false")]
        info = await self._rest.get(spot.ExchangeInfo, f"{PREFIX}/exchangeInfo", params)
        return [mapping.instrument(row) for row in info.symbols if row.is_spot]

    async def trades(self, symbol: str, limit: int) -> list[Trade]:
        """Return the newest public trades, oldest first."""
        params = [("symbol", symbol), ("limit", str(limit))]
        rows = await self._rest.get(list[spot.TradeRow], f"{PREFIX}/trades", params)
        return [mapping.trade_from_row(row) for row in rows]


class SpotExecution(BinanceExecution):
    """Trade on spot."""

    def __init__(self, rest: RestClient) -> None:
        super().__init__(Market.SPOT, rest, PREFIX)
        self._decode_order = msgspec.json.Decoder(spot.OrderReply).decode

    def place_params(self, request: OrderRequest, client_order_id: str) -> Params:
        """Return a new order in spot's words; "post only" is the type LIMIT_MAKER there."""
        return [
            ("symbol", request.symbol),
            ("side", request.side.value),
            *_type_params(request),
            *_size_params(request),
            *price_params(request),
            ("newClientOrderId", client_order_id),
            ("newOrderRespType", "FULL"),
        ]

    def cancel_params(self, client_order_id: str) -> Params:
        """Return the name a cancel gives its order: spot forgets the order's own, the next run
        must still know it for ours.
        """
        name = f"{client_order_id}-c"
        return [("newClientOrderId", name)] if len(name) <= LONGEST_CLIENT_ORDER_ID else []

    def read_order(self, body: bytes) -> ReadOrder:
        """Return an order and the fills of its reply."""
        reply = self._decode_order(body)
        return mapping.order_update(reply), mapping.reply_fills(reply)

    async def read_orders(self, path: str, params: Params) -> list[OrderUpdate]:
        """Return the orders a signed question is answered with."""
        rows = await self._rest.get_signed(list[spot.OrderReply], path, params)
        return [mapping.order_update(row) for row in rows]

    async def fills(self, symbol: str, *, start_ms: int | None = None) -> list[Fill]:
        """Return the account's own trades in a symbol."""
        params = [("symbol", symbol), ("limit", "1000")]
        if start_ms is not None:
            params.append(("startTime", str(start_ms)))
        rows = await self._rest.get_signed(list[spot.AccountTrade], f"{PREFIX}/myTrades", params)
        return [mapping.fill_from_trade(row) for row in rows]

    async def account(self) -> AccountSnapshot:
        """Return the balances and rates."""
        reply = await self._rest.get_signed(
            spot.AccountReply, f"{PREFIX}/account", [("omitZeroBalances", "true")]
        )
        return mapping.account(reply, self._rest.clock.now_ms())


def _type_params(request: OrderRequest) -> Params:
    if request.type is OrderType.MARKET:
        return [("type", "MARKET")]
    if request.time_in_force is TimeInForce.POST_ONLY:
        return [("type", "LIMIT_MAKER")]
    if request.time_in_force not in _TIMES_IN_FORCE:
        raise InvalidOrder("Time in force", "GTC, IOC, FOK or post only", request.time_in_force)
    return [("type", "LIMIT"), ("timeInForce", request.time_in_force.value)]


def _size_params(request: OrderRequest) -> Params:
    if request.quantity is not None:
        return [("quantity", plain(request.quantity))]
    if request.quote_quantity is None or request.type is not OrderType.MARKET:
        raise InvalidOrder("Size", "an order needs one", "nothing")
    return [("quoteOrderQty", plain(request.quote_quantity))]


def open_spot(
    environment: Environment, endpoints: Endpoints, signer: Signer | None
) -> BinanceVenue:
    """Put the spot market of an environment together; nothing connects yet."""
    rest = RestClient(Market.SPOT, endpoints.rest, signer)
    scope = TaskScope(f"{environment.name} spot")
    events = VenueEvents()
    budget = ConnectionBudget()
    market = StreamSocket(
        "spot market",
        f"{endpoints.stream}/stream",
        events.market_route("market"),
        budget,
        spacing_s=CONTROL_SPACING_S,
    )
    market_data = SpotMarketData(rest)
    books = BookKeeper(scope, continues_spot, market_data.snapshot)
    hub = FeedHub(mapping.FEEDS, {"market": market}, books)
    market_data.attach(hub)
    events.listen_to_routes(hub.on_socket_state)
    sockets: list[KeptSocket] = [market]
    if signer is not None:
        sockets.append(
            SpotUserStream(
                endpoints.ws_api,
                signer,
                rest.clock,
                events.tell_account,
                events.on_account_state,
                budget,
            )
        )
    execution = SpotExecution(rest) if signer is not None else None
    parts = VenueParts(rest, scope, events, sockets, market_data, execution)
    return BinanceVenue(environment, CAPABILITIES, parts)
