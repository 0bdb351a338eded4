"""What every indicator looks like: each line in its colour where its values are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from terminal_app.domain.contract_statistics import StatisticKind
from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.indicators.catalogue import KINDS
from terminal_app.gui.chart.indicators.choice import COLOURS as PALETTE
from terminal_app.gui.chart.indicators.choice import StudyChoice
from terminal_app.gui.chart.indicators.study import Study
from terminal_app.gui.chart.indicators.values import IndicatorKind, Place, Shape
from terminal_app.gui.chart.study_painting import word_colour
from terminal_app.gui.chart.view import ChartView
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import DARK, LIGHT, Theme
from tests.helpers.indicator_values import STATISTIC, kind_of
from tests.helpers.market_values import START_MS, candles, instrument

# Found nowhere else on a chart.
COLOURS = ("#ff00ff", "#00ffff", "#ffff00", "#ff8000", "#00ff00")
BARS = [
    replace(bar, taker_buy_volume=bar.volume * (number % 5) / 4)
    for number, bar in enumerate(candles(1700))
]
LINES = [kind for kind in KINDS if kind.place is not Place.PROFILE]
Pixels = npt.NDArray[np.uint8]


def chart(qtbot: QtBot, kind: IndicatorKind, theme: Theme = DARK) -> tuple[ChartView, Study]:
    """Show an indicator in colours of its own, its values in sight."""
    view = ChartView(theme, FrameClock(), now_ms=lambda: BARS[-1].close_time_ms)
    qtbot.addWidget(view, before_close_func=lambda _widget: view.hide())
    view.resize(800, 480)
    view.set_instrument(instrument())
    view.set_interval("1m")
    view.load(BARS)
    studies = view.frames.studies
    studies.offered = frozenset(StatisticKind)
    studies.set_statistics(dict.fromkeys(StatisticKind, STATISTIC))
    anchor_ms = START_MS + 1640 * 60_000 if kind.has_anchor else 0
    choice = replace(StudyChoice.usual(kind), anchor_ms=anchor_ms, width=2.0)
    study = studies.add(replace(choice, colours=COLOURS[: len(kind.lines)]))
    view.show()
    frame = frame_of(view)
    if kind.place is Place.PRICE:
        shown = np.concatenate([line[frame.first :] for line in study.lines])
        known = [*shown[np.isfinite(shown)], frame.shown.low.min(), frame.shown.high.max()]
        price = view.frames.price
        price.is_auto, price.low, price.high = False, min(known) - 5, max(known) + 25
    view.redraw()
    return view, study


def frame_of(view: ChartView) -> Frame:
    """Return the geometry of now."""
    frame = view.frame()
    assert frame is not None
    return frame


def pixels_of(view: ChartView) -> Pixels:
    """Return what is seen as rows of blue, green, red."""
    image: QImage = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    return rows[:, :, :3].copy()


def is_near(pixels: Pixels, x: float, y: float, colour: str) -> bool:
    """Say whether a colour is at a spot, give or take a pixel."""
    wanted = QColor(colour)
    column, row = round(x), round(y)
    part = pixels[max(row - 2, 0) : row + 3, max(column - 1, 0) : column + 2].astype(int)
    away = np.abs(part - (wanted.blue(), wanted.green(), wanted.red())).sum(axis=2)
    return bool((away < 120).any())


def spots(frame: Frame, study: Study, number: int) -> list[tuple[float, float]]:
    """Return where values of a line are, of those in sight and clear of the names."""
    line, shift, shape = study.lines[number], study.shifts[number], study.kind.lines[number].shape
    pane = frame.panes[0] if frame.panes else None
    found = []
    for index in range(max(frame.first - shift, 0), frame.count, 2):
        value, x = float(line[index]), frame.x(index + shift)
        if value != value or not 260 < x < frame.plot.width() - 4:
            continue
        y = frame.price.y(value)
        if pane is not None:
            y = pane.place.top() + pane.scale.y(value)
            if shape is Shape.COLUMNS:
                y = (y + pane.place.top() + pane.scale.y(0)) / 2
        found.append((x, y))
    return found


@pytest.mark.parametrize("kind", LINES, ids=lambda kind: kind.key)
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_each_line_is_where_its_values_are(qtbot: QtBot, kind: IndicatorKind, theme: Theme) -> None:
    view, study = chart(qtbot, kind, theme)
    pixels, frame = pixels_of(view), frame_of(view)
    seen_at_all = 0
    for number, colour in enumerate(study.choice.colours):
        places = spots(frame, study, number)
        seen = sum(is_near(pixels, x, y, colour) for x, y in places)
        # Another line, or a bar's own tip, may lie over some of them.
        assert seen >= 0.6 * len(places), (kind.lines[number].name, seen, len(places))
        seen_at_all += seen
    assert seen_at_all > 15
    view.update_candle(candles(1701)[-1])
    assert not np.array_equal(pixels_of(view), pixels)


def test_a_profile_lies_at_the_left_with_its_fullest_row_marked(qtbot: QtBot) -> None:
    view, study = chart(qtbot, kind_of("profile"))
    pixels, frame, profile = pixels_of(view), frame_of(view), None
    profile = study.profile.now
    assert profile is not None
    control = frame.price.y(profile.point_of_control)
    dashes = sum(is_near(pixels, x, control, COLOURS[2]) for x in range(300, 700, 3))
    assert dashes > 60
    row = round(control) + 3
    ground = pixels[row, frame.plot.width() // 2 :].astype(int)
    bar = pixels[row, :100].astype(int)
    # Bought volume is painted from the edge on, through which the surface can be seen.
    assert bar[5].tolist() != ground[0].tolist()
    assert bar[5][0] > bar[5][1]


def test_what_is_hidden_is_named_and_not_painted(qtbot: QtBot) -> None:
    view, study = chart(qtbot, kind_of("bollinger"))
    places = spots(frame_of(view), study, 1)
    view.frames.studies.change(study, replace(study.choice, is_hidden=True))
    view.redraw()
    pixels = pixels_of(view)
    assert not any(is_near(pixels, x, y, COLOURS[1]) for x, y in places)


def test_the_day_s_average_is_not_joined_over_midnight(qtbot: QtBot) -> None:
    view, study = chart(qtbot, kind_of("vwap"))
    view.frames.time.margin -= 200
    (line,) = study.lines
    ends = [float(line[index]) for index in (1439, 1440)]
    view.frames.price.low, view.frames.price.high = min(ends) - 5, max(ends) + 5
    view.redraw()
    frame, pixels = frame_of(view), pixels_of(view)
    middle = frame.x(1439.5)
    heights = sorted(frame.price.y(value) for value in ends)
    assert 260 < middle < frame.plot.width()
    assert heights[1] - heights[0] > 20
    between = range(int(heights[0]) + 6, int(heights[1]) - 6)
    assert not any(is_near(pixels, middle, y, COLOURS[0]) for y in between)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("colour", [*PALETTE, "#ffffff", "#000000", "buy", "sell"])
def test_values_can_be_read_on_either_ground(theme: Theme, colour: str) -> None:
    def luminance(shown: QColor) -> float:
        parts = [shown.redF(), shown.greenF(), shown.blueF()]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(share * p for share, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    pair = sorted((luminance(word_colour(colour, theme, 1.0)), luminance(QColor(theme.panel))))
    assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5
