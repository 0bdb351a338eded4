"""A strip over a chart that names the symbols it is compared with; each can be taken away."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from terminal_app.gui.chart.compared import COLOURS, ComparedSeries
from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.format import UNKNOWN, percent_text
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.view_state import ViewState

_WAITING = {ViewState.LOADING: "loading"}


class CompareStrip(QWidget):
    """Show a chip for each compared symbol; ``remove_wanted`` carries the symbol of a cross."""

    remove_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._chips: list[_Chip] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 2, 8, 2)
        self._row.setSpacing(12)
        self._row.addStretch(1)
        self.hide()

    @property
    def words(self) -> list[str]:
        """Return what each chip says."""
        return [chip.words.text() for chip in self._chips]

    def show_symbols(self, compared: Sequence[ComparedSeries]) -> None:
        """Show these symbols instead of those before."""
        for chip in self._chips:
            self._row.removeWidget(chip)
            chip.deleteLater()
        self._chips = [
            _Chip(each, COLOURS[number % len(COLOURS)]) for number, each in enumerate(compared)
        ]
        for number, chip in enumerate(self._chips):
            chip.cross.clicked.connect(
                lambda _, symbol=chip.compared.symbol: self.remove_wanted.emit(symbol)
            )
            self._row.insertWidget(number, chip)
        self.setVisible(bool(self._chips))

    def show_frame(self, frame: Frame | None) -> None:
        """Write how far each symbol moved over the bars in sight."""
        changes = {line.symbol: line.last for line in frame.compared} if frame is not None else {}
        for chip in self._chips:
            chip.show_change(changes.get(chip.compared.symbol))


class _Dot(QWidget):
    def __init__(self, colour: str) -> None:
        super().__init__()
        self._colour = QColor(colour)
        self.setFixedSize(10, 10)

    @guarded(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        painter.drawEllipse(QPointF(5, 5), 4, 4)
        painter.end()


class _Chip(QWidget):
    def __init__(self, compared: ComparedSeries, colour: str) -> None:
        super().__init__()
        self.compared = compared
        self.words = QLabel(compared.symbol)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.cross = QToolButton()
        self.cross.setText("×")
        self.cross.setProperty("role", "quiet")
        self.cross.setAccessibleName(f"Stop comparing with {compared.symbol}")
        self.cross.setToolTip(f"Stop comparing with {compared.symbol}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for part in (_Dot(colour), self.words, self.cross):
            row.addWidget(part)
        self.show_change(None)

    def show_change(self, percent: float | None) -> None:
        state = self.compared.state
        if self.compared.problem:
            says = self.compared.problem
        elif percent is None:
            says = f"{self.compared.symbol}  {_WAITING.get(state, UNKNOWN)}"
        else:
            text = percent_text(Decimal(repr(round(percent, 2))))
            says = f"{self.compared.symbol}  {text}"
        if self.words.text() != says:
            self.words.setText(says)
