"""A person takes orders and positions by the hand on the chart; the exchange says what it has."""

from __future__ import annotations

from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from terminal_app.app.program import Program
from terminal_app.domain.instrument import Market, Rounding
from terminal_app.domain.order import Order
from terminal_app.gui.chart.line_labels import LineLabel
from terminal_app.gui.chart.price_line import LineKind
from terminal_app.gui.chart.view import ChartView
from terminal_app.gui.chart_lines import HOLDING
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.services.session import Session
from tests.helpers.eventually import eventually
from tests.helpers.practice_client import PracticeClient
from tests.helpers.practice_control import Control
from tests.helpers.terminal import click, ready, running_terminal, type_into

pytestmark = pytest.mark.gui
LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
OPEN_ORDERS = {Market.SPOT: "/api/v3/openOrders", Market.USDM: "/fapi/v1/openOrders"}
D = Decimal
# Between a drag and its end lie up to three answers of an exchange that shares a busy machine.
LIMIT_S = 30.0


def _exchange(program: Program, market: Market) -> PracticeClient:
    practice = program.exchanges.practice
    assert practice is not None
    return PracticeClient(practice.endpoints, "spot" if market is Market.SPOT else "futures")


async def _placed(program: Program, session: Session) -> Order:
    """Place a buy a little under the market, so that its line is in sight."""
    instrument, form = program.desk.instrument, program.window.ticket.form
    assert instrument is not None
    middle = session.market_data.book.middle()
    assert middle is not None
    price = instrument.round_price(middle * D("0.998"), Rounding.DOWN)
    type_into(form.price_field, f"{price:f}")
    type_into(form.size_field, "0.02")
    click(program.window.ticket.submit)
    await eventually(
        lambda: [one.order_id is not None for one in _working(session)] == [True], LIMIT_S
    )
    type_into(form.size_field, "")
    (order,) = _working(session)
    await _label(program.window.chart.view, order.client_order_id)
    return order


def _working(session: Session) -> list[Order]:
    return session.orders.store.working()


async def _label(view: ChartView, key: str) -> LineLabel:
    """Return where a line's words are once it can be taken."""

    def found() -> list[LineLabel]:
        lines = [line for line in view.hand.lines if line.key == key and not line.is_pending]
        frame = view.frame()
        if not lines or frame is None:
            return []
        # The automatic scale leaves a line anywhere, or out of sight: there must be room to drag.
        scale, price = view.frames.price, float(lines[0].price)
        room = (scale.high - scale.low) / 3
        if scale.is_auto or not scale.low + room < price < scale.high - room:
            scale.low, scale.high, scale.is_auto = price * 0.99, price * 1.01, False
            view.mark()
            # Where it stands now is not where it stood in that frame.
            return []
        labels = [label for label in view.hand.labels(frame) if label.line == lines[0]]
        return [label for label in labels if view.hand.calm.is_calm(label)]

    await eventually(found)
    return found()[0]


async def _drag(program: Program, key: str, down_px: int) -> None:
    view, session = program.window.chart.view, program.desk.session
    assert session is not None
    label = await _label(view, key)
    # On a busy machine data may be old for a moment, and then a drag is refused.
    while not (session.is_fresh and view.state is ViewState.NORMAL):
        await eventually(lambda: session.is_fresh and view.state is ViewState.NORMAL, LIMIT_S)
        label = await _label(view, key)
    start = (label.box.topLeft() + QPointF(8, 9)).toPoint()
    QTest.mousePress(view, LEFT, NO_KEYS, start)
    end = QPointF(start + QPoint(0, down_px))
    QApplication.sendEvent(
        view,
        QMouseEvent(QMouseEvent.Type.MouseMove, end, view.mapToGlobal(end), LEFT, LEFT, NO_KEYS),
    )
    QTest.mouseRelease(view, LEFT, NO_KEYS, end.toPoint())


@pytest.mark.parametrize("market", list(Market))
async def test_an_order_is_dragged_to_another_price_and_cancelled_by_its_cross(
    tmp_path: Path, market: Market
) -> None:
    async with running_terminal(tmp_path, "--market", market.value) as program:
        session = await ready(program, market)
        view, order = program.window.chart.view, await _placed(program, session)
        await _drag(program, order.client_order_id, 30)
        assert [one.price for one in _working(session)] == [order.price]
        click(program.window.chart.arm_button)
        await _drag(program, order.client_order_id, 30)
        await eventually(
            lambda: (
                [one.price < order.price and bool(one.order_id) for one in _working(session)]
                == [True]
            )
        )
        (moved,) = _working(session)
        assert (moved.quantity, moved.side) == (order.quantity, order.side)
        async with _exchange(program, market) as exchange:
            (held,) = await exchange.call("GET", OPEN_ORDERS[market], symbol=order.symbol)
            assert (D(held["price"]), held["orderId"]) == (moved.price, moved.order_id)
            cross = (await _label(view, moved.client_order_id)).cross.center().toPoint()
            QTest.mouseClick(view, LEFT, NO_KEYS, cross)
            await eventually(lambda: not _working(session), LIMIT_S)
            assert await exchange.call("GET", OPEN_ORDERS[market], symbol=order.symbol) == []


