"""Check that the colours can be read and that the style sheet is understood."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QDateTime
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from terminal_app.gui.panels.ticket.options import TicketOptions
from terminal_app.gui.theme import DARK, LIGHT, Theme, apply_theme, colour_blind, restyle, swapped
from terminal_app.gui.theme_fonts import text_font

THEMES = [DARK, LIGHT, colour_blind(DARK), colour_blind(LIGHT), swapped(DARK), swapped(LIGHT)]


@pytest.fixture
def bare_app(qapp: QApplication) -> Iterator[QApplication]:
    """Leave the application without a style sheet, as it was."""
    font, palette = qapp.font(), qapp.palette()
    yield qapp
    qapp.setStyleSheet("")
    qapp.setFont(font)
    qapp.setPalette(palette)


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    shade = QColor(colour)
    red, green, blue = (
        value / 12.92 if value <= 0.03928 else float(((value + 0.055) / 1.055) ** 2.4)
        for value in (shade.redF(), shade.greenF(), shade.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: f"{theme.name} {theme.buy}")
def test_text_can_be_read_on_its_surface(theme: Theme) -> None:
    for surface in (theme.panel, theme.raised):
        assert contrast(theme.text, surface) >= 4.5
        assert contrast(theme.muted, surface) >= 4.5
        assert contrast(theme.faint, surface) >= 3
    for colour in (theme.buy, theme.sell, theme.warning, theme.accent):
        assert contrast(colour, theme.panel) >= 4.5
        assert contrast(theme.on_side, colour) >= 4.5
    for side, soft in ((theme.buy, theme.buy_soft), (theme.sell, theme.sell_soft)):
        for figure in (theme.text, theme.muted, side):
            assert contrast(figure, soft) >= 4.5
    for kind in ("practice", "testnet", "live"):
        assert contrast(theme.on_environment, theme.environment(kind)) >= 4.5


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: f"{theme.name} {theme.buy}")
def test_a_submit_button_takes_the_colour_of_its_side(
    bare_app: QApplication, qtbot: QtBot, theme: Theme
) -> None:
    apply_theme(bare_app, theme)
    button = QPushButton("Buy 0.050 BTC")
    qtbot.addWidget(button)
    button.setProperty("role", "submit")
    button.setProperty("side", "BUY")
    button.resize(200, 44)
    button.show()
    assert button.grab().toImage().pixelColor(20, 8).name() == theme.buy
    button.setProperty("side", "SELL")
    restyle(button)
    assert button.grab().toImage().pixelColor(20, 8).name() == theme.sell
    button.close()


def test_the_end_of_an_order_has_room_for_its_words(bare_app: QApplication, qtbot: QtBot) -> None:
    apply_theme(bare_app, DARK)
    options = TicketOptions()
    options.setProperty("role", "ticket")
    qtbot.addWidget(options)
    till, edit = options.till, options.till.lineEdit()
    options.show()
    till.show()
    till.setDateTime(QDateTime(2026, 11, 28, 20, 58, 0))
    words = edit.fontMetrics().horizontalAdvance(till.text())
    qtbot.waitUntil(lambda: edit.width() - edit.textMargins().left() > words)
    options.close()


def test_applying_a_theme_twice_keeps_one_folder_of_shapes(bare_app: QApplication) -> None:
    apply_theme(bare_app, DARK)
    apply_theme(bare_app, LIGHT)
    assert bare_app.styleSheet().count("check-") == 1
    assert "$" not in bare_app.styleSheet()


@pytest.mark.usefixtures("qapp")
def test_the_font_has_a_size_in_pixels_and_falls_back() -> None:
    font = text_font(12)
    assert font.pixelSize() == 12
    assert font.families()[0] == "Inter"
    assert font.families()[-1] == "DejaVu Sans"
