"""What a spot trade costs (Binance spot, commission rates)."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from terminal_app.practice.engine.kinds import Side
from terminal_app.practice.engine.model import ZERO

DISCOUNT_ASSET = "BNB"
_ATOM = Decimal("0.00000001")


@dataclass(frozen=True, slots=True)
class Rates:
    """Hold the four rates of one kind of commission: by role in the trade and by side."""

    maker: Decimal = ZERO
    taker: Decimal = ZERO
    buyer: Decimal = ZERO
    seller: Decimal = ZERO

    def of(self, side: Side, is_maker: bool) -> Decimal:
        """Return what a side pays in a role."""
        role = self.maker if is_maker else self.taker
        return role + (self.buyer if side is Side.BUY else self.seller)


@dataclass(frozen=True, slots=True)
class CommissionTable:
    """Hold the rates of an account; `discount` is the share of the standard part left to pay.

    It applies to who pays in BNB, and never to tax and special commission.
    """

    standard: Rates = Rates(maker=Decimal("0.001"), taker=Decimal("0.001"))
    special: Rates = Rates()
    tax: Rates = Rates()
    discount: Decimal = Decimal("0.75")

    def amount(self, received: Decimal, side: Side, is_maker: bool) -> Decimal:
        """Return the commission in the asset received."""
        kinds = (self.standard, self.special, self.tax)
        rate = sum((rates.of(side, is_maker) for rates in kinds), ZERO)
        return (received * rate).quantize(_ATOM, ROUND_DOWN)

    def discounted(self, received: Decimal, side: Side, is_maker: bool, price: Decimal) -> Decimal:
        """Return the commission in BNB; `price` is what one BNB costs in the asset received."""
        rate = self.standard.of(side, is_maker) * self.discount
        rate += self.special.of(side, is_maker) + self.tax.of(side, is_maker)
        return (received * rate / price).quantize(_ATOM, ROUND_DOWN)
