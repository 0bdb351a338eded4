"""Stream names: what they ask for and how often it is sent."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import Final

_NAME: Final = re.compile(r"(?P<symbol>[^@!]+)@(?P<topic>[A-Za-z]+)(?P<rest>.*)")
_DEPTH_REST: Final = re.compile(r"(?P<levels>5|10|20)?(@(?P<speed>0|100|250|500)ms)?")
_SECOND_MS: Final = 1_000


class Kind(Enum):
    """Name what a stream carries."""

    TRADE = auto()
    AGGREGATE_TRADE = auto()
    CANDLE = auto()
    MINI_TICKER = auto()
    TICKER = auto()
    BOOK_TICKER = auto()
    DEPTH = auto()
    PARTIAL_DEPTH = auto()
    AVERAGE_PRICE = auto()
    MARK_PRICE = auto()


_PUBLIC_KINDS: Final = (Kind.TRADE, Kind.BOOK_TICKER, Kind.DEPTH, Kind.PARTIAL_DEPTH)
_TOPICS: Final = {
    "trade": Kind.TRADE,
    "aggTrade": Kind.AGGREGATE_TRADE,
    "kline": Kind.CANDLE,
    "miniTicker": Kind.MINI_TICKER,
    "ticker": Kind.TICKER,
    "bookTicker": Kind.BOOK_TICKER,
    "depth": Kind.DEPTH,
    "avgPrice": Kind.AVERAGE_PRICE,
    "markPrice": Kind.MARK_PRICE,
}
_ALL_MARKET: Final = {
    "!miniTicker@arr": (Kind.MINI_TICKER, _SECOND_MS),
    "!ticker@arr": (Kind.TICKER, _SECOND_MS),
    "!bookTicker": (Kind.BOOK_TICKER, 5 * _SECOND_MS),
    "!markPrice@arr": (Kind.MARK_PRICE, 3 * _SECOND_MS),
    "!markPrice@arr@1s": (Kind.MARK_PRICE, _SECOND_MS),
}


@dataclass(frozen=True, slots=True)
class StreamName:
    """Describe one stream; no symbol means all, no `speed_ms` the default of the market."""

    kind: Kind
    symbol: str | None = None
    speed_ms: int | None = None
    interval: str = ""
    levels: int = 0


@lru_cache(maxsize=4_096)
def parse_stream(name: str) -> StreamName | None:
    """Read a stream name; None for one that does not exist, such as one in upper case."""
    if name in _ALL_MARKET:
        kind, speed_ms = _ALL_MARKET[name]
        return StreamName(kind, speed_ms=speed_ms)
    match = _NAME.fullmatch(name)
    if match is None or match["symbol"] != match["symbol"].lower():
        return None
    kind_of_topic = _TOPICS.get(match["topic"])
    if kind_of_topic is None:
        return None
    return _with_details(kind_of_topic, match["symbol"].upper(), match["rest"])


def is_public(name: str) -> bool:
    """Tell whether the futures route /public carries a stream (USDⓈ-M, routes since 2026-03)."""
    stream = parse_stream(name)
    return stream is not None and stream.kind in _PUBLIC_KINDS


def is_market(name: str) -> bool:
    """Tell whether the futures route /market carries a stream."""
    return parse_stream(name) is not None and not is_public(name)


def _with_details(kind: Kind, symbol: str, rest: str) -> StreamName | None:
    match kind:
        case Kind.CANDLE if rest.startswith("_"):
            return StreamName(kind, symbol, interval=rest[1:])
        case Kind.DEPTH:
            return _depth(symbol, rest)
        case Kind.MARK_PRICE if rest in ("", "@1s"):
            return StreamName(kind, symbol, speed_ms=_SECOND_MS if rest else 3 * _SECOND_MS)
        case Kind.CANDLE | Kind.MARK_PRICE:
            return None
        case _:
            return None if rest else StreamName(kind, symbol)


def _depth(symbol: str, rest: str) -> StreamName | None:
    match = _DEPTH_REST.fullmatch(rest)
    if match is None:
        return None
    speed_ms = None if match["speed"] is None else int(match["speed"])
    if match["levels"] is None:
        return StreamName(Kind.DEPTH, symbol, speed_ms)
    return StreamName(Kind.PARTIAL_DEPTH, symbol, speed_ms, levels=int(match["levels"]))
