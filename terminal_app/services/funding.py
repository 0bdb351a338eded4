"""What funding brought or cost each position since it was opened."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Hashable
from decimal import Decimal

from terminal_app.domain.account import Position
from terminal_app.domain.income import Income
from terminal_app.domain.order import Fill
from terminal_app.domain.position_figures import FUNDING, funding_since, opened_ms
from terminal_app.errors import TerminalError
from terminal_app.observers import Observers
from terminal_app.services.account import POSITIONS, AccountService
from terminal_app.services.account_history import AccountHistory, income_from
from terminal_app.services.order_store import OrderStore
from terminal_app.storage.account_rows import RowKind

PAID = "paid"
ROWS = 5000
# A payment is listed a moment after its event.
SETTLE_SECONDS = 2.0


class FundingService:
    """Read the wallet's movements while positions are held. Key told: paid."""

    def __init__(
        self, history: AccountHistory, account: AccountService, orders: OrderStore
    ) -> None:
        self._history = history
        self._account = account
        self._orders = orders
        self._income: list[Income] | None = None
        self._held: frozenset[str] = frozenset()
        self._opened: dict[str, tuple[tuple[Decimal, int], int | None]] = {}
        self._wanted = asyncio.Event()
        self.observers = Observers()
        account.observers.add(self._on_account)

    def ask_soon(self) -> None:
        """Read what has come since."""
        self._wanted.set()

    def paid(self, position: Position) -> Decimal | None:
        """Return the funding of a position since it was opened; None while that is not known."""
        since_ms = self._opened_ms(position)
        if self._income is None or since_ms is None:
            return None
        return funding_since(position.symbol, since_ms, self._income)

    async def run(self) -> None:
        """Read whenever there is something to read, for ever."""
        while True:
            await self._wanted.wait()
            await asyncio.sleep(SETTLE_SECONDS)
            self._wanted.clear()
            try:
                await self._history.load(())
                rows = await self._history.rows(RowKind.INCOME, limit=ROWS)
            except TerminalError:
                # It stays unknown, and is asked for again with the next event.
                continue
            self._income = [income_from(row) for row in rows if row["kind"] == FUNDING]
            self.observers.notify(PAID)

    def _on_account(self, key: Hashable) -> None:
        if key == POSITIONS:
            held = frozenset(self._account.positions)
            if held - self._held:
                self._wanted.set()
            self._held = held

    def _opened_ms(self, position: Position) -> int | None:
        # Looking through all fills for every frame would take long.
        known = (position.amount, len(self._orders.fills))
        cached = self._opened.get(position.key)
        if cached is None or cached[0] != known:
            fills = self._fills().get(position.symbol, [])
            cached = self._opened[position.key] = known, opened_ms(position, fills)
        return cached[1]

    def _fills(self) -> dict[str, list[Fill]]:
        by_symbol: defaultdict[str, list[Fill]] = defaultdict(list)
        for fill in self._orders.fills.values():
            by_symbol[fill.symbol].append(fill)
        return by_symbol
