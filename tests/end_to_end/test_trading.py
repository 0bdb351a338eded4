"""A person trades in the real window, on the real practice exchange, over real sockets."""

from __future__ import annotations

import os
import signal
from decimal import Decimal
from pathlib import Path

import pytest

from terminal_app.domain.instrument import Market, Rounding
from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderStatus
from terminal_app.gui.widgets.view_state import ViewState
from tests.helpers.eventually import eventually
from tests.helpers.terminal import cells, click, click_in_row, ready, running_terminal, type_into

pytestmark = pytest.mark.gui


async def test_buying_at_market_fills_and_moves_the_balances(tmp_path: Path) -> None:
    async with running_terminal(tmp_path) as program:
        session = await ready(program)
        ticket, activity = program.window.ticket, program.window.activity
        before = {asset: balance.total for asset, balance in session.account.balances.items()}
        click(ticket.form.market)
        type_into(ticket.form.size_field, "0.01")
        await eventually(lambda: "Buy 0.01 BTC at market" in ticket.submit.text())
        assert "PRACTICE" in ticket.submit.text()
        click(ticket.submit)
        store = session.orders.store
        await eventually(lambda: any(o.status is OrderStatus.FILLED for o in store.orders.values()))
        (order,) = store.orders.values()
        fills = [fill for fill in store.fills.values() if fill.order_id == order.order_id]
        assert sum(fill.quantity for fill in fills) == order.executed_quantity == Decimal("0.01")
        spent = sum((fill.price * fill.quantity for fill in fills), Decimal(0))
        fee = sum((fill.commission for fill in fills), Decimal(0))
        assert {fill.commission_asset for fill in fills} == {"BTC"}

        def balances_moved() -> bool:
            now = session.account.balances
            return (
                now["USDT"].total == before["USDT"] - spent
                and now["BTC"].total == before["BTC"] + Decimal("0.01") - fee
            )

        await eventually(balances_moved)
        activity.tabs.setCurrentIndex(3)
        await eventually(lambda: len(activity.fills.rows) == len(fills))
        activity.tabs.setCurrentIndex(2)
        await eventually(lambda: len(cells(activity.history)) == 1)
        assert cells(activity.history)[0][-1] == "Filled"


async def test_a_limit_far_away_rests_in_the_book_until_it_is_cancelled(tmp_path: Path) -> None:
    async with running_terminal(tmp_path) as program:
        session = await ready(program)
        window, store = program.window, session.orders.store
        instrument = program.desk.instrument
        assert instrument is not None
        middle = session.market_data.book.middle()
        assert middle is not None
        price = instrument.round_price(middle * Decimal("0.99"), Rounding.DOWN)
        book_size = session.market_data.book.bids.quantity_at(price)
        type_into(window.ticket.form.price_field, f"{price:f}")
        type_into(window.ticket.form.size_field, "0.02")
        click(window.ticket.submit)
        await eventually(lambda: len(window.activity.open_orders.rows) == 1)
        await eventually(lambda: cells(window.activity.open_orders)[0][3] == "Working")
        await eventually(
            lambda: session.market_data.book.bids.quantity_at(price) >= book_size + Decimal("0.02")
        )
        assert window.activity.tabs.tabText(1) == "Open orders 1"
        (order,) = store.working()
        await eventually(lambda: session.account.balances["USDT"].locked == price * Decimal("0.02"))
        window.activity.tabs.setCurrentIndex(1)
        await click_in_row(window.activity.open_orders, order.client_order_id, "cancel")
        await eventually(lambda: not window.activity.open_orders.rows)
        assert store.orders[order.client_order_id].status is OrderStatus.CANCELED
        await eventually(
            lambda: session.market_data.book.bids.quantity_at(price) < book_size + Decimal("0.02")
        )
        await eventually(lambda: session.account.balances["USDT"].locked == 0)


async def test_a_long_is_closed_by_the_button_reduce_only_and_flat(tmp_path: Path) -> None:
    async with running_terminal(tmp_path, "--market", "usdm") as program:
        session = await ready(program, Market.USDM)
        ticket, activity = program.window.ticket, program.window.activity
        click(ticket.form.market)
        type_into(ticket.form.size_field, "0.02")
        click(ticket.submit)
        await eventually(lambda: len(activity.positions.rows) == 1)
        assert "LONG" in cells(activity.positions)[0][0]
        # Each execution is told by an event of its own.
        await eventually(lambda: session.account.held("BTCUSDT") == Decimal("0.020"))
        assert session.account.positions["BTCUSDT"].side is Side.BUY
        await click_in_row(activity.positions, "BTCUSDT", "close")
        await eventually(lambda: not activity.positions.rows)
        closing = list(session.orders.store.orders.values())[-1]
        assert (closing.reduce_only, closing.side) == (True, Side.SELL)
        await eventually(
            lambda: (
                session.orders.store.orders[closing.client_order_id].status is OrderStatus.FILLED
            )
        )
        await session.account.refresh()
        assert session.account.held("BTCUSDT") == 0
        total = session.account.balances["USDT"].total
        fills = session.orders.store.fills.values()
        paid = sum((fill.commission for fill in fills), Decimal(0))
        won = sum((fill.realized_profit or Decimal(0) for fill in fills), Decimal(0))
        assert total == Decimal(10000) + won - paid


