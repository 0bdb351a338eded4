"""Files of a recording: rotation, limits and what a crash leaves."""

from __future__ import annotations

import gzip
import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from terminal_app.storage import recordings
from terminal_app.storage.recordings import RecordingLimits, RecordingWriter, WhenFull


@pytest.fixture(autouse=True)
def flush_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "FLUSH_S", 0.01)


def _until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def _noise() -> bytes:
    return random.Random(1).randbytes(4000).hex().encode() + b"\n"


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*.gz"))


def test_lines_of_each_name_stand_in_files_of_their_own(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path / "new", RecordingLimits())
    for name in ("spot-A", "usdm-A"):
        writer.write(name, name.encode() + b"\n")
    writer.close()
    found = {gzip.decompress(path.read_bytes()) for path in (tmp_path / "new").iterdir()}
    assert found == {b"spot-A\n", b"usdm-A\n"}
    assert writer.figures.messages == writer.figures.files == 2


def test_what_was_flushed_can_be_read_before_the_file_is_finished(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path, RecordingLimits())
    writer.write("spot-A", b"one\n")

    def read() -> bytes:
        for path in tmp_path.glob("*.gz"):
            with gzip.open(path) as lines:
                try:
                    return lines.readline()
                except EOFError:
                    return b""
        return b""

    _until(lambda: read() == b"one\n")
    writer.close()


def test_files_rotate_and_the_oldest_is_removed(tmp_path: Path) -> None:
    rotated: list[str] = []
    limits = RecordingLimits(file_bytes=3000, total_bytes=12_000)
    writer = RecordingWriter(tmp_path, limits, rotated.append)
    for count in range(1, 8):
        writer.write("spot-A", _noise())
        _until(partial(lambda wanted: len(rotated) == wanted, count))
    writer.close()
    assert set(rotated) == {"spot-A"}
    assert writer.figures.files == 7
    assert len(list(tmp_path.glob("*.gz"))) < 7
    assert _size(tmp_path) <= 12_000


def test_a_full_recording_stops_where_that_was_asked(tmp_path: Path) -> None:
    limits = RecordingLimits(total_bytes=3000, when_full=WhenFull.STOP)
    writer = RecordingWriter(tmp_path, limits)
    writer.write("spot-A", _noise())
    _until(lambda: writer.figures.problem)
    writer.write("spot-A", b"more\n")
    writer.close()
    assert "size limit" in writer.figures.problem
    assert (writer.figures.messages, writer.figures.lost) == (1, 1)


def test_a_folder_that_cannot_be_is_said_and_raises_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    writer = RecordingWriter(tmp_path / "file", RecordingLimits())
    writer.write("spot-A", b"one\n")
    _until(lambda: writer.figures.problem)
    writer.close()
