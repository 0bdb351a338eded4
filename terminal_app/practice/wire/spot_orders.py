"""Spot orders in Binance's JSON: answers to orders, queries and executionReport."""

from typing import Any, Final

from terminal_app.practice.engine.events import OrderEvent
from terminal_app.practice.engine.kinds import (
    ExecutionType,
    ExpiryReason,
    OrderStatus,
    PegPriceType,
)
from terminal_app.practice.engine.model import (
    ZERO,
    Amendment,
    Fill,
    Order,
    PlacedOrder,
    PreventedMatch,
)
from terminal_app.practice.spot.changing import AmendedOrder
from terminal_app.practice.wire.numbers import fixed8

_TRADE_GROUP_ID: Final = 1


def placed_ack(order: Order) -> dict[str, Any]:
    """Write a new order with newOrderRespType=ACK."""
    return {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "orderListId": order.order_list_id,
        "clientOrderId": order.client_order_id,
        "transactTime": order.update_time_ms,
    }


def placed_result(order: Order) -> dict[str, Any]:
    """Write a new order with newOrderRespType=RESULT."""
    amounts = _amounts(order)
    if order.status is OrderStatus.PENDING_NEW and (order.reserve or not order.quantity):
        # What a pending order of an OPO list sells is known when it begins.
        del amounts["origQty"]
    return (
        placed_ack(order) | amounts | {"workingTime": order.working_time_ms} | _conditionals(order)
    )


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
    answer = placed_result(placed.order) | {"fills": fills}
    if placed.prevented:
        answer["preventedMatches"] = [_prevented_in_answer(each) for each in placed.prevented]
    return answer


def _prevented_in_answer(prevented: PreventedMatch) -> dict[str, Any]:
    return {
        "preventedMatchId": prevented.prevented_match_id,
        "makerSymbol": prevented.symbol,
        "makerOrderId": prevented.maker_order_id,
        "price": fixed8(prevented.price),
    } | _lost(prevented)


def prevented_match(prevented: PreventedMatch) -> dict[str, Any]:
    """Write a row of myPreventedMatches."""
    return {
        "symbol": prevented.symbol,
        "preventedMatchId": prevented.prevented_match_id,
        "takerOrderId": prevented.taker_order_id,
        "makerSymbol": prevented.symbol,
        "makerOrderId": prevented.maker_order_id,
        "tradeGroupId": _TRADE_GROUP_ID,
        "selfTradePreventionMode": prevented.self_trade_prevention,
        "price": fixed8(prevented.price),
        **_lost(prevented),
        "transactTime": prevented.time_ms,
    }


def _lost(prevented: PreventedMatch) -> dict[str, str]:
    amounts = {
        "takerPreventedQuantity": prevented.taker_prevented,
        "makerPreventedQuantity": prevented.maker_prevented,
    }
    return {key: fixed8(amount) for key, amount in amounts.items() if amount}


def cancelled(order: Order) -> dict[str, Any]:
    """Write the report of a cancel."""
    return {
        "symbol": order.symbol,
        "origClientOrderId": order.orig_client_order_id,
        "orderId": order.order_id,
        "orderListId": order.order_list_id,
        "clientOrderId": order.client_order_id,
        "transactTime": order.update_time_ms,
        **_amounts(order),
        **_conditionals(order),
    }


def amended(answer: AmendedOrder) -> dict[str, Any]:
    """Write the answer to an amendment; its fields have names of their own."""
    order = answer.order
    return {
        "transactTime": order.update_time_ms,
        "executionId": answer.execution_id,
        "amendedOrder": {
            "symbol": order.symbol,
            "orderId": order.order_id,
            "orderListId": order.order_list_id,
            "origClientOrderId": order.orig_client_order_id,
            "clientOrderId": order.client_order_id,
            "price": fixed8(order.price),
            "qty": fixed8(order.quantity),
            "executedQty": fixed8(order.executed_quantity),
            "preventedQty": fixed8(order.prevented_quantity),
            "quoteOrderQty": fixed8(order.quote_order_quantity),
            "cumulativeQuoteQty": fixed8(order.cumulative_quote),
            "status": order.status,
            "timeInForce": order.time_in_force,
            "type": order.order_type,
            "side": order.side,
            **({"workingTime": order.working_time_ms} if order.is_working else {}),
            "selfTradePreventionMode": order.self_trade_prevention,
        }
        | _conditionals(order),
    }


