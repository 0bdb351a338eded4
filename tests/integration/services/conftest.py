"""A fresh practice exchange for each test: none finds the orders of another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_control import Control


@pytest.fixture
def practice() -> Iterator[PracticeProcess]:
    """Serve an exchange with a fresh account."""
    with PracticeProcess(seed=11) as process:
        yield process


@pytest.fixture
def control(practice: PracticeProcess) -> Iterator[Control]:
    """Steer the exchange."""
    face = Control(practice.ready)
    yield face
    face.close()


@pytest.fixture
def ledger_path(tmp_path: Path) -> Path:
    """Name the file of a ledger."""
    return tmp_path / "ledger.sqlite"
