"""Measure how many market messages a second the practice exchange serves to one client.

``python -m tests.benchmarks.bench_streams`` counts what arrives at one client, on one socket with
the busiest streams of every symbol, from three servers, each a process of its own:

* the practice exchange at rising speeds of its market; past some speed making up the market,
  not sending it, is what takes the time
* its streams alone, from the event to the socket: events of the market recorded beforehand are
  given to the same code at a rising rate
* a bare aiohttp server that sends frames of the same bytes as fast as it can: what the library
  and the machine allow
"""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Any

import aiohttp
from aiohttp import web

from terminal_app.practice.engine.events import BookTicker, DepthChanged, Event, TradePrinted
from terminal_app.practice.engine.kinds import MarketName
from terminal_app.practice.exchange import Exchange, UsdmMarket
from terminal_app.practice.faults.book import FaultBook
from terminal_app.practice.faults.journal import Journal
from terminal_app.practice.faults.latency import Latency
from terminal_app.practice.faults.network import Network
from terminal_app.practice.http.auth import Authenticator
from terminal_app.practice.http.house import House
from terminal_app.practice.http.keys import KeyRing
from terminal_app.practice.http.presence import Presence
from terminal_app.practice.profiles import LIVE_LIKE
from terminal_app.practice.sources.catalogue import usdm_rules
from terminal_app.practice.streams.format import UsdmFormat
from terminal_app.practice.streams.hub import Hub
from terminal_app.practice.streams.live import LiveStreams
from terminal_app.practice.streams.names import is_public
from terminal_app.practice.streams.paced import PacedStreams
from terminal_app.practice.streams.socket import StreamFace
from tests.helpers.engine import START_MS, SetClock
from tests.helpers.practice import PracticeProcess

WANTED_PER_SECOND = 20_000
WARM_UP_S = 2.0
MEASURED_S = 5.0
SPEEDS = (1, 30, 120)
RATES = (20_500, 30_000, 40_000, 60_000)
BEAT_S = 0.01
RECORDED_MS = 20_000
TOPICS = ("bookTicker", "depth@0ms", "trade")
KEPT_FRAMES = 5_000


async def count(address: str, kept: list[str] | None = None) -> float:
    """Return the messages a second that arrive after the warm-up."""
    async with aiohttp.ClientSession() as client, client.ws_connect(address) as socket:
        await _read(socket, WARM_UP_S, kept)
        started = time.perf_counter()
        received = await _read(socket, MEASURED_S, None)
        return received / (time.perf_counter() - started)


async def _read(
    socket: aiohttp.ClientWebSocketResponse, for_s: float, kept: list[str] | None
) -> int:
    ends, received = time.perf_counter() + for_s, 0
    while time.perf_counter() < ends:
        message = await socket.receive()
        if message.type is not aiohttp.WSMsgType.TEXT:
            raise ConnectionError(f"the server ended the stream: {message.type.name}")
        received += 1
        if kept is not None and len(kept) < KEPT_FRAMES:
            kept.append(message.data)
    return received


async def measure_exchange(ready: Mapping[str, Any], kept: list[str]) -> float:
    """Listen to the busiest public futures streams of every symbol."""
    address = ready["futures_rest"] + "/fapi/v1/exchangeInfo"
    async with aiohttp.ClientSession() as client, client.get(address) as answer:
        symbols = [row["symbol"].lower() for row in (await answer.json())["symbols"]]
    names = [f"{symbol}@{topic}" for symbol, topic in itertools.product(symbols, TOPICS)]
    return await count(f"{ready['futures_stream']}/public/stream?streams={'/'.join(names)}", kept)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def serve_streams(rate: int, pipe: Connection) -> None:
    """Give recorded events to the futures streams so that `rate` messages a second leave."""

    async def serve() -> None:
        market, events = _record_events()
        hub, stream_format = Hub(), UsdmFormat(market)
        live = LiveStreams(stream_format, hub)
        paced = PacedStreams(market.data, stream_format, hub)
        loop = asyncio.get_running_loop()
        network = Network("futures", FaultBook(1), Latency(1), Journal(_now_ms))
        application = web.Application()
        authenticator = Authenticator(KeyRing(), _now_ms)
        house = House(LIVE_LIKE.usdm, authenticator, Presence(loop.time), network, _now_ms)
        StreamFace(hub, house).add_routes(application, "", is_public)
        await _listen(application, pipe)
        due, sent, last_s = itertools.cycle(events), 0.0, loop.time()
        while True:
            await asyncio.sleep(BEAT_S)
            now_s = loop.time()
            sent, last_s = sent + rate * (now_s - last_s), now_s
            for event in itertools.islice(due, int(sent)):
                live.on_event(event)
                paced.on_event(event)
            sent %= 1

    asyncio.run(serve())


