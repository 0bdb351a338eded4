"""Record what the market of a symbol streams, for the practice exchange to play."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from terminal_app.domain.instrument import Market
from terminal_app.storage.recordings import RecordingFigures, RecordingLimits, RecordingWriter


class Feed(Protocol):
    """Stream one symbol's raw messages."""

    def open(self) -> None:
        """Connect in the background."""

    def renew(self) -> None:
        """Send a whole book again."""

    async def close(self) -> None:
        """Close every connection."""


OpenFeed = Callable[[Market, str, Callable[[bytes], None]], Feed]


class Recorder:
    """Write a line ``<local nanoseconds> <json>`` for each message of the followed symbols."""

    def __init__(self, folder: Path, limits: RecordingLimits, open_feed: OpenFeed) -> None:
        self._loop = asyncio.get_running_loop()
        self._writer = RecordingWriter(folder, limits, self._on_new_file)
        self._open_feed = open_feed
        self._feeds: dict[str, Feed] = {}

    @property
    def figures(self) -> RecordingFigures:
        """Return what was written so far."""
        return self._writer.figures

    @property
    def followed(self) -> frozenset[str]:
        """Return what is recorded, as ``<place>/<market>-<symbol>``."""
        return frozenset(self._feeds)

    def follow(self, place: str, market: Market, symbol: str) -> None:
        """Record a symbol from now on, in the folder of the place it is traded at."""
        name = f"{place}/{market.value}-{symbol}"
        if name in self._feeds:
            return

        def on_message(message: bytes) -> None:
            self._writer.write(name, b"%d %b\n" % (time.time_ns(), message))

        feed = self._feeds[name] = self._open_feed(market, symbol, on_message)
        feed.open()

    async def leave(self) -> None:
        """Record no symbol any more."""
        feeds = tuple(self._feeds.values())
        self._feeds.clear()
        for feed in feeds:
            await feed.close()

    async def close(self) -> None:
        """Leave every symbol and finish the files."""
        await self.leave()
        await asyncio.to_thread(self._writer.close)

    def _on_new_file(self, name: str) -> None:
        # In the writer's thread: a file that is played alone begins with a whole book.
        self._loop.call_soon_threadsafe(self._renew, name)

    def _renew(self, name: str) -> None:
        feed = self._feeds.get(name)
        if feed is not None:
            feed.renew()
