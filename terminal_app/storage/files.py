"""Where things are kept, and how a file is written so that it is never half there."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import platformdirs

from terminal_app.errors import StorageError

APP_NAME = "terminal-app"


@dataclass(frozen=True, slots=True)
class Places:
    """Hold the folders of the program; ``cache`` has only what can be asked for again."""

    config: Path
    data: Path
    logs: Path
    cache: Path

    def make(self) -> Places:
        """Make the folders, readable by their owner alone, and return them."""
        for folder in (self.config, self.data, self.logs, self.cache):
            folder.mkdir(parents=True, exist_ok=True)
            if os.name == "posix":
                folder.chmod(0o700)
        return self


def default_places() -> Places:
    """Return the folders this system keeps for a program of this name."""
    dirs = platformdirs.PlatformDirs(APP_NAME, appauthor=False)
    return Places(
        Path(dirs.user_config_dir),
        Path(dirs.user_data_dir),
        Path(dirs.user_log_dir),
        Path(dirs.user_cache_dir),
    ).make()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it holds either the old or the new content, whatever happens."""
    try:
        with whole_file(path) as file:
            file.write(content)
    except OSError as error:
        raise StorageError(
            f"{path.name} could not be written: {error.strerror}.", str(error)
        ) from error


def keep_aside(path: Path) -> Path:
    """Rename a damaged file out of the way and return its new name; never overwrite one."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target = path.with_name(f"{path.name}.damaged-{stamp}")
    count = 1
    while target.exists():
        count += 1
        target = path.with_name(f"{path.name}.damaged-{stamp}-{count}")
    try:
        path.rename(target)
    except OSError as error:
        text = f"{path.name} is damaged and could not be kept aside: {error.strerror}."
        raise StorageError(text, str(error)) from error
    return target


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that takes its name once all of it is on disk, and never if writing fails."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    # The new name is a change of the folder; only POSIX lets a folder be synced.
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
