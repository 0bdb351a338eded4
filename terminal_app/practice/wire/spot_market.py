"""Spot market data in Binance's JSON."""

from typing import Any, Final

from terminal_app.practice.engine.events import BookTicker, DepthChanged, TradePrinted
from terminal_app.practice.engine.kinds import OrderType, SelfTradePrevention, SymbolStatus
from terminal_app.practice.engine.market_values import (
    AggregateTrade,
    AveragePrice,
    DepthSnapshot,
    PublicTrade,
    ReferencePrice,
    WindowStatistics,
)
from terminal_app.practice.engine.model import SymbolRules
from terminal_app.practice.wire import market
from terminal_app.practice.wire.numbers import SPOT_NUMBERS, Numbers, fixed8, natural
from terminal_app.practice.wire.spot_filters import symbol_filters

SELF_TRADE_PREVENTION: Final = "EXPIRE_MAKER"
PERMISSIONS: Final = frozenset({"SPOT"})


def symbol_rules(
    rules: SymbolRules, status: SymbolStatus = SymbolStatus.TRADING, shows_sets: bool = True
) -> dict[str, Any]:
    """Write one symbol of exchangeInfo; kinds of order the engine lacks are not offered."""
    return {
        "symbol": rules.symbol,
        "status": status,
        "baseAsset": rules.base_asset,
        "baseAssetPrecision": 8,
        "quoteAsset": rules.quote_asset,
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "baseCommissionPrecision": 8,
        "quoteCommissionPrecision": 8,
        "orderTypes": [kind.value for kind in OrderType],
        "icebergAllowed": True,
        "ocoAllowed": True,
        "otoAllowed": True,
        "opoAllowed": True,
        "quoteOrderQtyMarketAllowed": True,
        "allowTrailingStop": True,
        "cancelReplaceAllowed": True,
        "amendAllowed": True,
        "pegInstructionsAllowed": True,
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "filters": symbol_filters(rules),
        "permissions": [],
        "permissionSets": [sorted(PERMISSIONS)] if shows_sets else [],
        "defaultSelfTradePreventionMode": SELF_TRADE_PREVENTION,
        "allowedSelfTradePreventionModes": [
            mode.value for mode in SelfTradePrevention if mode is not SelfTradePrevention.NONE
        ],
    }


def depth(snapshot: DepthSnapshot) -> dict[str, Any]:
    """Write a book, as answers and partial depth streams do alike."""
    return {
        "lastUpdateId": snapshot.last_update_id,
        "bids": market.levels(snapshot.bids, SPOT_NUMBERS),
        "asks": market.levels(snapshot.asks, SPOT_NUMBERS),
    }


def trade(print_: PublicTrade) -> dict[str, Any]:
    """Write one print."""
    return market.trade(print_, SPOT_NUMBERS) | {"isBestMatch": True}


def aggregate_trade(merged: AggregateTrade) -> dict[str, Any]:
    """Write one aggregate trade."""
    return market.aggregate_trade(merged, SPOT_NUMBERS) | {"M": True}


def average_price(average: AveragePrice) -> dict[str, Any]:
    """Write the average price of the last minutes."""
    return {
        "mins": average.minutes,
        "price": fixed8(average.price),
        "closeTime": average.close_time_ms,
    }


def ticker_window(ticker: WindowStatistics, numbers: Numbers) -> dict[str, Any]:
    """Write statistics of a window or a trading day."""
    return market.ticker_mini(ticker, numbers) | market.ticker_changes(ticker, numbers)


def ticker_24h(ticker: WindowStatistics, book: BookTicker) -> dict[str, Any]:
    """Write 24 h statistics with the best bid and ask."""
    return ticker_window(ticker, SPOT_NUMBERS) | {
        "prevClosePrice": fixed8(ticker.previous_close_price),
        "lastQty": fixed8(ticker.last_quantity),
        **_best(book),
    }


