"""Whatever happens to a ledger's bytes: a prefix of it is loaded, and nothing is overwritten."""

from __future__ import annotations

import random
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal_app.errors import StorageError
from terminal_app.storage.ledger_events import EventKind, Row, new_entry
from terminal_app.storage.ledger_file import LedgerFile
from terminal_app.storage.ledger_opening import open_ledger

SCOPE = "practice/spot"
FLIPS = 200
# A whole opening costs some milliseconds: of the offsets all are cut, of the salvages some are.
SALVAGED_EVERY = 7
LOG_EVERY = 5


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder, in memory where there is one: thousands of files are synced."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


def written(path: Path, events: int) -> LedgerFile:
    """Return a ledger of small pages with some events, each with a commit of its own."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA page_size=512")
    connection.execute("VACUUM")
    connection.close()
    file = LedgerFile.open(path)
    for number in range(events):
        file.write([new_entry(SCOPE, EventKind.INTENT, {"n": number}, f"t1-{number}")], "run1")
    return file


def loaded(path: Path) -> tuple[list[Row], str]:
    """Open a ledger as the program does and return its first run's rows and the notice."""
    file, notice = open_ledger(path, "run2")
    rows = [row for row in file.rows("ORDER BY seq") if row[1] == "run1"]
    file.write([new_entry(SCOPE, EventKind.INTENT, {}, "t1-new")], "run2")
    assert file.first_break() is None
    file.close()
    return rows, notice


def forget(folder: Path) -> None:
    """Take away the files of the last round."""
    for path in folder.glob("ledger*"):
        path.unlink()


def check(folder: Path, content: bytes, whole: list[Row]) -> int:
    """Load a changed ledger; return how many events were loaded, -1 for a refusal."""
    path = folder / "ledger"
    path.write_bytes(content)
    try:
        rows, notice = loaded(path)
    except StorageError:
        assert path.read_bytes() == content
        forget(folder)
        return -1
    assert rows == whole[: len(rows)]
    kept = list(folder.glob("ledger.damaged-*"))
    # What is not all there is kept as it was, to the byte, and told.
    assert [one.read_bytes() for one in kept] == ([content] if notice else [])
    assert notice or rows == whole or not content
    forget(folder)
    return len(rows)


def test_a_ledger_cut_at_every_byte_loads_a_prefix(folder: Path) -> None:
    file = written(folder / "whole", 12)
    whole = list(file.rows("ORDER BY seq"))
    file.close()
    content = (folder / "whole").read_bytes()
    counts = {
        check(folder, content[:size], whole)
        for size in range(len(content))
        if size % SALVAGED_EVERY == 0 or size % 512 in (0, 1, 511)
    }
    assert max(counts) > 6
    assert check(folder, content, whole) == 12


def test_a_write_ahead_log_cut_at_every_byte_loads_a_prefix(folder: Path) -> None:
    file = written(folder / "whole", 2)
    whole = list(file.rows("ORDER BY seq"))
    shutil.copy(folder / "whole", folder / "main")
    log = (folder / "whole-wal").read_bytes()
    file.close()
    path, counts = folder / "ledger", dict[int, int]()
    for size in {*range(0, len(log), LOG_EVERY), *range(len(log) - 2_000, len(log) + 1)}:
        shutil.copy(folder / "main", path)
        (folder / "ledger-wal").write_bytes(log[:size])
        opened = LedgerFile.open(path)
        rows = list(opened.rows("ORDER BY seq"))
        opened.close()
        assert rows == whole[: len(rows)]
        counts[size] = len(rows)
        forget(folder)
    # The more is left of the log the more is loaded, and all of it from all.
    in_order = [counts[size] for size in sorted(counts)]
    assert in_order == sorted(in_order)
    assert set(in_order) == {0, 1, 2}


def test_no_flipped_bit_goes_unseen(folder: Path) -> None:
    file = written(folder / "whole", 12)
    whole = list(file.rows("ORDER BY seq"))
    file.close()
    content = (folder / "whole").read_bytes()
    chance = random.Random(5)
    refused = 0
    for _ in range(FLIPS):
        flipped = bytearray(content)
        flipped[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        refused += check(folder, bytes(flipped), whole) < 0
    # A number of a newer version, a flag that forbids writing: few bits are of that kind.
    assert refused < FLIPS // 50


def test_an_emptied_ledger_with_a_log_is_kept(folder: Path) -> None:
    file = written(folder / "whole", 3)
    log = (folder / "whole-wal").read_bytes()
    path = folder / "ledger"
    path.touch()
    (folder / "ledger-wal").write_bytes(log)
    _, notice = loaded(path)
    assert "its beginning is missing" in notice
    assert [one.read_bytes() for one in folder.glob("ledger.damaged-*-wal")] == [log]
    file.close()


def test_a_take_over_that_was_cut_short_is_ended(folder: Path) -> None:
    file = written(folder / "ledger.taken-over", 3)
    file.close()
    rows, notice = loaded(folder / "ledger")
    assert (len(rows), notice) == (3, "")


def test_everything_is_checked_once_a_week(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "ledger"
    written(path, 3).close()
    for _ in range(2):
        assert loaded(path)[1] == ""
    connection = sqlite3.connect(path)
    checks = "SELECT count(*) FROM events WHERE kind = 'CHECKED'"
    assert connection.execute(checks).fetchone() == (1,)
    connection.close()
    monkeypatch.setattr("terminal_app.storage.ledger_opening.CHECK_ALL_AFTER_MS", 0)
    assert loaded(path)[1] == ""
    connection = sqlite3.connect(path)
    assert connection.execute(checks).fetchone() == (2,)
    connection.close()
