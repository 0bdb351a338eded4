"""Write recordings: compressed files that rotate, by a thread of their own."""

from __future__ import annotations

import gzip
import queue
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import BinaryIO

FLUSH_S = 1.0
MOST_WAITING = 100_000


class WhenFull(StrEnum):
    """Say what happens when all files together reach their limit."""

    REMOVE_OLDEST = "remove-oldest"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class RecordingLimits:
    """Hold how large one file and all files together may become, compressed."""

    file_bytes: int = 64_000_000
    total_bytes: int = 2_000_000_000
    when_full: WhenFull = WhenFull.REMOVE_OLDEST


@dataclass(slots=True)
class RecordingFigures:
    """Count what was written and what was lost; ``problem`` says why nothing is written."""

    messages: int = 0
    lost: int = 0
    files: int = 0
    problem: str = ""


class _File:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._raw: BinaryIO = path.open("xb")
        self._gzip = gzip.GzipFile(fileobj=self._raw, mode="wb", compresslevel=6)

    def write(self, line: bytes) -> None:
        self._gzip.write(line)

    def flush(self) -> int:
        self._gzip.flush(zlib.Z_SYNC_FLUSH)
        self._raw.flush()
        return self._raw.tell()

    def close(self) -> None:
        self._gzip.close()
        self._raw.close()


class RecordingWriter:
    """Take lines without ever waiting; a thread compresses and writes them.

    Files are named ``<name>-<UTC time>.gz`` and hold one name's lines; a name may
    hold folders. They are flushed
    every second, so a crash loses no more than that. ``on_new_file`` is called in the thread.
    """

    def __init__(
        self,
        folder: Path,
        limits: RecordingLimits,
        on_new_file: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.figures = RecordingFigures()
        self._folder = folder
        self._limits = limits
        self._on_new_file = on_new_file
        self._lines: queue.Queue[tuple[str, bytes] | None] = queue.Queue(MOST_WAITING)
        self._files: dict[str, _File] = {}
        self._thread = threading.Thread(target=self._run, name="recording", daemon=True)
        self._thread.start()

    def write(self, name: str, line: bytes) -> None:
        """Queue a line; it is counted as lost when the disk is too slow or writing has ended."""
        try:
            if self.figures.problem:
                raise queue.Full
            self._lines.put_nowait((name, line))
        except queue.Full:
            self.figures.lost += 1

    def close(self) -> None:
        """Write what waits and end the thread; blocks for as long as that takes."""
        self._lines.put(None)
        self._thread.join()

    def _run(self) -> None:
        flushed_s = time.monotonic()
        going = True
        while going:
            with suppress(queue.Empty):
                item = self._lines.get(timeout=FLUSH_S)
                going = item is not None
                if item is not None:
                    self._guarded(partial(self._write, *item))
            if time.monotonic() - flushed_s >= FLUSH_S:
                flushed_s = time.monotonic()
                self._guarded(self._flush)
        self._guarded(self._close_files)

    def _guarded(self, act: Callable[[], None]) -> None:
        if self.figures.problem:
            return
        try:
            act()
        except OSError as error:
            self.figures.problem = f"The recording cannot be written: {error.strerror}."

    def _write(self, name: str, line: bytes) -> None:
        file = self._files.get(name)
        if file is None:
            file = self._files[name] = self._open(name)
        file.write(line)
        self.figures.messages += 1

    def _open(self, name: str) -> _File:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        path = self._folder / f"{name}-{stamp}.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        self.figures.files += 1
        return _File(path)

    def _flush(self) -> None:
        for name, file in tuple(self._files.items()):
            if file.flush() >= self._limits.file_bytes:
                file.close()
                del self._files[name]
                self._on_new_file(name)
        self._make_room()

    def _make_room(self) -> None:
        files = sorted(self._folder.rglob("*.gz"), key=lambda path: path.stat().st_mtime_ns)
        total = sum(path.stat().st_size for path in files)
        if total <= self._limits.total_bytes:
            return
        if self._limits.when_full is WhenFull.STOP:
            self._close_files()
            self.figures.problem = "The recording has reached its size limit and stopped."
            return
        open_paths = {file.path for file in self._files.values()}
        for path in files:
            if total > self._limits.total_bytes and path not in open_paths:
                total -= path.stat().st_size
                path.unlink()

    def _close_files(self) -> None:
        for file in self._files.values():
            file.close()
        self._files.clear()
