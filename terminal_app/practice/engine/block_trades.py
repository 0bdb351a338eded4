"""Trades that were agreed on outside the book: one an hour and symbol, drawn from the seed."""

from collections.abc import Sequence
from random import Random

from terminal_app.practice.engine.candles import CandleSeries
from terminal_app.practice.engine.history import CLOSE, OPEN_TIME, VOLUME
from terminal_app.practice.engine.intervals import HOUR_MS
from terminal_app.practice.engine.market_values import PublicTrade
from terminal_app.practice.engine.model import SymbolRules

_LOOK_BACK_HOURS = 24 * 30


def block_trades(
    rules: SymbolRules, series: CandleSeries, from_ms: int, until_ms: int
) -> Sequence[PublicTrade]:
    """Return the block trades of the past 30 days between two times, oldest first.

    A trade belongs to an hour that has ended; its id counts the hours since 1970.
    """
    low = max(from_ms, until_ms - _LOOK_BACK_HOURS * HOUR_MS) - 2 * HOUR_MS
    found: list[PublicTrade] = []
    for bar in series.table("1h", low)[:, :-1].T.tolist():
        hour = bar[OPEN_TIME] // HOUR_MS
        random = Random(f"block {rules.symbol} {hour}")
        time_ms = bar[OPEN_TIME] + HOUR_MS + random.randrange(HOUR_MS)
        lots = max(1, bar[VOLUME] // random.randrange(20, 60))
        ticks = max(1, bar[CLOSE] + round(bar[CLOSE] * random.uniform(-0.001, 0.001)))
        if from_ms <= time_ms <= until_ms:
            price, quantity = rules.price(ticks), rules.quantity(lots)
            found.append(PublicTrade(hour, price, quantity, time_ms, random.random() < 0.5))
    return found
