"""One size as many orders over a range of prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from terminal_app.domain.instrument import ZERO, Instrument, Rounding, plain
from terminal_app.domain.market import Level
from terminal_app.errors import InvalidOrder

FEWEST, MOST = 2, 50


class Shape(StrEnum):
    """Name how sizes go from the first price to the last."""

    FLAT = "FLAT"
    RISING = "RISING"
    FALLING = "FALLING"


@dataclass(frozen=True, slots=True)
class Scale:
    """Hold a range of prices and how a size is spread over it; None is not given yet."""

    first: Decimal | None
    last: Decimal | None
    count: Decimal | None
    shape: Shape = Shape.FLAT


def spread(instrument: Instrument, total: Decimal, scale: Scale) -> list[Level]:
    """Return price and size of each order, in the order of the range; sizes never exceed the total.

    Raises ``InvalidOrder`` for a range that is none. Whether each order is legal by itself is not
    looked at.
    """
    first, last, count = _checked(instrument, scale)
    prices = [
        instrument.round_price(first + (last - first) * index / (count - 1), Rounding.NEAREST)
        for index in range(count)
    ]
    if len(set(prices)) < count:
        most = int(abs(last - first) / instrument.tick_size) + 1
        rule = f"between these prices there are {most} ticks"
        raise InvalidOrder("Orders", rule, str(count), str(max(most, FEWEST)))
    weights = _weights(count, scale.shape)
    whole = sum(weights)
    sizes = [instrument.round_quantity(total * each / whole, Rounding.DOWN) for each in weights]
    # What rounding left over goes to the largest, where it changes the shape least.
    largest = sizes.index(max(sizes))
    rest = instrument.round_quantity(total - sum(sizes, ZERO), Rounding.DOWN)
    sizes[largest] += rest
    return [Level(price, size) for price, size in zip(prices, sizes, strict=True)]


def average_price(levels: Sequence[Level]) -> Decimal | None:
    """Return the price that all orders together would have."""
    size = sum((level.quantity for level in levels), ZERO)
    if size <= ZERO:
        return None
    return sum((level.price * level.quantity for level in levels), ZERO) / size


def _checked(instrument: Instrument, scale: Scale) -> tuple[Decimal, Decimal, int]:
    for name, price in (("From", scale.first), ("To", scale.last)):
        if price is None:
            raise InvalidOrder(name, "a range needs its end", "is empty")
        instrument.check_price(price, field=name)
    first, last, count = scale.first, scale.last, scale.count
    if first is None or last is None or first == last:
        raise InvalidOrder("To", "the ends of a range differ", plain(last or ZERO))
    if count is None or not FEWEST <= count <= MOST or count != int(count):
        value = "is empty" if count is None else plain(count)
        nearest = FEWEST if count is None else min(max(int(count), FEWEST), MOST)
        rule = f"a whole number from {FEWEST} to {MOST}"
        raise InvalidOrder("Orders", rule, value, str(nearest))
    return first, last, int(count)


def _weights(count: int, shape: Shape) -> list[int]:
    if shape is Shape.FLAT:
        return [1] * count
    rising = list(range(1, count + 1))
    return rising if shape is Shape.RISING else rising[::-1]
