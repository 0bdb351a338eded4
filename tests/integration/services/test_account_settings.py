"""Settings of the account are checked, changed, and proven by reading them back."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from terminal_app.domain.account import MarginMode, PositionSide, SymbolSettings, position_key
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderStatus
from terminal_app.errors import InvalidOrder, VenueRefused, VenueUnclear
from terminal_app.services import account_settings
from terminal_app.services.order_entry import closing_request
from terminal_app.services.session import Session
from tests.helpers.eventually import eventually
from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_control import Control
from tests.helpers.sessions import SYMBOL, live, opened_session, order, placed, request

S = OrderStatus
D = Decimal
USDM = Market.USDM


def leverage(session: Session) -> int:
    """Return the leverage that is shown."""
    settings = session.account.settings(SYMBOL)
    assert settings is not None
    return settings.leverage


async def test_leverage_and_margin_mode_are_what_was_set(
    practice: PracticeProcess, ledger_path: Path
) -> None:
    async with opened_session(practice.ready, USDM, ledger_path) as session:
        await live(session)
        settings, account = session.account_settings, session.account
        await settings.set_leverage(SYMBOL, 7)
        await eventually(lambda: leverage(session) == 7)
        await settings.set_margin_mode(SYMBOL, MarginMode.ISOLATED)
        await eventually(lambda: account.settings(SYMBOL) == SymbolSettings(7, MarginMode.ISOLATED))
        # What holds already is refused by the exchange, and is what was wanted.
        await settings.set_margin_mode(SYMBOL, MarginMode.ISOLATED)
        with pytest.raises(InvalidOrder, match=r"Leverage 200: it goes from 1 to 125.*125\."):
            await settings.set_leverage(SYMBOL, 200)
        with pytest.raises(VenueRefused):
            await settings.set_leverage("NOSUCHUSDT", 5)


async def test_margin_of_an_isolated_position_is_moved(
    practice: PracticeProcess, ledger_path: Path
) -> None:
    async with opened_session(practice.ready, USDM, ledger_path) as session:
        await live(session)
        settings, account = session.account_settings, session.account
        with pytest.raises(InvalidOrder, match="only an isolated one"):
            await settings.move_margin(SYMBOL, D(10))
        await settings.set_margin_mode(SYMBOL, MarginMode.ISOLATED)
        key = await placed(session, request(session, Side.BUY, "0.01"))
        await eventually(lambda: order(session, key).status is S.FILLED)
        await eventually(lambda: SYMBOL in account.positions)
        before = account.positions[SYMBOL].isolated_margin
        assert before is not None
        await settings.move_margin(SYMBOL, D("25.5"))
        await eventually(lambda: account.positions[SYMBOL].isolated_margin == before + D("25.5"))
        with pytest.raises(InvalidOrder, match="is not available"):
            await settings.move_margin(SYMBOL, D(10) ** 9)
        with pytest.raises(InvalidOrder, match="while there is a position"):
            await settings.set_margin_mode(SYMBOL, MarginMode.CROSS)


async def test_in_hedge_mode_long_and_short_are_opened_and_closed_apart(
    practice: PracticeProcess, ledger_path: Path
) -> None:
    long, short = (position_key(SYMBOL, side) for side in (PositionSide.LONG, PositionSide.SHORT))
    async with opened_session(practice.ready, USDM, ledger_path) as session:
        await live(session)
        account = session.account
        await session.account_settings.set_hedge_mode(True)
        await eventually(lambda: account.is_hedged)
        for side in Side:
            key = await placed(session, request(session, side, "0.01"))
            await eventually(lambda key=key: order(session, key).status is S.FILLED)  # type: ignore[misc]  # mypy infers no lambda defaults
        await eventually(lambda: account.positions.keys() == {long, short})
        assert (account.positions[long].amount, account.positions[short].amount) == (
            D("0.01"),
            D("-0.01"),
        )
        with pytest.raises(InvalidOrder, match="while there is a position"):
            await session.account_settings.set_hedge_mode(False)
        closing = await placed(session, closing_request(account.positions[short]))
        await eventually(lambda: order(session, closing).status is S.FILLED)
        await eventually(lambda: account.positions.keys() == {long})
        part = await placed(session, request(session, Side.SELL, "0.004", reduce_only=True))
        await eventually(lambda: order(session, part).status is S.FILLED)
        await eventually(lambda: account.held(SYMBOL, PositionSide.LONG) == D("0.006"))


@pytest.mark.parametrize("is_accepted", [True, False])
async def test_a_change_without_an_answer_is_read_back_and_sent_once(
    practice: PracticeProcess,
    control: Control,
    ledger_path: Path,
    is_accepted: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(account_settings, "READ_BACK_SECONDS", (0.1, 0.1, 0.2))
    path = "/fapi/v1/leverage"
    async with opened_session(practice.ready, USDM, ledger_path) as session:
        await live(session)
        control.fault(
            "reply.close", market="futures", method="POST", path=path, accepted=is_accepted
        )
        before = leverage(session)
        if is_accepted:
            await session.account_settings.set_leverage(SYMBOL, 9)
        else:
            with pytest.raises(VenueUnclear, match="Not in effect"):
                await session.account_settings.set_leverage(SYMBOL, 9)
        assert leverage(session) == (9 if is_accepted else before)
        rows = control.call("GET", "journal", limit=1000)["rows"]
        sent = [row for row in rows if row["kind"] == "request" and row["path"] == path]
        assert len(sent) == 1
