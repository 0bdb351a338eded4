"""Which positions are liquidated together, when, and at what price nothing is left of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from terminal_app.domain import margin
from terminal_app.practice.engine.model import SymbolRules
from terminal_app.practice.usdm.account import UsdmBooks
from terminal_app.practice.usdm.positions import PositionKey
from terminal_app.practice.usdm.valuation import Totals, Valuation

# Binance does not publish at which ratio it warns; 80 % is what people see.
_MARGIN_CALL_RATIO = Decimal("0.8")


@dataclass(frozen=True, slots=True)
class Scope:
    """Hold positions that are liquidated together: all of cross margin, or one isolated.

    `name` is the isolated position's, None for cross margin.
    """

    name: PositionKey | None
    keys: Sequence[PositionKey]
    wallet: Decimal
    totals: Totals

    @property
    def balance(self) -> Decimal:
        """Return what backs the positions."""
        return self.wallet + self.totals.unrealized_pnl

    @property
    def is_bankrupt(self) -> bool:
        """Tell whether maintenance eats all that backs the positions."""
        return bool(self.keys) and self.totals.maintenance_margin >= self.balance

    @property
    def is_near(self) -> bool:
        """Tell whether it is time for a margin call."""
        least = self.balance * _MARGIN_CALL_RATIO
        return bool(self.keys) and self.totals.maintenance_margin >= least


def scopes_of(books: UsdmBooks) -> list[Scope]:
    """Return the scope of cross margin, empty or not, and one for each isolated position."""
    valuation = Valuation(books, ())
    held = [key for key, _ in books.open_positions()]
    cross = [key for key in held if key[0] not in books.isolated]
    scopes = [Scope(None, cross, books.cross_wallet, valuation.cross_totals())]
    for key in held:
        if key[0] in books.isolated:
            wallet = books.position_of(*key).isolated_wallet
            scopes.append(Scope(key, [key], wallet, valuation.isolated_totals(key)))
    return scopes


def bankruptcy_price(key: PositionKey, books: UsdmBooks, rules: SymbolRules) -> Decimal:
    """Return the legal price nearest to where nothing is left of a position's margin."""
    held = books.position_of(*key)
    funds = held.isolated_wallet
    if key[0] not in books.isolated:
        mark = books.marks[key[0]]
        own = margin.unrealized_pnl(held.amount, held.entry_price, mark)
        profit = Valuation(books, ()).cross_totals().unrealized_pnl
        funds = books.cross_wallet + profit - own
    price = margin.bankruptcy_price(held.amount, held.entry_price, funds)
    rounding = ROUND_CEILING if held.amount > 0 else ROUND_FLOOR
    ticks = (price / rules.tick_size).to_integral_value(rounding)
    return min(max(ticks * rules.tick_size, rules.min_price), rules.max_price)
