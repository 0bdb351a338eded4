"""What a person set in the window is obeyed, and still set at the next start."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from terminal_app.app.program import Program
from terminal_app.domain.confirmation import Confirmation
from terminal_app.domain.instrument import Market
from terminal_app.domain.sizing import SizeUnit
from terminal_app.errors import ConfigurationError
from terminal_app.gui.dialogs.ask import Question
from terminal_app.services.connection import ORDERS
from terminal_app.storage.preferences import Preferences, PreferencesFile
from terminal_app.venues.base import EnvironmentKind
from tests.helpers.eventually import eventually
from tests.helpers.terminal import cells, click, click_in_row, ready, running_terminal, type_into

pytestmark = pytest.mark.gui


def question_of(program: Program) -> Question | None:
    """Return the question that stands."""
    questions = program.window.findChildren(Question)
    return next((each for each in questions if each.isVisible()), None)


async def asked(program: Program) -> Question:
    """Wait for a question and return it."""
    await eventually(lambda: question_of(program) is not None)
    found = question_of(program)
    assert found is not None
    return found


async def settled(program: Program) -> None:
    """Wait until the question and what was started by its answer have ended."""
    await eventually(lambda: question_of(program) is None and len(program.tasks) == 0)


def cancel_of(question: Question) -> QPushButton:
    """Return the button of a question that does nothing."""
    buttons = question.findChildren(QPushButton)
    return next(each for each in buttons if each.text() == "Cancel")


def unit_of(program: Program) -> QPushButton:
    """Return the button that switches the unit of the ticket's size."""
    button = program.window.ticket.form.size_field.findChild(QPushButton)
    assert button is not None
    return button


def confirm_by(program: Program, confirmation: Confirmation) -> None:
    """Choose in the window of safety how practice orders are confirmed."""
    window = program.safety.settings
    window.open_here()
    window.tabs.setCurrentWidget(window.confirmation)
    click(window.confirmation.buttons[EnvironmentKind.PRACTICE, confirmation])
    window.close()


def limit_order(program: Program, price: str, size: str) -> None:
    """Fill the ticket with a limit order."""
    form = program.window.ticket.form
    type_into(form.price_field, price)
    type_into(form.size_field, size)


async def test_an_order_is_asked_for_where_a_person_wants_it(tmp_path: Path) -> None:
    async with running_terminal(tmp_path) as program:
        session = await ready(program)
        ticket, orders = program.window.ticket, session.orders.store.orders
        confirm_by(program, Confirmation.DIALOG)
        limit_order(program, "50000", "0.001")
        click(ticket.submit)
        question = await asked(program)
        assert question.windowTitle() == "PRACTICE: send this order?"
        assert question.confirm.text() == "Buy 0.001 BTCUSDT at 50000"
        click(cancel_of(question))
        await settled(program)
        assert orders == {}
        assert ticket.form.size_field.edit.text() == "0.001"

        limit_order(program, "50000", "0.002")
        click(ticket.submit)
        click((await asked(program)).confirm)
        await eventually(lambda: len(orders) == 1)
        await settled(program)

    async with running_terminal(tmp_path) as program:
        session = await ready(program)
        ticket, orders = program.window.ticket, session.orders.store.orders
        before = set(orders)
        buttons = program.safety.settings.confirmation.buttons
        assert buttons[EnvironmentKind.PRACTICE, Confirmation.DIALOG].isChecked()
        limit_order(program, "50000", "0.003")
        click(ticket.submit)
        QTest.keyClick(await asked(program), Qt.Key.Key_Escape)
        await settled(program)
        assert set(orders) == before

        confirm_by(program, Confirmation.NONE)
        limit_order(program, "50000", "0.004")
        click(ticket.submit)
        await eventually(lambda: len(orders) == len(before) + 1)
        assert question_of(program) is None


async def test_each_market_remembers_the_unit_of_its_sizes(tmp_path: Path) -> None:
    async with running_terminal(tmp_path) as program:
        await ready(program)
        ticket = program.window.ticket
        assert ticket.form.sizing.unit is SizeUnit.BASE
        click(unit_of(program))
        limit_order(program, "50000", "25")
        await eventually(lambda: "Buy 25 USDT" in ticket.submit.text())
        await ready(program, Market.USDM)
        assert ticket.form.sizing.unit is SizeUnit.BASE
        limit_order(program, "50000", "0.002")
        await eventually(lambda: "0.002 BTC" in ticket.submit.text())
        await ready(program, Market.SPOT)
        assert ticket.form.sizing.unit.value == "QUOTE"
    kept = PreferencesFile(tmp_path / "config" / "preferences.json").load()
    assert kept.size_units == {"spot": "QUOTE"}
    async with running_terminal(tmp_path) as program:
        await ready(program)
        assert program.window.ticket.form.sizing.unit is SizeUnit.QUOTE
        assert unit_of(program).text() == "USDT ⇄"


