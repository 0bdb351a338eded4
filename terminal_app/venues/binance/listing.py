"""The symbols of exchangeInfo, megabytes of them, read without holding the loop up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from terminal_app.domain.instrument import Instrument
from terminal_app.errors import VenueUnclear
from terminal_app.venues.binance.limits import RateLimitRow

ReadInstrument = Callable[[bytes], Instrument | None]


class ExchangeInfo(msgspec.Struct):
    """The symbols of exchangeInfo, not read yet, and the windows of its limits."""

    symbols: list[msgspec.Raw]
    rate_limits: list[RateLimitRow] = msgspec.field(name="rateLimits", default_factory=list)


class Listing:
    """Read symbols in a thread, one by one; one that says what it said before is not read again.

    ``read`` gives None for a symbol that is not of this market.
    """

    def __init__(self, read: ReadInstrument) -> None:
        self._read = read
        self._known: dict[bytes, Instrument | None] = {}

    async def instruments(self, rows: Sequence[msgspec.Raw]) -> list[Instrument]:
        """Return the instruments of rows; raise ``VenueUnclear`` where one cannot be read."""
        try:
            # A symbol takes microseconds: between two of them the loop has its turn.
            self._known = await asyncio.to_thread(self._read_all, rows)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise VenueUnclear("The venue's list of symbols cannot be read.", str(error)) from error
        return [instrument for instrument in self._known.values() if instrument is not None]

    def _read_all(self, rows: Sequence[msgspec.Raw]) -> dict[bytes, Instrument | None]:
        known, found = self._known, dict[bytes, Instrument | None]()
        for text in map(bytes, rows):
            found[text] = known[text] if text in known else self._read(text)
        return found
