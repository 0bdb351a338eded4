"""Everything a client meets on the spot port."""

from typing import Final

from aiohttp import web

from terminal_app.practice.engine.events import Event
from terminal_app.practice.exchange import Exchange
from terminal_app.practice.faults.network import Network
from terminal_app.practice.http.auth import Authenticator
from terminal_app.practice.http.endpoint import Desk
from terminal_app.practice.http.limits import SPOT_LIMITS, RateCounter
from terminal_app.practice.http.presence import Presence
from terminal_app.practice.http.rest import RestFace
from terminal_app.practice.rest.spot_account import ACCOUNT_ENDPOINTS
from terminal_app.practice.rest.spot_market import MARKET_ENDPOINTS, SpotDesk
from terminal_app.practice.rest.spot_tickers import TICKER_ENDPOINTS
from terminal_app.practice.streams.format import SpotFormat
from terminal_app.practice.streams.hub import Hub, Sink
from terminal_app.practice.streams.live import LiveStreams
from terminal_app.practice.streams.names import is_spot
from terminal_app.practice.streams.paced import PacedStreams
from terminal_app.practice.streams.socket import StreamFace
from terminal_app.practice.ws_api.socket import WsApiFace
from terminal_app.practice.ws_api.spot import SpotSession, SpotUserStream

_PING_S: Final = 20.0


class SpotFace:
    """Serve REST, streams and WebSocket API of the spot market."""

    def __init__(
        self,
        exchange: Exchange,
        authenticator: Authenticator,
        presence: Presence,
        network: Network,
    ) -> None:
        market, now_ms = exchange.spot, exchange.server_time_ms
        self._desk: SpotDesk = Desk(market, RateCounter(SPOT_LIMITS, now_ms), now_ms)
        self._authenticator = authenticator
        self._presence = presence
        self._network = network
        self._hub = Hub()
        stream_format = SpotFormat(market)
        self._format = stream_format
        self._live = LiveStreams(stream_format, self._hub)
        self._paced = PacedStreams(market.data, stream_format, self._hub)
        self._user = SpotUserStream()

    def add_routes(self, app: web.Application) -> None:
        """Register every address of the port."""
        endpoints = MARKET_ENDPOINTS | TICKER_ENDPOINTS | ACCOUNT_ENDPOINTS
        RestFace(self._desk, endpoints, self._authenticator).add_routes(app)
        streams = StreamFace(self._hub, self._presence, self._network, _PING_S)
        streams.add_routes(app, "", is_spot)
        ws_api = WsApiFace(self._open_session, self._presence, self._network, _PING_S)
        app.router.add_get("/ws-api/v3", ws_api.serve)

    def on_event(self, event: Event) -> None:
        """Take one event of the spot market."""
        self._live.on_event(event)
        self._paced.on_event(event)
        self._user.on_event(event)

    def tick(self, wall_ms: int) -> None:
        """Send what is due."""
        self._live.tick(wall_ms)
        self._paced.tick(wall_ms)

    def anchors(self) -> dict[str, object]:
        """Return what a snapshot sets in place."""
        return {
            "spot.counter": self._desk.counter,
            "spot.live": self._live,
            "spot.paced": self._paced,
        }

    def fixed(self) -> dict[str, object]:
        """Return what stays as it is when a snapshot is put back."""
        return {"spot.hub": self._hub, "spot.format": self._format}

    def _open_session(self, sink: Sink, shows_limits: bool) -> SpotSession:
        return SpotSession(sink, self._desk, self._authenticator, self._user, shows_limits)
