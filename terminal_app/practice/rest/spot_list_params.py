"""Reading of new spot order lists: every order's parameters begin with its part in the list."""

from decimal import Decimal

from terminal_app.practice.engine.kinds import OrderType, PegPriceType, Side, TimeInForce
from terminal_app.practice.engine.model import OrderRequest
from terminal_app.practice.engine.order_list import ListKind, ListRequest
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.common import read_side, read_time_in_force, refuse_unneeded
from terminal_app.practice.rest.spot_order_params import (
    TIMES_IN_FORCE,
    either_missing,
    part_name,
    read_client_order_id,
    read_number,
    read_peg,
    read_peg_offset,
    read_self_trade_prevention,
    read_spot_time_in_force,
    read_strategy_type,
    read_type,
)


def read_list(parameters: Parameters, kind: ListKind) -> ListRequest:
    """Read a new order list (Binance spot, POST orderList/…)."""
    if not kind.has_phases:
        side, quantity = read_side(parameters, "side"), parameters.decimal("quantity")
        legs = tuple(_Leg(parameters, part, side, quantity).read() for part in ("above", "below"))
    else:
        legs = _read_phases(parameters, kind)
    return ListRequest(kind, legs, read_client_order_id(parameters, "listClientOrderId"))


def read_old_oco(parameters: Parameters) -> ListRequest:
    """Read an OCO with the names of before 2024 (Binance spot, POST order/oco)."""
    side, quantity = read_side(parameters, "side"), parameters.decimal("quantity")
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
        strategy_id=read_number(parameters, "limitStrategyId", -1),
        strategy_type=read_strategy_type(parameters, "limitStrategyType"),
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
        trailing_delta=read_number(parameters, "trailingDelta", 0),
        iceberg_quantity=parameters.optional_decimal("stopIcebergQty"),
        strategy_id=read_number(parameters, "stopStrategyId", -1),
        strategy_type=read_strategy_type(parameters, "stopStrategyType"),
    )
    legs = (stop, limit) if side is Side.BUY else (limit, stop)
    list_id = read_client_order_id(parameters, "listClientOrderId")
    return ListRequest(ListKind.OCO, legs, list_id)


def _read_phases(parameters: Parameters, kind: ListKind) -> tuple[OrderRequest, ...]:
    working = _Leg(
        parameters,
        "working",
        read_side(parameters, "workingSide"),
        parameters.decimal("workingQuantity"),
    ).read()
    side = read_side(parameters, "pendingSide")
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
        parameters = self._parameters
        order_type = read_type(parameters, self._name("Type"))
        request = OrderRequest(
            parameters.symbol(),
            self._side,
            order_type,
            time_in_force=read_spot_time_in_force(
                parameters, order_type, self._name("TimeInForce")
            ),
            quantity=self._quantity,
            price=parameters.optional_decimal(self._name("Price")),
            client_order_id=read_client_order_id(parameters, self._name("ClientOrderId")),
            self_trade_prevention=read_self_trade_prevention(parameters),
            stop_price=parameters.optional_decimal(self._name("StopPrice")),
            trailing_delta=read_number(parameters, self._name("TrailingDelta"), 0),
            iceberg_quantity=parameters.optional_decimal(self._name("IcebergQty")),
            strategy_id=read_number(parameters, self._name("StrategyId"), -1),
            strategy_type=read_strategy_type(parameters, self._name("StrategyType")),
            peg_price_type=read_peg(parameters, self._part),
            peg_offset=read_peg_offset(parameters, self._part),
        )
        self._check_presence(request)
        return request

    def _name(self, field: str) -> str:
        return part_name(self._part, field)

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
            raise either_missing(stop, delta)
        is_gtc = request.time_in_force is TimeInForce.GTC
        if request.iceberg_quantity is not None and not is_gtc:
            raise ExchangeError(
                -1160,
                f"Parameter '{self._name('IcebergQty')}' is not supported if "
                f"`{self._name('TimeInForce')}` is not GTC.",
            )


def _read_stop_limit_time_in_force(parameters: Parameters, price: Decimal | None) -> TimeInForce:
    if price is None:
        return TimeInForce.GTC
    name = "stopLimitTimeInForce"
    if name not in parameters:
        raise ExchangeError(
            -1128,
            "Combination of optional parameters invalid. "
            "Recommendation: 'stopLimitTimeInForce' should also be sent.",
        )
    return read_time_in_force(parameters, TIMES_IN_FORCE, name)
