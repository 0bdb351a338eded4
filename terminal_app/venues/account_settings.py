"""How an account holds its positions, and what changes that."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from terminal_app.domain.account import MarginMode, Position
from terminal_app.domain.margin import Bracket


class AccountSettings(Protocol):
    """Read and change how an account's positions are held. Every call may raise ``VenueError``."""

    async def set_leverage(self, symbol: str, leverage: int) -> None:
        """Set the leverage of a symbol."""

    async def set_margin_mode(self, symbol: str, mode: MarginMode) -> None:
        """Set whether a symbol's positions have margin of their own."""

    async def set_hedge_mode(self, is_hedged: bool) -> None:
        """Hold long and short apart, or as one."""

    async def brackets(self) -> Mapping[str, tuple[Bracket, ...]]:
        """Return every symbol's leverage brackets, lowest first."""

    async def cancel_all_after(self, symbol: str, countdown_ms: int) -> None:
        """Have every order of a symbol cancelled after so long; asked again it starts anew.

        0 stops it.
        """

    async def move_margin(self, position: Position, amount: Decimal) -> None:
        """Add margin to an isolated position, or with a negative amount take some out."""
