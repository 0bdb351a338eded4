"""Know when the page before the first bar is to be asked for."""

from terminal_app.gui.chart.frame import FrameMaker
from terminal_app.gui.chart.series import CandleSeries
from terminal_app.gui.chart.study_needs import missing_from_ms

_NEAR_START_BARS = 60
# A page that could not be had is asked for again, but not at every frame.
_ASK_AGAIN_MS = 5_000


class HistoryWish:
    """Ask once for each first bar, and again after seconds where none came before it."""

    def __init__(self) -> None:
        self._asked_before_ms: int | None = None
        self._asked_at_ms = 0

    def forget(self) -> None:
        """Ask anew, because there are other bars."""
        self._asked_before_ms = None

    def wanted(
        self, frames: FrameMaker, series: CandleSeries, width: float, now_ms: int
    ) -> int | None:
        """Return the opening time that older bars are wanted before, None for no need of them.

        They are when a person comes near the first bar, and when an indicator needs them.
        """
        first, _ = frames.time.visible(len(series), width)
        is_near = first < _NEAR_START_BARS
        if not is_near and missing_from_ms(frames.studies, series) is None:
            return None
        oldest_ms = int(series.open_time_ms[0])
        is_same = oldest_ms == self._asked_before_ms
        if is_same and now_ms - self._asked_at_ms <= _ASK_AGAIN_MS:
            return None
        self._asked_before_ms, self._asked_at_ms = oldest_ms, now_ms
        return oldest_ms
