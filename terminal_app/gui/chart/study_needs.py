"""How far back the bars have to reach that an indicator is calculated of."""

from __future__ import annotations

import numpy as np

from terminal_app.domain.market import DAY_MS
from terminal_app.gui.chart.indicators.study import Study
from terminal_app.gui.chart.indicators.values import Need
from terminal_app.gui.chart.series import CandleSeries
from terminal_app.gui.chart.studies import Note, Studies

# Farther back nothing is fetched for an indicator alone: a person scrolls there, or takes another
# interval.
_MOST_BARS_BACK = 20_000


def missing_from_ms(studies: Studies, series: CandleSeries) -> int | None:
    """Return from when on bars are missing that an indicator needs, None if none are."""
    if not len(series):
        return None
    times = series.open_time_ms
    first_ms = int(times[0])
    shown = (study for study in studies.all if not study.choice.is_hidden)
    from_ms = min((_needed_from_ms(study, series) for study in shown), default=first_ms)
    bar_ms = int(np.diff(times[-2:])[0]) if len(times) > 1 else DAY_MS
    is_near = first_ms - from_ms <= _MOST_BARS_BACK * bar_ms
    return from_ms if from_ms < first_ms and is_near else None


def note_on(study: Study, studies: Studies, series: CandleSeries) -> Note | None:
    """Return why an indicator has no values, None if it may have them."""
    if study.kind.statistic is not None:
        return studies.notes.get(study.kind.statistic)
    is_short = _needed_from_ms(study, series) < int(series.open_time_ms[0])
    return Note("needs older bars") if is_short else None


def _needed_from_ms(study: Study, series: CandleSeries) -> int:
    last_ms = int(series.open_time_ms[-1])
    day_ms = last_ms // DAY_MS * DAY_MS
    match study.kind.need:
        case Need.DAY:
            return day_ms
        case Need.DAY_BEFORE:
            return day_ms - DAY_MS
        case Need.ANCHOR:
            return study.choice.anchor_ms
    return last_ms
