"""Make the messages of a market, as Binance spot streams them, the same ones for everybody."""

from __future__ import annotations

import json
import random
import struct
from typing import Any

SYMBOL = "BTCUSDT"
STREAMS = {
    "aggTrade": "btcusdt@aggTrade",
    "bookTicker": "btcusdt@bookTicker",
    "depth": "btcusdt@depth@100ms",
    "kline": "btcusdt@kline_1m",
}
BOOK_LEVELS = 5_000
FIRST_ID = 1_000_000
CHANGED_LEVELS = 20
_MIDDLE = 64_000_00
_START_MS = 1_767_225_600_000


def messages(kind: str, count: int) -> list[dict[str, Any]]:
    """Return the first messages of a stream."""
    seeded = random.Random(7)
    make = {"aggTrade": _agg_trade, "bookTicker": _ticker, "depth": _depth, "kline": _kline}[kind]
    return [make(seeded, number) for number in range(count)]


def snapshot() -> dict[str, Any]:
    """Return the book that the first difference of depth joins."""
    seeded = random.Random(11)
    return {
        "lastUpdateId": FIRST_ID,
        "bids": [[_price(-level), _size(seeded)] for level in range(1, BOOK_LEVELS + 1)],
        "asks": [[_price(level), _size(seeded)] for level in range(1, BOOK_LEVELS + 1)],
    }


def frame(text: bytes) -> bytes:
    """Return a text as a server's WebSocket frame (RFC 6455, not masked)."""
    size = len(text)
    if size < 126:
        return struct.pack("!BB", 0x81, size) + text
    if size < 1 << 16:
        return struct.pack("!BBH", 0x81, 126, size) + text
    return struct.pack("!BBQ", 0x81, 127, size) + text


def blocks(kind: str, count: int, *, combined: bool, size: int = 65_536) -> list[bytes]:
    """Return the frames of a stream's first messages, cut into pieces for the socket."""
    texts = (_dumps(_wrap(kind, one) if combined else one) for one in messages(kind, count))
    whole = b"".join(frame(text.encode()) for text in texts)
    return [whole[start : start + size] for start in range(0, len(whole), size)]


def _wrap(kind: str, message: dict[str, Any]) -> dict[str, Any]:
    return {"stream": STREAMS[kind], "data": message}


def _dumps(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _price(ticks: int) -> str:
    return f"{(_MIDDLE + ticks) / 100:.8f}"


def _size(seeded: random.Random) -> str:
    return f"{seeded.uniform(0.0001, 9):.5f}000"


def _agg_trade(seeded: random.Random, number: int) -> dict[str, Any]:
    time_ms = _START_MS + number
    return {
        "e": "aggTrade", "E": time_ms, "s": SYMBOL, "a": 3_000_000 + number,
        "p": _price(seeded.randrange(-500, 500)), "q": _size(seeded),
        "f": 5_000_000 + number, "l": 5_000_000 + number, "T": time_ms,
        "m": seeded.random() < 0.5, "M": True,
    }  # fmt: skip


def _ticker(seeded: random.Random, number: int) -> dict[str, Any]:
    return {
        "u": FIRST_ID + number, "s": SYMBOL, "b": _price(-1 - number % 7), "B": _size(seeded),
        "a": _price(1 + number % 5), "A": _size(seeded),
    }  # fmt: skip


def _depth(seeded: random.Random, number: int) -> dict[str, Any]:
    first = FIRST_ID + 1 + number * 2 * CHANGED_LEVELS
    return {
        "e": "depthUpdate", "E": _START_MS + 100 * number, "s": SYMBOL,
        "U": first, "u": first + 2 * CHANGED_LEVELS - 1,
        "b": _changes(seeded, -1), "a": _changes(seeded, 1),
    }  # fmt: skip


def _changes(seeded: random.Random, sign: int) -> list[list[str]]:
    # As in recorded minutes of BTCUSDT, spot and futures: of 28 to 60 levels that change about 5
    # are among the best 20 of their side afterwards, and a third go away.
    levels = set[int]()
    while len(levels) < CHANGED_LEVELS:
        levels.add(1 + min(int(seeded.expovariate(1 / 150)), BOOK_LEVELS - 1))
    return [
        [_price(sign * level), "0.00000000" if seeded.random() < 0.35 else _size(seeded)]
        for level in sorted(levels)
    ]


def _kline(seeded: random.Random, number: int) -> dict[str, Any]:
    time_ms = _START_MS + number
    return {
        "e": "kline", "E": time_ms, "s": SYMBOL,
        "k": {
            "t": _START_MS, "T": _START_MS + 59_999, "s": SYMBOL, "i": "1m",
            "f": 100, "L": 200 + number, "o": _price(-40), "c": _price(seeded.randrange(-90, 90)),
            "h": _price(100), "l": _price(-100), "v": _size(seeded), "n": 100 + number,
            "x": False, "q": _size(seeded), "V": _size(seeded), "Q": _size(seeded), "B": "0",
        },
    }  # fmt: skip
