"""Everything public that one symbol's market streams, as it came, with the books it begins with."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence

import msgspec

from terminal_app.domain.instrument import Market
from terminal_app.errors import VenueError
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import ConnectionState
from terminal_app.venues.binance.environments import Endpoints
from terminal_app.venues.binance.repeats import Repeats
from terminal_app.venues.binance.rest import RestClient
from terminal_app.venues.binance.stream import StreamSocket
from terminal_app.venues.connection_settings import DEFAULTS, ConnectionSettings
from terminal_app.venues.reconnect import ConnectionBudget

OnMessage = Callable[[bytes], None]
SNAPSHOT_PAUSE_S = 1.0
SPACING_S = 0.25
_SNAPSHOT_PATHS = {Market.SPOT: "/api/v3/depth", Market.USDM: "/fapi/v1/depth"}
_STREAMS: Mapping[Market, Mapping[str, Sequence[str]]] = {
    Market.SPOT: {"": ("depth@100ms", "trade", "bookTicker", "kline_1m")},
    Market.USDM: {
        "/public": ("depth@100ms", "bookTicker"),
        "/market": ("aggTrade", "markPrice@1s", "kline_1m"),
    },
}

_log = logging.getLogger(__name__)


class _Difference(msgspec.Struct):
    first_id: int = msgspec.field(name="U")
    last_id: int = msgspec.field(name="u")
    previous_id: int | None = msgspec.field(name="pu", default=None)


class _Snapshot(msgspec.Struct):
    last_update_id: int = msgspec.field(name="lastUpdateId")


class RawFeed:
    """Pass on combined-stream messages and depth snapshots of a symbol, as JSON texts.

    A snapshot follows the first difference after the start, a lost connection, a gap and `renew`.
    """

    def __init__(
        self,
        market: Market,
        endpoints: Endpoints,
        symbol: str,
        on_message: OnMessage,
        settings: ConnectionSettings = DEFAULTS,
    ) -> None:
        self._path = _SNAPSHOT_PATHS[market]
        self._symbol = symbol
        self._on_message = on_message
        self._rest = RestClient(market, endpoints.rest, None, settings)
        self._scope = TaskScope(f"recording {symbol}")
        self._last_id: int | None = None
        self._first_id = 0
        self._fetching: asyncio.Task[None] | None = None
        self.states: dict[str, ConnectionState] = {}
        budget = ConnectionBudget(settings=settings, pauses=self._rest.limits)
        self._sockets = [
            self._socket(route, suffixes, endpoints, budget)
            for route, suffixes in _STREAMS[market].items()
        ]

    def open(self) -> None:
        """Connect in the background and keep connected."""
        for socket in self._sockets:
            self._scope.spawn(socket.run(), socket.name)

    async def close(self) -> None:
        """Close every connection."""
        for socket in self._sockets:
            socket.stop()
        await self._scope.close()
        await self._rest.close()

    def renew(self) -> None:
        """Ask for a snapshot again, as at the start of a file."""
        self._last_id = None

    def _socket(
        self, route: str, suffixes: Sequence[str], endpoints: Endpoints, budget: ConnectionBudget
    ) -> StreamSocket:
        def on_state(state: ConnectionState, _reason: str) -> None:
            self.states[route] = state
            if any(suffix.startswith("depth") for suffix in suffixes):
                self.renew()

        address = f"{endpoints.stream}{route}/stream"
        name = f"recording {self._symbol}{route}"
        socket = StreamSocket(name, address, on_state, budget, spacing_s=SPACING_S)
        for suffix in suffixes:
            stream = f"{self._symbol.lower()}@{suffix}"
            is_book = suffix.startswith("depth")
            socket.add(stream, self._handler(stream, is_book), ticks=is_book)
        return socket

    def _handler(self, stream: str, is_book: bool) -> Callable[[msgspec.Raw], None]:
        prefix = b'{"stream":"' + stream.encode() + b'","data":'
        repeats = Repeats()

        def handle(data: msgspec.Raw) -> None:
            if repeats.has(bytes(data)):
                # A connection that takes over from another repeats what both have heard.
                return
            self._on_message(prefix + bytes(data) + b"}")
            if is_book:
                self._follow(msgspec.json.decode(data, type=_Difference))

        return handle

    def _follow(self, difference: _Difference) -> None:
        last_id, self._last_id = self._last_id, difference.last_id
        previous_id = difference.previous_id
        if previous_id is None:
            previous_id = difference.first_id - 1
        if last_id == previous_id:
            return
        self._first_id = previous_id
        if self._fetching is None or self._fetching.done():
            self._fetching = self._scope.spawn(self._fetch_snapshot(), "snapshot")

    async def _fetch_snapshot(self) -> None:
        params = [("symbol", self._symbol), ("limit", "1000")]
        while True:
            try:
                body = bytes(await self._rest.get(msgspec.Raw, self._path, params))
                found = msgspec.json.decode(body, type=_Snapshot)
            except (VenueError, msgspec.MsgspecError) as error:
                _log.info("no snapshot of %s: %s", self._symbol, error)
            else:
                if found.last_update_id >= self._first_id:
                    self._on_message(body)
                    return
            await asyncio.sleep(SNAPSHOT_PAUSE_S)
