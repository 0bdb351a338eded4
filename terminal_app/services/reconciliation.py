"""Compare what is shown with the whole truth at the venue, and make it equal."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from terminal_app.domain.order import OrderStatus
from terminal_app.errors import StorageError, VenueError
from terminal_app.services.account import AccountService
from terminal_app.services.completion import Completion
from terminal_app.services.differences import (
    ORDER_SUBJECTS,
    Difference,
    Facts,
    Truth,
    differences,
    facts,
)
from terminal_app.services.epoch import FORGOTTEN_AFTER_MS, is_reset
from terminal_app.services.market_data import MarketDataService
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.services.order_fate import Patience
from terminal_app.services.order_ledger import OrderLedger
from terminal_app.services.order_store import OrderStore
from terminal_app.services.orders import OrderService
from terminal_app.venues.base import EnvironmentKind, Venue

RETRY_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)


@dataclass(frozen=True, slots=True)
class Pace:
    """Say how often the account is compared, and how long an event may be on its way.

    A stream that is alive and silent is found within one comparison: events that are missed are
    found after 35 s at the latest.
    """

    compare_s: float = 30.0
    settle_s: float = 1.5
    forgotten_ms: int = FORGOTTEN_AFTER_MS
    patience: Patience = field(default_factory=Patience)


USUAL_PACE = Pace()


class Reconciliation:
    """Compare at the start, after every gap and regularly.

    What the venue tells goes through the same ``apply`` as its events do. New orders are taken
    while everything is compared.
    """

    def __init__(
        self,
        venue: Venue,
        ledger: OrderLedger,
        orders: OrderService,
        account: AccountService,
        notifications: Notifications,
        is_in_touch: Callable[[], bool],
        pace: Pace,
    ) -> None:
        self._venue = venue
        self._ledger = ledger
        self._orders = orders
        self._account = account
        self._notifications = notifications
        self._is_in_touch = is_in_touch
        self._pace = pace
        self._was_compared = False
        self._completion = Completion(orders.fate, orders.store)
        self._comparing = asyncio.Lock()
        self.compared_s: float | None = None

    async def restore(self) -> None:
        """Show what the account held when it was compared last."""
        self._account.remember(*await self._ledger.last_account())

    def lose_touch(self) -> None:
        """Take no new orders until the account has been compared again."""
        self._orders.fate.lose_touch()
        self._orders.gate.set_reconciled(False)

    async def run(self) -> None:
        """Look for what the account's events have not told, for ever."""
        pause_s = self._pace.compare_s
        while True:
            await asyncio.sleep(pause_s)
            pause_s = self._pace.compare_s
            if not self._orders.gate.is_reconciled:
                continue
            try:
                if not await self.check():
                    await self.compare()
            except (VenueError, StorageError):
                # Health says how old the last comparison is.
                pause_s = min(pause_s, RETRY_SECONDS[-1])

    async def restore_touch(self, market_data: MarketDataService) -> None:
        """Compare everything, again and again until it is done or touch is lost.

        The history of the symbol that is watched then, if any, is loaded as well.
        """
        delays = iter(RETRY_SECONDS)
        while self._is_in_touch():
            try:
                await self.compare()
                if market_data.instrument is not None:
                    await self._completion.catch_up(market_data.instrument.symbol)
                return
            except (VenueError, StorageError):
                await asyncio.sleep(next(delays, RETRY_SECONDS[-1]))

    async def compare(self) -> None:
        """Ask for the whole truth and take it in. May raise ``VenueError``.

        When touch is lost meanwhile nothing counts as compared.
        """
        async with self._comparing:
            gaps, newest_ms = self._orders.fate.gaps, self._newest_fill_ms()
            found, truth = await self._look()
            resting = _resting(self._orders.store, truth)
            is_anew = await self._load_all(truth, resting)
            if is_anew:
                await self._begin_anew(resting)
            await self._completion.complete(truth.account)
            if gaps != self._orders.fate.gaps:
                # What came after is compared when touch is back.
                return
            if found:
                self._ledger.compared(found)
            if not is_anew:
                self._tell_what_changed(newest_ms, found)
            self._was_compared = True
            self._note_compared()

    async def check(self) -> bool:
        """Compare without being asked to; return whether that is enough. May raise ``VenueError``.

        What is shown otherwise at two looks, with time for an event between them, was told by no
        event: the account's events are connected anew, and then everything is compared.
        """
        async with self._comparing:
            gaps = self._orders.fate.gaps
            found, truth = await self._look()
            if found:
                await asyncio.sleep(self._pace.settle_s)
                again, truth = await self._look()
                found &= again
            if gaps != self._orders.fate.gaps:
                return True
            if found:
                self._ledger.compared(found)
                self._on_silence(found)
                return True
            self._account.load(truth.account, truth.changes)
            await self._completion.complete(truth.account)
            self._note_compared()
            return not await self._seems_reset(truth.account.time_ms)

    async def try_history(self, symbol: str) -> None:
        """Fetch the newest orders and own trades in a symbol, if that is possible now."""
        # Otherwise it is asked for again as soon as the account is back.
        with contextlib.suppress(VenueError):
            await self._completion.load_history(symbol)

    async def _look(self) -> tuple[frozenset[Difference], Truth]:
        execution = self._orders.fate.execution
        before, changes = self._shown(), self._account.changes
        orders, account = await asyncio.gather(execution.open_orders(), execution.account())
        truth = Truth(tuple(orders), account, changes)
        return differences(before, self._shown(), truth.facts), truth

    def _shown(self) -> Facts:
        account = self._account
        orders = self._orders.store.working()
        return facts(orders, account.balances.values(), account.positions.values())

    async def _take_in(self, truth: Truth) -> None:
        store = self._orders.store
        for update in truth.orders:
            store.apply(update)
        self._account.load(truth.account, truth.changes)
        resting = {
            (update.symbol, update.order_id, update.is_conditional) for update in truth.orders
        }
        for key, order in list(store.orders.items()):
            if order.status is OrderStatus.SENDING or order.status.is_final:
                continue
            if order.order_id is None:
                self._orders.fate.ask_until_known(key)
            elif (order.symbol, order.order_id, order.is_conditional) not in resting:
                await self._completion.ask_where_it_went(key)

    async def _load_all(self, truth: Truth, resting: Collection[str] = ()) -> bool:
        """Return whether the venue has forgotten what was known, as after a reset."""
        store = self._orders.store
        known = tuple(store.fills.values())
        await self._take_in(truth)
        symbols = {order.symbol for order in store.orders.values()}
        symbols |= {fill.symbol for fill in known if fill.time_ms == self._newest_fill_ms()}
        told = {symbol: await self._completion.catch_up(symbol) for symbol in symbols}
        if self._venue.environment.kind is EnvironmentKind.LIVE:
            return False
        rest_ms = [store.orders[key].created_ms for key in resting]
        age_ms = self._pace.forgotten_ms
        return is_reset(known, told, truth.account.time_ms, age_ms, rest_ms)

    async def _seems_reset(self, now_ms: int) -> bool:
        """Look whether the newest known fill is remembered: a reset may cut no connection."""
        fills = self._orders.store.fills.values()
        newest = max(fills, key=lambda fill: fill.time_ms, default=None)
        if newest is None or self._venue.environment.kind is EnvironmentKind.LIVE:
            return False
        told = {newest.symbol: await self._orders.fate.execution.fills(newest.symbol)}
        return is_reset(fills, told, now_ms, self._pace.forgotten_ms)

    async def _begin_anew(self, resting: Collection[str]) -> None:
        store = self._orders.store
        symbols = {order.symbol for order in store.orders.values()}
        await self._ledger.start_anew(list(store.going_on(resting).values()))
        store.forget(resting)
        self._completion.forget()
        text = "The exchange was reset: this is a fresh account. What was before is in the ledger."
        self._notifications.tell(Severity.WARNING, text)
        # What ended meanwhile was told to those that are forgotten now.
        _, truth = await self._look()
        await self._load_all(truth)
        for symbol in symbols:
            await self._completion.load_history(symbol)

    def _on_silence(self, found: Iterable[Difference]) -> None:
        subjects = ", ".join(sorted(difference.subject for difference in found))
        text = f"The account's events did not tell of: {subjects}. They are connected anew."
        self._notifications.tell(Severity.WARNING, text)
        self.lose_touch()
        self._venue.renew_account_events("events were missing")

    def _note_compared(self) -> None:
        self.compared_s = time.monotonic()
        self._ledger.account(self._account.balances.values(), self._account.positions.values())
        self._orders.gate.set_reconciled(True)

    def _newest_fill_ms(self) -> int:
        return max((fill.time_ms for fill in self._orders.store.fills.values()), default=0)

    def _tell_what_changed(self, newest_ms: int, found: Iterable[Difference]) -> None:
        if not self._was_compared:
            # Of the last run only orders and fills are remembered, nothing else can have changed.
            found = [one for one in found if newest_ms and one.subject.startswith(ORDER_SUBJECTS)]
        fills = self._orders.store.fills.values()
        new_fills = sum(fill.time_ms > newest_ms > 0 for fill in fills)
        subjects = sorted(difference.subject for difference in found)
        if new_fills or subjects:
            changed = f": {', '.join(subjects)}" if subjects else ""
            text = f"While away: {new_fills} fills, {len(subjects)} changes{changed}."
            self._notifications.tell(Severity.INFO, text)
        elif self._was_compared and not self._orders.gate.is_reconciled:
            text = "Back: nothing changed while the connection was away."
            self._notifications.tell(Severity.INFO, text)


def _resting(store: OrderStore, truth: Truth) -> set[str]:
    """Return the keys of known orders that rest at the venue."""
    names = {(one.order_id, one.client_order_id): key for key, one in store.orders.items()}
    told = ((one.order_id, one.client_order_id) for one in truth.orders)
    return {names[name] for name in told if name in names}