async def test_an_account_is_reset_only_where_there_is_one(tmp_path: Path) -> None:
    obstacle = tmp_path / "data" / "practice-synthetic.sqlite"
    obstacle.mkdir(parents=True)
    async with running_terminal(tmp_path) as program:
        reset = program.window.environment_bar.reset
        await eventually(lambda: program.desk.problem)
        assert not reset.isEnabled()
        assert "not running" in reset.toolTip()
        # Whoever asks all the same is told.
        program.window.environment_bar.reset_wanted.emit()
        await eventually(lambda: "nothing was reset" in program.notifications.notices[-1].text)
        obstacle.rmdir()
        program.window.views.retry_wanted.emit()
        await ready(program)
        click(reset)
        question = await asked(program)
        assert question.windowTitle() == "Reset the practice account? – PRACTICE"
        click(cancel_of(question))
        await settled(program)


async def test_in_hedge_mode_each_position_has_a_button_of_its_own(tmp_path: Path) -> None:
    async with running_terminal(tmp_path, "--market", "usdm") as program:
        session = await ready(program, Market.USDM)
        window, activity = program.window, program.window.activity
        ticket = window.ticket
        confirm_by(program, Confirmation.DIALOG)
        click(ticket.form.market)
        type_into(ticket.form.size_field, "0.02")
        click(ticket.submit)
        question = await asked(program)
        # What the question is about means something else now.
        await session.account_settings.set_hedge_mode(True)
        click(question.confirm)
        await eventually(lambda: "settings of BTCUSDT changed meanwhile" in ticket.error.text())
        assert session.orders.store.orders == {}
        confirm_by(program, Confirmation.NONE)
        for number, side in enumerate((ticket.form.buy, ticket.form.sell), 1):
            click(side)
            type_into(ticket.form.size_field, "0.02")
            await eventually(lambda: ticket.submit.isEnabled())
            click(ticket.submit)
            await eventually(lambda number=number: len(activity.positions.rows) == number)  # type: ignore[misc]  # mypy infers no lambda defaults
        await click_in_row(activity.positions, "BTCUSDT:SHORT", "close")
        await eventually(lambda: session.account.positions.keys() == {"BTCUSDT:LONG"})
        await eventually(lambda: len(activity.positions.rows) == 1)
        assert "LONG" in cells(activity.positions)[0][0]


async def test_what_guards_orders_outlives_a_crash(tmp_path: Path) -> None:
    async with running_terminal(tmp_path) as program:
        await ready(program)
        confirm_by(program, Confirmation.DIALOG)
        path = tmp_path / "config" / "preferences.json"
        # Read while the program runs: it may never come to its end.
        wanted = {"practice": Confirmation.DIALOG}
        await eventually(
            lambda: path.exists() and PreferencesFile(path).load().confirmations == wanted
        )


async def test_a_wrong_way_to_the_exchange_is_refused_before_anything_opens(tmp_path: Path) -> None:
    path = tmp_path / "config" / "preferences.json"
    path.parent.mkdir()
    written = b'{"connection": {"proxy": "proxy.example:8080"}}'
    path.write_bytes(written)
    sentence = r"preferences\.json: connection\.proxy as written: must look like http://"
    with pytest.raises(ConfigurationError, match=sentence):
        async with running_terminal(tmp_path):
            pass
    assert path.read_bytes() == written


async def test_the_chosen_way_to_the_exchange_is_taken_and_kept(tmp_path: Path) -> None:
    file = PreferencesFile(tmp_path / "config" / "preferences.json")
    file.path.parent.mkdir()
    file.save(Preferences(connection={"orders_by_socket": False, "limit_buffer_percent": 50}))
    async with running_terminal(tmp_path) as program:
        session = await ready(program)
        assert not session.connection.link(ORDERS).is_live
        assert program.exchanges.settings.limit_buffer_percent == 50
    assert file.load().connection == {"orders_by_socket": False, "limit_buffer_percent": 50}
