"""What is shown becomes equal to the exchange's truth, whoever acted and whatever was swallowed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import Forced, OrderStatus
from terminal_app.services.connection import ACCOUNT
from terminal_app.services.notifications import Notifications
from terminal_app.services.order_fate import NO_SUCH_ORDER, Patience
from terminal_app.services.reconciliation import Pace
from terminal_app.services.session import Session
from terminal_app.storage.ledger import EventKind, Ledger
from tests.helpers.eventually import eventually
from tests.helpers.markets import MARKETS, WORDS
from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_control import Control
from tests.helpers.sessions import (
    ORDER_PATHS,
    SYMBOL,
    live,
    opened_session,
    order,
    own_keys,
    placed,
    request,
    told,
)

S = OrderStatus
EVENTS = {
    Market.SPOT: ("executionReport", "outboundAccountPosition"),
    Market.USDM: ("ORDER_TRADE_UPDATE", "ACCOUNT_UPDATE"),
}
QUICK = Pace(compare_s=0.5, settle_s=0.2)
SIZE = Decimal("0.01")
NEVER = Pace(compare_s=3600.0, patience=Patience(answers=3, seconds=1.0, ask_again_s=0.3))


@pytest.fixture
def practice() -> Iterator[PracticeProcess]:
    """Serve an exchange of one symbol with a fresh account."""
    with PracticeProcess(seed=11, symbols=1) as process:
        yield process


def swallow(control: Control, market: Market) -> list[int]:
    """Let the account's events be lost while their socket stays alive."""
    return [control.fault("event.drop", market=WORDS[market], event=e) for e in EVENTS[market]]


def resting_terms(session: Session) -> dict[str, str]:
    """Return an order's terms that will rest."""
    wanted = request(session, Side.BUY, "0.002", at="0.9")
    return {
        "symbol": SYMBOL, "side": "BUY", "type": "LIMIT", "timeInForce": "GTC",
        "quantity": str(wanted.quantity), "price": str(wanted.price),
    }  # fmt: skip


@MARKETS
async def test_a_silent_stream_is_found_and_connected_anew(
    practice: PracticeProcess, control: Control, ledger_path: Path, market: Market
) -> None:
    notices = Notifications()
    async with opened_session(practice.ready, market, ledger_path, notices, QUICK) as session:
        await live(session)
        states: list[bool] = []
        session.connection.observers.add(
            lambda _: states.append(session.connection.link(ACCOUNT).is_live)
        )
        faults = swallow(control, market)
        # Loading a symbol's history may learn of the order; of the balances only events tell.
        bought = {"symbol": SYMBOL, "side": "BUY", "type": "MARKET", "quantity": "0.01"}
        made = control.call("POST", "actor/order", market=WORDS[market], **bought)
        await eventually(lambda: told(notices, "events did not tell of: "))
        for number in faults:
            control.call("DELETE", f"faults/{number}")
        orders = session.orders.store.orders
        await eventually(
            lambda: any(one.order_id == made["orderId"] for one in orders.values()), 15
        )
        await eventually(lambda: session.orders.gate.is_reconciled)
        assert False in states
        assert states[-1]
    ledger = Ledger(ledger_path, "after")
    await ledger.open()
    events = await ledger.events(f"practice/{market.value}", "")
    subject = "balance USDT" if market is Market.SPOT else "position BTCUSDT"
    assert any(event.kind is EventKind.RECONCILE and subject in event.body for event in events)
    await ledger.close()


@MARKETS
async def test_comparing_finds_nothing_where_events_tell_all(
    practice: PracticeProcess, ledger_path: Path, market: Market
) -> None:
    notices = Notifications()
    pace = Pace(compare_s=0.05)
    async with opened_session(practice.ready, market, ledger_path, notices, pace) as session:
        await live(session)
        for side in (Side.BUY, Side.SELL) * 2:
            key = await placed(session, request(session, side, "0.004"))
            await eventually(lambda key=key: order(session, key).status is S.FILLED)  # type: ignore[misc]  # mypy infers no lambda defaults
            resting = await placed(session, request(session, Side.BUY, "0.002", at="0.9"))
            await eventually(lambda key=resting: order(session, key).status is S.NEW)  # type: ignore[misc]  # mypy infers no lambda defaults
            await session.orders.cancel(resting)
            await eventually(lambda key=resting: order(session, key).status is S.CANCELED)  # type: ignore[misc]  # mypy infers no lambda defaults
        compared_s = session.reconciliation.compared_s
        await eventually(lambda: session.reconciliation.compared_s != compared_s)
        assert not told(notices, "did not tell of")


