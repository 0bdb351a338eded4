"""Money that comes, goes and changes wallets: what control answers and what a client is told."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient, receive, subscribe
from tests.helpers.practice_control import Control
from tests.helpers.user_events import futures_events

D = Decimal


@pytest.fixture
def control(practice: PracticeProcess) -> Iterator[Control]:
    face = Control(practice.ready)
    yield face
    face.close()


async def spot_free(client: PracticeClient, asset: str) -> Decimal:
    account = await client.call("GET", "/api/v3/account")
    return next(D(row["free"]) for row in account["balances"] if row["asset"] == asset)


async def futures_wallet(client: PracticeClient) -> Decimal:
    rows = await client.call("GET", "/fapi/v3/balance")
    return next(D(row["balance"]) for row in rows if row["asset"] == "USDT")


async def test_spot_deposit_and_withdrawal_are_told(
    practice: PracticeProcess, control: Control
) -> None:
    async with PracticeClient(practice.ready, "spot") as client, client.ws_api() as socket:
        await subscribe(socket, client)
        before = await spot_free(client, "BTC")
        for call, sign in (("deposit", ""), ("withdraw", "-")):
            answer = control.call("POST", call, market="spot", asset="BTC", amount="0.25")
            update = await receive(socket, lambda m: m.get("event", {}).get("e") == "balanceUpdate")
            assert (update["event"]["a"], update["event"]["d"]) == ("BTC", f"{sign}0.25000000")
            told = await receive(
                socket, lambda m: m.get("event", {}).get("e") == "outboundAccountPosition"
            )
            (row,) = told["event"]["B"]
            free = await spot_free(client, "BTC")
            assert D(answer["spot"]["BTC"]) == D(row["f"]) == free
            assert free == (before if sign else before + D("0.25"))


async def test_transfer_moves_money_between_the_wallets(
    practice: PracticeProcess, control: Control
) -> None:
    async with (
        PracticeClient(practice.ready, "spot") as spot,
        PracticeClient(practice.ready, "futures") as futures,
        futures_events(futures) as events,
    ):
        had = await spot_free(spot, "USDT"), await futures_wallet(futures)
        move = {"asset": "USDT", "amount": "123.45"}
        control.call("POST", "transfer", **{"from": "spot", "to": "futures"}, **move)
        update = await events.next("ACCOUNT_UPDATE")
        (balance,) = update["a"]["B"]
        assert (update["a"]["m"], balance["a"], balance["bc"]) == (
            "DEPOSIT",
            "USDT",
            "123.45000000",
        )
        assert D(balance["wb"]) == await futures_wallet(futures) == had[1] + D("123.45")
        assert await spot_free(spot, "USDT") == had[0] - D("123.45")
        control.call("POST", "transfer", **{"from": "futures", "to": "spot"}, **move)
        assert (await events.next("ACCOUNT_UPDATE"))["a"]["m"] == "WITHDRAW"
        assert (await spot_free(spot, "USDT"), await futures_wallet(futures)) == had
        rows = await futures.call("GET", "/fapi/v1/income", incomeType="TRANSFER")
        assert [D(row["income"]) for row in rows][-2:] == [D("123.45"), D("-123.45")]


@pytest.mark.parametrize(
    ("call", "fields", "sentence"),
    [
        ("deposit", {}, "market must be one of spot, futures; it is missing."),
        ("deposit", {"market": "margin"}, 'market must be one of spot, futures, not "margin".'),
        ("deposit", {"market": "futures", "asset": "BTC"}, "asset must be one of USDT, BNB, not"),
        (
            "deposit",
            {"market": "spot", "asset": "BTC", "amount": 1},
            'amount must be a decimal text greater than 0, such as "0.5", not 1.',
        ),
        (
            "deposit",
            {"market": "spot", "asset": "BTC", "amount": "0.000000001"},
            'amount must have at most 8 decimals, not "0.000000001".',
        ),
        (
            "withdraw",
            {"market": "spot", "asset": "BTC", "amount": "99"},
            "amount must be at most 0.5, the BTC that may leave the spot wallet, not",
        ),
        (
            "transfer",
            {"from": "futures", "to": "spot", "asset": "USDT", "amount": "1000000"},
            "amount must be at most 10000",
        ),
        (
            "transfer",
            {"from": "spot", "to": "spot", "asset": "USDT", "amount": "1"},
            'to must be one of futures, not "spot".',
        ),
        (
            "transfer",
            {"from": "spot", "to": "futures", "asset": "BTC", "amount": "0.1"},
            "asset must be one of USDT, BNB, not",
        ),
    ],
)
def test_what_cannot_be_moved_is_refused(
    control: Control, call: str, fields: dict[str, Any], sentence: str
) -> None:
    before = control.call("GET", "wallets")
    response = control.send("POST", call, **fields)
    assert response.status_code == 400
    assert response.json()["msg"].startswith(sentence)
    assert control.call("GET", "wallets") == before
