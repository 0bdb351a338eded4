"""USDⓈ-M market data in Binance's JSON."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from terminal_app.practice.engine.events import BookTicker, DepthChanged, MarkPrice, TradePrinted
from terminal_app.practice.engine.kinds import AlgoOrderType, OrderType, SymbolStatus
from terminal_app.practice.engine.market_values import (
    AggregateTrade,
    DepthSnapshot,
    PublicTrade,
    WindowStatistics,
)
from terminal_app.practice.engine.model import ZERO, Order, SymbolRules
from terminal_app.practice.wire import market
from terminal_app.practice.wire.numbers import Numbers, fixed8, natural

_PERPETUAL_DELIVERY_MS: Final = 4_133_404_800_000
_USD_MARGINED: Final = 1
# The conditional ones are listed, too, though they are placed elsewhere: clients look here.
_ORDER_TYPES: Final = (OrderType.LIMIT, OrderType.MARKET, *AlgoOrderType)
_ONE: Final = Decimal(1)
_BUFFERS: Final = (Decimal("0.1"), Decimal("0.05"))
_ASSET_INDEX_LETTERS: Final = {
    "s": "symbol",
    "i": "index",
    "b": "bidBuffer",
    "a": "askBuffer",
    "B": "bidRate",
    "A": "askRate",
    "q": "autoExchangeBidBuffer",
    "g": "autoExchangeAskBuffer",
    "Q": "autoExchangeBidRate",
    "G": "autoExchangeAskRate",
}


def symbol_rules(rules: SymbolRules, status: SymbolStatus = SymbolStatus.TRADING) -> dict[str, Any]:
    """Write one symbol of exchangeInfo; kinds of order the engine lacks are not offered."""
    return {
        "symbol": rules.symbol,
        "pair": rules.symbol,
        "contractType": "PERPETUAL",
        "deliveryDate": _PERPETUAL_DELIVERY_MS,
        "onboardDate": rules.listed_ms,
        "status": status,
        "maintMarginPercent": "2.5000",
        "requiredMarginPercent": "5.0000",
        "baseAsset": rules.base_asset,
        "quoteAsset": rules.quote_asset,
        "marginAsset": rules.quote_asset,
        "pricePrecision": rules.price_precision,
        "quantityPrecision": rules.quantity_precision,
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "underlyingType": "COIN",
        "underlyingSubType": [],
        "settlePlan": 0,
        "triggerProtect": f"{rules.trigger_protect:.4f}",
        "liquidationFee": f"{rules.liquidation_fee:.6f}",
        "marketTakeBound": f"{rules.market_take_bound:.2f}",
        "filters": _filters(rules),
        "orderTypes": [*_ORDER_TYPES],
        "timeInForce": ["GTC", "IOC", "FOK", "GTX", "GTD"],
    }


def _filters(rules: SymbolRules) -> list[dict[str, Any]]:
    return [
        {
            "filterType": "PRICE_FILTER",
            "minPrice": natural(rules.min_price),
            "maxPrice": natural(rules.max_price),
            "tickSize": f"{rules.order_tick:f}",
        },
        {
            "filterType": "LOT_SIZE",
            "minQty": natural(rules.min_quantity),
            "maxQty": natural(rules.max_quantity),
            "stepSize": natural(rules.order_step),
        },
        {
            "filterType": "MARKET_LOT_SIZE",
            "minQty": natural(rules.market_min_quantity),
            "maxQty": natural(rules.market_max_quantity),
            "stepSize": natural(rules.market_step_size),
        },
        {"filterType": "MAX_NUM_ORDERS", "limit": rules.max_num_orders},
        {"filterType": "MIN_NOTIONAL", "notional": natural(rules.min_notional)},
        {
            "filterType": "PERCENT_PRICE",
            "multiplierUp": f"{rules.bid_multiplier_up:.4f}",
            "multiplierDown": f"{rules.ask_multiplier_down:.4f}",
            "multiplierDecimal": "4",
        },
    ]


def depth(snapshot: DepthSnapshot, numbers: Numbers) -> dict[str, Any]:
    """Write a book."""
    return {
        "lastUpdateId": snapshot.last_update_id,
        "E": snapshot.time_ms,
        "T": snapshot.time_ms,
        "bids": market.levels(snapshot.bids, numbers),
        "asks": market.levels(snapshot.asks, numbers),
    }


def trade(print_: PublicTrade, numbers: Numbers) -> dict[str, Any]:
    """Write one print."""
    return market.trade(print_, numbers) | {"isRPITrade": False}


def aggregate_trade(merged: AggregateTrade, numbers: Numbers) -> dict[str, Any]:
    """Write one aggregate trade; `nq` leaves out retail price improvement, which is not here."""
    row = market.aggregate_trade(merged, numbers)
    return row | {"nq": row["q"]}


def ticker(statistics: WindowStatistics, numbers: Numbers) -> dict[str, Any]:
    """Write 24 h statistics."""
    return (
        market.ticker_mini(statistics, numbers)
        | market.ticker_changes(statistics, numbers)
        | {"lastQty": numbers.quantity(statistics.last_quantity)}
    )


def book_ticker(book: BookTicker, numbers: Numbers) -> dict[str, Any]:
    """Write the best bid and ask."""
    return {
        "lastUpdateId": book.update_id,
        "symbol": book.symbol,
        "bidPrice": numbers.price(book.bid_price),
        "bidQty": numbers.quantity(book.bid_quantity),
        "askPrice": numbers.price(book.ask_price),
        "askQty": numbers.quantity(book.ask_quantity),
        "time": book.time_ms,
    }


def premium_index(mark: MarkPrice) -> dict[str, Any]:
    """Write mark, index and funding."""
    return {
        "symbol": mark.symbol,
        "markPrice": fixed8(mark.mark_price),
        "indexPrice": fixed8(mark.index_price),
        "estimatedSettlePrice": fixed8(mark.settle_price),
        "lastFundingRate": fixed8(mark.funding_rate),
        "interestRate": fixed8(mark.interest_rate),
        "nextFundingTime": mark.next_funding_time_ms,
        "time": mark.time_ms,
    }


def trade_event(event: TradePrinted, numbers: Numbers) -> dict[str, Any]:
    """Write one print; the stream is undocumented, clients ask for it all the same."""
    return {
        "e": "trade",
        "E": event.trade.time_ms,
        "T": event.trade.time_ms,
        "s": event.symbol,
        "t": event.trade.trade_id,
        "p": numbers.price(event.trade.price),
        "q": numbers.quantity(event.trade.quantity),
        "X": "MARKET",
        "m": event.trade.is_buyer_maker,
        "st": _USD_MARGINED,
    }


def aggregate_trade_event(symbol: str, merged: AggregateTrade, numbers: Numbers) -> dict[str, Any]:
    """Write one aggregate trade as its stream does."""
    head = {"e": "aggTrade", "E": merged.time_ms, "s": symbol}
    return head | aggregate_trade(merged, numbers) | {"st": _USD_MARGINED}


def book_ticker_event(book: BookTicker, numbers: Numbers) -> dict[str, Any]:
    """Write the best bid and ask as its stream does."""
    return {
        "e": "bookTicker",
        "u": book.update_id,
        "E": book.time_ms,
        "T": book.time_ms,
        "s": book.symbol,
        "b": numbers.price(book.bid_price),
        "B": numbers.quantity(book.bid_quantity),
        "a": numbers.price(book.ask_price),
        "A": numbers.quantity(book.ask_quantity),
    } | _pair(book.symbol)


def depth_event(change: DepthChanged, numbers: Numbers) -> dict[str, Any]:
    """Write changed levels as the diff depth streams do."""
    return {
        "e": "depthUpdate",
        "E": change.time_ms,
        "T": change.time_ms,
        "s": change.symbol,
        "U": change.first_update_id,
        "u": change.final_update_id,
        "pu": change.previous_final_update_id,
        "b": market.levels(change.bids, numbers),
        "a": market.levels(change.asks, numbers),
    } | _pair(change.symbol)


def partial_depth_event(
    snapshot: DepthSnapshot, previous_id: int, numbers: Numbers
) -> dict[str, Any]:
    """Write the whole top of a book with the keys of a difference."""
    return {
        "e": "depthUpdate",
        "E": snapshot.time_ms,
        "T": snapshot.time_ms,
        "s": snapshot.symbol,
        "U": previous_id + 1,
        "u": snapshot.last_update_id,
        "pu": previous_id,
        "b": market.levels(snapshot.bids, numbers),
        "a": market.levels(snapshot.asks, numbers),
    } | _pair(snapshot.symbol)


def mini_ticker_event(
    statistics: WindowStatistics, time_ms: int, numbers: Numbers
) -> dict[str, Any]:
    """Write 24 h statistics as the miniTicker streams do."""
    return market.mini_ticker_event(statistics, time_ms, numbers) | _pair(statistics.symbol)


def ticker_event(statistics: WindowStatistics, time_ms: int, numbers: Numbers) -> dict[str, Any]:
    """Write 24 h statistics as the ticker streams do."""
    return market.ticker_event(statistics, time_ms, numbers) | _pair(statistics.symbol)


def continuous_candle_event(event: dict[str, Any]) -> dict[str, Any]:
    """Turn a kline event into that of the pair's perpetual contract."""
    return {
        "e": "continuous_kline",
        "E": event["E"],
        "ps": event["s"],
        "ct": "PERPETUAL",
        "k": {key: value for key, value in event["k"].items() if key != "s"},
    }


