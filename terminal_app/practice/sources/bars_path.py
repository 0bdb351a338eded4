"""A tape within a candle, for records that hold candles alone.

The path is made up, from a seed: it starts at the open, goes to both extremes in a seeded order,
each equally likely to be first, and ends at the close, on straight lines with a seeded wobble that
stays inside the candle. The volume is spread over the prints by seeded weights; a print is a buy
with the share of taker buys in the volume. So a candle built from the tape has the open, high, low,
close and volume of the record. What is not true: the times, sizes and number of prints, and which
extreme came first. A candle without room for four prints shows as many as it has lots.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from random import Random

MOST_PRINTS = 120


@dataclass(frozen=True, slots=True)
class RecordedBar:
    """One candle in whole ticks and lots; `end_ms` is the first moment after it."""

    open_ms: int
    end_ms: int
    open: int
    high: int
    low: int
    close: int
    lots: int
    count: int
    buy_share: float


@dataclass(frozen=True, slots=True)
class MadePrint:
    """One made-up print."""

    time_ms: int
    ticks: int
    lots: int
    is_buyer_maker: bool


def prints_of(bar: RecordedBar, seed: str) -> Iterator[MadePrint]:
    """Yield the prints of a candle in order of time; the same seed yields the same ones."""
    rng = Random(f"{seed} {bar.open_ms}")
    count = min(max(4, bar.count), MOST_PRINTS, bar.lots)
    if not count:
        return
    path = _path(bar, count, rng)
    sizes = _spread(bar.lots, count, rng)
    span_ms = bar.end_ms - bar.open_ms
    for index, (ticks, lots) in enumerate(zip(path, sizes, strict=True)):
        at_ms = bar.open_ms + index * span_ms // count
        yield MadePrint(at_ms, ticks, lots, rng.random() >= bar.buy_share)


def _path(bar: RecordedBar, count: int, rng: Random) -> list[int]:
    extremes = [bar.high, bar.low]
    rng.shuffle(extremes)
    corners = [bar.open, *extremes, bar.close]
    if count < len(corners):
        return [*corners[: count - 1], bar.close]
    inner = sorted(rng.sample(range(1, count - 1), 2))
    places = [0, *inner, count - 1]
    path = [0] * count
    wobble = max(1, (bar.high - bar.low) // 20)
    for (start, from_ticks), (end, to_ticks) in pairwise(zip(places, corners, strict=True)):
        for place in range(start, end + 1):
            straight = from_ticks + (to_ticks - from_ticks) * (place - start) // (end - start)
            ticks = straight + rng.randint(-wobble, wobble)
            path[place] = min(max(ticks, bar.low), bar.high)
    for place, ticks in zip(places, corners, strict=True):
        path[place] = ticks
    return path


def _spread(lots: int, count: int, rng: Random) -> list[int]:
    weights = [rng.expovariate(1.0) for _ in range(count)]
    free, total = lots - count, sum(weights)
    sizes = [1 + int(free * weight / total) for weight in weights]
    sizes[-1] += lots - sum(sizes)
    return sizes
