"""A person closes, turns and changes what stands beneath the chart, at the real exchange."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QMenu

from terminal_app.app.program import Program
from terminal_app.domain.instrument import Market, Rounding, plain
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import (
    OrderListKind,
    OrderListRequest,
    OrderRequest,
    OrderType,
    Trigger,
)
from terminal_app.gui.activity.cancel_report import CancelReport
from terminal_app.gui.activity.limit_close import LimitCloseDialog
from terminal_app.gui.activity.list_question import ListQuestion
from terminal_app.gui.activity.position_dialogs import LeverageDialog
from terminal_app.gui.activity.protect_dialog import ProtectDialog
from terminal_app.gui.activity.xray_window import XrayWindow
from terminal_app.gui.dialogs.ask import Question
from terminal_app.gui.format import THIN_SPACE, UNKNOWN
from terminal_app.gui.widgets.number_field import NumberEdit
from terminal_app.services.order_trail import Stage
from terminal_app.services.session import Session
from tests.helpers.eventually import eventually
from tests.helpers.terminal import (
    cells,
    click,
    click_in_row,
    ready,
    running_terminal,
    type_into,
)

# The platform without a screen says that it cannot open a menu as a screen does.
NO_SCREEN = pytest.mark.qt_log_ignore("does not support (raise|grabbing)")
pytestmark = [pytest.mark.gui, NO_SCREEN]
D = Decimal
W = TypeVar("W", bound=QDialog)


def held(session: Session) -> Decimal:
    """Return what is held of the symbol."""
    return session.account.held("BTCUSDT")


async def test_a_position_is_halved_reversed_and_closed_never_by_accident(tmp_path: Path) -> None:
    async with running_terminal(tmp_path, "--market", "usdm") as program:
        session = await ready(program, Market.USDM)
        window = program.window
        activity, store = window.activity, session.orders.store
        await eventually(lambda: "FLAT" in activity.positions.accessibleDescription())
        click(window.ticket.form.market)
        type_into(window.ticket.form.size_field, "0.02")
        click(window.ticket.submit)
        await eventually(lambda: held(session) == D("0.02"))
        await set_leverage(program, session)
        await protect(program, session)

        await click_in_row(activity.positions, "BTCUSDT", "half")
        await eventually(lambda: held(session) == D("0.01"))
        assert list(store.orders.values())[-1].reduce_only

        await click_in_row(activity.positions, "BTCUSDT", "reverse")
        await eventually(lambda: bool(shown(program, Question)))
        (question,) = shown(program, Question)
        assert question.confirm.text() == "Close, then open a short of 0.01"
        click(question.confirm)
        await eventually(lambda: held(session) == D("-0.01"))
        closing, opening = list(store.orders.values())[-2:]
        assert (closing.reduce_only, opening.reduce_only) == (True, False)
        assert closing.quantity == opening.quantity == D("0.01")

        await close_at_a_price(program, session)
        await click_in_row(activity.positions, "BTCUSDT", "close")
        await eventually(lambda: held(session) == 0)
        assert list(store.orders.values())[-1].reduce_only
        await eventually(lambda: "FLAT" in activity.positions.accessibleDescription())
        await session.account.refresh()
        assert held(session) == 0


def choose(program: Program, words: str) -> None:
    """Take what a menu offers under these words."""
    menus = [menu for menu in program.window.findChildren(QMenu) if menu.isVisible()]
    (action,) = [each for menu in menus for each in menu.actions() if each.text() == words]
    action.trigger()
    for menu in menus:
        menu.close()


async def set_leverage(program: Program, session: Session) -> None:
    """Have less leverage from the ticket's title, where it is shown as well."""
    click(program.window.terms)
    choose(program, "Leverage …")
    (dialog,) = shown(program, LeverageDialog)
    before = dialog.meaning.text()
    dialog.value.setValue(7)
    assert dialog.meaning.text() != before
    click(dialog.confirm)
    await eventually(lambda: dialog.outcome.text() == "In effect: BTCUSDT at 7×.")
    dialog.close()
    await eventually(lambda: program.window.terms.text().startswith("Cross 7×"))
    assert session.account.positions["BTCUSDT"].leverage == 7


