"""Long loads of a market's past: one at a time, shown as it goes, ended when a person wants."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from terminal_app.domain.market import Interval
from terminal_app.errors import TerminalError
from terminal_app.observers import Observers
from terminal_app.services.account_history import AccountHistory, HistoryProgress
from terminal_app.services.candle_history import BEGINNING_MS, CandleHistory, Progress
from terminal_app.storage.past_files import PastFiles
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import Venue

LOAD = "load"


class LoadState(StrEnum):
    """Name how a load stands."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Load:
    """Hold how far a load is; ``share`` is None where nobody can tell the whole.

    ``problem`` says why it failed. What was loaded until then is kept, a new start goes on there.
    """

    title: str
    state: LoadState = LoadState.RUNNING
    rows: int = 0
    share: float | None = None
    problem: str = ""

    @property
    def has_ended(self) -> bool:
        """Say whether nothing more is being read."""
        return self.state is not LoadState.RUNNING


class PastService:
    """Hold a market's candles and account of the past, and load them whole. Key told: load."""

    def __init__(self, venue: Venue, files: PastFiles, tasks: TaskScope) -> None:
        self.candles = CandleHistory(venue, files.candles)
        self.account = AccountHistory(venue, files.account_rows)
        self.observers = Observers()
        self.load: Load | None = None
        self._tasks = tasks
        self._running: asyncio.Task[Any] | None = None

    def load_candles(self, symbol: str, interval: Interval, from_ms: int = BEGINNING_MS) -> None:
        """Start to keep every candle from a time on, from the listing on by default."""
        title = f"Candles of {symbol}, {interval}"

        def report(progress: Progress) -> None:
            self._show(Load(title, rows=progress.loaded, share=progress.share))

        self._start(title, lambda: self.candles.load(symbol, interval, from_ms, report))

    def load_account(self, symbols: Sequence[str]) -> None:
        """Start to keep all orders and trades of symbols, and the account's income."""
        title = "Orders, trades and income"

        def report(progress: HistoryProgress) -> None:
            of_symbol = f" of {progress.symbol}" if progress.symbol else ""
            name = f"{progress.kind.value.capitalize()}{of_symbol}"
            self._show(Load(name, rows=progress.rows, share=progress.share))

        self._start(title, lambda: self.account.load(symbols, report))

    def cancel(self) -> None:
        """End the load that runs; what it has loaded stays."""
        if self._running is not None:
            self._running.cancel()

    def _start(self, title: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        before = self._running
        self.cancel()
        self._show(Load(title))
        self._running = self._tasks.spawn(self._run(work, before), title)

    async def _run(
        self, work: Callable[[], Coroutine[Any, Any, None]], before: asyncio.Task[Any] | None
    ) -> None:
        if before is not None:
            await asyncio.wait([before])
        try:
            await work()
        except asyncio.CancelledError:
            self._end(LoadState.CANCELLED)
            raise
        except TerminalError as error:
            self._end(LoadState.FAILED, str(error))
        else:
            self._end(LoadState.DONE)

    def _end(self, state: LoadState, problem: str = "") -> None:
        if asyncio.current_task() is not self._running or self.load is None:
            return
        share = 1.0 if state is LoadState.DONE else self.load.share
        self._show(Load(self.load.title, state, self.load.rows, share, problem))

    def _show(self, load: Load) -> None:
        self.load = load
        self.observers.notify(LOAD)
