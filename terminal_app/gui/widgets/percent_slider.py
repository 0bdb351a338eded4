"""A slider in percent with marks that can be clicked."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.gui.widgets.still import StillSlider

MARKS = (25, 50, 75, 100)


class PercentSlider(QWidget):
    """Let a person choose a percentage; emits ``chosen(int)`` for a change by hand only."""

    chosen = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.slider = StillSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.slider.setPageStep(25)
        self.slider.setAccessibleName(name)
        self.slider.setToolTip(name)
        self._figure = plain_label("0 %", "muted")
        self._figure.setMinimumWidth(40)
        self._figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.slider, 1)
        top.addWidget(self._figure)
        marks = QHBoxLayout()
        marks.setSpacing(2)
        for percent in MARKS:
            button = QPushButton(f"{percent} %")
            button.setProperty("role", "segment")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(partial(self._choose, percent))
            marks.addWidget(button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 4, 2, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addLayout(marks)
        self.slider.valueChanged.connect(self._on_value)

    def show_percent(self, percent: int) -> None:
        """Move the slider without anybody having chosen."""
        self.slider.blockSignals(True)
        self.slider.setValue(percent)
        self.slider.blockSignals(False)
        self._figure.setText(f"{percent} %")

    def _choose(self, percent: int) -> None:
        # The same mark again counts: price or balance may have moved since.
        self.show_percent(percent)
        self.chosen.emit(percent)

    def _on_value(self, percent: int) -> None:
        self._figure.setText(f"{percent} %")
        self.chosen.emit(percent)
