"""Bring the bars of a candle service to a chart: whole once, then what changed since the frame."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from typing import Protocol

from terminal_app.domain.market import Candle
from terminal_app.domain.period import Period, built
from terminal_app.gui.chart.series import CandleSeries
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.observers import Subscriptions
from terminal_app.services.candles import CandleService, CandlesState

HOLE_WORDS = "candles are missing and asked for again"


class BarView(Protocol):
    """Show bars: a chart, or a line on one."""

    series: CandleSeries

    def load(self, candles: Sequence[Candle]) -> None:
        """Show these bars instead of those before."""

    def prepend(self, candles: Sequence[Candle]) -> None:
        """Add a page of history at the left."""

    def update_candle(self, candle: Candle) -> None:
        """Take the forming bar, a new one or a repaired one."""

    def set_state(self, state: ViewState, text: str = "") -> None:
        """Show a state with its sentence."""


class ChartFeed:
    """Follow one line of candles for one chart; bars that the venue has not are built of it.

    ``mark`` asks for the frame in which somebody calls ``flush``.
    """

    def __init__(self, view: BarView, mark: Callable[[], None]) -> None:
        self._view = view
        self._mark = mark
        self._service: CandleService | None = None
        self._period: Period | None = None
        self._is_built = False
        self._subscriptions = Subscriptions()
        self._needs_load = False
        self._older_came = False
        self._shown_to_ms = 0

    def follow(self, service: CandleService, period: Period) -> None:
        """Show a service's candles from now on, as bars of a period."""
        self.leave()
        self._service, self._period = service, period
        self._is_built = period.text != service.interval.value
        self._subscriptions.hear(self._on_candles, service.observers)
        self._needs_load = True
        self._mark()

    def leave(self) -> None:
        """Follow nothing any more; what is shown stays."""
        self._subscriptions.leave()
        self._service = None

    def want_older(self) -> None:
        """Ask for what lies before the first bar."""
        if self._service is not None:
            self._service.want_older()

    def try_again(self) -> None:
        """Ask anew, after it failed."""
        if self._service is not None:
            self._view.set_state(ViewState.LOADING)
            self._service.reload()

    def flush(self) -> None:
        """Give the chart what changed since the last frame."""
        service = self._service
        if service is None:
            return
        if service.state is CandlesState.FAILED:
            self._view.set_state(ViewState.ERROR, service.problem)
        if service.state is not CandlesState.READY:
            return
        if service.has_hole:
            self._view.set_state(ViewState.STALE, HOLE_WORDS)
        candles = service.candles
        if self._needs_load:
            self._load(candles)
        if self._older_came:
            self._prepend(candles)
        if not candles:
            return
        # Frames may be far apart: every bar since the last one shown is taken over.
        first = bisect_left(candles, self._shown_to_ms, key=lambda candle: candle.open_time_ms)
        for bar in self._bars(candles[first:], is_first_whole=True):
            self._view.update_candle(bar)
        self._shown_to_ms = self._opened_ms(candles[-1].open_time_ms)

    def _load(self, candles: Sequence[Candle]) -> None:
        self._needs_load = self._older_came = False
        bars = self._bars(candles, is_first_whole=self._is_from_listing)
        self._view.load(bars)
        self._shown_to_ms = bars[-1].open_time_ms if bars else 0

    def _prepend(self, candles: Sequence[Candle]) -> None:
        self._older_came = False
        first_ms = int(self._view.series.open_time_ms[0]) if len(self._view.series) else 0
        end = bisect_left(candles, first_ms, key=lambda candle: candle.open_time_ms)
        self._view.prepend(self._bars(candles[:end], is_first_whole=self._is_from_listing))

    @property
    def _is_from_listing(self) -> bool:
        return self._service is not None and self._service.reached_listing

    def _bars(self, candles: Sequence[Candle], *, is_first_whole: bool) -> Sequence[Candle]:
        if not self._is_built or self._period is None:
            return candles
        return built(candles, self._period, is_first_whole=is_first_whole)

    def _opened_ms(self, time_ms: int) -> int:
        return self._period.open_ms(time_ms) if self._is_built and self._period else time_ms

    def _on_candles(self, key: Hashable) -> None:
        if key == "loaded":
            self._needs_load = True
        elif key == "older":
            self._older_came = True
        elif key == "repaired" and self._service is not None:
            repaired_ms = self._opened_ms(self._service.repaired_from_ms)
            self._shown_to_ms = min(self._shown_to_ms, repaired_ms)
        self._mark()
