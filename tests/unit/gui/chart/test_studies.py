"""Indicators on the chart: chosen, kept as texts, painted, taken by the hand."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from terminal_app.domain.contract_statistics import StatisticKind
from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.indicators.values import Statistic
from terminal_app.gui.chart.panel import ChartPanel
from terminal_app.gui.chart.series import CandleSeries
from terminal_app.gui.chart.studies import Note, Studies
from terminal_app.gui.chart.study_dialog import StudyDialog
from terminal_app.gui.chart.study_legend import legend_rows
from terminal_app.gui.chart.study_needs import missing_from_ms, note_on
from terminal_app.gui.chart.study_panes import Stretch, make_pane, moved_separator, pane_heights
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import DARK
from terminal_app.gui.widgets.glyph_buttons import Glyph
from tests.helpers.indicator_values import STATISTIC, kind_of, series_of, study_of
from tests.helpers.market_values import START_MS, candles, instrument

MINUTE_MS = 60_000
LEFT = Qt.MouseButton.LeftButton
# Of one bar buyers took more, of the next sellers.
BARS = [
    replace(bar, taker_buy_volume=bar.volume * (number % 5) / 4)
    for number, bar in enumerate(candles(3001))
]


@pytest.fixture
def panel(qtbot: QtBot) -> ChartPanel:
    """Show a panel of 3000 bars."""
    made = ChartPanel(DARK, FrameClock(), now_ms=lambda: candles(300)[-1].close_time_ms)
    qtbot.addWidget(made, before_close_func=lambda _widget: made.hide())
    made.resize(900, 700)
    made.set_interval("1m")
    made.view.set_instrument(instrument())
    made.view.frames.studies.offered = frozenset(StatisticKind)
    made.view.frames.studies.set_statistics(dict.fromkeys(StatisticKind, STATISTIC))
    made.view.load(BARS[:3000])
    # What is not laid out yet has its names elsewhere.
    with qtbot.waitExposed(made, timeout=15_000):
        made.show()
    return made


def frame_of(panel: ChartPanel) -> Frame:
    """Return the geometry of now."""
    frame = panel.view.frame()
    assert frame is not None
    return frame


def pictured(panel: ChartPanel) -> QImage:
    """Return what is seen."""
    return panel.view.grab().toImage()


def test_panes_take_room_from_the_bars_and_give_it_back(panel: ChartPanel) -> None:
    whole = frame_of(panel).plot.height()
    panel.set_studies(["rsi:14", "macd:12:26:9"])
    assert frame_of(panel).plot.height() < whole
    assert frame_of(panel).bottom == panel.view.height() - 24
    panel.set_studies(["rsi:14", "macd:12:26:9", "cci:20", "atr:14", "adx:14", "stochastic:14:3:3"])
    assert frame_of(panel).plot.height() > whole * 0.35
    panel.set_studies([])
    assert frame_of(panel).plot.height() == whole


def action(menu: QMenu, *path: str) -> None:
    """Trigger an entry of a menu, down through its parts."""
    entry = next(each for each in menu.actions() if each.text() == path[0])
    below = entry.menu()
    if len(path) == 1:
        entry.trigger()
    else:
        assert isinstance(below, QMenu)
        action(below, *path[1:])


def test_the_menu_adds_several_of_a_kind_and_changes_each(panel: ChartPanel) -> None:
    spy = QSignalSpy(panel.studies_chosen)
    button = panel.study_button
    for path in (("Over the bars", "Exponential moving average (EMA)"),) * 2:
        button.fill()
        action(button.menu(), *path)
    assert button.text() == "Indicators 2 ▾"
    first, second = panel.study_desk.studies
    assert first.choice.colours != second.choice.colours
    button.fill()
    action(button.menu(), "EMA 20", "Hide")
    assert [study.choice.is_hidden for study in (first, second)] == [True, False]
    button.fill()
    action(button.menu(), "EMA 20  (hidden)", "Remove")
    assert panel.study_desk.studies == (second,)
    assert spy.at(spy.count() - 1) == [[second.choice.text]]
    assert button.text() == "Indicators 1 ▾"


def test_what_is_chosen_comes_back_from_its_texts(panel: ChartPanel) -> None:
    texts = [
        "ema:20;source=hl2;colours=#b57bff;width=3",
        "ema:50;colours=#4f9cf9;hidden",
        "rsi:14;colours=#f0a63a;height=90",
        f"anchored;colours=#3ec9c0;anchor={START_MS}",
    ]
    panel.set_studies(texts)
    assert panel.view.frames.studies.texts() == texts


def test_texts_that_cannot_be_read_are_left_out() -> None:
    studies = Studies(CandleSeries())
    bad = ["nothing:1", "ema", "ema:x", "ema:1", "ema:20.5", "ema:20:3", "anchored", "ema:nan", ""]
    studies.choose([*bad, "ema:20;width=77;colours=red;source=close"])
    assert studies.texts() == ["ema:20;colours=#4f9cf9"]


def test_what_a_market_does_not_tell_is_kept_and_not_shown(panel: ChartPanel) -> None:
    studies = panel.view.frames.studies
    panel.set_studies(["funding", "rsi:14"])
    assert len(frame_of(panel).panes) == 2
    studies.offered = frozenset()
    assert [pane.study.kind.key for pane in frame_of(panel).panes] == ["rsi"]
    assert len(studies.texts()) == 2
    panel.study_button.fill()
    with pytest.raises(StopIteration):
        action(panel.study_button.menu(), "In a pane of its own", "Open interest")
    studies.offered = frozenset(StatisticKind)
    panel.study_button.fill()
    action(panel.study_button.menu(), "In a pane of its own", "Open interest")
    assert [study.kind.key for study in studies.in_panes] == ["funding", "rsi", "interest"]


def test_a_name_shows_its_buttons_which_hide_set_and_remove(panel: ChartPanel) -> None:
    panel.set_studies(["ema:20", "rsi:14"])
    buttons = panel.study_hand.buttons
    for row in reversed(legend_rows(frame_of(panel))):
        QTest.mouseMove(panel.view, row.title.center())
        assert buttons.isVisible()
        assert not buttons.geometry().intersects(row.title)
        eye, cross = buttons.all[Glyph.EYE], buttons.all[Glyph.CROSS]
        assert eye.accessibleName() == f"Hide or show: {row.study.choice.title}"
        QTest.mouseClick(eye, LEFT)
        assert row.study.choice.is_hidden
        QTest.mouseClick(cross, LEFT)
        assert row.study not in panel.study_desk.studies
        assert not buttons.isVisible()
    QTest.mouseMove(panel.view, QPoint(400, 300))
    assert not buttons.isVisible()


def test_a_gear_opens_the_settings_which_are_seen_at_once(panel: ChartPanel) -> None:
    panel.set_studies(["ema:20", "rsi:14"])
    for row, number in zip(legend_rows(frame_of(panel)), (50, 7), strict=True):
        QTest.mouseMove(panel.view, row.title.center())
        if number == 50:
            QTest.mouseClick(panel.study_hand.buttons.all[Glyph.GEAR], LEFT)
        else:
            QTest.mouseDClick(panel.view, LEFT, pos=row.title.center())
        (dialog,) = [each for each in panel.findChildren(StudyDialog) if each.isVisible()]
        before, first = pictured(panel), row.study.choice
        dialog.numbers[0].edit.selectAll()
        QTest.keyClicks(dialog.numbers[0].edit, str(number))
        assert row.study.choice.numbers == (number,)
        assert pictured(panel) != before
        dialog.reject()
        assert row.study.choice == first


def test_trouble_with_a_figure_is_said_in_its_pane(panel: ChartPanel) -> None:
    studies = panel.view.frames.studies
    panel.set_studies(["funding"])
    known = pictured(panel)
    studies.notes = {StatisticKind.FUNDING_RATE: Note("not up to date: nobody answers", True)}
    panel.view.mark()
    troubled = pictured(panel)
    assert troubled != known
    assert pixels_like(troubled, DARK.warning) > pixels_like(known, DARK.warning)
    studies.notes = {}
    panel.view.mark()
    assert pictured(panel) == known


def pixels_like(image: QImage, colour: str) -> int:
    """Return how many pixels are nearly of a colour."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), -1, 4)
    wanted = QColor(colour)
    away = pixels[:, :, :3].astype(int) - (wanted.blue(), wanted.green(), wanted.red())
    return int((np.abs(away).sum(axis=2) < 45).sum())


