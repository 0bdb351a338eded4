"""The journal of one market: round trips, what they cost, and what a person wrote to them."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Iterable, Mapping
from decimal import Decimal

from terminal_app.domain.instrument import Instrument, Market
from terminal_app.domain.market import MINUTE_MS, Interval
from terminal_app.domain.order import Order
from terminal_app.domain.order_request import OrderType
from terminal_app.domain.round_trips import (
    Assets,
    RoundTrip,
    round_trips,
    with_funding,
    with_stop,
)
from terminal_app.errors import StorageError, VenueError
from terminal_app.observers import Observers
from terminal_app.services.account_history import AccountHistory
from terminal_app.services.funding import FundingService
from terminal_app.services.instruments import InstrumentService
from terminal_app.services.order_store import FILLS, FORGOTTEN, OrderStore
from terminal_app.storage.account_rows import RowKind
from terminal_app.storage.journal_notes import JournalNotes, Moment, TripNote
from terminal_app.venues.base import Venue

JOURNAL = "journal"
FUNDING = "FUNDING_FEE"
INCOME_ROWS = 5000
# Executions come in bursts: one reckoning serves all of them.
SETTLE_S = 0.5
# Worth of fees in other assets that is asked for in one reckoning; the rest with the next.
WORTHS_AT_ONCE = 20
_STOPS = frozenset({OrderType.STOP_MARKET, OrderType.STOP_LIMIT})
_NOTHING = TripNote()

Worth = tuple[str, str, int]
"""An asset, what it is valued in, and the beginning of a minute."""


class JournalService:
    """Keep the round trips of a market's account. Key told: journal."""

    def __init__(
        self,
        venue: Venue,
        store: OrderStore,
        rules: InstrumentService,
        history: AccountHistory,
        funding: FundingService,
        notes: JournalNotes,
    ) -> None:
        self._venue = venue
        self._store = store
        self._rules = rules
        self._history = history
        self._funding = funding
        self._files = notes
        self._scope = f"{venue.environment.name}/{venue.capabilities.market}"
        self._worths: dict[Worth, Decimal | None] = {}
        self._notes: dict[str, TripNote] = {}
        self._changed = asyncio.Event()
        self.observers = Observers()
        self.trips: list[RoundTrip] = []
        self._closed = 0
        self.is_loaded = False
        self.problem = ""
        store.observers.add(self._on_store)
        funding.observers.add(lambda _: self._changed.set())

    def note(self, trip: str) -> TripNote:
        """Return what was written to a trip."""
        return self._notes.get(trip, _NOTHING)

    async def write(self, trip: str, note: TripNote) -> None:
        """Keep what a person writes to a trip. May raise ``StorageError``."""
        await self._files.write(self._scope, trip, note)
        self._notes[trip] = note
        self.observers.notify(JOURNAL)

    async def pictures(self, trip: str) -> Mapping[Moment, bytes]:
        """Return the pictures of a trip. May raise ``StorageError``."""
        return await self._files.pictures(self._scope, trip)

    async def add_picture(self, trip: str, moment: Moment, png: bytes) -> None:
        """Keep a picture of a trip's chart. May raise ``StorageError``."""
        await self._files.add_picture(self._scope, trip, moment, png)
        self.observers.notify(JOURNAL)

    async def run(self) -> None:
        """Reckon anew after executions, for ever."""
        self._changed.set()
        while True:
            await self._changed.wait()
            await asyncio.sleep(SETTLE_S)
            self._changed.clear()
            try:
                await self._reckon()
                self.problem = ""
            except StorageError as error:
                self.problem = str(error)
            self.observers.notify(JOURNAL)

    async def forget(self) -> None:
        """Forget what was written: the account began anew. May raise ``StorageError``."""
        self._notes.clear()
        self.trips = []
        await self._files.forget(self._scope)

    def _on_store(self, key: Hashable) -> None:
        if key in (FILLS, FORGOTTEN):
            self._changed.set()

    async def _reckon(self) -> None:
        if not self._rules.instruments:
            # Without rules nobody knows what a symbol's sizes are in.
            await asyncio.sleep(SETTLE_S)
            self._changed.set()
            return
        if not self.is_loaded:
            self._notes = await self._files.notes(self._scope)
        fills, orders = list(self._store.fills.values()), list(self._store.orders.values())
        assets = {name: _assets(one) for name, one in self._rules.instruments.items()}
        unknown: set[Worth] = set()
        worths = dict(self._worths)

        def value_of(asset: str, quote: str, time_ms: int) -> Decimal | None:
            worth = (asset, quote, time_ms - time_ms % MINUTE_MS)
            if worth not in worths:
                unknown.add(worth)
            return worths.get(worth)

        paid = await self._funding_paid()
        trips = await asyncio.to_thread(round_trips, fills, assets.get, value_of)
        self.trips = [
            with_stop(with_funding(trip, paid.get(trip.symbol, ())), first_stop(trip, orders))
            for trip in trips
        ]
        self.is_loaded = True
        closed = sum(trip.is_closed for trip in trips)
        if closed != self._closed:
            # What was paid until then is read, and reckoned when it has come.
            self._closed = closed
            self._funding.ask_soon()
        if unknown:
            self.observers.notify(JOURNAL)
            await self._learn(sorted(unknown, key=lambda worth: -worth[2])[:WORTHS_AT_ONCE])

    async def _learn(self, worths: Iterable[Worth]) -> None:
        """Ask what assets were worth when fees were paid in them."""
        for asset, quote, time_ms in worths:
            self._worths[asset, quote, time_ms] = await self._worth(asset, quote, time_ms)
        self._changed.set()

    async def _worth(self, asset: str, quote: str, time_ms: int) -> Decimal | None:
        symbol = f"{asset}{quote}"
        if symbol not in self._rules.instruments:
            return None
        end_ms = time_ms + MINUTE_MS - 1
        try:
            candles = await self._venue.market_data.candles(
                symbol, Interval.M1, limit=1, start_ms=time_ms, end_ms=end_ms
            )
        except VenueError:
            return None
        return candles[0].close if candles else None

    async def _funding_paid(self) -> dict[str, list[tuple[int, Decimal]]]:
        if self._venue.capabilities.market is Market.SPOT:
            return {}
        paid: dict[str, list[tuple[int, Decimal]]] = {}
        for row in await self._history.rows(RowKind.INCOME, limit=INCOME_ROWS):
            if row["kind"] == FUNDING:
                payment = int(str(row["time_ms"])), Decimal(str(row["amount"]))
                paid.setdefault(str(row["symbol"]), []).append(payment)
        return paid


def first_stop(trip: RoundTrip, orders: Iterable[Order]) -> Decimal | None:
    """Return the price of the first stop that was set against a trip, None without one."""
    until_ms = trip.closed_ms
    stops = [
        order
        for order in orders
        if order.symbol == trip.symbol
        and order.type in _STOPS
        and order.side is trip.side.opposite
        and order.trigger is not None
        and order.trigger.price is not None
        # A stop may be set together with the entry.
        and order.created_ms >= trip.opened_ms - MINUTE_MS
        and (until_ms is None or order.created_ms <= until_ms)
    ]
    if not stops:
        return None
    first = min(stops, key=lambda order: order.created_ms)
    assert first.trigger is not None
    return first.trigger.price


def _assets(instrument: Instrument) -> Assets:
    return Assets(instrument.base_asset, instrument.quote_asset, instrument.step_size)
