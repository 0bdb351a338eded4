"""Every golden picture by its name."""

from __future__ import annotations

from tests.golden import market_scenes
from tests.golden.stage import Scene

SCENES: dict[str, Scene] = {**market_scenes.SCENES}
SCALED: dict[str, Scene] = {}