@MARKETS
async def test_an_order_nobody_finds_stays_unknown_and_may_re_appear(
    practice: PracticeProcess, control: Control, ledger_path: Path, market: Market
) -> None:
    path, notices = ORDER_PATHS[market], Notifications()
    detour = {"rest": practice.ready[f"{WORDS[market]}_rest"]}
    async with opened_session(
        practice.ready, market, ledger_path, notices, NEVER, **detour
    ) as session:
        await live(session)
        lost = control.fault(
            "reply.close", market=WORDS[market], method="POST", path=path, accepted=False, count=1
        )
        key = await placed(session, request(session, Side.BUY, "0.002", at="0.9"))
        await eventually(lambda: order(session, key).status is S.UNKNOWN)
        await eventually(lambda: order(session, key).is_missing)
        assert order(session, key).status is S.UNKNOWN
        assert "not found at the exchange (checked" in order(session, key).reason
        assert session.orders.store.unknown(SYMBOL, Side.BUY)
        control.call("DELETE", f"faults/{lost}")
        # What had been held up somewhere is taken after all.
        terms = {**resting_terms(session), "newClientOrderId": key}
        control.call(
            "POST", "actor/request", market=WORDS[market], method="POST", path=path, params=terms
        )
        await eventually(lambda: order(session, key).status is S.NEW)
        assert not order(session, key).is_missing
        assert told(notices, "Re-appeared at the exchange")
        assert own_keys(session) == {key}


async def test_an_order_the_exchange_forgets_for_a_while_is_not_called_absent(
    practice: PracticeProcess, control: Control, ledger_path: Path
) -> None:
    market = Market.SPOT
    path, notices = ORDER_PATHS[market], Notifications()
    detour = {"rest": practice.ready[f"{WORDS[market]}_rest"]}
    async with opened_session(
        practice.ready, market, ledger_path, notices, NEVER, **detour
    ) as session:
        await live(session)
        swallow(control, market)
        name = WORDS[market]
        control.fault("reply.close", market=name, method="POST", path=path, count=1)
        control.fault(
            "reply.error", market=name, method="GET", path=path, status=400, code=NO_SUCH_ORDER,
            msg="Order does not exist.", count=6,
        )  # fmt: skip
        key = await placed(session, request(session, Side.BUY, "0.002", at="0.9"))
        await eventually(lambda: order(session, key).status is S.UNKNOWN)
        # The list of what rests there knows it though a query for it does not.
        await eventually(lambda: order(session, key).status is S.NEW)
        assert not told(notices, "Re-appeared")


async def test_what_others_do_to_the_account_is_named(
    practice: PracticeProcess, control: Control, ledger_path: Path
) -> None:
    notices, market = Notifications(), Market.USDM
    async with opened_session(practice.ready, market, ledger_path, notices, QUICK) as session:
        await live(session)
        control.call("POST", "actor/leverage", symbol=SYMBOL, leverage=7)
        await eventually(lambda: told(notices, "The leverage of BTCUSDT is 7x now."))
        control.call("POST", "actor/margin-type", symbol=SYMBOL, marginType="ISOLATED")
        await eventually(lambda: told(notices, "The margin mode of BTCUSDT is isolated now."))
        # Of this no event tells: the next comparison finds it.
        was_hedged = session.account.is_hedged
        control.call("POST", "actor/position-mode", dualSidePosition=True)
        await eventually(lambda: told(notices, "The position mode is hedge"))
        assert session.account.is_hedged is not was_hedged
        amounts = {"from": "spot", "to": "futures", "asset": "USDT", "amount": "100"}
        before = session.account.balances["USDT"].total
        control.call("POST", "transfer", **amounts)
        await eventually(lambda: told(notices, ": 100 USDT."))
        await eventually(lambda: session.account.balances["USDT"].total == before + 100)
        assert not told(notices, "did not tell of")


