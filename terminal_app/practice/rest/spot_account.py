"""Spot calls for orders and the account."""

import re
from collections.abc import Sequence
from typing import Any, Final

from terminal_app.practice.engine.kinds import (
    OrderStatus,
    OrderType,
    PegPriceType,
    SelfTradePrevention,
    TimeInForce,
)
from terminal_app.practice.engine.model import ZERO, Balance, OrderRequest
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.endpoint import Endpoint, Reads, Security, depends_on_symbol
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

_CLIENT_ORDER_ID: Final = re.compile(r"[a-zA-Z0-9-_]{1,36}")
_TIMES_IN_FORCE: Final = (TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK)
_LARGEST_PEG_OFFSET: Final = 100
_ANSWERED_IN_FULL: Final = (OrderType.LIMIT, OrderType.MARKET)
_RESTRICTIONS: Final = {
    "ONLY_NEW": OrderStatus.NEW,
    "ONLY_PARTIALLY_FILLED": OrderStatus.PARTIALLY_FILLED,
}


def read_order(parameters: Parameters) -> OrderRequest:
    """Read a new order and refuse what its type does not take (Binance spot, POST order)."""
    order_type = _read_type(parameters)
    request = OrderRequest(
        parameters.symbol(),
        read_side(parameters),
        order_type,
        time_in_force=_read_time_in_force(parameters, order_type),
        quantity=parameters.optional_decimal("quantity"),
        quote_order_quantity=parameters.optional_decimal("quoteOrderQty"),
        price=parameters.optional_decimal("price"),
        client_order_id=read_client_order_id(parameters),
        self_trade_prevention=_read_self_trade_prevention(parameters),
        stop_price=parameters.optional_decimal("stopPrice"),
        trailing_delta=parameters.optional_integer("trailingDelta") or 0,
        iceberg_quantity=parameters.optional_decimal("icebergQty"),
        strategy_id=_optional(parameters, "strategyId", -1),
        strategy_type=_optional(parameters, "strategyType", 0),
        peg_price_type=_read_peg(parameters),
        peg_offset=_read_peg_offset(parameters),
    )
    _check_presence(parameters, request)
    if "strategyType" in parameters and request.strategy_type < 1_000_000:
        raise ExchangeError(-1134, "`strategyType` was less than 1000000.")
    return request


def _check_presence(parameters: Parameters, request: OrderRequest) -> None:
    order_type = request.order_type
    if order_type is OrderType.MARKET:
        if request.quantity is None and request.quote_order_quantity is None:
            raise _either("quantity", "quoteOrderQty")
        if request.quantity is not None and request.quote_order_quantity is not None:
            raise ExchangeError(-1128, "Combination of optional parameters invalid.")
    else:
        parameters.text("quantity")
        refuse_unneeded(parameters, "quoteOrderQty")
    if order_type.is_market:
        refuse_unneeded(parameters, "price", "icebergQty")
    elif request.peg_price_type is PegPriceType.NONE:
        parameters.text("price")
    if not order_type.is_conditional:
        refuse_unneeded(parameters, "stopPrice", "trailingDelta")
    elif request.stop_price is None and not request.trailing_delta:
        raise _either("stopPrice", "trailingDelta")
    is_gtc = request.time_in_force is TimeInForce.GTC
    if request.iceberg_quantity is not None and not is_gtc:
        raise ExchangeError(-1106, "Parameter 'icebergQty' sent when not required.")


def _either(first: str, second: str) -> ExchangeError:
    return ExchangeError(
        -1102, f"Param '{first}' or '{second}' must be sent, but both were empty/null!"
    )


def _optional(parameters: Parameters, name: str, default: int) -> int:
    value = parameters.optional_integer(name)
    return default if value is None else value


def _read_time_in_force(parameters: Parameters, order_type: OrderType) -> TimeInForce:
    if order_type.is_market or order_type is OrderType.LIMIT_MAKER:
        refuse_unneeded(parameters, "timeInForce")
        return TimeInForce.GTC
    return read_time_in_force(parameters, _TIMES_IN_FORCE)


def _read_self_trade_prevention(parameters: Parameters) -> SelfTradePrevention:
    mode = parameters.optional_text("selfTradePreventionMode")
    if mode is None:
        return SelfTradePrevention.EXPIRE_MAKER
    if mode not in tuple(SelfTradePrevention):
        raise ExchangeError(
            -1130, "Data sent for parameter 'selfTradePreventionMode' is not valid."
        )
    return SelfTradePrevention(mode)


