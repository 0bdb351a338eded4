"""A person arms keys, holds buttons and panics in the real window; the exchange is asked itself."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from terminal_app.app.program import Program
from terminal_app.domain.confirmation import Confirmation
from terminal_app.domain.exits import Exits
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderStatus
from terminal_app.domain.safety import SafetyRules
from terminal_app.gui.dialogs.ask import Question
from terminal_app.gui.safety.dress import EnvironmentFrame
from terminal_app.gui.safety.exit_plans import DoubtQuestion
from terminal_app.gui.safety.leaving import LeavePlansQuestion, LeaveQuestion
from terminal_app.services.order_plan import OrderPlan
from terminal_app.services.order_plans import Progress, carry_out
from terminal_app.services.safety.panic_report import LineState
from terminal_app.venues.base import EnvironmentKind
from tests.helpers.eventually import eventually
from tests.helpers.sessions import placed, placed_with_exits, request
from tests.helpers.terminal import cells, click, ready, running_terminal, type_into

pytestmark = pytest.mark.gui
LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier
WAIT_S = 30.0


def key(program: Program, code: int, *, repeats: bool = False) -> None:
    """Have the window system tell the window of a key."""
    event = QKeyEvent(QEvent.Type.KeyPress, code, PLAIN, 0, 0, 0, "", repeats)
    QApplication.sendEvent(program.window.windowHandle(), event)


async def test_keys_trade_armed_and_panic_ends_all_of_it(tmp_path: Path) -> None:
    async with running_terminal(tmp_path, "--market", "usdm") as program:
        session = await ready(program, Market.USDM)
        window, safety, store = program.window, program.safety, session.orders.store
        # What a key sends may rest: what is to be closed is bought at market.
        await placed(session, request(session, Side.BUY, "0.02"))
        await eventually(lambda: bool(session.account.positions), WAIT_S)
        type_into(window.ticket.form.size_field, "0.02")
        window.chart.view.setFocus()
        await eventually(lambda: QApplication.focusWidget() is window.chart.view)
        key(program, Qt.Key.Key_Q)
        assert safety.arm_button.text() == "Trading keys off  F8"
        key(program, Qt.Key.Key_F8)
        assert safety.arm_button.text() == "Trading keys ARMED  Esc"
        key(program, Qt.Key.Key_Q)
        for _ in range(10):
            key(program, Qt.Key.Key_Q, repeats=True)
        await eventually(lambda: len(store.orders) == 2, WAIT_S)
        key(program, Qt.Key.Key_A)
        await eventually(lambda: len(store.orders) == 3, WAIT_S)
        _, first, second = store.orders.values()
        assert (first.side, second.side) == (Side.BUY, Side.BUY)
        key(program, Qt.Key.Key_Escape)
        key(program, Qt.Key.Key_Q)
        assert not safety.arming.is_armed

        button, panic = safety.panic.button, session.safety.panic
        QTest.mouseClick(button, LEFT)
        assert panic.report is None
        QTest.mousePress(button, LEFT)
        await eventually(lambda: panic.report is not None, WAIT_S)
        QTest.mouseRelease(button, LEFT)
        report = panic.report
        assert report is not None
        await eventually(lambda: not report.is_running, WAIT_S)
        assert {line.state for line in report.lines.values()} == {LineState.DONE}
        assert len(store.orders) == 3 + sum(key.startswith("close") for key in report.lines)
        execution = session.orders.fate.execution
        assert await execution.open_orders() == []
        held = (await execution.account()).positions
        assert all(position.is_flat for position in held)
        shown = safety.panic_window
        await eventually(lambda: len(shown.table.rows) == len(report.lines) + 1, WAIT_S)
        assert "PRACTICE" in shown.windowTitle()
        frames = shown.findChildren(EnvironmentFrame)
        assert [frame.word for frame in frames] == ["PRACTICE"]
        shown.close()


async def own_limits_come_before_the_question(program: Program) -> None:
    """Set a limit of distance: too far is refused at once, a way out is asked about."""
    session, ticket = program.desk.session, program.window.ticket
    assert session is not None
    count, best = len(session.orders.store.orders), session.market_data.book.bids.best()
    assert best is not None
    rules = SafetyRules(most_distance_percent=Decimal(1))
    program.desk.safety.set_rules(session.venue.environment, session.market, rules)
    program.desk.safety.set_confirmation(EnvironmentKind.PRACTICE, Confirmation.DIALOG)
    type_into(ticket.form.price_field, f"{int(best.price * Decimal('0.97'))}")
    type_into(ticket.form.size_field, "0.001")
    click(ticket.submit)
    await eventually(lambda: "your limit is 1 %" in ticket.error.text(), WAIT_S)
    click(ticket.form.sell)
    type_into(ticket.form.price_field, f"{int(best.price * Decimal('0.97'))}")
    click(ticket.submit)
    window = program.window
    await eventually(lambda: bool(window.findChildren(Question)), WAIT_S)
    (question,) = window.findChildren(Question)
    await eventually(question.isVisible)
    assert question.windowTitle().startswith("Did you mean this order?")
    QTest.keyClick(question, Qt.Key.Key_Escape)
    await eventually(lambda: not question.isVisible())
    assert len(session.orders.store.orders) == count


async def live_keeps_its_question(program: Program) -> None:
    """Press for no question on live; it takes more than that."""
    window, live = program.safety.settings, EnvironmentKind.LIVE
    window.open_here()
    window.tabs.setCurrentWidget(window.confirmation)
    click(window.confirmation.buttons[live, Confirmation.NONE])
    await eventually(lambda: bool(window.findChildren(Question)))
    (question,) = window.findChildren(Question)
    await eventually(question.isVisible)
    assert not question.confirm.isEnabled()
    assert any("at once" in label.text() for label in question.findChildren(QLabel))
    QTest.keyClick(question, Qt.Key.Key_Escape)
    await eventually(lambda: not question.isVisible())
    assert program.desk.safety.confirmation(live) is Confirmation.DIALOG
    window.close()


async def test_a_button_to_hold_sends_only_when_held_and_live_asks_before_it_asks_no_more(
    tmp_path: Path,
) -> None:
    async with running_terminal(tmp_path) as program:
        session = await ready(program)
        ticket, store = program.window.ticket, session.orders.store
        program.desk.safety.set_confirmation(EnvironmentKind.PRACTICE, Confirmation.HOLD)
        type_into(ticket.form.price_field, "50000")
        type_into(ticket.form.size_field, "0.001")
        await eventually(lambda: ticket.submit.isEnabled(), WAIT_S)
        click(ticket.submit)
        assert not ticket.submit.hold.is_running
        QTest.mousePress(ticket.submit, LEFT)
        await eventually(lambda: len(store.orders) == 1, WAIT_S)
        QTest.mouseRelease(ticket.submit, LEFT)
        (order,) = store.orders.values()
        await eventually(
            lambda: store.orders[order.client_order_id].status is OrderStatus.NEW, WAIT_S
        )
        await own_limits_come_before_the_question(program)
        await live_keeps_its_question(program)


async def test_leaving_while_the_exchange_counts_down_is_asked_about(tmp_path: Path) -> None:
    async with running_terminal(tmp_path, "--market", "usdm") as program:
        session = await ready(program, Market.USDM)
        window, switch = program.window, session.safety.dead_man
        program.desk.safety.set_dead_man(session.venue.environment, session.market, True)
        best = session.market_data.book.bids.best()
        assert best is not None
        type_into(window.ticket.form.price_field, f"{int(best.price) - 500}")
        type_into(window.ticket.form.size_field, "0.01")
        click(window.ticket.submit)
        await eventually(lambda: bool(switch.covered), WAIT_S)
        await eventually(lambda: "Dead-man" in window.status.guards.text(), WAIT_S)
        window.close()
        await eventually(lambda: bool(window.findChildren(LeaveQuestion)))
        (question,) = window.findChildren(LeaveQuestion)
        await eventually(question.isVisible)
        assert "BTCUSDT" in question.findChildren(QLabel)[1].text()
        click(question.keep)
        await eventually(lambda: not window.isVisible(), WAIT_S)
        assert switch.covered == ()


async def test_exits_that_live_in_the_program_are_shown_asked_about_and_said_at_the_end(
    tmp_path: Path,
) -> None:
    async with running_terminal(tmp_path, "--market", "usdm") as program:
        session = await ready(program, Market.USDM)
        window, strip = program.window, program.window.status
        waiting = await placed_with_exits(session, at="0.95")
        await eventually(lambda: strip.exits.text() == "TP/SL in program 1", WAIT_S)
        await eventually(lambda: " · program" in str(cells(window.activity.open_orders)), WAIT_S)
        # A stop above the market would trigger at once: it is not sent, and that is told.
        await eventually(lambda: session.prices.price("BTCUSDT") is not None, WAIT_S)
        best = session.market_data.book.asks.best()
        assert best is not None
        stop = session.instruments["BTCUSDT"].price.nearest(best.price * Decimal("1.05"))
        plan = OrderPlan((request(session, Side.BUY, "0.01"),), exits=Exits(stop_loss=stop))
        progress = Progress(session.orders.store, plan.requests)
        await carry_out(session, plan, progress, "past its stop", session.seen())
        await eventually(lambda: strip.exits.text() == "TP/SL NOT SENT 1 …", WAIT_S)
        click(strip.exits)
        await eventually(lambda: bool(window.findChildren(DoubtQuestion)))
        (doubt,) = window.findChildren(DoubtQuestion)
        await eventually(doubt.isVisible)
        assert not doubt.confirm.isVisible()
        assert "at or past the stop loss already" in doubt.findChildren(QLabel)[1].text()
        click(doubt.leave)
        await eventually(lambda: list(session.exits.watched) == [waiting], WAIT_S)

        window.close()
        await eventually(lambda: bool(window.findChildren(LeavePlansQuestion)))
        (question,) = window.findChildren(LeavePlansQuestion)
        await eventually(question.isVisible)
        assert "take profit" in question.findChildren(QLabel)[1].text()
        QTest.keyClick(question, Qt.Key.Key_Escape)
        await eventually(lambda: not window.findChildren(LeavePlansQuestion))
        assert window.isVisible()
