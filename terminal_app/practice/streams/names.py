"""Stream names: what they ask for and how often it is sent."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from terminal_app.practice.engine.intervals import HOUR_MS

_NAME: Final = re.compile(r"(?P<symbol>[^@!]+)@(?P<topic>[A-Za-z]+)(?P<rest>.*)")
_DEPTH_REST: Final = re.compile(r"(?P<levels>5|10|20)?(@(?P<speed>0|100|250|500)ms)?")
_CANDLE_REST: Final = re.compile(r"_(?P<interval>[0-9]{1,2}[a-zA-Z])(?P<zone>@\+08:00)?")
_SECOND_MS: Final = 1_000
WINDOWS_MS: Final = {"1h": HOUR_MS, "4h": 4 * HOUR_MS, "1d": 24 * HOUR_MS}


class Kind(Enum):
    """Name what a stream carries."""

    TRADE = auto()
    AGGREGATE_TRADE = auto()
    BLOCK_TRADE = auto()
    CANDLE = auto()
    CONTINUOUS_CANDLE = auto()
    MINI_TICKER = auto()
    TICKER = auto()
    WINDOW_TICKER = auto()
    BOOK_TICKER = auto()
    DEPTH = auto()
    PARTIAL_DEPTH = auto()
    RPI_DEPTH = auto()
    AVERAGE_PRICE = auto()
    REFERENCE_PRICE = auto()
    MARK_PRICE = auto()
    FORCE_ORDER = auto()
    CONTRACT_INFO = auto()
    COMPOSITE_INDEX = auto()
    ASSET_INDEX = auto()
    TRADING_SESSION = auto()


_SPOT_KINDS: Final = (
    Kind.TRADE,
    Kind.AGGREGATE_TRADE,
    Kind.BLOCK_TRADE,
    Kind.CANDLE,
    Kind.MINI_TICKER,
    Kind.TICKER,
    Kind.WINDOW_TICKER,
    Kind.BOOK_TICKER,
    Kind.DEPTH,
    Kind.PARTIAL_DEPTH,
    Kind.AVERAGE_PRICE,
    Kind.REFERENCE_PRICE,
)
_PUBLIC_KINDS: Final = (
    Kind.TRADE,
    Kind.BOOK_TICKER,
    Kind.DEPTH,
    Kind.PARTIAL_DEPTH,
    Kind.RPI_DEPTH,
)
_MARKET_KINDS: Final = (
    Kind.AGGREGATE_TRADE,
    Kind.CANDLE,
    Kind.CONTINUOUS_CANDLE,
    Kind.MINI_TICKER,
    Kind.TICKER,
    Kind.MARK_PRICE,
    Kind.FORCE_ORDER,
    Kind.CONTRACT_INFO,
    Kind.COMPOSITE_INDEX,
    Kind.ASSET_INDEX,
    Kind.TRADING_SESSION,
)
_TOPICS: Final = {
    "trade": Kind.TRADE,
    "aggTrade": Kind.AGGREGATE_TRADE,
    "blockTrade": Kind.BLOCK_TRADE,
    "kline": Kind.CANDLE,
    "continuousKline": Kind.CONTINUOUS_CANDLE,
    "miniTicker": Kind.MINI_TICKER,
    "ticker": Kind.TICKER,
    "bookTicker": Kind.BOOK_TICKER,
    "depth": Kind.DEPTH,
    "rpiDepth": Kind.RPI_DEPTH,
    "avgPrice": Kind.AVERAGE_PRICE,
    "referencePrice": Kind.REFERENCE_PRICE,
    "markPrice": Kind.MARK_PRICE,
    "forceOrder": Kind.FORCE_ORDER,
    "compositeIndex": Kind.COMPOSITE_INDEX,
    "assetIndex": Kind.ASSET_INDEX,
}
_WINDOW_TICKERS: Final = {f"!ticker_{name}@arr": name for name in WINDOWS_MS}
_ALL_MARKET: Final = {
    "!miniTicker@arr": (Kind.MINI_TICKER, _SECOND_MS),
    "!miniTicker@arr@1000ms": (Kind.MINI_TICKER, _SECOND_MS),  # with a speed it is undocumented;
    "!miniTicker@arr@3000ms": (Kind.MINI_TICKER, 3 * _SECOND_MS),  # python-binance asks so
    "!ticker@arr": (Kind.TICKER, _SECOND_MS),
    "!bookTicker": (Kind.BOOK_TICKER, 5 * _SECOND_MS),
    "!markPrice@arr": (Kind.MARK_PRICE, 3 * _SECOND_MS),
    "!markPrice@arr@1s": (Kind.MARK_PRICE, _SECOND_MS),
    "!forceOrder@arr": (Kind.FORCE_ORDER, _SECOND_MS),
    "!contractInfo": (Kind.CONTRACT_INFO, _SECOND_MS),
    "!assetIndex@arr": (Kind.ASSET_INDEX, _SECOND_MS),
    "tradingSession": (Kind.TRADING_SESSION, _SECOND_MS),
}


@dataclass(frozen=True, slots=True)
class StreamName:
    """Describe one stream; no symbol means all, no `speed_ms` the default of the market.

    `interval` is that of a candle or the window of a ticker; candles are cut `offset_ms` ahead
    of UTC. For an asset index `symbol` is the name of the index.
    """

    kind: Kind
    symbol: str | None = None
    speed_ms: int | None = None
    interval: str = ""
    levels: int = 0
    offset_ms: int = 0


@lru_cache(maxsize=4_096)
def parse_stream(name: str) -> StreamName | None:
    """Read a stream name; None for one that does not exist, such as one in upper case."""
    if name in _ALL_MARKET:
        kind, speed_ms = _ALL_MARKET[name]
        return StreamName(kind, speed_ms=speed_ms)
    if name in _WINDOW_TICKERS:
        return StreamName(Kind.WINDOW_TICKER, interval=_WINDOW_TICKERS[name])
    match = _NAME.fullmatch(name)
    if match is None or match["symbol"] != match["symbol"].lower():
        return None
    kind_of_topic = _TOPICS.get(match["topic"])
    if kind_of_topic is None:
        return None
    return _with_details(kind_of_topic, match["symbol"].upper(), match["rest"])


def is_spot(name: str) -> bool:
    """Tell whether the spot market carries a stream; `!ticker@arr` went on 2026-03-26."""
    stream = parse_stream(name)
    if stream is None or stream.kind not in _SPOT_KINDS:
        return False
    if stream.symbol is None:
        return stream.kind in (Kind.MINI_TICKER, Kind.WINDOW_TICKER)
    return stream.kind not in (Kind.DEPTH, Kind.PARTIAL_DEPTH) or stream.speed_ms in (None, 100)


def is_public(name: str) -> bool:
    """Tell whether the futures route /public carries a stream (USDⓈ-M, routes since 2026-03)."""
    stream = parse_stream(name)
    return stream is not None and stream.kind in _PUBLIC_KINDS


def is_market(name: str) -> bool:
    """Tell whether the futures route /market carries a stream; candles are UTC there."""
    stream = parse_stream(name)
    return stream is not None and stream.kind in _MARKET_KINDS and not stream.offset_ms


def _with_details(kind: Kind, symbol: str, rest: str) -> StreamName | None:
    match kind:
        case Kind.CANDLE:
            return _candle(kind, symbol, rest)
        case Kind.CONTINUOUS_CANDLE:
            pair, _, contract = symbol.partition("_")
            return _candle(kind, pair, rest) if contract == "PERPETUAL" else None
        case Kind.TICKER if rest.removeprefix("_") in WINDOWS_MS:
            return StreamName(Kind.WINDOW_TICKER, symbol, interval=rest[1:])
        case Kind.DEPTH:
            return _depth(symbol, rest)
        case Kind.RPI_DEPTH:
            return StreamName(kind, symbol, 500) if rest == "@500ms" else None
        case Kind.MARK_PRICE if rest in ("", "@1s"):
            return StreamName(kind, symbol, speed_ms=_SECOND_MS if rest else 3 * _SECOND_MS)
        case _:
            return None if rest else StreamName(kind, symbol)


def _candle(kind: Kind, symbol: str, rest: str) -> StreamName | None:
    match = _CANDLE_REST.fullmatch(rest)
    if match is None:
        return None
    offset_ms = 8 * HOUR_MS if match["zone"] else 0
    return StreamName(kind, symbol, interval=match["interval"], offset_ms=offset_ms)


def _depth(symbol: str, rest: str) -> StreamName | None:
    match = _DEPTH_REST.fullmatch(rest)
    if match is None:
        return None
    speed_ms = None if match["speed"] is None else int(match["speed"])
    if match["levels"] is None:
        return StreamName(Kind.DEPTH, symbol, speed_ms)
    return StreamName(Kind.PARTIAL_DEPTH, symbol, speed_ms, levels=int(match["levels"]))
