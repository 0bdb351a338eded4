"""What both markets say in the same words, as domain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from terminal_app.domain.account import PositionSide
from terminal_app.domain.instrument import (
    ZERO,
    Instrument,
    Market,
    NotionalRule,
    OrderCounts,
    PriceBand,
    StepRange,
    TrailingRules,
)
from terminal_app.domain.market import BestPrices, Candle, Side, Ticker
from terminal_app.domain.order import Fill, Forced, OrderStatus, OrderUpdate
from terminal_app.domain.order_request import OrderType, TimeInForce, Trigger
from terminal_app.domain.self_trade import SelfTradePrevention, SelfTradeRules
from terminal_app.venues.binance import wire
from terminal_app.venues.binance.depth_sync import DepthDiff, DepthSnapshot
from terminal_app.venues.market_events import TickersChanged

Filters = Mapping[str, wire.Filter]
Bands = tuple[PriceBand, PriceBand]

_decode_book_ticker = msgspec.json.Decoder(wire.BookTickerEvent).decode
_decode_ticker = msgspec.json.Decoder(wire.TickerEvent).decode
_decode_mini_tickers = msgspec.json.Decoder(list[wire.MiniTickerEvent]).decode
_decode_kline = msgspec.json.Decoder(wire.KlineEvent).decode
_decode_name = msgspec.json.Decoder(wire.EventName).decode

_STATUSES = {status.value: status for status in OrderStatus}
# Spot's words and USDⓈ-M's: a "stop" without more is a limit order there.
_ORDER_TYPES = {
    "LIMIT": OrderType.LIMIT,
    "LIMIT_MAKER": OrderType.LIMIT,
    "MARKET": OrderType.MARKET,
    "STOP_LOSS": OrderType.STOP_MARKET,
    "STOP_LOSS_LIMIT": OrderType.STOP_LIMIT,
    "TAKE_PROFIT_LIMIT": OrderType.TAKE_PROFIT_LIMIT,
    "STOP": OrderType.STOP_LIMIT,
    "STOP_MARKET": OrderType.STOP_MARKET,
    "TAKE_PROFIT_MARKET": OrderType.TAKE_PROFIT_MARKET,
    "TRAILING_STOP_MARKET": OrderType.TRAILING_STOP,
}
_TAKE_PROFIT = {
    Market.SPOT: OrderType.TAKE_PROFIT_MARKET,
    Market.USDM: OrderType.TAKE_PROFIT_LIMIT,
}
_TIMES_IN_FORCE = {
    "GTC": TimeInForce.GTC,
    "IOC": TimeInForce.IOC,
    "FOK": TimeInForce.FOK,
    "GTX": TimeInForce.POST_ONLY,
    "GTD": TimeInForce.GTD,
}


def best_prices(data: msgspec.Raw) -> BestPrices:
    """Read a bookTicker event."""
    event = _decode_book_ticker(data)
    return BestPrices(
        event.bid_price,
        event.bid_quantity,
        event.ask_price,
        event.ask_quantity,
        event.update_id,
    )


def ticker(data: msgspec.Raw) -> Ticker:
    """Read a 24hrTicker event."""
    event = _decode_ticker(data)
    return _ticker(event, event.event_time_ms)


def ticker_from_row(row: wire.TickerRow) -> Ticker:
    """Return the ticker of a REST answer."""
    return _ticker(row, row.close_time_ms)


def _ticker(body: wire.TickerEvent | wire.TickerRow, time_ms: int) -> Ticker:
    return Ticker(
        last_price=body.last_price,
        open_price=body.open_price,
        high_price=body.high_price,
        low_price=body.low_price,
        volume=body.volume,
        quote_volume=body.quote_volume,
        time_ms=time_ms,
    )


def all_tickers(data: msgspec.Raw) -> TickersChanged:
    """Read an array of 24hrMiniTicker events.

    Source: Binance USDⓈ-M, change log of 2026-06-30: COIN-M symbols come along, with ``st`` 2.
    """
    events = (event for event in _decode_mini_tickers(data) if event.symbol_type == 1)
    return TickersChanged({event.symbol: _ticker(event, event.event_time_ms) for event in events})


def tickers_from_rows(rows: Iterable[wire.SymbolTickerRow]) -> dict[str, Ticker]:
    """Return the tickers of a REST answer for all symbols."""
    return {row.symbol: ticker_from_row(row) for row in rows}


def best_prices_from_rows(rows: Iterable[wire.BookTickerRow]) -> dict[str, BestPrices]:
    """Return the best prices of a REST answer for all symbols; the answer has no update ids."""
    return {
        row.symbol: BestPrices(
            row.bid_price, row.bid_quantity, row.ask_price, row.ask_quantity, update_id=0
        )
        for row in rows
        if row.bid_price and row.ask_price
    }


def candle(data: msgspec.Raw) -> Candle:
    """Read a kline event."""
    body = _decode_kline(data).kline
    return _candle(body, closed=body.closed)


def candle_from_row(row: wire.KlineRow, now_ms: int) -> Candle:
    """Return the candle of a REST answer; it is closed when its time is over."""
    return _candle(row, closed=row.close_time_ms < now_ms)


def _candle(body: wire.KlineBody | wire.KlineRow, *, closed: bool) -> Candle:
    return Candle(
        open_time_ms=body.open_time_ms,
        close_time_ms=body.close_time_ms,
        open=body.open,
        high=body.high,
        low=body.low,
        close=body.close,
        volume=body.volume,
        quote_volume=body.quote_volume,
        trade_count=body.trade_count,
        taker_buy_volume=body.taker_buy_volume,
        closed=closed,
    )


def depth_diff(event: wire.DepthEvent, previous_id: int) -> DepthDiff:
    """Return the changes of a depthUpdate event that follows ``previous_id``."""
    return DepthDiff(
        bids=event.bids,
        asks=event.asks,
        first_id=event.first_id,
        last_id=event.last_id,
        previous_id=previous_id,
        time_ms=event.event_time_ms,
    )


def snapshot(reply: wire.DepthReply, now_ms: int) -> DepthSnapshot:
    """Return the book of a REST answer."""
    time_ms = reply.event_time_ms or now_ms
    return DepthSnapshot(reply.bids, reply.asks, reply.last_update_id, time_ms)


def instrument(
    market: Market,
    row: wire.SymbolRow,
    filters: Filters,
    *,
    notional: NotionalRule,
    bands: Bands,
    counts: OrderCounts,
    trailing: TrailingRules | None,
    contract: str = "",
    self_trade: SelfTradeRules,
) -> Instrument:
    """Return a symbol's rules; the keywords are those that each market states in its own way."""
    lot = filters.get("LOT_SIZE", wire.NO_FILTER)
    price = filters.get("PRICE_FILTER", wire.NO_FILTER)
    return Instrument(
        symbol=row.symbol,
        market=market,
        base_asset=row.base_asset,
        quote_asset=row.quote_asset,
        status=row.status,
        price=StepRange(price.min_price, price.max_price, price.tick_size),
        quantity=_quantity_range(lot),
        market_quantity=_quantity_range(filters.get("MARKET_LOT_SIZE", lot)),
        notional=notional,
        buy_band=bands[0],
        sell_band=bands[1],
        counts=counts,
        trailing=trailing,
        contract=contract,
        self_trade=self_trade,
    )


