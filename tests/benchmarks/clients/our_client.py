"""Our own side of the comparison, and the bare loop that it is held against.

Run in a process of its own by ``bench_services``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from websockets.asyncio.client import connect

from meter import Clicks, Meter, asked, book_input, tell
from terminal_app.domain.credentials import Credentials, KeyType
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Interval, Level, Side
from terminal_app.domain.order import OrderStatus
from terminal_app.domain.order_book import OrderBook
from terminal_app.domain.order_request import OrderRequest, OrderType
from terminal_app.services.connection import ORDERS
from terminal_app.services.notifications import Notifications
from terminal_app.services.order_ids import ClientOrderIds
from terminal_app.services.order_ledger import OrderLedger
from terminal_app.services.orders import OrderService
from terminal_app.storage.ledger import Ledger
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import ConnectionState, Feed, FeedKind
from terminal_app.venues.binance import mapping as binance
from terminal_app.venues.binance import wire
from terminal_app.venues.binance.books import BookKeeper
from terminal_app.venues.binance.depth_sync import DepthSnapshot, DepthSync, continues_spot
from terminal_app.venues.binance.environments import Endpoints, environment_named
from terminal_app.venues.binance.feeds import FeedHub
from terminal_app.venues.binance.opening import open_venue
from terminal_app.venues.binance.spot.mapping import FEEDS as SPOT_FEEDS
from terminal_app.venues.binance.spot.mapping import depth_diff
from terminal_app.venues.binance.stream import StreamSocket
from terminal_app.venues.binance.usdm.mapping import FEEDS as USDM_FEEDS
from terminal_app.venues.market_events import BookChanged
from terminal_app.venues.reconnect import ConnectionBudget
from tests.benchmarks.services_frames import STREAMS, SYMBOL, snapshot
from tests.helpers.eventually import eventually

# Spot's terminal shows single trades; aggregate trades are what USDⓈ-M streams.
_FEEDS = {
    "aggTrade": (USDM_FEEDS, Feed(FeedKind.TRADES, SYMBOL)),
    "bookTicker": (SPOT_FEEDS, Feed(FeedKind.BEST, SYMBOL)),
    "depth": (SPOT_FEEDS, Feed(FeedKind.BOOK, SYMBOL)),
    "kline": (SPOT_FEEDS, Feed(FeedKind.CANDLES, SYMBOL, Interval.M1)),
}


class _Trade(msgspec.Struct, gc=False):
    p: float
    q: float
    T: int
    m: bool


class _Best(msgspec.Struct, gc=False):
    b: float
    B: float
    a: float
    A: float


class _Depth(msgspec.Struct, gc=False):
    U: int
    u: int
    b: list[tuple[float, float]]
    a: list[tuple[float, float]]


class _Bar(msgspec.Struct, gc=False):
    t: int
    o: float
    h: float
    c: float
    v: float
    x: bool


class _Kline(msgspec.Struct, gc=False):
    k: _Bar


_BARE = {"aggTrade": _Trade, "bookTicker": _Best, "depth": _Depth, "kline": _Kline}


async def ingest_bare(kind: str, address: str, meter: Meter) -> None:
    """Read the socket and decode, nothing else: what the two libraries cost."""
    decode = msgspec.json.Decoder(
        msgspec.defstruct("Frame", [("data", _BARE[kind])], gc=False), strict=False
    ).decode
    async with connect(
        f"{address}/stream?streams={STREAMS[kind]}",
        compression=None, max_queue=1024, ping_interval=None,
    ) as socket:  # fmt: skip
        while not meter.done.is_set():
            decode(await socket.recv(decode=False))
            meter.tick()


async def ingest(kind: str, address: str, meter: Meter) -> None:
    """Take a feed as the services do: socket, decoder, domain value, sink."""
    table, feed = _FEEDS[kind]
    scope, hubs = TaskScope("bench"), list[FeedHub]()
    route = table.stream(feed)[0]

    def on_state(state: ConnectionState, _: str) -> None:
        for hub in hubs:
            hub.on_socket_state(route, state)

    async def fetch(_: str) -> DepthSnapshot:
        return _snapshot()

    socket = StreamSocket(
        "bench", f"{address}/stream", on_state, ConnectionBudget(), spacing_s=0.01
    )
    books = BookKeeper(scope, continues_spot, fetch)
    hubs.append(FeedHub(table, dict.fromkeys((route, table.book_route), socket), books))
    hubs[0].subscribe(feed, meter.tick)
    scope.spawn(socket.run(), "bench")
    await meter.done.wait()


def _snapshot() -> DepthSnapshot:
    return binance.snapshot(msgspec.convert(snapshot(), wire.DepthReply, strict=False), 1)


def keep_book(task: Mapping[str, Any], meter: Meter) -> list[str]:
    """Keep a book from depth messages, read its top 20 after each, and return the last."""
    texts = [msgspec.Raw(line.encode()) for line in book_input(task)[1]]
    sync, book = DepthSync(continues_spot), OrderBook()
    sync.on_snapshot(start := _snapshot())
    book.load(start.bids, start.asks, start.last_update_id)
    top = list[Level]()
    for text in texts:
        event = sync.on_diff(depth_diff(text))
        assert isinstance(event, BookChanged)
        book.apply(event.bids, event.asks, event.update_id)
        top = book.bids.levels(20) + book.asks.levels(20)
        meter.tick()
    return [format(level.price, ".2f") for level in top]


class _TimedLedger(OrderLedger):
    """Tell how long the newest intent took to be on disk."""

    commit_ns = 0

    async def intend(self, *arguments: Any) -> None:
        started_ns = time.monotonic_ns()
        await super().intend(*arguments)
        self.commit_ns = time.monotonic_ns() - started_ns


async def _place(orders: OrderService, ledger: _TimedLedger, clicks: Clicks, action: str) -> None:
    request = OrderRequest(
        Market.SPOT, SYMBOL, Side.BUY, OrderType.LIMIT, Decimal("0.001"), Decimal(50000)
    )
    moved = asyncio.Event()
    forget = orders.store.observers.add(lambda _: moved.set())
    clicked_ns = time.monotonic_ns()
    name = await orders.place(request, action, {})
    clicks.click(name, clicked_ns, ledger.commit_ns)
    while orders.store.orders[name].status is OrderStatus.SENDING:
        moved.clear()
        await moved.wait()
    forget()


async def order(task: Mapping[str, Any], folder: Path) -> dict[str, float]:
    """Place orders one after the other as the window does, the ledger on a real disk."""
    environment, notices = environment_named("practice"), Notifications()
    endpoints = Endpoints(task["rest"], task["stream"], task["ws_api"])
    credentials = Credentials("key", "secret")
    if task["way"] == "logged on":
        key = Ed25519PrivateKey.generate()
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        credentials = Credentials("key", pem, KeyType.ED25519)
    venue = open_venue(environment, Market.SPOT, endpoints, credentials)
    states = dict[str, ConnectionState]()
    ledger = Ledger(folder / "ledger.sqlite", "bench")
    await ledger.open()
    timed = _TimedLedger(ledger, venue)
    ids, clicks = ClientOrderIds("bench"), Clicks()
    async with TaskScope("bench") as scope:
        orders = OrderService(venue, timed, ids, scope, notices)
        await venue.open(lambda one: states.update({one.name: one.state}), lambda _: None)
        await eventually(lambda: states.get(ORDERS) is ConnectionState.LIVE and venue.clock)
        orders.gate.set_reconciled(True)
        clicks = Clicks()
        for number in range(task["warm_up"] + task["measured"]):
            await _place(orders, timed, clicks, f"action-{number}")
    return await asyncio.to_thread(clicks.result, task["rest"], task["warm_up"])


def main() -> None:
    """Do what this process is asked to do."""
    task = asked()
    if task["work"] == "order":
        with TemporaryDirectory() as folder:
            tell(asyncio.run(order(task, Path(folder))))
    meter = Meter(task["warm_up"], task["measured"])
    if task["work"] == "book":
        tell({"top": keep_book(task, meter), **meter.result()})
    work = ingest_bare if task["way"] == "bare" else ingest
    asyncio.run(work(task["kind"], task["stream"], meter))
    tell(meter.result())


if __name__ == "__main__":
    main()
