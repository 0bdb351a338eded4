"""Binance spot's words as domain values."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from terminal_app.domain.account import AccountSnapshot, Balance
from terminal_app.domain.instrument import ZERO, Instrument, Market
from terminal_app.domain.market import Side, Trade
from terminal_app.domain.order import Fill, OrderUpdate
from terminal_app.venues.base import AccountEvent, BalancesChanged, FeedKind
from terminal_app.venues.binance import wire
from terminal_app.venues.binance.depth_sync import DepthDiff
from terminal_app.venues.binance.feeds import FeedRule, FeedTable
from terminal_app.venues.binance.spot import wire as spot

_decode_trade = msgspec.json.Decoder(spot.TradeEvent).decode
_decode_depth = msgspec.json.Decoder(spot.DepthEvent).decode
_decode_report = msgspec.json.Decoder(spot.ExecutionReport).decode
_decode_position = msgspec.json.Decoder(spot.AccountPosition).decode
_decode_name = msgspec.json.Decoder(spot.EventName).decode
_NO_REASON = frozenset({"", "NONE"})


def trade(data: msgspec.Raw) -> Trade:
    """Read a trade event."""
    event = _decode_trade(data)
    return Trade(event.trade_id, event.price, event.quantity, event.time_ms, event.buyer_is_maker)


def trade_from_row(row: spot.TradeRow) -> Trade:
    """Return the trade of a REST answer."""
    return Trade(row.trade_id, row.price, row.quantity, row.time_ms, row.buyer_is_maker)


def depth_diff(data: msgspec.Raw) -> DepthDiff:
    """Read a depthUpdate event."""
    event = _decode_depth(data)
    return DepthDiff(
        bids=wire.levels(event.bids),
        asks=wire.levels(event.asks),
        first_id=event.first_id,
        last_id=event.last_id,
        previous_id=event.first_id - 1,
        time_ms=event.event_time_ms,
    )


FEEDS = FeedTable(
    rules={
        FeedKind.TRADES: FeedRule("@trade", "market", trade),
        FeedKind.BEST: FeedRule("@bookTicker", "market", wire.best_prices),
        FeedKind.TICKER: FeedRule("@ticker", "market", wire.ticker),
        FeedKind.CANDLES: FeedRule("@kline_{interval}", "market", wire.candle),
    },
    book_suffix="@depth@100ms",
    book_route="market",
    decode_diff=depth_diff,
)


def instrument(row: spot.SymbolRow) -> Instrument:
    """Return a symbol's rules."""
    filters = {rule.kind: rule for rule in row.filters}
    lot = filters.get("LOT_SIZE", wire.NO_FILTER)
    up, down = _price_multipliers(filters)
    notional = filters.get("NOTIONAL") or filters.get("MIN_NOTIONAL", wire.NO_FILTER)
    return Instrument(
        symbol=row.symbol,
        market=Market.SPOT,
        base_asset=row.base_asset,
        quote_asset=row.quote_asset,
        status=row.status,
        price=wire.price_range(filters.get("PRICE_FILTER", wire.NO_FILTER)),
        quantity=wire.quantity_range(lot),
        market_quantity=wire.quantity_range(filters.get("MARKET_LOT_SIZE", lot)),
        min_notional=notional.min_notional,
        price_multiplier_up=up,
        price_multiplier_down=down,
    )


def _price_multipliers(filters: dict[str, wire.Filter]) -> tuple[Decimal, Decimal]:
    by_side = filters.get("PERCENT_PRICE_BY_SIDE")
    if by_side is not None:
        # The rule differs by side, ours does not: the wider bound never refuses a legal price.
        return (
            max(by_side.bid_multiplier_up, by_side.ask_multiplier_up),
            min(by_side.bid_multiplier_down, by_side.ask_multiplier_down),
        )
    both = filters.get("PERCENT_PRICE", wire.NO_FILTER)
    return both.multiplier_up, both.multiplier_down


