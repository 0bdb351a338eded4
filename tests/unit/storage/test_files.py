"""A file holds the old or the new content, and a damaged one is never lost."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from terminal_app.errors import StorageError
from terminal_app.storage.files import Places, default_places, keep_aside, write_whole


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    for content in (b"first" * 1000, b"second"):
        write_whole(path, content)
        assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_content_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.mkdir()
    (path / "inside").touch()
    with pytest.raises(StorageError, match=r"settings\.json could not be written: .+\."):
        write_whole(path, b"new")
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="No such file or directory"):
        write_whole(tmp_path / "absent" / "settings.json", b"new")


def test_damaged_files_are_kept_beside_each_other(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    kept = set()
    for number in range(4):
        path.write_text(str(number))
        kept.add(keep_aside(path))
        assert not path.exists()
    assert {one.read_text() for one in kept} == {"0", "1", "2", "3"}
    assert all(one.name.startswith("ledger.sqlite.damaged-") for one in kept)


def test_what_cannot_be_kept_aside_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="could not be kept aside"):
        keep_aside(tmp_path / "absent")


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_folders_are_their_owners_alone(tmp_path: Path) -> None:
    places = Places(
        tmp_path / "a" / "config", tmp_path / "data", tmp_path / "logs", tmp_path / "cache"
    )
    assert places.make() is places.make() is places
    for folder in (places.config, places.data, places.logs, places.cache):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_default_folders_carry_the_name_of_the_program() -> None:
    places = default_places()
    folders = (places.config, places.data, places.logs, places.cache)
    assert all("terminal-app" in str(path) for path in folders)
