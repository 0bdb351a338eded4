"""One futures position: what fills do to its amount, entry and costs."""

from dataclasses import dataclass
from decimal import Decimal

from terminal_app.practice.engine.kinds import PositionSide
from terminal_app.practice.engine.model import ZERO

ATOM = Decimal("0.00000001")
PositionKey = tuple[str, PositionSide]
HEDGE_SIDES = (PositionSide.LONG, PositionSide.SHORT)
ONE_WAY_SIDES = (PositionSide.BOTH,)


@dataclass(slots=True)
class Held:
    """Hold a position: signed amount, entry, commission paid minus profit taken since flat.

    `isolated_wallet` backs an isolated position, 0 on cross margin.
    """

    amount: Decimal = ZERO
    entry_price: Decimal = ZERO
    costs: Decimal = ZERO
    realized: Decimal = ZERO
    update_time_ms: int = 0
    isolated_wallet: Decimal = ZERO

    def apply(self, amount: Decimal, price: Decimal, commission: Decimal) -> Decimal:
        """Count a signed fill and return the profit it realised, before commission."""
        realized = ZERO
        if not self.amount:
            self.costs = ZERO
        if self.amount * amount >= 0:
            total = self.amount + amount
            value = self.amount * self.entry_price + amount * price
            self.entry_price = (value / total).quantize(ATOM)
            self.costs += commission
            self.amount = total
            return realized
        closed = self.closing(amount)
        signed = closed if self.amount > 0 else -closed
        realized = (signed * (price - self.entry_price)).quantize(ATOM)
        self.realized += realized
        self.amount += amount
        if not self.amount:
            self.entry_price = self.costs = ZERO
        elif closed < abs(amount):
            self.entry_price = price
            self.costs = commission * abs(self.amount) / abs(amount)
        else:
            self.costs += commission - realized
        return realized

    def closing(self, amount: Decimal) -> Decimal:
        """Return how much of the position a signed amount closes, unsigned."""
        return min(abs(amount), abs(self.amount)) if self.amount * amount < 0 else ZERO

    def isolated_flow(self, amount: Decimal, price: Decimal, leverage: int) -> Decimal:
        """Return what a signed fill moves into the isolated wallet; below 0 what it sets free.

        Opening takes the initial margin at the fill price, closing gives back the share that was
        closed (Binance futures FAQ, isolated margin).
        """
        closed = self.closing(amount)
        freed = ZERO
        if closed:
            freed = (self.isolated_wallet * closed / abs(self.amount)).quantize(ATOM)
        taken = ((abs(amount) - closed) * price / leverage).quantize(ATOM)
        return taken - freed
