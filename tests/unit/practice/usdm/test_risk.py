"""Margin calls, liquidation by scope, the insurance fund, deleveraging, funding."""

from decimal import Decimal
from itertools import pairwise

import pytest

from terminal_app.practice.engine.events import Liquidated, MarginCalled, UsdmAccountChanged
from terminal_app.practice.engine.kinds import (
    AccountChangeReason,
    ExecutionType,
    IncomeType,
    MarginType,
    OrderStatus,
    PositionSide,
    Side,
)
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.exchange import Exchange
from tests.helpers.engine import QuietUsdm, SetClock, limit, market, quiet_usdm

D = Decimal
BTC = "BTCUSDT"
LONG, SHORT = PositionSide.LONG, PositionSide.SHORT


def _leveraged(*, is_isolated: bool = False, is_hedge: bool = False) -> QuietUsdm:
    """Hold a long at leverage 100: 10 BTC on cross margin, 1 BTC isolated."""
    desk = quiet_usdm()
    desk.market.set_leverage(BTC, 100)
    if is_hedge:
        desk.market.set_hedge_mode(True)
    if is_isolated:
        desk.market.set_margin_type(BTC, MarginType.ISOLATED)
    desk.offer(Side.SELL, "50000", "10")
    side = LONG if is_hedge else PositionSide.BOTH
    desk.market.place(market(Side.BUY, "10" if not is_isolated else "1", position_side=side))
    return desk


def _below_liquidation(desk: QuietUsdm, gap: str = "1") -> str:
    (held,) = [position for position in desk.market.positions(BTC) if position.amount]
    return format(held.liquidation_price.quantize(D("0.1")) - D(gap), "f")


def test_a_margin_call_comes_once_and_again_after_a_recovery() -> None:
    desk = _leveraged()
    near = format(desk.market.position(BTC).liquidation_price.quantize(D("0.1")) + 20, "f")
    for price in (near, near, "50000", near):
        desk.mark(price)
    calls = [e for e in desk.recorder.events if isinstance(e, MarginCalled)]
    assert len(calls) == 2
    assert [position.symbol for position in calls[0].positions] == [BTC]
    assert calls[0].cross_wallet_balance == desk.market.account().cross_wallet_balance


def test_an_isolated_liquidation_leaves_the_cross_wallet_alone() -> None:
    desk = _leveraged(is_isolated=True)
    cross = desk.market.account().cross_wallet_balance
    desk.mark(_below_liquidation(desk))
    position, account = desk.market.position(BTC), desk.market.account()
    assert position.amount == 0
    assert position.isolated_wallet == 0
    assert account.cross_wallet_balance == cross
    incomes = sum(row.income for row in desk.market.income(None, None, 100))
    assert account.wallet_balance == D(10_000) + incomes


def test_what_the_book_leaves_is_taken_over_at_the_bankruptcy_price() -> None:
    desk = _leveraged(is_isolated=True)
    wallet = desk.market.position(BTC).isolated_wallet
    desk.offer(Side.BUY, "49600", "0.4")
    trade_id = desk.listing.tape.next_trade_id
    desk.mark(_below_liquidation(desk))
    fills = desk.market.fills(BTC, 10)[1:]
    assert [(fill.price, fill.quantity) for fill in fills] == [
        (D(49_600), D("0.4")),
        (D(50_000) - wallet, D("0.6")),
    ]
    assert [fill.trade_id for fill in fills] == [trade_id, trade_id + 1]
    (public,) = [e for e in desk.recorder.events if isinstance(e, Liquidated)]
    assert (public.order.status, public.last_quantity) == (OrderStatus.FILLED, D("0.6"))
    (forced,) = desk.market.force_orders(BTC, 10)
    assert forced.client_order_id.startswith("autoclose-")
    assert desk.market.force_orders(BTC, 10, is_deleveraging=True) == []


