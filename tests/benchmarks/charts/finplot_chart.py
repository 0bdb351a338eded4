"""Measure finplot's candles with volume over them, updated as its examples do."""

from __future__ import annotations

from typing import Any

import finplot
import pandas

from chart_meter import (
    BAR_MS,
    HEIGHT,
    IN_SIGHT,
    WIDTH,
    Bars,
    asked,
    measure,
    tell,
    walk,
)
from pyqtgraph_screen import repaint, screen_of, show

_CANDLE = ["open", "close", "high", "low"]
_VOLUME = ["open", "close", "volume"]


class FinplotChart:
    """Show bars as a data frame."""

    def __init__(self) -> None:
        self._frame: Any = None
        self._axes: Any = finplot.create_plot("", init_zoom_periods=IN_SIGHT, maximize=False)
        self._window: Any = self._axes.vb.win
        self._window.resize(WIDTH, HEIGHT)
        show(self._window)
        self._candles: Any = None
        self._volume: Any = None

    def prepare(self, bars: Bars) -> None:
        """Make the data frame."""
        self._frame = pandas.DataFrame(
            {
                "open": bars.open, "close": bars.close, "high": bars.high, "low": bars.low,
                "volume": bars.volume,
            },
            index=pandas.to_datetime(bars.time_ms, unit="ms"),
        )  # fmt: skip

    def load(self) -> None:
        """Show the bars."""
        self._candles = finplot.candlestick_ochl(self._frame[_CANDLE], ax=self._axes)
        self._volume = finplot.volume_ocv(self._frame[_VOLUME], ax=self._axes.overlay())
        finplot.refresh()
        repaint(self._window)

    def tick(self, close: float) -> None:
        """Change the last bar."""
        last = self._frame.index[-1]
        self._frame.at[last, "close"] = close
        self._update()

    def append(self, close: float) -> None:
        """Add a bar; finplot follows while the last one is in sight."""
        last = self._frame.index[-1]
        row = self._frame.loc[last].copy()
        row["close"] = close
        self._frame.loc[last + pandas.Timedelta(milliseconds=BAR_MS)] = row
        self._update()

    def pan(self, bars: int) -> None:
        """Go back by some bars."""
        self._axes.vb.pan_x(steps=-bars)
        repaint(self._window)

    def screen(self) -> bytes:
        """Return what lies on the screen."""
        return screen_of(self._window)

    def _update(self) -> None:
        self._candles.update_data(self._frame[_CANDLE])
        self._volume.update_data(self._frame[_VOLUME])
        repaint(self._window)


if __name__ == "__main__":
    tell(measure(FinplotChart(), walk(asked()["bars"])))
