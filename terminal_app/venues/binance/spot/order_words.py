"""What is wanted of orders, in Binance spot's words."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from terminal_app.domain.instrument import ZERO, plain
from terminal_app.domain.order import Order
from terminal_app.domain.order_request import (
    Amendment,
    OrderListRequest,
    OrderRef,
    OrderRequest,
    OrderType,
    PegKind,
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
from terminal_app.venues.binance.spot import mapping
from terminal_app.venues.binance.spot import wire as spot
from terminal_app.venues.binance.spot.lists import list_call, list_params

PREFIX = "/api/v3"
LONGEST_CLIENT_ORDER_ID = 36

PLACE = OrderCall("POST", f"{PREFIX}/order", "order.place")
TEST = OrderCall("POST", f"{PREFIX}/order/test", "order.test")
CANCEL = OrderCall("DELETE", f"{PREFIX}/order", "order.cancel")
ASK = OrderCall("GET", f"{PREFIX}/order", "order.status")
AMEND = OrderCall("PUT", f"{PREFIX}/order/amend/keepPriority", "order.amend.keepPriority")
REPLACE = OrderCall("POST", f"{PREFIX}/order/cancelReplace", "order.cancelReplace")
CANCEL_ALL = OrderCall("DELETE", f"{PREFIX}/openOrders", "openOrders.cancelAll")

TIMES_IN_FORCE = frozenset(
    {TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK, TimeInForce.POST_ONLY}
)
_WORDS = {
    OrderType.LIMIT: "LIMIT",
    OrderType.MARKET: "MARKET",
    OrderType.STOP_MARKET: "STOP_LOSS",
    OrderType.STOP_LIMIT: "STOP_LOSS_LIMIT",
    OrderType.TAKE_PROFIT_MARKET: "TAKE_PROFIT",
    OrderType.TAKE_PROFIT_LIMIT: "TAKE_PROFIT_LIMIT",
    OrderType.TRAILING_STOP: "STOP_LOSS",
}
ORDER_TYPES = frozenset(_WORDS)
_PEGS = {PegKind.OWN_SIDE: "PRIMARY_PEG", PegKind.OTHER_SIDE: "MARKET_PEG"}


class SpotWords(OrderWords):
    """Say what is wanted of spot orders."""

    def placing(self, request: OrderRequest, client_order_id: str) -> Question:
        """Return a new order in spot's words."""
        params = [
            *order_params(request),
            ("newClientOrderId", client_order_id),
            ("newOrderRespType", "FULL"),
        ]
        return Question(PLACE, params, read_order)

    def testing(self, request: OrderRequest, client_order_id: str) -> Question:
        """Return an order that is only to be checked."""
        params = [*order_params(request), ("newClientOrderId", client_order_id)]
        return Question(TEST, params, _read_test)

    def cancelling(self, ref: OrderRef) -> Question:
        """Return the request for an order's end, or for that of the list it stands in.

        A cancel gives its order a new name: spot forgets the order's own, and the next run must
        still know it for ours.
        """
        name = f"{ref.client_order_id}-c"
        named = [("newClientOrderId", name)] if len(name) <= LONGEST_CLIENT_ORDER_ID else []
        return Question(CANCEL, [*which(ref), *named], _read_cancel)

    def asking(self, ref: OrderRef) -> Question:
        """Return the question for an order."""
        return Question(ASK, which(ref), read_order)

    def amending(self, order: Order, change: Amendment) -> Question:
        """Return the request for a smaller size, the only change that spot makes in place."""
        if change.price is not None and change.price != order.price:
            raise InvalidOrder(
                "Price", "spot orders keep theirs: replace the order", plain(change.price),
                plain(order.price),
            )  # fmt: skip
        if change.quantity is None or change.quantity >= order.quantity:
            asked = plain(change.quantity) if change.quantity is not None else "is empty"
            raise InvalidOrder("Size", f"it must be below {plain(order.quantity)}", asked)
        params = [
            *which(order.ref),
            ("newClientOrderId", order.client_order_id),
            ("newQty", plain(change.quantity)),
        ]
        return Question(AMEND, params, reader(spot.AmendReply, _amended))

    def replacing(self, order: Order, request: OrderRequest, client_order_id: str) -> Question:
        """Return the request to end an order and, only if that worked, place another.

        What trades meanwhile would be bought twice, so the cancel holds only for an order that has
        not traded at all. Source: Binance spot, cancelReplace with STOP_ON_FAILURE,
        cancelRestrictions.
        """
        if order.executed_quantity > ZERO:
            raise InvalidOrder(
                "Order", "one that was filled in part is not replaced: cancel it, send the rest",
                plain(order.executed_quantity),
            )  # fmt: skip
        named = ("cancelOrderId", str(order.order_id))
        if order.order_id is None:
            named = ("cancelOrigClientOrderId", order.client_order_id)
        params = [
            *order_params(request),
            ("cancelReplaceMode", "STOP_ON_FAILURE"),
            ("cancelRestrictions", "ONLY_NEW"),
            named,
            ("cancelNewClientOrderId", f"{order.client_order_id}-c"[:LONGEST_CLIENT_ORDER_ID]),
            ("newClientOrderId", client_order_id),
            ("newOrderRespType", "FULL"),
        ]
        return Question(REPLACE, params, read_order)

    def cancelling_all(self, symbol: str) -> list[Question]:
        """Return the request for the end of every order of a symbol."""
        return [Question(CANCEL_ALL, [("symbol", symbol)], _read_cancelled)]

    def placing_list(
        self, request: OrderListRequest, list_id: str, client_order_ids: Sequence[str]
    ) -> Question:
        """Return an order list in spot's words."""
        params = list_params(request, list_id, client_order_ids)
        return Question(list_call(request.kind), params, _read_list)


