"""What an order list must satisfy beyond its orders (Binance spot, order lists)."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from terminal_app.practice.engine.kinds import OrderType, Side
from terminal_app.practice.engine.model import ZERO, OrderRequest, SymbolRules
from terminal_app.practice.engine.order_list import ListRequest
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.spot.filters import AccountLimits
from terminal_app.practice.spot.list_book import ListBook

STOP_LOSSES = (OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT)
_WORKING = (OrderType.LIMIT, OrderType.LIMIT_MAKER)


def check_list(request: ListRequest) -> None:
    """Raise the error of the first rule that the sides and types of a list break."""
    kind, legs = request.kind, request.legs
    if kind.has_phases and legs[0].order_type not in _WORKING:
        raise ExchangeError(-1014, "Unsupported order combination.")
    if kind.pays_for_pending:
        if legs[0].side is not Side.BUY:
            raise ExchangeError(-1222, "Working order in an OPO list must be a bid.")
        if legs[1].side is not Side.SELL:
            raise ExchangeError(-1223, "Pending orders in an OPO list must be asks.")
    if request.pair:
        _check_pair(*request.pair)
    names = [leg.client_order_id for leg in legs if leg.client_order_id]
    if len(set(names)) != len(names):
        raise ExchangeError(-2010, "Duplicate order sent.")


def check_counts(
    request: ListRequest, lists: ListBook, limits: AccountLimits, rules: SymbolRules
) -> None:
    """Raise an error when too many lists are open, or one with the same client id."""
    everywhere, here = lists.open_in(), lists.open_in(request.symbol)
    if len(here) >= rules.spot.max_num_order_lists:
        raise ExchangeError(-1013, "Filter failure: MAX_NUM_ORDER_LISTS")
    limit = limits.max_num_order_lists
    if limit is not None and len(everywhere) >= limit:
        raise ExchangeError(-1013, "Filter failure: EXCHANGE_MAX_NUM_ORDER_LISTS")
    if any(held.list_client_order_id == request.list_client_order_id for held in everywhere):
        raise ExchangeError(-2010, "Duplicate order sent.")


def drafts_of(request: ListRequest) -> tuple[OrderRequest, ...]:
    """Return the orders as the filters see them: what is bought for sale is the quantity sold."""
    quantity = request.legs[0].quantity
    return tuple(
        leg if leg.quantity is not None else replace(leg, quantity=quantity)
        for leg in in_order(request)
    )


def in_order(request: ListRequest) -> tuple[OrderRequest, ...]:
    """Return the orders of a list as their ids follow: of a pair the stop-loss order first."""
    above_and_below = request.pair
    first = request.legs[: len(request.legs) - len(above_and_below)]
    return first + tuple(sorted(above_and_below, key=lambda leg: leg.order_type not in STOP_LOSSES))


def check_prices(pair: Sequence[OrderRequest], last_price: Decimal | None) -> None:
    """Raise -2010 unless the order above lies above the one below, with the last price between.

    Without a last price the two are compared with each other alone; a trailing order without a
    stop price lies anywhere.
    """
    above, below = (_place_of(leg) for leg in pair)
    prices = [price for price in (above, last_price, below) if price]
    if any(upper <= lower for upper, lower in pairwise(prices)):
        raise ExchangeError(-2010, "The relationship of the prices for the orders is not correct.")


def _place_of(leg: OrderRequest) -> Decimal:
    is_at_stop = leg.order_type in STOP_LOSSES or leg.order_type is OrderType.TAKE_PROFIT
    return (leg.stop_price if is_at_stop else leg.price) or ZERO


def _check_pair(above: OrderRequest, below: OrderRequest) -> None:
    for leg in (above, below):
        if not leg.order_type.is_conditional and leg.order_type is not OrderType.LIMIT_MAKER:
            raise ExchangeError(-1158, "Order type not supported in OCO.")
    if not above.order_type.is_conditional and not below.order_type.is_conditional:
        raise ExchangeError(-1168, "At least one OCO order must be contingent.")
    is_buy = above.side is Side.BUY
    side, stop_at, rest_at = ("buy", "above", "below") if is_buy else ("sell", "below", "above")
    for_stop, for_rest = (above, below) if is_buy else (below, above)
    if for_stop.order_type is OrderType.LIMIT_MAKER:
        code = -1165 if is_buy else -1166
        raise ExchangeError(code, f"A limit order in a {side} OCO must be {rest_at}.")
    if for_rest.order_type in STOP_LOSSES:
        code = -1196 if is_buy else -1197
        raise ExchangeError(code, f"A stop loss order in a {side} OCO must be {stop_at}.")
    if for_stop.order_type not in STOP_LOSSES:
        code = -1198 if is_buy else -1199
        raise ExchangeError(code, f"A take profit order in a {side} OCO must be {rest_at}.")
