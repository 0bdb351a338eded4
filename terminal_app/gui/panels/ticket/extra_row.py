"""The row above the button: exits, or what a rarer kind of order needs."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from terminal_app.domain.exits import NO_EXITS, STOP_LOSS, TAKE_PROFIT, Exits
from terminal_app.domain.instrument import Instrument
from terminal_app.domain.order_request import PriceKind
from terminal_app.domain.scaled import Scale, Shape
from terminal_app.gui.panels.ticket.kinds import Extra
from terminal_app.gui.panels.ticket.reading import read_number
from terminal_app.gui.widgets.menu_button import MenuButton
from terminal_app.gui.widgets.number_field import FIELD_HEIGHT, NumberField

FIRST_COUNT = Decimal(5)
_SHAPES = {
    Shape.FLAT: "Equal sizes",
    Shape.RISING: "Rising sizes",
    Shape.FALLING: "Falling sizes",
}


class ExtraRow(QWidget):
    """Hold take profit and stop loss, the limit of a stop, the visible size, count and shape.

    The row keeps its height whatever it shows. Emits ``edited`` for every change by hand.
    """

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.take_profit = NumberField(TAKE_PROFIT, hint="Take profit at this price; empty: none")
        self.stop_loss = NumberField(STOP_LOSS, hint="Stop loss at this price; empty: none")
        self.stop_limit = NumberField(
            "Stop limit", hint="The worst price of the stop; empty: at market"
        )
        self.visible = NumberField("Visible size", hint="How much of it the book shows at a time")
        self.count = NumberField("Orders", hint="How many orders the size is spread over")
        self._shape = Shape.FLAT
        self.shape_button = MenuButton(_SHAPES[self._shape], "How sizes go from first to last")
        self.shape_button.set_choices((text, shape) for shape, text in _SHAPES.items())
        self.shape_button.chosen.connect(self._on_shape)
        self.setFixedHeight(FIELD_HEIGHT)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._parts: dict[Extra, tuple[QWidget, ...]] = {
            Extra.EXITS: (self.take_profit, self.stop_loss),
            Extra.STOP_LIMIT: (self.stop_limit,),
            Extra.VISIBLE: (self.visible,),
            Extra.SCALE: (self.count, self.shape_button),
        }
        for parts in self._parts.values():
            for part in parts:
                layout.addWidget(part, 1)
        for field in self.fields:
            field.edited.connect(self.edited)

    @property
    def fields(self) -> tuple[NumberField, ...]:
        """Return every field."""
        return (self.take_profit, self.stop_loss, self.stop_limit, self.visible, self.count)

    def show_extra(self, extra: Extra) -> None:
        """Show what a kind of order needs."""
        for name, parts in self._parts.items():
            for part in parts:
                part.setVisible(name is extra)

    def set_instrument(self, instrument: Instrument) -> None:
        """Take another instrument's steps; nothing is kept of the one before."""
        tick = instrument.tick_size
        for field in self.fields:
            field.set_value(None)
        for field in (self.take_profit, self.stop_loss):
            field.set_unit("", tick)
        self.stop_limit.set_unit(instrument.quote_asset, tick)
        self.visible.set_unit(instrument.base_asset, instrument.step_size)
        self.count.set_unit("", Decimal(1))
        self.count.set_value(FIRST_COUNT)

    def exits(self, watched: PriceKind) -> Exits:
        """Return where what is opened is left again; raise ``InvalidOrder`` for no number."""
        if self.take_profit.isHidden():
            return NO_EXITS
        return Exits(read_number(self.take_profit), read_number(self.stop_loss), watched)

    def scale(self, first: Decimal | None, last: Decimal | None) -> Scale:
        """Return how a size is spread over a range."""
        return Scale(first, last, read_number(self.count), self._shape)

    def _on_shape(self, shape: object) -> None:
        self._shape = Shape(str(shape))
        self.shape_button.show_choice(_SHAPES[self._shape])
        self.edited.emit()