def drag(panel: ChartPanel, start: QPoint, end: QPoint) -> None:
    """Drag with the left button."""
    QTest.mousePress(panel.view, LEFT, pos=start)
    QTest.mouseMove(panel.view, (start + end) / 2)
    QTest.mouseMove(panel.view, end)
    QTest.mouseRelease(panel.view, LEFT, pos=end)


def test_a_separator_is_dragged_and_a_double_click_gives_the_usual_height(
    panel: ChartPanel,
) -> None:
    panel.set_studies(["rsi:14", "cci:20"])
    spy = QSignalSpy(panel.studies_chosen)
    before = frame_of(panel)
    edge = QPoint(300, before.panes[1].place.top())
    drag(panel, edge, edge - QPoint(0, 40))
    after = frame_of(panel)
    assert after.plot == before.plot
    heights = [pane.place.height() for pane in before.panes]
    assert [pane.place.height() for pane in after.panes] == [heights[0] - 40, heights[1] + 40]
    assert spy.count() == 1
    first = QPoint(300, after.panes[0].place.top())
    drag(panel, first, first - QPoint(0, 50))
    assert frame_of(panel).plot.height() == before.plot.height() - 50
    second = QPoint(300, frame_of(panel).panes[1].place.top())
    QTest.mouseDClick(panel.view, LEFT, pos=second)
    assert frame_of(panel).panes[1].place.height() == heights[1]
    # The bars were not moved by any of it.
    assert frame_of(panel).time.margin == before.time.margin