def amendment(row: Amendment) -> dict[str, Any]:
    """Write a row of order/amendments."""
    return {
        "symbol": row.symbol,
        "orderId": row.order_id,
        "executionId": row.execution_id,
        "origClientOrderId": row.orig_client_order_id,
        "newClientOrderId": row.new_client_order_id,
        "origQty": fixed8(row.orig_quantity),
        "newQty": fixed8(row.new_quantity),
        "time": row.time_ms,
    }


def queried(order: Order) -> dict[str, Any]:
    """Write an order as queries do."""
    return {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "orderListId": order.order_list_id,
        "clientOrderId": order.client_order_id,
        **_amounts(order),
        **_conditionals(order),
        "stopPrice": fixed8(order.stop_price),
        "icebergQty": fixed8(order.iceberg_quantity),
        "time": order.time_ms,
        "updateTime": order.update_time_ms,
        "isWorking": order.is_working,
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
        "selfTradePreventionMode": order.self_trade_prevention,
    } | _expiry(order, "expiryReason")


def _conditionals(order: Order) -> dict[str, Any]:
    """Write what only some orders have (Binance spot, conditional fields in order responses)."""
    fields: dict[str, Any] = {}
    if order.stop_price:
        fields["stopPrice"] = fixed8(order.stop_price)
    if order.trailing_delta:
        fields |= {"trailingDelta": order.trailing_delta, "trailingTime": order.trailing_time_ms}
    if order.iceberg_quantity:
        fields["icebergQty"] = fixed8(order.iceberg_quantity)
    if order.strategy_id >= 0:
        fields["strategyId"] = order.strategy_id
    if order.strategy_type:
        fields["strategyType"] = order.strategy_type
    if order.prevented_quantity:
        fields |= {
            "preventedMatchId": order.prevented_match_id,
            "preventedQuantity": fixed8(order.prevented_quantity),
            "tradeGroupId": _TRADE_GROUP_ID,
        }
    if order.peg_price_type is not PegPriceType.NONE:
        fields |= {"pegPriceType": order.peg_price_type, "peggedPrice": fixed8(order.pegged_price)}
        if order.peg_offset >= 0:
            fields |= {"pegOffsetType": "PRICE_LEVEL", "pegOffsetValue": order.peg_offset}
    return fields


def _expiry(order: Order, key: str) -> dict[str, Any]:
    is_expired = order.status is OrderStatus.EXPIRED
    if not is_expired or order.expiry_reason is ExpiryReason.NONE:
        return {}
    return {key: order.expiry_reason}


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
        "P": fixed8(order.stop_price),
        "F": fixed8(order.iceberg_quantity),
        "g": order.order_list_id,
        "C": order.orig_client_order_id,
        "x": event.execution_type,
        "X": order.status,
        "r": event.reject_reason,
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
        "V": order.self_trade_prevention,
    }
    if order.working_time_ms >= 0:
        report["W"] = order.working_time_ms
    return report | _report_extras(order) | _prevention(event) | _expiry(order, "eR")


def _report_extras(order: Order) -> dict[str, Any]:
    extras: dict[str, Any] = {}
    if order.trailing_delta:
        extras["d"] = order.trailing_delta
        if order.trailing_time_ms >= 0:
            extras["D"] = order.trailing_time_ms
    if order.strategy_id >= 0:
        extras["j"] = order.strategy_id
    if order.strategy_type:
        extras["J"] = order.strategy_type
    if order.peg_price_type is not PegPriceType.NONE:
        extras |= {"gP": order.peg_price_type, "gp": fixed8(order.pegged_price)}
        if order.peg_offset >= 0:
            extras |= {"gOT": "PRICE_LEVEL", "gOV": order.peg_offset}
    return extras


def _prevention(event: OrderEvent) -> dict[str, Any]:
    prevented, order = event.prevented, event.order
    if prevented is None:
        return {}
    is_taker = order.order_id == prevented.taker_order_id
    counter = prevented.maker_order_id if is_taker else prevented.taker_order_id
    last = prevented.taker_prevented if is_taker else prevented.maker_prevented
    return {
        "v": prevented.prevented_match_id,
        "A": fixed8(order.prevented_quantity),
        "B": fixed8(last),
        "u": _TRADE_GROUP_ID,
        "U": counter,
        "Cs": prevented.symbol,
        "pl": fixed8(prevented.quantity),
        "pL": fixed8(prevented.price),
        "pY": fixed8(prevented.price * prevented.quantity),
    }


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
    if event.execution_type in (ExecutionType.NEW, ExecutionType.REPLACED):
        return event.order.is_working
    is_maker = event.fill is not None and event.fill.is_maker
    return is_maker and event.order.status.is_open
