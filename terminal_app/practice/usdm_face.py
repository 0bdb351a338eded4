"""Everything a client meets on the futures port."""

from aiohttp import web

from terminal_app.practice.engine.events import Event, OrderEvent
from terminal_app.practice.engine.kinds import ExecutionType
from terminal_app.practice.exchange import Exchange
from terminal_app.practice.http.house import House
from terminal_app.practice.http.pipeline import Pipeline
from terminal_app.practice.http.rest import RestFace
from terminal_app.practice.rest.usdm import USDM_ENDPOINTS
from terminal_app.practice.rest.usdm_market import UsdmDesk
from terminal_app.practice.streams.force_orders import ForceOrderStreams
from terminal_app.practice.streams.format import UsdmFormat
from terminal_app.practice.streams.hub import Hub
from terminal_app.practice.streams.listen_keys import ListenKeys
from terminal_app.practice.streams.live import ContractInfoStream, LiveStreams, MarkPriceStreams
from terminal_app.practice.streams.names import is_market, is_public, parse_stream
from terminal_app.practice.streams.paced import PacedStreams
from terminal_app.practice.streams.socket import StreamFace
from terminal_app.practice.streams.usdm_user import UsdmUserStream
from terminal_app.practice.ws_api.session import Connection, WsApiSession
from terminal_app.practice.ws_api.socket import WsApiFace
from terminal_app.practice.ws_api.usdm import METHODS


class UsdmFace:
    """Serve REST, streams and WebSocket API of the futures market, all of them at one desk."""

    def __init__(self, exchange: Exchange, house: House, serves_old_routes: bool) -> None:
        market = exchange.usdm
        self._exchange = exchange
        self._house = house
        self._serves_old_routes = serves_old_routes
        self.desk = UsdmDesk(market, house.counter, house.now_ms, ListenKeys(house.now_ms))
        self._pipeline = Pipeline(
            self.desk, house.authenticator, house.lag, house.network.latency, self._on_carried_out
        )
        self._hub = Hub()
        stream_format = UsdmFormat(market)
        self._format = stream_format
        self._live = LiveStreams(stream_format, self._hub)
        self._paced = PacedStreams(market.data, stream_format, self._hub)
        self._marks = MarkPriceStreams(self._hub)
        self._contracts = ContractInfoStream(self._hub)
        self._forced = ForceOrderStreams(self._hub, market.data.has_crowd)
        self._user = UsdmUserStream(self.desk, self._hub)

    def add_routes(self, app: web.Application) -> None:
        """Register every address; the old entries carry what /public does, or all of it."""
        RestFace(self._pipeline, USDM_ENDPOINTS).add_routes(app)
        streams = StreamFace(self._hub, self._house)
        streams.add_routes(app, "", _is_any if self._serves_old_routes else is_public)
        streams.add_routes(app, "/public", is_public)
        streams.add_routes(app, "/market", is_market)
        streams.add_routes(app, "/private", lambda name: parse_stream(name) is None)
        ws_api = WsApiFace(self._open_session, self._house)
        app.router.add_get("/ws-fapi/v1", ws_api.serve)

    def on_event(self, event: Event) -> None:
        """Take one event of the futures market."""
        self._live.on_event(event)
        self._paced.on_event(event)
        self._marks.on_event(event)
        self._contracts.on_event(event)
        self._forced.on_event(event)
        self._user.on_event(event)
        if isinstance(event, OrderEvent) and event.execution_type is ExecutionType.NEW:
            self._house.lag.note_order(event.order.symbol, event.order.order_id)

    def tick(self, since_ms: int, until_ms: int) -> None:
        """Send what has become due between two times, of the wall or of a stopped market."""
        self._live.tick(since_ms, until_ms)
        self._paced.tick(since_ms, until_ms)
        self._marks.tick()
        self._forced.tick(since_ms, until_ms)

    def keep_house(self) -> None:
        """Do what goes by the wall clock alone."""
        self._user.tick()
        self._house.lag.tick()

    def anchors(self) -> dict[str, object]:
        """Return what a snapshot sets in place."""
        return {
            "usdm.counter": self.desk.counter,
            "usdm.listen_keys": self.desk.listen_keys,
            "usdm.live": self._live,
            "usdm.paced": self._paced,
            "usdm.marks": self._marks,
        }

    def fixed(self) -> dict[str, object]:
        """Return what stays as it is when a snapshot is put back."""
        house = {f"usdm.house.{name}": part for name, part in self._house.parts().items()}
        return {**house, "usdm.hub": self._hub, "usdm.format": self._format}

    def _on_carried_out(self) -> None:
        # Nothing becomes due in a stopped market: what a request changed is told with it.
        if self._exchange.pace.paused:
            self._live.flush()
            self._paced.flush()

    def _open_session(self, connection: Connection) -> WsApiSession[UsdmDesk]:
        return WsApiSession(connection, self._pipeline, METHODS)


def _is_any(_name: str) -> bool:
    return True
