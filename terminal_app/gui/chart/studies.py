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
    are not shown. ``all`` are those that are: ``on_price`` over the bars, ``in_panes`` beneath.
    ``moves_far`` says whether a tick changes more of one than its last values, ``revision`` grows
    with whatever else changes. ``notes`` say why a statistic has no values, ``hint`` what a click
    would do.
    """

    all: tuple[Study, ...] = ()
    on_price: tuple[Study, ...] = ()
    in_panes: tuple[Study, ...] = ()
    has_profile = False
    moves_far = False

    def __init__(self, series: CandleSeries) -> None:
        self._series = series
        self._studies: list[Study] = []
        self._statistics: dict[StatisticKind, Statistic] = {}
        self._offered: frozenset[StatisticKind] = frozenset()
        self.notes: dict[StatisticKind, Note] = {}
        self.hint = ""
        self.revision = 0
        self._followed: tuple[object, ...] = ()

    @property
    def offered(self) -> frozenset[StatisticKind]:
        """Return the statistics that the market tells of."""
        return self._offered

    @offered.setter
    def offered(self, offered: frozenset[StatisticKind]) -> None:
        self._offered = offered
        self._arrange()

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
        self._arrange()
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
        self._arrange()
        return study

    def change(self, study: Study, choice: StudyChoice) -> None:
        """Have an indicator another way."""
        old, study.choice = study.choice, choice
        self._arrange()
        if (old.numbers, old.source, old.anchor_ms) != (
            choice.numbers,
            choice.source,
            choice.anchor_ms,
        ):
            study.forget()

    def remove(self, study: Study) -> None:
        """Take an indicator away."""
        self._studies = [each for each in self._studies if each is not study]
        self._arrange()

    def move(self, study: Study, places: int) -> None:
        """Have an indicator change places with the one before or after it of its kind of place."""
        peers = [each for each in self._studies if each.kind.place is study.kind.place]
        at = peers.index(study) + places
        if 0 <= at < len(peers):
            first, second = self._studies.index(study), self._studies.index(peers[at])
            self._studies[first], self._studies[second] = peers[at], study
            self._arrange()

    def forget(self) -> None:
        """Calculate everything anew at the next frame, after bars were loaded or repaired."""
        self.revision += 1
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

    def _arrange(self) -> None:
        self._followed = ()
        self.revision += 1
        self.all = tuple(study for study in self._studies if self.is_offered(study.kind))
        self.on_price = tuple(s for s in self.all if s.kind.place is not Place.PANE)
        self.in_panes = tuple(s for s in self.all if s.kind.place is Place.PANE)
        self.has_profile = any(study.kind.place is Place.PROFILE for study in self.all)
        self.moves_far = self.has_profile or any(any(study.shifts) for study in self.all)

    def _give_statistic(self, study: Study) -> None:
        if study.kind.statistic is None:
            return
        old, new = study.statistic, self._statistics.get(study.kind.statistic, NO_STATISTIC)
        study.statistic = new
        times = self._series.open_time_ms
        edge_ms = int(times[-1]) if len(times) else 0
        # What is told of the bar that moves does not change the others.
        if not _is_equal_before(old, new, edge_ms):
            self.revision += 1
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
