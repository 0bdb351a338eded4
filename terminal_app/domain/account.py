"""What an account holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from terminal_app.domain.instrument import ZERO, Market
from terminal_app.domain.market import Side


class PositionSide(StrEnum):
    """Name which of a symbol's positions is meant: the only one, or one of hedge mode's two."""

    BOTH = "BOTH"
    LONG = "LONG"
    SHORT = "SHORT"


class MarginMode(StrEnum):
    """Name what a position's margin is: the whole account, or an amount of its own."""

    CROSS = "cross"
    ISOLATED = "isolated"


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
    """Hold one position; ``amount`` is negative for a short. Money is in the margin asset.

    ``isolated_margin`` is what was put aside for it, without its profit; None in cross mode.
    ``deleveraging_rank`` says from 0 to 4 how soon it would be reduced by the venue (ADL); None
    where that is not told.
    """

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
    margin_mode: MarginMode
    margin_asset: str
    time_ms: int
    position_side: PositionSide = PositionSide.BOTH
    isolated_margin: Decimal | None = None
    deleveraging_rank: int | None = None

    @property
    def key(self) -> str:
        """Return what tells it from the account's other positions."""
        return position_key(self.symbol, self.position_side)

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


def position_key(symbol: str, side: PositionSide = PositionSide.BOTH) -> str:
    """Return the key of a symbol's position: the symbol itself in one-way mode."""
    return symbol if side is PositionSide.BOTH else f"{symbol}:{side.value}"


@dataclass(frozen=True, slots=True)
class SymbolSettings:
    """Hold what the account has set for a symbol."""

    leverage: int
    margin_mode: MarginMode


@dataclass(frozen=True, slots=True)
class FeeTerms:
    """Hold what trading a symbol costs, as shares of the value.

    The last two are what is left to pay by who pays in ``discount_asset``, None where nobody does.
    """

    maker_rate: Decimal
    taker_rate: Decimal
    discount_asset: str = ""
    discounted_maker_rate: Decimal | None = None
    discounted_taker_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AccountSnapshot:
    """Hold a whole account at one moment, as the venue told it; ``settings`` by symbol.

    ``is_hedged`` and ``is_multi_assets`` are None where the market knows no positions.
    """

    market: Market
    balances: tuple[Balance, ...]
    positions: tuple[Position, ...]
    maker_rate: Decimal
    taker_rate: Decimal
    time_ms: int
    settings: Mapping[str, SymbolSettings] = field(default_factory=dict)
    is_hedged: bool | None = None
    is_multi_assets: bool | None = None
