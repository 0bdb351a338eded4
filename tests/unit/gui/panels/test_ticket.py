"""The ticket's fields: kinds by what a market can do, nothing cleared, nothing sent by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from terminal_app.domain.exits import Exits
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import (
    OrderType,
    Peg,
    PegKind,
    PriceKind,
    TimeInForce,
    Trigger,
)
from terminal_app.domain.policy import Chase, TimeOut
from terminal_app.domain.scaled import Scale, Shape
from terminal_app.domain.self_trade import SelfTradePrevention, SelfTradeRules
from terminal_app.domain.sizing import SizeUnit
from terminal_app.errors import InvalidOrder
from terminal_app.gui.panels.ticket import kinds
from terminal_app.gui.panels.ticket.form import TicketForm
from terminal_app.gui.panels.ticket.kinds import Field
from terminal_app.gui.panels.ticket.planning import planned_orders, take_order, take_price
from terminal_app.gui.panels.ticket.refusal import TicketRefusal
from terminal_app.gui.planned_orders import PlannedOrder, PlanRole
from terminal_app.gui.theme import DARK
from terminal_app.gui.widgets.menu_button import MenuButton
from terminal_app.gui.widgets.submit_button import SubmitButton
from terminal_app.services.order_entry import Preview
from terminal_app.services.order_outlook import NO_OUTLOOK
from terminal_app.services.order_plan import TicketDraft
from terminal_app.services.prospect import Prospect
from terminal_app.venues.binance.spot.venue import CAPABILITIES as SPOT
from terminal_app.venues.binance.usdm.venue import CAPABILITIES as USDM
from tests.helpers.market_values import instrument
from tests.helpers.markets import MARKETS

D = Decimal
ALL = (
    kinds.LIMIT, kinds.MARKET, kinds.STOP, kinds.STOP_LIMIT, kinds.TAKE_PROFIT,
    kinds.TAKE_PROFIT_LIMIT, kinds.TRAILING, kinds.SCALED,
)  # fmt: skip
S = SelfTradePrevention
RULES = SelfTradeRules((S.EXPIRE_MAKER, S.EXPIRE_BOTH), S.EXPIRE_MAKER)
WORDS = {Market.SPOT: SPOT, Market.USDM: USDM}


def pick(button: MenuButton, words: str) -> None:
    """Take the choice of a button whose text begins like this."""
    next(each for each in button.menu().actions() if each.text().startswith(words)).trigger()


def made(qtbot: QtBot, market: Market) -> TicketForm:
    """Make the form of a market."""
    form = TicketForm()
    form.set_instrument(replace(instrument(), self_trade=RULES), WORDS[market], SizeUnit.BASE)
    form.resize(240, 400)
    qtbot.addWidget(form)
    form.show()
    return form


@pytest.fixture
def spot(qtbot: QtBot) -> Iterator[TicketForm]:
    """Make the form of a spot symbol."""
    form = made(qtbot, Market.SPOT)
    yield form
    form.close()


@pytest.fixture
def usdm(qtbot: QtBot) -> Iterator[TicketForm]:
    """Make the form of a perpetual."""
    form = made(qtbot, Market.USDM)
    yield form
    form.close()


def put(form: TicketForm, name: str, text: str) -> None:
    """Type into a field by its caption."""
    field = form.field(name)
    assert field is not None, name
    field.edit.setText(text)
    field.edit.textEdited.emit(text)


def test_each_market_offers_what_it_can_do() -> None:
    assert {*kinds.tabs(USDM), *kinds.more(USDM)} == {*ALL}
    extra = {kinds.OCO, kinds.ICEBERG, kinds.PEGGED}
    assert {*kinds.tabs(SPOT), *kinds.more(SPOT)} == {*ALL} | extra


@MARKETS
def test_no_kind_moves_what_stands_beneath(qtbot: QtBot, market: Market) -> None:
    form = made(qtbot, market)
    tops = set()
    for kind in (*kinds.tabs(WORDS[market]), *kinds.more(WORDS[market])):
        form.tabs.choose(kind)
        QApplication.sendPostedEvents()
        tops.add((form.size_field.y(), form.extra.y(), form.sizeHint().height()))
    assert len(tops) == 1


def test_switching_keeps_what_was_typed(spot: TicketForm) -> None:
    put(spot, "Price", "99.5")
    put(spot, "Size", "0.25")
    put(spot, "TP", "120")
    for kind in (kinds.MARKET, kinds.STOP, kinds.OCO, kinds.SCALED, kinds.LIMIT):
        spot.tabs.choose(kind)
        assert spot.size_field.edit.text() == "0.25"
    draft = spot.read()
    assert (draft.order.price, draft.order.size) == (D("99.5"), D("0.25"))
    assert draft.exits == Exits(D(120))


def test_only_what_the_kind_needs_is_read(usdm: TicketForm) -> None:
    put(usdm, "Price", "99.5")
    put(usdm, "Size", "0.25")
    usdm.tabs.choose(kinds.STOP_LIMIT)
    pick(usdm.options.watch, "Mark")
    put(usdm, "Trigger", "101")
    order = usdm.read().order
    assert order.trigger == Trigger(D(101), PriceKind.MARK)
    assert (order.type, order.price) == (OrderType.STOP_LIMIT, D("99.5"))
    usdm.tabs.choose(kinds.TRAILING)
    put(usdm, "Callback", "1.5")
    assert usdm.read().order.trigger == Trigger(None, PriceKind.MARK, D("1.5"))
    usdm.tabs.choose(kinds.MARKET)
    order = usdm.read().order
    assert (order.price, order.trigger, order.sends_quote) == (None, None, False)


def test_the_rarer_kinds_of_spot(spot: TicketForm) -> None:
    put(spot, "Size", "1")
    spot.tabs.choose(kinds.ICEBERG)
    put(spot, "Price", "100")
    put(spot, "Visible size", "0.1")
    assert spot.read().order.visible_size == D("0.1")
    spot.tabs.choose(kinds.PEGGED)
    pick(spot.prices.peg_button, "Best of the other")
    put(spot, "Levels", "3")
    assert spot.read().order.peg == Peg(PegKind.OTHER_SIDE, 3)
    spot.tabs.choose(kinds.OCO)
    put(spot, "Stop", "90")
    stop = spot.read().stop
    assert stop is not None
    assert (stop.type, stop.trigger) == (OrderType.STOP_MARKET, Trigger(D(90)))
    put(spot, "Stop limit", "89")
    stop = spot.read().stop
    assert stop is not None
    assert (stop.type, stop.price) == (OrderType.STOP_LIMIT, D(89))
    spot.tabs.choose(kinds.SCALED)
    put(spot, "From", "100")
    put(spot, "To", "90")
    pick(spot.extra.shape_button, "Rising")
    assert spot.read().scale == Scale(D(100), D(90), D(5), Shape.RISING)


def test_options_are_read_and_start_anew_with_another_symbol(usdm: TicketForm) -> None:
    put(usdm, "Price", "100")
    put(usdm, "Size", "1")
    pick(usdm.force, "GTD")
    pick(usdm.options.prevent, "Both")
    order = usdm.read().order
    assert order.time_in_force is TimeInForce.GTD
    assert order.good_till_ms is not None
    assert order.good_till_ms % 1000 == 0
    assert order.self_trade_prevention is SelfTradePrevention.EXPIRE_BOTH
    usdm.post_only.setChecked(True)
    assert usdm.read().order.time_in_force is TimeInForce.POST_ONLY
    usdm.reduce.setChecked(True)
    assert usdm.read().order.reduce_only
    usdm.tabs.choose(kinds.STOP)
    usdm.options.close_all.setChecked(True)
    order = usdm.read().order
    assert (order.close_position, order.reduce_only) == (True, False)
    usdm.set_instrument(instrument(), USDM, SizeUnit.BASE)
    order = usdm.read().order
    assert (order.close_position, order.self_trade_prevention, order.size) == (False, None, None)
    assert not usdm.post_only.isChecked()
    assert (order.reduce_only, order.time_in_force) == (False, TimeInForce.GTC)


def test_each_symbol_offers_its_own_ways_of_keeping_own_orders_apart(spot: TicketForm) -> None:
    def offered() -> list[str]:
        return [each.text() for each in spot.options.prevent.menu().actions()]

    by_itself = "As the exchange does by itself: the resting order ends"
    assert offered() == [by_itself, "The resting order ends", "Both orders end"]
    pick(spot.options.prevent, "Both")
    other = replace(instrument(), self_trade=SelfTradeRules((S.EXPIRE_TAKER,)))
    spot.set_instrument(other, SPOT, SizeUnit.BASE)
    assert offered() == ["As the exchange does by itself", "The arriving order ends"]
    assert spot.options.prevention is None
    spot.set_instrument(instrument(), SPOT, SizeUnit.BASE)
    spot.tabs.choose(kinds.MARKET)
    assert spot.options.prevent.isHidden()


def test_a_policy_comes_with_a_plain_limit_order_alone(usdm: TicketForm) -> None:
    put(usdm, "Price", "100")
    pick(usdm.options.look_after, "Cancel it after 1 min")
    assert usdm.read().policy == TimeOut(60)
    pick(usdm.options.look_after, "Chase the best price, up to 0.5 %")
    assert usdm.read().policy == Chase(D("100.5"))
    usdm.sell.click()
    assert usdm.read().policy == Chase(D("99.5"))
    usdm.tabs.choose(kinds.MARKET)
    assert usdm.read().policy is None


def test_a_risk_stands_instead_of_a_size(spot: TicketForm) -> None:
    spot.sizing.set_unit(SizeUnit.RISK, D(1))
    draft = spot.read()
    assert (draft.risk_percent, draft.order.size) == (D(1), None)
    spot.sizing.show_means(is_known=True, is_whole=False)
    assert not spot.sizing.slider.isEnabled()


def test_what_is_no_number_names_its_field(spot: TicketForm) -> None:
    put(spot, "Price", "0,5")
    with pytest.raises(InvalidOrder) as caught:
        spot.read()
    assert caught.value.field == "Price"
    assert spot.draft() is None


def test_the_wheel_steps_a_field_that_has_the_focus_and_no_other(spot: TicketForm) -> None:
    def turn(widget: QWidget, modifiers: Qt.KeyboardModifier) -> None:
        event = QWheelEvent(
            QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
            modifiers, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)

    put(spot, "Price", "100")
    edit = spot.price_field.edit
    edit.clearFocus()
    turn(edit, Qt.KeyboardModifier.NoModifier)
    assert spot.price_field.value() == D(100)
    spot.activateWindow()
    edit.setFocus()
    turn(edit, Qt.KeyboardModifier.NoModifier)
    assert spot.price_field.value() == D("100.1")
    turn(edit, Qt.KeyboardModifier.ShiftModifier)
    assert spot.price_field.value() == D("101.1")


def test_a_refusal_offers_its_nearest_legal_value(qtbot: QtBot) -> None:
    panel = TicketRefusal()
    qtbot.addWidget(panel)
    taken = QSignalSpy(panel.taken)
    error = InvalidOrder("Price", "it must be a multiple of 0.1 USDT", "100.05", "100.1 USDT")
    panel.show_refusal(error, is_pressed=True, can_fix=True)
    assert panel.fix.text() == "Price: use 100.1 USDT"
    panel.fix.click()
    assert taken.at(0) == ["Price", D("100.1")]
    panel.show_refusal(error, is_pressed=False, can_fix=False)
    assert (panel.fix.isHidden(), panel.label.property("role")) == (True, "warning")


def test_ctrl_goes_with_the_press_even_when_it_is_let_go_first(qtbot: QtBot) -> None:
    button = SubmitButton(DARK)
    qtbot.addWidget(button)
    button.show()
    presses: list[bool] = []
    button.clicked.connect(lambda: presses.append(button.has_control))
    left, control = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
    QTest.mouseClick(button, left)
    QTest.mouseClick(button, left, control)
    QTest.mousePress(button, left, control)
    QTest.mouseRelease(button, left)
    QTest.mouseClick(button, left)
    assert presses == [False, True, True, False]
    button.setFocus()
    QTest.keyPress(button, Qt.Key.Key_Control)
    QTest.keyClick(button, Qt.Key.Key_Space, control)
    QTest.keyRelease(button, Qt.Key.Key_Control)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert presses[4:] == [True, False]


def test_the_plan_is_shown_on_the_chart_and_a_dragged_price_comes_back(spot: TicketForm) -> None:
    put(spot, "Price", "100")
    put(spot, "Size", "1")
    put(spot, "TP", "110")
    put(spot, "SL", "95")
    draft = spot.read()
    preview = Preview(D(1), D(100), D(100), None, None, None)
    seen = Prospect(draft, draft.order, None, None, preview, NO_OUTLOOK)
    entry, take_profit, stop_loss = planned_orders(seen)
    assert (entry.role, entry.side, entry.price) == (PlanRole.LIMIT, Side.BUY, D(100))
    assert (take_profit.role, take_profit.side) == (PlanRole.TAKE_PROFIT, Side.SELL)
    for planned, price in ((entry, "99"), (take_profit, "111"), (stop_loss, "94")):
        take_price(spot, planned, D(price))
    draft = spot.read()
    assert (draft.order.price, draft.exits) == (D(99), Exits(D(111), D(94)))
    assert planned_orders(None) == ()


def test_an_order_begun_on_the_chart_fills_the_ticket(spot: TicketForm) -> None:
    put(spot, "Size", "0.5")
    take_order(spot, PlannedOrder(Side.SELL, None, D(90), PlanRole.STOP))
    draft: TicketDraft = spot.read()
    assert (draft.order.side, draft.order.type) == (Side.SELL, OrderType.STOP_MARKET)
    assert (draft.order.trigger, draft.order.size) == (Trigger(D(90)), D("0.5"))
    take_order(spot, PlannedOrder(Side.BUY, None, D(80)))
    assert spot.kind is kinds.LIMIT
    assert spot.prices.read(Field.PRICE) == D(80)


def test_of_a_range_the_ends_alone_are_dragged(spot: TicketForm) -> None:
    spot.tabs.choose(kinds.SCALED)
    put(spot, "From", "100")
    put(spot, "To", "90")
    for number, price in ((0, "101"), (2, "77"), (4, "89")):
        planned = PlannedOrder(Side.BUY, D(1), D(95), PlanRole.SCALED, number)
        take_price(spot, planned, D(price))
    assert spot.read().scale == Scale(D(101), D(89), D(5))
