"""Read captures of Binance's public feeds.

A capture is a gzip file of lines `<local nanoseconds> <json>`: messages of combined streams
(depthUpdate, trade, aggTrade, bookTicker, markPriceUpdate; others are passed over) and REST depth
snapshots. It holds one symbol of one market. A file that was cut off in the middle of a line, as by
a crash of what recorded it, is played up to there.
"""

import gzip
import zlib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from terminal_app.practice.engine.kinds import MarketName
from terminal_app.practice.sources.records import (
    BestPrices,
    BookDifference,
    BookSnapshot,
    Marked,
    Print,
    Record,
    RecordingError,
)

_LINES_TO_RECOGNISE = 2_000


def recognise_capture(path: Path) -> tuple[MarketName, str]:
    """Tell the market and the symbol of a capture from its first depth message."""
    for _, message in zip(range(_LINES_TO_RECOGNISE), _messages(path), strict=False):
        if message.get("e") == "depthUpdate" and "s" in message:
            market = MarketName.USDM if "pu" in message else MarketName.SPOT
            return market, message["s"]
    raise RecordingError(f"The recording {path} holds no depth messages of a Binance stream.")


def read_captures(paths: Sequence[Path]) -> Iterator[Record]:
    """Yield the records of captures one after the other; trades win over merged ones."""
    has_trades = False
    for path in paths:
        for message in _messages(path):
            kind = message.get("e")
            has_trades = has_trades or kind == "trade"
            if kind == "aggTrade" and has_trades:
                continue
            record = _record(message, kind)
            if record is not None:
                yield record


def _record(message: dict[str, Any], kind: str | None) -> Record | None:
    if kind == "depthUpdate":
        first = message["U"]
        previous = message.get("pu", first - 1)
        ids = (first, message["u"], previous)
        return BookDifference(message["E"], *ids, message["b"], message["a"])
    if kind in ("trade", "aggTrade"):
        return _print(message)
    if kind == "markPriceUpdate":
        return Marked(message["E"], Decimal(message["p"]), Decimal(message["i"]))
    if "lastUpdateId" in message:
        time_ms = message.get("E", 0)
        return BookSnapshot(message["lastUpdateId"], message["bids"], message["asks"], time_ms)
    if "u" in message and "B" in message:
        bid, ask = (message["b"], message["B"]), (message["a"], message["A"])
        return BestPrices(message.get("E", 0), message["u"], bid, ask)
    return None


def _print(message: dict[str, Any]) -> Print | None:
    # Futures tell trades of the insurance fund and of ADL apart by X.
    if message.get("X", "MARKET") != "MARKET":
        return None
    trade_id = message["t"] if message["e"] == "trade" else message["l"]
    values = (message["p"], message["q"], message["m"])
    return Print(message["E"], message["T"], trade_id, *values)


def _messages(path: Path) -> Iterator[dict[str, Any]]:
    decode = msgspec.json.decode
    number, line = 0, b"\n"
    try:
        with gzip.open(path, "rb") as lines:
            for line in lines:
                number += 1
                message: dict[str, Any] = decode(line[line.index(b" ") + 1 :])
                yield message.get("data", message)
    except EOFError:
        if not number:
            raise RecordingError(f"The recording {path} cannot be read: it is cut off.") from None
    except (OSError, zlib.error) as error:
        raise RecordingError(f"The recording {path} cannot be read: {error}.") from error
    except (ValueError, AttributeError) as error:
        if not line.endswith(b"\n"):
            return
        raise RecordingError(f"The recording {path} is damaged at line {number}.") from error