@pytest.mark.parametrize(
    ("call", "words", "forced"),
    [
        ("actor/liquidate", "The exchange liquidates: sell 0.01 BTCUSDT", Forced.LIQUIDATION),
        ("actor/deleverage", "The exchange deleverages (ADL): sell", Forced.DELEVERAGING),
    ],
)
async def test_a_position_closed_by_the_exchange_raises_an_alarm(
    practice: PracticeProcess,
    control: Control,
    ledger_path: Path,
    call: str,
    words: str,
    forced: Forced,
) -> None:
    notices, market = Notifications(), Market.USDM
    async with opened_session(practice.ready, market, ledger_path, notices, QUICK) as session:
        await live(session)
        key = await placed(session, request(session, Side.BUY, "0.01"))
        await eventually(lambda: order(session, key).status is S.FILLED)
        await eventually(lambda: SYMBOL in session.account.positions)
        control.call("POST", call, symbol=SYMBOL)
        await eventually(lambda: told(notices, words))
        await eventually(lambda: SYMBOL not in session.account.positions)
        (made,) = (one for one in session.orders.store.orders.values() if one.forced)
        assert (made.forced, made.from_elsewhere) == (forced, True)
        await eventually(lambda: session.orders.store.orders[key].status is S.FILLED)


async def test_a_waiting_order_from_elsewhere_is_joined_with_what_it_becomes(
    practice: PracticeProcess, control: Control, ledger_path: Path
) -> None:
    notices, market = Notifications(), Market.USDM
    async with opened_session(practice.ready, market, ledger_path, notices, QUICK) as session:
        await live(session)
        best = session.market_data.book.asks.best()
        assert best is not None
        terms = {
            "algoType": "CONDITIONAL", "symbol": SYMBOL, "side": "BUY", "type": "STOP_MARKET",
            "quantity": "0.010", "triggerPrice": str(int(best.price * 21 / 20)),
        }  # fmt: skip
        path = "/fapi/v1/algoOrder"
        call = {"market": "futures", "path": path}
        control.call("POST", "actor/request", method="POST", params=terms, **call)
        await eventually(lambda: len(session.orders.store.working()) == 1)
        (waiting,) = session.orders.store.working()
        assert (waiting.is_conditional, waiting.from_elsewhere) == (True, True)
        assert told(notices, "An order from elsewhere: buy 0.01 BTCUSDT")
        await session.orders.cancel(session.orders.store.key_of(waiting))
        await eventually(lambda: not session.orders.store.working())


async def test_lost_trades_are_fetched_by_their_order(
    practice: PracticeProcess, ledger_path: Path
) -> None:
    async with opened_session(practice.ready, Market.USDM, ledger_path, None, QUICK) as session:
        await live(session)
        store = session.orders.store
        keys = [
            await placed(session, request(session, side, "0.01")) for side in (Side.BUY, Side.SELL)
        ]
        await eventually(lambda: all(order(session, key).status is S.FILLED for key in keys))
        await eventually(lambda: sum(fill.quantity for fill in store.fills.values()) == 2 * SIZE)
        before = dict(store.fills)
        # What is held is explained without them, too: only their orders tell that they lack.
        store.fills.clear()
        await eventually(lambda: store.fills == before, 10)


@MARKETS
async def test_a_reset_of_the_exchange_begins_a_new_epoch(
    practice: PracticeProcess, control: Control, ledger_path: Path, market: Market
) -> None:
    notices = Notifications()
    pace = Pace(compare_s=0.5, settle_s=0.2, forgotten_ms=0)
    async with opened_session(practice.ready, market, ledger_path, notices, pace) as session:
        await live(session)
        store = session.orders.store
        key = await placed(session, request(session, Side.BUY, "0.01"))
        await eventually(lambda: order(session, key).status is S.FILLED)
        resting = await placed(session, request(session, Side.BUY, "0.002", at="0.9"))
        await eventually(lambda: order(session, resting).status is S.NEW)
        control.call("POST", "reset-account")
        await eventually(lambda: told(notices, "The exchange was reset"))
        await eventually(lambda: session.orders.gate.is_reconciled)
        assert not store.working()
        assert not store.fills
        assert not session.account.positions
        assert not told(notices, "Re-appeared")
        again = await placed(session, request(session, Side.BUY, "0.01"))
        await eventually(lambda: order(session, again).status is S.FILLED)
    ledger = Ledger(ledger_path, "after")
    await ledger.open()
    kinds = {event.kind for event in await ledger.events(f"practice/{market.value}", key)}
    assert {EventKind.INTENT, EventKind.ENDED} <= kinds
    assert await ledger.open_intents(f"practice/{market.value}") == []
    await ledger.close()


