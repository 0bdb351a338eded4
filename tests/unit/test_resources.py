from __future__ import annotations

import pytest

from terminal_app.resources import resource_path


def test_a_shipped_file_is_found() -> None:
    assert resource_path("icons/terminal-app.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_missing_file_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="icons/none"):
        resource_path("icons/none.svg")
