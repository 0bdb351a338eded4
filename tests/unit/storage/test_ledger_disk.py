"""A full disk is told, breaks nothing, and is over when it is over; one program has the ledger."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.full_disk import small_disk
from tests.helpers.practice import REPOSITORY

LIMIT_S = 40.0
INSTANCES = 12

# On a disk of 6 MB: fills it, goes on into the reserve, fills that, and makes room again.
FULL_DISK = """
import asyncio, json, sys
from pathlib import Path
from terminal_app.errors import StorageError
from terminal_app.storage.ledger import EventKind, Ledger

async def main() -> None:
    disk = Path(sys.argv[1])
    filler = disk / "filler"
    filler.write_bytes(bytes(2_000_000))
    ledger, told = Ledger(disk / "ledger.sqlite", "full"), []
    await ledger.open()
    ledger.observers.add(lambda key: told.append(ledger.problem))
    acknowledged, after_warning = 0, 0
    for number in range(10_000):
        try:
            body = {"n": number, "text": "x" * 5_000}
            await ledger.append("s", EventKind.INTENT, body, f"t1-{number}")
        except StorageError as error:
            refused = str(error)
            break
        acknowledged += 1
        after_warning += bool(ledger.problem)
    for number in range(50):
        ledger.note("s", EventKind.STREAM, {"n": number})
    filler.unlink()
    async with asyncio.timeout(20):
        while ledger.problem:
            await asyncio.sleep(0.05)
    noted = [event.body["n"] for event in await ledger.events_of("s", EventKind.STREAM)]
    kept = [event.body["n"] for event in await ledger.events_of("s", EventKind.INTENT)]
    result = {
        "told": told, "acknowledged": acknowledged, "after_warning": after_warning,
        "refused": refused, "noted": noted, "kept": kept, "whole": await ledger.verify(),
    }
    await ledger.close()
    sys.stdout.write(json.dumps(result))

asyncio.run(main())
"""
# Says who of many got the ledger, and keeps it until its input ends.
INSTANCE = """
import asyncio, sys
from pathlib import Path
from terminal_app.errors import StorageError
from terminal_app.storage.ledger import Ledger

async def main() -> None:
    ledger = Ledger(Path(sys.argv[1]), "one")
    try:
        await ledger.open()
    except StorageError as error:
        sys.stdout.write(f"{error}\\n")
    else:
        sys.stdout.write("mine\\n")
    sys.stdout.flush()
    sys.stdin.read()
    await ledger.close()

asyncio.run(main())
"""


def test_a_full_disk_is_told_and_over_when_it_is_over(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    try:
        words = small_disk(disk, 6_000_000)
    except OSError as error:
        pytest.skip(str(error))
    done = subprocess.run(
        [*words, sys.executable, "-c", FULL_DISK, str(disk)],
        capture_output=True,
        cwd=REPOSITORY,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    almost, full, over = result["told"]
    assert almost == "The disk is almost full."
    assert full == result["refused"]
    assert full.startswith("The ledger could not be written: ")
    assert over == ""
    # The reserve left room for many more: to cancel, to reduce, to say how that went.
    assert result["after_warning"] > 20
    assert result["kept"] == list(range(result["acknowledged"]))
    assert result["noted"] == list(range(50))
    assert result["whole"]


async def test_of_many_programs_one_gets_the_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    children = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", INSTANCE, str(path),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=REPOSITORY,
        )
        for _ in range(INSTANCES)
    ]  # fmt: skip
    async with asyncio.timeout(LIMIT_S):
        told = [await child.stdout.readline() for child in children if child.stdout is not None]
        for child in children:
            await child.communicate(b"")
    refusal = b"Another terminal is running with the same ledger. Close it first.\n"
    assert sorted(told) == [refusal] * (INSTANCES - 1) + [b"mine\n"]
