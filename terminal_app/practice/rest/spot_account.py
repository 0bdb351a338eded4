"""Spot calls for orders and the account."""

import re
from collections.abc import Sequence
from typing import Any, Final

from terminal_app.practice.engine.kinds import OrderStatus, OrderType, TimeInForce
from terminal_app.practice.engine.model import ZERO, Balance, OrderRequest
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.endpoint import Endpoint, Security, depends_on_symbol
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.common import (
    DAY_MS,
    OrderIds,
    read_order_ids,
    read_side,
    read_time_in_force,
    read_time_range,
    refuse_unneeded,
)
from terminal_app.practice.rest.spot_market import SpotDesk, SpotEndpoint
from terminal_app.practice.wire import spot_account
from terminal_app.practice.wire.spot_market import SELF_TRADE_PREVENTION

_CLIENT_ORDER_ID: Final = re.compile(r"[a-zA-Z0-9-_]{1,36}")
_TIMES_IN_FORCE: Final = (TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK)
_CONDITIONAL_TYPES: Final = {
    "STOP_LOSS": "Stop loss orders are not supported for this symbol.",
    "STOP_LOSS_LIMIT": "Stop loss limit orders are not supported for this symbol.",
    "TAKE_PROFIT": "Take profit orders are not supported for this symbol.",
    "TAKE_PROFIT_LIMIT": "Take profit limit orders are not supported for this symbol.",
}
_DEFAULT_RESPONSES: Final = {
    OrderType.LIMIT: "FULL",
    OrderType.MARKET: "FULL",
    OrderType.LIMIT_MAKER: "ACK",
}
_RESTRICTIONS: Final = {
    "ONLY_NEW": OrderStatus.NEW,
    "ONLY_PARTIALLY_FILLED": OrderStatus.PARTIALLY_FILLED,
}


def read_order(parameters: Parameters) -> OrderRequest:
    """Read a new order and refuse what its type does not take (Binance spot, POST order)."""
    symbol, side, order_type = parameters.symbol(), read_side(parameters), _read_type(parameters)
    _refuse_unsupported(parameters)
    if order_type is OrderType.MARKET:
        return _read_market_order(parameters)
    time_in_force = TimeInForce.GTC
    if order_type is OrderType.LIMIT_MAKER:
        refuse_unneeded(parameters, "timeInForce")
    else:
        time_in_force = read_time_in_force(parameters, _TIMES_IN_FORCE)
    refuse_unneeded(parameters, "quoteOrderQty")
    return OrderRequest(
        symbol,
        side,
        order_type,
        time_in_force,
        quantity=parameters.decimal("quantity"),
        price=parameters.decimal("price"),
        client_order_id=read_client_order_id(parameters),
    )


def _read_market_order(parameters: Parameters) -> OrderRequest:
    refuse_unneeded(parameters, "timeInForce", "price")
    quantity = parameters.optional_decimal("quantity")
    quote = parameters.optional_decimal("quoteOrderQty")
    if quantity is None and quote is None:
        raise ExchangeError(
            -1102, "Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!"
        )
    if quantity is not None and quote is not None:
        raise ExchangeError(-1128, "Combination of optional parameters invalid.")
    return OrderRequest(
        parameters.symbol(),
        read_side(parameters),
        OrderType.MARKET,
        quantity=quantity,
        quote_order_quantity=quote,
        client_order_id=read_client_order_id(parameters),
    )


def _read_type(parameters: Parameters) -> OrderType:
    text = parameters.text("type")
    if text in _CONDITIONAL_TYPES:
        raise ExchangeError(-2010, _CONDITIONAL_TYPES[text])
    if text not in tuple(OrderType):
        raise ExchangeError(-1116, "Invalid orderType.")
    return OrderType(text)


