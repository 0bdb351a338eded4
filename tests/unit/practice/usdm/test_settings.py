"""Futures settings: hedge mode, margin type, leverage, position margin, fees, transfers."""

from decimal import Decimal

import pytest

from terminal_app.practice.engine.algo_order import AlgoRequest
from terminal_app.practice.engine.events import UsdmAccountChanged
from terminal_app.practice.engine.kinds import (
    AccountChangeReason,
    AlgoOrderType,
    IncomeType,
    MarginType,
    PositionSide,
    Side,
)
from terminal_app.practice.errors import ExchangeError
from tests.helpers.engine import QuietUsdm, limit, market, quiet_usdm

D = Decimal
BTC = "BTCUSDT"
LONG, SHORT, BOTH = PositionSide.LONG, PositionSide.SHORT, PositionSide.BOTH


def _desk(*, is_hedge: bool = False, is_isolated: bool = False) -> QuietUsdm:
    desk = quiet_usdm()
    desk.offer(Side.BUY, "49990", "10")
    desk.offer(Side.SELL, "50010", "10")
    if is_hedge:
        desk.market.set_hedge_mode(True)
    if is_isolated:
        desk.market.set_margin_type(BTC, MarginType.ISOLATED)
    return desk


def _reasons(desk: QuietUsdm) -> list[AccountChangeReason]:
    return [e.reason for e in desk.recorder.events if isinstance(e, UsdmAccountChanged)]


def _code(error: pytest.ExceptionInfo[ExchangeError]) -> int:
    return error.value.code


def test_long_and_short_stand_side_by_side_in_hedge_mode() -> None:
    desk = _desk(is_hedge=True)
    desk.market.place(market(Side.BUY, "0.2", position_side=LONG))
    desk.market.place(market(Side.SELL, "0.1", position_side=SHORT))
    long, short = desk.market.positions(BTC)
    assert (long.position_side, long.amount) == (LONG, D("0.2"))
    assert (short.position_side, short.amount) == (SHORT, D("-0.1"))
    account = desk.market.account()
    assert account.position_initial_margin == (D("0.2") + D("0.1")) * D(50_000) / 20
    assert account.unrealized_pnl == -(D("0.2") + D("0.1")) * 10
    told = [e for e in desk.recorder.events if isinstance(e, UsdmAccountChanged)][-1]
    assert [position.position_side for position in told.positions] == [LONG, SHORT]
    assert long.liquidation_price == short.liquidation_price


def test_closing_in_hedge_mode_never_opens_the_other_side() -> None:
    desk = _desk(is_hedge=True)
    desk.market.place(market(Side.BUY, "0.1", position_side=LONG))
    resting = desk.market.place(limit(Side.SELL, "50100", "0.2", position_side=LONG)).order
    assert (resting.quantity, resting.reduce_only) == (Decimal("0.1"), True)
    with pytest.raises(ExchangeError) as refused:
        desk.market.place(limit(Side.SELL, "50100", "0.2", position_side=LONG))
    assert _code(refused) == -2022
    closed = desk.market.place(market(Side.SELL, "0.1", position_side=LONG)).order
    assert closed.reduce_only
    assert not any(position.amount for position in desk.market.positions(BTC))


@pytest.mark.parametrize(("is_hedge", "side"), [(True, BOTH), (False, LONG), (False, SHORT)])
def test_the_side_of_an_order_must_fit_the_mode(is_hedge: bool, side: PositionSide) -> None:
    desk = _desk(is_hedge=is_hedge)
    with pytest.raises(ExchangeError) as refused:
        desk.market.place(market(Side.BUY, "0.1", position_side=side))
    assert _code(refused) == -4061


def test_the_mode_changes_only_without_orders_and_positions() -> None:
    desk = _desk()
    with pytest.raises(ExchangeError) as same:
        desk.market.set_hedge_mode(False)
    desk.market.place(limit(Side.BUY, "49000", "0.1"))
    with pytest.raises(ExchangeError) as with_order:
        desk.market.set_hedge_mode(True)
    desk.market.cancel_all(BTC)
    desk.market.place(market(Side.BUY, "0.1"))
    with pytest.raises(ExchangeError) as with_position:
        desk.market.set_hedge_mode(True)
    assert [_code(same), _code(with_order), _code(with_position)] == [-4059, -4067, -4068]


def test_the_margin_type_changes_only_without_orders_and_positions() -> None:
    desk = _desk()
    with pytest.raises(ExchangeError) as same:
        desk.market.set_margin_type(BTC, MarginType.CROSSED)
    desk.market.place(limit(Side.BUY, "49000", "0.1"))
    with pytest.raises(ExchangeError) as with_order:
        desk.market.set_margin_type(BTC, MarginType.ISOLATED)
    desk.market.cancel_all(BTC)
    desk.market.place(market(Side.BUY, "0.1"))
    with pytest.raises(ExchangeError) as with_position:
        desk.market.set_margin_type(BTC, MarginType.ISOLATED)
    assert [_code(same), _code(with_order), _code(with_position)] == [-4046, -4047, -4048]


