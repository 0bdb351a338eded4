"""Orders, fills and balances are the exchange's, whoever placed them and whatever came first."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from terminal_app.domain.instrument import Market, plain
from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderStatus
from terminal_app.domain.self_trade import SelfTradePrevention
from terminal_app.services.order_moves import moved_request
from terminal_app.services.session import Session
from terminal_app.storage.ledger import EventKind, Ledger
from tests.helpers.eventually import eventually
from tests.helpers.fault_proxy import Fault, FaultProxy
from tests.helpers.markets import MARKETS, WORDS
from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient
from tests.helpers.sessions import (
    ORDER_PATHS,
    SYMBOL,
    live,
    opened_session,
    order,
    own_keys,
    placed,
    request,
)

S = OrderStatus


async def exchange_balances(client: PracticeClient, market: Market) -> dict[str, tuple[str, str]]:
    """Return total and free of every asset held, as plain text, asked of the exchange."""
    if market is Market.SPOT:
        rows: list[dict[str, Any]] = (await client.call("GET", "/api/v3/account"))["balances"]
        pairs = {r["asset"]: (Decimal(r["free"]) + Decimal(r["locked"]), r["free"]) for r in rows}
    else:
        rows = (await client.call("GET", "/fapi/v3/account"))["assets"]
        pairs = {r["asset"]: (Decimal(r["walletBalance"]), r["availableBalance"]) for r in rows}
    return {
        asset: (plain(total), plain(Decimal(free)))
        for asset, (total, free) in pairs.items()
        if total
    }


def shown_balances(session: Session) -> dict[str, tuple[str, str]]:
    """Return total and free of every asset held, as plain text, as they are shown."""
    return {
        balance.asset: (plain(balance.total), plain(balance.available))
        for balance in session.account.balances.values()
        if balance.total
    }


def comparable(session: Session, balances: dict[str, tuple[str, str]]) -> dict[str, list[str]]:
    """Return totals alone while a position is open: what is free then moves with the mark price."""
    parts = 1 if session.account.positions else 2
    return {asset: list(amounts[:parts]) for asset, amounts in balances.items()}


async def expect_equal_to_exchange(session: Session, client: PracticeClient) -> None:
    """Wait until balances, open orders and fills are the exchange's, to the last digit."""
    market = session.market
    root = ORDER_PATHS[market].removesuffix("order")
    wanted = await exchange_balances(client, market)
    await eventually(
        lambda: comparable(session, shown_balances(session)) == comparable(session, wanted)
    )
    rows = await client.call("GET", f"{root}openOrders")
    store = session.orders.store
    await eventually(
        lambda: {one.order_id for one in store.working()} == {row["orderId"] for row in rows}
    )
    name = "myTrades" if market is Market.SPOT else "userTrades"
    trades = await client.call("GET", f"{root}{name}", symbol=SYMBOL)
    wanted_fills = sorted((row["orderId"], row["id"], Decimal(row["qty"])) for row in trades)
    await eventually(
        lambda: (
            sorted((one.order_id, one.trade_id, one.quantity) for one in store.fills.values())
            == wanted_fills
        )
    )


@pytest.mark.parametrize("side", list(Side))
async def test_a_market_order_on_spot_fills_and_balances_move(
    practice: PracticeProcess, ledger_path: Path, side: Side
) -> None:
    async with (
        opened_session(practice.ready, Market.SPOT, ledger_path) as session,
        PracticeClient(practice.ready, "spot") as client,
    ):
        await live(session)
        before = shown_balances(session)
        key = await placed(session, request(session, side, "0.01"))
        assert order(session, key).status is S.SENDING
        await eventually(lambda: order(session, key).status is S.FILLED)
        await expect_equal_to_exchange(session, client)
        assert shown_balances(session) != before
        filled = order(session, key)
        fills = [f for f in session.orders.store.fills.values() if f.order_id == filled.order_id]
        assert sum(one.quantity for one in fills) == filled.executed_quantity == Decimal("0.01")
        assert sum(one.quantity * one.price for one in fills) == filled.executed_quote
        assert filled.trade_ids <= {one.trade_id for one in fills}


@MARKETS
async def test_a_far_limit_order_rests_until_it_is_cancelled(
    practice: PracticeProcess, ledger_path: Path, market: Market
) -> None:
    async with (
        opened_session(practice.ready, market, ledger_path) as session,
        PracticeClient(practice.ready, WORDS[market]) as client,
    ):
        await live(session)
        key = await placed(session, request(session, Side.BUY, "0.002", at="0.9"))
        await eventually(lambda: order(session, key).status is S.NEW)
        await expect_equal_to_exchange(session, client)
        await session.orders.cancel(key)
        assert order(session, key).cancel_pending
        await eventually(lambda: order(session, key).status is S.CANCELED)
        assert not order(session, key).cancel_pending
        await expect_equal_to_exchange(session, client)
    ledger = Ledger(ledger_path, "after")
    await ledger.open()
    kinds = {event.kind for event in await ledger.events(f"practice/{market.value}", key)}
    assert kinds >= {EventKind.INTENT, EventKind.REPLY, EventKind.CANCEL_INTENT, EventKind.ENDED}
    assert await ledger.open_intents(f"practice/{market.value}") == []
    assert await ledger.verify()
    await ledger.close()


