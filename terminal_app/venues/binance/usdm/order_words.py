"""What is wanted of orders, in USDⓈ-M's words: plain ones, and conditional ones apart."""

from __future__ import annotations

from collections.abc import Sequence

from terminal_app.domain.account import PositionSide
from terminal_app.domain.instrument import plain
from terminal_app.domain.order import Order
from terminal_app.domain.order_request import (
    Amendment,
    OrderListRequest,
    OrderRef,
    OrderRequest,
    OrderType,
    PriceKind,
    TimeInForce,
)
from terminal_app.errors import InvalidOrder
from terminal_app.venues.binance.order_routes import OrderCall
from terminal_app.venues.binance.order_words import (
    OrderWords,
    Params,
    Question,
    ReadOrder,
    callback_percent,
    check_type,
    price_params,
    reader,
    trigger_price,
    which,
)
from terminal_app.venues.binance.usdm import mapping
from terminal_app.venues.binance.usdm import wire as usdm

PREFIX = "/fapi/v1"

PLACE = OrderCall("POST", f"{PREFIX}/order", "order.place")
TEST = OrderCall("POST", f"{PREFIX}/order/test")
CANCEL = OrderCall("DELETE", f"{PREFIX}/order", "order.cancel")
ASK = OrderCall("GET", f"{PREFIX}/order", "order.status")
AMEND = OrderCall("PUT", f"{PREFIX}/order", "order.modify")
CANCEL_ALL = OrderCall("DELETE", f"{PREFIX}/allOpenOrders")
PLACE_ALGO = OrderCall("POST", f"{PREFIX}/algoOrder", "algoOrder.place")
CANCEL_ALGO = OrderCall("DELETE", f"{PREFIX}/algoOrder", "algoOrder.cancel")
ASK_ALGO = OrderCall("GET", f"{PREFIX}/algoOrder")
CANCEL_ALL_ALGO = OrderCall("DELETE", f"{PREFIX}/algoOpenOrders")

_TIMES_IN_FORCE = {
    TimeInForce.GTC: "GTC",
    TimeInForce.IOC: "IOC",
    TimeInForce.FOK: "FOK",
    TimeInForce.POST_ONLY: "GTX",
    TimeInForce.GTD: "GTD",
}
TIMES_IN_FORCE = frozenset(_TIMES_IN_FORCE)
_WORDS = {
    OrderType.LIMIT: "LIMIT",
    OrderType.MARKET: "MARKET",
    OrderType.STOP_MARKET: "STOP_MARKET",
    OrderType.STOP_LIMIT: "STOP",
    OrderType.TAKE_PROFIT_MARKET: "TAKE_PROFIT_MARKET",
    OrderType.TAKE_PROFIT_LIMIT: "TAKE_PROFIT",
    OrderType.TRAILING_STOP: "TRAILING_STOP_MARKET",
}
_OLD_WORDS = {"triggerPrice": "stopPrice", "activatePrice": "activationPrice"}
ORDER_TYPES = frozenset(_WORDS)


