"""What the ledger acknowledged stays, in order, and every change of it is seen."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from terminal_app.errors import StorageError
from terminal_app.storage.ledger import Body, EventKind, Ledger, new_entry
from terminal_app.storage.ledger_file import TAIL_EVENTS
from tests.helpers.practice import REPOSITORY

SCOPE = "practice/spot"
LIMIT_S = 30.0

# Prints the number of each event as soon as the ledger has acknowledged it.
WRITER = """
import asyncio, sys
from pathlib import Path
from terminal_app.storage.ledger import EventKind, Ledger

async def main() -> None:
    ledger = Ledger(Path(sys.argv[1]), "writer")
    await ledger.open()
    if len(sys.argv) > 2:
        ledger._file._connection.execute(f"PRAGMA wal_autocheckpoint={sys.argv[2]}")
    for number in range(1_000_000):
        await ledger.append("practice/spot", EventKind.INTENT, {"n": number}, f"t1-{number}")
        sys.stdout.write(f"{number}\\n")
        sys.stdout.flush()

asyncio.run(main())
"""
# The disk is full after 200 kB: what fails must fail with a sentence, and stay readable.
FULL_DISK = """
import asyncio, resource, signal, sys
from pathlib import Path
from terminal_app.errors import StorageError
from terminal_app.storage.ledger import EventKind, Ledger

async def main() -> None:
    ledger = Ledger(Path(sys.argv[1]), "full")
    await ledger.open()
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    written = 0
    try:
        while written < 10_000:
            await ledger.append("s", EventKind.STREAM, {"text": "x" * 5_000})
            written += 1
    except StorageError as error:
        sys.stdout.write(f"{written} {error}\\n")
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    await ledger.append("s", EventKind.STREAM, {"text": "there is room again"})
    assert await ledger.verify()
    sys.stdout.write(f"{len(await ledger.events('s', ''))}\\n")
    await ledger.close()

