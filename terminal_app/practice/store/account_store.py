"""The account file: everything of both accounts that outlives the program, in SQLite."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from terminal_app.practice.engine.algo_order import AlgoOrder
from terminal_app.practice.engine.kinds import MarketName
from terminal_app.practice.engine.model import Amendment, Fill, Order, PreventedMatch
from terminal_app.practice.engine.order_list import OrderList
from terminal_app.practice.engine.usdm_values import Funding, Income, Modification
from terminal_app.practice.store.account_check import check_rows, check_state
from terminal_app.practice.store.past_store import PastStore

_SCHEMA_VERSION = 1
_LOCK_TIMEOUT_S = 0.5
# Moving the log into the file syncs, which commits wait for: after 16 MB, not after 4.
_CHECKPOINT_PAGES: Final = 4_000
Row = (
    Order
    | Fill
    | PreventedMatch
    | Amendment
    | OrderList
    | Income
    | AlgoOrder
    | Modification
    | Funding
)
_Row = TypeVar("_Row", bound=Row)
_TABLES: Final[dict[type[Any], str]] = {
    Order: "orders",
    Fill: "fills",
    PreventedMatch: "prevented_matches",
    Amendment: "amendments",
    Income: "incomes",
    AlgoOrder: "algo_orders",
    Modification: "modifications",
    Funding: "fundings",
    OrderList: "order_lists",
}
# Takes half as long as INSERT OR REPLACE, which deletes the row first.
_OVERWRITE: Final = "ON CONFLICT DO UPDATE SET body = excluded.body"
_ENCODER: Final = msgspec.json.Encoder()
_NONSENSE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    msgspec.MsgspecError,
    sqlite3.Error,
)
State = Mapping[str, object]


class AccountStore:
    """Write accounts through to a file, or keep them in memory; one commit a change.

    A change is committed before the answer to it can leave. Without a file there is nothing to
    lose: what was saved is encoded when it is read. The journal is a write-ahead log without a
    sync per commit: a killed program loses nothing, a power cut may lose the last moments of play
    money.
    """

    def __init__(self, path: Path | None) -> None:
        self._connection = sqlite3.connect(
            path or ":memory:", timeout=_LOCK_TIMEOUT_S, isolation_level=None
        )
        self.past = PastStore(self._connection)
        self.is_file = path is not None
        self._unwritten: dict[tuple[MarketName, str, int], Row] = {}
        self._unwritten_states: dict[MarketName, Callable[[], State]] = {}
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def load_state(self, market: MarketName) -> dict[str, Any]:
        """Return what was saved as the state of a market, empty for a fresh account."""
        self._write()
        row = self._connection.execute(
            "SELECT body FROM states WHERE market = ?", (market,)
        ).fetchone()
        return msgspec.json.decode(row[0], type=dict[str, Any]) if row else {}

    def load(self, market: MarketName, kind: type[_Row]) -> list[_Row]:
        """Return the rows of a kind by their number, which is an id or the order of making."""
        self._write()
        rows = self._connection.execute(
            f"SELECT body FROM {_TABLES[kind]} WHERE market = ? ORDER BY number", (market,)
        ).fetchall()
        decoder = msgspec.json.Decoder(kind)
        return [decoder.decode(body) for (body,) in rows]

    def last_trade_ids(self, market: MarketName) -> dict[str, int]:
        """Return the highest trade id of each symbol's fills."""
        self._write()
        rows = self._connection.execute(
            "SELECT body ->> '$.symbol', max(body ->> '$.trade_id') FROM fills "
            "WHERE market = ? GROUP BY 1",
            (market,),
        )
        return {symbol: int(trade_id) for symbol, trade_id in rows}

    def used_symbols(self) -> list[str]:
        """Return every symbol there ever was an order in, by name."""
        tables = (_TABLES[kind] for kind in (Order, Fill, AlgoOrder))
        query = " UNION ".join(f"SELECT body ->> '$.symbol' FROM {table}" for table in tables)
        return sorted(symbol for (symbol,) in self._connection.execute(query))

    def save(
        self,
        market: MarketName,
        state: Callable[[], State],
        rows: Iterable[tuple[int, Row]],
    ) -> None:
        """Commit a change; a row replaces that of its kind with the same number.

        `state` is asked when it is written.
        """
        for number, row in rows:
            self._unwritten[market, _TABLES[type(row)], number] = row
        self._unwritten_states[market] = state
        if self.is_file:
            self._write()

    def clear(self, market: MarketName) -> None:
        """Forget the account of a market."""
        self._write()
        with self.transaction():
            for table in (*_TABLES.values(), "states"):
                self._connection.execute(f"DELETE FROM {table} WHERE market = ?", (market,))

    def dump(self) -> dict[str, list[tuple[object, ...]]]:
        """Return every row of every table."""
        self._write()
        return {
            table: self._connection.execute(f"SELECT * FROM {table}").fetchall()
            for table in self._table_names()
        }

    def replace(self, dump: Mapping[str, list[tuple[object, ...]]]) -> None:
        """Put the rows of a dump in the place of all there are."""
        self._write()
        with self.transaction():
            for table in self._table_names():
                self._connection.execute(f"DELETE FROM {table}")
                rows = dump.get(table, [])
                if rows:
                    marks = ", ".join("?" * len(rows[0]))
                    self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _write(self) -> None:
        if not self._unwritten_states:
            return
        execute = self._connection.execute
        with self.transaction():
            for (market, table, number), row in self._unwritten.items():
                write = f"INSERT INTO {table} VALUES (?, ?, ?) {_OVERWRITE}"
                execute(write, (market, number, _encode(row)))
            for market, state in self._unwritten_states.items():
                write = f"INSERT INTO states VALUES (?, ?) {_OVERWRITE}"
                execute(write, (market, _encode(state())))
        self._unwritten.clear()
        self._unwritten_states.clear()

    def _table_names(self) -> list[str]:
        query = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        return [name for (name,) in self._connection.execute(query)]

    def _prepare(self) -> None:
        execute = self._connection.execute
        execute("PRAGMA locking_mode = EXCLUSIVE")
        execute("PRAGMA journal_mode = WAL")
        execute("PRAGMA synchronous = NORMAL")
        execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        check = execute("PRAGMA quick_check").fetchone()
        version = execute("PRAGMA user_version").fetchone()[0]
        if check != ("ok",) or version not in (0, _SCHEMA_VERSION):
            raise sqlite3.DatabaseError("not an account file of this program")
        with self.transaction():
            for table in _TABLES.values():
                execute(
                    f"CREATE TABLE IF NOT EXISTS {table} "
                    "(market TEXT, number INTEGER, body TEXT, PRIMARY KEY (market, number)) "
                    "WITHOUT ROWID"
                )
            execute(
                "CREATE TABLE IF NOT EXISTS states (market TEXT PRIMARY KEY, body TEXT) "
                "WITHOUT ROWID"
            )
            self.past.prepare()
            execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")

    def transaction(self) -> AbstractContextManager[object]:
        """Join writes: all of them or none."""
        self._connection.execute("BEGIN")
        return self._connection


def open_account(path: Path | None, stamp: str, notices: list[str]) -> AccountStore:
    """Open an account file; a damaged one is kept aside under a name with a stamp and noted.

    Raises sqlite3.OperationalError when the file cannot be opened or another program holds it.
    """
    if path is None:
        return AccountStore(None)
    try:
        return _open_sound(path)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        aside = path.with_name(f"{path.name}.damaged-{stamp}")
        path.rename(aside)
        for suffix in ("-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
        notices.append(
            f"The account file {path} was damaged. It was kept as {aside.name}; "
            "a fresh account was started."
        )
        return AccountStore(path)


def _open_sound(path: Path) -> AccountStore:
    store = AccountStore(path)
    try:
        for market in MarketName:
            check_state(market, store.load_state(market))
            check_rows(
                store.load(market, Order), store.load(market, Fill), store.load(market, Income)
            )
            for kind in (PreventedMatch, Amendment, OrderList, AlgoOrder, Modification, Funding):
                store.load(market, kind)
        store.past.check()
    except _NONSENSE as error:
        store.close()
        raise sqlite3.DatabaseError(f"rows that cannot be: {error}") from error
    return store


def _encode(row: Row | State) -> str:
    return _ENCODER.encode(row).decode()
