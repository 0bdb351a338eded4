"""Reading of spot orders and cancels from the parameters of a request."""

import re
from dataclasses import dataclass
from typing import Final

from terminal_app.practice.engine.kinds import (
    OrderStatus,
    OrderType,
    PegPriceType,
    SelfTradePrevention,
    TimeInForce,
)
from terminal_app.practice.engine.model import OrderRequest
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.common import (
    OrderIds,
    read_choice,
    read_side,
    read_time_in_force,
    refuse_unneeded,
)

_CLIENT_ORDER_ID: Final = re.compile(r"[a-zA-Z0-9-_]{1,36}")
_LEAST_STRATEGY_TYPE: Final = 1_000_000
TIMES_IN_FORCE: Final = (TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK)
_LARGEST_PEG_OFFSET: Final = 100
_RESPONSES: Final = ("ACK", "RESULT", "FULL")
_ANSWERED_IN_FULL: Final = (None, OrderType.LIMIT, OrderType.MARKET)
_RESTRICTIONS: Final = {
    "ONLY_NEW": OrderStatus.NEW,
    "ONLY_PARTIALLY_FILLED": OrderStatus.PARTIALLY_FILLED,
}


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """Ask to cancel an order, if `wanted` is its status or None; it takes the new client id."""

    symbol: str
    ids: OrderIds
    new_client_order_id: str
    wanted: OrderStatus | None


def read_order(parameters: Parameters) -> OrderRequest:
    """Read a new order and refuse what its type does not take (Binance spot, POST order)."""
    order_type = read_type(parameters)
    request = OrderRequest(
        parameters.symbol(),
        read_side(parameters),
        order_type,
        time_in_force=read_spot_time_in_force(parameters, order_type),
        quantity=parameters.optional_decimal("quantity"),
        quote_order_quantity=parameters.optional_decimal("quoteOrderQty"),
        price=parameters.optional_decimal("price"),
        client_order_id=read_client_order_id(parameters),
        self_trade_prevention=read_self_trade_prevention(parameters),
        stop_price=parameters.optional_decimal("stopPrice"),
        trailing_delta=read_number(parameters, "trailingDelta", 0),
        iceberg_quantity=parameters.optional_decimal("icebergQty"),
        strategy_id=read_number(parameters, "strategyId", -1),
        strategy_type=read_strategy_type(parameters),
        peg_price_type=read_peg(parameters),
        peg_offset=read_peg_offset(parameters),
    )
    _check_presence(parameters, request)
    return request


def _check_presence(parameters: Parameters, request: OrderRequest) -> None:
    order_type = request.order_type
    if order_type is OrderType.MARKET:
        if request.quantity is None and request.quote_order_quantity is None:
            raise either_missing("quantity", "quoteOrderQty")
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
        raise either_missing("stopPrice", "trailingDelta")
    is_gtc = request.time_in_force is TimeInForce.GTC
    if request.iceberg_quantity is not None and not is_gtc:
        raise ExchangeError(-1106, "Parameter 'icebergQty' sent when not required.")


def either_missing(first: str, second: str) -> ExchangeError:
    """Return the error for two parameters of which neither was sent."""
    return ExchangeError(
        -1102, f"Param '{first}' or '{second}' must be sent, but both were empty/null!"
    )


def read_number(parameters: Parameters, name: str, default: int) -> int:
    """Read a whole number that may be left out."""
    value = parameters.optional_integer(name)
    return default if value is None else value


def read_strategy_type(parameters: Parameters, name: str = "strategyType") -> int:
    """Read a strategy type, 0 when it was not sent; error -1134 below 1000000."""
    value = read_number(parameters, name, 0)
    if name in parameters and value < _LEAST_STRATEGY_TYPE:
        raise ExchangeError(-1134, "`strategyType` was less than 1000000.")
    return value


def read_spot_time_in_force(
    parameters: Parameters, order_type: OrderType, name: str = "timeInForce"
) -> TimeInForce:
    """Read the time in force of a type that takes one, GTC of the others."""
    if order_type.is_market or order_type is OrderType.LIMIT_MAKER:
        refuse_unneeded(parameters, name)
        return TimeInForce.GTC
    return read_time_in_force(parameters, TIMES_IN_FORCE, name)


