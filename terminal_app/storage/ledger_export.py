"""Write a ledger out for other programs, and prove that such an export is whole.

An export is a folder: ``events.jsonl`` and ``events.csv`` hold every event, ``fills.csv`` every
execution, and ``manifest.json`` says how many they are and what their hashes must be. The chain of
hashes is in the events, so that an export proves as much as the ledger does.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from terminal_app.errors import StorageError
from terminal_app.storage.files import whole_file, write_whole
from terminal_app.storage.ledger_events import EventKind, Row, follows

FORMAT = 1
MANIFEST, JSONL, EVENTS, FILLS = "manifest.json", "events.jsonl", "events.csv", "fills.csv"
_COLUMNS = (
    "seq", "run_id", "time_ms", "mono_ms", "scope", "kind", "client_order_id", "body",
    "previous_hash", "hash",
)  # fmt: skip
_FILL_COLUMNS = (
    "symbol", "side", "price", "quantity", "commission", "commission_asset", "order_id",
    "trade_id", "is_maker", "realized_profit", "source",
)  # fmt: skip
_HEADS = {
    JSONL: (),
    EVENTS: ("time", *_COLUMNS),
    FILLS: ("time", "time_ms", "scope", "client_order_id", *_FILL_COLUMNS, "seq"),
}
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_CHUNK = 1_000
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
# What a spreadsheet takes for a formula, or for the way to one.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(slots=True)
class _Part:
    """Count the rows of one file and hash it; without ``file`` they are written nowhere."""

    file: IO[bytes] | None = None
    rows: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def add(self, lines: bytes, rows: int) -> None:
        """Take lines."""
        if self.file is not None:
            self.file.write(lines)
        self.digest.update(lines)
        self.rows += rows

    def facts(self) -> dict[str, int | str]:
        """Return what the manifest says of the file."""
        return {"rows": self.rows, "sha256": self.digest.hexdigest()}


@dataclass(slots=True)
class _Parts:
    """Make the three files of an export out of the rows of a ledger."""

    files: dict[str, _Part]
    first_seq: int | None = None
    last_seq: int | None = None
    last_hash: str = ""

    def take(self, rows: Iterable[Row]) -> None:
        """Take rows; raise ``StorageError`` at the first that does not follow the one before."""
        for name, head in _HEADS.items():
            if head:
                self.files[name].add(_csv([head]), 0)
        rows = iter(rows)
        while chunk := list(islice(rows, _CHUNK)):
            self._take(chunk)

    def _take(self, chunk: list[Row]) -> None:
        for row in chunk:
            if not follows(row, self.last_hash):
                raise StorageError(f"Event {row[0]} is not what was written.")
            self.last_hash = row[9]
        if self.first_seq is None:
            self.first_seq = chunk[0][0]
        self.last_seq = chunk[-1][0]
        fills = [_fill(row) for row in chunk if row[5] == EventKind.FILL]
        self.files[JSONL].add("".join(map(_json_line, chunk)).encode(), len(chunk))
        self.files[EVENTS].add(_csv((_iso(row[2]), *row) for row in chunk), len(chunk))
        self.files[FILLS].add(_csv(fills), len(fills))

    def manifest(self) -> dict[str, Any]:
        """Return what there is to prove."""
        return {
            "format": FORMAT,
            "events": self.files[JSONL].rows,
            "fills": self.files[FILLS].rows,
            "first_seq": self.first_seq,
            "last_seq": self.last_seq,
            "chain_hash": self.last_hash,
            "files": {name: part.facts() for name, part in self.files.items()},
        }


def export(rows: Iterable[Row], folder: Path) -> dict[str, Any]:
    """Write the rows of a ledger into a folder and return the manifest.

    Raise ``StorageError`` where that fails or the chain is broken; nothing takes its name then.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            files = {name: _Part(stack.enter_context(whole_file(folder / name))) for name in _HEADS}
            # An export without its manifest is none: the old one goes before the files change.
            (folder / MANIFEST).unlink(missing_ok=True)
            parts = _Parts(files)
            parts.take(rows)
        manifest = parts.manifest()
        write_whole(folder / MANIFEST, json.dumps(manifest, indent=2).encode())
    except OSError as error:
        raise StorageError(f"The export could not be written: {error.strerror}.") from error
    return manifest


def verify_export(folder: Path) -> dict[str, Any]:
    """Compute everything in an export anew; return its manifest or raise ``StorageError``."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        parts = _Parts({name: _Part() for name in _HEADS})
        with (folder / JSONL).open("rb") as lines:
            parts.take(_rows(lines))
        expected = parts.manifest()
        for name in _HEADS:
            with (folder / name).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            if digest != expected["files"][name]["sha256"]:
                raise StorageError(f"{name} is not what was exported.")
    except OSError as error:
        text = f"The export could not be read: {error.filename}: {error.strerror}."
        raise StorageError(text) from error
    except ValueError as error:
        raise StorageError("The export could not be read: it is no JSON.", str(error)) from error
    if manifest != expected:
        raise StorageError(f"{MANIFEST} is not what was exported.")
    return expected


def _rows(lines: Iterable[bytes]) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        row = json.loads(line)
        if not isinstance(row, dict) or tuple(row) != _COLUMNS:
            raise StorageError(f"{JSONL}, line {number}, is no event.")
        yield tuple(row.values())


def _json_line(row: Row) -> str:
    return f"{_encode(dict(zip(_COLUMNS, row, strict=True)))}\n"


def _fill(row: Row) -> tuple[Any, ...]:
    body = json.loads(row[7])
    time_ms = body["time_ms"]
    told = (body[name] for name in _FILL_COLUMNS)
    return (_iso(time_ms), time_ms, row[4], row[6], *told, row[0])


def _csv(rows: Iterable[Iterable[Any]]) -> bytes:
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows([*map(_safe, row)] for row in rows)
    return lines.getvalue().encode()


def _safe(value: object) -> object:
    is_text = isinstance(value, str) and value.startswith(_DANGEROUS)
    return f"'{value}" if is_text and not _NUMBER.fullmatch(str(value)) else value


def _iso(time_ms: int) -> str:
    seconds, milliseconds = divmod(time_ms, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{milliseconds:03}Z"
