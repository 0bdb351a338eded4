"""Use the real window as a hand does, also a clumsy one, on the real practice exchange."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QPushButton,
    QWidget,
)

from terminal_app.app.program import Program
from terminal_app.domain.credentials import Credentials
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderStatus, order_from_request
from terminal_app.domain.order_request import OrderRequest, OrderType
from terminal_app.gui.dialogs.ask import Question
from terminal_app.gui.dialogs.keys_dialog import KeysDialog
from terminal_app.gui.dialogs.live_confirmation import LiveConfirmation
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.services.safety.settings import DUPLICATE_MS
from tests.helpers.eventually import eventually
from tests.helpers.terminal import click, ready, running_terminal, type_into

pytestmark = [
    pytest.mark.gui,
    pytest.mark.qt_log_ignore("does not support raise"),
]

NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture(autouse=True)
def no_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the keyring of the person at the keyboard out of the tests."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")


def dialog_of(program: Program, kind: type[QDialog]) -> QDialog | None:
    """Return the open dialog of a kind."""
    return next((each for each in program.window.findChildren(kind) if each.isVisible()), None)


async def asked(program: Program) -> Question:
    """Wait for a question and return it."""
    await eventually(lambda: dialog_of(program, Question) is not None)
    found = dialog_of(program, Question)
    assert isinstance(found, Question)
    return found


def texts(widget: QWidget) -> str:
    """Return every text that the labels of a widget show."""
    return " ".join(label.text() for label in widget.findChildren(QLabel))


async def pass_time(seconds: float) -> None:
    """Wait until a double click would be two clicks."""
    end = time.monotonic() + seconds
    await eventually(lambda: time.monotonic() > end)


@pytest.fixture
def slow_hand(qapp: QApplication) -> Iterator[None]:
    """Let a double click last longer than an answer takes to come on a busy machine."""
    usual_ms = qapp.doubleClickInterval()
    qapp.setDoubleClickInterval(2000)
    yield
    qapp.setDoubleClickInterval(usual_ms)


@pytest.mark.usefixtures("slow_hand")
async def test_one_press_is_one_order(tmp_path: Path) -> None:
    async with running_terminal(tmp_path) as program:
        session = await ready(program)
        ticket, store = program.window.ticket, session.orders.store
        submit = ticket.submit
        type_into(ticket.form.price_field, "50000")
        type_into(ticket.form.size_field, "0.001")
        for field in (ticket.form.price_field, ticket.form.size_field):
            for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                QTest.keyClick(field.edit, key)
        await eventually(lambda: "Buy 0.001 BTC at 50" in submit.text())
        assert store.orders == {}

        click(submit)
        QTest.mouseDClick(submit, Qt.MouseButton.LeftButton)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
            QTest.keyClick(submit, key)
        await eventually(lambda: [each.status for each in store.working()] == [OrderStatus.NEW])
        # The answer is there, the form is open again, and still it is the same double click.
        QTest.mouseClick(submit, Qt.MouseButton.LeftButton)
        await eventually(lambda: len(program.tasks) == 0)
        assert len(store.orders) == 1

        # Past the double click, and past the guard against the same order again.
        await pass_time(max(QApplication.doubleClickInterval(), DUPLICATE_MS) / 1000 + 0.05)
        submit.setFocus()
        space = Qt.Key.Key_Space
        QApplication.sendEvent(submit, QKeyEvent(QEvent.Type.KeyPress, space, NONE, " "))
        for kind in (QEvent.Type.KeyRelease, QEvent.Type.KeyPress) * 20:
            QApplication.sendEvent(submit, QKeyEvent(kind, space, NONE, " ", True))
        QApplication.sendEvent(submit, QKeyEvent(QEvent.Type.KeyRelease, space, NONE, " "))
        await eventually(lambda: [o.status for o in store.working()] == [OrderStatus.NEW] * 2)
        await eventually(lambda: len(program.tasks) == 0)
        assert len(store.orders) == 2
        assert submit.hasFocus()

        # Another intention, told by another size, needs no waiting.
        type_into(ticket.form.size_field, "0.002")
        click(submit)
        await eventually(lambda: len(store.working()) == 3)


async def test_a_second_order_beside_an_unknown_one_is_asked_for(tmp_path: Path) -> None:
    async with running_terminal(tmp_path) as program:
        session = await ready(program)
        ticket, store = program.window.ticket, session.orders.store
        request = OrderRequest(Market.SPOT, "BTCUSDT", Side.BUY, OrderType.MARKET, Decimal("0.01"))
        lost = order_from_request(request, "t-lost-order", time.time_ns() // 1_000_000)
        store.add(lost)
        store.settle("t-lost-order", OrderStatus.UNKNOWN, "no answer came")
        type_into(ticket.form.price_field, "50000")
        type_into(ticket.form.size_field, "0.001")
        click(ticket.submit)
        question = await asked(program)
        assert "t-lost-order" in texts(question)
        assert "Buy 0.001 BTCUSDT at 50000" in texts(question)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
            QTest.keyClick(question.focusWidget(), key)
        await eventually(lambda: dialog_of(program, Question) is None)
        await eventually(lambda: len(program.tasks) == 0)
        assert list(store.orders) == ["t-lost-order"]

        type_into(ticket.form.size_field, "0.001")
        click(ticket.submit)
        click((await asked(program)).confirm)
        await eventually(lambda: len(store.orders) == 2)

        # The other side is another order: nothing to ask.
        click(ticket.form.sell)
        type_into(ticket.form.price_field, "150000")
        click(ticket.submit)
        await eventually(lambda: len(store.orders) == 3)
        assert dialog_of(program, Question) is None

        # Leaving the environment while a question stands: its answer sends nothing.
        click(ticket.form.buy)
        type_into(ticket.form.price_field, "50000")
        # Another size: the same order a moment later would be asked for as well.
        type_into(ticket.form.size_field, "0.003")
        click(ticket.submit)
        question = await asked(program)
        await program.desk.open("practice")
        click(question.confirm)
        await eventually(ticket.error.isVisible)
        assert "Nothing was sent: the environment was left" in ticket.error.text()


async def test_texts_are_plain_buttons_named_and_tab_follows_the_eye(tmp_path: Path) -> None:
    async with running_terminal(tmp_path, "--market", "usdm") as program:
        await ready(program, Market.USDM)
        window, ticket = program.window, program.window.ticket
        rich = [
            label.text()
            for label in window.findChildren(QLabel)
            if label.textFormat() is not Qt.TextFormat.PlainText
        ]
        assert rich == []
        silent = [
            button.objectName() or type(button).__name__
            for button in window.findChildren(QAbstractButton)
            if button.isVisible() and not (button.text() or button.accessibleName())
        ]
        assert silent == []
        form = ticket.form
        ticket.activateWindow()
        form.buy.setFocus(Qt.FocusReason.TabFocusReason)
        order: list[QWidget] = []
        for _ in range(20):
            focused = QApplication.focusWidget()
            assert focused is not None
            order.append(focused)
            QTest.keyClick(focused, Qt.Key.Key_Tab)
        wanted = [
            form.buy, form.limit, form.price_field.edit, form.size_field.edit, form.slider.slider,
            form.post_only, form.reduce, form.force, form.extra.take_profit.edit,
            form.extra.stop_loss.edit, ticket.submit,
        ]  # fmt: skip
        assert [widget for widget in order if widget in wanted] == wanted


async def test_the_way_to_live_needs_a_key_and_the_typed_word(tmp_path: Path) -> None:
    async with running_terminal(tmp_path) as program:
        await ready(program)
        window = program.window
        bar = window.environment_bar
        # Nobody goes anywhere while the first environment is still being opened.
        await eventually(lambda: len(program.tasks) == 0)
        bar.chosen.emit("live")
        # The strip shows the newest notice only, and another may have come by then.
        notices = program.notifications.notices
        await eventually(lambda: any("D-Bus" in notice.text for notice in notices))
        assert program.desk.environment is not None
        assert program.desk.environment.name == "practice"
        key = Credentials("k" * 64, "s" * 64)
        await program.credentials.save("live", key, remember=False)
        bar.chosen.emit("live")
        question = await asked(program)
        assert isinstance(question, LiveConfirmation)
        QTest.keyClicks(question.word, "live")
        assert not question.confirm.isEnabled()
        # A second wish while the question stands opens no second dialog.
        bar.chosen.emit("live")
        QTest.keyClick(question.word, Qt.Key.Key_Escape)
        await eventually(lambda: dialog_of(program, Question) is None)
        assert program.desk.environment.name == "practice"
        assert "PRACTICE" in window.windowTitle()

        # The program ends, too, while a dialog is open.
        click(bar.keys)
        await eventually(lambda: dialog_of(program, KeysDialog) is not None)


async def test_damaged_files_are_kept_aside_and_the_arrangement_survives(
    tmp_path: Path,
) -> None:
    config, data = tmp_path / "config", tmp_path / "data"
    config.mkdir()
    data.mkdir()
    (config / "preferences.json").write_text('{"market": "moon"}')
    (data / "ledger.sqlite").write_bytes(b"this is no database at all" * 400)
    async with running_terminal(tmp_path) as program:
        await ready(program)
        told = " ".join(notice.text for notice in program.notifications.notices)
        assert "settings file could not be read" in told
        assert "ledger" in told
        assert [path.read_text() for path in config.glob("preferences.json.damaged-*")] == [
            '{"market": "moon"}'
        ]
        assert len(list(data.glob("ledger.sqlite*damaged-*"))) >= 1
        click(program.window.symbol_bar.markets[Market.USDM])
        program.window.area.docks["trades"].close()
    async with running_terminal(tmp_path) as program:
        window = program.window
        await ready(program, Market.USDM)
        told = " ".join(notice.text for notice in program.notifications.notices)
        assert "settings file" not in told
        assert "ledger" not in told
        assert program.desk.market is Market.USDM
        assert not window.area.docks["trades"].isVisible()
        window.workspace.layouts.show_preset("Default")
        shown = ("book", "trades", "ticket", "activity")
        assert all(window.area.docks[name].isVisible() for name in shown)


async def test_an_exchange_that_cannot_start_says_so_and_can_be_tried_again(
    tmp_path: Path,
) -> None:
    obstacle = tmp_path / "data" / "practice-synthetic.sqlite"
    obstacle.mkdir(parents=True)
    async with running_terminal(tmp_path) as program:
        window = program.window
        view = window.chart.view
        await eventually(lambda: view.state is ViewState.ERROR)
        assert view.state_text.startswith("The practice exchange did not start. --account ")
        assert "practice-synthetic.sqlite" in view.state_text
        await eventually(lambda: window.ticket.closed.isVisible())
        assert window.ticket.closed.text() == "The exchange is not connected."
        assert not window.ticket.submit.isEnabled()
        await eventually(lambda: window.status.market.text() == "○ Market not connected")
        again = next(each for each in view.findChildren(QPushButton) if each.isVisible())
        assert again.text() == "Try again"
        obstacle.rmdir()
        click(again)
        await ready(program)
        await eventually(lambda: view.state is ViewState.NORMAL)
        await eventually(lambda: not window.ticket.closed.isVisible())


@pytest.mark.skipif(os.name != "posix", reason="the signals are those of POSIX systems")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_terminal_and_exchange_cleanly(
    tmp_path: Path, number: signal.Signals
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "terminal_app", "--profile", str(tmp_path),
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    note = tmp_path / "data" / "practice-process.json"
    try:
        await eventually(note.exists, 60)
        await eventually(note.read_text)
        practice = int(json.loads(note.read_text())["ready"]["pid"])
        process.send_signal(number)
        _, complaints = await asyncio.wait_for(process.communicate(), 30)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    assert (process.returncode, complaints) == (0, b"")
    with pytest.raises(ProcessLookupError):
        os.kill(practice, 0)
    assert not note.exists()
    assert "ERROR" not in (tmp_path / "logs" / "terminal.log").read_text()
    assert (tmp_path / "config" / "preferences.json").exists()
