"""Run the terminal that kills itself, and see how it ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from terminal_app.domain.instrument import Market
from tests.helpers.practice import REPOSITORY

LIMIT_S = 40.0


def crash(doing: str, market: Market, path: Path, ready: dict[str, Any], point: str) -> int:
    """Run a terminal until it kills itself at a point and return its exit code."""
    child = subprocess.run(
        [sys.executable, "-m", "tests.helpers.crashing_terminal", market.value, str(path)],
        input=json.dumps(ready),
        cwd=REPOSITORY,
        env={**os.environ, "CRASH_AT": point, "CRASH_DOING": doing},
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    return child.returncode
