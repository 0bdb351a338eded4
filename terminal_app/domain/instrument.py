"""What can be traded, and in which steps."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum
from typing import NoReturn

from terminal_app.domain.self_trade import NO_SELF_TRADE_RULES, SelfTradeRules
from terminal_app.errors import InvalidOrder

ZERO = Decimal(0)
# Wide enough that a quotient is never rounded onto a step before its direction was asked for.
_WIDE = Context(prec=100)


class Market(StrEnum):
    """Name a market of a venue."""

    SPOT = "spot"
    USDM = "usdm"


class Rounding(StrEnum):
    """Name a direction; every rounding of a price or a size names one."""

    DOWN = ROUND_FLOOR
    UP = ROUND_CEILING
    NEAREST = ROUND_HALF_EVEN


def exact(value: Decimal) -> Decimal:
    """Return the value, refusing anything that is not a finite Decimal."""
    if not isinstance(value, Decimal):
        raise TypeError(f"money is Decimal, not {type(value).__name__}: {value!r}")
    if not value.is_finite():
        raise ValueError(f"not a finite number: {value}")
    return value


def plain(value: Decimal) -> str:
    """Return the text of a Decimal without an exponent and without trailing zeros."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if text not in ("-0", "") else "0"


def decimals_of(step: Decimal) -> int:
    """Return how many decimals a step has: 0.10 has 1, 5 has 0."""
    text = plain(step)
    return len(text.partition(".")[2])


def _rounded(value: Decimal, step: Decimal, rounding: Rounding) -> Decimal:
    if exact(value) == ZERO or step == ZERO:
        return value
    steps = _WIDE.divide(value, step).to_integral_value(rounding.value, _WIDE)
    unit = Decimal(1).scaleb(-decimals_of(step))
    return _WIDE.multiply(steps, step).quantize(unit, context=_WIDE)


@dataclass(frozen=True, slots=True)
class StepRange:
    """Hold the least, the greatest and the step of a price or a size; a step of 0 is off."""

    minimum: Decimal
    maximum: Decimal
    step: Decimal

    @property
    def least(self) -> Decimal:
        """Return the smallest legal value."""
        return max(_rounded(self.minimum, self.step, Rounding.UP), self.step)

    @property
    def most(self) -> Decimal | None:
        """Return the greatest legal value, None where there is no limit."""
        if self.maximum <= ZERO:
            return None
        return _rounded(self.maximum, self.step, Rounding.DOWN)

    def check(self, field: str, value: Decimal, unit: str) -> None:
        """Refuse a value outside the range or off its step, naming the nearest legal one."""
        rule = self._broken_rule(exact(value), unit)
        if rule:
            raise InvalidOrder(field, rule, plain(value), f"{plain(self.nearest(value))}{unit}")

    def nearest(self, value: Decimal) -> Decimal:
        """Return the legal value nearest to a value."""
        rounded = max(_rounded(value, self.step, Rounding.NEAREST), self.least)
        return rounded if self.most is None else min(rounded, self.most)

    def _broken_rule(self, value: Decimal, unit: str) -> str:
        if value <= ZERO:
            return "it must be more than 0"
        if value < self.minimum:
            return f"the least is {plain(self.minimum)}{unit}"
        if self.most is not None and value > self.maximum:
            return f"the most is {plain(self.maximum)}{unit}"
        if self.step > ZERO and _WIDE.remainder(value, self.step) != ZERO:
            return f"it must be a multiple of {plain(self.step)}{unit}"
        return ""


@dataclass(frozen=True, slots=True)
class PriceBand:
    """Hold how far a price may be from the reference price, as factors of it; 0 is off."""

    down: Decimal = ZERO
    up: Decimal = ZERO


NO_BAND = PriceBand()


@dataclass(frozen=True, slots=True)
class NotionalRule:
    """Hold what an order must and may be worth; a maximum of 0 is off."""

    minimum: Decimal = ZERO
    maximum: Decimal = ZERO
    binds_market_minimum: bool = True
    binds_market_maximum: bool = False


@dataclass(frozen=True, slots=True)
class OrderCounts:
    """Hold how many orders of a kind a symbol takes; None is no limit."""

    open: int | None = None
    waiting: int | None = None
    lists: int | None = None
    iceberg_parts: int | None = None


NO_COUNTS = OrderCounts()


@dataclass(frozen=True, slots=True)
class TrailingRules:
    """Hold how far a trailing stop may be from the market, in percent.

    ``rising`` binds triggers above the market (stop buys, profit-taking sells), ``falling`` the
    rest.
    """

    rising: StepRange
    falling: StepRange