def force_order_event(order: Order, last_quantity: Decimal, time_ms: int) -> dict[str, Any]:
    """Write the order of a liquidation as the public sees it."""
    return {
        "e": "forceOrder",
        "E": time_ms,
        "o": {
            "s": order.symbol,
            "S": order.side,
            "o": order.order_type,
            "f": order.time_in_force,
            "q": natural(order.quantity),
            "p": natural(order.price),
            "ap": natural(order.average_price),
            "X": order.status,
            "l": natural(last_quantity),
            "z": natural(order.executed_quantity),
            "T": order.update_time_ms,
        },
    }


def any_force_order_event(order: Order, last_quantity: Decimal, time_ms: int) -> dict[str, Any]:
    """Write the order of a liquidation as the stream of all symbols does."""
    return force_order_event(order, last_quantity, time_ms) | _pair(order.symbol)


def asset_indexes(marks: Iterable[MarkPrice], time_ms: int) -> list[dict[str, Any]]:
    """Write the price of each asset in USD with the haircuts of multi-assets mode."""
    prices = {mark.symbol.removesuffix("USDT"): mark.index_price for mark in marks}
    return [
        _asset_index(asset, price, time_ms) for asset, price in {"USDT": _ONE, **prices}.items()
    ]


def _asset_index(asset: str, price: Decimal, time_ms: int) -> dict[str, Any]:
    buffer, exchange_buffer = (ZERO, ZERO) if asset == "USDT" else _BUFFERS
    return {
        "symbol": f"{asset}USD",
        "time": time_ms,
        "index": fixed8(price),
        "bidBuffer": fixed8(buffer),
        "askBuffer": fixed8(buffer),
        "bidRate": fixed8(price * (1 - buffer)),
        "askRate": fixed8(price * (1 + buffer)),
        "autoExchangeBidBuffer": fixed8(exchange_buffer),
        "autoExchangeAskBuffer": fixed8(exchange_buffer),
        "autoExchangeBidRate": fixed8(price * (1 - exchange_buffer)),
        "autoExchangeAskRate": fixed8(price * (1 + exchange_buffer)),
    }


