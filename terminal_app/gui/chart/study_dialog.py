"""The window of one indicator's settings: what is chosen is seen at once, Cancel takes it back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import QDateTime, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from terminal_app.gui.chart.indicators.choice import (
    BY_SIGN,
    COLOURS,
    ROLES,
    USUAL_WIDTH,
    WIDTHS,
    StudyChoice,
    usual_colours,
)
from terminal_app.gui.chart.indicators.values import Line, Setting, Shape, Source
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.colour_button import ColourButton
from terminal_app.gui.widgets.number_field import NumberField
from terminal_app.gui.widgets.still import StillComboBox, StillDateTimeEdit

_LABEL_PX = 120


class StudyDialog(QDialog):
    """Change an indicator; ``chosen`` carries every legal choice, and the first one on Cancel.

    A number that breaks a rule is named with the nearest legal one and changes nothing.
    """

    chosen = Signal(StudyChoice)

    def __init__(self, parent: QWidget, choice: StudyChoice, theme: Theme) -> None:
        super().__init__(parent)
        self._first = self._choice = choice
        self.setWindowTitle(f"{choice.kind.title}: settings")
        self.setMinimumWidth(380)
        self.numbers = [
            NumberField(rule.name, has_unit_switch=False) for rule in choice.kind.settings
        ]
        self.problem, self.mend = QLabel(), QPushButton()
        self.source, self.width_box = StillComboBox(), StillComboBox()
        self.colours = [
            ColourButton(theme, line.name, _palette(line)) for line in choice.kind.lines
        ]
        self.visible = QCheckBox("Visible")
        self.anchor = StillDateTimeEdit()
        self.anchor.lineEdit().setTextMargins(6, 0, 0, 0)
        self.buttons = QDialogButtonBox()
        self._fill()
        self._lay_out()
        self._show()
        self._connect()

    def reject(self) -> None:
        """Close and have the indicator as it was."""
        if self._choice != self._first:
            self.chosen.emit(self._first)
        super().reject()

    def _fill(self) -> None:
        for source in Source:
            self.source.addItem(source.words, source)
        for width in WIDTHS:
            self.width_box.addItem(f"{width:g} px", width)
        for field, rule in zip(self.numbers, self._choice.kind.settings, strict=True):
            step = Decimal(1) if rule.is_whole else Decimal(repr(rule.least))
            field.set_unit(f"{rule.least:g} – {rule.most:g}", step)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setProperty("role", "danger")
        self.mend.setProperty("role", "link")
        self.mend.setAutoDefault(False)
        self.anchor.setDisplayFormat("yyyy-MM-dd HH:mm")
        self.anchor.setAccessibleName("Begins at, in the time of this computer")
        self.source.setAccessibleName("Price that is calculated with")
        self.width_box.setAccessibleName("Width of the lines")

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(8)
        heading = QLabel(self._choice.kind.title)
        heading.setProperty("role", "title")
        layout.addWidget(heading)
        for field in self.numbers:
            layout.addWidget(field)
        if self.numbers:
            layout.addLayout(self._problem_row())
        layout.addLayout(self._grid())
        layout.addSpacing(8)
        layout.addLayout(self._button_row())

    def _problem_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        # It has its room while it is empty: nothing moves under the pointer.
        self.problem.setMinimumHeight(24)
        row.addWidget(self.problem, 1)
        row.addWidget(self.mend)
        return row

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, _LABEL_PX)
        grid.setColumnStretch(1, 1)
        rows: list[tuple[str, QWidget]] = []
        if self._choice.kind.has_source:
            rows.append(("Source", self.source))
        if self._choice.kind.has_anchor:
            rows.append(("Begins at", self.anchor))
        is_alone = len(self.colours) == 1
        rows += [("Colour" if is_alone else button.name, button) for button in self.colours]
        rows += [("Line width", self.width_box), ("", self.visible)]
        for number, (caption, widget) in enumerate(rows):
            label = QLabel(caption)
            label.setProperty("role", "muted")
            grid.addWidget(label, number, 0)
            is_small = isinstance(widget, ColourButton)
            side = Qt.AlignmentFlag.AlignLeft if is_small else Qt.AlignmentFlag(0)
            grid.addWidget(widget, number, 1, side)
        return grid

    def _button_row(self) -> QHBoxLayout:
        usual = QPushButton("Usual settings")
        usual.setProperty("role", "quiet")
        usual.setAutoDefault(False)
        usual.clicked.connect(self._take_usual)
        self.buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        done = self.buttons.addButton("Done", QDialogButtonBox.ButtonRole.AcceptRole)
        done.setDefault(True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(usual)
        row.addStretch(1)
        row.addWidget(self.buttons)
        return row

    def _show(self) -> None:
        choice = self._choice
        for field, number in zip(self.numbers, choice.numbers, strict=True):
            field.set_value(Decimal(f"{number:g}"))
            field.set_invalid(False)
        self.source.setCurrentIndex(self.source.findData(choice.source))
        self.width_box.setCurrentIndex(self.width_box.findData(choice.width))
        for button, colour in zip(self.colours, choice.colours, strict=True):
            button.set_colour(colour)
        self.visible.setChecked(not choice.is_hidden)
        self.anchor.setDateTime(QDateTime.fromMSecsSinceEpoch(choice.anchor_ms))
        self._say("", None)

    def _connect(self) -> None:
        for field in self.numbers:
            field.edited.connect(self._take)
        self.source.currentIndexChanged.connect(self._take)
        self.width_box.currentIndexChanged.connect(self._take)
        for button in self.colours:
            button.chosen.connect(self._take)
        self.visible.toggled.connect(self._take)
        self.anchor.dateTimeChanged.connect(self._take)
        self.mend.clicked.connect(self._mend)

    def _take(self) -> None:
        numbers = self._read_numbers()
        if numbers is None:
            return
        chosen = replace(
            self._choice,
            numbers=numbers,
            source=Source(self.source.currentData()),
            width=float(self.width_box.currentData()),
            colours=tuple(button.colour for button in self.colours),
            is_hidden=not self.visible.isChecked(),
            anchor_ms=self._read_anchor(),
        )
        if chosen != self._choice:
            self._choice = chosen
            self.chosen.emit(chosen)

    def _read_anchor(self) -> int:
        anchor_ms = self.anchor.dateTime().toMSecsSinceEpoch()
        # What nobody typed keeps its seconds.
        is_same = anchor_ms // 60_000 == self._choice.anchor_ms // 60_000
        return self._choice.anchor_ms if is_same else anchor_ms

    def _read_numbers(self) -> tuple[float, ...] | None:
        """Return what is typed, None after naming the first of it that breaks a rule."""
        numbers: list[float] = []
        self._say("", None)
        for field, rule in zip(self.numbers, self._choice.kind.settings, strict=True):
            number, problem = _number_in(field, rule)
            field.set_invalid(bool(problem))
            if problem and not self.problem.text():
                self._say(problem, (field, rule.nearest(rule.usual if number is None else number)))
            numbers.append(rule.usual if number is None else number)
        return None if self.problem.text() else tuple(numbers)

    def _say(self, problem: str, nearest: tuple[NumberField, float] | None) -> None:
        self.problem.setText(problem)
        self._nearest = nearest
        self.mend.setVisible(nearest is not None)
        if nearest is not None:
            text = f"Use {nearest[1]:g}"
            self.mend.setText(text)
            self.mend.setAccessibleName(f"{nearest[0].caption}: {text}")

    def _mend(self) -> None:
        if self._nearest is not None:
            field, number = self._nearest
            field.set_value(Decimal(f"{number:g}"))
            field.edit.setFocus()
            self._take()

    def _take_usual(self) -> None:
        kind = self._choice.kind
        self._choice = replace(
            self._choice,
            numbers=kind.usual,
            source=Source.CLOSE,
            width=USUAL_WIDTH,
            is_hidden=False,
            colours=usual_colours(kind),
        )
        chosen = self._choice
        widgets: tuple[QWidget, ...] = (self.source, self.width_box, self.visible, self.anchor)
        for widget in widgets:
            widget.blockSignals(True)
        self._show()
        for widget in widgets:
            widget.blockSignals(False)
        self.chosen.emit(chosen)


def _palette(line: Line) -> dict[str, str]:
    # Only columns stand on a zero, so only they have a sign.
    by_sign = BY_SIGN if line.shape is Shape.COLUMNS else {}
    return {**COLOURS, **ROLES, **by_sign}


def _number_in(field: NumberField, rule: Setting) -> tuple[float | None, str]:
    try:
        value = field.value()
    except ValueError as error:
        return None, f"{rule.name}: {error}"
    if value is None:
        return None, f"{rule.name}: a number is needed"
    return float(value), rule.problem(float(value))
