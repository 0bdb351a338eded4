"""What the account file keeps of the synthetic market: bars, plans and where everything stood."""

import json
import math
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from terminal_app.practice.engine.history import (
    COUNT,
    FIRST_ID,
    HIGH,
    LOW,
    OPEN,
    OPEN_TIME,
    ROWS,
    VOLUME,
    HistoryPlan,
    no_bars,
)
from terminal_app.practice.engine.intervals import HOUR_MS, MINUTE_MS, SECOND_MS, IntArray
from terminal_app.practice.engine.kinds import MarketName

BarRow = tuple[int, int, IntArray]


@dataclass(frozen=True, slots=True)
class SymbolPast:
    """Hold how the oldest past of a symbol is drawn and which ids are next."""

    plan: HistoryPlan
    next_trade_id: int
    update_id: int


@dataclass(frozen=True, slots=True)
class MarketPast:
    """Hold where a market stood; `is_closed` says that nothing happened after that moment."""

    seed: int
    saved_ms: int
    is_closed: bool
    symbols: Mapping[str, SymbolPast]


class PastStore:
    """Read and write the past of a market; the caller joins writes in transactions.

    A bar row holds all symbols of a market, in the order of `MarketPast.symbols`; where one had
    not been listed yet, all but the time of its bar is 0.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def prepare(self) -> None:
        """Make the table."""
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS bars (market TEXT, span_ms INTEGER, open_ms INTEGER, "
            "body BLOB, PRIMARY KEY (market, span_ms, open_ms))"
        )

    def load_prices(self) -> dict[str, float]:
        """Return where the synthetic prices stood, by base asset."""
        return {base: float(price) for base, price in self._state("prices").items()}

    def count_run(self) -> int:
        """Return how often the file has been opened, this time included."""
        run = int(self._state("runs").get("count", 0)) + 1
        self._put_state("runs", {"count": run})
        return run

    def forget(self) -> None:
        """Forget prices, runs, bars and where the markets stood."""
        self._connection.execute("DELETE FROM bars")
        names = ("prices", "runs", *(f"past {market}" for market in MarketName))
        self._connection.executemany(
            "DELETE FROM states WHERE market = ?", [(name,) for name in names]
        )

    def load(self, market: MarketName) -> MarketPast | None:
        """Return where a market stood, None when nothing was kept."""
        state = self._state(f"past {market}")
        if not state:
            return None
        symbols = {
            symbol: SymbolPast(HistoryPlan(**plan), int(next_trade_id), int(update_id))
            for symbol, (plan, next_trade_id, update_id) in state["symbols"].items()
        }
        return MarketPast(int(state["seed"]), int(state["saved_ms"]), state["is_closed"], symbols)

    def reached_ms(self) -> int:
        """Return the latest time a market stood at, 0 when nothing was kept."""
        pasts = (self.load(market) for market in MarketName)
        return max((past.saved_ms for past in pasts if past is not None), default=0)

    def check(self) -> None:
        """Raise ValueError, TypeError, LookupError or AttributeError for nonsense."""
        for base, price in self.load_prices().items():
            if not 0 < price < math.inf:
                raise ValueError(f"a price of {base} that cannot be")
        for market in MarketName:
            past = self.load(market)
            if past is None:
                continue
            spans = (SECOND_MS, MINUTE_MS, HOUR_MS)
            tables = {span: self.bars(market, span, len(past.symbols)) for span in spans}
            if not tables[MINUTE_MS].size:
                raise ValueError("a past without minutes")

    def bars(self, market: MarketName, span_ms: int, symbols: int) -> IntArray:
        """Return kept bars by time, shaped (symbols, rows, bars); raise ValueError for nonsense."""
        rows = self._connection.execute(
            "SELECT open_ms, body FROM bars WHERE market = ? AND span_ms = ? ORDER BY open_ms",
            (market, span_ms),
        ).fetchall()
        flat = np.frombuffer(b"".join(body for _, body in rows), dtype="<i8")
        table = flat.reshape(len(rows), symbols, ROWS).transpose(1, 2, 0).astype(np.int64)
        opens = np.array([open_ms for open_ms, _ in rows], dtype=np.int64)
        is_sound = (
            (table[:, OPEN_TIME] == opens).all()
            and (opens % span_ms == 0).all()
            and ((table[:, LOW] > 0) | ~table[:, OPEN:FIRST_ID].any(axis=1)).all()
            and (table[:, LOW] <= table[:, HIGH]).all()
            and (table[:, VOLUME : COUNT + 1] >= 0).all()
        )
        if not is_sound:
            raise ValueError("bars that cannot be")
        return table

    def rearrange(self, market: MarketName, before: Sequence[str], after: Sequence[str]) -> None:
        """Put the bars of one set of symbols into the rows of another."""
        for span_ms in (SECOND_MS, MINUTE_MS, HOUR_MS):
            old = self.bars(market, span_ms, len(before))
            opens = old[0, OPEN_TIME]
            kept = dict(zip(before, old, strict=True))
            new = np.stack([kept.get(symbol, aligned(no_bars(), opens)) for symbol in after])
            self._put_bars(market, ((span_ms, int(o), new[:, :, i]) for i, o in enumerate(opens)))

    def save_prices(self, prices: Mapping[str, float]) -> None:
        """Remember where the synthetic prices stand, so that a restart goes on from there."""
        self._put_state("prices", prices)

    def save(self, market: MarketName, past: MarketPast, rows: Iterable[BarRow]) -> None:
        """Write where a market stands and bars: (span, open time, table of (symbols, rows))."""
        symbols = {
            symbol: (_plain(one.plan), one.next_trade_id, one.update_id)
            for symbol, one in past.symbols.items()
        }
        body = {
            "seed": past.seed,
            "saved_ms": past.saved_ms,
            "is_closed": past.is_closed,
            "symbols": symbols,
        }
        self._put_state(f"past {market}", body)
        self._put_bars(market, rows)

    def drop(self, market: MarketName, span_ms: int, before_ms: int) -> None:
        """Forget bars that open before a time."""
        self._connection.execute(
            "DELETE FROM bars WHERE market = ? AND span_ms = ? AND open_ms < ?",
            (market, span_ms, before_ms),
        )

    def _put_bars(self, market: MarketName, rows: Iterable[BarRow]) -> None:
        self._connection.executemany(
            "INSERT OR REPLACE INTO bars VALUES (?, ?, ?, ?)",
            [
                (market, span_ms, open_ms, np.ascontiguousarray(bar, dtype="<i8").tobytes())
                for span_ms, open_ms, bar in rows
            ],
        )

    def _state(self, name: str) -> dict[str, Any]:
        row = self._connection.execute(
            "SELECT body FROM states WHERE market = ?", (name,)
        ).fetchone()
        state: dict[str, Any] = json.loads(row[0]) if row else {}
        return state

    def _put_state(self, name: str, body: Mapping[str, object]) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO states VALUES (?, ?)", (name, json.dumps(body))
        )


def present(table: IntArray) -> IntArray:
    """Return the bars of a symbol's table from its listing on."""
    return table[:, table[LOW] > 0]


def aligned(table: IntArray, opens_ms: IntArray) -> IntArray:
    """Return bars at these open times, absent ones where the table has none."""
    wide = np.zeros((ROWS, len(opens_ms)), dtype=np.int64)
    wide[OPEN_TIME] = opens_ms
    wide[:, np.searchsorted(opens_ms, table[OPEN_TIME])] = table
    return wide


def _plain(plan: HistoryPlan) -> dict[str, object]:
    return {field.name: getattr(plan, field.name) for field in fields(plan)}
