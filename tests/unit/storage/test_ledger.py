"""What the ledger acknowledged stays, in order, and every change of it is seen."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from terminal_app.errors import StorageError
from terminal_app.storage.ledger import Body, EventKind, Ledger
from tests.helpers.practice import REPOSITORY

SCOPE = "practice/spot"
LIMIT_S = 20.0

# Prints the number of each event as soon as the ledger has acknowledged it.
WRITER = """
import asyncio, sys
from pathlib import Path
from terminal_app.storage.ledger import EventKind, Ledger

async def main() -> None:
    ledger = Ledger(Path(sys.argv[1]), "writer")
    await ledger.open()
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


def run(script: str, path: Path) -> subprocess.Popen[str]:
    """Start a script on a ledger."""
    return subprocess.Popen(
        [sys.executable, "-c", script, str(path)],
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
        text=True,
    )


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
    assert (intent.run_id, intent.scope, intent.seq) == ("run1", SCOPE, 1)
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


@pytest.mark.parametrize("statement", ["UPDATE events SET body = '{}'", "DELETE FROM events"])
async def test_nothing_written_can_be_changed(path: Path, statement: str) -> None:
    await write_three(path)
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.Error, match="append-only"):
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE events SET body = '{\"n\":9}' WHERE seq = 2",
        "UPDATE events SET time_ms = time_ms + 1 WHERE seq = 3",
        "UPDATE events SET kind = 'ENDED' WHERE seq = 1",
        "DELETE FROM events WHERE seq = 1",
        "DELETE FROM events WHERE seq = 2",
    ],
)
async def test_tampering_is_seen(path: Path, tampering: str) -> None:
    await write_three(path)
    connection = sqlite3.connect(path)
    connection.executescript(f"DROP TRIGGER events_stay; DROP TRIGGER events_last; {tampering};")
    connection.close()
    ledger = Ledger(path, "second")
    await ledger.open()
    assert not await ledger.verify()
    await ledger.close()


def damaged(path: Path, damage: str) -> bytes:
    """Damage a ledger and return what is in it then."""
    content = bytearray(path.read_bytes())
    content[100:6000] = b"\xa5" * 5900
    broken = b"this was never a ledger " * 50 if damage == "text" else bytes(content)
    path.write_bytes(broken)
    return broken


@pytest.mark.parametrize("damage", ["text", "middle"])
async def test_a_damaged_file_is_kept_aside(path: Path, damage: str) -> None:
    await write_three(path)
    content = damaged(path, damage)
    ledger = Ledger(path, "second")
    await ledger.open()
    kept = [one for one in path.parent.iterdir() if ".damaged-" in one.name]
    assert [one.read_bytes() for one in kept] == [content]
    assert f"It was kept as {kept[0].name}." in ledger.notice
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
    assert [one.name for one in path.parent.iterdir() if ".damaged-" in one.name] == []
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


async def test_a_killed_writer_loses_nothing_it_was_told_is_written(path: Path) -> None:
    writer = run(WRITER, path)
    assert writer.stdout is not None
    try:
        for _ in range(40):
            line = await asyncio.wait_for(asyncio.to_thread(writer.stdout.readline), LIMIT_S)
    finally:
        writer.send_signal(signal.SIGKILL)
    rest, _ = writer.communicate(timeout=LIMIT_S)
    acknowledged = int([line, *rest.splitlines()][-1]) + 1
    ledger = Ledger(path, "after")
    await ledger.open()
    intents = await ledger.open_intents(SCOPE)
    # One more may be on disk: the one whose acknowledgement the kill cut off.
    assert acknowledged <= len(intents) <= acknowledged + 1
    assert [intent.body["n"] for intent in intents] == list(range(len(intents)))
    assert ledger.notice == ""
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
