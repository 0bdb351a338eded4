"""Name the indicators of a chart with what each says of a bar, where a hand can take them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QFontMetrics

from terminal_app.gui.chart.frame import LEGEND_PX, Frame
from terminal_app.gui.chart.indicators.study import Study
from terminal_app.gui.chart.indicators.values import Place
from terminal_app.gui.chart.study_needs import note_on
from terminal_app.gui.chart.study_painting import word_colour
from terminal_app.gui.chart.study_panes import Pane
from terminal_app.gui.chart.words import Word, WordRow
from terminal_app.gui.format import UNKNOWN
from terminal_app.gui.theme import Theme
from terminal_app.gui.theme_fonts import LABEL_PX, text_font

ROW_PX = 20
_LEFT_PX, _BASELINE_PX = 12, 14
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

    def title(study: Study, top: int) -> QRect:
        return QRect(_LEFT_PX - 4, top, frame.widths(study.choice.title) + 8, ROW_PX)

    top = _top(frame)
    rows = [
        LegendRow(study, title(study, top + number * ROW_PX))
        for number, study in enumerate(frame.studies.on_price)
    ]
    panes = [
        LegendRow(pane.study, title(pane.study, pane.place.top() + 2), pane) for pane in frame.panes
    ]
    return rows + panes


class StudyLegend:
    """Write what every indicator of one frame says of a bar: over the bars, and in each pane."""

    def __init__(self, frame: Frame) -> None:
        theme = frame.theme
        self._frame = frame
        self._rows = legend_rows(frame)
        self._ground = QColor(theme.panel)
        self._ground.setAlpha(_GROUND_ALPHA)
        self._hint_ground, self._hint = QColor(theme.accent_soft), QColor(theme.accent)

    def rows(self, index: int) -> list[WordRow]:
        """Return what is said of a bar, and what a click would do."""
        rows = [self._row(row, _words(self._frame, row, index)) for row in self._rows]
        if self._frame.studies.hint:
            rows.append(self._hint_row(self._frame.studies.hint))
        return rows

    def _row(self, row: LegendRow, words: Sequence[tuple[str, QColor]]) -> WordRow:
        widths, study, made = self._frame.widths, row.study, []
        left, top, x = row.title.left(), row.title.top(), _LEFT_PX
        title = study.choice.title, _title_colour(study, self._frame.theme)
        for text, colour in (title, *words):
            made.append(Word(x, text, colour))
            x += widths(text) + _GAP_PX
        right, baseline = left + x - _LEFT_PX + 4, top + _BASELINE_PX
        return WordRow(left, top + 1, right, top + ROW_PX, self._ground, baseline, made)

    def _hint_row(self, text: str) -> WordRow:
        top = _top(self._frame) + len(self._frame.studies.on_price) * ROW_PX + 2
        left = _LEFT_PX - 4
        right = left + self._frame.widths(text) + 16
        words = [Word(_LEFT_PX + 4, text, self._hint)]
        return WordRow(left, top, right, top + ROW_PX, self._hint_ground, top + _BASELINE_PX, words)


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
    for value, colour in zip(_values_at(study, index), study.choice.colours, strict=True):
        text = frame.price_text if row.pane is None else row.pane.text
        words.append(
            (text(value) if value == value else UNKNOWN, word_colour(colour, theme, value))
        )
    return words


def _values_at(study: Study, index: int) -> Sequence[float]:
    """Return what stands at a bar, which is of another one where a line is drawn ahead."""
    found = []
    for line, shift in zip(study.lines, study.shifts, strict=True):
        at = index - shift
        found.append(float(line[at]) if 0 <= at < len(line) else math.nan)
    return found


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


def _title_colour(study: Study, theme: Theme) -> QColor:
    return QColor(theme.faint if study.choice.is_hidden else theme.muted)
