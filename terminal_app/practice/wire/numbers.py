"""How numbers stand in JSON: prices and sizes as text with a fixed number of places."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Final

import msgspec

from terminal_app.practice.engine.model import SymbolRules

_EIGHT_PLACES: Final = Decimal("0.00000001")
encode: Final = msgspec.json.Encoder(decimal_format="number").encode


@dataclass(frozen=True, slots=True)
class Numbers:
    """Write the prices, sizes and amounts of one symbol."""

    price_places: int
    quantity_places: int
    quote_places: int

    def price(self, value: Decimal) -> str:
        """Write a price."""
        return f"{value:.{self.price_places}f}"

    def quantity(self, value: Decimal) -> str:
        """Write a size in the base asset."""
        return f"{value:.{self.quantity_places}f}"

    def quote(self, value: Decimal) -> str:
        """Write an amount in the quote asset."""
        return f"{value:.{self.quote_places}f}"


SPOT_NUMBERS: Final = Numbers(8, 8, 8)


def usdm_numbers(rules: SymbolRules) -> Numbers:
    """Return the places of a futures symbol; an amount keeps all places of price times size."""
    price, quantity = rules.price_precision, rules.quantity_precision
    return Numbers(price, quantity, price + quantity)


def fixed8(value: Decimal) -> str:
    """Write a number with eight places; what is beyond them is cut off, as samples show."""
    # Adding 0 takes the sign from a zero.
    return f"{value.quantize(_EIGHT_PLACES, ROUND_DOWN) + 0:.8f}"


def fixed8_or_zero(value: Decimal) -> str:
    """Write a number with eight places, nothing as a plain 0 (USDⓈ-M, margins of positions)."""
    return fixed8(value) if value else "0"


def natural(value: Decimal) -> str:
    """Write a number with up to eight places and no zeros at its end."""
    return fixed8(value).rstrip("0").rstrip(".")
