"""Give a chart the funding and the open interest that its indicators are made of."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from PySide6.QtCore import QObject

from terminal_app.domain.contract_statistics import StatisticKind, StatisticPoint
from terminal_app.domain.instrument import Instrument
from terminal_app.domain.market import DAY_MS, Interval
from terminal_app.gui.chart.indicators.values import Statistic
from terminal_app.gui.chart.panel import ChartPanel
from terminal_app.gui.chart.studies import Note
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.observers import Subscriptions
from terminal_app.services.contract_statistics import ContractStatistic
from terminal_app.services.market_data import MARK
from terminal_app.services.session import Session

# Before the first bar on, so that the first bars have a value, too.
_RUN_UP_MS = DAY_MS


class ChartStatistics(QObject):
    """Follow what the indicators of a chart want of its contract, and nothing more."""

    def __init__(self, chart: ChartPanel, clock: FrameClock) -> None:
        super().__init__(chart)
        self._chart, self._clock = chart, clock
        self._session: Session | None = None
        self._symbol = ""
        self._interval = Interval.M1
        self._followed: dict[StatisticKind, ContractStatistic] = {}
        self._subscriptions = Subscriptions()
        chart.study_desk.changed.connect(lambda: clock.mark(self))
        chart.view.bars_loaded.connect(lambda: clock.mark(self))

    def follow(self, session: Session, instrument: Instrument, interval: Interval) -> None:
        """Have the chart show figures of this contract from now on."""
        if (session, instrument.symbol, interval) == (self._session, self._symbol, self._interval):
            return
        self.leave()
        self._session, self._symbol, self._interval = session, instrument.symbol, interval
        self._chart.view.frames.studies.offered = session.venue.capabilities.statistics
        self._chart.study_button.show_count()
        self._subscriptions.hear(self._on_market, session.market_data.observers)
        self._clock.mark(self)

    def leave(self) -> None:
        """Follow nothing any more."""
        for statistic in self._followed.values():
            statistic.leave()
        self._subscriptions.leave()
        self._followed, self._session = {}, None
        self._chart.view.frames.studies.set_statistics({})

    def isVisible(self) -> bool:
        """Say whether the chart can be seen."""
        return self._chart.view.isVisible()

    def flush(self) -> None:
        """Ask for what is wanted from the first bar on, and give the chart what is known."""
        view, session = self._chart.view, self._session
        studies = view.frames.studies
        if session is None:
            return
        for kind in self._followed.keys() - studies.wanted:
            self._followed.pop(kind).leave()
        for kind in studies.wanted - self._followed.keys():
            self._begin(session, kind)
        if len(view.series):
            for statistic in self._followed.values():
                statistic.reach(int(view.series.open_time_ms[0]) - _RUN_UP_MS)
        notes = {kind: _note(each) for kind, each in self._followed.items()}
        studies.notes = {kind: note for kind, note in notes.items() if note is not None}
        studies.set_statistics({
            kind: _columns([*each.points, *self._present(session, kind)])
            for kind, each in self._followed.items()
        })  # fmt: skip
        view.mark()

    def _on_market(self, key: Hashable) -> None:
        if key == MARK and StatisticKind.FUNDING_RATE in self._followed:
            self._clock.mark(self)

    def _begin(self, session: Session, kind: StatisticKind) -> None:
        statistic = session.candle_lines.open_statistic(self._symbol, kind, self._interval)
        self._followed[kind] = statistic
        self._subscriptions.hear(lambda _key: self._clock.mark(self), statistic.observers)

    def _present(self, session: Session, kind: StatisticKind) -> list[StatisticPoint]:
        """Return the rate that would be settled now, where the stream tells it."""
        data = session.market_data
        is_shown = data.instrument is not None and data.instrument.symbol == self._symbol
        if kind is not StatisticKind.FUNDING_RATE or data.mark is None or not is_shown:
            return []
        return [StatisticPoint(data.mark.time_ms, data.mark.funding_rate)]


def _note(statistic: ContractStatistic) -> Note | None:
    if statistic.problem:
        return Note(f"not up to date: {statistic.problem}", is_trouble=True)
    return None if statistic.is_loaded else Note("loading …")


def _columns(points: list[StatisticPoint]) -> Statistic:
    return Statistic(
        np.array([point.time_ms for point in points], np.int64),
        np.array([float(point.value) for point in points], np.float64),
    )
