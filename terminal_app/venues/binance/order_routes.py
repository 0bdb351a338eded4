"""The ways an order request can take: the WebSocket API first, REST while that is down."""

from __future__ import annotations

from dataclasses import dataclass

from terminal_app.errors import NotConnected
from terminal_app.venues.binance.api_socket import ApiSocket
from terminal_app.venues.binance.audit import without_secrets
from terminal_app.venues.binance.outcome import Answer
from terminal_app.venues.binance.rest import Query, RestClient


@dataclass(frozen=True, slots=True)
class OrderCall:
    """Name a request on both ways; ``socket_method`` is empty where only REST has it."""

    http_method: str
    path: str
    socket_method: str = ""


class OrderRoutes:
    """Send each order request once, by the fastest way that is open at that moment."""

    def __init__(self, rest: RestClient, socket: ApiSocket | None = None) -> None:
        self._rest = rest
        self._socket = socket

    def draft(self, call: OrderCall, params: Query) -> str:
        """Return a request as it would be sent now, signed, without its secrets."""
        if self._socket is not None and self._socket.is_ready and call.socket_method:
            return without_secrets(self._socket.draft(call.socket_method, params))
        return without_secrets(self._rest.draft_order(call.http_method, call.path, params))

    async def ask(self, call: OrderCall, params: Query) -> Answer:
        """Send a request and return whatever came of it; never raise.

        REST follows only when the socket proves that nothing was written.
        """
        if self._socket is not None and self._socket.is_ready and call.socket_method:
            answer = await self._socket.ask(
                call.socket_method, params, (call.http_method, call.path)
            )
            if not isinstance(answer.error, NotConnected):
                return answer
        return await self._rest.ask_order(call.http_method, call.path, params)
