"""The socket of the WebSocket API."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from terminal_app.practice.faults.network import Network
from terminal_app.practice.http.presence import Presence
from terminal_app.practice.http.socket import Peer
from terminal_app.practice.streams.hub import Sink
from terminal_app.practice.ws_api.session import WsApiSession

SessionFactory = Callable[[Sink, bool], WsApiSession[Any]]


@dataclass(frozen=True, slots=True)
class WsApiFace:
    """Accept WebSocket API sockets; `open_session` makes what answers on one of them."""

    open_session: SessionFactory
    presence: Presence
    network: Network
    ping_s: float

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one socket until it closes."""
        peer = Peer(request, self.ping_s, self.network)
        await peer.accept()
        shows_limits = request.query.get("returnRateLimits", "true").lower() != "false"
        session = self.open_session(peer, shows_limits)
        self.presence.enter(peer)
        try:
            await peer.run(lambda text: peer.line.receive_request(text, session.on_text))
        finally:
            session.close()
            self.presence.leave(peer)
        return peer.response
