"""Conditional USDⓈ-M orders in Binance's JSON."""

from decimal import Decimal
from typing import Any, Final

from terminal_app.practice.engine.algo_order import AlgoOrder
from terminal_app.practice.engine.events import AlgoOrderEvent
from terminal_app.practice.wire.numbers import Numbers, natural

_ALGO_TYPE: Final = "CONDITIONAL"


def _common(algo: AlgoOrder, numbers: Numbers) -> dict[str, Any]:
    return {
        "algoId": algo.algo_id,
        "clientAlgoId": algo.client_algo_id,
        "algoType": _ALGO_TYPE,
        "orderType": algo.order_type,
        "symbol": algo.symbol,
        "side": algo.side,
        "positionSide": algo.position_side,
        "timeInForce": algo.time_in_force,
        "quantity": numbers.quantity(algo.quantity),
        "algoStatus": algo.status,
        "triggerPrice": numbers.price(algo.trigger_price),
        "price": numbers.price(algo.price),
        "icebergQuantity": None,
        "selfTradePreventionMode": algo.self_trade_prevention,
        "workingType": algo.working_type,
        "priceMatch": algo.price_match,
        "closePosition": algo.close_position,
        "priceProtect": algo.price_protect,
        "reduceOnly": algo.reduce_only,
        "createTime": algo.create_time_ms,
        "updateTime": algo.update_time_ms,
        "triggerTime": algo.trigger_time_ms,
        "goodTillDate": algo.good_till_date_ms,
    }


def placed(algo: AlgoOrder, numbers: Numbers) -> dict[str, Any]:
    """Write an order as the one who placed it is answered."""
    return _common(algo, numbers) | _trailing(algo, numbers)


def cancelled(algo: AlgoOrder) -> dict[str, Any]:
    """Write the answer to a cancel; its code is text."""
    return {
        "algoId": algo.algo_id,
        "clientAlgoId": algo.client_algo_id,
        "code": "200",
        "msg": "success",
    }


def queried(algo: AlgoOrder, numbers: Numbers) -> dict[str, Any]:
    """Write an order as the query of one does, with what it became (since 2026-06-09)."""
    body = _with_actual(algo, numbers)
    if algo.order_id:
        body["actualType"] = _actual_type(algo)
        body["actualQty"] = numbers.quantity(algo.executed_quantity)
    return body


def listed(algo: AlgoOrder, numbers: Numbers) -> dict[str, Any]:
    """Write an order as lists do."""
    none = numbers.price(Decimal(0))
    return _with_actual(algo, numbers) | {
        "tpTriggerPrice": none,
        "tpPrice": none,
        "slTriggerPrice": none,
        "slPrice": none,
    }


def algo_update(event: AlgoOrderEvent) -> dict[str, Any]:
    """Write what happened to a conditional order; what it became is told once it exists."""
    algo = event.algo
    body: dict[str, Any] = {
        "caid": algo.client_algo_id,
        "aid": algo.algo_id,
        "at": _ALGO_TYPE,
        "o": algo.order_type,
        "s": algo.symbol,
        "S": algo.side,
        "ps": algo.position_side,
        "f": algo.time_in_force,
        "q": natural(algo.quantity),
        "X": algo.status,
        "ai": _order_id(algo),
    }
    if algo.order_id:
        body["ap"] = natural(algo.average_price)
        body["aq"] = natural(algo.executed_quantity)
        body["act"] = _actual_type(algo)
    body |= {
        "tp": natural(algo.trigger_price),
        "p": natural(algo.price),
        "V": algo.self_trade_prevention,
        "wt": algo.working_type,
        "pm": algo.price_match,
        "cp": algo.close_position,
        "pP": algo.price_protect,
        "R": algo.reduce_only,
        "tt": algo.trigger_time_ms,
        "gtd": algo.good_till_date_ms,
    }
    if algo.reject_reason:
        body["rm"] = algo.reject_reason
    if algo.is_trailing:
        body["ia"] = algo.is_activated
    return {"e": "ALGO_UPDATE", "T": event.time_ms, "E": event.time_ms, "o": body}


def _with_actual(algo: AlgoOrder, numbers: Numbers) -> dict[str, Any]:
    body = _common(algo, numbers) | {
        "actualOrderId": _order_id(algo),
        "actualPrice": f"{algo.average_price:.5f}",
        "tpOrderType": "",
    }
    return body | _trailing(algo, numbers) if algo.is_trailing else body


def _trailing(algo: AlgoOrder, numbers: Numbers) -> dict[str, str]:
    return {
        "activatePrice": numbers.price(algo.activate_price) if algo.activate_price else "",
        "callbackRate": natural(algo.callback_rate) if algo.callback_rate else "",
    }


def _order_id(algo: AlgoOrder) -> str:
    return str(algo.order_id) if algo.order_id else ""


def _actual_type(algo: AlgoOrder) -> str:
    return "MARKET" if algo.order_type.is_market else "LIMIT"