class UsdmWords(OrderWords):
    """Say what is wanted of USDⓈ-M orders."""

    def placing(self, request: OrderRequest, client_order_id: str) -> Question:
        """Return a new order in USDⓈ-M's words; one with a trigger is a conditional order."""
        params = _order_params(request)
        if request.type.has_trigger:
            name = ("clientAlgoId", client_order_id)
            params = [("algoType", "CONDITIONAL"), *params, *_trigger_params(request), name]
            return Question(PLACE_ALGO, params, _read_algo)
        names = [("newClientOrderId", client_order_id), ("newOrderRespType", "RESULT")]
        return Question(PLACE, [*params, *names], _read_order)

    def testing(self, request: OrderRequest, client_order_id: str) -> Question:
        """Return an order that is only to be checked.

        Source: Binance USDⓈ-M, order/test: conditional orders in the words they had before they
        went to a service of their own.
        """
        params = _order_params(request)
        if request.type.has_trigger:
            params += [
                (_OLD_WORDS.get(name, name), text) for name, text in _trigger_params(request)
            ]
        return Question(TEST, [*params, ("newClientOrderId", client_order_id)], _read_nothing)

    def cancelling(self, ref: OrderRef) -> Question:
        """Return the request for an order's end."""
        if not ref.is_conditional:
            return Question(CANCEL, which(ref), _read_order)
        return Question(CANCEL_ALGO, _which_algo(ref), _read_nothing)

    def asking(self, ref: OrderRef) -> Question:
        """Return the question for an order."""
        if not ref.is_conditional:
            return Question(ASK, which(ref), _read_order)
        return Question(ASK_ALGO, _which_algo(ref), _read_algo)

    def amending(self, order: Order, change: Amendment) -> Question:
        """Return the request for another price or size; the order loses its place in the queue."""
        if order.is_conditional:
            raise InvalidOrder("Order", "waiting orders cannot be changed: replace it", "waiting")
        params = [
            *which(order.ref),
            ("side", order.side.value),
            ("quantity", plain(change.quantity or order.quantity)),
            ("price", plain(change.price or order.price)),
        ]
        return Question(AMEND, params, _read_order)

    def cancelling_all(self, symbol: str) -> list[Question]:
        """Return the requests for the end of every order of a symbol, waiting ones among them."""
        params = [("symbol", symbol)]
        return [
            Question(CANCEL_ALL, params, _read_nothing),
            Question(CANCEL_ALL_ALGO, params, _read_nothing),
        ]

    def placing_list(
        self, request: OrderListRequest, list_id: str, client_order_ids: Sequence[str]
    ) -> Question:
        """Raise ``InvalidOrder``: there are no order lists on USDⓈ-M."""
        raise InvalidOrder("Order list", "this market has none", request.kind)


def _order_params(request: OrderRequest) -> Params:
    check_type(request, ORDER_TYPES)
    params = [("symbol", request.symbol), ("side", request.side.value)]
    params += _type_params(request)
    if request.close_position:
        params.append(("closePosition", "true"))
    elif request.quantity is None:
        raise InvalidOrder("Size", "it must be given in the base asset", "nothing")
    else:
        params.append(("quantity", plain(request.quantity)))
    params += price_params(request)
    if request.position_side is not PositionSide.BOTH:
        params.append(("positionSide", request.position_side.value))
    elif request.reduce_only:
        params.append(("reduceOnly", "true"))
    if request.self_trade_prevention is not None:
        params.append(("selfTradePreventionMode", request.self_trade_prevention.value))
    return params


def _type_params(request: OrderRequest) -> Params:
    params = [("type", _WORDS[request.type])]
    if not request.type.has_price:
        return params
    time_in_force = _TIMES_IN_FORCE.get(request.time_in_force)
    if time_in_force is None:
        known = "GTC, IOC, FOK, GTD or post only"
        raise InvalidOrder("Time in force", known, request.time_in_force)
    params.append(("timeInForce", time_in_force))
    if request.time_in_force is TimeInForce.GTD:
        if request.good_till_ms is None:
            raise InvalidOrder("Good till", "an order with an end needs its time", "is empty")
        params.append(("goodTillDate", str(request.good_till_ms)))
    return params


def _trigger_params(request: OrderRequest) -> Params:
    trigger = request.trigger
    word = "MARK_PRICE" if trigger is not None and trigger.kind is PriceKind.MARK else ""
    params = [("workingType", word or "CONTRACT_PRICE")]
    if request.type is not OrderType.TRAILING_STOP:
        return [*params, ("triggerPrice", trigger_price(request))]
    params.append(("callbackRate", plain(callback_percent(request))))
    if trigger is not None and trigger.price is not None:
        params.append(("activatePrice", trigger_price(request)))
    return params


def _which_algo(ref: OrderRef) -> Params:
    if ref.order_id is not None:
        return [("algoId", str(ref.order_id))]
    return [("clientAlgoId", ref.client_order_id)]


_read_order = reader(usdm.OrderReply, lambda reply: ReadOrder(mapping.order_update(reply)))
_read_algo = reader(usdm.AlgoReply, lambda reply: ReadOrder(mapping.algo_update(reply)))
_read_nothing = reader(dict[str, object], lambda _: ReadOrder(None))