def _read_peg(parameters: Parameters) -> PegPriceType:
    kind = parameters.optional_text("pegPriceType")
    if kind is None:
        refuse_unneeded(parameters, "pegOffsetType", "pegOffsetValue")
        return PegPriceType.NONE
    if kind not in tuple(PegPriceType):
        raise ExchangeError(-1210, "Invalid pegPriceType.")
    return PegPriceType(kind)


def _read_peg_offset(parameters: Parameters) -> int | None:
    kind, offset = (
        parameters.optional_text("pegOffsetType"),
        parameters.optional_integer("pegOffsetValue"),
    )
    if kind not in (None, "PRICE_LEVEL"):
        raise ExchangeError(-1211, "Invalid pegOffsetType.")
    if (kind is None) != (offset is None):
        raise ExchangeError(
            -1128,
            "Fields [pegOffsetType, pegOffsetValue] must be sent together or omitted entirely.",
        )
    if offset is not None and not 0 <= offset <= _LARGEST_PEG_OFFSET:
        raise ExchangeError(-1130, "Data sent for parameter 'pegOffsetValue' is not valid.")
    return offset


def _read_type(parameters: Parameters) -> OrderType:
    text = parameters.text("type")
    if text not in tuple(OrderType):
        raise ExchangeError(-1116, "Invalid orderType.")
    return OrderType(text)


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
    default = "FULL" if request.order_type in _ANSWERED_IN_FULL else "ACK"
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
    side, market = read_side(parameters), desk.market
    return spot_account.order_commission(side, market.commission, market.pays_in_bnb)


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
    return spot_account.account(balances, market.commission.standard, market.account_update_time_ms)


def _commission(desk: SpotDesk, parameters: Parameters) -> Any:
    market = desk.market
    symbol = market.data.rules(parameters.symbol()).symbol
    return spot_account.account_commission(symbol, market.commission, market.pays_in_bnb)


def _prevented_matches(desk: SpotDesk, parameters: Parameters) -> Any:
    symbol = desk.market.data.rules(parameters.symbol()).symbol
    match_id = parameters.optional_integer("preventedMatchId")
    order_id = parameters.optional_integer("orderId")
    if (match_id is None) == (order_id is None):
        raise ExchangeError(-1128, "Combination of optional parameters invalid.")
    first = parameters.optional_integer("fromPreventedMatchId") or 0
    rows = [
        spot_account.prevented_match(row)
        for row in desk.market.ledger.prevented
        if row.symbol == symbol
        and match_id in (None, row.prevented_match_id)
        and order_id in (None, row.taker_order_id, row.maker_order_id)
        and row.prevented_match_id >= first
    ]
    return rows[: parameters.limit(500, 1_000)]


def _order_limits(desk: SpotDesk, _parameters: Parameters) -> Any:
    return desk.counter.to_json(with_weight=False, with_orders=True)


def _test_weight(parameters: Parameters) -> int:
    return 20 if parameters.flag("computeCommissionRates") else 1


def _prevented_weight(parameters: Parameters) -> int:
    return 20 if "orderId" in parameters else 2


def _fills_weight(parameters: Parameters) -> int:
    return 5 if "orderId" in parameters else 20


_SIGNED: Final = Security.SIGNED
_TRADE: Final = Security.TRADE
_open_weight: Final = depends_on_symbol(6, 80)
ACCOUNT_ENDPOINTS: Final[dict[tuple[str, str], SpotEndpoint]] = {
    ("POST", "/api/v3/order"): Endpoint(_place, 1, _TRADE, orders=1, free=True),
    ("POST", "/api/v3/order/test"): Endpoint(_test, _test_weight, _TRADE),
    ("DELETE", "/api/v3/order"): Endpoint(_cancel, 1, _TRADE, free=True),
    ("GET", "/api/v3/order"): Endpoint(_order, 4, _SIGNED, reads=Reads.ORDERS),
    ("DELETE", "/api/v3/openOrders"): Endpoint(_cancel_all, 1, _TRADE, free=True),
    ("GET", "/api/v3/openOrders"): Endpoint(
        _open_orders, _open_weight, _SIGNED, reads=Reads.ORDERS
    ),
    ("GET", "/api/v3/allOrders"): Endpoint(_all_orders, 20, _SIGNED, reads=Reads.ORDERS),
    ("GET", "/api/v3/myTrades"): Endpoint(_fills, _fills_weight, _SIGNED),
    ("GET", "/api/v3/account"): Endpoint(_account, 20, _SIGNED, reads=Reads.SNAPSHOT),
    ("GET", "/api/v3/account/commission"): Endpoint(_commission, 20, _SIGNED),
    ("GET", "/api/v3/myPreventedMatches"): Endpoint(_prevented_matches, _prevented_weight, _SIGNED),
    ("GET", "/api/v3/rateLimit/order"): Endpoint(_order_limits, 40, _SIGNED),
}
