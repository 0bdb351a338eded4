"""Take one guard at a time out of the program, and see that a test notices.

Each mutant is a copy of the tree in which one piece of text was replaced. A test selection that
passes on the copy has not noticed, and the mutant lives: then the tests prove less than they seem.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dev_console import say
from dev_mutant_list import MUTANTS, Mutant

REPOSITORY = Path(__file__).resolve().parent.parent
COPIED = ("terminal_app", "tests", "packaging", "pyproject.toml", "resources", "README.md")
LONGEST_S = 300.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Hold what the tests made of a mutant."""

    mutant: Mutant
    is_noticed: bool
    seconds: float
    said: str


def main(arguments: Sequence[str]) -> int:
    """Try every mutant, or those whose names are given; return 1 if one lives."""
    parser = argparse.ArgumentParser(prog="dev.py mutants", description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", help="the mutants to try (default: all)")
    wanted = parser.parse_args(arguments).names
    chosen = [mutant for mutant in MUTANTS if not wanted or mutant.name in wanted]
    verdicts = [_told(_try(mutant)) for mutant in chosen]
    alive = [verdict.mutant.name for verdict in verdicts if not verdict.is_noticed]
    say(
        f"{len(chosen) - len(alive)} of {len(chosen)} mutants were noticed"
        + (f"; alive: {', '.join(alive)}" if alive else "")
    )
    return 1 if alive or not chosen else 0


def _told(verdict: Verdict) -> Verdict:
    word = "noticed" if verdict.is_noticed else "ALIVE"
    say(f"{verdict.mutant.name:<34} {word}, {verdict.seconds:.1f} s: {verdict.said}")
    return verdict


def _try(mutant: Mutant) -> Verdict:
    started_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        root = Path(folder)
        for name in COPIED:
            _copy(REPOSITORY / name, root / name)
        _mutate(root, mutant)
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(root)}
        try:
            result = subprocess.run(
                [*command, *mutant.tests],
                check=False,
                cwd=root,
                env=environment,
                capture_output=True,
                encoding="utf-8",
                timeout=LONGEST_S,
            )
        except subprocess.TimeoutExpired:
            return Verdict(mutant, True, time.monotonic() - started_s, "the tests never ended")
    seconds = time.monotonic() - started_s
    # 1: tests failed. Anything else, as a test that is not found, proves nothing.
    return Verdict(mutant, result.returncode == 1, seconds, _summary(result.stdout))


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    elif source.exists():
        shutil.copy2(source, target)


def _mutate(root: Path, mutant: Mutant) -> None:
    path = root / mutant.file
    text = path.read_text(encoding="utf-8")
    if text.count(mutant.old) != 1:
        count = text.count(mutant.old)
        raise SystemExit(f"{mutant.name}: {mutant.file} holds its text {count} times, not once")
    path.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")


def _summary(output: str) -> str:
    failed = [line for line in output.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failed[0].partition(" - ")[0] if failed else output.strip().rpartition("\n")[2]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
