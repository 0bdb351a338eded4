"""One socket's line: frames and requests pass here on their way to and from a client."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

import msgspec
from aiohttp import web

from terminal_app.practice.faults.answers import GARBAGE, HTML, edited, error_of
from terminal_app.practice.faults.book import Fault, FaultBook, Hook, Occasion
from terminal_app.practice.faults.journal import Journal
from terminal_app.practice.faults.latency import Latency, Leg
from terminal_app.practice.wire.numbers import encode

_REPLY: Final = b'{"id":'
_LONGEST_STALL_S: Final = 3_600.0


class Carrier(Protocol):
    """What a line does to its socket when a fault says so."""

    def queue(self, due_s: float, frame: bytes) -> None: ...

    def reset(self) -> None: ...

    def half_close(self) -> None: ...

    def close_soon(self, code: int, reason: str) -> None: ...


class _Head(msgspec.Struct):
    id: Any = None
    method: Any = None
    status: Any = None


class _Frame(msgspec.Struct):
    """Read as much of a frame as tells its stream and event."""

    e: Any = None
    stream: str = ""
    data: msgspec.Raw = msgspec.Raw()
    event: msgspec.Raw = msgspec.Raw()


@dataclass(slots=True)
class _Asked:
    """Hold a request that waits for its reply."""

    row: dict[str, Any]
    fault: Fault | None


class Line:
    """Carry one socket's frames out and its requests in, in order, delayed and damaged as set."""

    def __init__(
        self,
        market: str,
        request: web.Request,
        faults: FaultBook,
        latency: Latency,
        journal: Journal,
        lines: dict["Line", None],
    ) -> None:
        self.occasion = Occasion(market, "", request.path)
        self.carrier: Carrier | None = None
        self._faults = faults
        self._latency = latency
        self._journal = journal
        self._lines = lines
        self._asked: dict[Any, _Asked] = {}
        self._held: bytes | None = None
        self._last_in_s = self._last_out_s = 0.0
        self._flow = asyncio.Event()
        self._flow.set()

    def close(self) -> None:
        """Forget the line of a socket that ended."""
        self._lines.pop(self, None)

    def stall(self, seconds: float) -> None:
        """Let nothing pass either way for a time while the connection stays open."""
        self._flow.clear()
        loop = asyncio.get_running_loop()
        loop.call_later(min(seconds, _LONGEST_STALL_S), self._flow.set)

    def release(self) -> None:
        """End a stall."""
        self._flow.set()

    async def flowing(self) -> None:
        """Wait while the line is stalled."""
        if not self._flow.is_set():
            await self._flow.wait()

    def send(self, frame: bytes) -> None:
        """Carry one frame to the client, or what is left of it."""
        if not self._asked and not self._faults.has("event") and self._held is None:
            self._queue(frame, Leg.STREAM)
        elif frame.startswith(_REPLY):
            self._send_reply(frame)
        else:
            self._send_event(frame)

    def receive_request(self, text: str, on_text: Callable[[str], None]) -> None:
        """Carry one request of the WebSocket API to the exchange and note it."""
        if self._latency.is_off:
            self._ask(text, on_text)
            return
        loop = asyncio.get_running_loop()
        # Strictly later than the one before: requests of one socket do not overtake each other.
        due_s = loop.time() + self._latency.seconds(Leg.REQUEST)
        self._last_in_s = max(due_s, self._last_in_s + 1e-6)
        loop.call_at(self._last_in_s, self._ask, text, on_text)

    async def drained(self) -> None:
        """Wait until every request that is under way has arrived."""
        wait_s = self._last_in_s - asyncio.get_running_loop().time()
        if wait_s > 0:
            # A little more, so that the last one is called before the sleep ends.
            await asyncio.sleep(wait_s + 1e-3)

    def _ask(self, text: str, on_text: Callable[[str], None]) -> None:
        try:
            head = msgspec.json.decode(text, type=_Head)
        except msgspec.DecodeError:
            head = _Head()
        method = head.method if isinstance(head.method, str) else ""
        market = self.occasion.market
        row = self._journal.request(market, "WS", method, self.occasion.path, text.encode())
        fault = self._faults.strike("reply", Occasion(market, "WS", method))
        if fault is not None:
            row["fault"] = fault.hook
        asked = _Asked(row, fault)
        if fault is not None and not fault.is_accepted:
            row["outcome"] = "not accepted"
            self._answer(fault, encode({"id": head.id, "status": 200, "result": {}}))
            return
        self._asked[_key(head.id)] = asked
        on_text(text)

    def _send_reply(self, frame: bytes) -> None:
        head = msgspec.json.decode(frame, type=_Head)
        asked = self._asked.pop(_key(head.id), None)
        if asked is not None:
            asked.row["outcome"] = head.status
        if asked is None or asked.fault is None:
            self._queue(frame, Leg.REPLY)
        else:
            self._answer(asked.fault, frame)

    def _answer(self, fault: Fault, frame: bytes) -> None:
        carrier = self.carrier
        match fault.hook:
            case Hook.REPLY_HANG:
                return
            case Hook.REPLY_RESET if carrier is not None:
                carrier.reset()
            case Hook.REPLY_CLOSE if carrier is not None:
                carrier.close_soon(1006, "")
            case Hook.REPLY_TRUNCATE:
                self._queue(frame[: len(frame) // 2], Leg.REPLY)
            case Hook.REPLY_GARBAGE | Hook.REPLY_REDIRECT:
                self._queue(GARBAGE.replace(b"\xff\xfe", b""), Leg.REPLY)
            case Hook.REPLY_HTML:
                self._queue(HTML, Leg.REPLY)
            case Hook.REPLY_ERROR:
                status, error = error_of(fault.options)
                head = msgspec.json.decode(frame, type=_Head)
                reply = {"id": head.id, "status": status, "error": error}
                self._queue(encode(reply), Leg.REPLY)
            case _:
                self._queue(edited(frame, fault.options), Leg.REPLY)

    def _send_event(self, frame: bytes) -> None:
        held, self._held = self._held, None
        fault = self._faults.strike("event", self._occasion(frame))
        if fault is None:
            self._queue(frame, Leg.STREAM)
        else:
            self._damage(fault, frame)
        if held is not None:
            self._queue(held, Leg.STREAM)

    def _damage(self, fault: Fault, frame: bytes) -> None:
        options = fault.options
        match fault.hook:
            case Hook.EVENT_DROP:
                return
            case Hook.EVENT_DUPLICATE:
                for _ in range(1 + options.get("times", 1)):
                    self._queue(frame, Leg.STREAM)
            case Hook.EVENT_DELAY:
                # Later frames overtake this one; a delay of all is a latency.
                loop = asyncio.get_running_loop()
                loop.call_later(options.get("ms", 1_000) / 1_000, self._queue, frame, Leg.STREAM)
            case Hook.EVENT_SWAP:
                self._held = frame
            case Hook.EVENT_CORRUPT:
                self._queue(frame[: len(frame) // 2] + b'\x00,"' + frame[-3:], Leg.STREAM)
            case Hook.EVENT_EDIT:
                self._queue(edited(frame, options), Leg.STREAM)
            case _:
                self.act(fault.hook, options)

    def act(self, hook: Hook, options: Any) -> None:
        """Do to the socket what a `socket.*` hook says."""
        carrier = self.carrier
        if hook is Hook.SOCKET_STALL:
            self.stall(options.get("seconds", _LONGEST_STALL_S))
        elif carrier is not None and hook is Hook.SOCKET_RESET:
            carrier.reset()
        elif carrier is not None and hook is Hook.SOCKET_HALF_CLOSE:
            carrier.half_close()
        elif carrier is not None:
            carrier.close_soon(options.get("code", 1001), options.get("reason", ""))

    def _occasion(self, frame: bytes) -> Occasion:
        try:
            outer = msgspec.json.decode(frame, type=_Frame)
            inner = bytes(outer.data) or bytes(outer.event)
            event = msgspec.json.decode(inner, type=_Frame).e if inner else outer.e
        except msgspec.DecodeError:
            return self.occasion
        stream = outer.stream or self.occasion.path.rpartition("/")[2]
        return replace(self.occasion, stream=stream, event=str(event or ""))

    def _queue(self, frame: bytes, leg: Leg) -> None:
        if self.carrier is None:
            return
        due_s = 0.0
        if not self._latency.is_off:
            loop = asyncio.get_running_loop()
            due_s = loop.time() + self._latency.seconds(leg)
            due_s = self._last_out_s = max(due_s, self._last_out_s)
        self.carrier.queue(due_s, frame)


def _key(request_id: Any) -> Any:
    return request_id if isinstance(request_id, str | int) else None
