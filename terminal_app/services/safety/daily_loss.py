"""Add up what the day brought, and lock new risk when it cost too much."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Hashable, Mapping
from decimal import Decimal

from terminal_app.domain.daily_loss import (
    DayResult,
    LossLock,
    day_of,
    day_start_ms,
    futures_day,
    lock_after,
    spot_day,
    unlocked,
)
from terminal_app.domain.income import Income
from terminal_app.domain.instrument import Instrument, plain
from terminal_app.domain.safety import SafetyRules
from terminal_app.errors import InvalidOrder, VenueError
from terminal_app.observers import Observers
from terminal_app.services.clock import venue_now_ms
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.services.order_ledger import OrderLedger
from terminal_app.services.order_store import FILLS, FORGOTTEN, OrderStore
from terminal_app.venues.base import Venue

LOSS = "loss"
UNLOCK_WORD = "UNLOCK"
# The venue lists what it just booked a moment later.
ASK_AFTER_S = 3.0
ASK_EVERY_S = 300.0
LOOK_S, SETTLE_S = 5.0, 0.25


class DailyLoss:
    """Keep the result of the day and the lock, which survives a restart. Key told: loss."""

    def __init__(
        self,
        venue: Venue,
        store: OrderStore,
        instruments: Mapping[str, Instrument],
        ledger: OrderLedger,
        notifications: Notifications,
    ) -> None:
        self._venue = venue
        self._store = store
        self._instruments = instruments
        self._ledger = ledger
        self._notifications = notifications
        self._incomes: list[Income] = []
        self._asked_at = float("-inf")
        self._is_dirty, self._is_restored = True, False
        self._wanted = asyncio.Event()
        self.observers = Observers()
        self.rules = SafetyRules()
        self.result = DayResult()
        self.lock = LossLock("")
        store.observers.add(self._on_orders)

    @property
    def asset(self) -> str:
        """Return what the day is counted in."""
        capabilities = self._venue.capabilities
        instrument = self._instruments.get(capabilities.default_symbol)
        return capabilities.margin_asset or (instrument.quote_asset if instrument else "")

    def set_rules(self, rules: SafetyRules) -> None:
        """Take another limit; a lock that is closed stays so."""
        self.rules = rules
        self._is_dirty = True
        self.look()

    async def restore(self) -> None:
        """Take up the lock where an earlier run left it."""
        self.lock = await self._ledger.last_loss_lock()
        self._is_restored = True
        self.look()

    def look(self) -> None:
        """Add the day up anew where something changed, and close or open the lock by it."""
        day = day_of(venue_now_ms(self._venue), is_local=self.rules.day_is_local)
        if not self._is_restored or (not self._is_dirty and day == self.lock.day):
            return
        self._is_dirty = False
        result, before = self._day(), self.lock
        self.lock = lock_after(before, day, result.total, self.rules.most_daily_loss)
        if self.lock.is_locked and not before.is_locked:
            self._tell_locked(result.total)
        if self.lock != before:
            self._ledger.loss_lock(self.lock)
        if result != self.result or self.lock != before:
            self.result = result
            self.observers.notify(LOSS)

    def check(self) -> None:
        """Raise ``InvalidOrder`` while new risk is locked."""
        self.look()
        if not self.lock.is_locked:
            return
        rule = f"your daily loss lock is closed until the day ends ({self._day_words()})"
        value = f"{plain(self.result.total)} {self.asset}"
        raise InvalidOrder("Daily loss", rule, value, "an order that reduces a position")

    def unlock(self, word: str) -> bool:
        """Open the lock for who typed the word; the same loss again closes it anew."""
        if word != UNLOCK_WORD or not self.lock.is_locked:
            return False
        self.lock = unlocked(self.lock, self.result.total)
        self._ledger.loss_lock(self.lock)
        text = "The daily loss lock was opened by hand; the same loss again closes it."
        self._notifications.tell(Severity.WARNING, text)
        self.observers.notify(LOSS)
        return True

    def ask_soon(self) -> None:
        """Read the wallet's movements again, for some were told of."""
        self._asked_at = time.monotonic() - ASK_EVERY_S + ASK_AFTER_S
        self._wanted.set()

    async def run(self) -> None:
        """Follow the day for ever."""
        while True:
            self.look()
            if self._venue.capabilities.has_positions and self._is_due():
                await self._read_incomes()
            self._wanted.clear()
            try:
                async with asyncio.timeout(LOOK_S):
                    await self._wanted.wait()
            except TimeoutError:
                continue
            # Fills come in crowds: they are added up together.
            await asyncio.sleep(SETTLE_S)

    def _is_due(self) -> bool:
        return self._venue.clock is not None and time.monotonic() - self._asked_at >= ASK_EVERY_S

    async def _read_incomes(self) -> None:
        execution = self._venue.execution
        if execution is None:
            return
        self._asked_at = time.monotonic()
        # The venue's cursor is the first millisecond to tell of.
        cursor, found = self._since_ms(), list[Income]()
        try:
            while True:
                page = await execution.past.income(cursor)
                found += page.rows
                cursor = page.cursor
                if page.is_last:
                    break
        except VenueError:
            # What fills told counts already; the rest is asked for again.
            self._asked_at += ASK_AFTER_S - ASK_EVERY_S
            return
        self._incomes = found
        self._is_dirty = True
        self.look()

    def _day(self) -> DayResult:
        since_ms, fills = self._since_ms(), self._store.fills.values()
        today = [fill for fill in fills if fill.time_ms >= since_ms]
        if self._venue.capabilities.has_positions:
            return futures_day(today, self._incomes, self.asset, since_ms)
        # What was paid before counts as well, but only for what was traded today.
        symbols = {fill.symbol for fill in today}
        pairs = {
            symbol: (one.base_asset, one.quote_asset)
            for symbol in symbols
            if (one := self._instruments.get(symbol)) is not None
        }
        traded = (fill for fill in fills if fill.symbol in symbols)
        return spot_day(traded, pairs, self.asset, since_ms)

    def _since_ms(self) -> int:
        return day_start_ms(venue_now_ms(self._venue), is_local=self.rules.day_is_local)

    def _day_words(self) -> str:
        return "local day" if self.rules.day_is_local else "UTC day"

    def _tell_locked(self, total: Decimal) -> None:
        opening = [one for one in self._store.working() if not one.reduce_only]
        rest = f" {len(opening)} orders that rest may still trade: cancel them." if opening else ""
        limit = plain(self.rules.most_daily_loss) if self.rules.most_daily_loss else ""
        self._notifications.tell(
            Severity.DANGER,
            f"Daily loss limit of {limit} {self.asset} reached: {plain(total)} today. New risk is"
            f" locked; reducing, closing and cancelling work.{rest}",
        )

    def _on_orders(self, key: Hashable) -> None:
        if key == FORGOTTEN:
            self.lock, self._incomes = LossLock(""), []
        if key in (FILLS, FORGOTTEN):
            self._is_dirty = True
            self._wanted.set()
