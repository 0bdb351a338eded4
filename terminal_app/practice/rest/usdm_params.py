"""Reading of futures orders from parameters (Binance USDⓈ-M: order, algoOrder)."""

import re
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeVar

from terminal_app.practice.engine.algo_order import AlgoRequest
from terminal_app.practice.engine.kinds import (
    AlgoOrderType,
    OrderType,
    PositionSide,
    PriceMatch,
    SelfTradePrevention,
    TimeInForce,
    WorkingType,
)
from terminal_app.practice.engine.model import OrderRequest
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.common import read_order_ids, read_side, refuse_unneeded
from terminal_app.practice.usdm.modify import ModifyRequest

_Word = TypeVar("_Word", bound=StrEnum)
_CLIENT_ORDER_ID: Final = re.compile(r"[\.A-Z\:/a-z0-9_-]{1,36}")
_ORDER_TYPES: Final = (OrderType.LIMIT, OrderType.MARKET)
_LIVES: Final = tuple(word for word in TimeInForce if word is not TimeInForce.GTE_GTC)
_ALGO_LIVES: Final = tuple(word for word in TimeInForce if word is not TimeInForce.RPI)
_PREVENTIONS: Final = tuple(SelfTradePrevention)[:4]
_MATCHED_TYPES: Final = (OrderType.LIMIT, AlgoOrderType.STOP, AlgoOrderType.TAKE_PROFIT)


def is_conditional(parameters: Parameters) -> bool:
    """Tell whether the type asked for belongs to the algo endpoints."""
    return parameters.text("type") in tuple(AlgoOrderType)


def read_order(parameters: Parameters) -> OrderRequest:
    """Read a new order and refuse what its type does not take (USDⓈ-M, POST order)."""
    symbol, side, order_type = parameters.symbol(), read_side(parameters), _read_type(parameters)
    refuse_unneeded(parameters, "stopPrice", "activationPrice", "callbackRate")
    if parameters.flag("closePosition"):
        raise ExchangeError(
            -4136, f"Target strategy invalid for orderType {order_type},closePosition true"
        )
    check_response_type(parameters)
    price_match = read_price_match(parameters, order_type)
    time_in_force, price = TimeInForce.GTC, None
    if order_type is OrderType.LIMIT:
        parameters.text("timeInForce")
        time_in_force = _read_life(parameters, _LIVES)
        price = read_price(parameters, price_match)
    else:
        refuse_unneeded(parameters, "timeInForce", "price")
    if time_in_force is TimeInForce.RPI:
        raise ExchangeError(-4088, "User can not place order currently")
    return OrderRequest(
        symbol,
        side,
        order_type,
        time_in_force,
        quantity=parameters.decimal("quantity"),
        price=price,
        client_order_id=_read_client_id(parameters, "newClientOrderId"),
        reduce_only=_read_reduce_only(parameters),
        position_side=_read_position_side(parameters),
        self_trade_prevention=_read_prevention(parameters),
        price_match=price_match,
        good_till_date_ms=_read_good_till_date(parameters, time_in_force),
    )


def read_modify(parameters: Parameters) -> ModifyRequest:
    """Read a change of a limit order: quantity and price are both mandatory (PUT order)."""
    ids = read_order_ids(parameters)
    price_match = read_price_match(parameters, OrderType.LIMIT)
    modify_id = parameters.optional_integer("modifyId")
    return ModifyRequest(
        symbol=parameters.symbol(),
        side=read_side(parameters),
        quantity=parameters.decimal("quantity"),
        price=read_price(parameters, price_match),
        order_id=ids.order_id,
        client_order_id=ids.client_order_id,
        price_match=price_match,
        modify_id="" if modify_id is None else str(modify_id),
        reduce_only=parameters.flag("reduceOnly"),
    )


def read_algo_order(parameters: Parameters) -> AlgoRequest:
    """Read a conditional order (POST algoOrder)."""
    if parameters.text("algoType") != "CONDITIONAL":
        raise ExchangeError(-1130, "Data sent for parameter 'algoType' is not valid.")
    return _read_conditional(parameters, "triggerPrice", "activatePrice", "clientAlgoId")


def read_old_conditional(parameters: Parameters) -> AlgoRequest:
    """Read a conditional order in the words that order/test still takes."""
    return _read_conditional(parameters, "stopPrice", "activationPrice", "newClientOrderId")


def check_response_type(parameters: Parameters) -> None:
    """Raise -1136 for a newOrderRespType that futures do not know."""
    if parameters.optional_text("newOrderRespType") not in (None, "ACK", "RESULT"):
        raise ExchangeError(-1136, "Invalid newOrderRespType.")


def read_price_match(parameters: Parameters, order_type: StrEnum) -> PriceMatch:
    """Read the level whose price is to be taken; -5037 for an unknown word, -5038 for a type."""
    match = _read_word(parameters, "priceMatch", PriceMatch.NONE, -5037, "Invalid price match")
    if match is not PriceMatch.NONE and order_type not in _MATCHED_TYPES:
        raise ExchangeError(
            -5038, "Price match only supports order type: LIMIT, STOP AND TAKE_PROFIT"
        )
    return match


