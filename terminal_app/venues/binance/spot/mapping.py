"""Binance spot's words as domain values."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from terminal_app.domain.account import AccountSnapshot, Balance, FeeTerms
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
from terminal_app.domain.market import Side, Trade
from terminal_app.domain.order import Fill, OrderUpdate
from terminal_app.domain.order_request import Trigger
from terminal_app.domain.self_trade import SelfTradeRules
from terminal_app.venues.account_events import AccountEvent, BalancesChanged, MoneyMoved
from terminal_app.venues.base import FeedKind
from terminal_app.venues.binance import mapping as binance
from terminal_app.venues.binance import wire
from terminal_app.venues.binance.depth_sync import DepthDiff
from terminal_app.venues.binance.feeds import FeedRule, FeedTable
from terminal_app.venues.binance.spot import wire as spot

_decode_symbol = msgspec.json.Decoder(spot.SymbolRow).decode
_decode_trade = msgspec.json.Decoder(spot.TradeEvent).decode
_decode_depth = msgspec.json.Decoder(wire.DepthEvent).decode
_decode_report = msgspec.json.Decoder(spot.ExecutionReport).decode
_decode_position = msgspec.json.Decoder(spot.AccountPosition).decode
_decode_moved = msgspec.json.Decoder(spot.BalanceUpdate).decode
_MONEY_WORDS = {
    "balanceUpdate": "Deposit, withdrawal or transfer",
    "externalLockUpdate": "Locked (or released) outside of trading",
}
BASIS_POINTS = 100
_NO_REASON = frozenset({"", "NONE"})


def trade(data: msgspec.Raw) -> Trade:
    """Read a trade event."""
    event = _decode_trade(data)
    return Trade(event.trade_id, event.price, event.quantity, event.time_ms, event.buyer_is_maker)


def trade_from_row(row: spot.TradeRow) -> Trade:
    """Return the trade of a REST answer."""
    return Trade(row.trade_id, row.price, row.quantity, row.time_ms, row.buyer_is_maker)


def depth_diff(data: msgspec.Raw) -> DepthDiff:
    """Read a depthUpdate event; every one follows the one before without a gap."""
    event = _decode_depth(data)
    return binance.depth_diff(event, event.first_id - 1)


FEEDS = FeedTable(
    rules={
        FeedKind.TRADES: FeedRule("@trade", "market", trade),
        FeedKind.BEST: FeedRule("@bookTicker", "market", binance.best_prices),
        FeedKind.TICKER: FeedRule("@ticker", "market", binance.ticker),
        FeedKind.ALL_TICKERS: FeedRule("!miniTicker@arr", "market", binance.all_tickers),
        FeedKind.CANDLES: FeedRule("@kline_{interval}", "market", binance.candle),
    },
    book_suffix="@depth@100ms",
    book_route="market",
    decode_diff=depth_diff,
)


def read_instrument(text: bytes) -> Instrument | None:
    """Read a symbol's rules, None where it is not traded on spot."""
    row = _decode_symbol(text)
    return instrument(row) if row.is_spot else None


def instrument(row: spot.SymbolRow) -> Instrument:
    """Return a symbol's rules."""
    filters = binance.filters_by_kind(row)
    return binance.instrument(
        Market.SPOT,
        row,
        filters,
        notional=_notional(filters),
        bands=_bands(filters),
        counts=OrderCounts(
            open=binance.count(filters.get("MAX_NUM_ORDERS", wire.NO_FILTER).max_orders),
            waiting=binance.count(
                filters.get("MAX_NUM_ALGO_ORDERS", wire.NO_FILTER).max_algo_orders
            ),
            lists=binance.count(filters.get("MAX_NUM_ORDER_LISTS", wire.NO_FILTER).max_order_lists),
            iceberg_parts=binance.count(filters.get("ICEBERG_PARTS", wire.NO_FILTER).limit),
        ),
        trailing=_trailing(filters),
        self_trade=_self_trade(row),
    )


