"""A person sends orders of every kind from the ticket, and the exchange holds them as they say."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from terminal_app.app.program import Program
from terminal_app.domain.instrument import Market, Rounding
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import OrderType, TimeInForce
from terminal_app.gui.widgets.menu_button import MenuButton
from terminal_app.services.session import Session
from tests.helpers.eventually import eventually
from tests.helpers.terminal import click, ready, running_terminal, type_into

pytestmark = pytest.mark.gui


PATIENCE_S = 30.0


def pick(button: MenuButton, words: str) -> None:
    """Take the choice of a button whose text begins like this."""
    action = next(each for each in button.menu().actions() if each.text().startswith(words))
    action.trigger()


class Hand:
    """Fill the ticket as a person does, and find what the press became."""

    def __init__(self, program: Program, session: Session) -> None:
        self.ticket = program.window.ticket
        self.form = self.ticket.form
        self._desk = program.desk
        self._session = session
        self._known: set[str] = set()

    def price(self, share: str) -> str:
        """Return a legal price, as a share of the middle of the book."""
        middle, instrument = self._session.market_data.book.middle(), self._desk.instrument
        assert middle is not None
        assert instrument is not None
        return format(instrument.round_price(middle * Decimal(share), Rounding.NEAREST), "f")

    def kind(self, title: str) -> None:
        """Choose a kind of order."""
        tab = next((b for k, b in self.form.tabs.buttons.items() if k.title == title), None)
        if tab is not None:
            click(tab)
        else:
            pick(self.form.tabs.more, title)

    def type(self, **texts: str) -> None:
        """Fill shown fields by their captions, spaces for underscores."""
        for name, text in texts.items():
            field = self.form.field(name.replace("_", " "))
            assert field is not None, name
            type_into(field, text)
            if not text:
                QTest.keyClick(field.edit, Qt.Key.Key_Delete)

    async def send(self, count: int = 1) -> list[Order]:
        """Press the button and return the new orders, once each has its answer."""
        store = self._session.orders.store
        self._known = set(store.orders)
        await eventually(lambda: self.ticket.submit.isEnabled())
        # What was typed is held against the rules with the next frame.
        await eventually(lambda: not self.ticket.error.isVisible())
        click(self.ticket.submit)
        assert not self.ticket.error.isVisible(), self.ticket.error.text()

        def answered() -> bool:
            new = self.new()
            statuses = {order.status for order in new}
            return len(new) == count and OrderStatus.SENDING not in statuses

        try:
            await eventually(answered, PATIENCE_S)
        except TimeoutError:
            said = (self.ticket.submit.text(), self.ticket.result.text(), self.ticket.error.text())
            pytest.fail(f"{count} orders did not come: {said}")
        return self.new()

    def new(self) -> list[Order]:
        """Return the orders since the last press."""
        orders = self._session.orders.store.orders
        return [order for key, order in orders.items() if key not in self._known]


async def send_stops_and_pairs(hand: Hand) -> None:
    """Send what waits for a trigger, and what stands together."""
    ticket, form = hand.ticket, hand.form
    hand.kind("Stop")
    hand.type(Trigger=hand.price("1.02"))
    (stop,) = await hand.send()
    assert (stop.type, stop.status) == (OrderType.STOP_MARKET, OrderStatus.NEW)

    hand.kind("Stop limit")
    assert form.size_field.edit.text() == "0.01"
    hand.type(Price=hand.price("1.021"))
    (stop_limit,) = await hand.send()
    assert stop_limit.type is OrderType.STOP_LIMIT

    hand.kind("Trailing stop")
    hand.type(Callback="1")
    (trailing,) = await hand.send()
    assert trailing.trigger is not None
    assert trailing.trigger.callback_percent == 1

    click(form.sell)
    hand.kind("OCO")
    hand.type(Price=hand.price("1.02"), Stop=hand.price("0.98"))
    pair = await hand.send(2)
    assert len({order.order_list_id for order in pair}) == 1
    await eventually(lambda: "Both rest at the exchange" in ticket.rests.text())

    click(form.buy)
    hand.kind("Limit")
    hand.type(Price=hand.price("0.99"), TP=hand.price("1.03"), SL=hand.price("0.95"))
    await eventually(lambda: "limit, TP/SL · PRACTICE" in ticket.submit.text())
    bracket = await hand.send(3)
    assert [order.status for order in bracket][1:] == [OrderStatus.PENDING_NEW] * 2


async def send_rarer_kinds(hand: Hand) -> None:
    """Send an iceberg, a pegged order and a series."""
    ticket = hand.ticket
    hand.kind("Iceberg")
    hand.type(Price=hand.price("0.99"), Visible_size="0.002")
    (iceberg,) = await hand.send()
    assert iceberg.status is OrderStatus.NEW

    hand.kind("Pegged")
    hand.type(TP="", SL="")
    (pegged,) = await hand.send()
    assert pegged.price > 0

    hand.kind("Scaled")
    hand.type(From=hand.price("0.98"), To=hand.price("0.97"), Orders="3", Size="0.03")
    series = await hand.send(3)
    assert {order.quantity for order in series} == {Decimal("0.01")}
    await eventually(lambda: ticket.result.text().count("Working") == 3)


async def send_an_entry_with_exits(hand: Hand) -> None:
    """Send an entry at market whose exits follow it."""
    ticket = hand.ticket
    # Exits of an entry at market are sent by the program once it has filled.
    hand.kind("Market")
    hand.type(TP=hand.price("1.03"), SL=hand.price("0.95"))
    await eventually(lambda: "At the exchange rests the entry alone" in ticket.rests.text())
    await hand.send()
    await eventually(lambda: len(hand.new()) == 3)
    # What protects goes first.
    _, stop_loss, take_profit = hand.new()
    assert (take_profit.type, stop_loss.type) == (
        OrderType.TAKE_PROFIT_MARKET, OrderType.STOP_MARKET,
    )  # fmt: skip
    assert take_profit.reduce_only
    assert stop_loss.reduce_only
    assert take_profit.quantity == stop_loss.quantity == Decimal("0.01")


async def test_every_kind_of_order_on_spot(tmp_path: Path) -> None:
    async with running_terminal(tmp_path) as program:
        session = await ready(program)
        hand = Hand(program, session)
        ticket, form = hand.ticket, hand.form
        hand.type(Size="0.01")
        height = form.height()

        await send_stops_and_pairs(hand)
        await send_rarer_kinds(hand)
        assert form.height() == height

        click(form.size_field.findChildren(type(form.size_field._unit))[0])
        hand.kind("Market")
        hand.type(Size="100")
        (market,) = await hand.send()
        await eventually(lambda: hand.new()[0].status is OrderStatus.FILLED)
        assert market.executed_quote <= 100

        # With Ctrl the exchange's own test says what it thinks, and nothing is sent.
        hand.type(Size="50")
        count = len(session.orders.store.orders)
        await eventually(lambda: ticket.submit.isEnabled())
        QTest.mouseClick(
            ticket.submit, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
        )
        await eventually(lambda: "The exchange's test accepts it" in ticket.result.text())
        assert len(session.orders.store.orders) == count


async def test_every_kind_of_order_on_futures(tmp_path: Path) -> None:
    async with running_terminal(tmp_path, "--market", "usdm") as program:
        session = await ready(program, Market.USDM)
        hand = Hand(program, session)
        ticket, form = hand.ticket, hand.form
        hand.type(Size="0.01", Price=hand.price("0.99"))
        pick(form.force, "GTD")
        pick(form.options.prevent, "Both")
        (until,) = await hand.send()
        assert (until.time_in_force, until.status) == (TimeInForce.GTD, OrderStatus.NEW)
        pick(form.force, "GTC")
        pick(form.options.prevent, "As the exchange")
        pick(form.options.look_after, "Chase the best price, up to 0.5 %")
        hand.type(Size="0.012")
        (chased,) = await hand.send()
        await eventually(lambda: session.orders.store.orders[chased.client_order_id].price > 0)
        assert chased.client_order_id in session.policies.running
        await session.orders.cancel(chased.client_order_id)
        await eventually(lambda: not session.policies.running)

        hand.type(Size="0.01")
        hand.kind("Stop")
        pick(form.options.watch, "Mark")
        hand.type(Trigger=hand.price("1.02"))
        (stop,) = await hand.send()
        assert stop.is_conditional
        assert stop.trigger is not None
        assert stop.trigger.kind.value == "MARK"

        await send_an_entry_with_exits(hand)
        # The whole position, whatever it is then.
        await eventually(lambda: session.account.held("BTCUSDT") == Decimal("0.01"))
        hand.type(TP="", SL="")
        click(form.sell)
        hand.kind("Take profit")
        click(form.options.close_all)
        hand.type(Trigger=hand.price("1.04"))
        await eventually(lambda: "Sell all BTC" in ticket.submit.text())
        (closing,) = await hand.send()
        assert closing.status is OrderStatus.NEW

        shown = ticket.preview.values
        await eventually(lambda: shown["Position"].text().startswith("+0.010"))
        assert shown["Available"].text() != "—"
