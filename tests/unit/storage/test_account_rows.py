"""Rows of one key are one row; what was kept is never thrown away for being damaged."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from terminal_app.errors import StorageError
from terminal_app.storage.account_rows import AccountRow, AccountRows, Body, Line, Position, RowKind

ORDERS = Line("practice/spot", RowKind.ORDERS, "BTCUSDT")
EVERY = Line("practice/spot", RowKind.ORDERS)


def row(number: int, status: str = "NEW", symbol: str = "BTCUSDT", time_ms: int = 0) -> AccountRow:
    """Return an order as a row."""
    body: Body = {"order_id": number, "status": status}
    return AccountRow(f"{symbol}:{number}", symbol, time_ms or number, number, body)


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[AccountRows]:
    """Open a file of rows and close it in the end."""
    rows = AccountRows(path)
    await rows.open()
    try:
        yield rows
    finally:
        await rows.close()


def damaged(folder: Path) -> list[bytes]:
    """Return what the files hold that were kept aside."""
    return [one.read_bytes() for one in folder.iterdir() if ".damaged-" in one.name]


async def test_rows_stand_once_and_reading_goes_on_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    other = Line("practice/spot", RowKind.ORDERS, "ETHUSDT")
    async with opened(path) as rows:
        assert await rows.position(ORDERS) == Position()
        # Within a millisecond the number decides, ten after nine.
        await rows.keep(ORDERS, [row(n, time_ms=5) for n in (9, 10)], Position(11, 9))
        await rows.keep(ORDERS, [row(9, "FILLED", time_ms=5)], Position(11))
        await rows.keep(other, [row(3, symbol="ETHUSDT")], Position(4))
    async with opened(path) as rows:
        assert await rows.position(ORDERS) == Position(11)
        kept = await rows.rows(ORDERS, 10)
        assert [(one["order_id"], one["status"]) for one in kept] == [(10, "NEW"), (9, "FILLED")]
        assert [one["order_id"] for one in await rows.rows(EVERY, 10)] == [10, 9, 3]
        assert [one["order_id"] for one in await rows.rows(EVERY, 1, 1)] == [9]
        await rows.forget("live/spot")
        assert len(await rows.rows(EVERY, 10)) == 3
        await rows.forget("practice/spot")
        assert await rows.rows(EVERY, 10) == []
        assert await rows.position(ORDERS) == Position()


async def test_a_damaged_file_is_kept_aside(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    async with opened(path) as rows:
        await rows.keep(ORDERS, [row(1)], Position(2))
    content = path.read_bytes()
    path.write_bytes(b"\xff" * len(content))
    async with opened(path) as rows:
        assert await rows.rows(ORDERS, 10) == []
        await rows.keep(ORDERS, [row(1)], Position(2))
    assert damaged(tmp_path) == [b"\xff" * len(content)]


async def test_a_closed_file_says_so(tmp_path: Path) -> None:
    rows = AccountRows(tmp_path / "history.sqlite")
    with pytest.raises(StorageError, match="not open"):
        await rows.position(ORDERS)
