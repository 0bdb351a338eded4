"""Start the practice exchange as its own process, as the terminal does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
START_LIMIT_S = 90.0
STOP_LIMIT_S = 10.0
Option = str | int | float | Path | Sequence[Path]


def command(*arguments: str) -> list[str]:
    """Return the command line of the exchange with these arguments."""
    return [sys.executable, "-m", "terminal_app.practice", *arguments]


class PracticeProcess:
    """Run the exchange inside a `with`; options are those of the command line with underscores.

    It lists 8 synthetic symbols unless told otherwise. `ready` is the parsed line it prints when
    it serves.
    """

    def __init__(self, **options: Option) -> None:
        if "data" not in options:
            options = {"symbols": 8, **options}
        self._arguments = [text for name, value in options.items() for text in _words(name, value)]
        self._process: subprocess.Popen[str] | None = None
        self.ready: dict[str, Any] = {}

    def __enter__(self) -> PracticeProcess:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def process(self) -> subprocess.Popen[str]:
        """Return the running process."""
        assert self._process is not None, "the exchange has not been started"
        return self._process

    def start(self) -> None:
        """Start the process and wait for its line."""
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
        self._process = subprocess.Popen(
            command(*self._arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=environment,
        )
        line = _read_line(self._process)
        if not line:
            self._process.kill()
            _, errors = self._process.communicate()
            raise AssertionError(f"the practice exchange did not start: {errors}")
        self.ready = json.loads(line)

    def stop(self) -> str:
        """End the process as a person would and return what it wrote to stderr."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.wait()

    def kill(self) -> None:
        """End the process without giving it a chance."""
        self.process.kill()
        self.wait()

    def wait(self) -> str:
        """Wait until the process has ended and return what it wrote to stderr."""
        try:
            _, errors = self.process.communicate(timeout=STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            _, errors = self.process.communicate()
            raise AssertionError(f"the practice exchange did not end: {errors}") from None
        except ValueError:  # its pipes were read to the end before
            return ""
        return errors


def _words(name: str, value: Option) -> list[str]:
    values = [value] if isinstance(value, str | int | float | Path) else value
    return ["--" + name.replace("_", "-"), *(str(item) for item in values)]


def _read_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    with ThreadPoolExecutor(1) as reader:
        line = reader.submit(process.stdout.readline)
        try:
            return line.result(START_LIMIT_S)
        except TimeoutError:
            process.kill()
            return ""
