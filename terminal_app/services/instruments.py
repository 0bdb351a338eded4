"""The rules of every symbol, as fresh as the venue's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.instrument_changes import InstrumentChange, changes_between
from terminal_app.domain.margin import Bracket
from terminal_app.domain.symbols import find_symbol
from terminal_app.errors import VenueError
from terminal_app.venues.base import Venue

REFRESH_SECONDS = 3600.0
# A refusal asks for the rules; a storm of refusals must not eat the limits.
PAUSE_SECONDS = 10.0
RETRY_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)

ChangesHandler = Callable[[Sequence[InstrumentChange]], None]


class InstrumentService:
    """Keep what can be traded and by which rules, asking every hour and when told to.

    ``on_loaded`` hears of the first answer and then of each that changed something, with what
    changed. ``brackets`` by symbol are empty without a key or positions.
    """

    def __init__(self, venue: Venue, on_loaded: ChangesHandler) -> None:
        self._venue = venue
        self._on_loaded = on_loaded
        self._wanted = asyncio.Event()
        self.instruments: dict[str, Instrument] = {}
        self.brackets: Mapping[str, tuple[Bracket, ...]] = {}
        self.loads = 0

    def find(self, name: str) -> Instrument:
        """Return what a name means, however it is written; raise ``UnknownSymbol``."""
        return find_symbol(name, self.instruments, self._venue.environment.venue)

    def ask_soon(self) -> None:
        """Ask for the rules again, as after a refusal or a gap."""
        self._wanted.set()

    async def run(self) -> None:
        """Keep the rules fresh for ever."""
        while True:
            self._wanted.clear()
            await self._load_until_done()
            await asyncio.sleep(PAUSE_SECONDS)
            try:
                async with asyncio.timeout(REFRESH_SECONDS):
                    await self._wanted.wait()
            except TimeoutError:
                continue

    async def refresh(self) -> None:
        """Ask for the rules now. May raise ``VenueError``."""
        found = await self._venue.market_data.instruments()
        after = {instrument.symbol: instrument for instrument in found}
        changes = changes_between(self.instruments, after) if self.loads else []
        self.instruments = after
        self.loads += 1
        if changes or self.loads == 1:
            self._on_loaded(changes)
        if self._venue.settings is not None:
            self.brackets = await self._venue.settings.brackets()

    async def _load_until_done(self) -> None:
        delays = iter(RETRY_SECONDS)
        while True:
            try:
                await self.refresh()
                return
            except VenueError:
                # The connection shows as stale meanwhile.
                await asyncio.sleep(next(delays, RETRY_SECONDS[-1]))
