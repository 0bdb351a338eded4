"""Notes, tags and pictures outlive the program; another account's are apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from terminal_app.storage import journal_notes
from terminal_app.storage.journal_notes import JournalNotes, Moment, TripNote

SCOPE = "practice/spot"


def is_kept_aside(folder: Path) -> bool:
    """Say whether a damaged file was kept."""
    return any(folder.glob("journal.sqlite.damaged-*"))


async def test_what_was_written_is_there_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    notes = JournalNotes(path)
    await notes.open()
    await notes.write(SCOPE, "trip", TripNote("first", ("a",)))
    await notes.write(SCOPE, "trip", TripNote("zwei\nлинии", ("a", "b")))
    await notes.write("live/spot", "trip", TripNote("mine"))
    await notes.add_picture(SCOPE, "trip", Moment.ENTRY, b"first")
    await notes.add_picture(SCOPE, "trip", Moment.ENTRY, b"second")
    await notes.close()
    again = JournalNotes(path)
    await again.open()
    assert await again.notes(SCOPE) == {"trip": TripNote("zwei\nлинии", ("a", "b"))}
    assert await again.pictures(SCOPE, "trip") == {Moment.ENTRY: b"first"}
    await again.forget(SCOPE)
    assert await again.notes(SCOPE) == {}
    assert await again.pictures(SCOPE, "trip") == {}
    assert await again.notes("live/spot") == {"trip": TripNote("mine")}
    await again.close()


async def test_the_oldest_pictures_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_notes, "PICTURES_KEPT", 3)
    notes = JournalNotes(tmp_path / "journal.sqlite")
    await notes.open()
    for number in range(5):
        await notes.add_picture(SCOPE, f"trip {number}", Moment.EXIT, b"picture")
    left = [number for number in range(5) if await notes.pictures(SCOPE, f"trip {number}")]
    assert left == [2, 3, 4]
    await notes.close()


async def test_a_damaged_file_is_kept_aside(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    path.write_bytes(b"this is no database" * 1000)
    notes = JournalNotes(path)
    await notes.open()
    assert await notes.notes(SCOPE) == {}
    await notes.close()
    assert is_kept_aside(tmp_path)
