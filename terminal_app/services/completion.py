"""Ask for what comparing an account leaves open: executions, and orders that cannot be found."""

from __future__ import annotations

import asyncio
from collections import Counter

from terminal_app.domain.account import AccountSnapshot
from terminal_app.domain.order import Fill, OrderStatus
from terminal_app.errors import VenueUnclear
from terminal_app.services.order_fate import UNKNOWN_ORDER_CODES, OrderFate
from terminal_app.services.order_store import OrderStore
from terminal_app.services.own_trades import OwnTrades
from terminal_app.services.unexplained import Explained
from terminal_app.venues.base import OutcomeKind

HISTORY_ORDERS = 100
# What a cycle may ask for beyond the account itself; the rest is asked for with the next.
SYMBOLS_A_CYCLE = 5
MISSING_ASKED = 20
# A venue's history may lag behind its events: what it told after a gap is asked for once more.
ASK_AGAIN_S = 25.0


class Completion:
    """Make orders and executions whole. Every call that asks may raise ``VenueError``."""

    def __init__(self, fate: OrderFate, store: OrderStore) -> None:
        self._fate = fate
        self._store = store
        self._trades = OwnTrades(fate, store)
        self._explained = Explained()
        self._missing_asked: Counter[str] = Counter()
        self._ask_again_s: dict[str, float] = {}

    async def complete(self, account: AccountSnapshot) -> None:
        """Ask for executions that must have been, and for orders that could not be found."""
        store = self._store
        await self._trades.complete()
        symbols = {order.symbol for order in store.orders.values()}
        lacking = self._explained.lacking(account, store.fills.values(), symbols)
        for symbol in lacking[:SYMBOLS_A_CYCLE]:
            await self.catch_up(symbol)
        for symbol in [name for name, due_s in self._ask_again_s.items() if due_s <= _now_s()]:
            await self.load_history(symbol)
            del self._ask_again_s[symbol]
        self._explained.settle(account, store.fills.values())
        for key, order in list(store.orders.items()):
            # A venue that lags finds later what it did not find at first.
            is_lost = order.is_missing and order.status is OrderStatus.OTHER
            if is_lost and self._missing_asked[key] < MISSING_ASKED:
                self._missing_asked[key] += 1
                await self._fate.ask(key)

    async def catch_up(self, symbol: str) -> list[Fill]:
        """Fetch what may have been missed in a symbol, now and once more when a lag is over."""
        fills = await self.load_history(symbol)
        self._ask_again_s[symbol] = _now_s() + ASK_AGAIN_S
        return fills

    async def load_history(self, symbol: str) -> list[Fill]:
        """Fetch the newest orders and own trades in a symbol, and return the trades."""
        for update in await self._fate.execution.order_history(symbol, HISTORY_ORDERS):
            self._store.apply(update)
        return await self._trades.load(symbol)

    async def ask_where_it_went(self, key: str) -> None:
        """Ask for an order that rested and does not rest any more."""
        outcome = await self._fate.ask(key)
        if outcome.kind is OutcomeKind.OK:
            return
        if outcome.kind is not OutcomeKind.REJECTED or outcome.code not in UNKNOWN_ORDER_CODES:
            raise VenueUnclear("The exchange did not say where an order stands.", outcome.detail)
        # It rested there and is gone without a trace; shown as live it would be a lie.
        self._store.miss(key, "not found at the exchange")

    def forget(self) -> None:
        """Begin anew: the account is another one."""
        self._trades.forget()
        self._explained.forget()
        self._ask_again_s.clear()


def _now_s() -> float:
    return asyncio.get_running_loop().time()
