"""Propose the sizes that a hand trades with."""

from __future__ import annotations

from decimal import Decimal

from terminal_app.domain.instrument import ZERO, Instrument, Rounding
from terminal_app.domain.price_steps import clean_steps

VOLUMES = 5
# The price may fall before the smallest is used.
_ROOM = Decimal("1.25")


def working_volumes(instrument: Instrument, price: Decimal) -> tuple[Decimal, ...]:
    """Return clean sizes, the smallest first, each of them legal at a price."""
    least = max(instrument.quantity.least, instrument.market_quantity.least)
    if price > ZERO:
        worth = instrument.notional.minimum * _ROOM / price
        least = max(least, instrument.round_quantity(worth, Rounding.UP))
    base = instrument.step_size or Decimal(1).scaleb(least.adjusted())
    # Sizes of a dozen decades below the least are passed over on the way to it.
    start = next(step for step in clean_steps(base, 60) if step >= least)
    return clean_steps(start, VOLUMES)