async def test_a_long_is_closed_reduce_only_and_flat_again(
    practice: PracticeProcess, ledger_path: Path
) -> None:
    async with (
        opened_session(practice.ready, Market.USDM, ledger_path) as session,
        PracticeClient(practice.ready, "futures") as client,
    ):
        await live(session)
        key = await placed(session, request(session, Side.BUY, "0.01"))
        await eventually(lambda: order(session, key).status is S.FILLED)
        await eventually(lambda: session.account.held(SYMBOL) == Decimal("0.01"))
        # The acknowledgement carried no price: it came with the stream.
        average = order(session, key).average_price
        assert average is not None
        position = session.account.positions[SYMBOL]
        assert float(position.entry_price) == pytest.approx(float(average), rel=1e-6)
        closing = await placed(session, request(session, Side.SELL, "0.01", reduce_only=True))
        await eventually(lambda: order(session, closing).status is S.FILLED)
        assert order(session, closing).reduce_only
        await eventually(lambda: SYMBOL not in session.account.positions)
        await expect_equal_to_exchange(session, client)


@MARKETS
async def test_orders_of_another_client_are_taken_over(
    practice: PracticeProcess, ledger_path: Path, market: Market
) -> None:
    path = ORDER_PATHS[market]
    resting = {"symbol": SYMBOL, "side": "BUY", "type": "LIMIT", "timeInForce": "GTC"}
    async with PracticeClient(practice.ready, WORDS[market]) as client:
        ticker = await client.get(path.replace("order", "ticker/price"), symbol=SYMBOL)
        price = int(float(ticker["price"]) * 0.9)
        first = await client.call("POST", path, **resting, quantity="0.002", price=price)
        async with opened_session(practice.ready, market, ledger_path) as session:
            await live(session)
            second = await client.call("POST", path, **resting, quantity="0.003", price=price)
            await expect_equal_to_exchange(session, client)
            by_id = {one.order_id: one for one in session.orders.store.orders.values()}
            assert all(by_id[one["orderId"]].from_elsewhere for one in (first, second))
            assert by_id[second["orderId"]].quantity == Decimal("0.003")
            # One is cancelled elsewhere, the other from here.
            await client.call("DELETE", path, symbol=SYMBOL, orderId=first["orderId"])
            (key,) = (
                key
                for key, one in session.orders.store.orders.items()
                if one.order_id == second["orderId"]
            )
            await session.orders.cancel(key)
            await eventually(lambda: session.orders.store.working() == [])
            await client.call(
                "POST", path, symbol=SYMBOL, side="BUY", type="MARKET", quantity="0.003"
            )
            await client.call(
                "POST", path, symbol=SYMBOL, side="SELL", type="MARKET", quantity="0.003"
            )
            await expect_equal_to_exchange(session, client)


@MARKETS
async def test_a_reply_that_comes_after_the_fill_changes_nothing(
    practice: PracticeProcess, ledger_path: Path, market: Market
) -> None:
    async with (
        FaultProxy(practice.ready[f"{WORDS[market]}_rest"]) as proxy,
        opened_session(practice.ready, market, ledger_path, rest=proxy.address) as session,
        PracticeClient(practice.ready, WORDS[market]) as client,
    ):
        await live(session)
        proxy.faults["POST"] = Fault.HELD
        sides = (Side.BUY, Side.SELL)
        for side in sides:
            key = await placed(session, request(session, side, "0.004"))
            await eventually(lambda key=key: order(session, key).status is S.FILLED)  # type: ignore[misc]  # mypy infers no lambda defaults
            filled = order(session, key)
            proxy.release.set()
            await expect_equal_to_exchange(session, client)
            assert order(session, key).executed_quote == filled.executed_quote
            proxy.release.clear()
        assert proxy.count("POST", ORDER_PATHS[market]) == len(sides)


async def test_one_action_is_one_order(practice: PracticeProcess, ledger_path: Path) -> None:
    async with (
        FaultProxy(practice.ready["spot_rest"]) as proxy,
        opened_session(practice.ready, Market.SPOT, ledger_path, rest=proxy.address) as session,
    ):
        await live(session)
        wanted = request(session, Side.BUY, "0.001")
        for _ in range(3):
            await session.orders.place(wanted, "the same press", session.seen())
        (key,) = own_keys(session)
        await eventually(lambda: order(session, key).status is S.FILLED)
        assert proxy.count("POST", ORDER_PATHS[Market.SPOT]) == 1


async def test_an_iceberg_stays_one_wherever_it_is_moved_from(
    practice: PracticeProcess, ledger_path: Path
) -> None:
    visible, mode = Decimal("0.001"), SelfTradePrevention.EXPIRE_BOTH

    async def moved(session: Session, key: str, price: Decimal) -> str:
        wanted = moved_request(order(session, key), price)
        new_key = await session.orders.replace(key, wanted, uuid4().hex, session.seen())
        await eventually(lambda: order(session, new_key).status is S.NEW)
        assert session.venue.execution is not None
        (rests,) = await session.venue.execution.open_orders()
        assert (rests.client_order_id, rests.price) == (new_key, price)
        assert (rests.visible_quantity, rests.self_trade_prevention) == (visible, mode)
        return new_key

    async with opened_session(practice.ready, Market.SPOT, ledger_path) as session:
        tick = (await live(session)).tick_size
        wanted = request(session, Side.BUY, "0.004", at="0.9")
        iceberg = replace(wanted, visible_quantity=visible, self_trade_prevention=mode)
        key = await placed(session, iceberg)
        await eventually(lambda: order(session, key).status is S.NEW)
        key = await moved(session, key, order(session, key).price - tick)
    # The ledger knows its terms, and who has no ledger of it hears them of the exchange.
    for path in (ledger_path, ledger_path.with_name("another.sqlite")):
        async with opened_session(practice.ready, Market.SPOT, path) as session:
            await live(session)
            (known,) = session.orders.store.working()
            key = await moved(session, session.orders.store.key_of(known), known.price - tick)