def test_a_pane_is_taken_away_by_its_cross(panel: ChartPanel) -> None:
    panel.set_studies(["rsi:14", "cci:20"])
    cross = frame_of(panel).panes[0].close_box.center()
    drag(panel, cross, cross + QPoint(-60, 30))
    assert len(frame_of(panel).panes) == 2
    QTest.mouseMove(panel.view, cross)
    assert panel.view.cursor().shape() is Qt.CursorShape.PointingHandCursor
    assert panel.view.toolTip() == "Remove RSI 14"
    QTest.mouseClick(panel.view, LEFT, pos=cross)
    assert [pane.study.kind.key for pane in frame_of(panel).panes] == ["cci"]


def test_what_goes_while_it_is_dragged_is_let_go(panel: ChartPanel) -> None:
    panel.set_studies(["rsi:14"])
    edge = QPoint(300, frame_of(panel).panes[0].place.top())
    QTest.mousePress(panel.view, LEFT, pos=edge)
    panel.study_desk.remove(panel.study_desk.studies[0])
    QTest.mouseMove(panel.view, edge - QPoint(0, 40))
    QTest.mouseRelease(panel.view, LEFT, pos=edge - QPoint(0, 40))
    assert not panel.study_desk.studies


def test_heights_of_panes_keep_their_least_and_leave_the_bars_room() -> None:
    studies = [study_of(key) for key in ("rsi", "cci", "atr")]
    assert pane_heights(studies[:1], 1000) == [120]
    assert pane_heights(studies, 1000) == [96, 96, 96]
    assert sum(pane_heights(studies, 300)) <= 180
    assert moved_separator([100, 100], 1, 500) == [156, 44]
    assert moved_separator([100, 100], 1, -500) == [44, 156]
    assert moved_separator([100, 100], 0, -30) == [130, 100]
    assert moved_separator([100, 100], 0, 500) == [44, 100]


@pytest.mark.parametrize("share", [1.0, 1e-3, 1e-7, 0.0])
def test_a_pane_is_filled_by_its_values_however_small_they_are(share: float) -> None:
    study, series = study_of("interest"), series_of(300)
    values = 5 * share + STATISTIC.values * share
    study.statistic = Statistic(STATISTIC.times_ms, values)
    study.follow(series)
    place = QRect(0, 0, 500, 100)
    pane = make_pane(study, place, Stretch(100, 300, 1, 300, 0, series.open_time_ms))
    shown = study.lines[0][100:]
    heights = [pane.scale.y(float(value)) for value in (shown.max(), shown.min())]
    assert 0 < heights[0] <= heights[1] < 100
    if share:
        assert heights[1] - heights[0] > 30


