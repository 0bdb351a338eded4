"""What a market shows: trades, candles, prices."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


class Side(StrEnum):
    """Name a side of a trade or an order."""

    BUY = "BUY"
    SELL = "SELL"

    @property
    def opposite(self) -> Side:
        """Return the other side."""
        return Side.SELL if self is Side.BUY else Side.BUY


class Interval(StrEnum):
    """Name a candle's length, spelt as Binance spells it."""

    S1 = "1s"
    M1 = "1m"
    M3 = "3m"
    M5 = "5m"
    M15 = "15m"
    M30 = "30m"
    H1 = "1h"
    H2 = "2h"
    H4 = "4h"
    H6 = "6h"
    H8 = "8h"
    H12 = "12h"
    D1 = "1d"
    D3 = "3d"
    W1 = "1w"
    MO1 = "1M"

    @property
    def length_ms(self) -> int:
        """Return the length in milliseconds; a month counts as 30 days."""
        count, unit = int(self.value[:-1]), self.value[-1]
        units = {"s": 1000, "m": MINUTE_MS, "h": HOUR_MS, "d": DAY_MS, "w": 7 * DAY_MS}
        return count * units.get(unit, 30 * DAY_MS)


# What comes by the thousand is a named tuple: one is made in half the time of a dataclass.
class Level(NamedTuple):
    """Hold a price of the book and the size resting there."""

    price: Decimal
    quantity: Decimal


class Trade(NamedTuple):
    """Hold one public trade; ``buyer_is_maker`` means a seller crossed the spread."""

    trade_id: int
    price: Decimal
    quantity: Decimal
    time_ms: int
    buyer_is_maker: bool

    @property
    def taker_side(self) -> Side:
        """Return the side that crossed the spread."""
        return Side.SELL if self.buyer_is_maker else Side.BUY


@dataclass(frozen=True, slots=True)
class Candle:
    """Hold one bar; ``closed`` says that the venue will not change it any more."""

    open_time_ms: int
    close_time_ms: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    quote_volume: Decimal
    trade_count: int
    taker_buy_volume: Decimal
    closed: bool


@dataclass(frozen=True, slots=True)
class Ticker:
    """Hold the statistics of the last 24 hours."""

    last_price: Decimal
    open_price: Decimal
    high_price: Decimal
    low_price: Decimal
    volume: Decimal
    quote_volume: Decimal
    time_ms: int

    @property
    def change(self) -> Decimal:
        """Return how far the price moved in 24 hours."""
        return self.last_price - self.open_price

    @property
    def change_percent(self) -> Decimal:
        """Return how far the price moved in 24 hours, in percent."""
        return self.change / self.open_price * 100 if self.open_price else Decimal(0)


@dataclass(frozen=True, slots=True)
class MarkPrice:
    """Hold a perpetual's mark and index price and its next funding."""

    mark_price: Decimal
    index_price: Decimal
    funding_rate: Decimal
    next_funding_ms: int
    time_ms: int


class BestPrices(NamedTuple):
    """Hold the best bid and ask, with the venue's update id."""

    bid_price: Decimal
    bid_quantity: Decimal
    ask_price: Decimal
    ask_quantity: Decimal
    update_id: int

    @property
    def bid(self) -> Level:
        """Return the best bid."""
        return Level(self.bid_price, self.bid_quantity)

    @property
    def ask(self) -> Level:
        """Return the best ask."""
        return Level(self.ask_price, self.ask_quantity)