def test_a_clearance_fee_goes_to_the_insurance_fund() -> None:
    desk = _leveraged(is_isolated=True)
    fund = desk.market.insurance_fund
    desk.offer(Side.BUY, "49800", "1")
    desk.mark(_below_liquidation(desk))
    (fee,) = desk.market.income(None, IncomeType.INSURANCE_CLEAR, 10)
    assert fee.income < 0
    assert desk.market.insurance_fund == fund - fee.income
    told = [e for e in desk.recorder.events if isinstance(e, UsdmAccountChanged)]
    assert AccountChangeReason.INSURANCE_CLEAR in [change.reason for change in told]


def test_a_jump_through_the_margin_is_the_fund_s_loss() -> None:
    desk = _leveraged()
    fund = desk.market.insurance_fund
    desk.mark("45000")
    assert desk.market.account().wallet_balance == 0
    assert desk.market.insurance_fund < fund - D(10) * D(4_000) + 10_000


def test_a_fund_that_cannot_bear_it_deleverages_the_other_side() -> None:
    desk = _leveraged(is_hedge=True)
    desk.offer(Side.BUY, "49999", "2")
    desk.market.place(market(Side.SELL, "2", position_side=SHORT))
    desk.market.insurance_fund = D(0)
    desk.mark("40000")
    short = desk.market.position(BTC, SHORT)
    assert short.amount == 0
    (forced,) = desk.market.force_orders(BTC, 10, is_deleveraging=True)
    assert forced.side is Side.BUY


def test_deleveraging_from_outside_reduces_at_the_mark() -> None:
    desk = _leveraged()
    desk.market.deleverage(BTC, quantity=D(4))
    assert desk.market.position(BTC).amount == 6
    (fill,) = [e for e in desk.recorder.orders() if e.execution_type is ExecutionType.CALCULATED]
    assert fill.order.client_order_id.startswith("adl_autoclose")
    assert fill.fill is not None
    assert fill.fill.price == D(50_000)


def test_liquidation_from_outside_needs_a_position() -> None:
    desk = _leveraged()
    desk.market.liquidate(BTC)
    assert desk.market.position(BTC).amount == 0
    with pytest.raises(ExchangeError) as flat:
        desk.market.liquidate(BTC)
    assert flat.value.code == -2024


def test_cross_liquidation_ends_every_open_order() -> None:
    desk = _leveraged()
    resting = desk.market.place(limit(Side.SELL, "52000", "0.1")).order
    desk.mark("45000")
    assert desk.market.order(BTC, resting.order_id).status is OrderStatus.EXPIRED


def test_funding_of_an_isolated_position_comes_out_of_its_wallet() -> None:
    desk = _leveraged(is_isolated=True)
    before = desk.market.position(BTC)
    desk.market.settle_funding(BTC)
    fee = before.notional * desk.market.mark_price(BTC).funding_rate
    assert desk.market.position(BTC).isolated_wallet == before.isolated_wallet - fee
    told = [e for e in desk.recorder.events if isinstance(e, UsdmAccountChanged)][-1]
    assert (told.reason, told.symbol) == (AccountChangeReason.FUNDING_FEE, BTC)
    assert [position.symbol for position in told.positions] == [BTC]


def test_settled_rates_are_remembered() -> None:
    desk = _leveraged()
    due = desk.market.mark_price(BTC).next_funding_time_ms
    desk.timeline.advance(due)
    desk.mark_prices.tick(due)
    row = desk.market.funding_history(BTC, 1)[-1]
    assert (row.time_ms, row.rate, row.mark_price) == (
        due,
        desk.market.mark_price(BTC).funding_rate,
        D(50_000),
    )
    assert desk.market.funding_history(BTC, 10, start_ms=due + 1) == []


def test_rates_of_the_past_follow_the_schedule_and_stay() -> None:
    market_of_now = Exchange(SetClock(), seed=1).usdm
    rows = market_of_now.funding_history(BTC, 20)
    gaps = {later.time_ms - sooner.time_ms for sooner, later in pairwise(rows)}
    assert (len(rows), gaps) == (20, {8 * 3_600_000})
    assert market_of_now.funding_history(BTC, 5, start_ms=rows[3].time_ms) == rows[3:8]
    everything = market_of_now.funding_history(None, 50)
    assert {row.symbol for row in everything} > {BTC}
