"""Check that the ladder shows what the services of the symbol know, and keeps what is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderStatus
from terminal_app.domain.order_request import OrderType, Trigger
from terminal_app.gui.focus import DeskFocus
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.ladder.link import LadderLink
from terminal_app.gui.ladder.meaning import MouseScheme
from terminal_app.gui.ladder.panel import LadderPanel
from terminal_app.gui.theme import DARK
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.services.connection import MARKET
from terminal_app.services.desk import ENVIRONMENT, SYMBOL, Desk
from terminal_app.services.session import Session
from terminal_app.venues.base import ConnectionChanged, ConnectionState
from tests.helpers.account_values import LIMIT, LONG
from tests.helpers.market_values import trade
from tests.helpers.quiet_desk import quiet_desk, seat

D = Decimal


@dataclass
class Room:
    """Hold a ladder and the desk it belongs to."""

    desk: Desk
    panel: LadderPanel
    qtbot: QtBot

    def wait(self, state: ViewState) -> None:
        """Wait until the rows are in a state."""
        self.qtbot.waitUntil(lambda: self.panel.view.state is state, timeout=15_000)


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[Room]:
    """Show a ladder at a desk without a session."""
    clock, desk = FrameClock(), quiet_desk()
    panel = LadderPanel(DARK, clock)
    qtbot.addWidget(panel)
    LadderLink(DeskFocus(desk), clock, panel)
    panel.resize(300, 500)
    panel.show()
    yield Room(desk, panel, qtbot)
    panel.close()


@pytest.fixture
def session(room: Room) -> Session:
    """Give the desk a live session with a book and a trade."""
    made = seat(room.desk)
    data = made.market_data
    data.book.load([("61000", "1")], [("61000.1", "2")], update_id=1)
    data.trades.append(trade(1, "61000.1"))
    data.trade_count = 1
    made.connection.apply(ConnectionChanged(MARKET, ConnectionState.LIVE))
    room.desk.observers.notify(ENVIRONMENT)
    data.observers.notify("book")
    room.wait(ViewState.NORMAL)
    room.qtbot.waitUntil(lambda: room.panel.volumes.active is not None, timeout=15_000)
    return made


def test_without_a_session_it_waits_or_says_that_there_is_no_data(room: Room) -> None:
    room.wait(ViewState.LOADING)
    room.desk.problem = "The port is taken."
    room.desk.observers.notify(ENVIRONMENT)
    room.wait(ViewState.EMPTY)
    assert room.panel.view.state_text == "No market data"


def test_old_prices_are_grey_with_their_age(room: Room, session: Session) -> None:
    session.connection.apply(ConnectionChanged(MARKET, ConnectionState.STALE, "silent"))
    room.wait(ViewState.STALE)
    assert room.panel.view.state_text.startswith("no data for ")
    session.connection.apply(ConnectionChanged(MARKET, ConnectionState.LIVE))
    room.wait(ViewState.NORMAL)
    session.market_data.book_problem = "a gap"
    session.market_data.observers.notify("book")
    room.wait(ViewState.STALE)
    assert room.panel.view.state_text == "the book is being fetched again"


def test_own_orders_and_positions_are_shown_as_they_stand(room: Room, session: Session) -> None:
    store, view = session.orders.store, room.panel.view
    stop = replace(
        LIMIT,
        client_order_id="t-run-2",
        type=OrderType.STOP_MARKET,
        price=D(0),
        trigger=Trigger(D(60_900)),
        status=OrderStatus.UNKNOWN,
    )
    store.add(LIMIT)
    store.add(stop)
    session.account.positions[LONG.key] = LONG
    session.account.observers.notify("positions")
    room.qtbot.waitUntil(lambda: len(view.rows.own) == 2, timeout=15_000)
    shown = {order.key: order for orders in view.rows.own.values() for order in orders}
    limit, waiting = shown[LIMIT.client_order_id], shown["t-run-2"]
    assert (limit.price, limit.side, limit.can_move) == (LIMIT.price, Side.BUY, True)
    assert (waiting.price, waiting.word) == (D(60_900), "stop ")
    assert (waiting.can_move, waiting.is_unknown) == (False, True)
    assert room.panel.head.position.text().startswith("LONG 0.250")


@pytest.mark.usefixtures("session")
def test_sizes_and_choices_are_kept(room: Room) -> None:
    panel, kept = room.panel, room.desk.preferences
    panel.volumes.volumes[0] = D("0.007")
    panel.volumes.edited.emit()
    assert kept.ladder_volumes["usdm:BTCUSDT"][0] == "0.007"
    panel.choices.schemes[MouseScheme.BUTTONS].trigger()
    panel.choices.rests.trigger()
    assert (kept.ladder_scheme, kept.ladder_post_only) == ("buttons", True)
    assert panel.view.rules.only_rests
    step = panel.view.rows.steps[2]
    panel.step_button.chosen.emit(step)
    assert kept.ladder_steps == {"usdm:BTCUSDT": format(step, "f")}
    again = LadderPanel(DARK, FrameClock())
    room.qtbot.addWidget(again)
    LadderLink(DeskFocus(room.desk), FrameClock(), again)
    assert again.view.rules.scheme is MouseScheme.BUTTONS
    assert again.view.rows.step == step
    assert not again.lock.isChecked()
    panel.step_button.chosen.emit(None)
    assert kept.ladder_steps == {"usdm:BTCUSDT": "auto"}


@pytest.mark.parametrize("texts", [["0.0001"] * 5, ["words"] * 5, ["0.01"]])
def test_kept_sizes_that_are_not_legal_are_not_used(room: Room, texts: list[str]) -> None:
    room.desk.preferences.ladder_volumes["usdm:BTCUSDT"] = texts
    made = seat(room.desk)
    made.market_data.book.load([("61000", "1")], [("61000.1", "2")], update_id=1)
    made.market_data.trades.append(trade(1, "61000.1"))
    made.connection.apply(ConnectionChanged(MARKET, ConnectionState.LIVE))
    room.desk.observers.notify(ENVIRONMENT)
    room.qtbot.waitUntil(lambda: room.panel.volumes.active is not None, timeout=15_000)
    assert room.panel.volumes.volumes[0] == D("0.001")


def test_another_symbol_or_environment_closes_the_lock(room: Room, session: Session) -> None:
    room.panel.set_unlocked(is_unlocked=True)
    session.instruments["BTCUSDT"] = replace(session.instruments["BTCUSDT"], status="HALT")
    room.desk.observers.notify(SYMBOL)
    assert not room.panel.lock.isChecked()
    room.panel.set_unlocked(is_unlocked=True)
    room.desk.sessions.clear()
    room.desk.observers.notify(ENVIRONMENT)
    assert not room.panel.lock.isChecked()