async def protect(program: Program, session: Session) -> None:
    """Have the position closed above and below the market, and take one of both away again."""
    activity = program.window.activity
    await click_in_row(activity.positions, "BTCUSDT", "more")
    choose(program, "Take profit and stop loss …")
    (dialog,) = shown(program, ProtectDialog)
    mark = session.account.positions["BTCUSDT"].mark_price
    high, low = (str(int(mark * D(share))) for share in ("1.02", "0.98"))
    type_into(dialog.take_profit, high)
    type_into(dialog.stop_loss, high)
    click(dialog.confirm)
    await eventually(lambda: "it must be below the mark price" in dialog.outcome.text())
    assert session.orders.store.working() == []
    type_into(dialog.stop_loss, low)
    click(dialog.confirm)
    await eventually(lambda: protection(program) == f"{high}.0 / {low}.0")
    await eventually(lambda: dialog.outcome.text().startswith("At the exchange"))
    dialog.take_profit.edit.clear()
    click(dialog.confirm)
    await eventually(lambda: protection(program) == f"{UNKNOWN} / {low}.0")
    dialog.close()
    assert all(order.close_position for order in session.orders.store.working())
    for order in session.orders.store.working():
        await session.orders.cancel(session.orders.store.key_of(order))
    await eventually(lambda: session.orders.store.working() == [])


def protection(program: Program) -> str:
    """Return take profit and stop loss as the position's row tells them."""
    (row,) = cells(program.window.activity.positions)
    return row[7].replace(THIN_SPACE, "")


async def close_at_a_price(program: Program, session: Session) -> None:
    """Have a limit order, reduce-only, stand for the position, and look into it."""
    activity = program.window.activity
    await click_in_row(activity.positions, "BTCUSDT", "limit")
    await eventually(lambda: bool(shown(program, LimitCloseDialog)))
    (dialog,) = shown(program, LimitCloseDialog)
    price = session.instruments["BTCUSDT"].round_price(
        session.account.positions["BTCUSDT"].mark_price * D("0.98"), Rounding.DOWN
    )
    type_into(dialog.fields.price, plain(price))
    click(dialog.confirm)
    await eventually(lambda: "At the exchange" in dialog.outcome.text())
    dialog.close()
    (order,) = session.orders.store.working()
    assert (order.reduce_only, order.price, order.quantity) == (True, price, D("0.01"))

    activity.tabs.setCurrentIndex(1)
    await click_in_row(activity.open_orders, order.client_order_id, "xray")
    await eventually(lambda: bool(shown(program, XrayWindow)))
    (xray,) = shown(program, XrayWindow)
    await eventually(lambda: any(step.stage is Stage.RESTING for step in xray.steps))
    stages = [step.stage for step in xray.steps]
    assert stages[:2] == [Stage.WANTED, Stage.SENT]
    assert Stage.HEARD in stages
    assert "signature=…" in next(step.raw for step in xray.steps if step.stage is Stage.SENT)
    await session.orders.cancel(order.client_order_id)
    await eventually(lambda: xray.steps[-1].stage is Stage.ENDED or ended(xray))
    xray.close()
    activity.tabs.setCurrentIndex(0)


def ended(xray: XrayWindow) -> bool:
    """Say whether an end stands among the steps."""
    return any(step.stage is Stage.ENDED for step in xray.steps)


async def test_orders_change_in_their_place_and_end_together(tmp_path: Path) -> None:
    async with running_terminal(tmp_path) as program:
        session = await ready(program)
        activity, store = program.window.activity, session.orders.store
        activity.tabs.setCurrentIndex(1)
        first = await rest_at(program, session, "0.97")
        await typed_over(program, first, 6, "0.015")
        await eventually(lambda: [one.quantity for one in store.working()] == [D("0.015")])
        assert store.working()[0].client_order_id == first.client_order_id

        price = plain(first.price - 100)
        await typed_over(program, store.working()[0], 4, price)
        await eventually(lambda: [one.price for one in store.working()] == [D(price)])
        await eventually(lambda: store.working()[0].status is OrderStatus.NEW)
        execution = session.venue.execution
        assert execution is not None
        assert [one.price for one in await execution.open_orders()] == [D(price)]

        await typed_over(program, store.working()[0], 4, "1.234")
        assert "Nearest legal value" in activity.orders_tab.hint.text()
        escape(program)
        assert [one.price for one in store.working()] == [D(price)]

        await rest_at(program, session, "0.96")
        activity.orders_tab.fill_menu()
        offers = {action.text(): action for action in activity.orders_tab.menu.actions()}
        assert not offers["0 sells of BTCUSDT"].isEnabled()
        offers["2 of Spot"].trigger()
        await eventually(lambda: bool(shown(program, CancelReport)))
        (report,) = shown(program, CancelReport)
        await eventually(lambda: report.summary.text() == "2 of 2 ended")
        assert [row[-1] for row in cells(report.table)] == ["Cancelled", "Cancelled"]
        report.close()
        assert await execution.open_orders() == []


