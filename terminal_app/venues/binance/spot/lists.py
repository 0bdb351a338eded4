"""Order lists in spot's words: each leg's terms carry a prefix."""

from __future__ import annotations

from collections.abc import Sequence

from terminal_app.domain.instrument import plain
from terminal_app.domain.order_request import (
    OrderListKind,
    OrderListRequest,
    OrderRequest,
    OrderType,
    TimeInForce,
)
from terminal_app.errors import InvalidOrder
from terminal_app.venues.binance.order_routes import OrderCall
from terminal_app.venues.binance.order_words import (
    Params,
    callback_percent,
    price_params,
    trigger_price,
)
from terminal_app.venues.binance.spot.mapping import BASIS_POINTS

_PREFIXES = {
    OrderListKind.OCO: ("above", "below"),
    OrderListKind.OTO: ("working", "pending"),
    OrderListKind.OTOCO: ("working", "pendingAbove", "pendingBelow"),
}
_WORDS = {
    OrderType.MARKET: "MARKET",
    OrderType.STOP_MARKET: "STOP_LOSS",
    OrderType.STOP_LIMIT: "STOP_LOSS_LIMIT",
    OrderType.TAKE_PROFIT_MARKET: "TAKE_PROFIT",
    OrderType.TAKE_PROFIT_LIMIT: "TAKE_PROFIT_LIMIT",
    OrderType.TRAILING_STOP: "STOP_LOSS",
}


def list_call(kind: OrderListKind) -> OrderCall:
    """Return the request that places lists of a kind."""
    word = kind.value.lower()
    return OrderCall("POST", f"/api/v3/orderList/{word}", f"orderList.place.{word}")


def list_params(request: OrderListRequest, list_id: str, client_order_ids: Sequence[str]) -> Params:
    """Return a list's terms. May raise ``InvalidOrder``.

    Source: Binance spot, order lists: the legs' prefixes; OCO and the pending pair share side and
    size, a limit order in a pair is a LIMIT_MAKER.
    """
    prefixes = _PREFIXES[request.kind]
    if len(request.orders) != len(prefixes):
        raise InvalidOrder(
            "Orders", f"{request.kind} has {len(prefixes)} of them", str(len(request.orders))
        )
    first, *rest = request.orders
    params = [("symbol", first.symbol), ("listClientOrderId", list_id)]
    params += [("newOrderRespType", "FULL")]
    if first.self_trade_prevention is not None:
        params.append(("selfTradePreventionMode", first.self_trade_prevention.value))
    if request.kind is OrderListKind.OCO:
        params += [("side", first.side.value), ("quantity", _size(first))]
    else:
        params += [("workingSide", first.side.value), ("workingQuantity", _size(first))]
        params += [("pendingSide", rest[0].side.value), ("pendingQuantity", _size(rest[0]))]
    pair = request.orders if request.kind is OrderListKind.OCO else tuple(rest)
    for leg, prefix, name in zip(request.orders, prefixes, client_order_ids, strict=True):
        params += _leg(leg, prefix, is_paired=len(pair) == 2 and leg in pair)
        params.append((f"{prefix}ClientOrderId", name))
    return params


def _leg(leg: OrderRequest, prefix: str, *, is_paired: bool) -> Params:
    if leg.type is OrderType.LIMIT:
        is_maker = is_paired or leg.time_in_force is TimeInForce.POST_ONLY
        params = [(f"{prefix}Type", "LIMIT_MAKER" if is_maker else "LIMIT")]
        has_time = not is_maker
    elif leg.type in _WORDS:
        params = [(f"{prefix}Type", _WORDS[leg.type])]
        has_time = leg.type.has_price
    else:
        raise InvalidOrder("Type", "lists do not take it", leg.type)
    if has_time:
        params.append((f"{prefix}TimeInForce", leg.time_in_force.value))
    params += [(f"{prefix}Price", price) for _, price in price_params(leg)]
    if leg.type is OrderType.TRAILING_STOP:
        distance = callback_percent(leg) * BASIS_POINTS
        params.append((f"{prefix}TrailingDelta", plain(distance)))
    elif leg.type.has_trigger:
        params.append((f"{prefix}StopPrice", trigger_price(leg)))
    return params


def _size(leg: OrderRequest) -> str:
    if leg.quantity is None:
        raise InvalidOrder("Size", "it must be given in the base asset", "nothing")
    return plain(leg.quantity)