def asset_index_event(row: dict[str, Any], time_ms: int) -> dict[str, Any]:
    """Write an asset index as its streams do."""
    return {
        "e": "assetIndexUpdate",
        "E": time_ms,
        **{letter: row[name] for letter, name in _ASSET_INDEX_LETTERS.items()},
    }


def contract_info_event(rules: SymbolRules, status: SymbolStatus, time_ms: int) -> dict[str, Any]:
    """Write the new state of a contract; brackets stand there only when they changed."""
    return {
        "e": "contractInfo",
        "E": time_ms,
        "s": rules.symbol,
        "ct": "PERPETUAL",
        "dt": _PERPETUAL_DELIVERY_MS,
        "ot": rules.listed_ms,
        "cs": status,
        "st": _USD_MARGINED,
    }


def mark_price_event(mark: MarkPrice) -> dict[str, Any]:
    """Write mark, index and funding as the markPrice streams do."""
    return {
        "e": "markPriceUpdate",
        "E": mark.time_ms,
        "s": mark.symbol,
        "p": fixed8(mark.mark_price),
        "ap": fixed8(mark.mark_price),
        "i": fixed8(mark.index_price),
        "P": fixed8(mark.settle_price),
        "r": fixed8(mark.funding_rate),
        "T": mark.next_funding_time_ms,
        "st": _USD_MARGINED,
    }


def _pair(symbol: str) -> dict[str, Any]:
    return {"ps": symbol, "st": _USD_MARGINED}
