"""Read recorded material that lies beside the repository; tests skip where it is absent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[2].parent / "shared"


def shared_path(relative: str) -> Path:
    """Return a recorded file, or skip the test that asks for it."""
    path = SHARED / relative
    if not path.exists():
        pytest.skip(f"recorded material is absent: ../shared/{relative}")
    return path


def shared_json(relative: str) -> Any:
    """Return a recorded JSON file."""
    return json.loads(shared_path(relative).read_text(encoding="utf-8"))


def fixture_names(market: str) -> list[str]:
    """Return the recorded JSON samples of a market that its manifest lists, none without it."""
    manifest = SHARED / "fixtures" / market / "MANIFEST.tsv"
    if not manifest.exists():
        return []
    files = [line.partition("\t")[0] for line in manifest.read_text(encoding="utf-8").splitlines()]
    return [name.removesuffix(".json") for name in files if name.endswith(".json")]


def shared_json_sequence(relative: str) -> list[Any]:
    """Return the JSON values that stand one after the other in a recorded file."""
    text = shared_path(relative).read_text(encoding="utf-8").strip()
    decoder, values, position = json.JSONDecoder(), [], 0
    while position < len(text):
        value, end = decoder.raw_decode(text, position)
        values.append(value)
        position = end + len(text[end:]) - len(text[end:].lstrip())
    return values
