"""Binance USDⓈ-M futures' words as domain values, and the route of every stream."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from terminal_app.domain.account import Balance, MarginMode, Position, PositionSide, SymbolSettings
from terminal_app.domain.instrument import ZERO, Market
from terminal_app.domain.market import MarkPrice, Side, Trade
from terminal_app.domain.order import Fill, Forced, OrderStatus, OrderUpdate
from terminal_app.domain.order_request import PriceKind, Trigger
from terminal_app.venues.account_events import (
    AccountEvent,
    BalancesChanged,
    MarginCalled,
    MoneyMoved,
    PositionChanged,
    SettingsChanged,
)
from terminal_app.venues.base import FeedKind
from terminal_app.venues.binance import mapping as binance
from terminal_app.venues.binance.depth_sync import DepthDiff
from terminal_app.venues.binance.feeds import FeedRule, FeedTable
from terminal_app.venues.binance.usdm import symbols
from terminal_app.venues.binance.usdm import wire as usdm
from terminal_app.venues.market_events import MarksChanged

_decode_trade = msgspec.json.Decoder(usdm.AggregateTrade).decode
_decode_depth = msgspec.json.Decoder(usdm.DepthEvent).decode
_decode_mark = msgspec.json.Decoder(usdm.MarkPriceEvent).decode
_decode_marks = msgspec.json.Decoder(list[usdm.MarkPriceEvent]).decode
_decode_order = msgspec.json.Decoder(usdm.OrderTradeUpdate).decode
_decode_account = msgspec.json.Decoder(usdm.AccountUpdate).decode
_decode_algo = msgspec.json.Decoder(usdm.AlgoUpdate).decode
_decode_config = msgspec.json.Decoder(usdm.ConfigUpdate).decode
_decode_call = msgspec.json.Decoder(usdm.MarginCall).decode

# FINISHED tells that the order it became has ended; that order tells how.
_ALGO_STATUSES = {
    "NEW": OrderStatus.NEW,
    "TRIGGERING": OrderStatus.NEW,
    "TRIGGERED": OrderStatus.NEW,
    "CANCELED": OrderStatus.CANCELED,
    "REJECTED": OrderStatus.REJECTED,
    "EXPIRED": OrderStatus.EXPIRED,
}

_EXPIRY_REASONS = {
    "1": "self-trade prevention",
    "2": "the rest of an immediate order could not be filled",
    "3": "the rest was stopped by self-trade prevention",
    "4": "it would have reversed the position",
    "5": "the account was liquidated",
    "6": "its condition is gone",
    "7": "the symbol was delisted",
    "8": "its stop was triggered",
    "9": "the book could not fill the rest",
}
_VENUE_ORDERS = {
    "autoclose-": Forced.LIQUIDATION,
    "adl_autoclose": Forced.DELEVERAGING,
    "settlement_autoclose-": Forced.SETTLEMENT,
}
_TRADING = frozenset({"ORDER", "MARGIN_TYPE_CHANGE"})
_MONEY_WORDS = {
    "FUNDING_FEE": "Funding",
    "MARGIN_TRANSFER": "Margin moved",
    "INSURANCE_CLEAR": "Liquidation fee",
}
_EXECUTIONS_THAT_FILL = frozenset({"TRADE", "CALCULATED"})


def trade(data: msgspec.Raw) -> Trade:
    """Read an aggTrade event; ``trade_id`` is the aggregate's id."""
    event = _decode_trade(data)
    return Trade(
        event.aggregate_id, event.price, event.quantity, event.time_ms, event.buyer_is_maker
    )


def trade_from_row(row: usdm.AggregateTrade) -> Trade:
    """Return the aggregate trade of a REST answer."""
    return Trade(row.aggregate_id, row.price, row.quantity, row.time_ms, row.buyer_is_maker)


def mark_price(data: msgspec.Raw) -> MarkPrice:
    """Read a markPriceUpdate event."""
    return _mark_price(_decode_mark(data))


def all_marks(data: msgspec.Raw) -> MarksChanged:
    """Read an array of markPriceUpdate events, of USDⓈ-M symbols those alone."""
    events = (event for event in _decode_marks(data) if event.symbol_type == 1)
    return MarksChanged({event.symbol: _mark_price(event) for event in events})


def _mark_price(event: usdm.MarkPriceEvent) -> MarkPrice:
    return MarkPrice(
        mark_price=event.mark_price,
        index_price=event.index_price,
        funding_rate=Decimal(event.funding_rate or "0"),
        next_funding_ms=event.next_funding_ms,
        time_ms=event.event_time_ms,
    )


def depth_diff(data: msgspec.Raw) -> DepthDiff:
    """Read a depthUpdate event."""
    event = _decode_depth(data)
    return binance.depth_diff(event, event.previous_id)


