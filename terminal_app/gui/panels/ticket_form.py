"""The fields of the order ticket."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import OrderType, TimeInForce
from terminal_app.errors import InvalidOrder
from terminal_app.gui.theme import restyle
from terminal_app.gui.widgets.number_field import NumberField
from terminal_app.gui.widgets.percent_slider import PercentSlider
from terminal_app.gui.widgets.still import StillComboBox
from terminal_app.services.order_entry import OrderDraft
from terminal_app.venues.base import Capabilities

QUOTE_STEP = Decimal(10)


class TicketForm(QWidget):
    """Hold side, type, price, size and how long the order stays.

    Emits ``changed`` for every change by hand, ``percent_chosen(int)`` for the slider and
    ``unit_switched`` when the person wants the size in the other asset.
    """

    changed = Signal()
    percent_chosen = Signal(int)
    unit_switched = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.size_in_quote = False
        self.wants_price = True
        self._instrument: Instrument | None = None
        self.buy = _choice("Buy", "buy")
        self.sell = _choice("Sell", "sell")
        self.limit = _choice("Limit", "segment")
        self.market = _choice("Market", "segment")
        self.price_field = NumberField("Price", has_unit_switch=False)
        self.size_field = NumberField("Size", has_unit_switch=True)
        self.slider = PercentSlider("Percent of what is available")
        self.post_only = QCheckBox("Post only")
        self.reduce = QCheckBox("Reduce only")
        self.force = StillComboBox()
        self.force.setAccessibleName("Time in force")
        self.force.addItems([TimeInForce.GTC.value, TimeInForce.IOC.value, TimeInForce.FOK.value])
        self.force.setToolTip(
            "GTC stays until cancelled, IOC takes what it can at once, FOK all or nothing"
        )
        self._sides = _exclusive(self, self.buy, self.sell)
        self._types = _exclusive(self, self.limit, self.market)
        self.buy.setChecked(True)
        self.limit.setChecked(True)
        self._lay_out()
        self._connect()

    @property
    def side(self) -> Side:
        """Return the chosen side."""
        return Side.BUY if self.buy.isChecked() else Side.SELL

    @property
    def type(self) -> OrderType:
        """Return the chosen type."""
        return OrderType.LIMIT if self.limit.isChecked() else OrderType.MARKET

    @property
    def time_in_force(self) -> TimeInForce:
        """Return how long the order stays."""
        if self.type is OrderType.MARKET:
            return TimeInForce.GTC
        if self.post_only.isChecked():
            return TimeInForce.POST_ONLY
        return TimeInForce(self.force.currentText())

    @property
    def reduce_only(self) -> bool:
        """Say whether the order may only make a position smaller."""
        return self.reduce.isVisibleTo(self) and self.reduce.isChecked()

    def set_instrument(self, instrument: Instrument, capabilities: Capabilities) -> None:
        """Take another instrument's units, steps and words; the form starts empty."""
        self._instrument = instrument
        self.buy.setText(capabilities.buy_word)
        self.sell.setText(capabilities.sell_word)
        self.reduce.setVisible(capabilities.has_reduce_only)
        self.reduce.setChecked(False)
        self.price_field.set_unit(instrument.quote_asset, instrument.tick_size)
        self._show_unit()
        self.price_field.set_value(None)
        self.size_field.set_value(None)
        self.slider.show_percent(0)
        self.wants_price = True
        self.changed.emit()

    def set_price(self, price: Decimal, decimals: int) -> None:
        """Put a price in that was clicked; a market order becomes a limit order."""
        self.limit.setChecked(True)
        self.wants_price = False
        self.price_field.set_value(price, decimals)

    def prefill_price(self, price: Decimal, decimals: int) -> None:
        """Put the best price in, once."""
        self.wants_price = False
        if not self.price_field.edit.text():
            self.price_field.set_value(price, decimals)

    def switch_unit(self, size: Decimal | None) -> None:
        """Take the size in the other asset from now on."""
        self.size_in_quote = not self.size_in_quote
        self._show_unit()
        self.size_field.set_value(size)

    def show_affordable(self, is_known: bool) -> None:
        """Open the slider only where it is known what there is to spend."""
        self.slider.setEnabled(is_known)

    def mark_invalid(self, field: str) -> None:
        """Mark the field that was refused, none for an empty name."""
        for widget in (self.price_field, self.size_field):
            widget.set_invalid(widget.caption == field)

    def draft(self) -> OrderDraft | None:
        """Return what is typed so far, None where a field holds no number."""
        try:
            return self.read()
        except InvalidOrder:
            return None

    def read(self) -> OrderDraft:
        """Return what is typed; raise ``InvalidOrder`` where a field holds no number."""
        return OrderDraft(
            side=self.side,
            type=self.type,
            price=_read(self.price_field) if self.type is OrderType.LIMIT else None,
            size=_read(self.size_field),
            size_in_quote=self.size_in_quote,
            time_in_force=self.time_in_force,
            reduce_only=self.reduce_only,
        )

    def _lay_out(self) -> None:
        sides, types = QHBoxLayout(), QHBoxLayout()
        sides.setSpacing(4)
        for button in (self.buy, self.sell):
            sides.addWidget(button, 1)
        types.setSpacing(4)
        for button in (self.limit, self.market):
            types.addWidget(button)
        types.addStretch(1)
        options = QGridLayout()
        options.setHorizontalSpacing(12)
        options.setVerticalSpacing(4)
        options.addWidget(self.post_only, 0, 0)
        options.addWidget(self.force, 0, 1, Qt.AlignmentFlag.AlignRight)
        options.addWidget(self.reduce, 1, 0)
        options.setColumnStretch(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (sides, types):
            layout.addLayout(part)
        layout.addWidget(self.price_field)
        layout.addWidget(self.size_field)
        layout.addWidget(self.slider)
        layout.addLayout(options)

    def _connect(self) -> None:
        self._sides.buttonClicked.connect(self._on_choice)
        self._types.buttonClicked.connect(self._on_choice)
        self.price_field.edited.connect(self.changed)
        self.size_field.edited.connect(self._on_size)
        self.size_field.unit_clicked.connect(self.unit_switched)
        self.slider.chosen.connect(self.percent_chosen)
        self.post_only.toggled.connect(self._on_choice)
        self.reduce.toggled.connect(self._on_choice)
        self.force.currentIndexChanged.connect(self._on_choice)

    def _on_choice(self) -> None:
        is_limit = self.type is OrderType.LIMIT
        self.price_field.setVisible(is_limit)
        self.post_only.setVisible(is_limit)
        self.force.setVisible(is_limit)
        self.force.setEnabled(not self.post_only.isChecked())
        self.slider.slider.setProperty("side", self.side.value)
        restyle(self.slider.slider)
        self.changed.emit()

    def _on_size(self) -> None:
        self.slider.show_percent(0)
        self.changed.emit()

    def _show_unit(self) -> None:
        if self._instrument is None:
            return
        if self.size_in_quote:
            self.size_field.set_unit(f"{self._instrument.quote_asset} ⇄", QUOTE_STEP)
        else:
            self.size_field.set_unit(f"{self._instrument.base_asset} ⇄", self._instrument.step_size)


def _choice(text: str, role: str) -> QPushButton:
    button = QPushButton(text)
    button.setCheckable(True)
    button.setProperty("role", role)
    return button


def _exclusive(parent: QWidget, *buttons: QPushButton) -> QButtonGroup:
    group = QButtonGroup(parent)
    for button in buttons:
        group.addButton(button)
    return group


def _read(field: NumberField) -> Decimal | None:
    try:
        return field.value()
    except ValueError as error:
        raise InvalidOrder(field.caption, str(error), "cannot be read") from error