async def test_an_order_list_from_elsewhere_is_joined_with_its_legs(
    practice: PracticeProcess, control: Control, ledger_path: Path
) -> None:
    async with opened_session(practice.ready, Market.SPOT, ledger_path, None, QUICK) as session:
        await live(session)
        best = session.market_data.book.asks.best()
        assert best is not None
        terms = {
            "symbol": SYMBOL, "side": "SELL", "quantity": "0.01",
            "aboveType": "LIMIT_MAKER", "abovePrice": str(int(best.price * 21 / 20)),
            "belowType": "STOP_LOSS", "belowStopPrice": str(int(best.price * 19 / 20)),
        }  # fmt: skip
        path = "/api/v3/orderList/oco"
        control.call("POST", "deposit", market="spot", asset="BTC", amount="1")
        control.call("POST", "actor/request", market="spot", method="POST", path=path, params=terms)
        store = session.orders.store
        await eventually(lambda: len(store.working()) == 2)
        first, second = store.working()
        assert first.order_list_id is not None
        assert first.order_list_id == second.order_list_id
        assert first.from_elsewhere
        assert second.from_elsewhere
        await session.orders.cancel(store.key_of(first))
        await eventually(lambda: not store.working())


@MARKETS
async def test_what_happened_while_the_terminal_was_away_is_told_at_the_start(
    practice: PracticeProcess, control: Control, ledger_path: Path, market: Market
) -> None:
    name = WORDS[market]
    async with opened_session(practice.ready, market, ledger_path, None, QUICK) as session:
        await live(session)
        key = await placed(session, request(session, Side.BUY, "0.01"))
        await eventually(lambda: order(session, key).status is S.FILLED)
        resting = await placed(session, request(session, Side.BUY, "0.002", at="0.9"))
        await eventually(lambda: order(session, resting).status is S.NEW)
        number, terms = order(session, resting).order_id, resting_terms(session)
    control.call("POST", "actor/cancel", market=name, symbol=SYMBOL, orderId=number)
    control.call("POST", "actor/order", market=name, **terms)
    sold = {"symbol": SYMBOL, "side": "SELL", "type": "MARKET", "quantity": "0.01"}
    control.call("POST", "actor/order", market=name, **sold)
    notices = Notifications()
    async with opened_session(practice.ready, market, ledger_path, notices, QUICK) as session:
        await live(session)
        await eventually(lambda: told(notices, f"order BTCUSDT {number}"))
        assert told(notices, "While away: ")
        assert not told(notices, "While away: 0 fills")
        assert order(session, resting).status is S.CANCELED
        assert len(session.orders.store.working()) == 1


def test_a_silent_stream_is_found_within_35_seconds_unless_told_otherwise() -> None:
    assert Pace().compare_s + Pace().settle_s <= 33


async def test_after_a_gap_an_order_nobody_finds_is_not_called_absent(
    practice: PracticeProcess, control: Control, ledger_path: Path
) -> None:
    path, detour = ORDER_PATHS[Market.SPOT], {"rest": practice.ready["spot_rest"]}
    async with opened_session(
        practice.ready, Market.SPOT, ledger_path, None, NEVER, **detour
    ) as session:
        await live(session)
        control.fault("reply.close", market="spot", method="POST", path=path, accepted=False)
        key = await placed(session, request(session, Side.BUY, "0.002", at="0.9"))
        control.call("POST", "sockets", action="socket.reset", market="spot")
        await eventually(lambda: not session.orders.gate.is_reconciled)
        await eventually(lambda: "events were missed" in order(session, key).reason)
        assert (order(session, key).status, order(session, key).is_missing) == (S.UNKNOWN, False)
