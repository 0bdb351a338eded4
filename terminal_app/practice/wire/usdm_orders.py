"""USDⓈ-M orders and fills in Binance's JSON."""

from typing import Any, Final

from terminal_app.practice.engine.algo_order import AlgoRequest
from terminal_app.practice.engine.events import OrderEvent
from terminal_app.practice.engine.kinds import (
    ExecutionType,
    ExpiryReason,
    OrderStatus,
    OrderType,
    Side,
)
from terminal_app.practice.engine.model import ZERO, Fill, Order
from terminal_app.practice.engine.usdm_values import Modification, Position
from terminal_app.practice.wire.numbers import Numbers, fixed8, natural
from terminal_app.practice.wire.usdm_account import MARGIN_ASSET

_EXPIRY_DIGITS: Final = {
    ExpiryReason.NONE: "0",
    ExpiryReason.SELF_TRADE: "1",
    ExpiryReason.UNFILLED_IOC: "2",
    ExpiryReason.UNFILLED_FOK: "2",
    ExpiryReason.REDUCE_ONLY: "4",
    ExpiryReason.LIQUIDATION: "5",
    ExpiryReason.DELISTED: "7",
    ExpiryReason.INSUFFICIENT_LIQUIDITY: "9",
}


def _client_order_id(order: Order) -> str:
    return order.orig_client_order_id or order.client_order_id


def _common(order: Order, numbers: Numbers) -> dict[str, Any]:
    return {
        "orderId": order.order_id,
        "symbol": order.symbol,
        "status": order.status,
        "clientOrderId": _client_order_id(order),
        "price": numbers.price(order.price),
        "origQty": numbers.quantity(order.quantity),
        "executedQty": numbers.quantity(order.executed_quantity),
        "timeInForce": order.time_in_force,
        "type": order.order_type,
        "reduceOnly": order.reduce_only,
        "closePosition": order.close_position,
        "side": order.side,
        "positionSide": order.position_side,
        "stopPrice": numbers.price(ZERO),
        "workingType": "CONTRACT_PRICE",
        "priceProtect": False,
        "origType": order.order_type,
        "priceMatch": order.price_match,
        "selfTradePreventionMode": order.self_trade_prevention,
        "goodTillDate": order.good_till_date_ms,
        "updateTime": order.update_time_ms,
    }


def written(order: Order, numbers: Numbers) -> dict[str, Any]:
    """Write an order as new and cancelled ones are answered: no fill price (since 2026-06-30)."""
    return _common(order, numbers) | {"cumQty": numbers.quantity(order.executed_quantity)}


def modified(order: Order, numbers: Numbers) -> dict[str, Any]:
    """Write an order as a modified one is answered."""
    body = written(order, numbers) | {"pair": order.symbol}
    return body | {"modifyId": int(order.modify_id)} if order.modify_id else body


def tested(order: Order, numbers: Numbers) -> dict[str, Any]:
    """Write an order as order/test does, which still names the fill price."""
    return written(order, numbers) | {"avgPrice": "0.00000", "cumQuote": numbers.quote(ZERO)}


def old_conditional(request: AlgoRequest, numbers: Numbers) -> dict[str, Any]:
    """Write what order/test says of a conditional order, in the words of before 2025-12-09."""
    body: dict[str, Any] = {
        "type": request.order_type,
        "origType": request.order_type,
        "stopPrice": numbers.price(request.trigger_price or ZERO),
        "workingType": request.working_type,
        "priceProtect": request.price_protect,
    }
    if request.callback_rate is not None:
        body["activatePrice"] = numbers.price(request.activate_price or ZERO)
        body["priceRate"] = natural(request.callback_rate)
    return body


def modification(row: Modification, numbers: Numbers) -> dict[str, Any]:
    """Write one change of an order."""
    amendment: dict[str, Any] = {
        "price": {
            "before": numbers.price(row.price_before),
            "after": numbers.price(row.price_after),
        },
        "origQty": {
            "before": numbers.quantity(row.quantity_before),
            "after": numbers.quantity(row.quantity_after),
        },
        "count": row.count,
    }
    if row.modify_id:
        amendment["modifyId"] = int(row.modify_id)
    return {
        "amendmentId": row.modification_id,
        "symbol": row.symbol,
        "pair": row.symbol,
        "orderId": row.order_id,
        "clientOrderId": row.client_order_id,
        "time": row.time_ms,
        "amendment": amendment,
    }


def queried(order: Order, numbers: Numbers) -> dict[str, Any]:
    """Write an order as queries do."""
    return _common(order, numbers) | {
        "avgPrice": natural(order.average_price),
        "cumQuote": numbers.quote(order.cumulative_quote),
        "time": order.time_ms,
    }