# Source: Binance USDⓈ-M, WebSocket change notice of 2026: on the wrong route a stream is silent.
FEEDS = FeedTable(
    rules={
        FeedKind.TRADES: FeedRule("@aggTrade", "market", trade),
        FeedKind.BEST: FeedRule("@bookTicker", "public", binance.best_prices),
        FeedKind.TICKER: FeedRule("@ticker", "market", binance.ticker),
        FeedKind.ALL_TICKERS: FeedRule("!miniTicker@arr", "market", binance.all_tickers),
        FeedKind.CANDLES: FeedRule("@kline_{interval}", "market", binance.candle),
        FeedKind.MARK: FeedRule("@markPrice@1s", "market", mark_price),
        FeedKind.ALL_MARKS: FeedRule("!markPrice@arr@1s", "market", all_marks),
        FeedKind.RULES: FeedRule("!contractInfo", "market", symbols.rules_changed),
    },
    book_suffix="@depth@100ms",
    book_route="public",
    decode_diff=depth_diff,
)


def order_update(reply: usdm.OrderReply) -> OrderUpdate:
    """Return what a REST answer says of an order."""
    return binance.order_update(
        Market.USDM,
        reply,
        client_order_id=reply.client_order_id,
        executed_quote=_executed_quote(reply),
        time_ms=reply.update_time_ms,
        created_ms=reply.time_ms,
        reason=_forced(reply.client_order_id) or "",
        reduce_only=reply.reduce_only,
        forced=_forced(reply.client_order_id),
        position_side=PositionSide(reply.position_side),
        good_till_ms=reply.good_till_ms,
    )


def algo_update(reply: usdm.AlgoReply) -> OrderUpdate:
    """Return what a REST answer says of a conditional order."""
    callback = _number(reply.callback_rate)
    price = reply.activate_price if callback > ZERO else reply.trigger_price
    return _conditional(
        reply,
        time_ms=reply.update_time_ms,
        created_ms=reply.create_time_ms or None,
        trigger=_trigger(_number(price), reply.working_type, callback),
        child_order_id=_order_id(reply.actual_order_id),
    )


def _algo_event(update: usdm.AlgoUpdate) -> OrderUpdate:
    body = update.order
    return _conditional(
        body,
        time_ms=update.time_ms,
        trigger=_trigger(_number(body.trigger_price), body.working_type),
        child_order_id=_order_id(body.child_order_id),
        reason=body.reject_reason,
    )


def _conditional(
    order: usdm.AlgoReply | usdm.AlgoBody,
    *,
    time_ms: int,
    trigger: Trigger | None,
    child_order_id: int | None,
    created_ms: int | None = None,
    reason: str = "",
) -> OrderUpdate:
    # Once its order is in the book, that order is told of; the condition has nothing more to say.
    is_triggered = child_order_id is not None
    return OrderUpdate(
        market=Market.USDM,
        symbol=order.symbol,
        client_order_id=order.client_algo_id,
        order_id=child_order_id if is_triggered else order.algo_id,
        side=Side(order.side),
        type=binance.order_type(Market.USDM, order.type),
        time_in_force=binance.time_in_force(order.type, order.time_in_force),
        price=_number(order.price),
        quantity=_number(order.quantity),
        status=_ALGO_STATUSES.get(order.status, OrderStatus.OTHER),
        executed_quantity=ZERO,
        executed_quote=None,
        time_ms=time_ms,
        created_ms=created_ms,
        reduce_only=order.reduce_only,
        reason=reason,
        trigger=trigger,
        position_side=PositionSide(order.position_side),
        is_conditional=not is_triggered,
        child_order_id=child_order_id,
        close_position=order.close_position,
        good_till_ms=order.good_till_ms or None,
        self_trade_prevention=binance.self_trade_prevention(order.self_trade_prevention),
    )


def _trigger(price: Decimal, working_type: str, callback: Decimal = ZERO) -> Trigger:
    kind = PriceKind.MARK if working_type == "MARK_PRICE" else PriceKind.LAST
    return Trigger(price or None, kind, callback or None)


def _number(text: str | None) -> Decimal:
    return Decimal(text) if text else ZERO


def _order_id(value: str | int) -> int | None:
    return int(value) if value else None


def symbol_settings(row: usdm.SymbolConfig) -> SymbolSettings:
    """Return what the account has set for a symbol."""
    is_isolated = row.margin_type.upper() == "ISOLATED"
    return SymbolSettings(row.leverage, MarginMode.ISOLATED if is_isolated else MarginMode.CROSS)


def _executed_quote(reply: usdm.OrderReply) -> Decimal | None:
    if reply.executed_quantity == ZERO:
        return ZERO
    if reply.executed_quote is not None:
        return reply.executed_quote
    if reply.average_price:
        return reply.average_price * reply.executed_quantity
    return None


