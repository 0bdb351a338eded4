"""Say what the set-up does, one line a step, and show a command's output only when it fails."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence


class SetupError(Exception):
    """Stop the set-up with a sentence that says what to do."""


def say(text: str) -> None:
    """Write one line of progress at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def run_quietly(
    step: str, command: Sequence[str], environment: Mapping[str, str] | None = None
) -> None:
    """Run COMMAND as the named step; raise `SetupError` with its output if it fails."""
    say(f"- {step}")
    result = subprocess.run(
        command,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env=environment,
    )
    if result.returncode != 0:
        raise SetupError(f"{result.stdout.rstrip()}\n\nThis step failed: {step}")
