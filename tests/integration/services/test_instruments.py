"""Rules are the exchange's rules: what changes there is told here, and closes entry at once."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from terminal_app.domain.instrument import Market
from terminal_app.domain.margin import max_notional
from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderStatus
from terminal_app.errors import InvalidOrder, UnknownSymbol
from terminal_app.services import instruments as service
from terminal_app.services.notifications import Notifications
from terminal_app.venues.base import ConnectionState, FeedKind
from tests.helpers.eventually import eventually
from tests.helpers.markets import MARKETS, WORDS
from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_control import Control
from tests.helpers.sessions import SYMBOL, live, opened_session, order, placed, request

CLOSED = {Market.SPOT: "CANCEL_ONLY", Market.USDM: "PRE_SETTLE"}


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let refusals ask for the rules at once."""
    monkeypatch.setattr(service, "PAUSE_SECONDS", 0.05)


@MARKETS
async def test_a_closed_symbol_closes_entry_and_leaves_the_cancel_open(
    practice: PracticeProcess, control: Control, ledger_path: Path, market: Market
) -> None:
    notices = Notifications()
    async with opened_session(practice.ready, market, ledger_path, notices) as session:
        await live(session)
        resting = await placed(session, request(session, Side.BUY, "0.01", at="0.95"))
        await eventually(lambda: order(session, resting).status is OrderStatus.NEW)
        late = request(session, Side.BUY, "0.01", at="0.95")
        control.call("POST", "symbol", market=WORDS[market], symbol=SYMBOL, status=CLOSED[market])
        # Nobody tells us: the refusal of an order does.
        refused = await placed(session, late)
        await eventually(lambda: order(session, refused).status is OrderStatus.REJECTED)
        await eventually(lambda: not session.instruments[SYMBOL].is_trading)
        assert any(
            CLOSED[market] in notice.text and "still be cancelled" in notice.text
            for notice in notices.notices
        )
        with pytest.raises(InvalidOrder, match=CLOSED[market]):
            request(session, Side.BUY, "0.01", at="0.95")
        await session.orders.cancel(resting)
        await eventually(lambda: order(session, resting).status is OrderStatus.CANCELED)
        control.call("POST", "symbol", market=WORDS[market], symbol=SYMBOL, status="TRADING")
        session.rules.ask_soon()
        await eventually(lambda: session.instruments[SYMBOL].is_trading)
        again = await placed(session, request(session, Side.BUY, "0.01", at="0.95"))
        await eventually(lambda: order(session, again).status is OrderStatus.NEW)


@MARKETS
async def test_new_filters_are_known_before_the_next_order(
    practice: PracticeProcess, control: Control, ledger_path: Path, market: Market
) -> None:
    async with opened_session(practice.ready, market, ledger_path) as session:
        await live(session)
        late = request(session, Side.BUY, "0.011", at="0.95")
        control.call(
            "POST",
            "symbol",
            market=WORDS[market],
            symbol=SYMBOL,
            stepSize="0.01",
            minNotional="500",
        )
        refused = await placed(session, late)
        await eventually(lambda: order(session, refused).status is OrderStatus.REJECTED)
        await eventually(lambda: session.instruments[SYMBOL].step_size == Decimal("0.01"))
        with pytest.raises(InvalidOrder, match=r"multiple of 0\.01 BTC"):
            request(session, Side.BUY, "0.011", at="0.95")
        accepted = await placed(session, request(session, Side.BUY, "0.02", at="0.95"))
        await eventually(lambda: order(session, accepted).status is OrderStatus.NEW)


@MARKETS
async def test_rules_that_stay_tell_nobody(
    practice: PracticeProcess, ledger_path: Path, market: Market
) -> None:
    seen: list[object] = []
    async with opened_session(practice.ready, market, ledger_path) as session:
        await live(session)
        session.observers.add(seen.append)
        loads = session.rules.loads
        session.rules.ask_soon()
        await eventually(lambda: session.rules.loads > loads)
        assert seen == []
        assert session.rules.find("btc/usdt").symbol == SYMBOL
        assert session.rules.find(f"binance:{SYMBOL}").symbol == SYMBOL
        with pytest.raises(UnknownSymbol, match="Nearest names: BTCUSDT"):
            session.rules.find("BTC")


async def test_futures_tell_of_a_symbol_that_closes(
    practice: PracticeProcess, control: Control, ledger_path: Path
) -> None:
    async with opened_session(practice.ready, Market.USDM, ledger_path) as session:
        await live(session)
        assert session.venue.stream_health().feeds
        control.call("POST", "symbol", market="futures", symbol=SYMBOL, status="PRE_SETTLE")
        await eventually(lambda: session.instruments[SYMBOL].status == "PRE_SETTLE")
        statuses = {one.feed.kind: one.state for one in session.venue.stream_health().feeds}
        assert statuses[FeedKind.RULES] is ConnectionState.LIVE


async def test_brackets_of_futures(practice: PracticeProcess, ledger_path: Path) -> None:
    async with opened_session(practice.ready, Market.USDM, ledger_path) as session:
        await live(session)
        await eventually(lambda: session.rules.brackets)
        brackets = session.rules.brackets[SYMBOL]
        assert set(session.rules.brackets) == set(session.instruments)
        assert brackets[0].notional_floor == 0
        assert all(low.notional_cap == high.notional_floor for low, high in pairwise(brackets))
        assert max_notional(1, brackets) > max_notional(brackets[0].initial_leverage, brackets) > 0