def _self_trade(row: spot.SymbolRow) -> SelfTradeRules:
    # A mode that is not known here cannot be explained, so it is not offered.
    modes = [binance.self_trade_prevention(name) for name in row.self_trade_modes]
    default = binance.self_trade_prevention(row.self_trade_default)
    return SelfTradeRules(tuple(mode for mode in modes if mode is not None), default)


def _notional(filters: binance.Filters) -> NotionalRule:
    rule = filters.get("NOTIONAL")
    if rule is None:
        old = filters.get("MIN_NOTIONAL", wire.NO_FILTER)
        return NotionalRule(old.min_notional, binds_market_minimum=old.apply_to_market)
    return NotionalRule(
        rule.min_notional, rule.max_notional, rule.apply_min_to_market, rule.apply_max_to_market
    )


def _bands(filters: binance.Filters) -> binance.Bands:
    by_side = filters.get("PERCENT_PRICE_BY_SIDE")
    if by_side is not None:
        return (
            PriceBand(by_side.bid_multiplier_down, by_side.bid_multiplier_up),
            PriceBand(by_side.ask_multiplier_down, by_side.ask_multiplier_up),
        )
    both = filters.get("PERCENT_PRICE", wire.NO_FILTER)
    band = PriceBand(both.multiplier_down, both.multiplier_up)
    return band, band


def _trailing(filters: binance.Filters) -> TrailingRules | None:
    rule = filters.get("TRAILING_DELTA")
    if rule is None:
        return None
    step = Decimal(1) / BASIS_POINTS
    return TrailingRules(
        StepRange(rule.min_above_delta * step, rule.max_above_delta * step, step),
        StepRange(rule.min_below_delta * step, rule.max_below_delta * step, step),
    )


def order_update(reply: spot.OrderReply) -> OrderUpdate:
    """Return what a REST answer says of an order."""
    quote = reply.executed_quote
    return binance.order_update(
        Market.SPOT,
        reply,
        # The answer to a cancel names the cancel's own id first.
        client_order_id=reply.original_client_order_id or reply.client_order_id,
        # Below zero means that the venue does not know it any more (very old orders).
        executed_quote=quote if quote >= ZERO else None,
        time_ms=reply.transact_time_ms or reply.update_time_ms or reply.time_ms or 0,
        created_ms=reply.time_ms,
        reason=_reason(reply.expiry_reason),
        trigger=_trigger(reply.stop_price, reply.trailing_delta),
        order_list_id=reply.order_list_id if reply.order_list_id >= 0 else None,
        pegged_price=reply.pegged_price,
        visible_quantity=reply.visible_quantity,
    )


def amended_order(reply: spot.AmendReply) -> OrderUpdate:
    """Return what the answer to an amendment says of its order."""
    order = reply.order
    return OrderUpdate(
        market=Market.SPOT,
        symbol=order.symbol,
        client_order_id=order.client_order_id,
        order_id=order.order_id,
        side=Side(order.side),
        type=binance.order_type(Market.SPOT, order.type),
        time_in_force=binance.time_in_force(order.type, order.time_in_force),
        price=order.price,
        quantity=order.quantity,
        status=binance.order_status(order.status),
        executed_quantity=order.executed_quantity,
        executed_quote=order.executed_quote,
        time_ms=reply.transact_time_ms,
    )


def reply_fills(reply: spot.OrderReply) -> tuple[Fill, ...]:
    """Return the fills inside the reply to a new order: all of them took liquidity."""
    return tuple(
        Fill(
            market=Market.SPOT,
            symbol=reply.symbol,
            trade_id=fill.trade_id,
            order_id=reply.order_id,
            side=Side(reply.side),
            price=fill.price,
            quantity=fill.quantity,
            commission=fill.commission,
            commission_asset=fill.commission_asset,
            is_maker=False,
            time_ms=reply.transact_time_ms or 0,
        )
        for fill in reply.fills
        if fill.trade_id >= 0
    )


