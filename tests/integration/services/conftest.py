"""One practice exchange for all tests of a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.practice import PracticeProcess


@pytest.fixture(scope="module")
def practice() -> Iterator[PracticeProcess]:
    """Serve one exchange to all tests of a file."""
    with PracticeProcess(seed=11) as process:
        yield process


@pytest.fixture
def ledger_path(tmp_path: Path) -> Path:
    """Name the file of a ledger."""
    return tmp_path / "ledger.sqlite"
