"""Everything a client meets on the spot port."""

from typing import Final

from aiohttp import web

from terminal_app.practice.engine.events import Event, OrderEvent
from terminal_app.practice.engine.kinds import ExecutionType
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.exchange import Exchange
from terminal_app.practice.http.endpoint import Desk
from terminal_app.practice.http.house import House
from terminal_app.practice.http.pipeline import Pipeline
from terminal_app.practice.http.rest import RestFace, error_response
from terminal_app.practice.rest.spot import SPOT_ENDPOINTS
from terminal_app.practice.rest.spot_market import SpotDesk
from terminal_app.practice.streams.format import SpotFormat
from terminal_app.practice.streams.hub import Hub
from terminal_app.practice.streams.live import LiveStreams
from terminal_app.practice.streams.names import is_spot
from terminal_app.practice.streams.paced import PacedStreams
from terminal_app.practice.streams.socket import StreamFace
from terminal_app.practice.ws_api.session import Connection
from terminal_app.practice.ws_api.socket import WsApiFace
from terminal_app.practice.ws_api.spot_user import SpotSession, SpotUserStream

# What a first fill takes off the count of unfilled orders (Binance spot, unfilled order count).
_TAKER_GIVES_BACK: Final = 1
_MAKER_GIVES_BACK: Final = 5


class SpotFace:
    """Serve REST, streams and WebSocket API of the spot market, all of them at one desk."""

    def __init__(self, exchange: Exchange, house: House) -> None:
        market = exchange.spot
        self._exchange = exchange
        self._house = house
        self.desk: SpotDesk = Desk(market, house.counter, house.now_ms)
        self._pipeline = Pipeline(
            self.desk, house.authenticator, house.lag, house.network.latency, self._on_carried_out
        )
        self._hub = Hub()
        stream_format = SpotFormat(market)
        self._format = stream_format
        self._live = LiveStreams(stream_format, self._hub)
        self._paced = PacedStreams(market.data, stream_format, self._hub)
        self._user = SpotUserStream()

    def add_routes(self, app: web.Application) -> None:
        """Register every address of the port."""
        RestFace(self._pipeline, SPOT_ENDPOINTS).add_routes(app)
        app.router.add_route("*", "/api/v3/userDataStream", _refuse_listen_key)
        streams = StreamFace(self._hub, self._house)
        streams.add_routes(app, "", is_spot)
        ws_api = WsApiFace(self._open_session, self._house)
        app.router.add_get("/ws-api/v3", ws_api.serve)

    def on_event(self, event: Event) -> None:
        """Take one event of the spot market."""
        self._live.on_event(event)
        self._paced.on_event(event)
        self._user.on_event(event)
        if isinstance(event, OrderEvent):
            self._on_order(event)

    def tick(self, since_ms: int, until_ms: int) -> None:
        """Send what has become due between two times, of the wall or of a stopped market."""
        self._live.tick(since_ms, until_ms)
        self._paced.tick(since_ms, until_ms)

    def keep_house(self) -> None:
        """Do what goes by the wall clock alone."""
        self._house.lag.tick()

    def anchors(self) -> dict[str, object]:
        """Return what a snapshot sets in place."""
        return {
            "spot.counter": self.desk.counter,
            "spot.live": self._live,
            "spot.paced": self._paced,
        }

    def fixed(self) -> dict[str, object]:
        """Return what stays as it is when a snapshot is put back."""
        house = {f"spot.house.{name}": part for name, part in self._house.parts().items()}
        return {**house, "spot.hub": self._hub, "spot.format": self._format}

    def _on_carried_out(self) -> None:
        # Nothing becomes due in a stopped market: what a request changed is told with it.
        if self._exchange.pace.paused:
            self._live.flush()
            self._paced.flush()

    def _open_session(self, connection: Connection) -> SpotSession:
        return SpotSession(connection, self._pipeline, self._user)

    def _on_order(self, event: OrderEvent) -> None:
        order, fill = event.order, event.fill
        # Told as new a second time, when it begins, an order is long found by queries.
        is_first = event.time_ms == order.time_ms
        if is_first and event.execution_type is ExecutionType.NEW:
            self._house.lag.note_order(order.symbol, order.order_id)
        if fill is not None and order.executed_quantity == fill.quantity:
            self._house.counter.give_back(_MAKER_GIVES_BACK if fill.is_maker else _TAKER_GIVES_BACK)


async def _refuse_listen_key(_request: web.Request) -> web.StreamResponse:
    # Listen keys of spot ended on 2026-02-20.
    return error_response(ExchangeError(-1016, "This service is no longer available.", 410))
