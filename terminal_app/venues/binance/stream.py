"""One market stream socket: the streams that are wanted, and their frames."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from itertools import count

import msgspec
from websockets.asyncio.client import ClientConnection

from terminal_app.venues.binance.kept_socket import SILENCE_S, KeptSocket, OnState
from terminal_app.venues.reconnect import ConnectionBudget, Reconnect

Handler = Callable[[msgspec.Raw], None]
CHUNK = 50

_log = logging.getLogger(__name__)


class _Frame(msgspec.Struct, gc=False):
    stream: str = ""
    data: msgspec.Raw = msgspec.Raw()
    event: str = msgspec.field(name="e", default="")
    id: int | str | None = None
    code: int | None = None
    error: msgspec.Raw = msgspec.Raw()


class _Request(msgspec.Struct):
    method: str
    params: list[str]
    id: int


_decode = msgspec.json.Decoder(_Frame).decode
_encode = msgspec.json.Encoder().encode


class StreamSocket(KeptSocket):
    """Carry a changing set of streams over one connection.

    Control messages keep ``spacing_s`` between them, which holds Binance's limits (spot 5,
    USDⓈ-M 10 messages a second); after every reconnect the whole set is subscribed again.
    """

    def __init__(
        self,
        name: str,
        address: str,
        on_state: OnState,
        budget: ConnectionBudget,
        *,
        spacing_s: float,
        silence_s: float = SILENCE_S,
    ) -> None:
        super().__init__(name, on_state, budget, silence_s=silence_s)
        self._address = address
        self._spacing_s = spacing_s
        self._handlers: dict[str, Handler] = {}
        self._ticking: set[str] = set()
        self._subscribed: set[str] = set()
        self._changed = asyncio.Event()
        self._ids = count(1)
        self._is_live = False

    @property
    def wanted(self) -> frozenset[str]:
        """Return the names of the wanted streams."""
        return frozenset(self._handlers)

    def add(self, stream: str, handler: Handler, *, ticks: bool) -> None:
        """Want a stream; ``ticks`` says that its silence means something is wrong."""
        self._handlers[stream] = handler
        if ticks:
            if not self._ticking:
                self.restart_silence()
            self._ticking.add(stream)
        self._changed.set()

    def remove(self, stream: str) -> None:
        """Want a stream no more; frames that are still on their way are dropped."""
        self._handlers.pop(stream, None)
        self._ticking.discard(stream)
        self._changed.set()

    async def address(self) -> str:
        """Return the fixed address."""
        return self._address

    def expects_frames(self) -> bool:
        """Say whether a stream is wanted that ticks by itself."""
        return bool(self._ticking)

    def on_lost(self) -> None:
        """Forget what the lost connection carried."""
        self._subscribed.clear()
        self._is_live = False

    async def serve(self, connection: ClientConnection) -> None:
        """Bring what is subscribed in line with what is wanted, again at every change."""
        if not self._handlers:
            self._set_live()
        while True:
            self._changed.clear()
            for method, streams in self._difference():
                for start in range(0, len(streams), CHUNK):
                    request = _Request(method, streams[start : start + CHUNK], next(self._ids))
                    await connection.send(_encode(request).decode())
                    await asyncio.sleep(self._spacing_s)
            await self._changed.wait()

    def on_frame(self, frame: bytes) -> None:
        """Hand a frame to its stream's handler."""
        message = _decode(frame)
        if not self._is_live:
            self._set_live()
        handler = self._handlers.get(message.stream)
        if handler is not None:
            handler(message.data)
        elif message.stream == "!serverShutdown" or message.event == "serverShutdown":
            raise Reconnect("the venue restarts this server")
        elif message.code is not None or message.error:
            _log.warning("%s: a subscription was refused", self.name)

    def _difference(self) -> list[tuple[str, list[str]]]:
        wanted = set(self._handlers)
        gone, new = sorted(self._subscribed - wanted), sorted(wanted - self._subscribed)
        self._subscribed = wanted
        return [(m, s) for m, s in (("UNSUBSCRIBE", gone), ("SUBSCRIBE", new)) if s]

    def _set_live(self) -> None:
        self._is_live = True
        self.mark_live()
