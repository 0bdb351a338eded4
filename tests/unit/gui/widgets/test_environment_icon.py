"""The taskbar says where orders go, too."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from terminal_app.gui.theme import DARK
from terminal_app.gui.widgets.environment_icon import environment_icon


@pytest.mark.parametrize("kind", ["practice", "testnet", "live"])
def test_the_icon_wears_the_colour_of_its_environment(qapp: QApplication, kind: str) -> None:
    colour = DARK.environment(kind)
    image = environment_icon(colour, DARK.on_environment).pixmap(64, 64).toImage()
    assert image.pixelColor(4, 32).name() == colour
    assert image.pixelColor(17, 34).name() == DARK.on_environment
    assert image.pixelColor(0, 0).alpha() == 0
