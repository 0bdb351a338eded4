"""What a venue tells of an account by itself: orders, money, positions, settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from terminal_app.domain.account import Balance, PositionSide
from terminal_app.domain.order import OrderUpdate


@dataclass(frozen=True, slots=True)
class BalancesChanged:
    """Balances in their new absolute amounts; assets that are absent did not change.

    ``available`` may be unknown to the venue's event: then only totals are given here and the
    account is asked again.
    """

    balances: tuple[Balance, ...]
    reason: str
    time_ms: int
    is_complete: bool = True


@dataclass(frozen=True, slots=True)
class PositionChanged:
    """A position in its new amount, as the event told it."""

    symbol: str
    amount: Decimal
    entry_price: Decimal
    break_even_price: Decimal
    unrealized_profit: Decimal
    reason: str
    time_ms: int
    position_side: PositionSide = PositionSide.BOTH


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """A setting of the account changed somewhere: the account tells which and how."""

    time_ms: int


@dataclass(frozen=True, slots=True)
class MoneyMoved:
    """Money came in, or went out (less than 0), other than by trading."""

    asset: str
    amount: Decimal
    reason: str
    time_ms: int


@dataclass(frozen=True, slots=True)
class MarginCalled:
    """The venue warns that positions come near their liquidation."""

    symbols: tuple[str, ...]
    time_ms: int


@dataclass(frozen=True, slots=True)
class AccountStreamReady:
    """Account events flow from now on: whatever was missed before must be asked for."""


AccountEvent = (
    OrderUpdate
    | BalancesChanged
    | PositionChanged
    | SettingsChanged
    | MoneyMoved
    | MarginCalled
    | AccountStreamReady
)
AccountSink = Callable[[AccountEvent], None]
