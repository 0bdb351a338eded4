"""The socket of the WebSocket API."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.house import House
from terminal_app.practice.http.rest import error_response
from terminal_app.practice.http.time_unit import wants_microseconds
from terminal_app.practice.wire.numbers import encode
from terminal_app.practice.ws_api.session import Connection, WsApiSession

SessionFactory = Callable[[Connection], WsApiSession[Any]]


@dataclass(frozen=True, slots=True)
class WsApiFace:
    """Accept WebSocket API sockets; `open_session` makes what answers on one of them."""

    open_session: SessionFactory
    house: House

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one socket until it closes, or refuse the handshake."""
        try:
            return await self._serve(request)
        except ExchangeError as error:
            return error_response(error)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        house, rules = self.house, self.house.rules.ws_api
        is_fine = house.rules.has_time_units and wants_microseconds(request.query.get("timeUnit"))
        shows_limits = request.query.get("returnRateLimits", "true").lower() != "false"
        peer = house.knock(request, rules, house.rules.ws_api_weight)
        await peer.accept()
        connection = Connection(peer, request.remote or "", house.now_ms(), shows_limits, is_fine)
        session = self.open_session(connection)

        def answer(text: str) -> None:
            peer.spawn(session.answer(text))

        house.presence.enter(peer, house.stay(rules, self._farewell))
        try:
            await peer.run(lambda text: peer.line.receive_request(text, answer))
        finally:
            session.close()
            house.presence.leave(peer)
        return peer.response

    def _farewell(self) -> bytes:
        return encode({"event": self.house.shutdown_event()})
