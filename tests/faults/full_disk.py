"""Schedules in which the disk fills up and is freed again, on a small disk made for them alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.faults.bench import run_schedule
from tests.faults.themes import themed_schedule
from tests.faults.world import MEMORY
from tests.helpers.practice import REPOSITORY

DISK_BYTES = 12_000_000
LIMIT_S = 300.0


def fill_disks(first: int, count: int) -> list[str]:
    """Run schedules in a process whose memory disk is small; say what did not hold."""
    seeds = [str(first * count + number) for number in range(count)]
    done = subprocess.run(
        [*small_disk(MEMORY, DISK_BYTES), sys.executable, "-m", "tests.faults.full_disk", *seeds],
        capture_output=True, check=True, cwd=REPOSITORY, text=True, timeout=LIMIT_S,
    )  # fmt: skip
    found: list[str] = json.loads(done.stdout)
    return found


def small_disk(folder: Path, size: int) -> list[str]:
    """Return the words that run a command with a disk of so many bytes in a folder.

    Raise ``OSError`` where this system does not let a program make one.
    """
    unshare = shutil.which("unshare")
    if unshare is None:
        raise OSError("only Linux lets a program make a small disk of its own")
    script = f'mount -t tmpfs -o size={size} tmpfs "$0" && exec "$@"'
    words = [unshare, "-rm", "sh", "-c", script, str(folder)]
    if subprocess.run([*words, "true"], capture_output=True, check=False).returncode:
        raise OSError("this system lets nobody make a small disk of his own")
    return words


def main(seeds: list[str]) -> None:
    """Run the schedules of some seeds and tell what did not hold."""
    found = [
        f"schedule {seed}: {text}"
        for seed in seeds
        for text in run_schedule(themed_schedule("disk", int(seed))).violations
    ]
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
