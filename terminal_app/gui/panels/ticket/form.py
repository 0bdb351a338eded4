"""The fields of the order ticket."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import OrderType, Trigger
from terminal_app.domain.sizing import SizeUnit
from terminal_app.errors import InvalidOrder
from terminal_app.gui.panels.ticket import kinds
from terminal_app.gui.panels.ticket.extra_row import ExtraRow
from terminal_app.gui.panels.ticket.kinds import Extra, Field, TicketKind
from terminal_app.gui.panels.ticket.options import TicketOptions
from terminal_app.gui.panels.ticket.price_row import PriceRow
from terminal_app.gui.panels.ticket.reading import read_number
from terminal_app.gui.panels.ticket.size_row import SizeRow
from terminal_app.gui.panels.ticket.type_tabs import TypeTabs
from terminal_app.gui.widgets.number_field import NumberField
from terminal_app.services.order_entry import OrderDraft
from terminal_app.services.order_plan import TicketDraft
from terminal_app.venues.base import Capabilities


class TicketForm(QWidget):
    """Hold side, kind, prices, size, options and exits of an order.

    Switching the kind keeps what was typed. Emits ``changed`` for every change by hand.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.wants_price = True
        self._instrument: Instrument | None = None
        self._capabilities: Capabilities | None = None
        self.buy, self.sell = _choice("Buy", "buy"), _choice("Sell", "sell")
        self.tabs, self.prices, self.sizing = TypeTabs(), PriceRow(), SizeRow()
        self.options, self.extra = TicketOptions(), ExtraRow()
        # What most orders need, by its own name.
        self.limit, self.market = (self.tabs.buttons[kind] for kind in (kinds.LIMIT, kinds.MARKET))
        self.price_field, self.size_field = self.prices.fields[Field.PRICE], self.sizing.field
        self.slider, self.force = self.sizing.slider, self.options.force
        self.post_only, self.reduce = self.options.post_only, self.options.reduce
        self._sides = QButtonGroup(self)
        for button in (self.buy, self.sell):
            self._sides.addButton(button)
        self.buy.setChecked(True)
        self._lay_out()
        self._sides.buttonClicked.connect(self._on_choice)
        self.tabs.chosen.connect(self._on_choice)
        self.options.edited.connect(self._on_choice)
        for part in (self.prices, self.sizing, self.extra):
            part.edited.connect(self.changed)
        self._on_choice()

    @property
    def side(self) -> Side:
        """Return the chosen side."""
        return Side.BUY if self.buy.isChecked() else Side.SELL

    @property
    def kind(self) -> TicketKind:
        """Return the chosen kind of order."""
        return self.tabs.kind

    def set_instrument(
        self, instrument: Instrument, capabilities: Capabilities, unit: SizeUnit
    ) -> None:
        """Take another instrument's units, steps and words; the form starts empty."""
        self._instrument, self._capabilities = instrument, capabilities
        self.buy.setText(capabilities.buy_word)
        self.sell.setText(capabilities.sell_word)
        self.prices.set_instrument(instrument)
        self.extra.set_instrument(instrument)
        self.sizing.set_instrument(instrument, unit)
        self.options.set_instrument(instrument, capabilities)
        self.tabs.set_market(capabilities)
        self.wants_price = True
        self._on_choice()

    def set_side(self, side: Side) -> None:
        """Choose a side as if by hand."""
        (self.buy if side is Side.BUY else self.sell).setChecked(True)
        self._on_choice()

    def set_price(self, price: Decimal, decimals: int) -> None:
        """Put a price in that was clicked; what trades at market becomes a limit order."""
        if not self.kind.fields or self.kind.is_pegged:
            self.tabs.choose(kinds.LIMIT)
        name = next((each for each in self.kind.fields if each in _CLICKED), Field.PRICE)
        self.wants_price = False
        self.prices.fields[name].set_value(price, decimals)

    def prefill_price(self, price: Decimal, decimals: int) -> None:
        """Put the best price in, once."""
        self.wants_price = False
        field = self.prices.fields[Field.PRICE]
        if not field.edit.text():
            field.set_value(price, decimals)

    def field(self, name: str) -> NumberField | None:
        """Return the shown field that a refusal is about, None where there is none."""
        names = {"Trigger price": ("Trigger", "Begins at"), "Price": ("Price", "From")}
        wanted = names.get(name, (name,))
        fields = (*self.prices.fields.values(), self.sizing.field, *self.extra.fields)
        return next((f for f in fields if not f.isHidden() and f.caption in wanted), None)

    def mark_invalid(self, name: str) -> None:
        """Mark the field that was refused, none for an empty name."""
        refused = self.field(name) if name else None
        for field in (*self.prices.fields.values(), self.sizing.field, *self.extra.fields):
            field.set_invalid(field is refused)

    def draft(self) -> TicketDraft | None:
        """Return what is typed so far, None where a field holds no number."""
        try:
            return self.read()
        except InvalidOrder:
            return None

    def read(self) -> TicketDraft:
        """Return what is typed; raise ``InvalidOrder`` where a field holds no number."""
        kind, options = self.kind, self.options
        order = self._order()
        policy = None
        if self._instrument is not None:
            policy = options.policy(kind, self.side, order.price, self._instrument)
        is_scaled = kind.extra is Extra.SCALE
        first, last = self.prices.read(Field.FIRST), self.prices.read(Field.LAST)
        is_risk = self.sizing.unit is SizeUnit.RISK and not order.close_position
        return TicketDraft(
            order=order,
            exits=self.extra.exits(options.watched),
            stop=self._stop(order) if kind.extra is Extra.STOP_LIMIT else None,
            scale=self.extra.scale(first, last) if is_scaled else None,
            policy=policy,
            risk_percent=self.sizing.read() or Decimal(0) if is_risk else None,
        )

    def _order(self) -> OrderDraft:
        kind, options, in_quote = self.kind, self.options, self.sizing.unit is SizeUnit.QUOTE
        can_send_quote = self._capabilities is not None and self._capabilities.has_market_by_quote
        has_visible = kind.extra is Extra.VISIBLE
        return OrderDraft(
            side=self.side,
            type=kind.type,
            price=self.prices.read(Field.PRICE) if Field.PRICE in kind.fields else None,
            size=None if self.sizing.unit is SizeUnit.RISK else self.sizing.read(),
            size_in_quote=in_quote,
            time_in_force=options.life(kind),
            reduce_only=self._reduces(),
            trigger=self.prices.trigger(kind, options.watched),
            visible_size=read_number(self.extra.visible) if has_visible else None,
            peg=self.prices.peg(kind),
            close_position=options.closes_all(kind) and not options.close_all.isHidden(),
            good_till_ms=options.good_till_ms(kind),
            self_trade_prevention=options.prevention,
            sends_quote=can_send_quote and kind.type is OrderType.MARKET and in_quote,
        )

    def _stop(self, order: OrderDraft) -> OrderDraft:
        limit = read_number(self.extra.stop_limit)
        type_ = OrderType.STOP_MARKET if limit is None else OrderType.STOP_LIMIT
        trigger = Trigger(self.prices.read(Field.STOP), self.options.watched)
        return replace(order, type=type_, price=limit, trigger=trigger)

    def _reduces(self) -> bool:
        reduce = self.options.reduce
        return not reduce.isHidden() and reduce.isChecked() and reduce.isEnabled()

    def _lay_out(self) -> None:
        sides = QHBoxLayout()
        sides.setSpacing(4)
        for button in (self.buy, self.sell):
            sides.addWidget(button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(sides)
        for part in (self.tabs, self.prices, self.sizing, self.options, self.extra):
            layout.addWidget(part)

    def _on_choice(self) -> None:
        self.prices.show_kind(self.kind)
        self.options.show_kind(self.kind, self._capabilities)
        self.extra.show_extra(self.kind.extra)
        self.sizing.show_side(self.side)
        self.changed.emit()


_CLICKED = (Field.PRICE, Field.TRIGGER, Field.FIRST, Field.ACTIVATION)


def _choice(text: str, role: str) -> QPushButton:
    button = QPushButton(text)
    button.setCheckable(True)
    button.setProperty("role", role)
    return button