def read_self_trade_prevention(parameters: Parameters) -> SelfTradePrevention:
    """Read `selfTradePreventionMode`, EXPIRE_MAKER when it was not sent."""
    mode = parameters.optional_text("selfTradePreventionMode")
    if mode is None:
        return SelfTradePrevention.EXPIRE_MAKER
    if mode not in tuple(SelfTradePrevention):
        raise ExchangeError(
            -1130, "Data sent for parameter 'selfTradePreventionMode' is not valid."
        )
    return SelfTradePrevention(mode)


def part_name(part: str, field: str) -> str:
    """Return the name of a field of one order of a list; of an order alone, without a part."""
    return part + field if part else field[0].lower() + field[1:]


def read_peg(parameters: Parameters, part: str = "") -> PegPriceType:
    """Read the price an order is pegged to, error -1210 for one that is none."""
    kind = parameters.optional_text(part_name(part, "PegPriceType"))
    if kind is None:
        offsets = ("PegOffsetType", "PegOffsetValue")
        refuse_unneeded(parameters, *(part_name(part, field) for field in offsets))
        return PegPriceType.NONE
    if kind not in tuple(PegPriceType):
        raise ExchangeError(-1210, "Invalid pegPriceType.")
    return PegPriceType(kind)


def read_peg_offset(parameters: Parameters, part: str = "") -> int | None:
    """Read how many levels behind its peg an order stands; type and value come together."""
    type_name, value_name = (part_name(part, "PegOffsetType"), part_name(part, "PegOffsetValue"))
    kind, offset = parameters.optional_text(type_name), parameters.optional_integer(value_name)
    if kind not in (None, "PRICE_LEVEL"):
        raise ExchangeError(-1211, "Invalid pegOffsetType.")
    if (kind is None) != (offset is None):
        raise ExchangeError(
            -1128, f"Fields [{type_name}, {value_name}] must be sent together or omitted entirely."
        )
    if offset is not None and not 0 <= offset <= _LARGEST_PEG_OFFSET:
        raise ExchangeError(-1130, f"Data sent for parameter '{value_name}' is not valid.")
    return offset


def read_type(parameters: Parameters, name: str = "type") -> OrderType:
    """Read the type of an order, error -1116 for any other word."""
    text = parameters.text(name)
    if text not in tuple(OrderType):
        raise ExchangeError(-1116, "Invalid orderType.")
    return OrderType(text)


def read_client_order_id(parameters: Parameters, name: str = "newClientOrderId") -> str:
    """Read a new client order id, empty when the exchange is to make one up."""
    text = parameters.optional_text(name) or ""
    if text and not _CLIENT_ORDER_ID.fullmatch(text):
        legal = f"^{_CLIENT_ORDER_ID.pattern}$"
        raise ExchangeError(
            -1100, f"Illegal characters found in parameter '{name}'; legal range is '{legal}'."
        )
    return text


def read_response_type(parameters: Parameters, order_type: OrderType | None = None) -> str:
    """Read `newOrderRespType`, by default what Binance answers to this type of order or a list."""
    default = "FULL" if order_type in _ANSWERED_IN_FULL else "ACK"
    return read_choice(parameters, "newOrderRespType", _RESPONSES, default)


def read_cancel(parameters: Parameters, ids: OrderIds, new_client_order_id: str) -> CancelRequest:
    """Read a cancel whose ids were read, error -1145 for a restriction that is none."""
    restriction = parameters.optional_text("cancelRestrictions")
    if restriction is not None and restriction not in _RESTRICTIONS:
        raise ExchangeError(
            -1145,
            "`cancelRestrictions` has to be either `ONLY_NEW` or `ONLY_PARTIALLY_FILLED`.",
        )
    wanted = None if restriction is None else _RESTRICTIONS[restriction]
    return CancelRequest(parameters.symbol(), ids, new_client_order_id, wanted)
