"""Make instruments, candles, trades and books for tests of views."""

import random
from collections.abc import Iterable, Sequence
from decimal import Decimal

from terminal_app.domain.instrument import Instrument, Market, NotionalRule, StepRange, plain
from terminal_app.domain.market import Candle, Level, Trade
from terminal_app.domain.order_book import LevelTexts, OrderBook

MINUTE_MS = 60_000
START_MS = 1_735_689_600_000


def instrument(tick: str = "0.10", step: str = "0.001") -> Instrument:
    """Return a perpetual with a tick and a step."""
    price = StepRange(Decimal(tick), Decimal(1_000_000), Decimal(tick))
    quantity = StepRange(Decimal(step), Decimal(1000), Decimal(step))
    return Instrument(
        symbol="BTCUSDT",
        market=Market.USDM,
        base_asset="BTC",
        quote_asset="USDT",
        status="TRADING",
        price=price,
        quantity=quantity,
        market_quantity=quantity,
        notional=NotionalRule(Decimal(5)),
    )


def candle(
    number: int,
    prices: tuple[str, str, str, str] = ("100", "110", "90", "105"),
    volume: str = "7",
    interval_ms: int = MINUTE_MS,
) -> Candle:
    """Return the bar of a number, with open, high, low and close."""
    opened, high, low, closed = (Decimal(price) for price in prices)
    open_time_ms = START_MS + number * interval_ms
    return Candle(
        open_time_ms=open_time_ms,
        close_time_ms=open_time_ms + interval_ms - 1,
        open=opened,
        high=high,
        low=low,
        close=closed,
        volume=Decimal(volume),
        quote_volume=Decimal(0),
        trade_count=1,
        taker_buy_volume=Decimal(volume) / 2,
        closed=True,
    )


def candles(count: int, seed: int = 1, first: int = 0) -> list[Candle]:
    """Return a seeded walk of bars around 1000, on a tick of 0.1."""
    generator, price, made = random.Random(seed), 10_000, []
    for number in range(first, first + count):
        opened, price = price, max(100, price + generator.randint(-60, 60))
        high = max(opened, price) + generator.randint(0, 40)
        low = min(opened, price) - generator.randint(0, 40)
        texts = (f"{tenths // 10}.{tenths % 10}" for tenths in (opened, high, low, price))
        o, h, lo, c = texts
        made.append(candle(number, (o, h, lo, c), str(generator.randint(1, 90))))
    return made


def book(bids: Sequence[tuple[str, str]], asks: Sequence[tuple[str, str]]) -> OrderBook:
    """Return a book of (price, size) texts."""
    made = OrderBook()
    made.load(bids, asks, update_id=1)
    return made


def rows(levels: Iterable[Level]) -> list[LevelTexts]:
    """Return levels as a venue writes them."""
    return [(plain(level.price), plain(level.quantity)) for level in levels]


def trade(number: int, price: str = "100.0", size: str = "1", is_buy: bool = True) -> Trade:
    """Return the trade of a number, a second apart."""
    return Trade(number, Decimal(price), Decimal(size), START_MS + number * 1000, not is_buy)