async def test_a_killed_exchange_goes_stale_then_live_and_nothing_is_lost(tmp_path: Path) -> None:
    async with running_terminal(tmp_path) as program:
        session = await ready(program)
        window, store = program.window, session.orders.store
        middle = session.market_data.book.middle()
        instrument = program.desk.instrument
        assert middle is not None
        assert instrument is not None
        price = instrument.round_price(middle * Decimal("0.98"), Rounding.DOWN)
        type_into(window.ticket.form.price_field, f"{price:f}")
        type_into(window.ticket.form.size_field, "0.01")
        click(window.ticket.submit)
        await eventually(lambda: [o.status for o in store.working()] == [OrderStatus.NEW])
        click(window.ticket.form.market)
        type_into(window.ticket.form.size_field, "0.005")
        click(window.ticket.submit)
        await eventually(
            lambda: sum(fill.quantity for fill in store.fills.values()) == Decimal("0.005")
        )
        await eventually(lambda: len(store.working()) == 1)
        fills_before = dict(store.fills)
        orders_before = set(store.orders)
        await session.account.refresh()
        balances_before = {a: b.total for a, b in session.account.balances.items()}
        practice = program.exchanges.practice
        assert practice is not None
        os.kill(int(practice.endpoints["pid"]), signal.SIGKILL)
        await eventually(lambda: window.book.state is ViewState.STALE)
        assert "no data for" in window.book.state_text
        await eventually(lambda: not window.ticket.submit.isEnabled())
        await eventually(lambda: session.is_fresh and not session.orders.closed_because, 40)
        await eventually(lambda: window.book.state is ViewState.NORMAL)
        await eventually(lambda: window.ticket.submit.isEnabled())
        # One line says what changed while it was away.
        told = [notice.text for notice in program.notifications.notices]
        assert any(text.startswith(("While away: ", "Back: nothing changed")) for text in told)
        assert {key: fill.quantity for key, fill in store.fills.items()} == {
            key: fill.quantity for key, fill in fills_before.items()
        }
        assert set(store.orders) == orders_before
        assert [order.status for order in store.working()] == [OrderStatus.NEW]
        await session.account.refresh()
        assert {a: b.total for a, b in session.account.balances.items()} == balances_before
        times = [candle.open_time_ms for candle in session.candles.candles]
        assert len(times) == len(set(times))
        assert times == sorted(times)


async def test_bad_input_names_the_nearest_legal_value_and_sends_nothing(tmp_path: Path) -> None:
    async with running_terminal(tmp_path) as program:
        session = await ready(program)
        ticket = program.window.ticket
        type_into(ticket.form.price_field, "60000.123")
        type_into(ticket.form.size_field, "0.01")
        click(ticket.submit)
        assert ticket.error.isVisible()
        assert ticket.error.text() == (
            "Price 60000.123: it must be a multiple of 0.01 USDT. Nearest legal value:"
            " 60000.12 USDT."
        )
        assert ticket.form.price_field.edit.text() == "60000.123"
        type_into(ticket.form.size_field, "0,001")
        click(ticket.submit)
        assert "Size" in ticket.error.text()
        assert "0.001" in ticket.error.text()
        assert session.orders.store.orders == {}


async def test_a_dry_run_says_so_everywhere_and_sends_nothing(tmp_path: Path) -> None:
    async with running_terminal(tmp_path) as program:
        session = await ready(program)
        window = program.window
        ticket, bar = window.ticket, window.environment_bar
        bar.dry_run.trigger()
        assert "DRY RUN" in bar.title.text()
        assert window.windowTitle().startswith("DRY RUN")
        click(ticket.form.market)
        type_into(ticket.form.size_field, "0.01")
        await eventually(lambda: "Dry run: Buy 0.01 BTC at market" in ticket.submit.text())
        assert "nothing is sent" in ticket.submit.text()
        click(ticket.submit)
        await eventually(lambda: "Dry run, not sent" in ticket.result.text())
        assert "The exchange's test accepts it" in ticket.result.text()
        assert "newClientOrderId=dry-" in ticket.result.text()
        assert session.orders.store.orders == {}
        assert cells(window.activity.history) == []
        bar.dry_run.trigger()
        assert "DRY RUN" not in bar.title.text()
        await eventually(lambda: ticket.submit.text().startswith("Buy 0.01 BTC at market"))
