"""Keep a file that is still on its way, so that it can be continued after any end."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

CHECKSUM = ".CHECKSUM"


class PartFile:
    """Collect the bytes of a file beside it; it gets its own name when it is whole and checked.

    The server's validator (ETag) is kept too: bytes may only be added to a part whose file has not
    changed meanwhile. Everything here blocks and raises OSError.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._path = target.with_name(f"{target.name}.part")
        self._note = target.with_name(f"{target.name}.part.etag")
        self._file: BinaryIO | None = None
        self.written_bytes = 0

    def held(self) -> tuple[int, str]:
        """Return the bytes that are here and their validator; (0, "") where none can be added."""
        try:
            etag = self._note.read_text()
            size = self._path.stat().st_size
        except FileNotFoundError:
            return 0, ""
        return (size, etag) if size and etag else (0, "")

    def open_empty(self, etag: str) -> None:
        """Begin anew; only a strong validator allows to go on later (RFC 9110, If-Range)."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._note.unlink(missing_ok=True)
        self._file = self._path.open("wb")
        if etag.startswith('"'):
            self._note.write_text(etag)

    def open_end(self) -> None:
        """Go on behind what is here."""
        self._file = self._path.open("ab")

    def write(self, chunk: bytes) -> None:
        """Add bytes."""
        assert self._file is not None
        self._file.write(chunk)
        self.written_bytes += len(chunk)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def sha256(self) -> str:
        """Return the checksum of what is here."""
        return sha256_of(self._path)

    def discard(self) -> None:
        """Remove what is here."""
        self._note.unlink(missing_ok=True)
        self._path.unlink(missing_ok=True)

    def finish(self, checksum: str) -> None:
        """Give the file its name, with its checksum beside it."""
        beside = self._target.with_name(self._target.name + CHECKSUM)
        beside.write_text(f"{checksum}  {self._target.name}\n")
        with self._path.open("rb+") as file:
            os.fsync(file.fileno())
        self._path.replace(self._target)
        self._note.unlink(missing_ok=True)


def is_whole(target: Path) -> bool:
    """Say whether a file is here and matches the checksum beside it."""
    with suppress(FileNotFoundError, IndexError):
        wanted = target.with_name(target.name + CHECKSUM).read_text().split()[0]
        return sha256_of(target) == wanted.lower()
    return False


def sha256_of(path: Path) -> str:
    """Return the checksum of a file as the archive writes it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