def execution_rules(rules: SymbolRules) -> dict[str, Any]:
    """Write the execution rules of a symbol, an empty list when it has none."""
    bounds = rules.price_range
    if bounds is None:
        return {"symbol": rules.symbol, "rules": []}
    price_range = {
        "ruleType": "PRICE_RANGE",
        "bidLimitMultUp": natural(bounds.bid_limit_up),
        "bidLimitMultDown": natural(bounds.bid_limit_down),
        "askLimitMultUp": natural(bounds.ask_limit_up),
        "askLimitMultDown": natural(bounds.ask_limit_down),
    }
    return {"symbol": rules.symbol, "rules": [price_range]}


def reference_price(symbol: str, reference: ReferencePrice) -> dict[str, Any]:
    """Write the reference price of a symbol."""
    return {
        "symbol": symbol,
        "referencePrice": fixed8(reference.price),
        "timestamp": reference.time_ms,
    }


def book_ticker(book: BookTicker) -> dict[str, Any]:
    """Write the best bid and ask."""
    return {"symbol": book.symbol, **_best(book)}


def _best(book: BookTicker) -> dict[str, Any]:
    return {
        "bidPrice": fixed8(book.bid_price),
        "bidQty": fixed8(book.bid_quantity),
        "askPrice": fixed8(book.ask_price),
        "askQty": fixed8(book.ask_quantity),
    }


def trade_event(event: TradePrinted) -> dict[str, Any]:
    """Write one print as the trade stream does."""
    return {
        "e": "trade",
        "E": event.trade.time_ms,
        "s": event.symbol,
        "t": event.trade.trade_id,
        "p": fixed8(event.trade.price),
        "q": fixed8(event.trade.quantity),
        "T": event.trade.time_ms,
        "m": event.trade.is_buyer_maker,
        "M": True,
    }


def block_trade_event(symbol: str, print_: PublicTrade, time_ms: int) -> dict[str, Any]:
    """Write one block trade as its stream does."""
    return {
        "e": "blockTrade",
        "E": time_ms,
        "s": symbol,
        "t": print_.trade_id,
        "p": fixed8(print_.price),
        "q": fixed8(print_.quantity),
        "T": print_.time_ms,
        "m": print_.is_buyer_maker,
    }


def reference_price_event(symbol: str, reference: ReferencePrice) -> dict[str, Any]:
    """Write the reference price as its stream does: no event time (Binance spot, streams)."""
    return {
        "e": "referencePrice",
        "s": symbol,
        "r": fixed8(reference.price),
        "t": reference.time_ms,
    }


def aggregate_trade_event(symbol: str, merged: AggregateTrade) -> dict[str, Any]:
    """Write one aggregate trade as its stream does."""
    return {"e": "aggTrade", "E": merged.time_ms, "s": symbol} | aggregate_trade(merged)


def book_ticker_event(book: BookTicker) -> dict[str, Any]:
    """Write the best bid and ask as its stream does: no type, no time (Binance spot, streams)."""
    return {
        "u": book.update_id,
        "s": book.symbol,
        "b": fixed8(book.bid_price),
        "B": fixed8(book.bid_quantity),
        "a": fixed8(book.ask_price),
        "A": fixed8(book.ask_quantity),
    }


def depth_event(change: DepthChanged) -> dict[str, Any]:
    """Write changed levels as the diff depth streams do."""
    return {
        "e": "depthUpdate",
        "E": change.time_ms,
        "s": change.symbol,
        "U": change.first_update_id,
        "u": change.final_update_id,
        "b": market.levels(change.bids, SPOT_NUMBERS),
        "a": market.levels(change.asks, SPOT_NUMBERS),
    }


def average_price_event(symbol: str, average: AveragePrice, time_ms: int) -> dict[str, Any]:
    """Write the average price as its stream does."""
    return {
        "e": "avgPrice",
        "E": time_ms,
        "s": symbol,
        "i": f"{average.minutes}m",
        "w": fixed8(average.price),
        "T": average.close_time_ms,
    }


def ticker_event(ticker: WindowStatistics, book: BookTicker, time_ms: int) -> dict[str, Any]:
    """Write 24 h statistics as the ticker stream does."""
    return market.ticker_event(ticker, time_ms, SPOT_NUMBERS) | {
        "x": fixed8(ticker.previous_close_price),
        "b": fixed8(book.bid_price),
        "B": fixed8(book.bid_quantity),
        "a": fixed8(book.ask_price),
        "A": fixed8(book.ask_quantity),
    }
