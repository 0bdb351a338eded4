"""Binance USDⓈ-M futures: its clients, its sockets, its capabilities."""

from __future__ import annotations

from terminal_app.domain.contract_statistics import StatisticKind, StatisticPoint
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Interval, Trade
from terminal_app.domain.order_request import PriceKind
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import Capabilities, Environment
from terminal_app.venues.binance.api_socket import ApiSocket
from terminal_app.venues.binance.books import BookKeeper
from terminal_app.venues.binance.depth_sync import continues_usdm
from terminal_app.venues.binance.environments import Endpoints
from terminal_app.venues.binance.events import VenueEvents
from terminal_app.venues.binance.feeds import FeedHub
from terminal_app.venues.binance.kept_socket import KeptSocket
from terminal_app.venues.binance.market_data import BinanceMarketData
from terminal_app.venues.binance.order_routes import OrderRoutes
from terminal_app.venues.binance.rest import RestClient
from terminal_app.venues.binance.signing import Signer
from terminal_app.venues.binance.stream import StreamSocket
from terminal_app.venues.binance.usdm import mapping, symbols
from terminal_app.venues.binance.usdm import wire as usdm
from terminal_app.venues.binance.usdm.execution import UsdmExecution
from terminal_app.venues.binance.usdm.order_words import (
    ORDER_TYPES,
    PREFIX,
    TIMES_IN_FORCE,
)
from terminal_app.venues.binance.usdm.settings import UsdmSettings
from terminal_app.venues.binance.usdm.statistics import funding_rates, open_interest
from terminal_app.venues.binance.usdm.user_stream import UsdmUserStream
from terminal_app.venues.binance.venue import BinanceVenue, VenueParts
from terminal_app.venues.connection_settings import ConnectionSettings
from terminal_app.venues.reconnect import ConnectionBudget

# Source: Binance USDⓈ-M, WebSocket connect: 10 incoming messages a second.
CONTROL_SPACING_S = 0.125
MARKET_ROUTES = ("public", "market")

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
    order_types=ORDER_TYPES,
    times_in_force=TIMES_IN_FORCE,
    amends_price=True,
    tells_rules=True,
    trigger_kinds=(PriceKind.LAST, PriceKind.MARK),
    margin_asset="USDT",
    statistics=frozenset(StatisticKind),
    has_dead_man=True,
    has_close_position=True,
)


class UsdmMarketData(BinanceMarketData):
    """Read the USDⓈ-M market."""

    def __init__(self, rest: RestClient) -> None:
        super().__init__(rest, PREFIX, symbols.read_instrument)

    async def trades(self, symbol: str, limit: int) -> list[Trade]:
        """Return the newest aggregate trades, oldest first, as the stream gives them."""
        params = [("symbol", symbol), ("limit", str(limit))]
        rows = await self._rest.get(list[usdm.AggregateTrade], f"{PREFIX}/aggTrades", params)
        return [mapping.trade_from_row(row) for row in rows]

    async def statistics(
        self, symbol: str, kind: StatisticKind, interval: Interval, start_ms: int
    ) -> list[StatisticPoint]:
        """Return a figure of a contract from a time on, oldest first, as far as it is kept."""
        if kind is StatisticKind.FUNDING_RATE:
            return await funding_rates(self._rest, symbol, start_ms)
        return await open_interest(self._rest, symbol, interval, start_ms)


def open_usdm(
    environment: Environment,
    endpoints: Endpoints,
    signer: Signer | None,
    settings: ConnectionSettings,
) -> BinanceVenue:
    """Put the USDⓈ-M market of an environment together; nothing connects yet."""
    rest = RestClient(Market.USDM, endpoints.rest, signer, settings)
    scope = TaskScope(f"{environment.name} usdm")
    events = VenueEvents(rest.traffic.note_loss)
    budget = ConnectionBudget(settings=settings, pauses=rest.limits)
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
    account_socket = None
    if signer is not None:
        account_socket = UsdmUserStream(
            endpoints.stream, rest, events.tell_account, events.on_account_state, budget
        )
        sockets.append(account_socket)
    execution, account_settings = None, None
    if signer is not None:
        order_socket = None
        if settings.orders_by_socket:
            order_socket = ApiSocket(
                "usdm orders", endpoints.ws_api, signer, rest, events.on_orders_state, budget
            )
            sockets.append(order_socket)
        execution = UsdmExecution(rest, OrderRoutes(rest, order_socket))
        account_settings = UsdmSettings(rest)
    parts = VenueParts(
        rest, scope, events, sockets, market_data, execution, account_settings, account_socket
    )
    return BinanceVenue(environment, CAPABILITIES, parts)
