"""Measure vnpy's ChartWidget with candles and volume, as vnpy's own chart window sets it up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from vnpy.chart import CandleItem, ChartWidget, VolumeItem
from vnpy.trader.constant import Exchange, Interval
from vnpy.trader.object import BarData
from vnpy.trader.ui import QtWidgets

from chart_meter import HEIGHT, IN_SIGHT, WIDTH, Bars, asked, measure, tell, walk
from pyqtgraph_screen import repaint, screen_of, show


class VnpyChart:
    """Show bars as vnpy's BarData."""

    def __init__(self) -> None:
        self._widget: Any = ChartWidget()
        self._widget.add_plot("candle", hide_x_axis=True)
        self._widget.add_plot("volume", maximum_height=200)
        self._widget.add_item(CandleItem, "candle", "candle")
        self._widget.add_item(VolumeItem, "volume", "volume")
        self._widget.add_cursor()
        self._widget._bar_count = IN_SIGHT
        self._widget.resize(WIDTH, HEIGHT)
        show(self._widget)
        self._bars: list[Any] = []

    def prepare(self, bars: Bars) -> None:
        """Make vnpy's objects."""
        start = datetime.fromtimestamp(int(bars.time_ms[0]) / 1000, UTC)
        columns = (bars.open, bars.high, bars.low, bars.close, bars.volume)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        self._bars = [
            _bar(start + timedelta(minutes=number), *row) for number, row in enumerate(rows)
        ]

    def load(self) -> None:
        """Show the bars."""
        self._widget.update_history(self._bars)
        repaint(self._widget)

    def tick(self, close: float) -> None:
        """Change the last bar."""
        last = self._bars[-1]
        self._update(last.datetime, close)

    def append(self, close: float) -> None:
        """Add a bar; the widget follows by itself."""
        self._update(self._bars[-1].datetime + timedelta(minutes=1), close)

    def pan(self, bars: int) -> None:
        """Go back as its own key does, by more bars at once."""
        self._widget._right_ix -= bars
        self._widget._update_x_range()
        repaint(self._widget)

    def screen(self) -> bytes:
        """Return what lies on the screen."""
        return screen_of(self._widget)

    def _update(self, time: datetime, close: float) -> None:
        last = self._bars[-1]
        high, low = max(last.high_price, close), min(last.low_price, close)
        bar = _bar(time, last.open_price, high, low, close, last.volume)
        self._bars[-1] = bar
        self._widget.update_bar(bar)
        repaint(self._widget)


def _bar(
    time: datetime, opened: float, high: float, low: float, close: float, volume: float
) -> Any:
    return BarData(
        gateway_name="", symbol="BTCUSDT", exchange=Exchange.LOCAL, datetime=time,
        interval=Interval.MINUTE, volume=volume, open_price=opened, high_price=high,
        low_price=low, close_price=close,
    )  # fmt: skip


if __name__ == "__main__":
    application = QtWidgets.QApplication([])
    tell(measure(VnpyChart(), walk(asked()["bars"])))