def order_update(reply: spot.OrderReply) -> OrderUpdate:
    """Return what a REST answer says of an order."""
    time_ms = reply.transact_time_ms or reply.update_time_ms or reply.time_ms or 0
    quote = reply.executed_quote
    return OrderUpdate(
        market=Market.SPOT,
        symbol=reply.symbol,
        # The answer to a cancel names the cancel's own id first.
        client_order_id=reply.original_client_order_id or reply.client_order_id,
        order_id=reply.order_id,
        side=wire.side(reply.side),
        type=wire.order_type(reply.type),
        time_in_force=wire.time_in_force(reply.time_in_force, reply.type),
        price=reply.price,
        quantity=reply.quantity,
        status=wire.order_status(reply.status),
        executed_quantity=reply.executed_quantity,
        # Below zero means that the venue does not know it any more (very old orders).
        executed_quote=quote if quote >= ZERO else None,
        time_ms=time_ms,
        created_ms=reply.time_ms,
        reason=_reason(reply.expiry_reason),
    )


def reply_fills(reply: spot.OrderReply) -> tuple[Fill, ...]:
    """Return the fills inside the reply to a new order: all of them took liquidity."""
    return tuple(
        Fill(
            market=Market.SPOT,
            symbol=reply.symbol,
            trade_id=fill.trade_id,
            order_id=reply.order_id,
            side=wire.side(reply.side),
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
    return Fill(
        market=Market.SPOT,
        symbol=row.symbol,
        trade_id=row.trade_id,
        order_id=row.order_id,
        side=Side.BUY if row.is_buyer else Side.SELL,
        price=row.price,
        quantity=row.quantity,
        commission=row.commission,
        commission_asset=row.commission_asset,
        is_maker=row.is_maker,
        time_ms=row.time_ms,
    )


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


def event_name(event: msgspec.Raw) -> str:
    """Return the name of a user event."""
    return _decode_name(event).name


def account_events(event: msgspec.Raw) -> tuple[AccountEvent, ...]:
    """Read a user event; kinds that say nothing of orders or balances give nothing."""
    name = event_name(event)
    if name == "executionReport":
        return (_execution(_decode_report(event)),)
    if name == "outboundAccountPosition":
        position = _decode_position(event)
        balances = tuple(_balance(row) for row in position.balances)
        return (BalancesChanged(balances, "", position.event_time_ms),)
    return ()


def _execution(report: spot.ExecutionReport) -> OrderUpdate:
    original = report.original_client_order_id
    return OrderUpdate(
        market=Market.SPOT,
        symbol=report.symbol,
        # On a cancel ``c`` is the id of the cancel, the order's own id stands in ``C``.
        client_order_id=original if original not in ("", "null") else report.client_order_id,
        order_id=report.order_id,
        side=wire.side(report.side),
        type=wire.order_type(report.type),
        time_in_force=wire.time_in_force(report.time_in_force, report.type),
        price=report.price,
        quantity=report.quantity,
        status=wire.order_status(report.status),
        executed_quantity=report.executed_quantity,
        executed_quote=report.executed_quote,
        time_ms=report.time_ms,
        created_ms=report.created_ms if report.created_ms > 0 else None,
        reason=_reason(report.reject_reason) or _reason(report.expiry_reason),
        fill=_fill(report),
    )


def _fill(report: spot.ExecutionReport) -> Fill | None:
    if report.execution != "TRADE" or report.trade_id < 0:
        return None
    return Fill(
        market=Market.SPOT,
        symbol=report.symbol,
        trade_id=report.trade_id,
        order_id=report.order_id,
        side=wire.side(report.side),
        price=report.last_price,
        quantity=report.last_quantity,
        commission=report.commission,
        commission_asset=report.commission_asset or "",
        is_maker=report.is_maker,
        time_ms=report.time_ms,
    )


def _balance(row: spot.BalanceRow | spot.PositionRow) -> Balance:
    return Balance(Market.SPOT, row.asset, row.free + row.locked, row.free)


def _reason(text: str) -> str:
    return "" if text in _NO_REASON else text