def _refuse_unsupported(parameters: Parameters) -> None:
    refuse_unneeded(parameters, "stopPrice", "trailingDelta")
    if "icebergQty" in parameters:
        raise ExchangeError(-2010, "Iceberg orders are not supported for this symbol.")
    if parameters.first_of("pegPriceType", "pegOffsetType", "pegOffsetValue"):
        raise ExchangeError(-2010, "Pegged orders are not supported for this symbol.")
    mode = parameters.optional_text("selfTradePreventionMode")
    if mode not in (None, SELF_TRADE_PREVENTION):
        raise ExchangeError(
            -1013, "This symbol does not allow the specified self-trade prevention mode."
        )
    strategy_type = parameters.optional_integer("strategyType")
    if strategy_type is not None and strategy_type < 1_000_000:
        raise ExchangeError(-1134, "`strategyType` was less than 1000000.")


def read_client_order_id(parameters: Parameters) -> str:
    """Read `newClientOrderId`, empty when the exchange is to make one up."""
    text = parameters.optional_text("newClientOrderId") or ""
    if text and not _CLIENT_ORDER_ID.fullmatch(text):
        legal = f"^{_CLIENT_ORDER_ID.pattern}$"
        raise ExchangeError(
            -1100,
            f"Illegal characters found in parameter 'newClientOrderId'; legal range is '{legal}'.",
        )
    return text


def _place(desk: SpotDesk, parameters: Parameters) -> Any:
    request = read_order(parameters)
    default = _DEFAULT_RESPONSES[request.order_type]
    response = parameters.optional_text("newOrderRespType") or default
    if response not in ("ACK", "RESULT", "FULL"):
        raise ExchangeError(-1130, "Data sent for parameter 'newOrderRespType' is not valid.")
    placed = desk.market.place(request)
    match response:
        case "ACK":
            return spot_account.placed_ack(placed.order)
        case "RESULT":
            return spot_account.placed_result(placed.order)
        case _:
            return spot_account.placed_full(placed)


def _test(desk: SpotDesk, parameters: Parameters) -> Any:
    desk.market.test(read_order(parameters))
    if not parameters.flag("computeCommissionRates"):
        return {}
    rates = spot_account.commission_rates(desk.market.maker_rate, desk.market.taker_rate)
    standard = {"maker": rates["maker"], "taker": rates["taker"]}
    none = dict.fromkeys(standard, rates["buyer"])
    return {
        "standardCommissionForOrder": standard,
        "specialCommissionForOrder": none,
        "taxCommissionForOrder": none,
        "discount": _DISCOUNT,
    }


def _cancel(desk: SpotDesk, parameters: Parameters) -> Any:
    symbol, ids = parameters.symbol(), read_order_ids(parameters)
    new_client_order_id = read_client_order_id(parameters)
    _check_restrictions(desk, parameters, symbol, ids)
    order = desk.market.cancel(symbol, ids.order_id, ids.client_order_id, new_client_order_id)
    return spot_account.cancelled(order)


def _check_restrictions(desk: SpotDesk, parameters: Parameters, symbol: str, ids: OrderIds) -> None:
    restriction = parameters.optional_text("cancelRestrictions")
    if restriction is None:
        return
    if restriction not in _RESTRICTIONS:
        raise ExchangeError(
            -1145,
            "`cancelRestrictions` has to be either `ONLY_NEW` or `ONLY_PARTIALLY_FILLED`.",
        )
    wanted = _RESTRICTIONS[restriction]
    matching = [
        order
        for order in desk.market.open_orders(symbol)
        if ids.order_id in (None, order.order_id)
        and ids.client_order_id in (None, order.client_order_id)
    ]
    if any(order.status is not wanted for order in matching):
        raise ExchangeError(-2011, "Order was not canceled due to cancel restrictions.")


def _cancel_all(desk: SpotDesk, parameters: Parameters) -> Any:
    orders = desk.market.cancel_all(parameters.symbol())
    return [spot_account.cancelled(order) for order in orders]


def _order(desk: SpotDesk, parameters: Parameters) -> Any:
    symbol, ids = parameters.symbol(), read_order_ids(parameters)
    order = desk.market.order(symbol, ids.order_id, ids.client_order_id)
    return spot_account.queried(order)