def _record_events() -> tuple[UsdmMarket, list[Event]]:
    exchange, events = Exchange(SetClock(), 3), list[Event]()

    def keep(event: Event) -> None:
        match event:
            case BookTicker() | DepthChanged() | TradePrinted() if event.market is MarketName.USDM:
                events.append(event)
            case _:
                pass

    exchange.add_listener(keep)
    for step in range(1, RECORDED_MS // 50):
        exchange.advance(START_MS + 50 * step)
    return exchange.usdm, events


def serve_peer(frames: Sequence[bytes], pipe: Connection) -> None:
    """Send the frames again and again to whoever connects, until killed."""

    async def send_all(socket: web.WebSocketResponse) -> None:
        for frame in itertools.cycle(frames):
            await socket.send_frame(frame, aiohttp.WSMsgType.TEXT)

    async def stream(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        try:
            async with asyncio.TaskGroup() as tasks:
                sending = tasks.create_task(send_all(socket))
                async for _ in socket:
                    pass
                sending.cancel()
        except* ConnectionError:
            pass
        return socket

    async def serve() -> None:
        application = web.Application()
        application.router.add_get("/stream", stream)
        await _listen(application, pipe)
        await asyncio.Event().wait()

    asyncio.run(serve())


async def _listen(application: web.Application, pipe: Connection) -> None:
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    pipe.send(runner.addresses[0][1])


def measure(serve: Callable[..., None], argument: object) -> float:
    """Return the rate of a server that is started for it and killed afterwards."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(argument, theirs))
    process.start()
    names = [f"{r.symbol.lower()}@{topic}" for r in usdm_rules() for topic in TOPICS]
    try:
        port = ours.recv()
        return asyncio.run(count(f"ws://127.0.0.1:{port}/stream?streams={'/'.join(names)}"))
    finally:
        process.kill()
        process.join()


def main() -> None:
    """Print a line for each server and rate."""
    frames: list[str] = []
    for speed in SPEEDS:
        frames = []
        with PracticeProcess(seed=3, speed=speed) as practice:
            rate = asyncio.run(measure_exchange(practice.ready, frames))
        _print(f"practice exchange, market at speed {speed}", rate)
    best = 0.0
    for offered in RATES:
        try:
            rate = measure(serve_streams, offered)
        except ConnectionError:
            sys.stdout.write(f"streams alone, {offered:,}/s offered: cut off, too slow\n")
            break
        best = max(best, rate)
        _print(f"streams alone, {offered:,}/s offered", rate)
    _print("bare aiohttp server, same bytes", measure(serve_peer, [f.encode() for f in frames]))
    size = sum(map(len, frames)) / max(1, len(frames))
    sys.stdout.write(f"a message has {size:.0f} bytes in the mean\n")
    verdict = "reached" if best >= WANTED_PER_SECOND else "missed"
    sys.stdout.write(f"streams: {best:,.0f} of {WANTED_PER_SECOND:,} wanted: {verdict}\n")


def _print(what: str, rate: float) -> None:
    sys.stdout.write(f"{what:<45}{rate:>10,.0f} messages/s\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
