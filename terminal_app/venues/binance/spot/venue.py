"""Binance spot: its clients, its sockets, its capabilities."""

from __future__ import annotations

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Interval, Trade
from terminal_app.domain.order_request import OrderListKind, PegKind
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import Capabilities, Environment
from terminal_app.venues.binance.api_socket import ApiSocket
from terminal_app.venues.binance.books import BookKeeper
from terminal_app.venues.binance.depth_sync import continues_spot
from terminal_app.venues.binance.environments import Endpoints
from terminal_app.venues.binance.events import VenueEvents
from terminal_app.venues.binance.feeds import FeedHub
from terminal_app.venues.binance.kept_socket import KeptSocket
from terminal_app.venues.binance.market_data import BinanceMarketData
from terminal_app.venues.binance.order_routes import OrderRoutes
from terminal_app.venues.binance.rest import RestClient
from terminal_app.venues.binance.signing import Signer
from terminal_app.venues.binance.spot import mapping
from terminal_app.venues.binance.spot import wire as spot
from terminal_app.venues.binance.spot.execution import SpotExecution
from terminal_app.venues.binance.spot.order_words import ORDER_TYPES, PREFIX, TIMES_IN_FORCE
from terminal_app.venues.binance.spot.user_stream import SpotUserStream
from terminal_app.venues.binance.stream import StreamSocket
from terminal_app.venues.binance.venue import BinanceVenue, VenueParts
from terminal_app.venues.connection_settings import ConnectionSettings
from terminal_app.venues.reconnect import ConnectionBudget

# Source: Binance spot, WebSocket streams: 5 incoming messages a second, pings among them.
CONTROL_SPACING_S = 0.25

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
    order_types=ORDER_TYPES,
    times_in_force=TIMES_IN_FORCE,
    order_lists=frozenset(OrderListKind),
    has_iceberg=True,
    pegs=tuple(PegKind),
)


class SpotMarketData(BinanceMarketData):
    """Read the spot market."""

    # Permission sets are most of the answer, and nothing here uses them.
    info_params = (("showPermissionSets", "false"),)

    def __init__(self, rest: RestClient) -> None:
        super().__init__(rest, PREFIX, mapping.read_instrument)

    async def trades(self, symbol: str, limit: int) -> list[Trade]:
        """Return the newest public trades, oldest first."""
        params = [("symbol", symbol), ("limit", str(limit))]
        rows = await self._rest.get(list[spot.TradeRow], f"{PREFIX}/trades", params)
        return [mapping.trade_from_row(row) for row in rows]


def open_spot(
    environment: Environment,
    endpoints: Endpoints,
    signer: Signer | None,
    settings: ConnectionSettings,
) -> BinanceVenue:
    """Put the spot market of an environment together; nothing connects yet."""
    rest = RestClient(Market.SPOT, endpoints.rest, signer, settings)
    scope = TaskScope(f"{environment.name} spot")
    events = VenueEvents(rest.traffic.note_loss)
    budget = ConnectionBudget(settings=settings, pauses=rest.limits)
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
    account_socket = None
    if signer is not None:
        account_socket = SpotUserStream(
            endpoints.ws_api,
            signer,
            rest,
            events.tell_account,
            events.on_account_state,
            budget,
        )
        sockets.append(account_socket)
    execution = None
    if signer is not None:
        order_socket = None
        if settings.orders_by_socket:
            order_socket = ApiSocket(
                "spot orders", endpoints.ws_api, signer, rest, events.on_orders_state, budget
            )
            sockets.append(order_socket)
        execution = SpotExecution(rest, OrderRoutes(rest, order_socket))
    parts = VenueParts(
        rest, scope, events, sockets, market_data, execution, account_socket=account_socket
    )
    return BinanceVenue(environment, CAPABILITIES, parts)
