"""Say what a bar is, and every indicator of it, at the upper left and in the panes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtGui import QColor

from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.study_legend import StudyLegend
from terminal_app.gui.chart.words import Word, WordRow
from terminal_app.gui.format import THIN_SPACE, compact_text, percent_text

_NARROW_PX = 260
_LEFT_PX, _GROUND_LEFT_PX = 12, 6
_TOP_PX, _ROW_PX, _BASELINE_PX = 8, 20, 14
_AFTER_LABEL_PX, _AFTER_FIGURE_PX = 4, 10
_GROUND_ALPHA = 215


class Legend:
    """Write the figures of a bar of one frame; colours and places are worked out once."""

    def __init__(self, frame: Frame) -> None:
        theme = frame.theme
        self._frame = frame
        self._text, self._muted = QColor(theme.text), QColor(theme.muted)
        self._sides = QColor(theme.sell), QColor(theme.buy)
        self._ground = QColor(theme.panel)
        self._ground.setAlpha(_GROUND_ALPHA)
        self._studies = StudyLegend(frame)

    def rows(self, interval: str, index: int) -> list[WordRow]:
        """Return what is said of a bar: its figures first, then those of indicators."""
        return [*self._bar_rows(interval, index), *self._studies.rows(index)]

    def _bar_rows(self, interval: str, index: int) -> list[WordRow]:
        frame, series = self._frame, self._frame.series
        bar = series.last if index == frame.count - 1 else series.bar(index)
        change = (bar.close / bar.open - 1) * 100 if bar.open else 0.0
        side, muted = self._sides[bar.close >= bar.open], self._muted
        volume = compact_text(Decimal(repr(bar.volume)))
        parts = [
            (f"{frame.instrument.symbol} · {interval}", self._text),
            ("O", muted),
            (frame.price_text(bar.open), side),
            ("H", muted),
            (frame.price_text(bar.high), side),
            ("L", muted),
            (frame.price_text(bar.low), side),
            ("C", muted),
            (frame.price_text(bar.close), side),
            (percent_text(Decimal(repr(change))), side),
            ("V", muted),
            (f"{volume}{THIN_SPACE}{frame.instrument.base_asset}", self._text),
        ]
        if frame.plot.width() < _NARROW_PX:
            # There is room for what matters most alone.
            parts = [parts[0], *parts[7:10]]
        return self._broken(parts)

    def _broken(self, parts: Sequence[tuple[str, QColor]]) -> list[WordRow]:
        """Return words in as many rows as they need; a label stays with its figure."""
        widths, most = self._frame.widths, self._frame.plot.width() - _LEFT_PX
        rows: list[list[Word]] = [[]]
        x = _LEFT_PX
        for number, (text, colour) in enumerate(parts):
            width = widths(text)
            is_label = len(text) == 1
            reach = widths(parts[number + 1][0]) + _AFTER_LABEL_PX if is_label else 0
            if x + width + reach > most and rows[-1]:
                rows.append([])
                x = _LEFT_PX
            rows[-1].append(Word(x, text, colour))
            x += width + (_AFTER_LABEL_PX if is_label else _AFTER_FIGURE_PX)
        return [self._row(number, words) for number, words in enumerate(rows)]

    def _row(self, number: int, words: Sequence[Word]) -> WordRow:
        top = _TOP_PX + number * _ROW_PX
        right = words[-1].left + self._frame.widths(words[-1].text) + _GROUND_LEFT_PX
        return WordRow(
            _GROUND_LEFT_PX, top, right, top + _ROW_PX, self._ground, top + _BASELINE_PX, words
        )
