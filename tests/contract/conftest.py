"""One practice exchange for all tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.helpers.practice import PracticeProcess


@pytest.fixture(scope="module")
def practice() -> Iterator[PracticeProcess]:
    """Serve one exchange to all tests of a file."""
    with PracticeProcess(seed=7) as process:
        yield process