@dataclass(frozen=True, slots=True)
class Instrument:
    """Hold one symbol's rules, as the venue states them now."""

    symbol: str
    market: Market
    base_asset: str
    quote_asset: str
    status: str
    price: StepRange
    quantity: StepRange
    market_quantity: StepRange
    notional: NotionalRule
    buy_band: PriceBand = NO_BAND
    sell_band: PriceBand = NO_BAND
    counts: OrderCounts = NO_COUNTS
    trailing: TrailingRules | None = None
    contract: str = ""
    self_trade: SelfTradeRules = NO_SELF_TRADE_RULES

    @property
    def tick_size(self) -> Decimal:
        """Return the smallest step of a price."""
        return self.price.step

    @property
    def step_size(self) -> Decimal:
        """Return the smallest step of a size."""
        return self.quantity.step

    @property
    def price_decimals(self) -> int:
        """Return how many decimals a price shows."""
        return decimals_of(self.price.step)

    @property
    def quantity_decimals(self) -> int:
        """Return how many decimals a size shows."""
        return decimals_of(self.quantity.step)

    @property
    def is_trading(self) -> bool:
        """Say whether the venue takes new orders for it."""
        return self.status == "TRADING"

    def round_price(self, price: Decimal, rounding: Rounding) -> Decimal:
        """Round a price to the tick in the named direction."""
        return _rounded(price, self.price.step, rounding)

    def round_quantity(self, quantity: Decimal, rounding: Rounding) -> Decimal:
        """Round a size to the step in the named direction."""
        return _rounded(quantity, self.quantity.step, rounding)

    def check_price(
        self,
        price: Decimal,
        band: PriceBand = NO_BAND,
        reference: Decimal | None = None,
        field: str = "Price",
    ) -> None:
        """Refuse an illegal price; ``reference`` is the price that the band is about."""
        unit = f" {self.quote_asset}"
        self.price.check(field, price, unit)
        if reference is None or reference <= ZERO:
            return
        if band.up > ZERO and price > reference * band.up:
            limit = plain(self.round_price(reference * band.up, Rounding.DOWN))
            rule = f"the most now is {limit}{unit}, too far above the market"
            raise InvalidOrder(field, rule, plain(price), f"{limit}{unit}")
        if price < reference * band.down:
            limit = plain(self.round_price(reference * band.down, Rounding.UP))
            rule = f"the least now is {limit}{unit}, too far below the market"
            raise InvalidOrder(field, rule, plain(price), f"{limit}{unit}")

    def quantity_range(self, *, is_market: bool) -> StepRange:
        """Return the rules of a size; a market order obeys the common and its own ones."""
        lot, market = self.quantity, self.market_quantity
        if not is_market:
            return lot
        maxima = [item.maximum for item in (lot, market) if item.maximum > ZERO]
        return StepRange(
            max(lot.minimum, market.minimum), min(maxima, default=ZERO), max(lot.step, market.step)
        )

    def check_quantity(self, quantity: Decimal, *, is_market: bool, field: str = "Size") -> None:
        """Refuse an illegal size."""
        self.quantity_range(is_market=is_market).check(field, quantity, f" {self.base_asset}")

    def check_notional(self, quantity: Decimal, price: Decimal, *, is_market: bool = False) -> None:
        """Refuse an order worth less or more than the venue takes, naming the nearest size."""
        rule, worth = self.notional, quantity * price
        if price <= ZERO:
            return
        if worth < rule.minimum and (rule.binds_market_minimum or not is_market):
            enough = self.round_quantity(rule.minimum / price, Rounding.UP)
            nearest = max(enough, self.quantity.least)
            self._refuse_worth("at least", rule.minimum, quantity, worth, nearest)
        is_bound = rule.maximum > ZERO and (rule.binds_market_maximum or not is_market)
        if is_bound and worth > rule.maximum:
            nearest = self.round_quantity(rule.maximum / price, Rounding.DOWN)
            self._refuse_worth("at most", rule.maximum, quantity, worth, nearest)

    def _refuse_worth(
        self, words: str, limit: Decimal, quantity: Decimal, worth: Decimal, nearest: Decimal
    ) -> NoReturn:
        # Rounded towards what is refused: 4.999 must not read as the 5 it does not reach.
        direction = Rounding.DOWN if worth < limit else Rounding.UP
        shown = plain(worth.quantize(Decimal("0.01"), direction.value))
        rule = (
            f"an order must be worth {words} {plain(limit)} {self.quote_asset},"
            f" this one is worth {shown}"
        )
        raise InvalidOrder("Size", rule, plain(quantity), f"{plain(nearest)} {self.base_asset}")
