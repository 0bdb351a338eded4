"""Layouts go to files and come back; what is no layout is refused with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from terminal_app.errors import InvalidSetting, StorageError
from terminal_app.storage.layout_file import MOST_BYTES, layout_bytes, layout_of, read_layout
from terminal_app.storage.preferences import KeptLayout, KeptWindow, PanelKind, PanelPreferences

LAYOUT = KeptLayout(
    "AAAA",
    "2|2",
    [KeptWindow("BBBB", "CCCC", ["ladder-2"])],
    [PanelPreferences("ladder-2", PanelKind.LADDER, "usdm", "ETHUSDT", "orange")],
)


def test_a_layout_comes_back_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "desk.json"
    path.write_bytes(layout_bytes("desk ä", LAYOUT))
    read = layout_of(read_layout(path))
    assert (read.name, read.layout) == ("desk ä", LAYOUT)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no layout"),
        (b"\xff\xfe", "no layout"),
        (b"[]", "no layout"),
        (b'{"market": "usdm"}', "no layout of this program"),
        (b'{"kind": "terminal-app layout 2"}', "this version"),
        (layout_bytes("x", LAYOUT)[:-40], "no layout"),
        (layout_bytes("x", LAYOUT).replace(b"usdm", b"moon"), "moon"),
        (layout_bytes("x", LAYOUT).replace(b'ladder"', b'pony"'), "kind"),
    ],
)
def test_what_is_no_layout_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(InvalidSetting, match=reason):
        layout_of(content)


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"gone\.json could not be read"):
        read_layout(tmp_path / "gone.json")
    (tmp_path / "huge.json").write_bytes(b" " * (MOST_BYTES + 1))
    with pytest.raises(StorageError, match="larger than any"):
        read_layout(tmp_path / "huge.json")