def test_panes_change_places(panel: ChartPanel) -> None:
    panel.set_studies(["rsi:14", "ema:20", "cci:20"])
    panel.study_button.fill()
    action(panel.study_button.menu(), "CCI 20", "Move up")
    assert [study.kind.key for study in panel.view.frames.studies.in_panes] == ["cci", "rsi"]
    panel.study_button.fill()
    action(panel.study_button.menu(), "CCI 20", "Move up")
    assert [text.split(":")[0] for text in panel.view.frames.studies.texts()] == [
        "cci",
        "ema",
        "rsi",
    ]


def test_an_anchor_is_clicked_and_dragged(panel: ChartPanel) -> None:
    panel.study_button.fill()
    action(panel.study_button.menu(), "Over the bars", "Anchored VWAP")
    assert not panel.study_desk.studies
    frame = frame_of(panel)
    spot = QPoint(round(frame.x(2940)), 300)
    QTest.mouseMove(panel.view, spot)
    QTest.mouseClick(panel.view, LEFT, pos=spot)
    (study,) = panel.study_desk.studies
    assert study.choice.anchor_ms == START_MS + 2940 * MINUTE_MS
    frame = frame_of(panel)
    value = float(study.lines[0][2940])
    handle = QPointF(frame.x(2940), frame.price.y(value)).toPoint()
    drag(panel, handle, QPoint(round(frame.x(2960)), handle.y()))
    assert study.choice.anchor_ms == START_MS + 2960 * MINUTE_MS
    assert panel.view.frames.studies.texts()[0].endswith(f"anchor={study.choice.anchor_ms}")


def test_enter_begins_at_the_first_bar_in_sight(panel: ChartPanel) -> None:
    panel.study_desk.add(kind_of("anchored"))
    QTest.keyClick(panel.view, Qt.Key.Key_Return)
    (study,) = panel.study_desk.studies
    frame = frame_of(panel)
    assert study.choice.anchor_ms == frame.series.open_time_ms[frame.first]


def test_escape_leaves_the_choice_of_an_anchor(panel: ChartPanel) -> None:
    panel.study_desk.add(kind_of("anchored"))
    assert panel.view.frames.studies.hint
    QTest.keyClick(panel.view, Qt.Key.Key_Escape)
    assert not panel.view.frames.studies.hint
    QTest.mouseClick(panel.view, LEFT, pos=QPoint(400, 300))
    assert panel.study_desk.studies == ()


def test_older_bars_are_asked_for_as_far_as_an_indicator_needs_them(panel: ChartPanel) -> None:
    studies, series = panel.view.frames.studies, panel.view.series
    panel.view.load(candles(3000)[1500:])
    panel.set_studies(["ema:20"])
    assert missing_from_ms(studies, series) is None
    panel.set_studies(["vwap"])
    assert missing_from_ms(studies, series) is None
    assert note_on(studies.all[0], studies, series) is None
    panel.set_studies(["pivots"])
    assert note_on(studies.all[0], studies, series) == Note("needs older bars")
    assert missing_from_ms(studies, series) == START_MS + 1440 * MINUTE_MS
    spy = QSignalSpy(panel.view.history_wanted)
    panel.view.flush()
    assert spy.at(0) == [START_MS + 1500 * MINUTE_MS]
    panel.set_studies([f"anchored;anchor={START_MS - 30_000 * MINUTE_MS}"])
    assert missing_from_ms(studies, series) is None


def test_the_crosshair_names_the_value_of_a_pane(panel: ChartPanel) -> None:
    panel.set_studies(["rsi:14"])
    (pane,) = frame_of(panel).panes
    middle = pane.place.center()
    assert 20 < pane.value_at(middle.y()) < 80
    assert frame_of(panel).pane_at(middle.y()) == pane
    assert frame_of(panel).pane_at(pane.place.top() - 1) is None
    before = pictured(panel)
    QTest.mouseMove(panel.view, middle)
    assert pictured(panel) != before


def test_the_library_is_loaded_only_when_somebody_wants_an_indicator() -> None:
    program = "import sys; import terminal_app.gui.chart.panel; sys.exit('talib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
