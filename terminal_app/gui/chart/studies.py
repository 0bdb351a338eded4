"""The indicators of one chart: chosen, kept as texts, calculated as bars come."""

from __future__ import annotations

from collections.abc import Sequence

from terminal_app.gui.chart.indicators.study import Study
from terminal_app.gui.chart.indicators.values import Place
from terminal_app.gui.chart.series import CandleSeries

# Told apart on dark and on light ground, and by those who do not see red and green.
COLOURS = ("#4f9cf9", "#f0a63a", "#b57bff", "#3ec9c0", "#e86fb0", "#8f9bab")


class Studies:
    """Hold the indicators in the order they were chosen, each with colours of its own."""

    def __init__(self, series: CandleSeries) -> None:
        self._series = series
        self._studies: list[Study] = []

    @property
    def on_price(self) -> list[Study]:
        """Return those that are drawn over the bars."""
        return [study for study in self._studies if study.kind.place is Place.PRICE]

    @property
    def in_panes(self) -> list[Study]:
        """Return those that have a pane, from the top."""
        return [study for study in self._studies if study.kind.place is Place.PANE]

    @property
    def key(self) -> tuple[object, ...]:
        """Return what is chosen, to tell one picture from another."""
        return tuple(self.texts())

    def texts(self) -> list[str]:
        """Return what is chosen as texts to be kept, such as ``ema:20``."""
        return [
            ":".join([study.kind.key, *(f"{setting:g}" for setting in study.settings)])
            for study in self._studies
        ]

    def choose(self, texts: Sequence[str]) -> None:
        """Take these indicators; what cannot be read is left out."""
        self._studies = [study for text in texts if (study := _study_of(text)) is not None]
        self.calculate()

    def colours(self, study: Study) -> tuple[str, ...]:
        """Return the colours of an indicator's lines."""
        at = sum(len(each.lines) for each in self._studies[: self._studies.index(study)])
        return tuple(COLOURS[(at + number) % len(COLOURS)] for number in range(len(study.lines)))

    def calculate(self) -> None:
        """Calculate everything anew, after bars were loaded or repaired."""
        for study in self._studies:
            study.calculate(self._series)

    def follow(self) -> None:
        """Calculate what the last bar moved."""
        for study in self._studies:
            study.follow(self._series)


def titles() -> dict[str, str]:
    """Return the names of all indicators by the text of their usual settings."""
    # The library behind the catalogue is large: it is loaded when somebody wants an indicator.
    from terminal_app.gui.chart.indicators.catalogue import KINDS

    return {
        ":".join([kind.key, *(f"{setting:g}" for setting in kind.usual)]): kind.title
        for kind in KINDS
    }


def _study_of(text: str) -> Study | None:
    from terminal_app.gui.chart.indicators.catalogue import kind_named

    key, *numbers = text.split(":")
    kind = kind_named(key)
    if kind is None or len(numbers) != len(kind.settings):
        return None
    try:
        settings = tuple(float(number) for number in numbers)
    except ValueError:
        return None
    limits = zip(settings, kind.settings, strict=True)
    is_legal = all(rule.least <= setting <= rule.most for setting, rule in limits)
    return Study(kind, settings) if is_legal else None
