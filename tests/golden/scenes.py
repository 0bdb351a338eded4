"""Every golden picture by its name."""

from __future__ import annotations

from tests.golden import account_scenes, chart_scenes, desk_scenes, market_scenes, ticket_scenes
from tests.golden.stage import Scene

SCENES: dict[str, Scene] = {
    **market_scenes.SCENES, **account_scenes.SCENES, **ticket_scenes.SCENES,
    **chart_scenes.SCENES,
    **desk_scenes.SCENES,
}  # fmt: skip
SCALED: dict[str, Scene] = {**chart_scenes.SCALED}
