"""Where a position takes its profit and stops its loss: two triggers that close all of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal

from PySide6.QtWidgets import QHBoxLayout, QWidget

from terminal_app.domain.account import Position
from terminal_app.domain.exits import STOP_LOSS, TAKE_PROFIT
from terminal_app.domain.instrument import ZERO, Instrument, Rounding, plain
from terminal_app.domain.order import Order
from terminal_app.domain.order_request import OrderRequest, OrderType, PriceKind, Trigger
from terminal_app.errors import InvalidOrder, TerminalError
from terminal_app.gui.dialogs.setting_dialog import SettingDialog, Start
from terminal_app.gui.format import decimal_text, percent_text
from terminal_app.gui.widgets.choice_button import ChoiceButton
from terminal_app.gui.widgets.number_field import NumberField
from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.services.order_moves import protecting_request
from terminal_app.services.position_orders import protections
from terminal_app.services.session import Session

# What a trigger is to become: a request for a new one, or the order whose end is wanted.
Carry = Callable[[OrderRequest | None, str], Awaitable[str]]
_KINDS = {PriceKind.MARK.value: "Mark price", PriceKind.LAST.value: "Last price"}


class ProtectDialog(SettingDialog):
    """Set, move and take away take profit and stop loss of a position.

    ``carry`` is given what is to be sent and the key of the order it stands for ("" for none), and
    returns what came of it.
    """

    def __init__(
        self, parent: QWidget, session: Session, key: str, carry: Carry, start: Start
    ) -> None:
        position = session.account.positions[key]
        instrument = session.instruments[position.symbol]
        super().__init__(
            parent,
            session,
            f"Take profit and stop loss of {position.symbol}",
            "Each closes the whole position at market once its trigger is reached. They wait at the"
            " exchange, also while this program is closed. An empty field takes one away.",
            "Set TP / SL",
            start,
        )
        self._key, self._carry = key, carry
        self.take_profit = NumberField("TP", has_unit_switch=False)
        self.stop_loss = NumberField("SL", has_unit_switch=False)
        self.kind = ChoiceButton(_KINDS, "Price that the triggers watch")
        self.meaning = plain_label(wraps=True)
        row = QHBoxLayout()
        for field, is_profit in ((self.take_profit, True), (self.stop_loss, False)):
            field.set_unit(instrument.quote_asset, instrument.tick_size)
            standing = self._standing(position, is_profit=is_profit)
            if standing is not None and standing.trigger is not None:
                field.set_value(standing.trigger.price, instrument.price_decimals)
                self.kind.set_choice(standing.trigger.kind.value)
            field.edited.connect(self._show_meaning)
            row.addWidget(field)
        self.content.addLayout(row)
        self.content.addWidget(self.kind)
        self._tell_of_others(position, instrument)
        self.content.addWidget(self.meaning)
        self._show_meaning()
        self.take_profit.edit.setFocus()

    async def apply(self) -> str:
        """Send what differs from what stands."""
        changes = self._changes()
        if not changes:
            raise InvalidOrder("TP / SL", "nothing of it would change", "the same")
        told = [await self._carry(request, key) for request, key in changes]
        return " ".join(words for words in told if words)

    def _changes(self) -> list[tuple[OrderRequest | None, str]]:
        position = self._position()
        store, changes = self.session.orders.store, []
        for field, is_profit in ((self.take_profit, True), (self.stop_loss, False)):
            price = self._price(field)
            standing = self._standing(position, is_profit=is_profit)
            key = store.key_of(standing) if standing is not None else ""
            request = None if price is None else self._request(position, price, field, is_profit)
            is_same = (
                request is not None and standing is not None and request.trigger == standing.trigger
            )
            if not is_same and (request is not None or key):
                changes.append((request, key))
        return changes

    def _request(
        self, position: Position, price: Decimal, field: NumberField, is_profit: bool
    ) -> OrderRequest:
        instrument = self.session.instruments[position.symbol]
        instrument.check_price(price, field=field.caption)
        mark = position.mark_price
        request = protecting_request(position, price, mark)
        wanted = OrderType.TAKE_PROFIT_MARKET if is_profit else OrderType.STOP_MARKET
        if request.type is not wanted:
            raise _wrong_side(field.caption, price, mark, instrument)
        return replace(request, trigger=Trigger(price, PriceKind(self.kind.choice)))

    def _position(self) -> Position:
        position = self.session.account.positions.get(self._key)
        if position is None:
            raise InvalidOrder("Position", "it is closed already", self._key)
        return position

    def _price(self, field: NumberField) -> Decimal | None:
        try:
            price = field.value()
        except ValueError as error:
            raise TerminalError(f"{field.caption}: {error}") from error
        return price or None

    def _standing(self, position: Position, *, is_profit: bool) -> Order | None:
        wanted = OrderType.TAKE_PROFIT_MARKET if is_profit else OrderType.STOP_MARKET
        return next(
            (
                order
                for order in self.session.orders.store.working()
                if order.close_position
                and order.type is wanted
                and not order.cancel_pending
                and (order.symbol, order.position_side) == (position.symbol, position.position_side)
            ),
            None,
        )

    def _tell_of_others(self, position: Position, instrument: Instrument) -> None:
        working = self.session.orders.store.working()
        others = protections(position, [order for order in working if not order.close_position])
        words = [
            f"{name} {decimal_text(order.trigger.price, instrument.price_decimals)}"
            f" for {decimal_text(order.quantity, instrument.quantity_decimals)}"
            for name, order in zip((TAKE_PROFIT, STOP_LOSS), others, strict=True)
            if order is not None and order.trigger is not None
        ]
        if words:
            sentence = f"Beside them waits {', '.join(words)}: Open orders changes and ends it."
            self.content.addWidget(plain_label(sentence, "warning", wraps=True))

    def _show_meaning(self) -> None:
        position = self.session.account.positions.get(self._key)
        if position is None:
            self.meaning.setText("The position is closed already.")
            return
        places = self.session.instruments[position.symbol].price_decimals
        lines = [f"Mark price {decimal_text(position.mark_price, places)}"]
        for field in (self.take_profit, self.stop_loss):
            try:
                price = self._price(field)
            except TerminalError as error:
                lines.append(str(error))
                continue
            if price is not None and position.mark_price > ZERO:
                profit = position.amount * (price - position.entry_price)
                away = percent_text((price / position.mark_price - 1) * 100)
                money = decimal_text(profit, 2, signed=True)
                lines.append(
                    f"{field.caption}: {away} away, PnL there {money} {position.margin_asset}"
                )
        self.meaning.setText("\n".join(lines))


def _wrong_side(
    caption: str, price: Decimal, mark: Decimal, instrument: Instrument
) -> InvalidOrder:
    is_below = price <= mark
    step = instrument.tick_size if is_below else -instrument.tick_size
    rounding = Rounding.UP if is_below else Rounding.DOWN
    nearest = plain(instrument.round_price(mark + step, rounding))
    word = "above" if is_below else "below"
    shown = decimal_text(mark, instrument.price_decimals)
    rule = f"it would close at once: it must be {word} the mark price {shown}"
    return InvalidOrder(caption, rule, plain(price), nearest)