def fill_from_trade(row: spot.AccountTrade) -> Fill:
    """Return the fill of a REST answer."""
    side = Side.BUY if row.is_buyer else Side.SELL
    return binance.fill_from_trade(Market.SPOT, row, side=side, is_maker=row.is_maker)


def account(reply: spot.AccountReply, time_ms: int) -> AccountSnapshot:
    """Return the whole account."""
    return AccountSnapshot(
        market=Market.SPOT,
        balances=tuple(_balance(row) for row in reply.balances),
        positions=(),
        maker_rate=reply.rates.maker,
        taker_rate=reply.rates.taker,
        time_ms=time_ms,
    )


def fee_terms(reply: spot.CommissionReply) -> FeeTerms:
    """Return what trading a symbol costs, by the dearer side.

    Source: Binance spot, account/commission: the discount is the share of the standard part that
    is left to pay; special commission and tax have none.
    """
    kinds = (reply.standard, reply.special, reply.tax)
    maker = [rates.maker + max(rates.buyer, rates.seller) for rates in kinds]
    taker = [rates.taker + max(rates.buyer, rates.seller) for rates in kinds]
    discount = reply.discount
    if not (discount.is_on_for_account and discount.is_on_for_symbol and discount.share > ZERO):
        return FeeTerms(sum(maker, ZERO), sum(taker, ZERO))
    return FeeTerms(
        sum(maker, ZERO),
        sum(taker, ZERO),
        discount.asset,
        maker[0] * discount.share + sum(maker[1:], ZERO),
        taker[0] * discount.share + sum(taker[1:], ZERO),
    )


def account_events(name: str, event: msgspec.Raw) -> tuple[AccountEvent, ...]:
    """Read a user event; kinds that say nothing of orders or balances give nothing."""
    if name == "executionReport":
        return (_execution(_decode_report(event)),)
    if name == "outboundAccountPosition":
        position = _decode_position(event)
        balances = tuple(_balance(row) for row in position.balances)
        return (BalancesChanged(balances, "", position.event_time_ms),)
    if name in _MONEY_WORDS:
        moved = _decode_moved(event)
        return (MoneyMoved(moved.asset, moved.change, _MONEY_WORDS[name], moved.event_time_ms),)
    return ()


def _execution(report: spot.ExecutionReport) -> OrderUpdate:
    original = report.original_client_order_id
    is_fill = report.execution == "TRADE" and report.trade_id >= 0
    return binance.order_update(
        Market.SPOT,
        report,
        # On a cancel ``c`` is the id of the cancel, the order's own id stands in ``C``.
        client_order_id=original if original not in ("", "null") else report.client_order_id,
        executed_quote=report.executed_quote,
        time_ms=report.time_ms,
        created_ms=report.created_ms if report.created_ms > 0 else None,
        reason=_reason(report.reject_reason) or _reason(report.expiry_reason),
        trigger=_trigger(report.stop_price, report.trailing_delta),
        order_list_id=report.order_list_id if report.order_list_id >= 0 else None,
        pegged_price=report.pegged_price,
        visible_quantity=report.visible_quantity,
        fill=binance.fill_from_report(Market.SPOT, report) if is_fill else None,
    )


def _balance(row: spot.BalanceRow | spot.PositionRow) -> Balance:
    return Balance(Market.SPOT, row.asset, row.free + row.locked, row.free)


def _trigger(stop_price: Decimal, trailing_delta: int) -> Trigger | None:
    if trailing_delta > 0:
        percent = Decimal(trailing_delta) / BASIS_POINTS
        return Trigger(stop_price if stop_price > ZERO else None, callback_percent=percent)
    return Trigger(stop_price) if stop_price > ZERO else None


def _reason(text: str) -> str:
    return "" if text in _NO_REASON else text