async def test_a_leg_of_a_list_is_changed_with_its_list_after_a_question_alone(
    tmp_path: Path,
) -> None:
    async with running_terminal(tmp_path) as program:
        session = await ready(program)
        program.window.activity.tabs.setCurrentIndex(1)
        pair = buying_pair(session)
        await session.orders.place_list(pair, "pair", session.seen())
        store = session.orders.store
        await eventually(lambda: [one.status for one in store.working()] == [OrderStatus.NEW] * 2)
        before = {one.client_order_id: one for one in store.working()}
        (limit,) = [one for one in before.values() if one.type is OrderType.LIMIT]
        await typed_over(program, limit, 4, plain(limit.price - 100))
        await eventually(lambda: bool(shown(program, ListQuestion)))
        (question,) = shown(program, ListQuestion)
        assert "what they protect is unprotected" in question.findChildren(QLabel)[1].text()
        QTest.keyClick(question, Qt.Key.Key_Escape)
        await eventually(lambda: not shown(program, ListQuestion))
        assert {one.client_order_id: one for one in store.working()} == before

        await typed_over(program, limit, 4, plain(limit.price - 100))
        await eventually(lambda: bool(shown(program, ListQuestion)))
        click(shown(program, ListQuestion)[0].confirm)
        await eventually(
            lambda: before.keys().isdisjoint(one.client_order_id for one in store.working())
        )
        await eventually(lambda: [one.status for one in store.working()] == [OrderStatus.NEW] * 2)
        assert session.venue.execution is not None
        resting = await session.venue.execution.open_orders()
        assert sorted(one.price for one in resting) == [D(0), limit.price - 100]
        # A smaller size is the exchange's own change: both become smaller, no new order is made.
        (limit,) = [one for one in store.working() if one.type is OrderType.LIMIT]
        names = names_of(store.working())
        await typed_over(program, limit, 6, "0.006")
        await eventually(lambda: {one.quantity for one in store.working()} == {D("0.006")})
        assert names_of(store.working()) == names


def names_of(orders: list[Order]) -> set[str]:
    """Return the client order ids of orders."""
    return {one.client_order_id for one in orders}


def buying_pair(session: Session) -> OrderListRequest:
    """Return a stop above the market and a limit below it, both to buy."""
    instrument, middle = session.instruments["BTCUSDT"], session.market_data.book.middle()
    assert middle is not None
    low, high = (
        instrument.round_price(middle * D(share), Rounding.DOWN) for share in ("0.97", "1.03")
    )
    base = OrderRequest(Market.SPOT, "BTCUSDT", Side.BUY, OrderType.LIMIT, D("0.01"), price=low)
    stop = replace(base, type=OrderType.STOP_MARKET, price=None, trigger=Trigger(high))
    return OrderListRequest(OrderListKind.OCO, (stop, base))


def shown(program: Program, kind: type[W]) -> list[W]:
    """Return the windows of a kind that stand."""
    return [window for window in program.window.findChildren(kind) if window.isVisible()]


async def rest_at(program: Program, session: Session, share: str) -> Order:
    """Place a buy under the market and return it once it rests."""
    instrument, middle = program.desk.instrument, session.market_data.book.middle()
    assert instrument is not None
    assert middle is not None
    price = instrument.round_price(middle * D(share), Rounding.DOWN)
    form, store = program.window.ticket.form, session.orders.store
    before = set(store.orders)
    type_into(form.price_field, plain(price))
    type_into(form.size_field, "0.02")
    click(program.window.ticket.submit)
    await eventually(lambda: len(store.orders) > len(before))
    (key,) = set(store.orders) - before
    await eventually(lambda: store.orders[key].status is OrderStatus.NEW)
    return store.orders[key]


async def typed_over(program: Program, order: Order, column: int, text: str) -> None:
    """Type over a figure of an order's row, beginning with F2 and ending with Enter."""
    table = program.window.activity.open_orders
    key = f"{order.market.value}|{order.client_order_id}"
    await eventually(lambda: key in [row.key for row in table.rows])
    place = [row.key for row in table.rows].index(key)
    index = table.model().index(place, column)
    await eventually(lambda: Qt.ItemFlag.ItemIsEditable in table.model().flags(index))
    table.setFocus()
    table.setCurrentIndex(index)
    QTest.keyClick(table, Qt.Key.Key_F2)
    edit = table.findChild(NumberEdit)
    assert edit is not None
    edit.selectAll()
    QTest.keyClicks(edit, text)
    QTest.keyClick(edit, Qt.Key.Key_Return)


def escape(program: Program) -> None:
    """Leave the figure that is being typed over as it was."""
    edit = program.window.activity.open_orders.findChild(NumberEdit)
    assert edit is not None
    QTest.keyClick(edit, Qt.Key.Key_Escape)
