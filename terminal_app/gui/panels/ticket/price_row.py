"""The row of prices: one or two fields side by side, as the kind of order needs them."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.order_request import Peg, PegKind, PriceKind, Trigger
from terminal_app.gui.panels.ticket.kinds import Field, TicketKind
from terminal_app.gui.panels.ticket.reading import read_number
from terminal_app.gui.widgets.menu_button import MenuButton
from terminal_app.gui.widgets.number_field import NumberField

CALLBACK_STEP = Decimal("0.1")
_HINTS = {
    Field.PRICE: "The worst price it trades at. Up and Down, or the wheel: one tick; Shift: ten",
    Field.TRIGGER: "The price that sets it to work",
    Field.STOP: "The price that sends the stop",
    Field.CALLBACK: "How far the price must turn back, in percent",
    Field.ACTIVATION: "The price from which it follows; empty: at once",
    Field.FIRST: "The first price of the range",
    Field.LAST: "The last price of the range",
    Field.PEG_LEVELS: "How many levels of the book behind the best price",
}
_PEGS = {PegKind.OWN_SIDE: "Best of its side", PegKind.OTHER_SIDE: "Best of the other side"}


class PriceRow(QWidget):
    """Hold every field of a price; only those of the kind are shown, and none is ever cleared.

    Emits ``edited`` for every change by hand.
    """

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.fields = {name: NumberField(name.value, hint=_HINTS[name]) for name in Field}
        self.fields[Field.PEG_LEVELS].set_value(Decimal(0))
        self.at_market = NumberField("Price")
        self.at_market.edit.setReadOnly(True)
        self.at_market.edit.setPlaceholderText("at market")
        self.at_market.setEnabled(False)
        self._quote, self._peg = "", PegKind.OWN_SIDE
        self.peg_button = MenuButton(_PEGS[self._peg], "Which price the exchange takes")
        self.peg_button.set_choices((text, kind) for kind, text in _PEGS.items())
        self.peg_button.chosen.connect(self._on_peg)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.at_market, 1)
        layout.addWidget(self.peg_button)
        # A trigger stands before the price of what it sets to work.
        for name in sorted(self.fields, key=lambda each: each is not Field.TRIGGER):
            layout.addWidget(self.fields[name], 1)
            self.fields[name].edited.connect(self.edited)

    def show_kind(self, kind: TicketKind) -> None:
        """Show the fields that a kind needs."""
        self.at_market.setVisible(not kind.fields)
        self.peg_button.setVisible(kind.is_pegged)
        for name, field in self.fields.items():
            field.setVisible(name in kind.fields)
        self._show_units(len(kind.fields) > 1)

    def set_instrument(self, instrument: Instrument) -> None:
        """Take another instrument's steps; nothing is kept of the one before."""
        self._quote, tick = instrument.quote_asset, instrument.tick_size
        for name, field in self.fields.items():
            field.set_value(None)
            field.set_unit("", CALLBACK_STEP if name is Field.CALLBACK else tick)
        self.fields[Field.PEG_LEVELS].set_unit("", Decimal(1))
        self.fields[Field.PEG_LEVELS].set_value(Decimal(0))

    def read(self, name: Field) -> Decimal | None:
        """Return the number of a field; raise ``InvalidOrder`` for no number."""
        return read_number(self.fields[name])

    def trigger(self, kind: TicketKind, watched: PriceKind) -> Trigger | None:
        """Return when an order of a kind begins to work, None where it does so at once."""
        if Field.CALLBACK in kind.fields:
            return Trigger(self.read(Field.ACTIVATION), watched, self.read(Field.CALLBACK))
        if Field.TRIGGER in kind.fields:
            return Trigger(self.read(Field.TRIGGER), watched)
        return None

    def peg(self, kind: TicketKind) -> Peg | None:
        """Return which price the venue takes for an order of a kind, None where it takes none."""
        if not kind.is_pegged:
            return None
        return Peg(self._peg, int(self.read(Field.PEG_LEVELS) or 0))

    def _on_peg(self, kind: object) -> None:
        self._peg = PegKind(str(kind))
        self.peg_button.show_choice(_PEGS[self._peg])
        self.edited.emit()

    def _show_units(self, is_narrow: bool) -> None:
        unit = "" if is_narrow else self._quote
        for name in (Field.PRICE, Field.TRIGGER):
            field = self.fields[name]
            field.set_unit(unit, field.edit.step)
        self.fields[Field.CALLBACK].edit.setPlaceholderText("%")