asyncio.run(main())
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Name the file of a ledger."""
    return tmp_path / "ledger.sqlite"


def run(script: str, path: Path, *words: str) -> subprocess.Popen[str]:
    """Start a script on a ledger."""
    return subprocess.Popen(
        [sys.executable, "-c", script, str(path), *words],
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
        text=True,
    )


def content(path: Path) -> bytes:
    """Return what is in a file."""
    return path.read_bytes()


async def write_three(path: Path) -> None:
    """Leave a ledger of three events behind."""
    ledger = Ledger(path, "first")
    await ledger.open()
    for number in range(3):
        await ledger.append(SCOPE, EventKind.INTENT, {"n": number}, f"t1-{number}")
    await ledger.close()


async def test_events_come_back_in_order(path: Path) -> None:
    ledger = Ledger(path, "run1")
    await ledger.open()
    body: Body = {"text": "ä\x1f✓", "count": 3, "flag": True, "nothing": None}
    await ledger.append(SCOPE, EventKind.INTENT, body, "t1-a")
    await ledger.append(SCOPE, EventKind.REPLY, {}, "t1-a")
    await ledger.append(SCOPE, EventKind.INTENT, {}, "t1-b")
    await ledger.append("live/spot", EventKind.ENDED, {}, "t1-a")
    intent, reply = await ledger.events(SCOPE, "t1-a")
    assert (intent.kind, reply.kind) == (EventKind.INTENT, EventKind.REPLY)
    assert intent.body == body
    assert (intent.run_id, intent.scope, intent.seq) == ("run1", SCOPE, 2)
    assert reply.previous_hash == intent.hash
    assert await ledger.verify()
    await ledger.close()


async def test_events_asked_for_at_once_are_all_written(path: Path) -> None:
    ledger = Ledger(path, "run1")
    await ledger.open()
    writes = (ledger.append(SCOPE, EventKind.STREAM, {"n": n}, "t1-a") for n in range(50))
    await asyncio.gather(*writes)
    assert [event.body["n"] for event in await ledger.events(SCOPE, "t1-a")] == list(range(50))
    assert await ledger.verify()
    await ledger.close()


async def test_an_intent_is_open_until_its_end(path: Path) -> None:
    ledger = Ledger(path, "run1")
    await ledger.open()
    for name in ("a", "b", "c"):
        await ledger.append(SCOPE, EventKind.INTENT, {"name": name}, f"t1-{name}")
    await ledger.append(SCOPE, EventKind.REPLY, {}, "t1-a")
    await ledger.append(SCOPE, EventKind.ENDED, {}, "t1-b")
    await ledger.append("live/spot", EventKind.ENDED, {}, "t1-c")
    await ledger.close()
    again = Ledger(path, "run2")
    await again.open()
    names = [event.client_order_id for event in await again.open_intents(SCOPE)]
    assert names == ["t1-a", "t1-c"]
    assert await again.open_intents("live/spot") == []
    await again.append(SCOPE, EventKind.ENDED, {}, "t1-a")
    assert len(await again.open_intents(SCOPE)) == 1
    assert await again.verify()
    assert again.notice == ""
    await again.close()


async def test_what_is_noted_shares_commits_and_keeps_its_order(path: Path) -> None:
    ledger = Ledger(path, "run1")
    await ledger.open()
    for number in range(20):
        ledger.note(SCOPE, EventKind.STREAM, {"n": number}, "t1-a")
    await ledger.append(SCOPE, EventKind.INTENT, {"n": 20}, "t1-a")
    ledger.note(SCOPE, EventKind.REPLY, {"n": 21}, "t1-a")
    assert [event.body["n"] for event in await ledger.events(SCOPE, "t1-a")] == list(range(22))
    ledger.note(SCOPE, EventKind.ENDED, {"n": 22}, "t1-a")
    await ledger.close()
    again = Ledger(path, "run2")
    await again.open()
    assert len(await again.events(SCOPE, "t1-a")) == 23
    assert again.notice == ""
    await again.close()


async def test_a_cancelled_caller_does_not_take_back_what_it_wanted_written(path: Path) -> None:
    ledger = Ledger(path, "run1")
    await ledger.open()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ledger.append(SCOPE, EventKind.INTENT, {}, "t1-a"), 0)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(ledger.append(SCOPE, EventKind.INTENT, {}, "t1-b"))
        await asyncio.sleep(0)
        task.cancel()
    names = [event.client_order_id for event in await ledger.open_intents(SCOPE)]
    assert names == ["t1-b"]
    await ledger.close()


async def test_a_newer_ledger_is_left_as_it_is(path: Path) -> None:
    await write_three(path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version=2")
    connection.close()
    before = content(path)
    ledger = Ledger(path, "older")
    with pytest.raises(StorageError, match="written by a newer version"):
        await ledger.open()
    await ledger.close()
    assert content(path) == before
    assert kept_aside(path) == []


async def test_a_ledger_of_before_the_first_release_is_kept_aside(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE events (seq INTEGER PRIMARY KEY)")
    connection.close()
    ledger = Ledger(path, "run")
    await ledger.open()
    assert len(kept_aside(path)) == 1
    assert "no ledger of a released version" in ledger.notice
    await ledger.close()


@pytest.mark.skipif(os.name != "posix", reason="links and modes are another matter there")
async def test_a_link_is_refused_and_a_new_file_is_private(tmp_path: Path) -> None:
    path, elsewhere = tmp_path / "ledger.sqlite", tmp_path / "elsewhere"
    path.symlink_to(elsewhere)
    linked = Ledger(path, "run")
    with pytest.raises(StorageError, match="a link stands in its place"):
        await linked.open()
    await linked.close()
    assert not elsewhere.exists()
    path.unlink()
    await write_three(path)
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("statement", ["UPDATE events SET body = '{}'", "DELETE FROM events"])
async def test_nothing_written_can_be_changed(path: Path, statement: str) -> None:
    await write_three(path)
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.Error, match="append-only"):
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("tampering", "broken", "whole"),
    [
        ("UPDATE events SET body = '{\"n\":9}' WHERE seq = 3", 3, 2),
        ("UPDATE events SET time_ms = time_ms + 1 WHERE seq = 4", 4, 3),
        ("UPDATE events SET mono_ms = mono_ms + 1 WHERE seq = 4", 4, 3),
        ("UPDATE events SET kind = 'ENDED' WHERE seq = 2", 2, 1),
        ("DELETE FROM events WHERE seq = 1", 2, 0),
        ("DELETE FROM events WHERE seq = 3", 4, 2),
    ],
)
async def test_tampering_is_seen_and_what_came_before_is_kept(
    path: Path, tampering: str, broken: int, whole: int
) -> None:
    await write_three(path)
    connection = sqlite3.connect(path)
    connection.executescript(f"DROP TRIGGER events_stay; DROP TRIGGER events_last; {tampering};")
    connection.close()
    before = content(path)
    ledger = Ledger(path, "second")
    await ledger.open()
    assert f"event {broken} is not what was written" in ledger.notice
    assert [one.read_bytes() for one in kept_aside(path)] == [before]
    # The first event is the start of the run.
    kept = [event.body["n"] for event in await ledger.open_intents(SCOPE)]
    assert kept == list(range(whole - 1))
    salvaged = await ledger.newest("", EventKind.SALVAGED)
    assert salvaged is not None
    assert salvaged.body["events"] == whole
    assert await ledger.verify()
    await ledger.close()


async def test_a_break_before_the_tail_is_found_by_verify(path: Path) -> None:
    ledger = Ledger(path, "first")
    await ledger.open()
    entries = [new_entry(SCOPE, EventKind.STREAM, {"n": n}) for n in range(TAIL_EVENTS + 5)]
    await ledger.append_all(entries)
    assert await ledger.verify()
    await ledger.close()
    # The next start checks everything, once for a week.
    checked = Ledger(path, "checked")
    await checked.open()
    await checked.close()
    connection = sqlite3.connect(path)
    connection.executescript("DROP TRIGGER events_stay; UPDATE events SET body = '' WHERE seq = 3;")
    connection.close()
    again = Ledger(path, "second")
    await again.open()
    assert again.notice == ""
    assert not await again.verify()
    await again.close()


def damaged(path: Path, damage: str) -> bytes:
    """Damage a ledger and return what is in it then."""
    half = bytearray(path.read_bytes())
    half[100:6000] = b"\xa5" * 5900
    broken = b"this was never a ledger " * 50 if damage == "text" else bytes(half)
    path.write_bytes(broken)
    return broken


def kept_aside(path: Path) -> list[Path]:
    """Return the damaged files beside a ledger."""
    return [one for one in path.parent.iterdir() if ".damaged-" in one.name]


@pytest.mark.parametrize("damage", ["text", "middle"])
async def test_a_damaged_file_is_kept_aside(path: Path, damage: str) -> None:
    await write_three(path)
    before = damaged(path, damage)
    ledger = Ledger(path, "second")
    await ledger.open()
    kept = kept_aside(path)
    assert [one.read_bytes() for one in kept] == [before]
    assert f"It was kept as {kept[0].name}; its first 0 events" in ledger.notice
    await ledger.append(SCOPE, EventKind.RUN_START, {})
    assert await ledger.verify()
    await ledger.close()


async def test_a_second_opener_is_refused_with_a_sentence(path: Path) -> None:
    first, second = Ledger(path, "first"), Ledger(path, "second")
    await first.open()
    with pytest.raises(StorageError, match="Another terminal is running with the same ledger"):
        await second.open()
    await second.close()
    await first.append(SCOPE, EventKind.RUN_START, {})
    assert kept_aside(path) == []
    await first.close()
    third = Ledger(path, "third")
    await third.open()
    assert await third.verify()
    await third.close()


async def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    # A folder stands where the file should be.
    ledger = Ledger(tmp_path, "run")
    with pytest.raises(StorageError, match="The ledger could not be opened"):
        await ledger.open()
    with pytest.raises(StorageError, match="The ledger is not open"):
        await ledger.append(SCOPE, EventKind.RUN_START, {})
    await ledger.close()


@pytest.mark.parametrize(
    ("lines", "checkpoint_pages"),
    [(40, 1000), (3, 1), (17, 1), (40, 1)],
    ids=["between checkpoints", "early", "in a checkpoint", "late in a checkpoint"],
)
async def test_a_killed_writer_loses_nothing_it_was_told_is_written(
    path: Path, lines: int, checkpoint_pages: int
) -> None:
    # With a checkpoint after every page most kills fall into one.
    writer = run(WRITER, path, str(checkpoint_pages))
    assert writer.stdout is not None
    try:
        for _ in range(lines):
            line = await asyncio.wait_for(asyncio.to_thread(writer.stdout.readline), LIMIT_S)
    finally:
        writer.send_signal(signal.SIGKILL)
    # Not by communicate(): it passes over what the last readline() left in its buffer.
    rest = writer.stdout.read()
    writer.communicate(timeout=LIMIT_S)
    acknowledged = int([line, *rest.splitlines()][-1]) + 1
    ledger = Ledger(path, "after")
    await ledger.open()
    intents = await ledger.open_intents(SCOPE)
    # One more may be on disk: the one whose acknowledgement the kill cut off.
    assert acknowledged <= len(intents) <= acknowledged + 1
    assert [intent.body["n"] for intent in intents] == list(range(len(intents)))
    assert ledger.notice.startswith("The last run of the terminal did not come to its end")
    start = await ledger.newest("", EventKind.RUN_START)
    assert start is not None
    assert start.body["predecessor"] == "crashed"
    assert await ledger.verify()
    await ledger.close()


@pytest.mark.skipif(sys.platform != "linux", reason="a file size limit stands for a full disk")
async def test_a_full_disk_is_told_and_breaks_nothing(path: Path) -> None:
    script = run(FULL_DISK, path)
    output, _ = await asyncio.to_thread(script.communicate, timeout=LIMIT_S)
    assert script.returncode == 0
    failure, count = output.splitlines()
    written, _, sentence = failure.partition(" ")
    assert sentence.startswith("The ledger could not be written: ")
    assert int(written) > 5
    assert int(count) == int(written) + 1


async def test_orders_that_ended_last_come_back_with_their_states(path: Path) -> None:
    ledger = Ledger(path, "run1")
    await ledger.open()
    for name in ("before", "a", "b", "c", "rests"):
        await ledger.append(SCOPE, EventKind.INTENT, {"name": name}, f"t1-{name}")
        if name != "rests":
            await ledger.append(SCOPE, EventKind.ENDED, {"status": "FILLED"}, f"t1-{name}")
        if name == "before":
            await ledger.append(SCOPE, EventKind.EPOCH_RESET, {})
    await ledger.append(SCOPE, EventKind.ORDER, {"status": "NEW"}, "t1-c")
    newest = await ledger.ended_orders(SCOPE, 2)
    told = [(event.client_order_id, event.kind) for event in newest]
    intent, ended, state = EventKind.INTENT, EventKind.ENDED, EventKind.ORDER
    assert told == [
        ("t1-b", intent), ("t1-b", ended), ("t1-c", intent), ("t1-c", ended), ("t1-c", state),
    ]  # fmt: skip
    names = {event.client_order_id for event in await ledger.ended_orders(SCOPE, 100)}
    assert names == {"t1-a", "t1-b", "t1-c"}
    assert await ledger.ended_orders("live/spot", 100) == []
    await ledger.close()
