"""Do with the ticket's fields what only the market can tell."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QObject, Signal

from terminal_app.domain.sizing import SizeUnit
from terminal_app.gui.panels.ticket.form import TicketForm
from terminal_app.gui.panels.ticket.planning import take_order, take_price
from terminal_app.gui.panels.ticket.sizing import size_in_unit
from terminal_app.gui.planned_orders import PlannedOrder
from terminal_app.services.desk import Desk
from terminal_app.services.order_plan import planner


class TicketHand(QObject):
    """Fill fields from percentages, other units and nearest legal values.

    Emits ``edited`` once a field holds something else.
    """

    edited = Signal()

    def __init__(self, desk: Desk, form: TicketForm) -> None:
        super().__init__(form)
        self._desk = desk
        self._form = form
        form.sizing.percent_chosen.connect(self._on_percent)
        form.sizing.unit_switched.connect(self._on_unit_switched)

    def prefill(self) -> None:
        """Put the best price of the side in, once."""
        session, instrument, form = self._desk.session, self._desk.instrument, self._form
        if session is None or instrument is None or not form.wants_price:
            return
        best = session.market_data.book.side(form.side).best()
        if best is not None:
            form.prefill_price(best.price, instrument.price_decimals)

    def take_order(self, order: PlannedOrder) -> None:
        """Begin an order that was wanted on the chart."""
        take_order(self._form, order)
        self.edited.emit()

    def take_price(self, order: PlannedOrder, price: Decimal) -> None:
        """Take a price back that was dragged on the chart."""
        take_price(self._form, order, price)
        self.edited.emit()

    def take(self, name: str, value: Decimal) -> None:
        """Put the nearest legal value into the field that was refused."""
        field, size = self._form.field(name), self._form.sizing
        if field is None:
            return
        if field is size.field and size.unit is not SizeUnit.BASE:
            size.set_unit(SizeUnit.BASE, None)
        field.set_value(value)
        field.edit.setFocus()
        self.edited.emit()

    def _on_percent(self, percent: int) -> None:
        session, instrument, draft = self._desk.session, self._desk.instrument, self._form.draft()
        if session is not None and instrument is not None and draft is not None:
            size = session.entry(instrument).size_for_percent(draft.typical, percent)
            if size is not None:
                self._form.sizing.put(size)
        self.edited.emit()

    def _on_unit_switched(self) -> None:
        session, instrument, draft = self._desk.session, self._desk.instrument, self._form.draft()
        unit, size = self._form.sizing.next_unit, None
        if session is not None and instrument is not None and draft is not None:
            size = size_in_unit(planner(session, instrument), draft, unit)
        self._form.sizing.set_unit(unit, size)
        if instrument is not None:
            self._desk.preferences.size_units[instrument.market.value] = unit.value
        self.edited.emit()