def read_price(parameters: Parameters, price_match: PriceMatch) -> Decimal | None:
    """Read the mandatory price, which does not go with a price match."""
    if price_match is PriceMatch.NONE:
        return parameters.decimal("price")
    refuse_unneeded(parameters, "price")
    return None


def _read_conditional(
    parameters: Parameters, trigger: str, activation: str, client_id: str
) -> AlgoRequest:
    symbol, side, kind = parameters.symbol(), read_side(parameters), _read_algo_type(parameters)
    check_response_type(parameters)
    is_closing = parameters.flag("closePosition")
    price_match = read_price_match(parameters, kind)
    price = None if kind.is_market else read_price(parameters, price_match)
    is_trailing = kind is AlgoOrderType.TRAILING_STOP_MARKET
    if is_trailing:
        refuse_unneeded(parameters, trigger)
    else:
        refuse_unneeded(parameters, activation, "callbackRate")
    time_in_force = _read_life(parameters, _ALGO_LIVES)
    return AlgoRequest(
        symbol,
        side,
        kind,
        time_in_force,
        quantity=(parameters.optional_decimal if is_closing else parameters.decimal)("quantity"),
        trigger_price=None if is_trailing else parameters.decimal(trigger),
        price=price,
        price_match=price_match,
        working_type=_read_word(
            parameters,
            "workingType",
            WorkingType.CONTRACT_PRICE,
            -4031,
            "Invalid parameter working type",
        ),
        activate_price=parameters.optional_decimal(activation),
        callback_rate=parameters.decimal("callbackRate") if is_trailing else None,
        close_position=is_closing,
        price_protect=parameters.flag("priceProtect"),
        reduce_only=_read_reduce_only(parameters, is_closing=is_closing),
        position_side=_read_position_side(parameters),
        self_trade_prevention=_read_prevention(parameters),
        good_till_date_ms=_read_good_till_date(parameters, time_in_force),
        client_algo_id=_read_client_id(parameters, client_id),
    )


def _read_type(parameters: Parameters) -> OrderType:
    if is_conditional(parameters):
        raise ExchangeError(
            -4120,
            "Order type not supported for this endpoint. "
            "Please use the Algo Order API endpoints instead.",
        )
    text = parameters.text("type")
    if text not in _ORDER_TYPES:
        raise ExchangeError(-1116, "Invalid orderType.")
    return OrderType(text)


def _read_algo_type(parameters: Parameters) -> AlgoOrderType:
    text = parameters.text("type")
    if text not in tuple(AlgoOrderType):
        raise ExchangeError(-1116, "Invalid orderType.")
    return AlgoOrderType(text)


def _read_life(parameters: Parameters, allowed: tuple[TimeInForce, ...]) -> TimeInForce:
    text = parameters.optional_text("timeInForce") or TimeInForce.GTC
    if text not in allowed:
        raise ExchangeError(-1115, "Invalid timeInForce.")
    return TimeInForce(text)


def _read_good_till_date(parameters: Parameters, time_in_force: TimeInForce) -> int:
    if time_in_force is not TimeInForce.GTD:
        return 0
    # Milliseconds are taken but only seconds kept (Binance USDⓈ-M, goodTillDate).
    date_ms = parameters.integer("goodTillDate")
    return date_ms - date_ms % 1_000


def _read_reduce_only(parameters: Parameters, *, is_closing: bool = False) -> bool:
    position_side = parameters.optional_text("positionSide")
    if is_closing or position_side not in (None, PositionSide.BOTH):
        refuse_unneeded(parameters, "reduceOnly")
    return parameters.flag("reduceOnly")


def _read_position_side(parameters: Parameters) -> PositionSide:
    return _read_word(
        parameters, "positionSide", PositionSide.BOTH, -4060, "Invalid position side."
    )


def _read_prevention(parameters: Parameters) -> SelfTradePrevention:
    mode = _read_word(
        parameters,
        "selfTradePreventionMode",
        SelfTradePrevention.EXPIRE_MAKER,
        -5039,
        "Invalid self trade prevention mode",
    )
    if mode not in _PREVENTIONS:
        raise ExchangeError(-5039, "Invalid self trade prevention mode")
    return mode


def _read_client_id(parameters: Parameters, name: str) -> str:
    text = parameters.optional_text(name) or ""
    if text and not _CLIENT_ORDER_ID.fullmatch(text):
        raise ExchangeError(-4015, "Client order id is not valid.")
    return text


def _read_word(parameters: Parameters, name: str, default: _Word, code: int, text: str) -> _Word:
    word = parameters.optional_text(name)
    if word is None:
        return default
    if word not in tuple(type(default)):
        raise ExchangeError(code, text)
    return type(default)(word)
