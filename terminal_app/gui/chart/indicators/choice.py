"""One indicator as a person wants it: its numbers, its look, and the text that keeps them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from terminal_app.gui.chart.indicators.values import IndicatorKind, Settings, Source

WIDTHS = (1.0, 1.5, 2.0, 3.0)
USUAL_WIDTH = 1.5
# Told apart on dark and on light ground, and by those who do not see red and green.
COLOURS = {
    "#4f9cf9": "Blue",
    "#f0a63a": "Amber",
    "#b57bff": "Violet",
    "#3ec9c0": "Teal",
    "#e86fb0": "Pink",
    "#8f9bab": "Grey",
}
# Roles of the theme that a line may have instead.
ROLES = {"buy": "As buying", "sell": "As selling"}
BY_SIGN = {"sides": "By the sign"}
_HIDDEN = "hidden"
_RGB = re.compile("#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class StudyChoice:
    """Hold what a person chose of an indicator.

    ``colours`` has one for each line: #rrggbb, or a role of the theme. ``height`` is that of its
    pane in pixels, 0 for the usual one.
    """

    kind: IndicatorKind
    numbers: Settings
    source: Source = Source.CLOSE
    colours: tuple[str, ...] = ()
    width: float = USUAL_WIDTH
    is_hidden: bool = False
    anchor_ms: int = 0
    height: int = 0

    @classmethod
    def usual(cls, kind: IndicatorKind) -> StudyChoice:
        """Return an indicator as nobody has changed it."""
        return cls(kind, kind.usual)

    @property
    def title(self) -> str:
        """Return its name with the numbers that were chosen."""
        words = [self.kind.name, *(f"{number:g}" for number in self.numbers)]
        if self.source is not Source.CLOSE:
            words.append(self.source.value)
        return " ".join(words)

    @property
    def text(self) -> str:
        """Return it as a text to be kept, such as ``ema:20;source=hl2;width=2``."""
        head = ":".join([self.kind.key, *(f"{number:g}" for number in self.numbers)])
        marks = {
            "source": self.source.value if self.source is not Source.CLOSE else "",
            "colours": ",".join(self.colours),
            "width": f"{self.width:g}" if self.width != USUAL_WIDTH else "",
            "anchor": str(self.anchor_ms) if self.anchor_ms else "",
            "height": str(self.height) if self.height else "",
        }
        parts = [f"{name}={value}" for name, value in marks.items() if value]
        return ";".join([head, *parts, *([_HIDDEN] if self.is_hidden else [])])


def numbers_in(text: str) -> tuple[str, list[str], dict[str, str]]:
    """Return the key, the numbers and the marks of a text that was kept."""
    head, *parts = text.split(";")
    key, *numbers = head.split(":")
    marks = {name: value for name, _, value in (part.partition("=") for part in parts)}
    return key, numbers, marks


def choice_in(kind: IndicatorKind, numbers: list[str], marks: dict[str, str]) -> StudyChoice | None:
    """Return what was kept of an indicator, None where it breaks the indicator's rules."""
    try:
        chosen = tuple(float(number) for number in numbers)
        width = float(marks.get("width", USUAL_WIDTH))
        anchor_ms, height = int(marks.get("anchor", 0)), int(marks.get("height", 0))
        source = Source(marks.get("source", Source.CLOSE))
    except ValueError:
        return None
    if len(chosen) != len(kind.settings):
        return None
    if any(rule.problem(number) for rule, number in zip(kind.settings, chosen, strict=True)):
        return None
    if kind.has_anchor and not anchor_ms:
        return None
    colours = tuple(filter(_is_colour, marks.get("colours", "").split(",")))
    return StudyChoice(
        kind,
        chosen,
        source if kind.has_source else Source.CLOSE,
        colours if len(colours) == len(kind.lines) else (),
        width if width in WIDTHS else USUAL_WIDTH,
        _HIDDEN in marks,
        anchor_ms,
        max(0, height),
    )


def _is_colour(text: str) -> bool:
    return text in {*ROLES, *BY_SIGN} or _RGB.fullmatch(text) is not None


def usual_colours(kind: IndicatorKind, taken: Iterable[str] = ()) -> tuple[str, ...]:
    """Return a colour for each line, such that nothing else has as far as they reach."""
    held = set(taken)
    free = sorted(COLOURS, key=lambda colour: colour in held)
    tints = [line.tint for line in kind.lines]
    return tuple(tint if isinstance(tint, str) else free[tint % len(free)] for tint in tints)
