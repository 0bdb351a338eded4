"""What a line does to the frames of one socket, by the socket's calls alone."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request

from terminal_app.practice.faults.book import FaultBook, Hook
from terminal_app.practice.faults.journal import Journal
from terminal_app.practice.faults.latency import Latency, Leg
from terminal_app.practice.faults.line import Line


@dataclass
class Outlet:
    """Note what reaches the socket."""

    frames: list[bytes] = field(default_factory=list)
    due_s: list[float] = field(default_factory=list)
    ends: list[object] = field(default_factory=list)

    def queue(self, due_s: float, frame: bytes) -> None:
        self.frames.append(frame)
        self.due_s.append(due_s)

    def reset(self) -> None:
        self.ends.append("reset")

    def half_close(self) -> None:
        self.ends.append("half close")

    def close_soon(self, code: int, reason: str) -> None:
        self.ends.append((code, reason))


@dataclass
class Wire:
    """Join a line with all it needs; requests are answered at once with their id."""

    faults: FaultBook = field(default_factory=lambda: FaultBook(1))
    latency: Latency = field(default_factory=lambda: Latency(1))
    outlet: Outlet = field(default_factory=Outlet)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.journal = Journal(lambda: 0)
        request = make_mocked_request("GET", "/ws/btcusdt@depth")
        self.line = Line("spot", request, self.faults, self.latency, self.journal, {})
        self.line.carrier = self.outlet

    def ask(self, number: int) -> None:
        self.line.receive_request(json.dumps({"id": number, "method": "order.place"}), self._serve)

    def events(self, *values: int) -> list[Any]:
        """Send depth events and return the values of those that arrived."""
        for value in values:
            self.line.send(json.dumps({"e": "depthUpdate", "u": value}).encode())
        return [json.loads(frame)["u"] for frame in self.outlet.frames]

    def _serve(self, text: str) -> None:
        self.asked.append(text)
        number = json.loads(text)["id"]
        self.line.send(json.dumps({"id": number, "status": 200}, separators=(",", ":")).encode())


@pytest.mark.parametrize(
    ("hook", "options", "arrived"),
    [
        (Hook.EVENT_DROP, {}, [1, 3]),
        (Hook.EVENT_DUPLICATE, {}, [1, 2, 2, 3]),
        (Hook.EVENT_DUPLICATE, {"times": 2}, [1, 2, 2, 2, 3]),
        (Hook.EVENT_SWAP, {}, [1, 3, 2]),
        (Hook.EVENT_EDIT, {"set": {"u": 9}}, [1, 9, 3]),
    ],
)
async def test_second_event_is_struck(
    hook: Hook, options: dict[str, Any], arrived: list[int]
) -> None:
    wire = Wire()
    wire.faults.add(hook, skip=1, count=1, options=options)
    assert wire.events(1, 2, 3) == arrived


async def test_corrupt_frame_cannot_be_read() -> None:
    wire = Wire()
    wire.faults.add(Hook.EVENT_CORRUPT)
    wire.line.send(b'{"e":"depthUpdate","u":1}')
    with pytest.raises(json.JSONDecodeError):
        json.loads(wire.outlet.frames[0])


async def test_scope_reads_stream_and_event_of_a_frame() -> None:
    wire = Wire()
    wire.faults.add(Hook.EVENT_DROP, scope={"stream": "btcusdt@trade", "event": "trade"})
    wrapped = b'{"stream":"btcusdt@%s","data":{"e":"%s"}}'
    for pair in ((b"trade", b"trade"), (b"depth", b"trade"), (b"trade", b"depthUpdate")):
        wire.line.send(wrapped % pair)
    assert len(wire.outlet.frames) == 2
    wire.faults.clear()
    wire.faults.add(Hook.EVENT_DROP, scope={"event": "executionReport"})
    wire.line.send(b'{"subscriptionId":0,"event":{"e":"executionReport"}}')
    wire.line.send(b'{"subscriptionId":0,"event":{"e":"balanceUpdate"}}')
    assert len(wire.outlet.frames) == 3


@pytest.mark.parametrize(
    ("hook", "options", "end"),
    [
        (Hook.SOCKET_RESET, {}, "reset"),
        (Hook.SOCKET_HALF_CLOSE, {}, "half close"),
        (Hook.SOCKET_CLOSE, {"code": 1012, "reason": "drill"}, (1012, "drill")),
        (Hook.SOCKET_CLOSE, {}, (1001, "")),
    ],
)
async def test_frame_ends_the_socket(hook: Hook, options: dict[str, Any], end: object) -> None:
    wire = Wire()
    wire.faults.add(hook, options=options)
    assert wire.events(1) == []
    assert wire.outlet.ends == [end]


@pytest.mark.parametrize("is_accepted", [True, False])
async def test_reply_is_lost_after_or_before_the_request_was_taken(is_accepted: bool) -> None:
    wire = Wire()
    wire.faults.add(Hook.REPLY_HANG, count=1, is_accepted=is_accepted)
    wire.ask(1)
    assert wire.outlet.frames == []
    assert len(wire.asked) == is_accepted
    (row,) = wire.journal.page(1, 9, None)["rows"]
    assert (row["fault"], row["outcome"]) == (
        "reply.hang",
        200 if is_accepted else "not accepted",
    )
    wire.ask(2)
    assert [json.loads(frame)["id"] for frame in wire.outlet.frames] == [2]


async def test_error_answers_in_place_of_the_reply() -> None:
    wire = Wire()
    wire.faults.add(Hook.REPLY_ERROR, options={"error": "timeout"})
    wire.ask(7)
    reply = json.loads(wire.outlet.frames[0])
    assert (reply["id"], reply["status"], reply["error"]["code"]) == (7, 504, -1007)


async def test_replies_and_events_keep_their_order_under_jitter() -> None:
    wire = Wire()
    wire.latency.set(Leg.STREAM, 5, 50)
    wire.events(*range(50))
    assert wire.outlet.due_s == sorted(wire.outlet.due_s)
    assert wire.outlet.due_s[0] > asyncio.get_running_loop().time()


async def test_stall_holds_until_it_is_released() -> None:
    wire = Wire()
    wire.line.stall(60)
    passed: list[bool] = []

    async def pass_through() -> None:
        await wire.line.flowing()
        passed.append(True)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(pass_through())
        await asyncio.sleep(0)
        assert passed == []
        wire.line.release()
    assert passed == [True]
