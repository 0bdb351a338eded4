"""When nothing can be written a person is told, and told again when it is over."""

from __future__ import annotations

from pathlib import Path

from terminal_app.domain.instrument import Market
from terminal_app.services.notifications import Severity
from terminal_app.storage.ledger import EventKind, Ledger
from tests.helpers.eventually import eventually
from tests.helpers.quiet_desk import quiet_desk

LIMIT_S = 30.0


async def test_a_full_disk_is_told_and_its_end_too(tmp_path: Path, expect_log: object) -> None:
    assert callable(expect_log)
    expect_log("ledger: The ledger could not be written: database or disk is full")
    expect_log("ledger: it can be written again")
    ledger = Ledger(tmp_path / "ledger.sqlite", "run")
    await ledger.open()
    desk = quiet_desk(Market.USDM, ledger)
    assert ledger._file is not None
    database = ledger._file._connection
    (pages,) = database.execute("PRAGMA page_count").fetchone()
    # SQLite answers as on a full disk.
    database.execute(f"PRAGMA max_page_count={pages}")
    ledger.note("practice/usdm", EventKind.STREAM, {"raw": "x" * 50_000})
    notices = desk.notifications.notices
    await eventually(lambda: notices, LIMIT_S)
    assert notices[-1].severity is Severity.DANGER
    assert notices[-1].text.endswith("No new orders; cancelling still works.")
    database.execute(f"PRAGMA max_page_count={pages + 10_000}")
    await eventually(lambda: notices[-1].severity is Severity.SUCCESS, LIMIT_S)
    assert not ledger.problem
    assert len(await ledger.events_of("practice/usdm", EventKind.STREAM)) == 1
    await ledger.close()
