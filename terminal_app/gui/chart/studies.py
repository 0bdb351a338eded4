"""The indicators of one chart: chosen, kept as texts, calculated once a frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from terminal_app.domain.contract_statistics import StatisticKind
from terminal_app.gui.chart.indicators.choice import (
    StudyChoice,
    choice_in,
    numbers_in,
    usual_colours,
)
from terminal_app.gui.chart.indicators.study import Study
from terminal_app.gui.chart.indicators.values import (
    NO_STATISTIC,
    IndicatorKind,
    Place,
    Statistic,
)
from terminal_app.gui.chart.series import CandleSeries


@dataclass(frozen=True, slots=True)
class Note:
    """Hold why an indicator has no values, and whether that is trouble or only takes a while."""

    text: str
    is_trouble: bool = False


class Studies:
    """Hold the indicators in the order they were chosen, each with colours of its own.

    ``offered`` are the statistics that the market tells of; indicators of others stay chosen and
    are not shown. ``notes`` say why a statistic has no values, ``hint`` what a click would do.
    """

    def __init__(self, series: CandleSeries) -> None:
        self._series = series
        self._studies: list[Study] = []
        self._statistics: dict[StatisticKind, Statistic] = {}
        self.offered: frozenset[StatisticKind] = frozenset()
        self.notes: dict[StatisticKind, Note] = {}
        self.hint = ""
        self._revision = 0
        self._followed: tuple[object, ...] = ()

    @property
    def all(self) -> tuple[Study, ...]:
        """Return every indicator that this market has what it is made of."""
        return tuple([study for study in self._studies if self.is_offered(study.kind)])

    @property
    def on_price(self) -> list[Study]:
        """Return those that are drawn over the bars."""
        return [study for study in self.all if study.kind.place is not Place.PANE]

    @property
    def has_profile(self) -> bool:
        """Say whether one is of all bars in sight, so that a tick changes all of it."""
        return any(study.kind.place is Place.PROFILE for study in self.all)

    @property
    def in_panes(self) -> list[Study]:
        """Return those that have a pane, from the top."""
        return [study for study in self.all if study.kind.place is Place.PANE]

    @property
    def key(self) -> tuple[object, ...]:
        """Return what is chosen, to tell one picture from another."""
        return self._revision, *(study.choice for study in self.all)

    @property
    def wanted(self) -> frozenset[StatisticKind]:
        """Return the statistics that are needed and offered."""
        return frozenset(study.kind.statistic for study in self.all if study.kind.statistic)

    def texts(self) -> list[str]:
        """Return what is chosen as texts to be kept, such as ``ema:20``."""
        return [study.choice.text for study in self._studies]

    def choose(self, texts: Sequence[str]) -> None:
        """Take these indicators; what cannot be read is left out."""
        self._studies = []
        for text in texts:
            choice = _choice_of(text)
            if choice is not None:
                self.add(choice)

    def add(self, choice: StudyChoice) -> Study:
        """Take one more indicator, in colours that the others do not have."""
        # A pane is alone with its lines; over the bars they have to be told from others.
        shared = self.on_price if choice.kind.place is not Place.PANE else []
        taken = [colour for study in shared for colour in study.choice.colours]
        colours = choice.colours or usual_colours(choice.kind, taken)
        study = Study(replace(choice, colours=colours))
        self._give_statistic(study)
        self._studies.append(study)
        self._followed = ()
        return study

    def change(self, study: Study, choice: StudyChoice) -> None:
        """Have an indicator another way."""
        self._followed = ()
        old, study.choice = study.choice, choice
        if (old.numbers, old.source, old.anchor_ms) != (
            choice.numbers,
            choice.source,
            choice.anchor_ms,
        ):
            study.forget()

    def remove(self, study: Study) -> None:
        """Take an indicator away."""
        self._studies = [each for each in self._studies if each is not study]

    def move(self, study: Study, places: int) -> None:
        """Have an indicator change places with the one before or after it of its kind of place."""
        peers = [each for each in self._studies if each.kind.place is study.kind.place]
        at = peers.index(study) + places
        if 0 <= at < len(peers):
            first, second = self._studies.index(study), self._studies.index(peers[at])
            self._studies[first], self._studies[second] = peers[at], study

    def forget(self) -> None:
        """Calculate everything anew at the next frame, after bars were loaded or repaired."""
        self._revision += 1
        self._followed = ()
        for study in self._studies:
            study.forget()

    def follow(self, first: int, last: int) -> None:
        """Calculate what is not known yet, with these bars in sight; between frames nothing is."""
        series = self._series
        seen = (first, last, len(series), series.last if len(series) else None)
        # A frame is made for every move of the mouse; most of them bring no bar.
        if seen == self._followed:
            return
        self._followed = seen
        for study in self.all:
            if not study.choice.is_hidden:
                study.follow(series, first, last)

    def set_statistics(self, statistics: Mapping[StatisticKind, Statistic]) -> None:
        """Calculate with what the venue tells now."""
        self._statistics = dict(statistics)
        self._followed = ()
        for study in self._studies:
            self._give_statistic(study)

    def is_offered(self, kind: IndicatorKind) -> bool:
        """Say whether the market has what an indicator is made of."""
        return kind.statistic is None or kind.statistic in self.offered

    def _give_statistic(self, study: Study) -> None:
        if study.kind.statistic is None:
            return
        old, new = study.statistic, self._statistics.get(study.kind.statistic, NO_STATISTIC)
        study.statistic = new
        times = self._series.open_time_ms
        edge_ms = int(times[-1]) if len(times) else 0
        # What is told of the bar that moves does not change the others.
        if not _is_equal_before(old, new, edge_ms):
            self._revision += 1
            study.forget()


def kinds() -> tuple[IndicatorKind, ...]:
    """Return all indicators there are."""
    # The library behind the catalogue is large: it is loaded when somebody wants an indicator.
    from terminal_app.gui.chart.indicators.catalogue import KINDS

    return KINDS


def _choice_of(text: str) -> StudyChoice | None:
    from terminal_app.gui.chart.indicators.catalogue import kind_named

    key, numbers, marks = numbers_in(text)
    kind = kind_named(key)
    return choice_in(kind, numbers, marks) if kind is not None else None


def _is_equal_before(first: Statistic, second: Statistic, edge_ms: int) -> bool:
    old, new = (int(np.searchsorted(each.times_ms, edge_ms)) for each in (first, second))
    has_times = np.array_equal(first.times_ms[:old], second.times_ms[:new])
    return has_times and np.array_equal(first.values[:old], second.values[:new])
