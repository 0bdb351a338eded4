"""What conditional futures orders must satisfy, and when they trigger."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from terminal_app.practice.engine.algo_order import AlgoOrder, AlgoRequest
from terminal_app.practice.engine.kinds import OrderType, PositionSide, Side, TimeInForce
from terminal_app.practice.engine.model import ZERO, OrderRequest, SymbolRules
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.usdm.filters import check_lots, check_notional, check_places, check_price

REDUCE_ONLY_REJECTED: Final = -2022
MAX_OPEN_ALGO_ORDERS: Final = 200
_CALLBACK_RATES: Final = (Decimal("0.1"), Decimal(20))
_HUNDRED: Final = Decimal(100)
# Stops far beyond what a limit order may ask are taken; how far is not published.
_TRIGGER_REACH: Final = 10


def check_algo_order(request: AlgoRequest, rules: SymbolRules, mark_price: Decimal) -> None:
    """Raise the error of the first filter that a conditional order breaks; margin comes later.

    Source: Binance USDⓈ-M, filters, and the rules of closePosition.
    """
    _check_closing(request)
    check_places(rules, request.quantity, request.price, request.trigger_price)
    if not request.close_position:
        check_lots(request.quantity or ZERO, rules, is_market=request.order_type.is_market)
    if request.price is not None:
        check_price(request.price, rules)
    if request.trigger_price is not None:
        _check_trigger_price(request.trigger_price, rules, mark_price)
        _check_limit_against_trigger(request, request.trigger_price, rules)
    if request.callback_rate is not None:
        _check_callback_rate(request.callback_rate)
    if request.activate_price is not None:
        _check_activation(request.activate_price, rules)
    if not request.close_position and not request.reduce_only:
        price = request.price or request.trigger_price or mark_price
        check_notional(price * (request.quantity or ZERO), rules)


def check_not_triggered(request: AlgoRequest, price: Decimal) -> None:
    """Raise -2021 for an order that the present price would trigger, or activate, at once."""
    is_sell = request.side is Side.SELL
    if request.activate_price is not None:
        is_beyond = price >= request.activate_price if is_sell else price <= request.activate_price
    elif request.trigger_price is not None:
        is_rising = request.order_type.is_take_profit == is_sell
        is_beyond = _has_reached(price, request.trigger_price, is_rising)
    else:
        is_beyond = False
    if is_beyond:
        raise ExchangeError(-2021, "Order would immediately trigger.")


def check_only_closing(request: AlgoRequest, waiting: Iterable[AlgoOrder]) -> None:
    """Raise -4130 for a second closing order of a family and direction."""
    for algo in waiting:
        same_family = algo.order_type.is_take_profit == request.order_type.is_take_profit
        same_direction = (algo.side, algo.position_side) == (request.side, request.position_side)
        if algo.close_position and same_family and same_direction:
            raise ExchangeError(
                -4130,
                "An open stop or take profit order with GTE and closePosition in the direction "
                "is existing.",
            )


def is_triggered(algo: AlgoOrder, price: Decimal) -> bool:
    """Tell whether a price triggers an order; a trailing one follows it first."""
    is_sell = algo.side is Side.SELL
    if not algo.is_trailing:
        is_rising = algo.order_type.is_take_profit == is_sell
        return _has_reached(price, algo.trigger_price, is_rising)
    if not algo.is_activated:
        return False
    algo.extreme = max(algo.extreme, price) if is_sell else min(algo.extreme, price)
    rate = algo.callback_rate / _HUNDRED
    if is_sell:
        return price <= algo.extreme * (1 - rate)
    return price >= algo.extreme * (1 + rate)


def is_activated_by(algo: AlgoOrder, price: Decimal) -> bool:
    """Tell whether a price starts the tracking of a trailing order that waits for it."""
    if not algo.is_trailing or algo.is_activated:
        return False
    is_sell = algo.side is Side.SELL
    return price >= algo.activate_price if is_sell else price <= algo.activate_price


def is_protected(algo: AlgoOrder, last: Decimal, mark: Decimal, rules: SymbolRules) -> bool:
    """Tell whether priceProtect holds a trigger back: last and mark lie too far apart."""
    return algo.price_protect and abs(last - mark) > mark * rules.trigger_protect


def closes(side: Side, amount: Decimal) -> bool:
    """Tell whether a side takes from a position of a signed amount."""
    return amount > 0 if side is Side.SELL else amount < 0


def order_of(algo: AlgoOrder, amount: Decimal, rules: SymbolRules) -> OrderRequest:
    """Return the order a triggered one becomes, of the same client id.

    A closing order takes the whole of the position, which is a signed amount; -2022 without one.
    """
    is_market, quantity = algo.order_type.is_market, algo.quantity
    if algo.close_position:
        if not closes(algo.side, amount):
            raise ExchangeError(REDUCE_ONLY_REJECTED, "ReduceOnly Order is rejected.")
        quantity = min(rules.market_max_quantity, abs(amount))
    is_bound = algo.time_in_force is TimeInForce.GTE_GTC
    return OrderRequest(
        symbol=algo.symbol,
        side=algo.side,
        order_type=OrderType.MARKET if is_market else OrderType.LIMIT,
        time_in_force=TimeInForce.GTC if is_bound else algo.time_in_force,
        quantity=quantity,
        price=None if is_market else algo.price,
        client_order_id=algo.client_algo_id,
        self_trade_prevention=algo.self_trade_prevention,
        reduce_only=algo.reduce_only,
        position_side=algo.position_side,
        price_match=algo.price_match,
        good_till_date_ms=algo.good_till_date_ms,
        close_position=algo.close_position,
    )


def _has_reached(price: Decimal, trigger: Decimal, is_rising: bool) -> bool:
    return price >= trigger if is_rising else price <= trigger


def _check_closing(request: AlgoRequest) -> None:
    if not request.close_position:
        return
    kind = request.order_type
    if not kind.is_market or request.callback_rate is not None:
        raise ExchangeError(
            -4136, f"Target strategy invalid for orderType {kind},closePosition true"
        )
    if request.quantity:
        raise ExchangeError(-4137, "Quantity must be zero with closePosition equals true")
    opens = {PositionSide.LONG: Side.BUY, PositionSide.SHORT: Side.SELL}
    if opens.get(request.position_side) is request.side:
        raise ExchangeError(-4138, "Reduce only must be true with closePosition equals true")


def _check_trigger_price(trigger: Decimal, rules: SymbolRules, mark: Decimal) -> None:
    if trigger <= 0:
        raise ExchangeError(-4006, "Stop price less than zero.")
    if trigger > rules.max_price:
        raise ExchangeError(-4007, "Stop price greater than max price.")
    check_price(trigger, rules)
    highest, lowest = _bounds(mark, rules, _TRIGGER_REACH)
    if trigger > highest:
        raise ExchangeError(-4210, f"Stop price can't be higher than {format(highest, 'f')}")
    if trigger < lowest:
        raise ExchangeError(-4211, f"Stop price can't be lower than {format(lowest, 'f')}")


def _check_limit_against_trigger(
    request: AlgoRequest, trigger: Decimal, rules: SymbolRules
) -> None:
    if request.price is None:
        return
    highest, lowest = _bounds(trigger, rules)
    if request.side is Side.BUY and request.price > highest:
        raise ExchangeError(-4183, f"Limit price can't be higher than {format(highest, 'f')}.")
    if request.side is Side.SELL and request.price < lowest:
        raise ExchangeError(-4184, f"Limit price can't be lower than {format(lowest, 'f')}.")


def _bounds(reference: Decimal, rules: SymbolRules, reach: int = 1) -> tuple[Decimal, Decimal]:
    tick = rules.tick_size
    above = reach * (rules.bid_multiplier_up - 1)
    below = reach * (1 - rules.ask_multiplier_down)
    highest = reference * (1 + above) // tick * tick
    lowest = -(-reference * max(ZERO, 1 - below) // tick) * tick
    return highest, lowest


def _check_activation(price: Decimal, rules: SymbolRules) -> None:
    in_range = rules.min_price <= price <= rules.max_price
    if not in_range or (price - rules.min_price) % rules.order_tick:
        raise ExchangeError(-4135, "Invalid activation price")


def _check_callback_rate(rate: Decimal) -> None:
    least, most = _CALLBACK_RATES
    if not least <= rate <= most or rate * 10 % 1:
        raise ExchangeError(-2007, "Invalid callBack rate.")
