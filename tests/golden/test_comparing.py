"""The comparer sees what a person would see, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage, QPainter

from terminal_app.gui.theme import DARK
from tests.golden.stage import PICTURES
from tests.helpers.golden import TILE_PX, compare, marked, pixels, read

Damage = Callable[[QPainter, QImage], None]


@pytest.fixture
def golden() -> QImage:
    """Return the picture of an order book: rows, colours, bars, buttons."""
    return read(str(PICTURES / "book-normal.png"))


def damaged(image: QImage, damage: Damage) -> QImage:
    """Return a copy to which something was done."""
    copy = image.copy()
    painter = QPainter(copy)
    damage(painter, image)
    painter.end()
    return copy


def without_a_row(painter: QPainter, image: QImage) -> None:
    painter.fillRect(0, 240, image.width(), 20, QColor(DARK.panel))


def with_a_price_in_another_colour(painter: QPainter, image: QImage) -> None:
    for x in range(40, 110):
        for y in range(242, 260):
            colour = QColor(image.pixel(x, y))
            if colour.green() > colour.red() + 20:
                swapped = QColor(colour.green(), colour.red(), colour.blue())
                painter.fillRect(x, y, 1, 1, swapped)


def with_a_button_moved(painter: QPainter, image: QImage) -> None:
    button = QRect(image.width() - 26, 2, 24, 24)
    painter.fillRect(button, QColor(DARK.panel))
    painter.drawImage(button.topLeft() - QPoint(3, 0), image, button)


def with_one_digit_changed(painter: QPainter, image: QImage) -> None:
    # The last digit of a price, by the last digit of the price above.
    painter.drawImage(QPoint(91, 282), image, QRect(91, 262, 10, 16))


def with_a_bar_of_another_length(painter: QPainter, _image: QImage) -> None:
    painter.fillRect(160, 264, 30, 16, QColor(DARK.buy_soft))


def with_a_surface_of_another_shade(painter: QPainter, _image: QImage) -> None:
    painter.fillRect(0, 0, 120, 26, QColor(DARK.raised))


def all_of_it_a_pixel_lower(painter: QPainter, image: QImage) -> None:
    painter.drawImage(QPoint(0, 1), image)


@pytest.mark.parametrize(
    "damage",
    [
        without_a_row,
        with_a_price_in_another_colour,
        with_a_button_moved,
        with_one_digit_changed,
        with_a_bar_of_another_length,
        with_a_surface_of_another_shade,
        all_of_it_a_pixel_lower,
    ],
)
def test_what_a_person_would_see_is_seen(golden: QImage, damage: Damage) -> None:
    assert compare(golden, damaged(golden, damage))


def test_a_picture_is_like_itself(golden: QImage) -> None:
    assert not compare(golden, golden.copy())


def test_edges_of_letters_may_be_a_shade_different(golden: QImage) -> None:
    # As another way to smooth letters does: everything between two colours moves by some levels.
    copy = golden.copy()
    for y in range(copy.height()):
        for x in range(copy.width()):
            colour = QColor(copy.pixel(x, y))
            if 80 < colour.lightness() < 200 and (x + y) % 2:
                copy.setPixelColor(x, y, colour.lighter(112))
    assert not compare(golden, copy)


def test_a_few_stray_pixels_are_no_difference(golden: QImage) -> None:
    copy = golden.copy()
    for x in range(8, copy.width(), 40):
        copy.setPixelColor(x, 120, QColor(DARK.muted))
    assert not compare(golden, copy)


def test_another_size_is_another_picture(golden: QImage) -> None:
    difference = compare(golden, golden.copy(0, 0, golden.width(), golden.height() - 1))
    assert difference.reason.startswith("it is ")


def test_the_place_is_framed(golden: QImage) -> None:
    other = damaged(golden, without_a_row)
    difference = compare(golden, other)
    rows = {row for row, _ in difference.tiles}
    assert rows <= {240 // TILE_PX - 1, 240 // TILE_PX, 259 // TILE_PX}
    shown = pixels(marked(other, difference))
    row, column = difference.tiles[0]
    assert tuple(shown[row * TILE_PX, column * TILE_PX]) == (255, 0, 0)
    assert tuple(shown[0, 0] > 100) == (False, False, False)
