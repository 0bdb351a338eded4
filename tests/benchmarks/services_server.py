"""A server that costs little: it streams as fast as a client reads, and stamps every order.

An order's stamp is the machine's monotonic time at which the last of its bytes was read.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
import time
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import urlsplit

from tests.benchmarks.services_frames import STREAMS, SYMBOL, blocks, frame, snapshot

# A client may drop what comes before its answer to the subscription has been dealt with.
PAUSE_S = 0.3
COUNTS = {"aggTrade": 24_000, "bookTicker": 24_000, "depth": 12_000, "kline": 24_000}
_ORDER_ID = re.compile(rb'newClientOrderId[="\s:]+([\w-]+)')
_ACCEPT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def exchange_info() -> dict[str, Any]:
    """Return the rules of the one symbol there is."""
    filters = [
        {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000.00",
         "tickSize": "0.01"},
        {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000.0", "stepSize": "0.00001"},
        {"filterType": "NOTIONAL", "minNotional": "5.0", "applyMinToMarket": True},
    ]  # fmt: skip
    symbol = {
        "symbol": SYMBOL, "status": "TRADING", "baseAsset": "BTC", "quoteAsset": "USDT",
        "baseAssetPrecision": 8, "quoteAssetPrecision": 8, "quotePrecision": 8,
        "orderTypes": ["LIMIT", "MARKET"], "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False, "filters": filters, "permissions": [],
        "permissionSets": [["SPOT"]],
    }  # fmt: skip
    return {"timezone": "UTC", "serverTime": 0, "rateLimits": [], "symbols": [symbol]}


class Answers:
    """Hold what is answered, and the stamps of the orders."""

    def __init__(self) -> None:
        self.stamps: dict[str, int] = {}
        self._exchange_info = exchange_info()
        self._snapshot = snapshot()
        self._blocks: dict[tuple[str, bool], list[bytes]] = {}

    def blocks(self, kind: str, *, combined: bool) -> list[bytes]:
        """Return a stream as long as its messages differ: a repeated one would be left out."""
        key = kind, combined
        if key not in self._blocks:
            self._blocks[key] = blocks(kind, COUNTS[kind], combined=combined)
        return self._blocks[key]

    def rest(self, path: str, body: bytes, stamp_ns: int) -> object:
        """Answer a REST request."""
        if path.endswith("/order"):
            return self._order(body, stamp_ns)
        now_ms = time.time_ns() // 1_000_000
        return {
            "/api/v3/time": {"serverTime": now_ms},
            "/api/v3/exchangeInfo": self._exchange_info,
            "/api/v3/depth": self._snapshot,
            "/stamps": self.stamps,
        }.get(path, {})

    def api(self, body: bytes, stamp_ns: int) -> object:
        """Answer a request of the WebSocket API."""
        request = json.loads(body)
        is_order = request["method"] == "order.place"
        result = self._order(body, stamp_ns) if is_order else {}
        return {"id": request["id"], "status": 200, "result": result, "rateLimits": []}

    def _order(self, body: bytes, stamp_ns: int) -> object:
        found = _ORDER_ID.search(body)
        client_order_id = found[1].decode() if found else ""
        self.stamps[client_order_id] = stamp_ns
        return {
            "symbol": SYMBOL, "orderId": len(self.stamps), "orderListId": -1,
            "clientOrderId": client_order_id, "transactTime": time.time_ns() // 1_000_000,
            "price": "50000.00000000", "origQty": "0.00100000", "executedQty": "0.00000000",
            "origQuoteOrderQty": "0.00000000", "cummulativeQuoteQty": "0.00000000",
            "status": "NEW", "timeInForce": "GTC", "type": "LIMIT", "side": "BUY",
            "workingTime": 1, "selfTradePreventionMode": "NONE", "fills": [],
        }  # fmt: skip


class Face(asyncio.Protocol):
    """Speak just enough HTTP and WebSocket with one client."""

    def __init__(self, answers: Answers, tasks: asyncio.TaskGroup) -> None:
        self._answers = answers
        self._tasks = tasks
        self._received = bytearray()
        self._path = ""
        self._writable = asyncio.Event()
        self._writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a client."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def pause_writing(self) -> None:
        """Wait until the client has read more."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Go on streaming."""
        self._writable.set()

    def connection_lost(self, error: Exception | None) -> None:
        """Let go of what waits to write."""
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        stamp_ns = time.monotonic_ns()
        self._received += data
        while self._on_frame(stamp_ns) if self._path else self._on_request(stamp_ns):
            pass

    def _on_request(self, stamp_ns: int) -> bool:
        head, separator, rest = bytes(self._received).partition(b"\r\n\r\n")
        if not separator:
            return False
        first, *lines = head.decode().split("\r\n")
        fields = {name.lower(): text for name, _, text in (x.partition(": ") for x in lines)}
        size = int(fields.get("content-length", 0))
        if len(rest) < size:
            return False
        self._received = bytearray(rest[size:])
        target = first.split(" ")[1]
        if "sec-websocket-key" in fields:
            self._upgrade(target, fields["sec-websocket-key"])
            return True
        body = target.encode() + b"?" + rest[:size]
        answer = json.dumps(self._answers.rest(urlsplit(target).path, body, stamp_ns)).encode()
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
            + str(len(answer)).encode() + b"\r\n\r\n" + answer
        )  # fmt: skip
        return True

    def _upgrade(self, target: str, key: str) -> None:
        accept = base64.b64encode(hashlib.sha1((key + _ACCEPT).encode()).digest()).decode()
        self._path = target
        self._transport.write(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
        )
        self._stream(target)

    def _on_frame(self, stamp_ns: int) -> bool:
        taken = _take_frame(self._received)
        if taken is None:
            return False
        opcode, body = taken
        if opcode == 8:
            self._transport.close()
        elif opcode == 1 and "ws-api" in self._path:
            answer = json.dumps(self._answers.api(body, stamp_ns)).encode()
            self._transport.write(frame(answer))
        elif opcode == 1:
            request = json.loads(body)
            self._transport.write(frame(json.dumps({"result": None, "id": request["id"]}).encode()))
            self._stream(" ".join(request["params"]))
        return True

    def _stream(self, names: str) -> None:
        for kind, name in STREAMS.items():
            if name in names:
                combined = not self._path.startswith("/ws")
                self._tasks.create_task(self._flood(kind, combined=combined))

    async def _flood(self, kind: str, *, combined: bool) -> None:
        await asyncio.sleep(PAUSE_S)
        for block in self._answers.blocks(kind, combined=combined):
            if self._transport.is_closing():
                return
            self._transport.write(block)
            await self._writable.wait()
            await asyncio.sleep(0)


def _take_frame(received: bytearray) -> tuple[int, bytes] | None:
    """Cut the first whole frame of a client, which is masked, off what was received."""
    if len(received) < 6:
        return None
    size, start = received[1] & 0x7F, 2
    if size >= 126:
        start = 4 if size == 126 else 10
        size = int.from_bytes(received[2:start], "big")
    end = start + 4 + size
    if len(received) < end:
        return None
    mask, masked = received[start : start + 4], received[start + 4 : end]
    key = int.from_bytes((mask * (size // 4 + 1))[:size], "big")
    body = (int.from_bytes(masked, "big") ^ key).to_bytes(size, "big")
    opcode = received[0] & 0x0F
    del received[:end]
    return opcode, body


def serve(pipe: Connection) -> None:
    """Serve until killed; send the port through the pipe first."""

    async def run() -> None:
        answers = Answers()
        async with asyncio.TaskGroup() as tasks:
            server = await asyncio.get_running_loop().create_server(
                lambda: Face(answers, tasks), "127.0.0.1", 0
            )
            pipe.send(server.sockets[0].getsockname()[1])
            await server.serve_forever()

    asyncio.run(run())
