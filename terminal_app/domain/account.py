"""What an account holds."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from terminal_app.domain.instrument import ZERO, Market
from terminal_app.domain.market import Side


@dataclass(frozen=True, slots=True)
class Balance:
    """Hold one asset of one market: all of it, and what is free to use."""

    market: Market
    asset: str
    total: Decimal
    available: Decimal

    @property
    def locked(self) -> Decimal:
        """Return what is not free."""
        return self.total - self.available


@dataclass(frozen=True, slots=True)
class Position:
    """Hold one position; ``amount`` is negative for a short. Money is in the margin asset."""

    market: Market
    symbol: str
    amount: Decimal
    entry_price: Decimal
    break_even_price: Decimal
    mark_price: Decimal
    liquidation_price: Decimal | None
    unrealized_profit: Decimal
    initial_margin: Decimal
    maintenance_margin: Decimal
    leverage: int | None
    margin_mode: str
    margin_asset: str
    time_ms: int

    @property
    def is_flat(self) -> bool:
        """Say whether nothing is held."""
        return self.amount == ZERO

    @property
    def side(self) -> Side:
        """Return the side that opened it."""
        return Side.BUY if self.amount > ZERO else Side.SELL

    @property
    def notional(self) -> Decimal:
        """Return what it is worth at the mark price."""
        return abs(self.amount) * self.mark_price

    @property
    def return_on_margin(self) -> Decimal | None:
        """Return the unrealised profit in percent of the initial margin."""
        if self.initial_margin <= ZERO:
            return None
        return self.unrealized_profit / self.initial_margin * 100


@dataclass(frozen=True, slots=True)
class AccountSnapshot:
    """Hold a whole account at one moment, as the venue told it; ``leverages`` by symbol."""

    market: Market
    balances: tuple[Balance, ...]
    positions: tuple[Position, ...]
    maker_rate: Decimal
    taker_rate: Decimal
    time_ms: int
    leverages: tuple[tuple[str, int], ...] = ()
