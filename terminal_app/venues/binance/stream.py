"""One market stream socket: the streams that are wanted, and their frames."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from itertools import count

import msgspec

from terminal_app.venues.binance.kept_socket import KeptSocket, OnState
from terminal_app.venues.binance.line import TIMING, Line, Timing
from terminal_app.venues.reconnect import ConnectionBudget, Reconnect

Handler = Callable[[msgspec.Raw], None]
CHUNK = 50
ANSWER_S = 10.0

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
        timing: Timing = TIMING,
    ) -> None:
        super().__init__(name, on_state, budget, timing=timing)
        self._address = address
        self._spacing_s = spacing_s
        self._handlers: dict[str, Handler] = {}
        self._ticking: set[str] = set()
        # One for each connection: it wakes what brings that in line with what is wanted.
        self._changes: set[asyncio.Event] = set()
        self._unanswered: set[int] = set()
        self._ids = count(1)
        self.on_broken: Callable[[], None] = _nothing

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
        self._tell_change()

    def remove(self, stream: str) -> None:
        """Want a stream no more; frames that are still on their way are dropped."""
        self._handlers.pop(stream, None)
        self._ticking.discard(stream)
        self._tell_change()

    def renew(self, reason: str) -> None:
        """Let another connection take over, for this one is alive and does not tell all."""
        if self._relay.line is not None:
            self.replace(self._relay.line, reason)

    async def address(self) -> str:
        """Return the fixed address."""
        return self._address

    def expects_frames(self) -> bool:
        """Say whether a stream is wanted that ticks by itself."""
        return bool(self._ticking)

    async def serve(self, line: Line) -> None:
        """Bring what is subscribed in line with what is wanted, again at every change."""
        changed = asyncio.Event()
        self._changes.add(changed)
        try:
            carried: set[str] = set()
            while True:
                changed.clear()
                asked = await self._align(line, carried)
                if line.ready_s is None:
                    await self._answered(asked, changed)
                    self.mark_ready(line)
                await changed.wait()
        finally:
            self._changes.discard(changed)

    def on_frame(self, line: Line, frame: bytes) -> None:
        """Hand a frame to its stream's handler."""
        try:
            message = _decode(frame)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            # Nobody knows whose it was.
            self.on_broken()
            raise
        handler = self._handlers.get(message.stream)
        if handler is not None:
            if line.speaks:
                handler(message.data)
            else:
                line.keep_back(frame)
            return
        if message.stream == "!serverShutdown" or message.event == "serverShutdown":
            self.replace(line, "the venue restarts this server")
        elif isinstance(message.id, int):
            self._on_answer(message.id)
        if message.code is not None or message.error:
            _log.warning("%s: a subscription was refused", self.name)

    def _on_answer(self, number: int) -> None:
        self._unanswered.discard(number)
        self._tell_change()

    def _tell_change(self) -> None:
        for changed in self._changes:
            changed.set()

    async def _align(self, line: Line, carried: set[str]) -> set[int]:
        """Ask for what is not carried yet and give back what is not wanted any more."""
        wanted, asked = set(self._handlers), set[int]()
        changes = (("UNSUBSCRIBE", carried - wanted), ("SUBSCRIBE", wanted - carried))
        for method, streams in ((method, sorted(streams)) for method, streams in changes):
            for start in range(0, len(streams), CHUNK):
                request = _Request(method, streams[start : start + CHUNK], next(self._ids))
                asked.add(request.id)
                self._unanswered.add(request.id)
                await line.connection.send(_encode(request).decode())
                await asyncio.sleep(self._spacing_s)
        carried.clear()
        carried |= wanted
        return asked

    async def _answered(self, asked: set[int], changed: asyncio.Event) -> None:
        try:
            async with asyncio.timeout(ANSWER_S):
                while self._unanswered & asked:
                    changed.clear()
                    await changed.wait()
        except TimeoutError:
            raise Reconnect("the venue did not answer a subscription") from None
        finally:
            self._unanswered -= asked
        # Whatever was wanted meanwhile is looked for again.
        changed.set()


def _nothing() -> None:
    return
