"""The stream sockets: which address delivers what."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from aiohttp import WSCloseCode, web

from terminal_app.practice.faults.network import Network
from terminal_app.practice.http.presence import Presence
from terminal_app.practice.http.socket import Peer
from terminal_app.practice.streams.control import Refusal, Subscriber
from terminal_app.practice.streams.hub import Hub, Listener


@dataclass(frozen=True, slots=True)
class StreamFace:
    """Accept the stream sockets of one market under /ws and /stream."""

    hub: Hub
    presence: Presence
    network: Network
    ping_s: float

    def add_routes(
        self, app: web.Application, prefix: str, is_served: Callable[[str], bool]
    ) -> None:
        """Serve the addresses below a prefix; streams it does not carry stay silent."""

        async def serve(request: web.Request) -> web.StreamResponse:
            return await self._serve(request, is_served)

        for path in ("/ws", "/ws/{streams:.*}", "/stream"):
            app.router.add_get(prefix + path, serve)

    async def _serve(
        self, request: web.Request, is_served: Callable[[str], bool]
    ) -> web.StreamResponse:
        peer = Peer(request, self.ping_s, self.network)
        await peer.accept()
        listener = Listener(peer, combined=request.path.endswith("/stream"))
        subscriber = Subscriber(self.hub, listener, is_served)
        self.presence.enter(peer)
        try:
            subscriber.subscribe(_streams_in_address(request, listener))
            await peer.run(subscriber.on_text)
        except Refusal as refusal:
            await peer.close(WSCloseCode.POLICY_VIOLATION, str(refusal))
        finally:
            subscriber.close()
            self.presence.leave(peer)
        return peer.response


def _streams_in_address(request: web.Request, listener: Listener) -> list[str]:
    names = request.match_info.get("streams", "").split("/")
    listen_key = ""
    # A plus is a plus here, as in @+08:00, not the space of a form.
    for pair in request.rel_url.raw_query_string.split("&"):
        name, _, text = pair.partition("=")
        value = unquote(text)
        match name:
            case "streams":
                names += value.split("/")
            case "listenKey":
                listen_key = value
                names.append(value)
            case "events" if listen_key:
                listener.events[listen_key] = frozenset(value.split("/"))
    return [name for name in names if name]
