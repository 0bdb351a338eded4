"""Measure the terminal's own chart: bare, with everything on, as heatmap, as footprint."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from chart_meter import BAR_MS, HEIGHT, IN_SIGHT, WIDTH, Bars, asked, measure, tell, walk
from terminal_app.domain.market import Candle, Side
from terminal_app.gui.chart.flow.book_heat import COLUMNS
from terminal_app.gui.chart.flow.footprint import MOST_TRADES
from terminal_app.gui.chart.look import ChartStyle, ScaleMode
from terminal_app.gui.chart.price_line import LineKind, PriceLine
from terminal_app.gui.chart.series import CandleColumns
from terminal_app.gui.chart.view import ChartView
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import DARK, apply_theme
from tests.helpers.market_values import instrument

STUDIES = ["ema:20", "bollinger:20:2", "rsi:14"]
ORDERS = 10
FOOTPRINT_PX = 12


class OurChart:
    """Show bars in the view of the main window."""

    def __init__(self, way: str) -> None:
        self._way = way
        self._view = ChartView(DARK, FrameClock())
        self._view.resize(WIDTH, HEIGHT)
        self._view.set_instrument(instrument())
        self._view.set_interval("1m")
        if way == "everything":
            self._view.frames.studies.choose(STUDIES)
        self._view.show()
        QTest.qWaitForWindowExposed(self._view)
        self.prepare(walk(1))

    def prepare(self, bars: Bars) -> None:
        """Take the columns as they are."""
        self._bars = bars
        self._candle = _candle(bars, len(bars) - 1)
        prices = (bars.open, bars.high, bars.low, bars.close)
        self._columns: CandleColumns | None = CandleColumns(
            bars.time_ms, np.stack((*prices, bars.volume, bars.volume / 2))
        )
        if self._way == "heatmap" and len(bars) > 1:
            self._put_book()
        elif self._way == "footprint" and len(bars) > 1:
            self._put_trades()

    def load(self) -> None:
        """Show the bars."""
        view, columns = self._view, self._columns
        assert columns is not None
        view.load(columns)
        self._columns = None
        view.frames.time.spacing = self._plot_width() / IN_SIGHT
        view.frames.time.margin = 0
        self._put_on()
        self._paint()

    def tick(self, close: float) -> None:
        """Change the last bar."""
        last, price = self._candle, Decimal(repr(close))
        self._candle = replace(
            last, close=price, high=max(last.high, price), low=min(last.low, price)
        )
        self._view.update_candle(self._candle)
        if self._way == "footprint":
            trade = np.array([self._candle.close_time_ms]), np.array([close]), np.array([1.0])
            self._view.frames.flow.tape.add(*trade)
        self._paint()

    def append(self, close: float) -> None:
        """Add a bar; the view follows by itself."""
        last = self._candle
        self._candle = replace(
            last, open_time_ms=last.open_time_ms + BAR_MS, close_time_ms=last.close_time_ms + BAR_MS
        )
        self.tick(close)

    def pan(self, bars: int) -> None:
        """Go back by some bars."""
        time = self._view.frames.time
        time.pan(bars * time.spacing, len(self._view.series), self._plot_width())
        self._view.mark()
        self._paint()

    def screen(self) -> bytes:
        """Return what lies on the screen."""
        grabbed = self._view.screen().grabWindow(self._view.winId()).toImage()
        return bytes(grabbed.convertToFormat(QImage.Format.Format_RGB32).constBits())

    def _plot_width(self) -> int:
        frame = self._view.frame()
        assert frame is not None
        return frame.plot.width()

    def _put_on(self) -> None:
        if self._way == "everything":
            self._put_everything()
        elif self._way == "heatmap":
            self._view.frames.set_look(ChartStyle.HEATMAP, ScaleMode.LINEAR)
        elif self._way == "footprint":
            self._view.frames.set_look(ChartStyle.FOOTPRINT, ScaleMode.LINEAR)
            self._view.frames.time.spacing = FOOTPRINT_PX

    def _put_book(self) -> None:
        """Have as many columns of the book as are ever kept, over all bars in sight."""
        times = np.linspace(
            float(self._bars.time_ms[-IN_SIGHT]), float(self._bars.time_ms[-1]), COLUMNS
        ).astype(np.int64)
        offsets = np.arange(-200, 201) * 5.0
        random = np.random.default_rng(5)
        closes = np.interp(times, self._bars.time_ms, self._bars.close)
        for time_ms, close in zip(times.tolist(), closes.tolist(), strict=True):
            sizes = random.exponential(1, len(offsets))
            self._view.frames.flow.heat.add(time_ms, close + offsets, sizes, 0.1, follows=True)

    def _put_trades(self) -> None:
        """Have as many trades as are ever kept, over a hundred bars."""
        random, bars = np.random.default_rng(6), self._bars
        times = np.sort(random.integers(bars.time_ms[-100], bars.time_ms[-1], MOST_TRADES))
        closes = np.interp(times, bars.time_ms, bars.close)
        prices = np.round(closes + random.normal(0, 3, MOST_TRADES), 1)
        self._view.frames.flow.tape.add(times, prices, random.normal(0, 1, MOST_TRADES))

    def _put_everything(self) -> None:
        last = Decimal(repr(float(self._bars.close[-1])))
        self._view.set_price_lines(
            [
                PriceLine(
                    f"{number}", LineKind.ORDER, last + (2 * number - ORDERS + 1) * 13,
                    "Buy 0.100 limit", Side.BUY if number < ORDERS // 2 else Side.SELL,
                    can_move=True, can_cancel=True,
                )
                for number in range(ORDERS)
            ]
        )  # fmt: skip
        self._view.hand.set_armed(True)
        self._view.pointer = QPoint(WIDTH // 2, HEIGHT // 3)

    def _paint(self) -> None:
        self._view.flush()
        QApplication.sendPostedEvents(self._view, QEvent.Type.UpdateRequest.value)


def _candle(bars: Bars, index: int) -> Candle:
    prices = (bars.open, bars.high, bars.low, bars.close)
    opened, high, low, closed = (Decimal(repr(float(column[index]))) for column in prices)
    time_ms, volume = int(bars.time_ms[index]), Decimal(repr(float(bars.volume[index])))
    return Candle(
        time_ms, time_ms + BAR_MS - 1, opened, high, low, closed, volume, Decimal(0), 1,
        volume / 2, False,
    )  # fmt: skip


if __name__ == "__main__":
    application = QApplication([])
    apply_theme(application, DARK)
    task = asked()
    tell(measure(OurChart(task["way"]), walk(task["bars"])))
