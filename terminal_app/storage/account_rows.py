"""An account's past on disk: venues forget orders after days or months, this file does not."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from terminal_app.storage.sqlite_file import SqliteFile, transaction

Value = str | int | bool | None
Body = Mapping[str, Value]

_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS rows (
    scope TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, symbol TEXT NOT NULL,
    time_ms INTEGER NOT NULL, number INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (scope, kind, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS rows_by_time ON rows (scope, kind, time_ms, number);
CREATE TABLE IF NOT EXISTS positions (
    scope TEXT NOT NULL, kind TEXT NOT NULL, symbol TEXT NOT NULL,
    cursor INTEGER NOT NULL, unsettled_from INTEGER, PRIMARY KEY (scope, kind, symbol)
) WITHOUT ROWID;
"""


class RowKind(StrEnum):
    """Name what rows are of."""

    ORDERS = "orders"
    FILLS = "fills"
    INCOME = "income"


@dataclass(frozen=True, slots=True)
class Line:
    """Name rows that are read as one; ``scope`` is the environment and its market."""

    scope: str
    kind: RowKind
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """Hold where reading goes on, and from where rows may still change."""

    cursor: int = 0
    unsettled_from: int | None = None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """Hold one row in plain values; rows of one key are one row, the newest stands.

    ``number`` is the venue's own, which tells what came first within a millisecond.
    """

    key: str
    symbol: str
    time_ms: int
    number: int
    body: Body


class AccountRows:
    """Keep rows in one SQLite file. Every call may raise ``StorageError``."""

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path, _SCHEMA, _VERSION, is_precious=True)

    async def open(self) -> None:
        """Open the file, or memory alone where another terminal has it."""
        await self._file.open()

    async def position(self, line: Line) -> Position:
        """Return where reading a line goes on."""
        return await self._file.run(lambda database: _position(database, line))

    async def keep(self, line: Line, rows: Sequence[AccountRow], position: Position) -> None:
        """Keep rows, and with them where reading goes on."""
        await self._file.run(lambda database: _keep(database, line, rows, position))

    async def rows(self, line: Line, limit: int, offset: int = 0) -> list[Body]:
        """Return rows, newest first, after as many as ``offset``; without a symbol those of all."""
        return await self._file.run(lambda database: _rows(database, line, limit, offset))

    async def forget(self, scope: str) -> None:
        """Forget an account that began anew."""

        def work(database: sqlite3.Connection) -> None:
            with transaction(database):
                database.execute("DELETE FROM rows WHERE scope = ?", (scope,))
                database.execute("DELETE FROM positions WHERE scope = ?", (scope,))

        await self._file.run(work)

    async def close(self) -> None:
        """Close the file."""
        await self._file.close()


def _position(database: sqlite3.Connection, line: Line) -> Position:
    row = database.execute(
        "SELECT cursor, unsettled_from FROM positions WHERE scope = ? AND kind = ? AND symbol = ?",
        (line.scope, line.kind.value, line.symbol),
    ).fetchone()
    return Position(*row) if row else Position()


def _keep(
    database: sqlite3.Connection, line: Line, rows: Sequence[AccountRow], position: Position
) -> None:
    names = (line.scope, line.kind.value)
    with transaction(database):
        database.executemany(
            "INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (*names, row.key, row.symbol, row.time_ms, row.number, _text(row.body))
                for row in rows
            ],
        )
        database.execute(
            "INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?, ?)",
            (*names, line.symbol, position.cursor, position.unsettled_from),
        )


def _rows(database: sqlite3.Connection, line: Line, limit: int, offset: int) -> list[Body]:
    found = database.execute(
        "SELECT body FROM rows WHERE scope = ? AND kind = ? AND (? = '' OR symbol = ?)"
        " ORDER BY time_ms DESC, number DESC LIMIT ? OFFSET ?",
        (line.scope, line.kind.value, line.symbol, line.symbol, limit, offset),
    )
    return [json.loads(body) for (body,) in found]


def _text(body: Body) -> str:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
