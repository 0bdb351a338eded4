"""What the account's panel is made of: funding, the past as one, prices, an order's trail."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import OrderStatus
from terminal_app.domain.position_figures import FUNDING
from terminal_app.services.order_trail import Stage
from terminal_app.services.past import LoadState
from tests.helpers.eventually import eventually
from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_control import Control
from tests.helpers.sessions import SYMBOL, live, opened_session, order, placed, request

USDM = Market.USDM
S = OrderStatus


async def test_funding_counts_since_the_position_was_opened(
    practice: PracticeProcess, control: Control, ledger_path: Path
) -> None:
    async with opened_session(practice.ready, USDM, ledger_path) as session:
        await live(session)
        key = await placed(session, request(session, Side.BUY, "0.02"))
        await eventually(lambda: order(session, key).status is S.FILLED)
        await eventually(lambda: SYMBOL in session.account.positions)
        position = session.account.positions[SYMBOL]
        await eventually(lambda: session.funding.paid(position) == 0)
        control.call("POST", "actor/funding", symbol=SYMBOL)
        await eventually(lambda: session.funding.paid(position) != 0)

        def told() -> Decimal:
            rows = session.records.income().values()
            amounts = (Decimal(str(row["amount"])) for row in rows if row["kind"] == FUNDING)
            return sum(amounts, Decimal(0))

        await eventually(lambda: told() == session.funding.paid(position))


async def test_the_past_is_one_with_this_run_and_outlives_it(
    practice: PracticeProcess, ledger_path: Path
) -> None:
    async with opened_session(practice.ready, Market.SPOT, ledger_path) as session:
        await live(session)
        key = await placed(session, request(session, Side.BUY, "0.01"))
        await eventually(lambda: order(session, key).status is S.FILLED)
        number = order(session, key).order_id
        assert list(session.records.orders()) == [f"{SYMBOL}:order:{number}"]
        trades = len(session.records.fills())
        assert trades == len(session.orders.store.fills) > 0
        session.past.load_account([SYMBOL])
        await eventually(
            lambda: session.past.load is not None and session.past.load.state is LoadState.DONE, 20
        )
        # The exchange's own record of the same order and trades is no second one.
        assert list(session.records.orders()) == [f"{SYMBOL}:order:{number}"]
        assert len(session.records.fills()) == trades
        steps = await session.trail.steps(key)
        stages = [step.stage for step in steps]
        assert stages[0] is Stage.WANTED
        assert {Stage.SENT, Stage.ANSWERED, Stage.HEARD, Stage.FILLED, Stage.ENDED} <= set(stages)
        assert [step.time_ms for step in steps] == sorted(step.time_ms for step in steps)
        prices = session.prices
        prices.want("one", ["ETHUSDT"])
        prices.want("two", ["ETHUSDT", "BNBUSDT"])
        await eventually(lambda: prices.price("ETHUSDT") and prices.price("BNBUSDT"))
        prices.want("two", [])
        assert prices.price("BNBUSDT") is None
        assert prices.price("ETHUSDT") is not None
        assert not any("signature=" in step.raw.replace("signature=…", "") for step in steps)
    async with opened_session(practice.ready, Market.SPOT, ledger_path) as session:
        await eventually(lambda: len(session.records.fills()) == trades)
        assert len(session.records.orders()) == 1
        await session.forget_past()
        assert session.records.orders().keys() <= {f"{SYMBOL}:order:{number}"}