def fill_from_trade(row: usdm.AccountTrade) -> Fill:
    """Return the fill of a REST answer."""
    return binance.fill_from_trade(
        Market.USDM,
        row,
        side=Side(row.side),
        is_maker=row.is_maker,
        realized_profit=row.realized_profit,
        position_side=PositionSide(row.position_side),
    )


def balance(row: usdm.AssetRow) -> Balance:
    """Return an asset of the account reply."""
    return Balance(Market.USDM, row.asset, row.wallet_balance, row.available_balance)


def position(row: usdm.PositionRisk, configs: Mapping[str, usdm.SymbolConfig]) -> Position:
    """Return a position with the leverage and margin mode of its symbol."""
    config = configs.get(row.symbol)
    settings = symbol_settings(config) if config is not None else None
    is_isolated = settings is not None and settings.margin_mode is MarginMode.ISOLATED
    return Position(
        market=Market.USDM,
        symbol=row.symbol,
        amount=row.amount,
        entry_price=row.entry_price,
        break_even_price=row.break_even_price,
        mark_price=row.mark_price,
        # 0 is the venue's word for "none".
        liquidation_price=row.liquidation_price if row.liquidation_price > ZERO else None,
        unrealized_profit=row.unrealized_profit,
        initial_margin=row.initial_margin,
        maintenance_margin=row.maintenance_margin,
        leverage=settings.leverage if settings is not None else None,
        margin_mode=settings.margin_mode if settings is not None else MarginMode.CROSS,
        margin_asset=row.margin_asset,
        time_ms=row.update_time_ms,
        position_side=PositionSide(row.position_side),
        isolated_margin=row.isolated_wallet if is_isolated else None,
        deleveraging_rank=row.deleveraging_rank,
    )


def account_events(name: str, frame: bytes) -> tuple[AccountEvent, ...]:
    """Read a user event; kinds that say nothing of orders or balances give nothing."""
    if name == "ORDER_TRADE_UPDATE":
        return (_order_update(_decode_order(frame).order),)
    if name == "ACCOUNT_UPDATE":
        return _account_update(_decode_account(frame))
    if name == "ALGO_UPDATE":
        return (_algo_event(_decode_algo(frame)),)
    if name == "ACCOUNT_CONFIG_UPDATE":
        return (SettingsChanged(_decode_config(frame).time_ms),)
    if name == "MARGIN_CALL":
        call = _decode_call(frame)
        return (MarginCalled(tuple(row.symbol for row in call.positions), call.event_time_ms),)
    return ()


def _order_update(body: usdm.OrderBody) -> OrderUpdate:
    return binance.order_update(
        Market.USDM,
        body,
        client_order_id=body.client_order_id,
        executed_quote=body.average_price * body.executed_quantity,
        time_ms=body.time_ms,
        created_ms=body.time_ms if body.execution == "NEW" else None,
        reason=_forced(body.client_order_id) or _EXPIRY_REASONS.get(body.expiry_reason, ""),
        forced=_forced(body.client_order_id),
        reduce_only=body.reduce_only,
        fill=_fill(body),
        position_side=PositionSide(body.position_side),
        good_till_ms=body.good_till_ms,
    )


def _fill(body: usdm.OrderBody) -> Fill | None:
    if body.execution not in _EXECUTIONS_THAT_FILL or body.trade_id <= 0:
        return None
    if body.last_quantity <= ZERO:
        return None
    return binance.fill_from_report(
        Market.USDM,
        body,
        realized_profit=body.realized_profit,
        position_side=PositionSide(body.position_side),
    )


def _account_update(update: usdm.AccountUpdate) -> tuple[AccountEvent, ...]:
    body = update.account
    balances = tuple(
        Balance(Market.USDM, row.asset, row.wallet_balance, row.wallet_balance)
        for row in body.balances
    )
    events: list[AccountEvent] = []
    if body.reason not in _TRADING:
        reason = _MONEY_WORDS.get(body.reason, body.reason.replace("_", " ").capitalize())
        events.extend(
            MoneyMoved(row.asset, row.change, reason, update.time_ms)
            for row in body.balances
            if row.change != ZERO
        )
    if balances:
        events.append(BalancesChanged(balances, body.reason, update.time_ms, is_complete=False))
    events.extend(
        PositionChanged(
            symbol=row.symbol,
            amount=row.amount,
            entry_price=row.entry_price,
            break_even_price=row.break_even_price,
            unrealized_profit=row.unrealized_profit,
            reason=body.reason,
            time_ms=update.time_ms,
            position_side=PositionSide(row.position_side),
        )
        for row in body.positions
    )
    return tuple(events)


def _forced(client_order_id: str) -> Forced | None:
    for prefix, why in _VENUE_ORDERS.items():
        if client_order_id.startswith(prefix):
            return why
    return None