def order_params(request: OrderRequest) -> Params:
    """Return an order's terms; "post only" is the type LIMIT_MAKER. May raise ``InvalidOrder``."""
    check_type(request, ORDER_TYPES)
    params = [("symbol", request.symbol), ("side", request.side.value), *_type_params(request)]
    params += [*_size_params(request), *_price_params(request), *_trigger_params(request)]
    if request.visible_quantity is not None:
        params.append(("icebergQty", plain(request.visible_quantity)))
    if request.self_trade_prevention is not None:
        params.append(("selfTradePreventionMode", request.self_trade_prevention.value))
    return params


def _type_params(request: OrderRequest) -> Params:
    if not request.type.has_price:
        return [("type", _WORDS[request.type])]
    if request.time_in_force not in TIMES_IN_FORCE:
        raise InvalidOrder("Time in force", "GTC, IOC, FOK or post only", request.time_in_force)
    if request.time_in_force is TimeInForce.POST_ONLY:
        if request.type is not OrderType.LIMIT:
            raise InvalidOrder("Time in force", "only limit orders can be post only", request.type)
        return [("type", "LIMIT_MAKER")]
    return [("type", _WORDS[request.type]), ("timeInForce", request.time_in_force.value)]


def _size_params(request: OrderRequest) -> Params:
    if request.quantity is not None:
        return [("quantity", plain(request.quantity))]
    if request.quote_quantity is None or request.type is not OrderType.MARKET:
        raise InvalidOrder("Size", "an order needs one", "nothing")
    return [("quoteOrderQty", plain(request.quote_quantity))]


def _price_params(request: OrderRequest) -> Params:
    peg = request.peg
    if peg is None:
        return price_params(request)
    params = [("pegPriceType", _PEGS[peg.kind])]
    if peg.levels:
        params += [("pegOffsetType", "PRICE_LEVEL"), ("pegOffsetValue", str(peg.levels))]
    return params


def _trigger_params(request: OrderRequest) -> Params:
    if not request.type.has_trigger:
        return []
    if request.type is not OrderType.TRAILING_STOP:
        return [("stopPrice", trigger_price(request))]
    params = [("trailingDelta", plain(callback_percent(request) * mapping.BASIS_POINTS))]
    if request.trigger is not None and request.trigger.price is not None:
        params.append(("stopPrice", trigger_price(request)))
    return params


def _told(reply: spot.OrderReply) -> ReadOrder:
    return ReadOrder(mapping.order_update(reply), mapping.reply_fills(reply))


def _amended(reply: spot.AmendReply) -> ReadOrder:
    return ReadOrder(mapping.amended_order(reply))


def _listed(reply: spot.ListReply) -> ReadOrder:
    first, *rest = [_told(report) for report in reply.reports]
    fills = tuple(fill for told in (first, *rest) for fill in told.fills)
    return ReadOrder(first.update, fills, tuple(told.update for told in rest if told.update))


def _read_cancel(body: bytes) -> ReadOrder:
    # Ending one leg of a list ends the list: then its report comes instead of the order's.
    try:
        return read_order(body)
    except msgspec.ValidationError:
        return _read_list(body)


def _read_cancelled(body: bytes) -> ReadOrder:
    told = [_read_cancel(bytes(row)) for row in msgspec.json.decode(body, type=list[msgspec.Raw])]
    updates = [one for each in told for one in (each.update, *each.others) if one is not None]
    return ReadOrder(None, others=tuple(updates))


read_order = reader(spot.OrderReply, _told)
_read_list = reader(spot.ListReply, _listed)
_read_test = reader(dict[str, object], lambda _: ReadOrder(None))