def listed(order: Order, numbers: Numbers) -> dict[str, Any]:
    """Write an order as allOrders does (two more keys since 2026-08)."""
    cumulative_base = numbers.quantity(order.executed_quantity)
    return queried(order, numbers) | {"cumBase": cumulative_base, "pair": order.symbol}


def fill(trade: Fill, numbers: Numbers) -> dict[str, Any]:
    """Write one trade of the account."""
    return {
        "symbol": trade.symbol,
        "id": trade.trade_id,
        "orderId": trade.order_id,
        "side": trade.side,
        "price": numbers.price(trade.price),
        "qty": numbers.quantity(trade.quantity),
        "realizedPnl": fixed8(trade.realized_pnl),
        "quoteQty": numbers.quote(trade.quote_quantity),
        "baseQty": numbers.quantity(trade.quantity),
        "commission": fixed8(trade.commission),
        "commissionAsset": trade.commission_asset,
        "marginAsset": MARGIN_ASSET,
        "pair": trade.symbol,
        "time": trade.time_ms,
        "positionSide": trade.position_side,
        "buyer": trade.side is Side.BUY,
        "maker": trade.is_maker,
    }


def order_trade_update(event: OrderEvent, position: Position) -> dict[str, Any]:
    """Write what happened to an order; `position` gives the notional of the open orders.

    Numbers have no zeros at their end here, other than in answers.
    """
    order = event.order
    is_liquidation = event.execution_type is ExecutionType.CALCULATED
    body: dict[str, Any] = {
        "s": order.symbol,
        "c": _client_order_id(order),
        "S": order.side,
        "o": "LIQUIDATION" if is_liquidation else order.order_type,
        "f": order.time_in_force,
        "q": natural(order.quantity),
        "p": natural(order.price),
        "ap": natural(order.average_price),
        "sp": "0",
        "x": _execution_type(event.execution_type),
        "X": order.status,
        "i": order.order_id,
        **_last_fill(event.fill),
        "z": natural(order.executed_quantity),
        "T": event.time_ms,
        "b": natural(position.bid_notional),
        "a": natural(position.ask_notional),
        "R": order.reduce_only,
        "wt": "CONTRACT_PRICE",
        "ot": order.order_type,
        "ps": order.position_side,
        "cp": order.close_position,
        "pP": False,
        "si": 0,
        "ss": 0,
        "V": order.self_trade_prevention,
        "pm": order.price_match,
        "gtd": order.good_till_date_ms,
        "er": _expiry_digit(order),
    }
    if event.execution_type is ExecutionType.AMENDMENT and order.modify_id:
        body["M"] = order.modify_id
    return {"e": "ORDER_TRADE_UPDATE", "E": event.time_ms, "T": event.time_ms, "o": body}


def trade_lite(event: OrderEvent, last: Fill, numbers: Numbers) -> dict[str, Any]:
    """Write the short notice of a fill that comes before the long one."""
    order = event.order
    return {
        "e": "TRADE_LITE",
        "E": event.time_ms,
        "T": event.time_ms,
        "s": order.symbol,
        "q": numbers.quantity(order.quantity),
        "p": _order_price(order, numbers),
        "m": last.is_maker,
        "c": _client_order_id(order),
        "S": order.side,
        "L": numbers.price(last.price),
        "l": numbers.quantity(last.quantity),
        "t": last.trade_id,
        "i": order.order_id,
    }


def _order_price(order: Order, numbers: Numbers) -> str:
    return "0" if order.order_type is OrderType.MARKET else numbers.price(order.price)


def _execution_type(execution_type: ExecutionType) -> ExecutionType:
    is_prevention = execution_type is ExecutionType.TRADE_PREVENTION
    return ExecutionType.EXPIRED if is_prevention else execution_type


def _expiry_digit(order: Order) -> str:
    is_expired = order.status in (OrderStatus.EXPIRED, OrderStatus.EXPIRED_IN_MATCH)
    return _EXPIRY_DIGITS.get(order.expiry_reason, "0") if is_expired else "0"


def _last_fill(last: Fill | None) -> dict[str, Any]:
    if last is None:
        nothing = {"l": "0", "L": "0", "N": MARGIN_ASSET, "n": "0"}
        return nothing | {"t": 0, "m": False, "rp": "0"}
    return {
        "l": natural(last.quantity),
        "L": natural(last.price),
        "N": last.commission_asset,
        "n": natural(last.commission),
        "t": last.trade_id,
        "m": last.is_maker,
        "rp": natural(last.realized_pnl),
    }
