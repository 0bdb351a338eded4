"""Market data in the JSON both markets share."""

from collections.abc import Iterable
from typing import Any

from terminal_app.practice.engine.market_values import (
    AggregateTrade,
    Candle,
    Level,
    PublicTrade,
    WindowStatistics,
)
from terminal_app.practice.wire.numbers import Numbers, fixed8


def levels(book_side: Iterable[Level], numbers: Numbers) -> list[list[str]]:
    """Write book levels as pairs of price and size."""
    return [[numbers.price(price), numbers.quantity(quantity)] for price, quantity in book_side]


def trade(print_: PublicTrade, numbers: Numbers) -> dict[str, Any]:
    """Write one print."""
    return {
        "id": print_.trade_id,
        "price": numbers.price(print_.price),
        "qty": numbers.quantity(print_.quantity),
        "quoteQty": numbers.quote(print_.price * print_.quantity),
        "time": print_.time_ms,
        "isBuyerMaker": print_.is_buyer_maker,
    }


def aggregate_trade(merged: AggregateTrade, numbers: Numbers) -> dict[str, Any]:
    """Write one aggregate trade, with the keys of answers and streams alike."""
    return {
        "a": merged.aggregate_id,
        "p": numbers.price(merged.price),
        "q": numbers.quantity(merged.quantity),
        "f": merged.first_trade_id,
        "l": merged.last_trade_id,
        "T": merged.time_ms,
        "m": merged.is_buyer_maker,
    }


def candle_row(candle: Candle, numbers: Numbers) -> list[int | str]:
    """Write a candle as the twelve columns of klines."""
    return [
        candle.open_time_ms,
        numbers.price(candle.open),
        numbers.price(candle.high),
        numbers.price(candle.low),
        numbers.price(candle.close),
        numbers.quantity(candle.volume),
        candle.close_time_ms,
        numbers.quote(candle.quote_volume),
        candle.trade_count,
        numbers.quantity(candle.taker_buy_volume),
        numbers.quote(candle.taker_buy_quote_volume),
        "0",
    ]


def price_candle_row(candle: Candle) -> list[int | str]:
    """Write a candle of a price nobody trades at: volumes are 0, the count is that of its points.

    USDⓈ-M, indexPriceKlines and its kin.
    """
    prices = (candle.open, candle.high, candle.low, candle.close)
    head: list[int | str] = [candle.open_time_ms, *(fixed8(price) for price in prices)]
    return [*head, "0", candle.close_time_ms, "0", candle.trade_count, "0", "0", "0"]


def candle_event(
    symbol: str, interval: str, candle: Candle, is_closed: bool, time_ms: int, numbers: Numbers
) -> dict[str, Any]:
    """Write a candle as the kline streams do."""
    return {
        "e": "kline",
        "E": time_ms,
        "s": symbol,
        "k": {
            "t": candle.open_time_ms,
            "T": candle.close_time_ms,
            "s": symbol,
            "i": interval,
            "f": candle.first_trade_id,
            "L": candle.last_trade_id,
            "o": numbers.price(candle.open),
            "c": numbers.price(candle.close),
            "h": numbers.price(candle.high),
            "l": numbers.price(candle.low),
            "v": numbers.quantity(candle.volume),
            "n": candle.trade_count,
            "x": is_closed,
            "q": numbers.quote(candle.quote_volume),
            "V": numbers.quantity(candle.taker_buy_volume),
            "Q": numbers.quote(candle.taker_buy_quote_volume),
            "B": "0",
        },
    }


def ticker_mini(ticker: WindowStatistics, numbers: Numbers) -> dict[str, Any]:
    """Write 24 h statistics as `type=MINI` does."""
    return {
        "symbol": ticker.symbol,
        "openPrice": numbers.price(ticker.open_price),
        "highPrice": numbers.price(ticker.high_price),
        "lowPrice": numbers.price(ticker.low_price),
        "lastPrice": numbers.price(ticker.last_price),
        "volume": numbers.quantity(ticker.volume),
        "quoteVolume": numbers.quote(ticker.quote_volume),
        "openTime": ticker.open_time_ms,
        "closeTime": ticker.close_time_ms,
        "firstId": ticker.first_trade_id,
        "lastId": ticker.last_trade_id,
        "count": ticker.trade_count,
    }


def ticker_changes(ticker: WindowStatistics, numbers: Numbers) -> dict[str, Any]:
    """Write what `type=FULL` has beyond the mini form."""
    return {
        "priceChange": numbers.price(ticker.price_change),
        "priceChangePercent": f"{ticker.price_change_percent:.3f}",
        "weightedAvgPrice": numbers.price(ticker.weighted_average_price),
    }


def mini_ticker_event(ticker: WindowStatistics, time_ms: int, numbers: Numbers) -> dict[str, Any]:
    """Write 24 h statistics as the miniTicker streams do."""
    return {
        "e": "24hrMiniTicker",
        "E": time_ms,
        "s": ticker.symbol,
        "c": numbers.price(ticker.last_price),
        "o": numbers.price(ticker.open_price),
        "h": numbers.price(ticker.high_price),
        "l": numbers.price(ticker.low_price),
        "v": numbers.quantity(ticker.volume),
        "q": numbers.quote(ticker.quote_volume),
    }


def window_event(
    kind: str, ticker: WindowStatistics, time_ms: int, numbers: Numbers
) -> dict[str, Any]:
    """Write statistics as the ticker streams of any window do."""
    return mini_ticker_event(ticker, time_ms, numbers) | {
        "e": kind,
        "p": numbers.price(ticker.price_change),
        "P": f"{ticker.price_change_percent:.3f}",
        "w": numbers.price(ticker.weighted_average_price),
        "O": ticker.open_time_ms,
        "C": ticker.close_time_ms,
        "F": ticker.first_trade_id,
        "L": ticker.last_trade_id,
        "n": ticker.trade_count,
    }


def ticker_event(ticker: WindowStatistics, time_ms: int, numbers: Numbers) -> dict[str, Any]:
    """Write 24 h statistics with what the ticker streams of both markets have."""
    return window_event("24hrTicker", ticker, time_ms, numbers) | {
        "Q": numbers.quantity(ticker.last_quantity)
    }
