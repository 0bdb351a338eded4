"""The files of the past: candles, which can be asked for again, what accounts did, the journal."""

from __future__ import annotations

from pathlib import Path

from terminal_app.storage.account_rows import AccountRows
from terminal_app.storage.candle_cache import CandleCache
from terminal_app.storage.journal_notes import JournalNotes


class PastFiles:
    """Open and close the files of the past together."""

    def __init__(self, data: Path, cache: Path) -> None:
        self.candles = CandleCache(cache / "candles.sqlite")
        self.account_rows = AccountRows(data / "history.sqlite")
        self.journal = JournalNotes(data / "journal.sqlite")

    async def open(self) -> None:
        """Open all of them."""
        await self.candles.open()
        await self.account_rows.open()
        await self.journal.open()

    async def close(self) -> None:
        """Close all of them."""
        await self.journal.close()
        await self.account_rows.close()
        await self.candles.close()