async def test_a_refused_drag_snaps_back_and_a_take_profit_is_dragged_out_of_a_position(
    tmp_path: Path,
) -> None:
    async with running_terminal(tmp_path, "--market", "usdm") as program:
        session = await ready(program, Market.USDM)
        order = await _placed(program, session)
        click(program.window.chart.arm_button)
        async with _exchange(program, Market.USDM) as exchange:
            await _refused_drag(program, session, order, exchange)
            position = await _opened(program, session)
            await _drag(program, position, -60)
            await eventually(lambda: len(_exits(session)) == 1, LIMIT_S)
            first = await _take_profit(session, exchange)
            # Another one of its kind would be refused: it moves there instead.
            await _drag(program, position, -90)
            await eventually(
                lambda: first not in _triggers(session) and len(_exits(session)) == 1, LIMIT_S
            )
            assert await _take_profit(session, exchange) > first
            await _closed_by_its_cross(program, session, position, exchange)


def _exits(session: Session) -> list[Order]:
    return [one for one in _working(session) if one.close_position and one.order_id is not None]


def _triggers(session: Session) -> list[Decimal | None]:
    return [one.trigger.price for one in _exits(session) if one.trigger is not None]


async def _take_profit(session: Session, exchange: PracticeClient) -> Decimal:
    """Return the trigger of the only waiting order that the exchange holds."""
    (held,) = await exchange.call("GET", "/fapi/v1/openAlgoOrders", symbol="BTCUSDT")
    assert held["closePosition"]
    assert held["side"] == "SELL"
    assert held["orderType"] == "TAKE_PROFIT_MARKET"
    assert [D(held["triggerPrice"])] == _triggers(session)
    return D(held["triggerPrice"])


async def _refused_drag(
    program: Program, session: Session, order: Order, exchange: PracticeClient
) -> None:
    """Let the exchange refuse a drag; the line is back where the exchange still has it."""
    practice = program.exchanges.practice
    assert practice is not None
    view = program.window.chart.view
    asked: list[tuple[str, Decimal]] = []
    program.trader.move_asked.connect(lambda key, price: asked.append((key, price)))
    with closing(Control(practice.endpoints)) as control:
        control.fault(
            "reply.error", market="futures", method="WS", path="order.modify", count=1,
            accepted=False, status=400, code=-5028, msg="ME RECVWINDOW reject",
        )  # fmt: skip
        await _drag(program, order.client_order_id, 30)
        await eventually(lambda: asked, LIMIT_S)
        assert asked[0][1] < order.price
        await eventually(
            lambda: any("Not changed" in one.text for one in program.notifications.notices)
        )
        # The notice is there at once, the lines with the next frame.
        await eventually(lambda: LineKind.ASKED not in [line.kind for line in view.hand.lines])
        label = await _label(view, order.client_order_id)
        assert label.line.price == order.price
        (held,) = await exchange.call("GET", OPEN_ORDERS[Market.USDM], symbol=order.symbol)
        assert D(held["price"]) == order.price


async def _opened(program: Program, session: Session) -> str:
    form = program.window.ticket.form
    click(form.market)
    type_into(form.size_field, "0.05")
    click(program.window.ticket.submit)
    await eventually(lambda: bool(session.account.positions), LIMIT_S)
    type_into(form.size_field, "")
    (key,) = session.account.positions
    return key


async def _closed_by_its_cross(
    program: Program, session: Session, position: str, exchange: PracticeClient
) -> None:
    view = program.window.chart.view
    cross = (await _label(view, position)).cross.center().toPoint()
    QTest.mouseClick(view, LEFT, NO_KEYS, cross)
    await eventually(lambda: not session.account.positions, LIMIT_S)
    rows = await exchange.call("GET", "/fapi/v3/positionRisk")
    assert [row for row in rows if D(row["positionAmt"])] == []


async def test_a_holding_is_sold_at_a_profit_or_a_loss_by_a_pair(tmp_path: Path) -> None:
    async with running_terminal(tmp_path) as program:
        session = await ready(program)
        view, form = program.window.chart.view, program.window.ticket.form
        click(form.market)
        type_into(form.size_field, "0.02")
        click(program.window.ticket.submit)
        await eventually(lambda: any(line.key == HOLDING for line in view.hand.lines), LIMIT_S)
        type_into(form.size_field, "")
        click(program.window.chart.arm_button)
        await _drag(program, HOLDING, -60)
        await eventually(
            lambda: [one.order_id is not None for one in _working(session)] == [True], LIMIT_S
        )
        await _drag(program, HOLDING, 60)
        await eventually(lambda: len(_working(session)) == 2, LIMIT_S)
        await eventually(lambda: all(one.order_list_id for one in _working(session)), LIMIT_S)
        async with _exchange(program, Market.SPOT) as exchange:
            stop = await _pair(exchange)
            (leg,) = [one for one in _working(session) if one.type.has_trigger]
            await _drag(program, leg.client_order_id, 20)
            await eventually(lambda: leg.client_order_id not in _keys(session), LIMIT_S)
            await eventually(lambda: len(_working(session)) == 2, LIMIT_S)
            await eventually(lambda: all(one.order_list_id for one in _working(session)), LIMIT_S)
            assert await _pair(exchange) < stop


def _keys(session: Session) -> list[str]:
    return [order.client_order_id for order in _working(session)]


async def _pair(exchange: PracticeClient) -> Decimal:
    """Return the trigger of the only pair that the exchange holds."""
    (pair,) = await exchange.call("GET", "/api/v3/openOrderList")
    assert pair["contingencyType"] == "OCO"
    rows = await exchange.call("GET", OPEN_ORDERS[Market.SPOT], symbol="BTCUSDT")
    assert {row["type"] for row in rows} == {"LIMIT_MAKER", "STOP_LOSS"}
    assert {row["side"] for row in rows} == {"SELL"}
    assert len({row["origQty"] for row in rows}) == 1
    (trigger,) = [row["stopPrice"] for row in rows if row["type"] == "STOP_LOSS"]
    return D(trigger)
