"""A small record of our own, for what happens to orders in it."""

import gzip
import json
from decimal import Decimal
from pathlib import Path

from terminal_app.practice.engine.kinds import (
    OrderStatus,
)
from terminal_app.practice.engine.market_values import Level
from terminal_app.practice.engine.model import Order
from terminal_app.practice.exchange import Exchange
from tests.helpers.engine import QUIET, START_MS, Recorder, SetClock

D = Decimal
SPOT = ("data/market/spot/btcusdt_20240808.gz", "data/market/spot/btcusdt_20240809.gz")
USDM = ("data/market/usdm/btcusdt_20240808.gz",)
Top = tuple[Level, Level]


def play(exchange: Exchange, seconds: int) -> None:
    """Play in steps of a second until the end or a time."""
    for step in range(1, seconds + 1):
        exchange.advance(START_MS + 1000 * step)


def seek(exchange: Exchange, time_ms: int) -> None:
    """Seek to a time, slice by slice."""
    for _ in exchange.seek_in_slices(time_ms):
        pass


def record_line(data: dict[str, object]) -> str:
    """Return a recorded stream message."""
    return "1 " + json.dumps({"stream": "x", "data": data})


def depth_line(first: int, final: int, bids: list[Level], asks: list[Level], at: int) -> str:
    """Return a recorded change of the book."""
    texts = [[[format(p, "f"), format(q, "f")] for p, q in side] for side in (bids, asks)]
    return record_line(
        {"e": "depthUpdate", "E": START_MS + at, "s": "BTCUSDT", "U": first, "u": final}
        | {"b": texts[0], "a": texts[1]}
    )


def trade_line(number: int, price: str, quantity: str, sold: bool, at: int) -> str:
    """Return a recorded trade."""
    time_ms = START_MS + at
    return record_line(
        {"e": "trade", "E": time_ms, "s": "BTCUSDT", "t": number, "p": price, "q": quantity}
        | {"T": time_ms, "m": sold}
    )


def snapshot_line(bids: list[list[str]], asks: list[list[str]]) -> str:
    """Return a recorded snapshot of the book."""
    return "1 " + json.dumps({"lastUpdateId": 10, "bids": bids, "asks": asks})


OPENING = [
    depth_line(9, 10, [], [], 0),
    snapshot_line([["50000", "1"], ["49999", "2"]], [["50001", "1"], ["50002", "2"]]),
    depth_line(11, 11, [], [], 100),
]


def recorded_exchange(folder: Path, *lines: str) -> tuple[Exchange, Recorder]:
    """Return an exchange that plays lines after a small opening, and what it tells."""
    path = folder / "market.gz"
    path.write_bytes(gzip.compress("\n".join([*OPENING, *lines, ""]).encode()))
    exchange = Exchange(SetClock(), symbols=QUIET, recordings=[path])
    recorder = Recorder()
    exchange.add_listener(recorder)
    exchange.advance(START_MS + 200)
    return exchange, recorder


def order_state(exchange: Exchange, order: Order) -> tuple[OrderStatus, Decimal]:
    """Return where an order stands and what was executed."""
    now = exchange.spot.order(order.symbol, order.order_id)
    return now.status, now.executed_quantity
