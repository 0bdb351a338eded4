"""An order's way drawn as a line: a dot for each stage, and the milliseconds between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from terminal_app.gui.format import age_text
from terminal_app.gui.theme import Theme
from terminal_app.gui.theme_fonts import LABEL_PX, text_font
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.services.order_trail import Stage, TrailStep

HEIGHT_PX = 74
MARGIN_PX = 60
# What is shown of a way with many fills: the first stages, then the newest ones.
MOST_DOTS = 8

_WORDS = {
    Stage.WANTED: "Click",
    Stage.SENT: "Sent",
    Stage.ANSWERED: "Answer",
    Stage.RESTING: "Resting",
    Stage.FILLED: "Fill",
    Stage.CHANGED: "Change asked",
    Stage.UNKNOWN: "UNKNOWN",
    Stage.ENDED: "End",
}


@dataclass(frozen=True, slots=True)
class Milestone:
    """Hold a dot of the line; ``count`` steps stand in it."""

    stage: Stage
    time_ms: int
    title: str
    count: int = 1


def milestones(steps: Sequence[TrailStep]) -> list[Milestone]:
    """Return the stages that an order went through; what is told twice is one."""
    found: list[Milestone] = []
    for step in steps:
        word = _WORDS.get(step.stage)
        if word is None:
            continue
        last = found[-1] if found else None
        if last is not None and last.stage is step.stage:
            found[-1] = Milestone(step.stage, last.time_ms, _title(step, word), last.count + 1)
        else:
            found.append(Milestone(step.stage, step.time_ms, _title(step, word)))
    if len(found) <= MOST_DOTS:
        return found
    return [*found[:3], *found[3 - MOST_DOTS :]]


def gap_text(gap_ms: int) -> str:
    """Return the time between two stages: exact below ten seconds."""
    return f"{gap_ms} ms" if gap_ms < 10_000 else age_text(gap_ms)


def _title(step: TrailStep, word: str) -> str:
    return step.title if step.stage in (Stage.ENDED, Stage.ANSWERED) else word


class XrayBar(QWidget):
    """Paint the line."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._dots: list[Milestone] = []
        self.setFixedHeight(HEIGHT_PX)
        self.setAccessibleName("Stages of the order")

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        self.update()

    def show_steps(self, steps: Sequence[TrailStep]) -> None:
        """Show the stages of these steps."""
        self._dots = milestones(steps)
        words = ", ".join(dot.title for dot in self._dots)
        self.setAccessibleDescription(words)
        self.update()

    @guarded(QSize(400, HEIGHT_PX))
    def sizeHint(self) -> QSize:
        return QSize(400, HEIGHT_PX)

    @guarded(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._dots:
            self._paint(painter)
        painter.end()

    def _paint(self, painter: QPainter) -> None:
        theme, dots = self._theme, self._dots
        space = (self.width() - 2 * MARGIN_PX) / max(len(dots) - 1, 1)
        middle = 34.0
        last = MARGIN_PX + space * (len(dots) - 1)
        painter.setPen(QPen(QColor(theme.hairline), 2))
        painter.drawLine(QPointF(MARGIN_PX, middle), QPointF(last, middle))
        for index, dot in enumerate(dots):
            x = MARGIN_PX + space * index
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._colour(dot.stage)))
            painter.drawEllipse(QPointF(x, middle), 5, 5)
            painter.setFont(text_font())
            painter.setPen(QColor(theme.text))
            count = f" ×{dot.count}" if dot.count > 1 and dot.stage is Stage.FILLED else ""
            box = QRectF(x - space / 2, middle + 10, space, 20)
            if len(dots) == 1:
                box = QRectF(0, middle + 10, 2 * MARGIN_PX, 20)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{dot.title}{count}")
            if index:
                gap = gap_text(dot.time_ms - dots[index - 1].time_ms)
                painter.setFont(text_font(LABEL_PX))
                painter.setPen(QColor(theme.muted))
                above = QRectF(x - space, middle - 24, space, 18)
                painter.drawText(above, Qt.AlignmentFlag.AlignCenter, gap)

    def _colour(self, stage: Stage) -> str:
        theme = self._theme
        return {
            Stage.UNKNOWN: theme.warning,
            Stage.FILLED: theme.accent,
            Stage.ENDED: theme.text,
            Stage.CHANGED: theme.warning,
        }.get(stage, theme.muted)
