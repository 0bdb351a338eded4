"""What a person allows themselves: limits of one order, and whether it is the same one again.

Nothing that reduces a risk ever breaks one of these rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from terminal_app.domain.account import PositionSide
from terminal_app.domain.instrument import ZERO, Instrument, Rounding, plain
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import OrderRequest, OrderType
from terminal_app.errors import InvalidOrder

CENT = Decimal("0.01")
AGAIN, FAR = "again", "far from the market"
# Nobody has to say yes again to what a policy was told to do.
MEANT = (AGAIN, FAR)
# A price that gives away more than this asks for a yes, even where no limit is set.
FAR_PERCENT = Decimal(5)


class PanicScope(StrEnum):
    """Name what a panic ends: orders and positions of a symbol, a market, or all of them."""

    SYMBOL = "symbol"
    MARKET = "market"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class SafetyRules:
    """Hold what a person allows themselves on one market; None is no limit, 0 ms no guard.

    ``most_notional`` of an order and ``most_daily_loss`` are in quote asset, ``most_quantity`` is
    in base asset and by symbol, ``most_distance_percent`` is from the middle of the best prices.
    """

    most_notional: Decimal | None = None
    most_quantity: Mapping[str, Decimal] = field(default_factory=dict)
    most_distance_percent: Decimal | None = None
    most_daily_loss: Decimal | None = None
    day_is_local: bool = False
    duplicate_ms: int = 0


@dataclass(frozen=True, slots=True)
class RiskSight:
    """Hold what an order is judged by at this moment; None is unknown.

    ``held`` is the signed position that the order would act on, ``resting`` what of the same side
    rests already and may act on it as well. ``market`` is the price things trade at, ``worst`` the
    last price that a market order of this size would meet.
    """

    has_positions: bool
    held: Decimal = ZERO
    resting: Decimal = ZERO
    market: Decimal | None = None
    worst: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """Hold an order that was taken, and how long ago."""

    request: OrderRequest
    age_ms: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """Hold why an order waits for a second, explicit yes; ``name`` is what the yes is about."""

    name: str
    finding: str


def reduces_risk(request: OrderRequest, sight: RiskSight) -> bool:
    """Say whether an order can only make smaller what is held.

    That is what is marked so; on a market without positions every sale, for only what is held can
    be sold; and what is no larger than the position, together with what rests before it.
    """
    if request.only_reduces:
        return True
    if not sight.has_positions:
        return request.side is Side.SELL
    if request.position_side is not PositionSide.BOTH or request.quantity is None:
        return False
    is_opposite = (sight.held > ZERO) is (request.side is Side.SELL)
    is_within = request.quantity + sight.resting <= abs(sight.held)
    return sight.held != ZERO and is_opposite and is_within


def check_limits(
    instrument: Instrument, request: OrderRequest, rules: SafetyRules, sight: RiskSight
) -> None:
    """Refuse an order that is larger or farther away than a person allows themselves.

    Raise ``InvalidOrder`` by the first rule that is broken.
    """
    if reduces_risk(request, sight):
        return
    _check_quantity(instrument, request, rules)
    _check_notional(instrument, request, rules, sight)
    _check_distance(instrument, request, rules, sight)


def doubts(
    instrument: Instrument,
    request: OrderRequest,
    rules: SafetyRules,
    sight: RiskSight,
    placed: Iterable[Placed],
) -> Iterator[Doubt]:
    """Yield why an order may not be what was meant, though it may be sent.

    It is the same again within the time of the guard, unless it can but reduce; or its limit price
    gives away more than the limit of distance, in an order that no limit refuses.
    """
    if not request.only_reduces:
        terms = _terms(request)
        for other in placed:
            if other.age_ms < rules.duplicate_ms and terms == _terms(other.request):
                ago = f"{other.age_ms / 1000:.1f} s ago"
                yield Doubt(AGAIN, f"the very same order was taken {ago}.")
                break
    price, market = request.price, sight.market
    if price is None or request.trigger is not None or market is None or market <= ZERO:
        return
    gives_away = price - market if request.side is Side.BUY else market - price
    percent = gives_away / market * 100
    if percent > (rules.most_distance_percent or FAR_PERCENT):
        word = "above" if request.side is Side.BUY else "below"
        unit = instrument.quote_asset
        yield Doubt(
            FAR,
            f"its price {plain(price)} {unit} is {_shown(percent)} % {word} the market at"
            f" {plain(market)} {unit}.",
        )


def _terms(request: OrderRequest) -> tuple[object, ...]:
    return (
        request.symbol,
        request.side,
        request.position_side,
        request.type,
        request.price,
        request.trigger,
        request.quantity,
        request.quote_quantity,
    )


def _check_quantity(instrument: Instrument, request: OrderRequest, rules: SafetyRules) -> None:
    most, quantity = rules.most_quantity.get(instrument.symbol), request.quantity
    if most is None or quantity is None or quantity <= most:
        return
    unit = f" {instrument.base_asset}"
    nearest = plain(instrument.round_quantity(most, Rounding.DOWN))
    rule = f"your limit for one order of {instrument.symbol} is {plain(most)}{unit}"
    raise InvalidOrder("Size", rule, plain(quantity) + unit, nearest + unit)


def _check_notional(
    instrument: Instrument, request: OrderRequest, rules: SafetyRules, sight: RiskSight
) -> None:
    most, unit = rules.most_notional, f" {instrument.quote_asset}"
    if most is None:
        return
    if request.quote_quantity is not None:
        if request.quote_quantity > most:
            rule = f"your limit for one order is {plain(most)}{unit}"
            raise InvalidOrder("Size", rule, plain(request.quote_quantity) + unit, plain(most))
        return
    price = _dearest(request, sight)
    if price is None or request.quantity is None:
        rule = f"your limit is {plain(most)}{unit}, and no price tells what the order is worth"
        raise InvalidOrder("Size", rule, _size_text(instrument, request))
    if request.quantity * price > most:
        nearest = plain(instrument.round_quantity(most / price, Rounding.DOWN))
        rule = (
            f"your limit for one order is {plain(most)}{unit},"
            f" this one is worth {_shown(request.quantity * price)}{unit}"
        )
        value = _size_text(instrument, request)
        raise InvalidOrder("Size", rule, value, f"{nearest} {instrument.base_asset}")


def _check_distance(
    instrument: Instrument, request: OrderRequest, rules: SafetyRules, sight: RiskSight
) -> None:
    most, market = rules.most_distance_percent, sight.market
    if most is None:
        return
    if market is None or market <= ZERO:
        rule = f"your limit is {plain(most)} % from the market, and nobody knows the market now"
        raise InvalidOrder("Price", rule, plain(request.price) if request.price else "unknown")
    for field_name, price in _prices(request, sight):
        percent = abs(price - market) / market * 100
        if percent <= most:
            continue
        edge = market * (100 + most if price > market else 100 - most) / 100
        rounding = Rounding.DOWN if price > market else Rounding.UP
        unit = f" {instrument.quote_asset}"
        nearest = f"{plain(instrument.round_price(edge, rounding))}{unit}"
        rule = (
            f"it is {_shown(percent)} % from the market at {plain(market)}{unit},"
            f" your limit is {plain(most)} %"
        )
        if request.type is OrderType.MARKET:
            rule = f"the last part would trade there: {rule}"
            raise InvalidOrder(field_name, rule, plain(price) + unit, "a smaller size")
        raise InvalidOrder(field_name, rule, plain(price) + unit, nearest)


def _prices(request: OrderRequest, sight: RiskSight) -> list[tuple[str, Decimal]]:
    found = []
    if request.trigger is not None and request.trigger.price is not None:
        found.append(("Trigger price", request.trigger.price))
    if request.price is not None:
        found.append(("Price", request.price))
    elif request.type is OrderType.MARKET and sight.worst is not None:
        found.append(("Price", sight.worst))
    return found


def _dearest(request: OrderRequest, sight: RiskSight) -> Decimal | None:
    if request.price is not None:
        return request.price
    if request.trigger is not None and request.trigger.price is not None:
        return request.trigger.price
    known = [price for price in (sight.market, sight.worst) if price is not None]
    return max(known, default=None)


def _size_text(instrument: Instrument, request: OrderRequest) -> str:
    return f"{plain(request.quantity or ZERO)} {instrument.base_asset}"


def _shown(value: Decimal) -> str:
    return plain(value.quantize(CENT, rounding=Rounding.UP.value))
