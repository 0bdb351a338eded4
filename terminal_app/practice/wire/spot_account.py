"""Spot orders, fills and balances in Binance's JSON."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from terminal_app.practice.engine.events import OrderEvent, SpotAccountChanged
from terminal_app.practice.engine.kinds import ExecutionType, ExpiryReason, OrderStatus, Side
from terminal_app.practice.engine.model import ZERO, Balance, Fill, Order, PlacedOrder
from terminal_app.practice.wire.numbers import fixed8
from terminal_app.practice.wire.spot_market import SELF_TRADE_PREVENTION

_ACCOUNT_ID: Final = 1


def placed_ack(order: Order) -> dict[str, Any]:
    """Write a new order with newOrderRespType=ACK."""
    return {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "orderListId": -1,
        "clientOrderId": order.client_order_id,
        "transactTime": order.update_time_ms,
    }


def placed_result(order: Order) -> dict[str, Any]:
    """Write a new order with newOrderRespType=RESULT."""
    return placed_ack(order) | _amounts(order) | {"workingTime": order.working_time_ms}


def placed_full(placed: PlacedOrder) -> dict[str, Any]:
    """Write a new order with newOrderRespType=FULL."""
    fills = [
        {
            "price": fixed8(fill.price),
            "qty": fixed8(fill.quantity),
            "commission": fixed8(fill.commission),
            "commissionAsset": fill.commission_asset,
            "tradeId": fill.trade_id,
        }
        for fill in placed.fills
    ]
    return placed_result(placed.order) | {"fills": fills}


def cancelled(order: Order) -> dict[str, Any]:
    """Write the report of a cancel."""
    return {
        "symbol": order.symbol,
        "origClientOrderId": order.orig_client_order_id,
        "orderId": order.order_id,
        "orderListId": -1,
        "clientOrderId": order.client_order_id,
        "transactTime": order.update_time_ms,
    } | _amounts(order)


def queried(order: Order) -> dict[str, Any]:
    """Write an order as queries do."""
    return {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "orderListId": -1,
        "clientOrderId": order.client_order_id,
        **_amounts(order),
        "stopPrice": fixed8(ZERO),
        "icebergQty": fixed8(ZERO),
        "time": order.time_ms,
        "updateTime": order.update_time_ms,
        "isWorking": order.working_time_ms >= 0,
        "workingTime": order.working_time_ms,
    }


def _amounts(order: Order) -> dict[str, Any]:
    return {
        "price": fixed8(order.price),
        "origQty": fixed8(order.quantity),
        "executedQty": fixed8(order.executed_quantity),
        "origQuoteOrderQty": fixed8(order.quote_order_quantity),
        "cummulativeQuoteQty": fixed8(order.cumulative_quote),
        "status": order.status,
        "timeInForce": order.time_in_force,
        "type": order.order_type,
        "side": order.side,
        "selfTradePreventionMode": SELF_TRADE_PREVENTION,
    } | _expiry(order, "expiryReason")


def _expiry(order: Order, key: str) -> dict[str, Any]:
    is_expired = order.status is OrderStatus.EXPIRED
    if not is_expired or order.expiry_reason is ExpiryReason.NONE:
        return {}
    return {key: order.expiry_reason}


def account(
    balances: Iterable[Balance], maker: Decimal, taker: Decimal, update_time_ms: int
) -> dict[str, Any]:
    """Write the account."""
    return {
        "makerCommission": int(maker * 10_000),
        "takerCommission": int(taker * 10_000),
        "buyerCommission": 0,
        "sellerCommission": 0,
        "commissionRates": commission_rates(maker, taker),
        "canTrade": True,
        "canWithdraw": False,
        "canDeposit": False,
        "brokered": False,
        "requireSelfTradePrevention": False,
        "preventSor": False,
        "updateTime": update_time_ms,
        "accountType": "SPOT",
        "balances": [
            {"asset": row.asset, "free": fixed8(row.free), "locked": fixed8(row.locked)}
            for row in balances
        ],
        "permissions": ["SPOT"],
        "uid": _ACCOUNT_ID,
    }


def commission_rates(maker: Decimal, taker: Decimal) -> dict[str, str]:
    """Write the four rates; the side of an order changes nothing here."""
    return {
        "maker": fixed8(maker),
        "taker": fixed8(taker),
        "buyer": fixed8(ZERO),
        "seller": fixed8(ZERO),
    }


def fill(trade: Fill) -> dict[str, Any]:
    """Write one trade of the account."""
    return {
        "symbol": trade.symbol,
        "id": trade.trade_id,
        "orderId": trade.order_id,
        "orderListId": -1,
        "price": fixed8(trade.price),
        "qty": fixed8(trade.quantity),
        "quoteQty": fixed8(trade.quote_quantity),
        "commission": fixed8(trade.commission),
        "commissionAsset": trade.commission_asset,
        "time": trade.time_ms,
        "isBuyer": trade.side is Side.BUY,
        "isMaker": trade.is_maker,
        "isBestMatch": True,
    }


def execution_report(event: OrderEvent) -> dict[str, Any]:
    """Write what happened to an order (Binance spot, user data: executionReport)."""
    order = event.order
    report: dict[str, Any] = {
        "e": "executionReport",
        "E": event.time_ms,
        "s": order.symbol,
        "c": order.client_order_id,
        "S": order.side,
        "o": order.order_type,
        "f": order.time_in_force,
        "q": fixed8(order.quantity),
        "p": fixed8(order.price),
        "P": fixed8(ZERO),
        "F": fixed8(ZERO),
        "g": -1,
        "C": order.orig_client_order_id,
        "x": event.execution_type,
        "X": order.status,
        "r": "NONE",
        "i": order.order_id,
        **_last_fill(event.fill),
        "z": fixed8(order.executed_quantity),
        "T": event.time_ms,
        "I": event.execution_id,
        "w": _is_on_book(event),
        "M": False,
        "O": order.time_ms,
        "Z": fixed8(order.cumulative_quote),
        "Q": fixed8(order.quote_order_quantity),
        "V": SELF_TRADE_PREVENTION,
    }
    if order.working_time_ms >= 0:
        report["W"] = order.working_time_ms
    return report | _expiry(order, "eR")


def _last_fill(last: Fill | None) -> dict[str, Any]:
    zero = fixed8(ZERO)
    if last is None:
        return {"l": zero, "L": zero, "n": "0", "N": None, "t": -1, "m": False, "Y": zero}
    return {
        "l": fixed8(last.quantity),
        "L": fixed8(last.price),
        "n": fixed8(last.commission),
        "N": last.commission_asset,
        "t": last.trade_id,
        "m": last.is_maker,
        "Y": fixed8(last.quote_quantity),
    }


def _is_on_book(event: OrderEvent) -> bool:
    if event.execution_type is ExecutionType.NEW:
        return True
    is_maker = event.fill is not None and event.fill.is_maker
    return is_maker and event.order.status.is_open


def account_position(event: SpotAccountChanged) -> dict[str, Any]:
    """Write the balances that may have changed."""
    return {
        "e": "outboundAccountPosition",
        "E": event.time_ms,
        "u": event.time_ms,
        "B": [
            {"a": row.asset, "f": fixed8(row.free), "l": fixed8(row.locked)}
            for row in event.balances
        ],
    }
