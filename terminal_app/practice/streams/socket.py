"""The stream sockets: which address delivers what."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from aiohttp import WSCloseCode, web

from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.house import House
from terminal_app.practice.http.rest import error_response
from terminal_app.practice.http.time_unit import wants_microseconds
from terminal_app.practice.streams.control import Refusal, Subscriber
from terminal_app.practice.streams.hub import Hub, Listener
from terminal_app.practice.wire.numbers import encode


@dataclass(frozen=True, slots=True)
class StreamFace:
    """Accept the stream sockets of one market under /ws and /stream."""

    hub: Hub
    house: House

    def add_routes(
        self, app: web.Application, prefix: str, is_served: Callable[[str], bool]
    ) -> None:
        """Serve the addresses below a prefix; streams it does not carry stay silent."""

        async def serve(request: web.Request) -> web.StreamResponse:
            try:
                return await self._serve(request, is_served)
            except ExchangeError as error:
                return error_response(error)

        for path in ("/ws", "/ws/{streams:.*}", "/stream"):
            app.router.add_get(prefix + path, serve)

    async def _serve(
        self, request: web.Request, is_served: Callable[[str], bool]
    ) -> web.StreamResponse:
        house, rules = self.house, self.house.rules.streams
        is_fine = house.rules.has_time_units and wants_microseconds(request.query.get("timeUnit"))
        peer = house.knock(request, rules)
        await peer.accept()
        listener = Listener(peer, request.path.endswith("/stream"), is_fine)
        subscriber = Subscriber(self.hub, listener, is_served)
        house.presence.enter(peer, house.stay(rules, lambda: self._farewell(listener)))
        try:
            try:
                subscriber.subscribe(_streams_in_address(request, listener))
            except Refusal as refusal:
                peer.close_soon(WSCloseCode.POLICY_VIOLATION, str(refusal))
            await peer.run(subscriber.on_text)
        finally:
            subscriber.close()
            house.presence.leave(peer)
        return peer.response

    def _farewell(self, listener: Listener) -> bytes:
        event = self.house.shutdown_event()
        return encode({"stream": "!serverShutdown", "data": event} if listener.combined else event)


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
