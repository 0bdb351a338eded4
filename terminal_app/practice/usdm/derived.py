"""Prices and statistics of futures that follow from the trades and a seeded, smooth noise.

Nothing is stored: the same market gives the same past whenever it is asked. The index of the past
is the trades' price less a premium of a few hundredths of a percent; the newest bar ends at the
present mark and index. Open interest floats around a third of the daily volume; the shares of
accounts and positions are noise around a half; what takers bought and sold is that of the candles.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from msgspec.structs import replace

from terminal_app.practice.engine.intervals import DAY_MS, HOUR_MS
from terminal_app.practice.engine.market_data import MarketData
from terminal_app.practice.engine.market_values import Candle
from terminal_app.practice.engine.model import ZERO
from terminal_app.practice.usdm.market import UsdmMarket

_PREMIUM_PERIOD_MS = 4 * HOUR_MS
_LARGEST_PREMIUM = 0.0004
_RIPPLE = 0.00003
_INTEREST_SWING = 0.06
_SHARE_SWING = 0.15
_ATOM = Decimal("0.00000001")
# Seconds between two points of a kline: marks and indexes each second, premiums every fifth.
_POINT_MS = 1_000
_PREMIUM_POINT_MS = 5_000


class PriceKind(Enum):
    """Name a price other than that of the trades."""

    MARK = "mark"
    INDEX = "index"
    PREMIUM = "premium"


@dataclass(frozen=True, slots=True)
class LongShare:
    """Hold which share of a group is long at a time, between 0 and 1."""

    time_ms: int
    long: Decimal


def price_candles(
    market: UsdmMarket, symbol: str, kind: PriceKind, candles: Sequence[Candle]
) -> Sequence[Candle]:
    """Return the candles of another price beside those of the trades."""
    rows = [_price_candle(symbol, kind, candle) for candle in candles]
    if rows and rows[-1].close_time_ms >= market.now_ms:
        rows[-1] = _ending_at(rows[-1], _present(market, symbol, kind), market.now_ms)
    return rows


def index_price(symbol: str, price: Decimal, time_ms: int) -> Decimal:
    """Return the index that belongs to a price of the past."""
    return (price / (1 + _premium(symbol, time_ms))).quantize(_ATOM)


def open_interest(data: MarketData, symbol: str, time_ms: int) -> Decimal:
    """Return the contracts held at a time, in the base asset."""
    day_ms = time_ms - time_ms % DAY_MS
    days = data.candles(symbol, "1d", 8, end_ms=day_ms - DAY_MS)
    if not days:
        return ZERO
    before, level = _mean_volume(days[:-1] or days), _mean_volume(days[1:] or days)
    gone = Decimal((time_ms - day_ms) / DAY_MS)
    swing = Decimal(1 + _INTEREST_SWING * _noise("interest", symbol, time_ms, DAY_MS // 2))
    step = data.rules(symbol).step_size
    return (before + (level - before) * gone) * swing / 3 // step * step


def long_share(group: str, symbol: str, time_ms: int) -> LongShare:
    """Return which share of a group of traders was long."""
    share = 0.5 + _SHARE_SWING * _noise(group, symbol, time_ms, 6 * HOUR_MS)
    return LongShare(time_ms, Decimal(f"{share:.4f}"))


def _price_candle(symbol: str, kind: PriceKind, candle: Candle) -> Candle:
    opens_ms, ends_ms = candle.open_time_ms, candle.close_time_ms + 1
    first, last = _premium(symbol, opens_ms), _premium(symbol, ends_ms)
    middle = _premium(symbol, (opens_ms + ends_ms) // 2)
    point_ms = _POINT_MS
    match kind:
        case PriceKind.MARK:
            prices = (candle.open, candle.high, candle.low, candle.close)
        case PriceKind.INDEX:
            opening, closing = candle.open / (1 + first), candle.close / (1 + last)
            high = max(opening, closing, candle.high / (1 + middle))
            prices = (opening, high, min(opening, closing, candle.low / (1 + middle)), closing)
        case PriceKind.PREMIUM:
            point_ms = _PREMIUM_POINT_MS
            ripple = Decimal(_RIPPLE)
            high = max(first, middle, last) + ripple
            prices = (first, high, min(first, middle, last) - ripple, last)
    opening, high, low, closing = (price.quantize(_ATOM) for price in prices)
    return Candle(
        open_time_ms=opens_ms,
        close_time_ms=candle.close_time_ms,
        open=opening,
        high=high,
        low=low,
        close=closing,
        volume=ZERO,
        quote_volume=ZERO,
        trade_count=(ends_ms - opens_ms) // point_ms,
        taker_buy_volume=ZERO,
        taker_buy_quote_volume=ZERO,
    )


def _present(market: UsdmMarket, symbol: str, kind: PriceKind) -> Decimal:
    mark = market.mark_price(symbol)
    match kind:
        case PriceKind.MARK:
            return mark.mark_price
        case PriceKind.INDEX:
            return mark.index_price
        case PriceKind.PREMIUM:
            return ((mark.mark_price - mark.index_price) / mark.index_price).quantize(_ATOM)


def _ending_at(candle: Candle, price: Decimal, now_ms: int) -> Candle:
    whole = candle.close_time_ms + 1 - candle.open_time_ms
    points = candle.trade_count * (now_ms - candle.open_time_ms) // whole
    return replace(
        candle,
        high=max(candle.high, price),
        low=min(candle.low, price),
        close=price,
        trade_count=points,
    )


def _mean_volume(days: Sequence[Candle]) -> Decimal:
    return sum((day.volume for day in days), ZERO) / len(days)


def _premium(symbol: str, time_ms: int) -> Decimal:
    noise = _noise("premium", symbol, time_ms, _PREMIUM_PERIOD_MS)
    return Decimal(f"{_LARGEST_PREMIUM * noise:.8f}")


def _noise(name: str, symbol: str, time_ms: int, period_ms: int) -> float:
    """Return a number between −1 and 1 that changes smoothly with time."""
    number, rest = divmod(time_ms, period_ms)
    before, after = (_draw(f"{name} {symbol} {number + step}") for step in (0, 1))
    share = (1 - math.cos(math.pi * rest / period_ms)) / 2
    return before + (after - before) * share


def _draw(text: str) -> float:
    digest = hashlib.blake2b(text.encode(), digest_size=6).digest()
    return int.from_bytes(digest) / (1 << 47) - 1
