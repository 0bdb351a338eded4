"""Closed candles on disk, with the stretches of time that are known to be whole.

It holds nothing that the venue does not give again: a damaged file is removed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from terminal_app.domain.candle_times import Span, merged
from terminal_app.domain.market import Candle, Interval
from terminal_app.storage.sqlite_file import SqliteFile, transaction

_VERSION = 1
# Years of minutes of dozens of symbols; more is begun anew rather than filling a disk.
MOST_BYTES = 4_000_000_000
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
    """Keep closed candles in one SQLite file. Every call may raise ``StorageError``."""

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path, _SCHEMA, _VERSION, is_precious=False, most_bytes=MOST_BYTES)

    async def open(self) -> None:
        """Open the file, or memory alone where it cannot be used."""
        await self._file.open()

    async def spans(self, series: Series) -> tuple[Span, ...]:
        """Return the stretches of which every closed candle is kept, in order."""
        return await self._file.run(lambda database: _spans(database, _number(database, series)))

    async def candles(self, series: Series, span: Span, count: int) -> list[Candle]:
        """Return the newest candles that opened in a span, ``count`` at most, oldest first."""
        return await self._file.run(
            lambda database: _candles(database, _number(database, series), span, count)
        )

    async def keep(self, series: Series, candles: Sequence[Candle], span: Span) -> bool:
        """Keep closed candles, oldest first, that are all there are in a span.

        A closed candle never changes: where one differs from what was kept, the series was of
        another market (a testnet that began anew). Then all of it is forgotten first; False says
        so.
        """
        bodies = {candle.open_time_ms: _body(candle) for candle in candles}
        return await self._file.run(
            lambda database: _keep(database, _number(database, series), bodies, span)
        )

    async def close(self) -> None:
        """Close the file."""
        await self._file.close()


def _number(database: sqlite3.Connection, series: Series) -> int:
    names = (series.scope, series.symbol, series.interval.value)
    database.execute(
        "INSERT OR IGNORE INTO series (scope, symbol, interval) VALUES (?, ?, ?)", names
    )
    (found,) = database.execute(
        "SELECT id FROM series WHERE scope = ? AND symbol = ? AND interval = ?", names
    ).fetchone()
    return int(found)


def _spans(database: sqlite3.Connection, number: int) -> tuple[Span, ...]:
    query = "SELECT from_ms, to_ms FROM spans WHERE series = ? ORDER BY from_ms"
    return tuple(Span(*row) for row in database.execute(query, (number,)))


def _candles(database: sqlite3.Connection, number: int, span: Span, count: int) -> list[Candle]:
    query = (
        "SELECT open_time_ms, body FROM candles WHERE series = ? AND open_time_ms >= ?"
        " AND open_time_ms < ? ORDER BY open_time_ms DESC LIMIT ?"
    )
    rows = database.execute(query, (number, span.from_ms, span.to_ms, count)).fetchall()
    return [_candle(*row) for row in reversed(rows)]


def _keep(database: sqlite3.Connection, number: int, bodies: dict[int, str], span: Span) -> bool:
    with transaction(database):
        is_same = _agrees(database, number, bodies, span)
        if not is_same:
            database.execute("DELETE FROM candles WHERE series = ?", (number,))
            database.execute("DELETE FROM spans WHERE series = ?", (number,))
        rows = [(number, open_time_ms, body) for open_time_ms, body in bodies.items()]
        database.executemany("INSERT OR IGNORE INTO candles VALUES (?, ?, ?)", rows)
        spans = merged(_spans(database, number), span)
        database.execute("DELETE FROM spans WHERE series = ?", (number,))
        database.executemany(
            "INSERT INTO spans VALUES (?, ?, ?)",
            [(number, one.from_ms, one.to_ms) for one in spans],
        )
    return is_same


def _agrees(database: sqlite3.Connection, number: int, bodies: dict[int, str], span: Span) -> bool:
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
