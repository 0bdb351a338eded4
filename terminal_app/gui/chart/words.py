"""Rows of words on a ground of their own, and where they differ from others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

_MOST_KNOWN = 4096
# Letters may reach a little beyond where they begin.
_OVERHANG_PX = 2


class TextWidths:
    """Know how wide texts are in one font."""

    def __init__(self, font: QFont) -> None:
        self._metrics = QFontMetrics(font)
        self._known: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        """Return the width of a text."""
        width = self._known.get(text)
        if width is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            width = self._known[text] = self._metrics.horizontalAdvance(text)
        return width


class Word(NamedTuple):
    """Hold a word, where it begins, and its colour."""

    left: int
    text: str
    colour: QColor


class WordRow(NamedTuple):
    """Hold words that stand in a row on a ground; ``right`` and ``bottom`` lie outside of it."""

    left: int
    top: int
    right: int
    bottom: int
    ground: QColor
    baseline: int
    words: Sequence[Word]

    def meets(self, left: int, top: int, right: int, bottom: int) -> bool:
        """Say whether some of the row is between the first and the last pixels of a place."""
        return (
            self.top <= bottom
            and top < self.bottom
            and self.left <= right
            and left < self.right + _OVERHANG_PX
        )

    def paint(self, painter: QPainter, place: QRect | None = None) -> None:
        """Paint the row, or no more of it than what is in a place."""
        painter.fillRect(
            self.left, self.top, self.right - self.left, self.bottom - self.top, self.ground
        )
        first, last = (place.left(), place.right()) if place is not None else (0, self.right)
        ends = [word.left for word in self.words[1:]]
        for word, end in zip(self.words, (*ends, self.right + _OVERHANG_PX), strict=True):
            if end >= first and word.left <= last + _OVERHANG_PX:
                painter.setPen(word.colour)
                painter.drawText(word.left, self.baseline, word.text)


def changed_places(before: Sequence[WordRow], after: Sequence[WordRow]) -> list[QRect] | None:
    """Return where rows differ from those before, None if they do not stand in the same places."""
    if len(before) != len(after):
        return None
    places = []
    for old, new in zip(before, after, strict=True):
        if (old.left, old.top, old.bottom) != (new.left, new.top, new.bottom):
            return None
        if old.words == new.words:
            continue
        left = new.left
        for one, other in zip(old.words, new.words, strict=False):
            if one != other:
                left = min(one.left, other.left)
                break
        left -= _OVERHANG_PX
        right = max(old.right, new.right) + _OVERHANG_PX
        places.append(QRect(left, new.top, right - left, new.bottom - new.top))
    return places
