"""The files of the past: candles, which can be asked for again, and what accounts did."""

from __future__ import annotations

from pathlib import Path

from terminal_app.storage.account_rows import AccountRows
from terminal_app.storage.candle_cache import CandleCache


class PastFiles:
    """Open and close the files of the past together."""

    def __init__(self, data: Path, cache: Path) -> None:
        self.candles = CandleCache(cache / "candles.sqlite")
        self.account_rows = AccountRows(data / "history.sqlite")

    async def open(self) -> None:
        """Open both."""
        await self.candles.open()
        await self.account_rows.open()

    async def close(self) -> None:
        """Close both."""
        await self.account_rows.close()
        await self.candles.close()
