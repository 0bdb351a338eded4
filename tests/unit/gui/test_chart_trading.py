"""Check that a chart shows one's own lines and passes on what a hand wants of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from terminal_app.domain.alerts import Alert, AlertKind
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.gui.alert_studies import study_figures
from terminal_app.gui.chart.panel import ChartPanel
from terminal_app.gui.chart.price_line import LineKind, PriceLine
from terminal_app.gui.chart_trading import ChartTrading
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.planned_orders import PlannedOrder, PlannedOrders, PlanRole
from terminal_app.gui.theme import DARK
from terminal_app.services.alerts import AlertService
from terminal_app.services.desk import ENVIRONMENT, Desk
from terminal_app.services.session import Session
from tests.helpers.account_values import LIMIT, LONG
from tests.helpers.market_values import candles, instrument, trade
from tests.helpers.quiet_desk import quiet_desk, seat

D = Decimal
PLAN = PlannedOrder(Side.BUY, D("0.05"), D(60500))


@dataclass
class Room:
    """Hold a chart on a futures desk with an order, a position and a plan."""

    desk: Desk
    session: Session
    chart: ChartPanel
    planned: PlannedOrders
    trading: ChartTrading
    alerts: AlertService

    def line(self, kind: LineKind) -> PriceLine:
        """Return the only line of a kind."""
        (found,) = [line for line in self.chart.view.hand.lines if line.kind is kind]
        return found


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[Room]:
    """Show the chart, and wait until its lines are there."""
    clock, desk = FrameClock(), quiet_desk()
    session = seat(desk)
    session.market_data.book.load([("61000", "1")], [("61000.1", "2")], update_id=1)
    chart, planned = ChartPanel(DARK, clock), PlannedOrders()
    qtbot.addWidget(chart, before_close_func=lambda _widget: chart.hide())
    chart.view.set_instrument(instrument())
    chart.view.load(candles(300))
    alerts = AlertService(desk, study_figures)
    trading = ChartTrading(desk, alerts, clock, chart.view, planned)
    chart.resize(900, 500)
    chart.show()
    session.account.positions[LONG.key] = LONG
    session.account.taker_rate = D("0.0005")
    session.orders.store.add(LIMIT)
    planned.show([PLAN])
    qtbot.waitUntil(lambda: len(chart.view.hand.lines) == 5, timeout=15_000)
    yield Room(desk, session, chart, planned, trading, alerts)
    alerts.close()
    chart.hide()


def test_orders_positions_and_plans_are_lines(room: Room) -> None:
    assert {line.kind for line in room.chart.view.hand.lines} == {
        LineKind.ORDER,
        LineKind.POSITION,
        LineKind.BREAK_EVEN,
        LineKind.LIQUIDATION,
        LineKind.PLANNED,
    }
    room.planned.show([])
    room.trading.flush()
    assert LineKind.PLANNED not in [line.kind for line in room.chart.view.hand.lines]


def test_what_is_dropped_goes_to_who_can_do_it(room: Room) -> None:
    hand, trading = room.chart.view.hand, room.trading
    moves, exits = QSignalSpy(trading.move_wanted), QSignalSpy(trading.protect_wanted)
    plans = QSignalSpy(room.planned.price_wanted)
    for kind in (LineKind.ORDER, LineKind.POSITION, LineKind.PLANNED):
        hand.dropped.emit(room.line(kind), D(60000))
    assert (moves.count(), exits.count(), plans.count()) == (1, 1, 1)
    assert moves.at(0) == [LIMIT.client_order_id, D(60000)]
    assert exits.at(0) == [LONG.key, D(60000)]
    assert plans.at(0) == [PLAN, D(60000)]


def test_a_cross_cancels_an_order_and_closes_a_position(room: Room) -> None:
    hand, trading = room.chart.view.hand, room.trading
    cancels, closes = QSignalSpy(trading.cancel_wanted), QSignalSpy(trading.close_wanted)
    hand.crossed.emit(room.line(LineKind.ORDER))
    hand.crossed.emit(room.line(LineKind.POSITION))
    assert cancels.at(0) == [LIMIT.client_order_id]
    assert closes.at(0) == ["usdm", LONG.key]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (LineKind.ORDER, "Buy 1.500 at"),
        (LineKind.POSITION, "Stop loss: close the whole position"),
        (LineKind.PLANNED, "Ticket: Buy 0.050 limit at"),
    ],
)
def test_what_is_held_says_what_it_means(room: Room, kind: LineKind, words: str) -> None:
    told = room.chart.view.hand.words(room.line(kind), D(60000))
    assert told.rows[0].startswith(words)
    gone = PriceLine("nobody", kind, D(1), "gone")
    assert room.chart.view.hand.words(gone, D(2)).rows == ()


def test_another_environment_is_not_armed_by_this_one(room: Room) -> None:
    room.chart.arm_button.setChecked(True)
    assert room.chart.view.hand.is_armed
    room.desk.observers.notify(ENVIRONMENT)
    assert not room.chart.view.hand.is_armed
    assert not room.chart.arm_button.isChecked()


def test_the_menu_offers_what_the_ticket_takes(room: Room) -> None:
    room.planned.takes = frozenset({PlanRole.LIMIT, PlanRole.STOP})
    room.desk.observers.notify(ENVIRONMENT)
    menu = room.chart.view.menu_for(D(5000))
    texts = [action.text() for action in menu.actions()]
    assert any(text.startswith("Buy stop") for text in texts)
    assert "through the market" in texts[0]
    wanted = QSignalSpy(room.chart.view.order_wanted)
    menu.actions()[2].trigger()
    assert wanted.at(0)[0].role is PlanRole.STOP
    menu.close()


ALERT = Alert("a-1", AlertKind.RISES_TO, Market.USDM, "BTCUSDT", D(62000))


def test_an_alert_is_a_line_that_is_deleted_unarmed(room: Room) -> None:
    elsewhere = replace(ALERT, alert_id="a-2", symbol="ETHUSDT", is_on=False)
    room.alerts.alerts.extend([ALERT, elsewhere])
    room.trading.flush()
    line, hand = room.line(LineKind.ALERT), room.chart.view.hand
    assert (line.price, line.text, line.kind.sends) == (D(62000), "alert ▲", False)
    assert hand.words(line, D(60500)).rows[0].startswith("Alert when the price falls to")
    kept = QSignalSpy(room.trading.alerts.changed)
    hand.crossed.emit(line)
    assert room.alerts.alerts == [elsewhere]
    assert kept.count() == 1


def test_a_dragged_alert_waits_from_the_side_of_the_market(room: Room) -> None:
    paused = replace(ALERT, is_on=False)
    room.alerts.alerts.append(paused)
    room.session.market_data.trades.append(trade(1, "61000"))
    line = PriceLine(ALERT.alert_id, LineKind.ALERT, D(62000), "alert")
    room.chart.view.hand.dropped.emit(line, D(60500))
    assert room.alerts.alerts == [replace(paused, kind=AlertKind.FALLS_TO, level=D(60500))]
    room.chart.view.hand.dropped.emit(line, D(61000))
    assert room.alerts.alerts[0].level == D(60500)
