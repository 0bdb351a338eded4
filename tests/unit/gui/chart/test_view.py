"""Drive the chart as a person does and look at what it paints and tells."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from terminal_app.domain.market import Side
from terminal_app.gui.chart.price_line import LineKind, PriceLine
from terminal_app.gui.chart.view import ChartView
from terminal_app.gui.format import THIN_SPACE
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.planned_orders import PlannedOrder
from terminal_app.gui.theme import DARK
from terminal_app.gui.widgets.view_state import ViewState
from tests.helpers.market_values import candle, candles, instrument

LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class SlowPaint(ChartView):
    """Count how often it is painted."""

    paints = 0

    def paint(self, painter: QPainter) -> None:
        self.paints += 1
        super().paint(painter)


@pytest.fixture
def clock() -> FrameClock:
    """Make a clock whose failures fail the test through the log."""
    return FrameClock()


@pytest.fixture
def view(qtbot: QtBot, clock: FrameClock) -> SlowPaint:
    """Show a chart of 300 bars."""
    chart = SlowPaint(DARK, clock, now_ms=lambda: candles(300)[-1].close_time_ms - 59_999)
    qtbot.addWidget(chart, before_close_func=lambda _widget: chart.hide())
    chart.resize(900, 500)
    chart.set_instrument(instrument())
    chart.set_interval("1m")
    chart.load(candles(300))
    chart.show()
    settle(qtbot, clock)
    return chart


def settle(qtbot: QtBot, clock: FrameClock) -> None:
    """Wait until no frame is due."""
    qtbot.waitUntil(lambda: not clock.is_running, timeout=15_000)
    QApplication.sendPostedEvents()


def move(view: ChartView, x: float, y: float, buttons: Qt.MouseButton = LEFT) -> None:
    """Move the pointer."""
    kind = QMouseEvent.Type.MouseMove
    position = QPointF(x, y)
    event = QMouseEvent(kind, position, view.mapToGlobal(position), LEFT, buttons, NO_KEYS)
    QApplication.sendEvent(view, event)


def wheel(view: ChartView, x: float, delta: int) -> None:
    """Turn the wheel over a place."""
    at = QPointF(x, 100)
    event = QWheelEvent(
        at, view.mapToGlobal(at), QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton, NO_KEYS,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def picture(view: ChartView) -> QImage:
    """Return what a person sees."""
    return view.grab().toImage()


def count(image: QImage, colour: str) -> int:
    """Count the pixels of one colour."""
    wanted = QColor(colour).rgb()
    pixels = [image.pixel(x, y) for x in range(image.width()) for y in range(0, image.height(), 2)]
    return pixels.count(wanted)


def test_every_visible_bar_is_in_its_column(view: ChartView) -> None:
    image, frame = picture(view), view.frame()
    assert frame is not None
    sides = {QColor(DARK.buy).rgb(), QColor(DARK.sell).rgb()}
    for index in range(frame.first + 1, frame.last):
        x = round(frame.x(index))
        middle = (view.series.open[index] + view.series.close[index]) / 2
        y = round(frame.price.y(middle))
        near = {image.pixel(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)}
        assert near & sides, f"bar {index} at {x}, {y}"


def test_a_thousand_ticks_are_one_paint(view: SlowPaint, clock: FrameClock, qtbot: QtBot) -> None:
    last, before = candles(300)[-1], view.paints
    for number in range(1000):
        view.update_candle(replace(last, close=last.close + Decimal(number % 7) / 10))
    settle(qtbot, clock)
    assert view.paints - before == 1


def test_a_tick_paints_what_a_full_repaint_would(
    view: SlowPaint, clock: FrameClock, qtbot: QtBot
) -> None:
    last = candles(300)[-1]
    for close in ("0.5", "-0.3", "2.4"):
        view.update_candle(replace(last, close=last.close + Decimal(close)))
    by_ticks = picture(view)
    view.load([*candles(299), replace(last, close=last.close + Decimal("2.4"))])
    assert by_ticks == picture(view)


def test_a_click_tells_a_price_on_the_tick(view: ChartView, qtbot: QtBot) -> None:
    spy = QSignalSpy(view.price_clicked)
    QTest.mouseClick(view, LEFT, NO_KEYS, QPoint(300, 211))
    assert spy.count() == 1
    (price,) = spy.at(0)
    assert isinstance(price, Decimal)
    assert price % Decimal("0.10") == 0
    assert float(price) == pytest.approx(view.frames.price.price(211), abs=0.051)


@pytest.mark.parametrize("state", [ViewState.STALE, ViewState.ERROR, ViewState.DISABLED])
def test_a_chart_without_fresh_data_tells_no_price(
    view: ChartView, qtbot: QtBot, state: ViewState
) -> None:
    view.set_state(state, "no data for 12 s")
    spy = QSignalSpy(view.price_clicked)
    QTest.mouseClick(view, LEFT, NO_KEYS, QPoint(300, 211))
    assert spy.count() == 0


def test_a_drag_pans_and_is_no_click(view: ChartView, qtbot: QtBot) -> None:
    spy, margin = QSignalSpy(view.price_clicked), view.frames.time.margin
    QTest.mousePress(view, LEFT, NO_KEYS, QPoint(300, 200))
    move(view, 380, 200)
    QTest.mouseRelease(view, LEFT, NO_KEYS, QPoint(380, 200))
    assert view.frames.time.margin == pytest.approx(margin - 80 / view.frames.time.spacing)
    assert spy.count() == 0


def test_a_double_click_goes_back_to_live(view: ChartView, qtbot: QtBot) -> None:
    view.frames.time.pan(900, 300, 800)
    view.frames.price.stretch(2)
    assert not view.frames.time.is_live
    QTest.mouseDClick(view, LEFT, NO_KEYS, QPoint(300, 200))
    assert view.frames.time.is_live
    assert view.frames.price.is_auto


def test_dragging_the_price_axis_scales(view: ChartView, qtbot: QtBot) -> None:
    span = view.frames.price.high - view.frames.price.low
    QTest.mousePress(view, LEFT, NO_KEYS, QPoint(890, 100))
    move(view, 890, 200)
    QTest.mouseRelease(view, LEFT, NO_KEYS, QPoint(890, 200))
    assert not view.frames.price.is_auto
    assert view.frames.price.high - view.frames.price.low > span * 1.5


def test_the_wheel_zooms_at_the_pointer(view: ChartView) -> None:
    frame = view.frame()
    assert frame is not None
    index = frame.time.index(400, 300, frame.plot.width())
    x, spacing = frame.x(index), frame.time.spacing
    wheel(view, x, 240)
    zoomed = view.frame()
    assert zoomed is not None
    assert zoomed.time.spacing > spacing
    assert zoomed.x(index) == pytest.approx(x, abs=0.5)


@pytest.mark.parametrize(
    ("key", "moved"),
    [
        (Qt.Key.Key_Left, lambda before, after: after.margin < before),
        (Qt.Key.Key_Right, lambda before, after: after.margin > before),
        (Qt.Key.Key_Home, lambda before, after: after.margin < before - 50),
        (Qt.Key.Key_Plus, lambda _before, after: after.spacing > 7),
        (Qt.Key.Key_Minus, lambda _before, after: after.spacing < 7),
    ],
)
def test_keys_move_the_chart(
    view: ChartView, qtbot: QtBot, key: Qt.Key, moved: Callable[[float, object], bool]
) -> None:
    before = view.frames.time.margin
    QTest.keyClick(view, key)
    assert moved(before, view.frames.time)
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.frames.time.is_live


def test_history_is_asked_for_once_and_comes_without_a_jump(
    view: ChartView, clock: FrameClock, qtbot: QtBot
) -> None:
    spy = QSignalSpy(view.history_wanted)
    view.frames.time.show_first(300, 830)
    view.mark()
    settle(qtbot, clock)
    view.mark()
    settle(qtbot, clock)
    assert [spy.at(number) for number in range(spy.count())] == [[candles(1)[0].open_time_ms]]
    frame = view.frame()
    assert frame is not None
    x, low = frame.x(20), view.series.low[20]
    view.prepend(candles(100, seed=9, first=-100))
    after = view.frame()
    assert after is not None
    assert after.x(120) == pytest.approx(x)
    assert view.series.low[120] == low
    view.mark()
    settle(qtbot, clock)
    assert spy.count() <= 2


def test_own_lines_are_painted_dashed_and_solid(view: ChartView) -> None:
    frame = view.frame()
    assert frame is not None
    middle = Decimal(str(round((frame.price.low + frame.price.high) / 2, 1)))
    view.set_price_lines([PriceLine("7", LineKind.POSITION, middle, "Long 0.250")])
    y = round(frame.price.y(float(middle)))
    solid = picture(view)
    accent = QColor(DARK.accent).rgb()
    assert all(solid.pixel(x, y) == accent for x in range(600))
    view.set_price_lines([PriceLine("8", LineKind.ORDER, middle, "Buy 0.1 limit", Side.BUY)])
    dashed = picture(view)
    row = [dashed.pixel(x, y) == QColor(DARK.buy).rgb() for x in range(600)]
    assert any(row)
    assert not all(row)


def test_lines_out_of_sight_are_counted_at_the_edge(view: ChartView) -> None:
    def accents(rows: range) -> int:
        image, accent = picture(view), QColor(DARK.accent).rgb()
        return sum(image.pixel(x, y) == accent for y in rows for x in range(600, 820))

    frame = view.frame()
    assert frame is not None
    bottom = range(frame.plot.height() - 30, frame.plot.height())
    far = PriceLine("9", LineKind.ORDER, Decimal(9000), "Sell 0.1 limit", Side.SELL)
    view.set_price_lines([far])
    assert accents(range(8, 30)) > 20
    assert accents(bottom) == 0
    view.set_price_lines([replace(far, price=Decimal(1))])
    assert accents(range(8, 30)) == 0
    assert accents(bottom) > 20


def test_a_whole_answer_ends_an_error(view: ChartView) -> None:
    view.set_state(ViewState.ERROR, "The exchange did not answer in 10 s")
    view.update_candle(candles(300)[-1])
    assert view.state is ViewState.ERROR
    view.load(candles(300))
    assert view.state.has_data


def test_the_countdown_lies_in_the_axis(view: ChartView) -> None:
    image, frame = picture(view), view.frame()
    assert frame is not None
    last = float(view.series.close[-1])
    side = DARK.buy if last >= view.series.open[-1] else DARK.sell
    y = min(round(frame.price.y(last)) + 18, frame.plot.height() - 2)
    assert image.pixelColor(frame.plot.width() + 3, y).name() == side
    assert image.pixelColor(frame.plot.width() - 3, y).name() != side


def test_stale_figures_are_grey(view: ChartView) -> None:
    bright = count(picture(view), DARK.buy)
    view.set_state(ViewState.STALE, "no data for 12 s")
    assert bright > 100
    assert count(picture(view), DARK.buy) == 0
    assert count(picture(view), DARK.warning) > 50
    assert view.accessibleDescription() == "no data for 12 s"


def test_an_error_says_what_happened_and_offers_to_try_again(view: ChartView, qtbot: QtBot) -> None:
    view.set_state(ViewState.ERROR, "The exchange did not answer in 10 s")
    picture(view)
    button = view.findChild(QPushButton)
    assert button is not None
    assert button.isVisible()
    assert button.text() == "Try again"
    with qtbot.waitSignal(view.action_requested, timeout=15_000):
        QTest.mouseClick(button, LEFT)
    view.set_state(ViewState.NORMAL)
    assert not button.isVisible()


def test_a_new_instrument_loads_and_an_empty_answer_says_so(view: ChartView) -> None:
    view.set_instrument(instrument("0.01"))
    assert (view.state, len(view.series)) == (ViewState.LOADING, 0)
    assert count(picture(view), DARK.raised) > 200
    view.load([])
    assert (view.state, view.state_text[:14]) == (ViewState.EMPTY, "No candles yet")
    view.update_candle(candle(0))
    assert (view.state, len(view.series)) == (ViewState.NORMAL, 1)
    picture(view)


@pytest.mark.parametrize("bars", [1, 2, 9])
def test_few_bars_can_be_painted_and_zoomed(view: ChartView, bars: int) -> None:
    view.load(candles(bars))
    for notches in (-60, 60):
        wheel(view, 400, 120 * notches)
        frame = view.frame()
        assert frame is not None
        assert 1 <= len(frame.shown) <= bars
        picture(view)


def test_many_bars_in_few_pixels_are_painted(view: ChartView) -> None:
    view.load(candles(20_000))
    wheel(view, 800, -120 * 40)
    frame = view.frame()
    assert frame is not None
    assert frame.shown.group > 1
    assert len(frame.shown) <= frame.plot.width()
    assert count(picture(view), DARK.buy) > 100


def test_a_view_that_cannot_paint_says_so(qtbot: QtBot, expect_log: Callable[[str], None]) -> None:
    class Broken(ChartView):
        def paint(self, painter: QPainter) -> None:
            raise ZeroDivisionError

    expect_log("Broken failed: ZeroDivisionError")
    broken = Broken(DARK, FrameClock())
    qtbot.addWidget(broken)
    broken.resize(400, 300)
    image = broken.grab().toImage()
    assert count(image, DARK.danger) > 0


def test_the_menu_of_a_price_writes_an_order_down_and_copies(view: ChartView) -> None:
    spy = QSignalSpy(view.order_wanted)
    menu = view.menu_for(Decimal("1001.5"))
    alerts = QSignalSpy(view.alert_wanted)
    buy, sell, alert, copy = (action for action in menu.actions() if not action.isSeparator())
    alert.trigger()
    assert alerts.at(0) == [Decimal("1001.5")]
    assert "Buy limit at 1 001.5" in buy.text().replace(THIN_SPACE, " ")
    for action in (buy, sell, copy):
        action.trigger()
    assert [spy.at(n)[0] for n in range(spy.count())] == [
        PlannedOrder(side, None, Decimal("1001.5")) for side in Side
    ]
    assert QApplication.clipboard().text() == "1001.5"
    menu.close()
