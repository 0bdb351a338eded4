"""Say what the flow tells of the place under the pointer."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor

from terminal_app.gui.chart.flow.flow import bar_length_ms
from terminal_app.gui.chart.flow.footprint_painting import bar_cells, cell_step, short_size
from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.look import ChartStyle
from terminal_app.gui.chart.words import Word, WordRow
from terminal_app.gui.format import UNKNOWN, compact_text, decimal_text

_TOP_PX = 30


def flow_words(frame: Frame, pointer: QPoint | None) -> str:
    """Return what rested under the pointer or was traded in its bar; the last bar without one."""
    asset = frame.instrument.base_asset
    if frame.style.has_heat:
        if pointer is None:
            return ""
        size = frame.flow.heat.size_at(_time_at(frame, pointer.x()), frame.price.price(pointer.y()))
        text = UNKNOWN if size != size else f"{short_size(size)} {asset}"
        return f"Resting {text} at {frame.price_text(frame.price.price(pointer.y()))}"
    if frame.style is not ChartStyle.FOOTPRINT:
        return ""
    index = frame.count - 1
    if pointer is not None:
        index = frame.index(pointer.x())
    if not 0 <= index < frame.count:
        return ""
    (bar,) = bar_cells(frame, index, index + 1)
    if bar.cells is None:
        return f"Δ {UNKNOWN}, trades of this bar are not known"
    whole = compact_text(Decimal(repr(float(frame.series.volume[index]))))
    delta = decimal_text(Decimal(repr(bar.cells.delta)), 2, signed=True)
    most_at = frame.price_text(bar.cells.point_of_control * cell_step(frame))
    words = f"Δ {delta} {asset}, most at {most_at}"
    if bar.is_whole(float(frame.series.volume[index])):
        return words
    return f"{words}, {short_size(bar.cells.volume)} of {whole} known"


def flow_row(frame: Frame, pointer: QPoint | None) -> WordRow | None:
    """Return the words at the upper right of the plot, under the legend's row."""
    text = flow_words(frame, pointer)
    if not text:
        return None
    right = frame.plot.width() - 8
    left = right - frame.widths(text) - 16
    ground = QColor(frame.theme.panel)
    ground.setAlpha(225)
    words = [Word(left + 8, text, QColor(frame.theme.text))]
    return WordRow(left, _TOP_PX, right, _TOP_PX + 20, ground, _TOP_PX + 14, words)


def _time_at(frame: Frame, x: float) -> int:
    opens = frame.series.open_time_ms
    place = frame.place(x) + 0.5
    held = min(max(0, int(place // 1)), frame.count - 1)
    return int(opens[held] + (place - held) * bar_length_ms(opens))
