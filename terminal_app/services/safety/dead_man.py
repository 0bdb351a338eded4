"""Have the exchange cancel what rests when this program is not heard of any more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Hashable
from math import ceil

from terminal_app.errors import VenueError
from terminal_app.observers import Observers
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.services.order_store import ORDERS, OrderStore
from terminal_app.venues.base import Venue

DEAD_MAN = "dead man"
# Source: Binance USDⓈ-M, countdownCancelAll: a countdown of 120 s, renewed each 30 s.
COUNTDOWN_MS = 120_000
RENEW_S = 30.0
RETRY_S, SETTLE_S = 5.0, 0.2
NOT_COVERED = "It does not cover conditional orders, positions, or the spot market."


class DeadManSwitch:
    """Keep a countdown running for each symbol in which an order rests. Key told: dead man.

    It runs at the exchange: when it is not renewed, because this program, this computer or the
    network is gone, the exchange cancels every order of the symbol.
    """

    def __init__(self, venue: Venue, store: OrderStore, notifications: Notifications) -> None:
        self._venue = venue
        self._store = store
        self._notifications = notifications
        self._deadlines: dict[str, float] = {}
        self._wanted = asyncio.Event()
        self._turn = asyncio.Lock()
        self.observers = Observers()
        self.is_on = False
        self.problem = ""
        store.observers.add(self._on_orders)

    @property
    def is_offered(self) -> bool:
        """Say whether the market has such a switch, and a key to throw it."""
        return self._venue.settings is not None and self._venue.capabilities.has_dead_man

    @property
    def covered(self) -> tuple[str, ...]:
        """Return the symbols whose orders the exchange will cancel."""
        return tuple(sorted(self._deadlines))

    @property
    def seconds_left(self) -> int | None:
        """Return when the first of the countdowns ends unless it is renewed."""
        if not self._deadlines:
            return None
        return max(ceil(min(self._deadlines.values()) - time.monotonic()), 0)

    def switch(self, is_on: bool) -> None:
        """Keep countdowns running from now on, or stop them."""
        if self.is_on is (is_on and self.is_offered):
            return
        self.is_on = is_on and self.is_offered
        self._wanted.set()
        self.observers.notify(DEAD_MAN)

    async def run(self) -> None:
        """Renew what has to run and stop what has not, for ever."""
        while True:
            self._wanted.clear()
            is_good = await self.renew()
            await self._until_due(RENEW_S if is_good else RETRY_S)

    async def renew(self) -> bool:
        """Bring every countdown to where it should be; return whether all of that worked."""
        async with self._turn:
            wanted = self._resting() if self.is_on else set()
            problems = [await self._set(symbol, COUNTDOWN_MS) for symbol in sorted(wanted)]
            ending = sorted(self._deadlines.keys() - wanted)
            problems += [await self._set(symbol, 0) for symbol in ending]
            self._show(next(filter(None, problems), ""))
            return not any(problems)

    async def stop(self) -> bool:
        """Stop every countdown, so that orders rest on; return whether that worked."""
        self.is_on = False
        return await self.renew()

    async def _until_due(self, seconds: float) -> None:
        """Wait so long, or until a symbol comes in or falls out: that is worth a request."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    await self._wanted.wait()
                    # Orders change in crowds: they are looked at together.
                    await asyncio.sleep(SETTLE_S)
                    self._wanted.clear()
                    if self._resting() != self._deadlines.keys() or not self.is_on:
                        return
        except TimeoutError:
            return

    def close(self) -> None:
        """Say what becomes of orders that nobody renews a countdown for any more."""
        if self.covered:
            text = (
                f"The dead-man switch is not renewed any more: the exchange cancels the orders of"
                f" {', '.join(self.covered)} in {self.seconds_left} s."
            )
            self._notifications.tell(Severity.WARNING, text)

    async def _set(self, symbol: str, countdown_ms: int) -> str:
        settings = self._venue.settings
        if settings is None:
            return "there is no API key"
        # Counted from before the request, so that the exchange is never later than is shown.
        began = time.monotonic()
        try:
            await settings.cancel_all_after(symbol, countdown_ms)
        except VenueError as error:
            return str(error)
        if countdown_ms:
            self._deadlines[symbol] = began + countdown_ms / 1000
        else:
            self._deadlines.pop(symbol, None)
        return ""

    def _resting(self) -> set[str]:
        return {order.symbol for order in self._store.working() if not order.is_conditional}

    def _show(self, problem: str) -> None:
        if problem and problem != self.problem:
            verb = "renewed" if self.is_on else "stopped"
            text = f"The dead-man switch was not {verb}: {problem}"
            self._notifications.tell(Severity.WARNING, text)
        self.problem = problem
        self.observers.notify(DEAD_MAN)

    def _on_orders(self, key: Hashable) -> None:
        if key == ORDERS and self.is_on:
            self._wanted.set()
