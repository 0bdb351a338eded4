"""Lead a chart through random changes, and hold its screen against a picture made anew."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import numpy as np
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from terminal_app.domain.market import Candle, Side
from terminal_app.gui.chart.look import ChartStyle, ScaleMode
from terminal_app.gui.chart.price_line import LineKind, PriceLine
from terminal_app.gui.chart.view import ChartView
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import DARK
from tests.helpers.market_values import MINUTE_MS, candles, instrument

BARS = 300
ON_PRICE = (
    "ema:20", "bollinger:20:2", "keltner:20:10:2", "supertrend:10:3", "sar:0.02:0.2", "vwap",
    "wma:9", "ichimoku:9:26:52",
)  # fmt: skip
IN_PANES = ("rsi:14", "macd:12:26:9", "adx:14", "obv")
WIDTH, HEIGHT = 900, 600
# Not every step: after a look everything is painted anew.
_LOOK_AT = 7


def paint(view: ChartView) -> None:
    """Paint what a frame asks for, no more."""
    view.flush()
    QApplication.sendPostedEvents(view.window(), QEvent.Type.UpdateRequest.value)


def on_screen(view: ChartView) -> QImage:
    """Return what lies on the screen, without painting."""
    # Of a window that is scaled Qt's offscreen platform tells no more than its upper left part.
    image = view.screen().grabWindow(view.window().winId()).toImage()
    ratio = view.devicePixelRatioF()
    part = image.copy(0, 0, round(view.width() * ratio), round(view.height() * ratio))
    return part.convertToFormat(QImage.Format.Format_RGB32)


def differences(one: QImage, other: QImage) -> list[tuple[int, int]]:
    """Return the pixels that differ by more than rounding: a kept overlay is blended once more."""
    levels = []
    for image in (one, other):
        numbers = np.frombuffer(bytes(image.constBits()), np.uint8)
        levels.append(numbers.reshape(image.height(), image.width(), 4)[:, :, :3].astype(int))
    differ = np.abs(levels[0] - levels[1]).max(axis=2) > 4
    return [(int(x), int(y)) for y, x in np.argwhere(differ)]


def painted_anew(view: ChartView) -> QImage:
    """Return what a chart that keeps nothing paints."""
    view.redraw()
    return view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def without_buttons(view: ChartView) -> None:
    """Have a chart show none of its small buttons."""
    for button in (view.badges.auto, view.badges.now):
        button.setFixedSize(0, 0)


class WalkingChart:
    """Show a chart on the screen and change it at random, most often by a tick."""

    def __init__(self, seed: int, *, has_panes: bool) -> None:
        self._dice = random.Random(seed)
        self._bars = candles(BARS, seed)
        self._lines: list[PriceLine] = []
        self.view = self._made()
        studies = self._dice.sample(ON_PRICE, 3)
        studies += self._dice.sample(IN_PANES, 2) if has_panes else []
        self._studies = studies
        self._fill(self.view)
        ratio = self.view.devicePixelRatioF()
        self.window = QWidget()
        self.window.resize(round(WIDTH * ratio), round(HEIGHT * ratio))
        self.view.setParent(self.window)
        self.window.show()
        QTest.qWaitForWindowExposed(self.window)

    def twin(self) -> ChartView:
        """Return another chart that shows the same and has not lived through anything."""
        view, other = self.view, self._made()
        self._fill(other)
        time = other.frames.time
        time.spacing, time.margin = view.frames.time.spacing, view.frames.time.margin
        other.frames.set_look(view.frames.style, view.frames.price.mode)
        # A scale that bars nearly fill stays as it is.
        other.frames.price = replace(view.frames.price)
        other.hand.set_armed(view.hand.is_armed)
        other.pointer = view.pointer
        other.flush()
        return other

    def step(self) -> None:
        """Change something and paint it."""
        self._dice.choices(
            (
                self._tick,
                self._append,
                self._point,
                self._change_lines,
                self._pan,
                self._arm,
                self._look,
            ),
            (60, 8, 8, 8, 4, 2, 2),
        )[0]()
        paint(self.view)

    def _made(self) -> ChartView:
        now_ms = self._bars[0].open_time_ms
        view = ChartView(DARK, FrameClock(), now_ms=lambda: now_ms)
        without_buttons(view)
        return view

    def _fill(self, view: ChartView) -> None:
        view.resize(WIDTH, HEIGHT)
        view.set_instrument(instrument())
        view.set_interval("1m")
        view.frames.studies.choose(self._studies)
        view.load(self._bars)
        view.set_price_lines(self._lines)

    def _tick(self) -> None:
        last, dice = self._bars[-1], self._dice
        far = 900 if dice.random() < 0.2 else 60
        close = max(last.close + Decimal(dice.randint(-far, far)) / 10, Decimal(1))
        bought = Decimal(dice.randint(0, 20))
        self._take(
            replace(
                last, close=close, high=max(last.high, close), low=min(last.low, close),
                volume=last.volume + 20, taker_buy_volume=last.taker_buy_volume + bought,
            )
        )  # fmt: skip

    def _append(self) -> None:
        last = self._bars[-1]
        self._bars.append(
            replace(
                last, open_time_ms=last.open_time_ms + MINUTE_MS,
                close_time_ms=last.close_time_ms + MINUTE_MS, open=last.close, high=last.close,
                low=last.close, volume=Decimal(0), taker_buy_volume=Decimal(0),
            )
        )  # fmt: skip
        self._take(self._bars[-1])

    def _take(self, bar: Candle) -> None:
        self._bars[-1] = bar
        self.view.update_candle(bar)

    def _point(self) -> None:
        dice, view = self._dice, self.view
        places = (QPoint(dice.randrange(WIDTH - 90), dice.randrange(HEIGHT - 30)), None)
        view.pointer = dice.choice(places)
        if dice.random() < 0.3:
            frame = view.frame()
            assert frame is not None
            # On the last bar, whose figures move.
            view.pointer = QPoint(min(round(frame.x(frame.count - 1)), WIDTH - 90), 200)
        view.mark()

    def _change_lines(self) -> None:
        dice, price = self._dice, self._bars[-1].close
        self._lines = [
            PriceLine(
                str(number), dice.choice(list(LineKind)),
                price + Decimal(dice.randint(-900, 900)) / 10, f"Buy 0.{number}",
                dice.choice((Side.BUY, Side.SELL)), can_cancel=dice.random() < 0.5,
            )
            for number in range(dice.randrange(9))
        ]  # fmt: skip
        self.view.set_price_lines(self._lines)

    def _pan(self) -> None:
        view = self.view
        if self._dice.random() < 0.5:
            view.frames.time.show_last()
        else:
            view.frames.time.pan(self._dice.randint(-90, 90), len(view.series), WIDTH - 64)
        view.mark()

    def _arm(self) -> None:
        self.view.hand.set_armed(not self.view.hand.is_armed)

    def _look(self) -> None:
        styles = (ChartStyle.CANDLES, ChartStyle.CANDLES, ChartStyle.BARS, ChartStyle.AREA)
        self.view.frames.set_look(self._dice.choice(styles), self._dice.choice(list(ScaleMode)))
        self.view.frames.time.spacing = self._dice.choice((7.0, 3.1, 1.14, 0.7))
        self.view.redraw()


def walk(seed: int, steps: int, *, has_panes: bool) -> list[str]:
    """Return what was seen to differ on a walk, nothing if all was as it should be."""
    chart = WalkingChart(seed, has_panes=has_panes)
    wrong = []
    for number in range(1, steps + 1):
        chart.step()
        if number % _LOOK_AT == 0:
            screen = on_screen(chart.view)
            # A pane keeps its range while values go back: only what has no panes has a twin.
            found = differences(screen, painted_anew(chart.view if has_panes else chart.twin()))
            if found:
                wrong.append(f"step {number}: {len(found)} pixels, first {found[:3]}")
    chart.window.hide()
    return wrong
