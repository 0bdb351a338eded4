"""Closed candles on disk, with the stretches of time that are known to be whole.

It holds nothing that the venue does not give again: a damaged file is removed, one that another
terminal has is done without. One connection, one thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from terminal_app.domain.candle_times import Span, merged
from terminal_app.domain.market import Candle, Interval
from terminal_app.errors import StorageError

T = TypeVar("T")

_VERSION = 1
_WAIT_FOR_LOCK_S = 0.2
_SCHEMA = """
CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY, scope TEXT NOT NULL, symbol TEXT NOT NULL, interval TEXT NOT NULL,
    UNIQUE (scope, symbol, interval)
);
CREATE TABLE IF NOT EXISTS candles (
    series INTEGER NOT NULL, open_time_ms INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (series, open_time_ms)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS spans (
    series INTEGER NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,
    PRIMARY KEY (series, from_ms)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Series:
    """Name one line of candles; ``scope`` is the environment and its market."""

    scope: str
    symbol: str
    interval: Interval


class CandleCache:
    """Keep closed candles in one SQLite file, off the loop's thread.

    Every call but ``open`` and ``close`` may raise ``StorageError``.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="candles")
        self._connection: sqlite3.Connection | None = None
        self._ids: dict[Series, int] = {}

    async def open(self) -> None:
        """Open the file, or memory alone where it cannot be used."""
        await self._run(self._open)

    async def spans(self, series: Series) -> tuple[Span, ...]:
        """Return the stretches of which every closed candle is kept, in order."""
        return await self._run(lambda: self._spans(self._id(series)))

    async def candles(self, series: Series, span: Span, count: int) -> list[Candle]:
        """Return the newest candles that opened in a span, ``count`` at most, oldest first."""
        return await self._run(lambda: self._candles(self._id(series), span, count))

    async def keep(self, series: Series, candles: Sequence[Candle], span: Span) -> bool:
        """Keep closed candles, oldest first, that are all there are in a span.

        A closed candle never changes: where one differs from what was kept, the series was of
        another market (a testnet that began anew). Then all of it is forgotten first; False says
        so.
        """
        return await self._run(lambda: self._keep(self._id(series), candles, span))

    async def close(self) -> None:
        """Close the file."""
        await self._run(self._close)
        self._executor.shutdown(wait=True)

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            work_done = asyncio.get_running_loop().run_in_executor(self._executor, work)
        except RuntimeError as error:
            raise StorageError("The candle cache is closed.") from error
        # A page that was paid for is kept, even where who asked for it has gone.
        return await asyncio.shield(work_done)

    def _open(self) -> None:
        try:
            self._connect(str(self._path))
        except sqlite3.OperationalError:
            self._connect(":memory:")
        except sqlite3.DatabaseError:
            self._remove()
            self._connect(str(self._path))

    def _connect(self, name: str) -> None:
        self._close()
        connection = sqlite3.connect(
            name, _WAIT_FOR_LOCK_S, isolation_level=None, check_same_thread=False
        )
        self._connection = connection
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        (answer,) = connection.execute("PRAGMA quick_check").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if answer != "ok" or version not in (0, _VERSION):
            raise sqlite3.DatabaseError(answer)
        connection.executescript(_SCHEMA)
        connection.execute(f"PRAGMA user_version={_VERSION}")

    def _remove(self) -> None:
        self._close()
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                self._path.with_name(self._path.name + suffix).unlink()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._ids.clear()

    @contextlib.contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        if self._connection is None:
            raise StorageError("The candle cache is not open.")
        try:
            yield self._connection
        except sqlite3.Error as error:
            raise StorageError(f"The candle cache cannot be used: {error}.") from error

    def _id(self, series: Series) -> int:
        known = self._ids.get(series)
        if known is not None:
            return known
        names = (series.scope, series.symbol, series.interval.value)
        with self._database() as database:
            database.execute(
                "INSERT OR IGNORE INTO series (scope, symbol, interval) VALUES (?, ?, ?)", names
            )
            (found,) = database.execute(
                "SELECT id FROM series WHERE scope = ? AND symbol = ? AND interval = ?", names
            ).fetchone()
        self._ids[series] = int(found)
        return self._ids[series]

    def _spans(self, number: int) -> tuple[Span, ...]:
        query = "SELECT from_ms, to_ms FROM spans WHERE series = ? ORDER BY from_ms"
        with self._database() as database:
            return tuple(Span(*row) for row in database.execute(query, (number,)))

    def _candles(self, number: int, span: Span, count: int) -> list[Candle]:
        query = (
            "SELECT open_time_ms, body FROM candles WHERE series = ? AND open_time_ms >= ?"
            " AND open_time_ms < ? ORDER BY open_time_ms DESC LIMIT ?"
        )
        with self._database() as database:
            values = (number, span.from_ms, span.to_ms, count)
            rows = database.execute(query, values).fetchall()
        return [_candle(*row) for row in reversed(rows)]

    def _keep(self, number: int, candles: Sequence[Candle], span: Span) -> bool:
        bodies = {candle.open_time_ms: _body(candle) for candle in candles}
        with self._database() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                is_same = self._agrees(database, number, bodies, span)
                if not is_same:
                    database.execute("DELETE FROM candles WHERE series = ?", (number,))
                    database.execute("DELETE FROM spans WHERE series = ?", (number,))
                rows = [(number, open_time_ms, body) for open_time_ms, body in bodies.items()]
                database.executemany("INSERT OR IGNORE INTO candles VALUES (?, ?, ?)", rows)
                spans = merged(self._spans(number), span)
                database.execute("DELETE FROM spans WHERE series = ?", (number,))
                database.executemany(
                    "INSERT INTO spans VALUES (?, ?, ?)",
                    [(number, one.from_ms, one.to_ms) for one in spans],
                )
                database.execute("COMMIT")
            except BaseException:
                database.execute("ROLLBACK")
                raise
        return is_same

    @staticmethod
    def _agrees(
        database: sqlite3.Connection, number: int, bodies: dict[int, str], span: Span
    ) -> bool:
        query = (
            "SELECT open_time_ms, body FROM candles WHERE series = ? AND open_time_ms >= ?"
            " AND open_time_ms < ?"
        )
        kept = database.execute(query, (number, span.from_ms, span.to_ms))
        return all(bodies.get(open_time_ms) == body for open_time_ms, body in kept)


def _body(candle: Candle) -> str:
    amounts = (
        candle.open,
        candle.high,
        candle.low,
        candle.close,
        candle.volume,
        candle.quote_volume,
        candle.taker_buy_volume,
    )
    texts = [format(amount, "f") for amount in amounts]
    return " ".join([str(candle.close_time_ms), str(candle.trade_count), *texts])


def _candle(open_time_ms: int, body: str) -> Candle:
    close_time_ms, trade_count, *texts = body.split(" ")
    opened, high, low, closed, volume, quote_volume, taker_buy_volume = map(Decimal, texts)
    return Candle(
        open_time_ms=open_time_ms,
        close_time_ms=int(close_time_ms),
        open=opened,
        high=high,
        low=low,
        close=closed,
        volume=volume,
        quote_volume=quote_volume,
        trade_count=int(trade_count),
        taker_buy_volume=taker_buy_volume,
        closed=True,
    )