def count(value: Decimal | None) -> int | None:
    """Return how many a filter allows, None where it says nothing."""
    return None if value is None else int(value)


def filters_by_kind(row: wire.SymbolRow) -> Filters:
    """Return a symbol's filters by their kind."""
    return {rule.kind: rule for rule in row.filters}


def _quantity_range(lot: wire.Filter) -> StepRange:
    return StepRange(lot.min_quantity, lot.max_quantity, lot.step_size)


def order_update(
    market: Market,
    order: wire.OrderReply | wire.OrderReport,
    *,
    client_order_id: str,
    executed_quote: Decimal | None,
    time_ms: int,
    created_ms: int | None,
    reason: str,
    reduce_only: bool = False,
    fill: Fill | None = None,
    trigger: Trigger | None = None,
    position_side: PositionSide = PositionSide.BOTH,
    order_list_id: int | None = None,
    forced: Forced | None = None,
    pegged_price: Decimal = ZERO,
    visible_quantity: Decimal = ZERO,
    good_till_ms: int | None = None,
) -> OrderUpdate:
    """Return what is said of an order; the keywords are what each market says in its own way.

    A status, type or time in force that is not known is OTHER; a side that is not raises
    ``ValueError``.
    """
    return OrderUpdate(
        market=market,
        symbol=order.symbol,
        client_order_id=client_order_id,
        order_id=order.order_id,
        side=Side(order.side),
        type=order_type(market, order.type, trigger),
        time_in_force=time_in_force(order.type, order.time_in_force),
        price=order.price or pegged_price,
        quantity=order.quantity,
        status=order_status(order.status),
        executed_quantity=order.executed_quantity,
        executed_quote=executed_quote,
        time_ms=time_ms,
        created_ms=created_ms,
        reduce_only=reduce_only,
        reason=reason,
        fill=fill,
        trigger=trigger,
        position_side=position_side,
        order_list_id=order_list_id,
        forced=forced,
        visible_quantity=visible_quantity or None,
        good_till_ms=good_till_ms or None,
        self_trade_prevention=self_trade_prevention(order.self_trade_prevention),
    )


