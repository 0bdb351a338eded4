"""Name the indicators of a chart with what each says of a bar, where a hand can take them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from terminal_app.gui.chart.frame import LEGEND_PX, Frame
from terminal_app.gui.chart.indicators.study import Study
from terminal_app.gui.chart.indicators.values import Place
from terminal_app.gui.chart.study_anchors import paint_anchors
from terminal_app.gui.chart.study_needs import note_on
from terminal_app.gui.chart.study_painting import word_colour
from terminal_app.gui.chart.study_panes import Pane
from terminal_app.gui.format import UNKNOWN
from terminal_app.gui.theme import Theme
from terminal_app.gui.theme_fonts import LABEL_PX, text_font

ROW_PX = 20
_LEFT_PX = 12
_GAP_PX = 8
_GROUND_ALPHA = 200
# Between the figures of a bar.
_LEGEND_GAPS_PX = 90


@dataclass(frozen=True, slots=True)
class LegendRow:
    """Hold where an indicator is named; ``pane`` is None for one over the bars."""

    study: Study
    title: QRect
    pane: Pane | None = None


def legend_rows(frame: Frame) -> list[LegendRow]:
    """Return where every indicator is named, from the top."""
    metrics = QFontMetrics(frame.font)

    def title(study: Study, top: int) -> QRect:
        width = metrics.horizontalAdvance(study.choice.title)
        return QRect(_LEFT_PX - 4, top, width + 8, ROW_PX)

    top = _top(frame)
    rows = [
        LegendRow(study, title(study, top + number * ROW_PX))
        for number, study in enumerate(frame.studies.on_price)
    ]
    panes = [
        LegendRow(pane.study, title(pane.study, pane.place.top() + 2), pane) for pane in frame.panes
    ]
    return rows + panes


def words_bottom(frame: Frame) -> int:
    """Return how far the words over the bars reach down."""
    return _top(frame) + (len(frame.studies.on_price) + 1) * ROW_PX + 4


def _paint_hint(painter: QPainter, frame: Frame) -> None:
    top = _top(frame) + len(frame.studies.on_price) * ROW_PX
    text = frame.studies.hint
    width = QFontMetrics(frame.font).horizontalAdvance(text)
    painter.fillRect(
        QRect(_LEFT_PX - 4, top + 2, width + 16, ROW_PX), QColor(frame.theme.accent_soft)
    )
    painter.setPen(QColor(frame.theme.accent))
    painter.drawText(QPointF(_LEFT_PX + 4, top + 16), text)


def paint_studies(painter: QPainter, frame: Frame, index: int) -> None:
    """Write what every indicator says of a bar: over the bars, and in each pane."""
    paint_anchors(painter, frame)
    for row in legend_rows(frame):
        _paint_row(painter, frame, row, _words(frame, row, index))
    if frame.studies.hint:
        _paint_hint(painter, frame)


def _top(frame: Frame) -> int:
    """Return where names begin: beneath the figures of a bar, which a narrow chart breaks."""
    price = frame.price_text(float(frame.series.high[-1]))
    words = f"{frame.instrument.symbol} · 15m OHLCV {price * 4} +00.00 % 000.00 M"
    return LEGEND_PX + _rows_of(words + frame.instrument.base_asset, frame.plot.width()) * ROW_PX


@lru_cache(maxsize=64)
def _rows_of(words: str, width: int) -> int:
    """Return how many rows more than one some words need."""
    needed = QFontMetrics(text_font(LABEL_PX)).horizontalAdvance(words) + _LEGEND_GAPS_PX
    return max(0, math.ceil(needed / max(width - 2 * _LEFT_PX, 1)) - 1)


def _words(frame: Frame, row: LegendRow, index: int) -> list[tuple[str, QColor]]:
    study, theme = row.study, frame.theme
    if study.choice.is_hidden:
        return [("hidden", QColor(theme.muted))]
    note = note_on(study, frame.studies, frame.series)
    if note is not None:
        return [(note.text, QColor(theme.warning if note.is_trouble else theme.muted))]
    if study.kind.place is Place.PROFILE:
        return _profile_words(frame, study)
    words = []
    looks = zip(study.lines, study.shifts, study.choice.colours, strict=True)
    for line, shift, colour in looks:
        at = index - shift
        value = float(line[at]) if 0 <= at < len(line) else float("nan")
        text = frame.price_text if row.pane is None else row.pane.text
        words.append(
            (text(value) if value == value else UNKNOWN, word_colour(colour, theme, value))
        )
    return words


def _profile_words(frame: Frame, study: Study) -> list[tuple[str, QColor]]:
    profile, theme = study.profile.now, frame.theme
    if profile is None:
        return [(UNKNOWN, QColor(theme.muted))]
    low, high = (frame.price_text(price) for price in profile.value_area)
    control = frame.price_text(profile.point_of_control)
    return [
        (f"POC {control}", word_colour(study.choice.colours[2], theme, 0)),
        (f"70 % {low} – {high}", QColor(theme.text)),
    ]


def _paint_row(
    painter: QPainter, frame: Frame, row: LegendRow, words: list[tuple[str, QColor]]
) -> None:
    metrics, theme = QFontMetrics(frame.font), frame.theme
    parts = [(row.study.choice.title, _title_colour(row.study, theme)), *words]
    widths = [metrics.horizontalAdvance(text) + _GAP_PX for text, _ in parts]
    ground = QColor(theme.panel)
    ground.setAlpha(_GROUND_ALPHA)
    painter.fillRect(
        QRect(row.title.left(), row.title.top() + 1, sum(widths) + 4, ROW_PX - 1), ground
    )
    x, y = float(_LEFT_PX), row.title.top() + 14.0
    for (text, colour), width in zip(parts, widths, strict=True):
        painter.setPen(colour)
        painter.drawText(QPointF(x, y), text)
        x += width


def _title_colour(study: Study, theme: Theme) -> QColor:
    return QColor(theme.faint if study.choice.is_hidden else theme.muted)
