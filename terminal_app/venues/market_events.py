"""What market data feeds tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from terminal_app.domain.market import BestPrices, Candle, MarkPrice, Ticker, Trade
from terminal_app.domain.order_book import LevelTexts


@dataclass(frozen=True, slots=True)
class BookLoaded:
    """A whole book: replaces what was known."""

    bids: Sequence[LevelTexts]
    asks: Sequence[LevelTexts]
    update_id: int
    time_ms: int


@dataclass(frozen=True, slots=True)
class BookChanged:
    """Changed levels in their new absolute sizes; continues the last book without a gap."""

    bids: Sequence[LevelTexts]
    asks: Sequence[LevelTexts]
    update_id: int
    time_ms: int


@dataclass(frozen=True, slots=True)
class BookLost:
    """The book has a gap and is being fetched again; what is shown is not the market."""

    reason: str


@dataclass(frozen=True, slots=True)
class RulesChanged:
    """The rules or the state of a symbol changed: they are to be asked for."""

    symbol: str


@dataclass(frozen=True, slots=True)
class TickersChanged:
    """The statistics of 24 hours of those symbols in which they changed."""

    tickers: Mapping[str, Ticker]


@dataclass(frozen=True, slots=True)
class MarksChanged:
    """The mark prices of perpetuals, by symbol."""

    marks: Mapping[str, MarkPrice]


MarketEvent = (
    Trade
    | Candle
    | Ticker
    | MarkPrice
    | BestPrices
    | BookLoaded
    | BookChanged
    | BookLost
    | RulesChanged
    | TickersChanged
    | MarksChanged
)
MarketSink = Callable[[MarketEvent], None]