def test_opening_isolated_sets_the_margin_aside_and_closing_gives_it_back() -> None:
    desk = _desk(is_isolated=True)
    assert _reasons(desk) == [AccountChangeReason.MARGIN_TYPE_CHANGE]
    desk.market.place(market(Side.BUY, "0.2"))
    fee = D("50010") * D("0.2") * D("0.0005")
    margin = D("50010") * D("0.2") / 20
    account, position = desk.market.account(), desk.market.position(BTC)
    assert position.isolated_wallet == margin
    assert position.isolated_margin == margin - D("0.2") * 10
    assert account.cross_wallet_balance == D(10_000) - margin - fee
    assert account.wallet_balance == D(10_000) - fee
    assert account.available_balance == account.cross_wallet_balance
    desk.market.place(market(Side.SELL, "0.1"))
    assert desk.market.position(BTC).isolated_wallet == margin / 2
    desk.market.place(market(Side.SELL, "0.1"))
    assert desk.market.position(BTC).isolated_wallet == 0
    account = desk.market.account()
    assert account.wallet_balance == account.cross_wallet_balance
    incomes = sum(row.income for row in desk.market.income(None, None, 100))
    assert account.wallet_balance == D(10_000) + incomes


def test_leverage_of_an_open_isolated_position_only_rises() -> None:
    desk = _desk(is_isolated=True)
    desk.market.place(market(Side.BUY, "0.1"))
    with pytest.raises(ExchangeError) as lower:
        desk.market.set_leverage(BTC, 10)
    assert _code(lower) == -4161
    assert desk.market.set_leverage(BTC, 25).leverage == 25


@pytest.mark.parametrize(("leverage", "code"), [(0, -4028), (126, -4028), (125, -2027), (1, -2028)])
def test_leverage_that_cannot_be_set(leverage: int, code: int) -> None:
    desk = _desk()
    desk.market.place(market(Side.BUY, "3.9"))
    desk.mark("80000")
    with pytest.raises(ExchangeError) as refused:
        desk.market.set_leverage(BTC, leverage)
    assert _code(refused) == code


def test_position_margin_moves_between_the_wallets() -> None:
    desk = _desk(is_isolated=True)
    desk.market.place(market(Side.BUY, "0.2"))
    before = desk.market.position(BTC)
    desk.market.change_position_margin(BTC, BOTH, D(100))
    after = desk.market.position(BTC)
    assert after.isolated_wallet == before.isolated_wallet + 100
    assert after.liquidation_price < before.liquidation_price
    desk.market.change_position_margin(BTC, BOTH, D(-50))
    assert _reasons(desk)[-2:] == [AccountChangeReason.MARGIN_TRANSFER] * 2
    changes = desk.market.margin_changes(BTC, 10)
    assert [change.amount for change in changes] == [D(100), D(-50)]
    assert desk.market.margin_changes(BTC, 10, is_added=True) == [changes[0]]


@pytest.mark.parametrize(
    ("is_isolated", "is_open", "amount", "code"),
    [
        (False, True, 1, -4049),
        (True, False, 1, -4054),
        (True, True, 0, -4055),
        (True, True, 9_990, -4050),
        (True, True, -400, -4051),
    ],
)
def test_position_margin_that_cannot_move(
    is_isolated: bool, is_open: bool, amount: int, code: int
) -> None:
    desk = _desk(is_isolated=is_isolated)
    if is_open:
        desk.market.place(market(Side.BUY, "0.2"))
    with pytest.raises(ExchangeError) as refused:
        desk.market.change_position_margin(BTC, BOTH, D(amount))
    assert _code(refused) == code


def test_money_comes_and_goes_as_transfers() -> None:
    desk = _desk()
    desk.market.deposit(D(500))
    desk.market.withdraw(D(200))
    assert desk.market.account().wallet_balance == D(10_300)
    assert _reasons(desk) == [AccountChangeReason.DEPOSIT, AccountChangeReason.WITHDRAW]
    rows = desk.market.income(None, IncomeType.TRANSFER, 10)
    assert [(row.symbol, row.income, row.info) for row in rows] == [
        ("", D(500), "TRANSFER"),
        ("", D(-200), "TRANSFER"),
    ]
    with pytest.raises(ExchangeError) as too_much:
        desk.market.withdraw(D(10_301))
    assert _code(too_much) == -2018


def test_commission_is_paid_in_bnb_while_there_is_enough() -> None:
    desk = _desk()
    desk.marks["BNBUSDT"] = desk.mark_prices.marks["BNBUSDT"] = D(600)
    desk.market.deposit(D("0.005"), "BNB")
    desk.market.set_fee_burn(True)
    in_bnb = desk.market.place(market(Side.BUY, "0.1")).fills[0]
    fee = D("50010") * D("0.1") * D("0.0005")
    assert (in_bnb.commission_asset, in_bnb.commission) == (
        "BNB",
        (fee * D("0.9") / 600).quantize(D("1e-8")),
    )
    account = desk.market.account()
    assert (account.wallet_balance, account.bnb_balance) == (
        D(10_000),
        D("0.005") - in_bnb.commission,
    )
    in_usdt = desk.market.place(market(Side.BUY, "0.1")).fills[0]
    assert (in_usdt.commission_asset, in_usdt.commission) == ("USDT", fee)


def test_a_waiting_conditional_order_holds_the_mode_too() -> None:
    desk = _desk()
    desk.market.algos.place(
        AlgoRequest(
            BTC,
            Side.BUY,
            AlgoOrderType.STOP_MARKET,
            quantity=D("0.1"),
            trigger_price=D(51_000),
        )
    )
    with pytest.raises(ExchangeError) as refused:
        desk.market.set_hedge_mode(True)
    assert _code(refused) == -4067
