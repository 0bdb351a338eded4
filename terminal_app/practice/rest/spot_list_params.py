"""Reading of new spot order lists: every order's parameters begin with its part in the list."""

from decimal import Decimal
from typing import Final

from terminal_app.practice.engine.kinds import OrderType, PegPriceType, Side, TimeInForce
from terminal_app.practice.engine.model import OrderRequest
from terminal_app.practice.engine.order_list import ListKind, ListRequest
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.common import refuse_unneeded
from terminal_app.practice.rest.spot_order_params import (
    read_client_order_id,
    read_self_trade_prevention,
)

_TIMES_IN_FORCE: Final = (TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK)
_LEAST_STRATEGY_TYPE: Final = 1_000_000
_LARGEST_PEG_OFFSET: Final = 100


def read_list(parameters: Parameters, kind: ListKind) -> ListRequest:
    """Read a new order list (Binance spot, POST orderList/…)."""
    if not kind.has_phases:
        side, quantity = _read_side(parameters, "side"), parameters.decimal("quantity")
        legs = tuple(_Leg(parameters, part, side, quantity).read() for part in ("above", "below"))
    else:
        legs = _read_phases(parameters, kind)
    return ListRequest(kind, legs, read_client_order_id(parameters, "listClientOrderId"))


def read_old_oco(parameters: Parameters) -> ListRequest:
    """Read an OCO with the names of before 2024 (Binance spot, POST order/oco)."""
    side, quantity = _read_side(parameters, "side"), parameters.decimal("quantity")
    symbol, mode = parameters.symbol(), read_self_trade_prevention(parameters)
    limit = OrderRequest(
        symbol,
        side,
        OrderType.LIMIT_MAKER,
        quantity=quantity,
        price=parameters.decimal("price"),
        client_order_id=read_client_order_id(parameters, "limitClientOrderId"),
        self_trade_prevention=mode,
        iceberg_quantity=parameters.optional_decimal("limitIcebergQty"),
        strategy_id=_read_number(parameters, "limitStrategyId", -1),
        strategy_type=_read_strategy_type(parameters, "limitStrategyType"),
    )
    price = parameters.optional_decimal("stopLimitPrice")
    if price is None:
        refuse_unneeded(parameters, "stopLimitTimeInForce", "stopIcebergQty")
    stop = OrderRequest(
        symbol,
        side,
        OrderType.STOP_LOSS if price is None else OrderType.STOP_LOSS_LIMIT,
        time_in_force=_read_stop_limit_time_in_force(parameters, price),
        quantity=quantity,
        price=price,
        client_order_id=read_client_order_id(parameters, "stopClientOrderId"),
        self_trade_prevention=mode,
        stop_price=parameters.decimal("stopPrice"),
        trailing_delta=_read_number(parameters, "trailingDelta", 0),
        iceberg_quantity=parameters.optional_decimal("stopIcebergQty"),
        strategy_id=_read_number(parameters, "stopStrategyId", -1),
        strategy_type=_read_strategy_type(parameters, "stopStrategyType"),
    )
    legs = (stop, limit) if side is Side.BUY else (limit, stop)
    list_id = read_client_order_id(parameters, "listClientOrderId")
    return ListRequest(ListKind.OCO, legs, list_id)


def _read_phases(parameters: Parameters, kind: ListKind) -> tuple[OrderRequest, ...]:
    working = _Leg(
        parameters,
        "working",
        _read_side(parameters, "workingSide"),
        parameters.decimal("workingQuantity"),
    ).read()
    side = _read_side(parameters, "pendingSide")
    quantity = None
    if not kind.pays_for_pending:
        quantity = parameters.decimal("pendingQuantity")
    elif "pendingQuantity" in parameters:
        raise ExchangeError(-1225, "Pending orders should not include the 'pendingQuantity' tag.")
    parts = ("pendingAbove", "pendingBelow") if kind.has_pair else ("pending",)
    return (working, *(_Leg(parameters, part, side, quantity).read() for part in parts))