def _open_orders(desk: SpotDesk, parameters: Parameters) -> Any:
    orders = desk.market.open_orders(parameters.optional_symbol())
    return [spot_account.queried(order) for order in orders]


def _all_orders(desk: SpotDesk, parameters: Parameters) -> Any:
    times = read_time_range(parameters, DAY_MS)
    orders = desk.market.all_orders(
        parameters.symbol(),
        parameters.limit(500, 1_000),
        parameters.optional_integer("orderId"),
        times.start_ms,
        times.end_ms,
    )
    return [spot_account.queried(order) for order in orders]


def _fills(desk: SpotDesk, parameters: Parameters) -> Any:
    times = read_time_range(parameters, DAY_MS)
    order_id = parameters.optional_integer("orderId")
    from_id = parameters.optional_integer("fromId")
    has_times = times.start_ms is not None or times.end_ms is not None
    if has_times and (from_id is not None or order_id is not None):
        raise ExchangeError(-1128, "Combination of optional parameters invalid.")
    fills = desk.market.fills(
        parameters.symbol(),
        parameters.limit(500, 1_000),
        order_id,
        from_id,
        times.start_ms,
        times.end_ms,
    )
    return [spot_account.fill(fill) for fill in fills]


def _account(desk: SpotDesk, parameters: Parameters) -> Any:
    market = desk.market
    balances: Sequence[Balance] = market.balances()
    if parameters.flag("omitZeroBalances"):
        balances = [row for row in balances if row.free + row.locked > ZERO]
    return spot_account.account(
        balances, market.maker_rate, market.taker_rate, market.account_update_time_ms
    )


_DISCOUNT: Final = {
    "enabledForAccount": False,
    "enabledForSymbol": False,
    "discountAsset": "BNB",
    "discount": "0.75000000",
}


def _commission(desk: SpotDesk, parameters: Parameters) -> Any:
    symbol = desk.market.data.rules(parameters.symbol()).symbol
    none = spot_account.commission_rates(ZERO, ZERO)
    standard = spot_account.commission_rates(desk.market.maker_rate, desk.market.taker_rate)
    return {
        "symbol": symbol,
        "standardCommission": standard,
        "specialCommission": none,
        "taxCommission": none,
        "discount": _DISCOUNT,
    }


def _order_limits(desk: SpotDesk, _parameters: Parameters) -> Any:
    return desk.counter.to_json(with_weight=False, with_orders=True)


def _test_weight(parameters: Parameters) -> int:
    return 20 if parameters.flag("computeCommissionRates") else 1


def _fills_weight(parameters: Parameters) -> int:
    return 5 if "orderId" in parameters else 20


_SIGNED: Final = Security.SIGNED
_open_weight: Final = depends_on_symbol(6, 80)
ACCOUNT_ENDPOINTS: Final[dict[tuple[str, str], SpotEndpoint]] = {
    ("POST", "/api/v3/order"): Endpoint(_place, 1, _SIGNED, orders=1, free=True),
    ("POST", "/api/v3/order/test"): Endpoint(_test, _test_weight, _SIGNED),
    ("DELETE", "/api/v3/order"): Endpoint(_cancel, 1, _SIGNED, free=True),
    ("GET", "/api/v3/order"): Endpoint(_order, 4, _SIGNED),
    ("DELETE", "/api/v3/openOrders"): Endpoint(_cancel_all, 1, _SIGNED, free=True),
    ("GET", "/api/v3/openOrders"): Endpoint(_open_orders, _open_weight, _SIGNED),
    ("GET", "/api/v3/allOrders"): Endpoint(_all_orders, 20, _SIGNED),
    ("GET", "/api/v3/myTrades"): Endpoint(_fills, _fills_weight, _SIGNED),
    ("GET", "/api/v3/account"): Endpoint(_account, 20, _SIGNED),
    ("GET", "/api/v3/account/commission"): Endpoint(_commission, 20, _SIGNED),
    ("GET", "/api/v3/rateLimit/order"): Endpoint(_order_limits, 40, _SIGNED),
}
