"""The size: a field whose unit can be switched, and a slider in percent."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.market import Side
from terminal_app.domain.sizing import SizeUnit
from terminal_app.gui.panels.ticket.reading import read_number
from terminal_app.gui.theme import restyle
from terminal_app.gui.widgets.number_field import NumberField
from terminal_app.gui.widgets.percent_slider import PercentSlider

QUOTE_STEP, RISK_STEP = Decimal(10), Decimal("0.1")
_NEXT = {
    SizeUnit.BASE: SizeUnit.QUOTE,
    SizeUnit.QUOTE: SizeUnit.RISK,
    SizeUnit.RISK: SizeUnit.BASE,
}


class SizeRow(QWidget):
    """Hold a size in base asset, in quote asset, or as the percent of the account at risk.

    Emits ``edited`` for every change by hand, ``percent_chosen(int)`` for the slider and
    ``unit_switched`` when the person wants it in another unit.
    """

    edited = Signal()
    percent_chosen = Signal(int)
    unit_switched = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.unit = SizeUnit.BASE
        self._instrument: Instrument | None = None
        hint = "Up and Down, or the wheel: one step; Shift: ten. The unit can be switched"
        self.field = NumberField("Size", has_unit_switch=True, hint=hint)
        self.slider = PercentSlider("Percent of what is available")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.field)
        layout.addWidget(self.slider)
        self.field.edited.connect(self._on_edited)
        self.field.unit_clicked.connect(self.unit_switched)
        self.slider.chosen.connect(self.percent_chosen)

    @property
    def next_unit(self) -> SizeUnit:
        """Return the unit that the switch leads to."""
        return _NEXT[self.unit]

    def set_instrument(self, instrument: Instrument, unit: SizeUnit) -> None:
        """Take another instrument's assets and steps; the size is empty."""
        self._instrument = instrument
        self.set_unit(unit, None)
        self.slider.show_percent(0)

    def set_unit(self, unit: SizeUnit, size: Decimal | None) -> None:
        """Hold a size in a unit from now on."""
        self.unit = unit
        self._show_unit()
        self.field.set_value(size)

    def put(self, size: Decimal) -> None:
        """Put a size in, as if typed, with the decimals of its unit."""
        if self._instrument is not None:
            is_base = self.unit is SizeUnit.BASE
            self.field.set_value(size, self._instrument.quantity_decimals if is_base else 2)

    def read(self) -> Decimal | None:
        """Return the number that is typed; raise ``InvalidOrder`` for no number."""
        return read_number(self.field)

    def show_side(self, side: Side) -> None:
        """Take the colour of a side."""
        self.slider.slider.setProperty("side", side.value)
        restyle(self.slider.slider)

    def show_means(self, *, is_known: bool, is_whole: bool) -> None:
        """Open the slider only where it is known what there is to spend, nothing for a whole."""
        self.slider.setEnabled(is_known and not is_whole and self.unit is not SizeUnit.RISK)
        self.field.setEnabled(not is_whole)

    def _on_edited(self) -> None:
        self.slider.show_percent(0)
        self.edited.emit()

    def _show_unit(self) -> None:
        if self._instrument is None:
            return
        base, quote = self._instrument.base_asset, self._instrument.quote_asset
        text, step = {
            SizeUnit.BASE: (base, self._instrument.step_size),
            SizeUnit.QUOTE: (quote, QUOTE_STEP),
            SizeUnit.RISK: ("% risk", RISK_STEP),
        }[self.unit]
        self.field.set_unit(f"{text} ⇄", step)
