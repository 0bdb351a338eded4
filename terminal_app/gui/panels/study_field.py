"""Choose an indicator, its length and the bars it is over, for an alert."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QWidget

from terminal_app.domain.market import Interval
from terminal_app.gui.alert_studies import ON_LEVEL, ON_PRICE, has_length, study_text
from terminal_app.gui.chart.indicators.catalogue import kind_named
from terminal_app.gui.widgets.choice_button import ChoiceButton

_LENGTHS = {"rsi": 14, "adx": 14, "ema": 200, "sma": 200}
_HINT = "Watched at the close of each bar: what only happens within a bar is not told"


class StudyField(QWidget):
    """Name an indicator over bars of an interval; ``indicator_chosen`` tells of another one."""

    indicator_chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        names = {key: _name(key) for key in (*ON_LEVEL, *ON_PRICE)}
        self.indicator = ChoiceButton(names, "Indicator")
        self.length = QSpinBox()
        self.length.setRange(2, 1000)
        self.length.lineEdit().setTextMargins(6, 0, 0, 0)
        self.length.setAccessibleName("Length of the indicator in bars")
        self.length.setToolTip("Length of the indicator in bars")
        self.bars = ChoiceButton({one.value: one.value for one in Interval}, "Length of a bar")
        self.bars.set_choice(Interval.H1.value)
        self.bars.setToolTip(f"Length of a bar. {_HINT}")
        self.indicator.setToolTip(f"Indicator. {_HINT}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for widget in (self.indicator, self.length, self.bars):
            row.addWidget(widget)
        row.addStretch(1)
        self.indicator.chosen.connect(self._on_indicator)
        self._on_indicator()

    @property
    def interval(self) -> Interval:
        """Return how long a bar is."""
        return Interval(self.bars.choice)

    def text(self) -> str:
        """Return the indicator with its numbers, as an alert names it."""
        return study_text(self.indicator.choice, self.length.value())

    def usual_level(self) -> Decimal:
        """Return a level that is often watched for."""
        kind = kind_named(self.indicator.choice)
        return Decimal(repr(kind.levels[-1])) if kind is not None and kind.levels else Decimal(0)

    def offer(self, intervals: Iterable[Interval], *, on_level: bool) -> None:
        """Let a person take bars of these lengths, and what crosses a level or is crossed."""
        self.bars.offer(one.value for one in intervals)
        offered = ON_LEVEL if on_level else ON_PRICE
        self.indicator.offer(offered)
        if self.indicator.choice not in offered:
            self.indicator.set_choice(offered[0])
            self._on_indicator()

    def _on_indicator(self) -> None:
        key = self.indicator.choice
        self.length.setVisible(has_length(key))
        self.length.setValue(_LENGTHS.get(key, 20))
        self.indicator_chosen.emit()


def _name(key: str) -> str:
    kind = kind_named(key)
    return kind.name if kind is not None else key
