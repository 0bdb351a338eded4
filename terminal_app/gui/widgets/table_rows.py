"""What a live table shows: columns, cells with their meaning, rows with their buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt


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

    ``name`` is what the rows can be sorted by, empty where they cannot.
    """

    title: str
    width: int
    is_figure: bool = True
    name: str = ""
    hint: str = ""

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
