"""What a live table shows: columns, cells with their meaning, rows with their buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt

# Columns take the room there is, but neither cut their figures nor drift apart; words may be cut.
LEAST_SHARE, MOST_SHARE = 0.65, 1.5
CELL_PADDING_PX, MOST_WORDS_PX = 18, 180


class Tone(StrEnum):
    """Name a colour by what it means; the words are those of the theme."""

    TEXT = "text"
    MUTED = "muted"
    BUY = "buy"
    SELL = "sell"
    ACCENT = "accent"
    WARNING = "warning"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Column:
    """Describe a column and its usual width; figures stand right, words left.

    ``name`` is what the rows can be sorted by, empty where they cannot; ``words_px`` is what words
    get before they are cut.
    """

    title: str
    width: int
    is_figure: bool = True
    name: str = ""
    hint: str = ""
    words_px: int = MOST_WORDS_PX

    @property
    def alignment(self) -> Qt.AlignmentFlag:
        """Return where its words or figures stand."""
        side = Qt.AlignmentFlag.AlignRight if self.is_figure else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Cell:
    """Hold what one cell shows; the hint tells more than its text does.

    ``edit`` is what a person gets to change, None where the cell stays as it is; ``step`` is how
    far an arrow key goes.
    """

    text: str
    tone: Tone = Tone.TEXT
    hint: str = ""
    edit: str | None = None
    step: str = "1"


@dataclass(frozen=True, slots=True)
class Action:
    """Describe a button at the end of a row."""

    name: str
    caption: str
    hint: str
    role: str = "row"


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one row and the buttons at its end."""

    key: str
    cells: tuple[Cell, ...]
    actions: tuple[Action, ...] = ()
    is_enabled: bool = True


def settled(shown: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Return wanted keys without moving those that are shown: what is new comes last."""
    known, kept = set(shown), set(wanted)
    return [key for key in shown if key in kept] + [key for key in wanted if key not in known]


def fitted(columns: Sequence[Column], text_px: Sequence[int], room_px: int) -> list[int]:
    """Return the widths of columns whose widest texts are known, in the room there is.

    Where there is more room than they need each takes a part of it by its usual width; where there
    is less they are as wide as their figures.
    """
    needed = [
        max(
            (text if column.is_figure else min(text, column.words_px)) + CELL_PADDING_PX,
            int(column.width * LEAST_SHARE),
        )
        for column, text in zip(columns, text_px, strict=True)
    ]
    spare = max(room_px - sum(needed), 0) / sum(column.width for column in columns)
    return [
        max(least, min(int(least + spare * column.width), int(column.width * MOST_SHARE)))
        for column, least in zip(columns, needed, strict=True)
    ]