class _Leg:
    """Read one order of a list."""

    def __init__(
        self, parameters: Parameters, part: str, side: Side, quantity: Decimal | None
    ) -> None:
        self._parameters = parameters
        self._part = part
        self._side = side
        self._quantity = quantity

    def read(self) -> OrderRequest:
        """Read it and refuse what its type does not take."""
        parameters, order_type = self._parameters, self._read_type()
        request = OrderRequest(
            parameters.symbol(),
            self._side,
            order_type,
            time_in_force=self._read_time_in_force(order_type),
            quantity=self._quantity,
            price=parameters.optional_decimal(self._name("Price")),
            client_order_id=read_client_order_id(parameters, self._name("ClientOrderId")),
            self_trade_prevention=read_self_trade_prevention(parameters),
            stop_price=parameters.optional_decimal(self._name("StopPrice")),
            trailing_delta=_read_number(parameters, self._name("TrailingDelta"), 0),
            iceberg_quantity=parameters.optional_decimal(self._name("IcebergQty")),
            strategy_id=_read_number(parameters, self._name("StrategyId"), -1),
            strategy_type=_read_strategy_type(parameters, self._name("StrategyType")),
            peg_price_type=self._read_peg(),
            peg_offset=self._read_peg_offset(),
        )
        self._check_presence(request)
        return request

    def _name(self, field: str) -> str:
        return self._part + field

    def _read_type(self) -> OrderType:
        text = self._parameters.text(self._name("Type"))
        if text not in tuple(OrderType):
            raise ExchangeError(-1116, "Invalid orderType.")
        return OrderType(text)

    def _read_time_in_force(self, order_type: OrderType) -> TimeInForce:
        name = self._name("TimeInForce")
        if order_type.is_market or order_type is OrderType.LIMIT_MAKER:
            refuse_unneeded(self._parameters, name)
            return TimeInForce.GTC
        return _time_in_force(self._parameters.text(name))

    def _check_presence(self, request: OrderRequest) -> None:
        parameters, order_type = self._parameters, request.order_type
        if order_type.is_market:
            refuse_unneeded(parameters, self._name("Price"), self._name("IcebergQty"))
        elif request.peg_price_type is PegPriceType.NONE:
            parameters.text(self._name("Price"))
        stop, delta = self._name("StopPrice"), self._name("TrailingDelta")
        if not order_type.is_conditional:
            refuse_unneeded(parameters, stop, delta)
        elif request.stop_price is None and not request.trailing_delta:
            raise ExchangeError(
                -1102, f"Param '{stop}' or '{delta}' must be sent, but both were empty/null!"
            )
        is_gtc = request.time_in_force is TimeInForce.GTC
        if request.iceberg_quantity is not None and not is_gtc:
            raise ExchangeError(
                -1160,
                f"Parameter '{self._name('IcebergQty')}' is not supported if "
                f"`{self._name('TimeInForce')}` is not GTC.",
            )

    def _read_peg(self) -> PegPriceType:
        kind = self._parameters.optional_text(self._name("PegPriceType"))
        if kind is None:
            names = self._name("PegOffsetType"), self._name("PegOffsetValue")
            refuse_unneeded(self._parameters, *names)
            return PegPriceType.NONE
        if kind not in tuple(PegPriceType):
            raise ExchangeError(-1210, "Invalid pegPriceType.")
        return PegPriceType(kind)

    def _read_peg_offset(self) -> int | None:
        type_name, value_name = self._name("PegOffsetType"), self._name("PegOffsetValue")
        kind = self._parameters.optional_text(type_name)
        offset = self._parameters.optional_integer(value_name)
        if kind not in (None, "PRICE_LEVEL"):
            raise ExchangeError(-1211, "Invalid pegOffsetType.")
        if (kind is None) != (offset is None):
            raise ExchangeError(
                -1128,
                f"Fields [{type_name}, {value_name}] must be sent together or omitted entirely.",
            )
        if offset is not None and not 0 <= offset <= _LARGEST_PEG_OFFSET:
            raise ExchangeError(-1130, f"Data sent for parameter '{value_name}' is not valid.")
        return offset


def _read_side(parameters: Parameters, name: str) -> Side:
    text = parameters.text(name)
    if text not in tuple(Side):
        raise ExchangeError(-1117, "Invalid side.")
    return Side(text)


def _time_in_force(text: str) -> TimeInForce:
    if text not in _TIMES_IN_FORCE:
        raise ExchangeError(-1115, "Invalid timeInForce.")
    return TimeInForce(text)


def _read_stop_limit_time_in_force(parameters: Parameters, price: Decimal | None) -> TimeInForce:
    if price is None:
        return TimeInForce.GTC
    text = parameters.optional_text("stopLimitTimeInForce")
    if text is None:
        raise ExchangeError(
            -1128,
            "Combination of optional parameters invalid. "
            "Recommendation: 'stopLimitTimeInForce' should also be sent.",
        )
    return _time_in_force(text)


def _read_number(parameters: Parameters, name: str, default: int) -> int:
    value = parameters.optional_integer(name)
    return default if value is None else value


def _read_strategy_type(parameters: Parameters, name: str) -> int:
    value = _read_number(parameters, name, 0)
    if name in parameters and value < _LEAST_STRATEGY_TYPE:
        raise ExchangeError(-1134, "`strategyType` was less than 1000000.")
    return value
