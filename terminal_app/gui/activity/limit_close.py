"""Close a position at a price of one's own, reduce-only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal

from PySide6.QtWidgets import QHBoxLayout, QWidget

from terminal_app.domain.account import Position
from terminal_app.domain.instrument import Instrument, Rounding
from terminal_app.domain.order_request import OrderRequest
from terminal_app.errors import InvalidOrder, TerminalError
from terminal_app.gui.dialogs.setting_dialog import SettingDialog, Start
from terminal_app.gui.format import decimal_text, percent_text
from terminal_app.gui.widgets.number_field import NumberField
from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.services.order_entry import closing_request
from terminal_app.services.position_orders import limit_closing_request
from terminal_app.services.session import Session

Send = Callable[[OrderRequest], Awaitable[str]]


class LimitCloseFields(QWidget):
    """Hold price and size of an order that closes a position."""

    def __init__(self, position: Position, instrument: Instrument) -> None:
        super().__init__()
        self.price = NumberField("Price", has_unit_switch=False)
        self.price.set_unit(instrument.quote_asset, instrument.tick_size)
        self.quantity = NumberField("Size", has_unit_switch=False)
        self.quantity.set_unit(instrument.base_asset, instrument.step_size)
        self.quantity.set_value(abs(position.amount), instrument.quantity_decimals)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.price)
        row.addWidget(self.quantity)

    def values(self) -> tuple[Decimal, Decimal]:
        """Return price and size; raise ``TerminalError`` with what to type instead."""
        found = []
        for field in (self.price, self.quantity):
            try:
                value = field.value()
            except ValueError as error:
                field.set_invalid(True)
                raise TerminalError(f"{field.caption}: {error}") from error
            field.set_invalid(value is None)
            if value is None:
                raise InvalidOrder(field.caption, "it is needed", "is empty")
            found.append(value)
        return found[0], found[1]


class LimitCloseDialog(SettingDialog):
    """Ask for price and size; what is sent can never open the other side."""

    def __init__(
        self, parent: QWidget, session: Session, key: str, send: Send, start: Start
    ) -> None:
        position = session.account.positions[key]
        instrument = session.instruments[position.symbol]
        super().__init__(
            parent,
            session,
            f"Close {position.symbol} at a price",
            "A limit order, reduce-only: it rests until the market comes to it, and can never open"
            " the other side.",
            "Close",
            start,
        )
        self._key, self._send = key, send
        self.fields = LimitCloseFields(position, instrument)
        price = _first_price(session, position, instrument)
        self.fields.price.set_value(price, instrument.price_decimals)
        self.meaning = plain_label(wraps=True)
        self.content.addWidget(self.fields)
        self.content.addWidget(self.meaning)
        for field in (self.fields.price, self.fields.quantity):
            field.edited.connect(self._show_meaning)
        self._show_meaning()
        self.fields.price.edit.setFocus()

    async def apply(self) -> str:
        """Send it."""
        return await self._send(self._request())

    def _request(self) -> OrderRequest:
        position = self.session.account.positions.get(self._key)
        if position is None:
            raise InvalidOrder("Position", "it is closed already", self._key)
        price, size = self.fields.values()
        instrument = self.session.instruments[position.symbol]
        return limit_closing_request(position, instrument, price, size)

    def _show_meaning(self) -> None:
        try:
            request = self._request()
        except TerminalError as error:
            self.meaning.setText(str(error))
            return
        position = self.session.account.positions[self._key]
        price, size = request.price or Decimal(0), request.quantity or Decimal(0)
        sign = 1 if position.amount > 0 else -1
        profit = sign * size * (price - position.entry_price)
        word = "buying" if request.side == "BUY" else "selling"
        away = percent_text((price / position.mark_price - 1) * 100)
        self.confirm.setText(f"Close by {word} {decimal_text(size)} at {decimal_text(price)}")
        self.meaning.setText(
            f"{away} from the mark price. PnL there {decimal_text(profit, 2, signed=True)}"
            f" {position.margin_asset} before fees."
        )


def _first_price(session: Session, position: Position, instrument: Instrument) -> Decimal:
    data = session.market_data
    if data.instrument == instrument and session.is_fresh:
        best = data.book.side(closing_request(position).side).best()
        if best is not None:
            return best.price
    return instrument.round_price(position.mark_price, Rounding.NEAREST)