def self_trade_prevention(word: str | None) -> SelfTradePrevention | None:
    """Return what happens before an account trades with itself; None for a word not known."""
    return SelfTradePrevention(word) if word in set(SelfTradePrevention) else None


def order_status(word: str) -> OrderStatus:
    """Return where an order stands; OTHER for a word that is not known."""
    return _STATUSES.get(word, OrderStatus.OTHER)


def order_type(market: Market, word: str, trigger: Trigger | None = None) -> OrderType:
    """Return an order's type; OTHER for a word that is not known."""
    if word == "TAKE_PROFIT":
        return _TAKE_PROFIT[market]
    found = _ORDER_TYPES.get(word, OrderType.OTHER)
    trails = trigger is not None and trigger.callback_percent is not None
    return OrderType.TRAILING_STOP if trails and found is OrderType.STOP_MARKET else found


def time_in_force(type_word: str, word: str) -> TimeInForce:
    """Return how long an order stays; OTHER for a word that is not known.

    Spot says "post only" by the type, USDⓈ-M by the time in force.
    """
    if type_word == "LIMIT_MAKER":
        return TimeInForce.POST_ONLY
    return _TIMES_IN_FORCE.get(word, TimeInForce.OTHER)


def fill_from_report(
    market: Market,
    report: wire.OrderReport,
    *,
    realized_profit: Decimal | None = None,
    position_side: PositionSide = PositionSide.BOTH,
) -> Fill:
    """Return the fill that a streamed change of an order tells of."""
    return Fill(
        market=market,
        symbol=report.symbol,
        trade_id=report.trade_id,
        order_id=report.order_id,
        side=Side(report.side),
        price=report.last_price,
        quantity=report.last_quantity,
        commission=report.commission,
        commission_asset=report.commission_asset or "",
        is_maker=report.is_maker,
        time_ms=report.time_ms,
        realized_profit=realized_profit,
        position_side=position_side,
    )


def fill_from_trade(
    market: Market,
    row: wire.AccountTrade,
    *,
    side: Side,
    is_maker: bool,
    realized_profit: Decimal | None = None,
    position_side: PositionSide = PositionSide.BOTH,
) -> Fill:
    """Return the fill of a REST answer."""
    return Fill(
        market=market,
        symbol=row.symbol,
        trade_id=row.trade_id,
        order_id=row.order_id,
        side=side,
        price=row.price,
        quantity=row.quantity,
        commission=row.commission,
        commission_asset=row.commission_asset,
        is_maker=is_maker,
        time_ms=row.time_ms,
        realized_profit=realized_profit,
        position_side=position_side,
    )


def event_name(event: msgspec.Raw | bytes) -> str:
    """Return the name of a user event."""
    return _decode_name(event).name
