"""The ledger holds the whole story of an order, in its order, and no secret."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderStatus
from terminal_app.errors import NotConnected, StorageError
from terminal_app.storage.ledger import EventKind, Ledger
from tests.helpers.eventually import eventually
from tests.helpers.markets import MARKETS
from tests.helpers.practice import PracticeProcess
from tests.helpers.sessions import live, opened_session, order, placed, request

K = EventKind


@MARKETS
async def test_an_order_leaves_its_whole_story(
    practice: PracticeProcess, ledger_path: Path, market: Market
) -> None:
    ready, scope = practice.ready, f"practice/{market.value}"
    async with opened_session(ready, market, ledger_path) as session:
        await live(session)
        key = await placed(session, request(session, Side.BUY, "0.002"))
        await eventually(lambda: order(session, key).status is OrderStatus.FILLED)
        resting = await placed(session, request(session, Side.BUY, "0.002", at="0.9"))
        await eventually(lambda: order(session, resting).status is OrderStatus.NEW)
        await session.orders.cancel(resting)
        await eventually(lambda: order(session, resting).status is OrderStatus.CANCELED)
    ledger = Ledger(ledger_path, "reader")
    await ledger.open()
    filled = await ledger.events(scope, key)
    kinds = [event.kind for event in filled]
    assert kinds[:2] == [K.INTENT, K.SEND_STARTED]
    assert {K.REQUEST, K.REPLY, K.ENDED} <= set(kinds)
    assert kinds.index(K.REQUEST) < kinds.index(K.REPLY)
    intent = filled[0].body
    fingerprint = session.venue.records.key_fingerprint
    assert len(fingerprint) == 8
    assert intent["key_fingerprint"] == fingerprint
    assert intent["receive_window_ms"] == 5000
    assert intent["seen_bid"]
    assert intent["version"]
    asked = next(event.body for event in filled if event.kind is K.REQUEST)
    assert str(asked["request"]).startswith("order.place?symbol=BTCUSDT&side=BUY")
    assert asked["status"] == 200
    assert int(str(asked["latency_us"])) > 0
    heard = [str(event.body["raw"]) for event in await ledger.events_of(scope, K.STREAM)]
    first = next(number for number, raw in enumerate(heard) if key in raw)
    assert all(raw.startswith("{") for raw in heard)
    assert '"NEW"' in heard[first]
    cancelled = [event.kind for event in await ledger.events(scope, resting)]
    assert K.CANCEL_INTENT in cancelled
    await ledger.close()
    text = await asyncio.to_thread(ledger_path.read_bytes)
    for secret in (ready["api_key"], ready["api_secret"]):
        assert secret.encode() not in text
    assert b"signature=\xe2\x80\xa6" in text


@MARKETS
async def test_a_start_shows_at_once_what_was_known_last(
    practice: PracticeProcess, ledger_path: Path, market: Market
) -> None:
    ready, scope = practice.ready, f"practice/{market.value}"
    async with opened_session(ready, market, ledger_path) as session:
        await live(session)
        bought = await placed(session, request(session, Side.BUY, "0.002"))
        await eventually(lambda: order(session, bought).status is OrderStatus.FILLED)
        resting = await placed(session, request(session, Side.BUY, "0.002", at="0.9"))
        await eventually(lambda: order(session, resting).status is OrderStatus.NEW)
        fills = dict(session.orders.store.fills)
        before = order(session, resting)
        await session.reconciliation.compare()
        balances = dict(session.account.balances)
        held = {key: one.amount for key, one in session.account.positions.items()}
    assert fills
    async with opened_session(ready, market, ledger_path) as session:
        # Nothing has come from the exchange yet, and no order is taken.
        assert session.orders.closed_because
        assert session.orders.store.fills == fills
        assert session.account.balances == balances
        assert {key: one.amount for key, one in session.account.positions.items()} == held
        assert session.account.available("USDT") is None
        shown = order(session, resting)
        assert (shown.status, shown.order_id) == (OrderStatus.NEW, before.order_id)
        await live(session)
        assert order(session, resting).status is OrderStatus.NEW
        await session.orders.cancel(resting)
        await eventually(lambda: order(session, resting).status is OrderStatus.CANCELED)
        assert session.orders.store.fills == fills
    ledger = Ledger(ledger_path, "reader")
    await ledger.open()
    told = [event.body["trade_id"] for event in await ledger.events_of(scope, K.FILL)]
    assert sorted(map(str, told)) == sorted(str(fill.trade_id) for fill in fills.values())
    names = {event.client_order_id for event in await ledger.events_of(scope, K.FILL)}
    assert names == {bought}
    assert len(await ledger.events_of(scope, K.KEY_CHANGED)) == 1
    assert await ledger.open_intents(scope) == []
    await ledger.close()


async def test_while_nothing_can_be_written_cancels_leave_and_orders_do_not(
    practice: PracticeProcess, ledger_path: Path, expect_log: object
) -> None:
    assert callable(expect_log)
    expect_log("ledger: The ledger could not be written")
    async with opened_session(practice.ready, Market.USDM, ledger_path) as session:
        await live(session)
        resting = await placed(session, request(session, Side.BUY, "0.002", at="0.9"))
        await eventually(lambda: order(session, resting).status is OrderStatus.NEW)
        wanted = request(session, Side.BUY, "0.002")
        reducing = replace(wanted, side=Side.SELL, reduce_only=True)
        file = session.orders._ledger._ledger._file
        assert file is not None
        file.close()
        with pytest.raises(StorageError, match="could not be written"):
            await session.orders.place(wanted, "first", {})
        assert session.orders.closed_because.endswith("No new orders; cancelling still works.")
        with pytest.raises(NotConnected, match="No new orders"):
            await session.orders.place(wanted, "second", {})
        # What reduces is tried: it leaves as soon as its intent can be written, and not before.
        with pytest.raises(StorageError, match="could not be written"):
            await session.orders.place(reducing, "third", {})
        await session.orders.cancel(resting)
        await eventually(lambda: order(session, resting).status is OrderStatus.CANCELED)
        assert len(session.orders.store.orders) == 1


async def test_a_disk_that_hangs_sends_no_order_late_and_holds_no_cancel_back(
    practice: PracticeProcess, ledger_path: Path
) -> None:
    hang = threading.Event()
    async with opened_session(practice.ready, Market.USDM, ledger_path) as session:
        await live(session)
        resting = await placed(session, request(session, Side.BUY, "0.002", at="0.9"))
        await eventually(lambda: order(session, resting).status is OrderStatus.NEW)
        ledger = session.orders._ledger._ledger
        hanging = asyncio.get_running_loop().run_in_executor(ledger._executor, hang.wait, 20)
        with pytest.raises(StorageError, match="did not take the order's intent in time"):
            await session.orders.place(request(session, Side.BUY, "0.002"), "late", {})
        await session.orders.cancel(resting)
        await eventually(lambda: order(session, resting).status is OrderStatus.CANCELED)
        hang.set()
        assert await hanging
        # The intent is written after all, and with it that it was never sent.
        assert await ledger.open_intents("practice/usdm") == []
        intents = await ledger.events_of("practice/usdm", K.INTENT)
        late = next(event for event in intents if event.client_order_id != resting)
        ended = (await ledger.events("practice/usdm", late.client_order_id))[-1]
        assert (ended.kind, ended.body["status"]) == (K.ENDED, "NOT SENT")
        assert set(session.orders.store.orders) == {resting}
