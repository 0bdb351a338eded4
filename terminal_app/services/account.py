"""What the account holds, equal to the venue's own figures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal

from terminal_app.domain.account import (
    AccountSnapshot,
    Balance,
    Position,
    PositionSide,
    SymbolSettings,
    position_key,
)
from terminal_app.domain.instrument import ZERO
from terminal_app.domain.market import MarkPrice
from terminal_app.errors import VenueError
from terminal_app.observers import Observers
from terminal_app.services.account_changes import settings_changes
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.tasks import TaskScope
from terminal_app.venues.account_events import BalancesChanged, PositionChanged
from terminal_app.venues.base import Feed, FeedKind, Venue
from terminal_app.venues.market_events import MarketEvent

BALANCES, POSITIONS = "balances", "positions"
SETTLE_SECONDS = 0.15


class AccountService:
    """Keep balances and positions of one market. Keys told: balances, positions.

    ``changes`` counts the events that changed them.
    """

    def __init__(self, venue: Venue, tasks: TaskScope, notifications: Notifications) -> None:
        self._venue = venue
        self._notifications = notifications
        self._tasks = tasks
        self.observers = Observers()
        self.balances: dict[str, Balance] = {}
        self.positions: dict[str, Position] = {}
        self.maker_rate: Decimal | None = None
        self.taker_rate: Decimal | None = None
        self._snapshot: AccountSnapshot | None = None
        self._marks: dict[str, Callable[[], None]] = {}
        self._wanted = asyncio.Event()
        self.changes = 0

    @property
    def is_loaded(self) -> bool:
        """Say whether anything is known."""
        return self._snapshot is not None

    @property
    def is_hedged(self) -> bool | None:
        """Say whether long and short are held apart; None while unknown or without positions."""
        return self._snapshot.is_hedged if self._snapshot is not None else None

    @property
    def is_multi_assets(self) -> bool | None:
        """Say whether all assets back all positions; None while unknown or without positions."""
        return self._snapshot.is_multi_assets if self._snapshot is not None else None

    def settings(self, symbol: str) -> SymbolSettings | None:
        """Return what is set for a symbol, None while it is unknown."""
        return self._snapshot.settings.get(symbol) if self._snapshot is not None else None

    def start(self) -> None:
        """Keep asking, soon after each event that leaves figures open."""
        self._tasks.spawn(self._keep_fresh(), "account")

    def available(self, asset: str) -> Decimal | None:
        """Return what is free of an asset, None while nothing is known."""
        if not self.is_loaded:
            return None
        balance = self.balances.get(asset)
        return balance.available if balance is not None else ZERO

    def held(self, symbol: str, side: PositionSide = PositionSide.BOTH) -> Decimal:
        """Return the size of a position in a symbol, negative for a short."""
        position = self.positions.get(position_key(symbol, side))
        return position.amount if position is not None else ZERO

    def positions_in(self, symbol: str) -> list[Position]:
        """Return the positions in a symbol: at most one, or in hedge mode two."""
        found = (self.positions.get(position_key(symbol, side)) for side in PositionSide)
        return [position for position in found if position is not None]

    async def refresh(self) -> None:
        """Ask for the whole account. May raise ``VenueError``."""
        execution = self._venue.execution
        if execution is None:
            return
        changes = self.changes
        self.load(await execution.account(), changes)

    def remember(self, balances: Iterable[Balance], positions: Iterable[Position]) -> None:
        """Show what an earlier run knew last; nothing counts as known until the venue tells."""
        self.balances = {balance.asset: balance for balance in balances}
        self.positions = {position.key: position for position in positions}
        self.observers.notify(BALANCES)
        self.observers.notify(POSITIONS)

    def load(self, snapshot: AccountSnapshot, changes: int) -> None:
        """Show the account as the venue told it; ``changes`` are those heard of before asking."""
        self.balances = {balance.asset: balance for balance in snapshot.balances}
        self.positions = {
            position.key: position for position in snapshot.positions if not position.is_flat
        }
        if self._snapshot is not None:
            for sentence in settings_changes(self._snapshot, snapshot):
                self._notifications.tell(Severity.WARNING, sentence)
        self._snapshot = snapshot
        self.maker_rate, self.taker_rate = snapshot.maker_rate, snapshot.taker_rate
        if changes != self.changes:
            # What the venue told meanwhile may be newer than this answer: ask once more.
            self._wanted.set()
        self._follow_marks()
        self.observers.notify(BALANCES)
        self.observers.notify(POSITIONS)

    def ask_soon(self) -> None:
        """Ask for the account once what is under way has arrived."""
        self._wanted.set()

    def on_balances(self, change: BalancesChanged) -> None:
        """Take in changed balances; what the event leaves open is asked for at once."""
        self.changes += 1
        for balance in change.balances:
            known = self.balances.get(balance.asset)
            if not change.is_complete and known is not None:
                moved = balance.total - known.total
                available = max(known.available + moved, ZERO)
                balance = replace(balance, available=available)
            self.balances[balance.asset] = balance
        self.observers.notify(BALANCES)
        if not change.is_complete:
            self._wanted.set()

    def on_position(self, change: PositionChanged) -> None:
        """Take in a changed position; margin and liquidation price are asked for at once."""
        self.changes += 1
        key = position_key(change.symbol, change.position_side)
        known = self.positions.get(key)
        if change.amount == ZERO:
            self.positions.pop(key, None)
        elif known is not None:
            self.positions[key] = replace(
                known,
                amount=change.amount,
                entry_price=change.entry_price,
                break_even_price=change.break_even_price,
                unrealized_profit=change.amount * (known.mark_price - change.entry_price),
                liquidation_price=None,
                time_ms=change.time_ms,
            )
        self._wanted.set()
        self._follow_marks()
        self.observers.notify(POSITIONS)

    def close(self) -> None:
        """Follow no mark prices any more."""
        for leave in self._marks.values():
            leave()
        self._marks.clear()

    async def _keep_fresh(self) -> None:
        while True:
            await self._wanted.wait()
            # One fill sends several events: let them all arrive before asking.
            await asyncio.sleep(SETTLE_SECONDS)
            self._wanted.clear()
            try:
                await self.refresh()
            except VenueError:
                # The connection shows as stale; it asks again when it is back.
                continue

    def _follow_marks(self) -> None:
        if not self._venue.capabilities.has_mark_price:
            return
        symbols = {position.symbol for position in self.positions.values()}
        for symbol in self._marks.keys() - symbols:
            self._marks.pop(symbol)()
        for symbol in symbols - self._marks.keys():
            feed = Feed(FeedKind.MARK, symbol)
            self._marks[symbol] = self._venue.market_data.subscribe(feed, self._on_mark(symbol))

    def _on_mark(self, symbol: str) -> Callable[[MarketEvent], None]:
        def on_mark(event: MarketEvent) -> None:
            if not isinstance(event, MarkPrice):
                return
            for position in self.positions_in(symbol):
                self.positions[position.key] = replace(
                    position,
                    mark_price=event.mark_price,
                    unrealized_profit=position.amount * (event.mark_price - position.entry_price),
                )
            self.observers.notify(POSITIONS)

        return on_mark
