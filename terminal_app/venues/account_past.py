"""What the program knows of an account's past: pages in a row, oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from terminal_app.domain.income import Income
from terminal_app.domain.order import Fill, OrderUpdate

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PastPage(Generic[T]):
    """Hold a page and where the next one begins; only who gave a cursor knows what it means.

    ``unsettled_from`` is the cursor of the first row that may still change, None without one;
    ``share`` says how far this is on the way, where that is known.
    """

    rows: tuple[T, ...]
    cursor: int
    is_last: bool
    unsettled_from: int | None = None
    share: float | None = None


class AccountPast(Protocol):
    """Read what an account did, from a cursor on; 0 is as far back as the venue tells.

    Every call may raise ``VenueError`` and waits behind everything else.
    """

    async def orders(self, symbol: str, cursor: int) -> PastPage[OrderUpdate]:
        """Return orders of a symbol, ended ones among them."""

    async def fills(self, symbol: str, cursor: int) -> PastPage[Fill]:
        """Return the account's own trades in a symbol."""

    async def income(self, cursor: int) -> PastPage[Income]:
        """Return what moved the wallet; nothing where the venue tells of balances alone."""
