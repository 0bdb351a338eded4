"""The exchange dies, or the terminal does: nothing is lost, nothing is doubled."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderStatus
from terminal_app.errors import NotConnected
from terminal_app.services.connection import ACCOUNT, MARKET
from terminal_app.storage.ledger import EventKind, Ledger
from tests.helpers.eventually import eventually
from tests.helpers.markets import MARKETS, WORDS
from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient
from tests.helpers.sessions import SYMBOL, live, opened_session, order, placed, request

S = OrderStatus


@MARKETS
async def test_a_killed_exchange_that_comes_back_has_lost_nothing(
    tmp_path: Path, ledger_path: Path, market: Market
) -> None:
    files = {"account": tmp_path / "account.sqlite", "credentials": tmp_path / "key.json"}
    with PracticeProcess(seed=5, **files) as first:
        ready = first.ready
        async with opened_session(ready, market, ledger_path) as session:
            await live(session)
            bought = await placed(session, request(session, Side.BUY, "0.01"))
            resting = await placed(session, request(session, Side.BUY, "0.002", at="0.9"))
            await eventually(lambda: order(session, bought).status is S.FILLED)
            await eventually(lambda: order(session, resting).status is S.NEW)
            before, fills = dict(session.orders.store.orders), dict(session.orders.store.fills)
            first.kill()
            await eventually(
                lambda: (
                    not session.connection.link(MARKET).is_live
                    and not session.connection.link(ACCOUNT).is_live
                )
            )
            assert session.orders.closed_because
            assert not session.is_fresh
            ports = {
                "spot_port": urlsplit(ready["spot_rest"]).port or 0,
                "futures_port": urlsplit(ready["futures_rest"]).port or 0,
            }
            with PracticeProcess(seed=5, **files, **ports):
                await live(session)
                store = session.orders.store
                assert store.orders.keys() == before.keys()
                assert store.fills == fills
                assert order(session, bought) == before[bought]
                assert order(session, resting).status is S.NEW
                await session.orders.cancel(resting)
                await eventually(lambda: order(session, resting).status is S.CANCELED)
                assert store.orders.keys() == before.keys()


@MARKETS
async def test_intents_of_a_crashed_run_are_asked_for(
    practice: PracticeProcess, ledger_path: Path, market: Market
) -> None:
    scope, word = f"practice/{market.value}", WORDS[market]
    root = "/api/v3" if market is Market.SPOT else "/fapi/v1"
    async with PracticeClient(practice.ready, word) as client:
        ticker = await client.get(f"{root}/ticker/price", symbol=SYMBOL)
        price = int(float(ticker["price"]) * 0.9)
        limit = {"type": "LIMIT", "timeInForce": "GTC", "price": price}
        kinds: dict[str, dict[str, object]] = {"rests": limit, "fills": {"type": "MARKET"}}
        ledger = Ledger(ledger_path, "crash1")
        await ledger.open()
        for name in ("rests", "fills", "absent"):
            body = {
                "symbol": SYMBOL, "side": "BUY", "time_in_force": "GTC", "quantity": "0.002",
                "type": str(kinds.get(name, limit)["type"]), "price": str(price),
                "quote_quantity": None, "reduce_only": False, "created_ms": 1, "action_id": name,
            }  # fmt: skip
            await ledger.append(scope, EventKind.INTENT, body, f"t1-crash1-{name}")
            if name in kinds:
                await client.call(
                    "POST", f"{root}/order", symbol=SYMBOL, side="BUY", quantity="0.002",
                    newClientOrderId=f"t1-crash1-{name}", **kinds[name],
                )  # fmt: skip
        await ledger.close()
        async with opened_session(practice.ready, market, ledger_path) as session:
            assert session.orders.store.unknown(SYMBOL, Side.BUY)
            await live(session)
            rests, fills = "t1-crash1-rests", "t1-crash1-fills"
            await eventually(lambda: order(session, rests).status is S.NEW)
            await eventually(lambda: order(session, fills).status is S.FILLED)
            # Nobody can prove that an order never was: it stays shown as unknown.
            assert order(session, "t1-crash1-absent").status is S.UNKNOWN
            assert not order(session, fills).from_elsewhere
            await session.orders.cancel(rests)
            await eventually(lambda: order(session, rests).status is S.CANCELED)
    after = Ledger(ledger_path, "after")
    await after.open()
    left = [event.client_order_id for event in await after.open_intents(scope)]
    assert left == ["t1-crash1-absent"]
    await after.append(scope, EventKind.EPOCH_RESET, {})
    assert await after.open_intents(scope) == []
    assert await after.verify()
    await after.close()


@MARKETS
async def test_what_ended_in_an_earlier_run_is_known_while_the_venue_lags(
    practice: PracticeProcess, ledger_path: Path, market: Market
) -> None:
    async with opened_session(practice.ready, market, ledger_path) as session:
        await live(session)
        key = await placed(session, request(session, Side.BUY, "0.01"))
        await eventually(lambda: order(session, key).status is S.FILLED)
        filled = order(session, key)
    async with opened_session(practice.ready, market, ledger_path) as session:
        # Nothing was asked yet: this is what the disk holds.
        known = order(session, key)
        assert known == replace(filled, created_ms=known.created_ms, trade_ids=known.trade_ids)
        await live(session)
        assert order(session, key).status is S.FILLED
        assert order(session, key).executed_quantity == filled.executed_quantity


@MARKETS
async def test_an_order_that_meets_a_closing_session_is_said_not_to_have_left(
    practice: PracticeProcess, ledger_path: Path, market: Market
) -> None:
    async with opened_session(practice.ready, market, ledger_path) as session:
        await live(session)
        wanted = request(session, Side.BUY, "0.01")
        await session.close()
        with pytest.raises(NotConnected, match="Nothing was sent"):
            await session.orders.place(wanted, "a click", {})
        assert {one.status for one in session.orders.store.orders.values()} <= {S.NOT_SENT}
