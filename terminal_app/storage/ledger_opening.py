"""Open a ledger, check it, and take over what is whole of a damaged one."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from terminal_app.errors import StorageError
from terminal_app.storage.files import keep_aside
from terminal_app.storage.ledger_events import Body, EventKind, Row, follows, new_entry
from terminal_app.storage.ledger_file import Damaged, LedgerFile
from terminal_app.storage.ledger_place import prepare_place

# Every start checks the structure and the newest events; now and then everything is checked.
CHECK_ALL_AFTER_MS = 7 * 24 * 3600 * 1000
_NEWEST_CHECK = "WHERE kind = 'CHECKED' AND scope = '' ORDER BY seq DESC LIMIT 1"


def open_ledger(path: Path, run_id: str) -> tuple[LedgerFile, str]:
    """Return a ledger ready to be written, and what the person must know of it.

    A damaged file is kept aside; its events up to the first that is not whole begin the new one.
    Raise ``StorageError`` where neither is possible; then the file is as it was.
    """
    taken_over = path.with_name(f"{path.name}.taken-over")
    if taken_over.exists() and not path.exists():
        # A crash came between the two names: all of it is there.
        taken_over.replace(path)
    prepare_place(path)
    try:
        file = LedgerFile.open(path)
        _check_all(file, run_id)
    except Damaged as error:
        notice = _take_over(path, taken_over, run_id, str(error))
        return LedgerFile.open(path), notice
    return file, ""


def _check_all(file: LedgerFile, run_id: str) -> None:
    now_ms = time.time_ns() // 1_000_000
    newest = file.select(_NEWEST_CHECK)
    is_new = next(file.rows("LIMIT 1"), None) is None
    if is_new or (newest and now_ms - newest[0].time_ms < CHECK_ALL_AFTER_MS):
        return
    try:
        file.verify()
        file.write([new_entry("", EventKind.CHECKED, {})], run_id)
    except Damaged:
        file.close()
        raise
    except StorageError:
        # A full disk: the check is made again at the next start.
        return


def _take_over(path: Path, target: Path, run_id: str, damage: str) -> str:
    for suffix in ("", "-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    prepare_place(target)
    with closing(LedgerFile.open(target)) as file:
        count = file.copy(_whole_prefix(path))
        body: Body = {"events": count, "damage": damage}
        file.write([new_entry("", EventKind.SALVAGED, body)], run_id)
    kept = _set_aside(path)
    target.replace(path)
    return (
        f"The ledger was damaged ({damage}). It was kept as {kept.name};"
        f" its first {count} events are whole and were taken over."
    )


def _set_aside(path: Path) -> Path:
    kept = keep_aside(path)
    for suffix in ("-wal", "-shm"):
        companion = path.with_name(path.name + suffix)
        if companion.exists():
            companion.rename(kept.with_name(kept.name + suffix))
    return kept


def _whole_prefix(path: Path) -> Iterator[Row]:
    # A copy is read: opening a file may change it.
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".salvage-") as folder:
        copy = Path(folder) / path.name
        for suffix in ("", "-wal"):
            source = path.with_name(path.name + suffix)
            if source.exists():
                shutil.copy(source, copy.with_name(copy.name + suffix))
        previous_hash = ""
        try:
            with closing(sqlite3.connect(copy)) as connection:
                for row in connection.execute("SELECT * FROM events ORDER BY seq"):
                    if len(row) != 10 or not follows(row, previous_hash):
                        return
                    previous_hash = row[9]
                    yield row
        except (sqlite3.Error, UnicodeError):
            return
