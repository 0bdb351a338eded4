"""A layout as a file of its own, to be taken to another computer or given to somebody."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from terminal_app.errors import InvalidSetting, StorageError
from terminal_app.storage.preferences import KeptLayout

# No layout is as large by far; what is may be anything.
MOST_BYTES = 1_000_000


class LayoutFile(msgspec.Struct, forbid_unknown_fields=True):
    """Hold a layout with its name; ``kind`` tells the file from any other JSON."""

    name: str
    layout: KeptLayout
    kind: Literal["terminal-app layout 1"] = "terminal-app layout 1"


def layout_bytes(name: str, layout: KeptLayout) -> bytes:
    """Return a layout as the content of a file."""
    return msgspec.json.format(msgspec.json.encode(LayoutFile(name, layout)), indent=2)


def layout_of(content: bytes) -> LayoutFile:
    """Return the layout that a file holds; raise ``InvalidSetting`` for what is none."""
    try:
        kind = msgspec.json.decode(content, type=_Kind).kind
        if not kind.startswith("terminal-app layout"):
            raise InvalidSetting("File", "it is no layout of this program", "chosen")
        return msgspec.json.decode(content, type=LayoutFile)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        rule = f"it is no layout that this version can read ({error})"
        raise InvalidSetting("File", rule, "chosen") from error


def read_layout(path: Path) -> bytes:
    """Return the content of a file; raise ``StorageError`` where it cannot be read, or is huge."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise StorageError(f"{path.name} is no layout: it is larger than any.")
        return path.read_bytes()
    except OSError as error:
        text = f"{path.name} could not be read: {error.strerror}."
        raise StorageError(text, str(error)) from error


class _Kind(msgspec.Struct):
    kind: str = ""
