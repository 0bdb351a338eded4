"""One practice exchange for each test module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.helpers.practice import PracticeProcess


@pytest.fixture(scope="module")
def practice() -> Iterator[PracticeProcess]:
    """Run an exchange for the tests of a module, which share its account."""
    with PracticeProcess(seed=7) as process:
        yield process


@pytest.fixture(scope="module")
def ready(practice: PracticeProcess) -> dict[str, Any]:
    """Return its addresses and keys."""
    return practice.ready
