"""Where the ladder's columns, rows and own orders are."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect

from terminal_app.domain.market import Side
from terminal_app.gui.ladder.meaning import Zone
from terminal_app.gui.panels.rows import HEADER_PX, ROW_PX

CHIP_PX = 62
CROSS_PX = 16
LEAST_SIZE_PX = 44
LEAST_PRICE_PX = 72


@dataclass(frozen=True, slots=True)
class LadderLayout:
    """Put the price into the middle, what is bid on its left, what is asked on its right."""

    width: int
    height: int
    price_px: int = LEAST_PRICE_PX

    @property
    def rows(self) -> int:
        """Return how many rows fit."""
        return max((self.height - HEADER_PX) // ROW_PX, 1)

    @property
    def price_left(self) -> int:
        """Return where the price column begins."""
        return (self.width - self.price_px) // 2

    @property
    def price_right(self) -> int:
        """Return where the price column has ended."""
        return self.price_left + self.price_px

    def row(self, row: int) -> QRect:
        """Return where a row is."""
        return QRect(0, HEADER_PX + row * ROW_PX, self.width, ROW_PX)

    def cell(self, row: int, zone: Zone) -> QRect:
        """Return where a column crosses a row."""
        top = HEADER_PX + row * ROW_PX
        if zone is Zone.BUYS:
            return QRect(0, top, self.price_left, ROW_PX)
        if zone is Zone.PRICE:
            return QRect(self.price_left, top, self.price_px, ROW_PX)
        return QRect(self.price_right, top, self.width - self.price_right, ROW_PX)

    def chip(self, row: int, side: Side) -> QRect:
        """Return where own orders of a side stand: at the outer edge of their column."""
        width = min(CHIP_PX, max(self.price_left - LEAST_SIZE_PX, CROSS_PX + 8))
        left = 2 if side is Side.BUY else self.width - 2 - width
        return QRect(left, HEADER_PX + row * ROW_PX + 2, width, ROW_PX - 4)

    @staticmethod
    def cross(chip: QRect, side: Side) -> QRect:
        """Return the part of own orders that cancels them: the outer end.

        So it is far from where a hand presses for another order at the same price.
        """
        left = chip.left() if side is Side.BUY else chip.right() - CROSS_PX + 1
        return QRect(left, chip.top(), CROSS_PX, chip.height())

    def row_at(self, position: QPoint) -> int | None:
        """Return the row under a position, None outside."""
        row = (position.y() - HEADER_PX) // ROW_PX
        is_inside = 0 <= position.x() < self.width and 0 <= row < self.rows
        return row if is_inside else None

    def zone_at(self, position: QPoint) -> Zone:
        """Return the column under a position."""
        if position.x() < self.price_left:
            return Zone.BUYS
        return Zone.PRICE if position.x() < self.price_right else Zone.SELLS
