"""An order of unknown fate is shown as unknown, never sent again, and asked for until known."""

from __future__ import annotations

from pathlib import Path

import pytest

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderStatus
from terminal_app.errors import InvalidOrder, NotConnected, StorageError
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.services.session import Session
from terminal_app.storage.ledger import EventKind, Ledger
from tests.helpers.eventually import eventually
from tests.helpers.fault_proxy import Fault, FaultProxy, StreamGate
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


def statuses(session: Session) -> list[OrderStatus]:
    """Return every status the orders placed here have from now on, as it comes."""
    seen: list[OrderStatus] = []

    def on_change(_key: object) -> None:
        for one in session.orders.store.orders.values():
            if not one.from_elsewhere and one.status not in seen:
                seen.append(one.status)

    session.orders.store.observers.add(on_change)
    return seen


@MARKETS
@pytest.mark.parametrize("fault", [Fault.CUT, Fault.GARBAGE])
async def test_an_order_whose_reply_proves_nothing_is_resolved_and_sent_once(
    practice: PracticeProcess, ledger_path: Path, market: Market, fault: Fault
) -> None:
    path = ORDER_PATHS[market]
    async with (
        FaultProxy(practice.ready[f"{WORDS[market]}_rest"]) as proxy,
        opened_session(practice.ready, market, ledger_path, rest=proxy.address) as session,
    ):
        await live(session)
        proxy.faults["POST"] = fault
        key = await placed(session, request(session, Side.BUY, "0.002", at="0.9"))
        await eventually(lambda: order(session, key).status is S.NEW)
        assert order(session, key).order_id is not None
        assert proxy.count("POST", path) == 1
        await session.orders.cancel(key)
        await eventually(lambda: order(session, key).status is S.CANCELED)
        assert proxy.count("POST", path) == 1


@MARKETS
async def test_without_stream_and_answers_an_order_is_shown_as_unknown(
    practice: PracticeProcess, ledger_path: Path, market: Market
) -> None:
    path, notices = ORDER_PATHS[market], Notifications()
    # Where each market tells the account's events.
    way = "ws_api" if market is Market.SPOT else "stream"
    async with (
        FaultProxy(practice.ready[f"{WORDS[market]}_rest"]) as proxy,
        StreamGate(practice.ready[f"{WORDS[market]}_{way}"]) as gate,
        opened_session(
            practice.ready, market, ledger_path, notices, rest=proxy.address, **{way: gate.address}
        ) as session,
    ):
        await live(session)
        wanted = request(session, Side.BUY, "0.002", at="0.9")
        gate.shut()
        seen = statuses(session)
        proxy.faults.update(POST=Fault.CUT, GET=Fault.CUT)
        key = await placed(session, wanted)
        await eventually(lambda: order(session, key).status is S.UNKNOWN)
        assert session.orders.store.unknown(SYMBOL, Side.BUY)
        # Another like it is wanted by name or not at all; the other side is free.
        with pytest.raises(InvalidOrder, match=f"{key}: nobody knows yet"):
            await session.orders.place(wanted, "again", session.seen())
        assert own_keys(session) == {key}
        assert any(
            notice.severity is Severity.DANGER and "will not be sent again" in notice.text
            for notice in notices.notices
        )
        asked = proxy.count("GET", path)
        await eventually(lambda: proxy.count("GET", path) > asked)
        assert order(session, key).status is S.UNKNOWN
        del proxy.faults["GET"]
        await eventually(lambda: order(session, key).status is S.NEW)
        assert seen == [S.SENDING, S.UNKNOWN, S.NEW]
        # What the stream had held back comes late and changes nothing.
        gate.open()
        await session.orders.cancel(key)
        await eventually(lambda: order(session, key).status is S.CANCELED)
        assert own_keys(session) == {key}
        assert proxy.count("POST", path) == 1
    ledger = Ledger(ledger_path, "after")
    await ledger.open()
    kinds = [event.kind for event in await ledger.events(f"practice/{market.value}", key)]
    assert {EventKind.INTENT, EventKind.RESOLVED, EventKind.ENDED} <= set(kinds)
    await ledger.close()


@MARKETS
async def test_a_refused_connection_means_not_sent(
    practice: PracticeProcess, ledger_path: Path, market: Market
) -> None:
    path = ORDER_PATHS[market]
    async with (
        FaultProxy(practice.ready[f"{WORDS[market]}_rest"]) as proxy,
        opened_session(practice.ready, market, ledger_path, rest=proxy.address) as session,
        PracticeClient(practice.ready, WORDS[market]) as client,
    ):
        await live(session)
        wanted = request(session, Side.BUY, "0.002", at="0.9")
        proxy.refuse()
        key = await placed(session, wanted)
        await eventually(lambda: order(session, key).status.is_final)
        assert order(session, key).status is S.NOT_SENT
        assert proxy.count("POST", path) == 0
        rows = await client.call("GET", f"{path.removesuffix('order')}openOrders")
        assert rows == []
        # The person may send again: a new order with a new id.
        await proxy.listen()
        again = await placed(session, wanted)
        assert again != key
        await eventually(lambda: order(session, again).status is S.NEW)
        await session.orders.cancel(again)
        await eventually(lambda: order(session, again).status is S.CANCELED)


@MARKETS
async def test_a_cancel_without_an_answer_is_repeated_until_proven(
    practice: PracticeProcess, ledger_path: Path, market: Market
) -> None:
    async with (
        FaultProxy(practice.ready[f"{WORDS[market]}_rest"]) as proxy,
        opened_session(practice.ready, market, ledger_path, rest=proxy.address) as session,
    ):
        await live(session)
        key = await placed(session, request(session, Side.BUY, "0.002", at="0.9"))
        await eventually(lambda: order(session, key).status is S.NEW)
        proxy.faults["DELETE"] = Fault.CUT
        await session.orders.cancel(key)
        await eventually(lambda: order(session, key).status is S.CANCELED)


async def test_a_refusal_is_explained(practice: PracticeProcess, ledger_path: Path) -> None:
    async with opened_session(practice.ready, Market.SPOT, ledger_path) as session:
        await live(session)
        key = await placed(session, request(session, Side.BUY, "9", at="0.99"))
        await eventually(lambda: order(session, key).status is S.REJECTED)
        assert "not enough balance" in order(session, key).reason


async def test_without_a_ledger_nothing_is_sent(
    practice: PracticeProcess, ledger_path: Path, expect_log: object
) -> None:
    assert callable(expect_log)
    expect_log("ledger: The ledger could not be written")
    async with (
        FaultProxy(practice.ready["spot_rest"]) as proxy,
        opened_session(practice.ready, Market.SPOT, ledger_path, rest=proxy.address) as session,
    ):
        await live(session)
        wanted = request(session, Side.BUY, "0.001")
        file = session.orders._ledger._ledger._file
        assert file is not None
        file.close()
        with pytest.raises(StorageError):
            await session.orders.place(wanted, "press 1", session.seen())
        assert own_keys(session) == set()
        with pytest.raises(NotConnected, match=r"Nothing was sent.*No new orders"):
            await session.orders.place(wanted, "press 2", session.seen())
        assert proxy.count("POST", ORDER_PATHS[Market.SPOT]) == 0
