"""Futures money: positions, profit, margins, reduce-only, funding, liquidation."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from terminal_app.practice.engine.events import LeverageChanged, UsdmAccountChanged
from terminal_app.practice.engine.kinds import (
    AccountChangeReason,
    ExecutionType,
    ExpiryReason,
    IncomeType,
    OrderStatus,
    Side,
)
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.exchange import Exchange
from tests.helpers.engine import QuietUsdm, SetClock, limit, market, quiet_usdm

D = Decimal
FUNDING_MS = 8 * 3_600_000


def _desk_with_offers() -> QuietUsdm:
    desk = quiet_usdm()
    desk.offer(Side.BUY, "49990", "10")
    desk.offer(Side.SELL, "50010", "10")
    return desk


def test_a_long_pays_the_taker_fee_and_needs_margin_at_the_mark() -> None:
    desk = _desk_with_offers()
    desk.market.place(market(Side.BUY, "0.1"))
    account, position = desk.market.account(), desk.market.position("BTCUSDT")
    fee = D("50010") * D("0.1") * D("0.0005")
    assert account.wallet_balance == D(10_000) - fee
    assert position.unrealized_pnl == D("0.1") * (D(50_000) - D(50_010))
    assert position.notional == D(5_000)
    assert position.initial_margin == D(250)
    assert position.maintenance_margin == D(20)
    assert position.break_even_price == D("50010") * D("1.0005")
    assert account.available_balance == D(10_000) - fee - 1 - 250


def test_increase_reduce_and_flip() -> None:
    desk = _desk_with_offers()
    desk.market.place(market(Side.BUY, "0.1"))
    desk.offer(Side.SELL, "50000", "0.1")
    desk.market.place(market(Side.BUY, "0.1"))
    assert desk.market.position("BTCUSDT").entry_price == D(50_005)
    reduced = desk.market.place(market(Side.SELL, "0.05")).fills[0]
    assert reduced.realized_pnl == D("0.05") * (D(49_990) - D(50_005))
    assert desk.market.position("BTCUSDT").entry_price == D(50_005)
    desk.market.place(market(Side.SELL, "0.25"))
    flipped = desk.market.position("BTCUSDT")
    assert (flipped.amount, flipped.entry_price) == (D("-0.10"), D(49_990))
    assert flipped.accumulated_realized == D("0.2") * (D(49_990) - D(50_005))


def test_the_wallet_is_what_the_income_rows_add_up_to() -> None:
    desk = _desk_with_offers()
    for side, quantity in ((Side.BUY, "0.1"), (Side.SELL, "0.04"), (Side.SELL, "0.3")):
        desk.market.place(market(side, quantity))
    rows = desk.market.income(None, None, 100)
    wallet = desk.market.account().wallet_balance
    assert wallet == D(10_000) + sum(row.income for row in rows)
    assert len({row.transaction_id for row in rows}) == len(rows)
    commissions = desk.market.income("BTCUSDT", IncomeType.COMMISSION, 100)
    assert sum(row.income for row in commissions) == -sum(
        fill.commission for fill in desk.market.fills("BTCUSDT", 100)
    )


def test_a_fill_tells_the_changed_position_and_an_unfilled_order_nothing() -> None:
    desk = _desk_with_offers()
    desk.market.place(limit(Side.BUY, "49000", "0.1"))
    desk.market.cancel_all("BTCUSDT")
    assert not [e for e in desk.recorder.events if isinstance(e, UsdmAccountChanged)]
    desk.market.place(market(Side.BUY, "0.1"))
    (change,) = [e for e in desk.recorder.events if isinstance(e, UsdmAccountChanged)]
    assert change.reason is AccountChangeReason.ORDER
    assert [position.amount for position in change.positions] == [D("0.1")]


def test_open_orders_need_margin_for_the_worse_direction() -> None:
    desk = _desk_with_offers()
    desk.market.place(limit(Side.BUY, "49000", "0.1"))
    desk.market.place(limit(Side.SELL, "51000", "0.1"))
    assert desk.market.account().open_order_initial_margin == D(5_100) / 20
    desk.market.place(market(Side.BUY, "0.1"))
    position = desk.market.position("BTCUSDT")
    assert position.open_order_initial_margin == D(4_900) / 20


def test_reduce_only_never_turns_a_position_around() -> None:
    desk = _desk_with_offers()
    desk.market.place(market(Side.BUY, "0.1"))
    closed = desk.market.place(market(Side.SELL, "0.3", reduce_only=True)).order
    assert (closed.status, closed.quantity) == (OrderStatus.FILLED, D("0.1"))
    assert desk.market.position("BTCUSDT").amount == 0


def test_reduce_only_orders_expire_with_the_position() -> None:
    desk = _desk_with_offers()
    desk.market.place(market(Side.BUY, "0.1"))
    near = desk.market.place(limit(Side.SELL, "50005", "0.06", reduce_only=True)).order
    far = desk.market.place(limit(Side.SELL, "50020", "0.04", reduce_only=True)).order
    with pytest.raises(ExchangeError, match="-2022"):
        desk.market.place(limit(Side.SELL, "50030", "0.01", reduce_only=True))
    desk.market.place(market(Side.SELL, "0.03"))
    assert desk.market.order("BTCUSDT", near.order_id).status is OrderStatus.NEW
    expired = desk.market.order("BTCUSDT", far.order_id)
    assert (expired.status, expired.expiry_reason) == (
        OrderStatus.EXPIRED,
        ExpiryReason.REDUCE_ONLY,
    )
    desk.hit(Side.BUY, "0.06")
    assert desk.market.position("BTCUSDT").amount == D("0.01")


def test_a_reduce_only_order_is_cut_to_what_the_position_has_left() -> None:
    desk = _desk_with_offers()
    desk.market.place(market(Side.BUY, "0.1"))
    first = desk.market.place(limit(Side.SELL, "50005", "0.06", reduce_only=True)).order
    second = desk.market.place(limit(Side.SELL, "50008", "0.1", reduce_only=True)).order
    assert (first.quantity, second.quantity) == (D("0.06"), D("0.04"))
    with pytest.raises(ExchangeError, match="-2022"):
        desk.market.place(limit(Side.SELL, "50008", "0.1", reduce_only=True))
    desk.hit(Side.BUY, "0.2")
    assert desk.market.position("BTCUSDT").amount == 0


def test_a_better_reduce_only_order_knocks_out_a_worse_one() -> None:
    desk = _desk_with_offers()
    desk.market.place(market(Side.BUY, "0.1"))
    worse = desk.market.place(limit(Side.SELL, "50020", "0.1", reduce_only=True)).order
    better = desk.market.place(limit(Side.SELL, "50005", "0.1", reduce_only=True)).order
    assert desk.market.order("BTCUSDT", worse.order_id).status is OrderStatus.EXPIRED
    assert [order.order_id for order in desk.market.open_orders()] == [better.order_id]


def test_a_close_is_possible_without_free_margin() -> None:
    desk = quiet_usdm()
    desk.market.set_leverage("BTCUSDT", 100)
    desk.offer(Side.SELL, "50000", "10")
    desk.market.place(market(Side.BUY, "10"))
    desk.mark("49500")
    assert desk.market.account().available_balance == 0
    desk.offer(Side.BUY, "49500", "10")
    desk.market.place(market(Side.SELL, "10"))
    assert desk.market.position("BTCUSDT").amount == 0


def test_leverage_is_told_once_and_changes_the_margin() -> None:
    desk = _desk_with_offers()
    desk.market.place(market(Side.BUY, "0.1"))
    desk.market.set_leverage("BTCUSDT", 50)
    desk.market.set_leverage("BTCUSDT", 50)
    changes = [e for e in desk.recorder.events if isinstance(e, LeverageChanged)]
    assert [change.leverage for change in changes] == [50]
    assert desk.market.position("BTCUSDT").initial_margin == D(100)


@pytest.mark.parametrize(("side", "sign"), [(Side.BUY, -1), (Side.SELL, 1)])
def test_a_long_pays_positive_funding_and_a_short_gets_it(side: Side, sign: int) -> None:
    desk = _desk_with_offers()
    desk.market.place(market(side, "0.1"))
    before = desk.market.account().wallet_balance
    mark = desk.market.mark_price("BTCUSDT")
    assert mark.next_funding_time_ms % FUNDING_MS == 0
    desk.timeline.advance(mark.next_funding_time_ms)
    desk.mark_prices.tick(desk.timeline.now_ms)
    fee = D("0.1") * D(50_000) * mark.funding_rate
    assert fee > 0
    assert desk.market.account().wallet_balance == before + sign * fee
    (row,) = desk.market.income("BTCUSDT", IncomeType.FUNDING_FEE, 10)
    assert row.income == sign * fee
    told = [e for e in desk.recorder.events if isinstance(e, UsdmAccountChanged)][-1]
    assert (told.reason, told.symbol) == (AccountChangeReason.FUNDING_FEE, "BTCUSDT")
    later = desk.market.mark_price("BTCUSDT").next_funding_time_ms
    assert later == mark.next_funding_time_ms + FUNDING_MS


def test_a_position_is_liquidated_when_maintenance_eats_the_balance() -> None:
    desk = quiet_usdm()
    desk.market.set_leverage("BTCUSDT", 100)
    desk.offer(Side.SELL, "50000", "10")
    desk.market.place(market(Side.BUY, "10"))
    resting = desk.market.place(limit(Side.SELL, "50100", "0.1")).order
    price = desk.market.position("BTCUSDT").liquidation_price
    assert D(49_000) < price < D(50_000)
    desk.offer(Side.BUY, "49100", "20")

    desk.mark(format(price.quantize(D("0.1")) + 1, "f"))
    assert desk.market.position("BTCUSDT").amount == 10
    desk.mark(format(price.quantize(D("0.1")) - 1, "f"))
    assert desk.market.position("BTCUSDT").amount == 0
    assert desk.market.account().wallet_balance >= 0
    cancelled = desk.market.order("BTCUSDT", resting.order_id)
    assert cancelled.expiry_reason is ExpiryReason.LIQUIDATION
    (fill,) = [e for e in desk.recorder.orders() if e.execution_type is ExecutionType.CALCULATED]
    assert fill.order.client_order_id.startswith("autoclose-")


def test_a_market_order_takes_no_further_than_its_bound_from_the_mark() -> None:
    usdm = quiet_usdm("50000")
    usdm.offer(Side.SELL, "52500", "0.010")
    usdm.offer(Side.SELL, "52500.1", "0.010")
    placed = usdm.market.place(market(Side.BUY, "0.015"))
    assert [fill.price for fill in placed.fills] == [Decimal(52_500)]
    assert placed.order.status is OrderStatus.EXPIRED
    assert placed.order.executed_quantity == Decimal("0.010")


def test_a_position_of_a_symbol_that_is_not_played_waits_for_its_market(tmp_path: Path) -> None:
    path = tmp_path / "account.db"
    exchange = Exchange(SetClock(), account_file=path)
    exchange.usdm.place(replace(market(Side.BUY, "0.5"), symbol="ETHUSDT"))
    wallet = exchange.usdm.account().wallet_balance
    exchange.close()
    desk = quiet_usdm(account_file=path)
    desk.mark("50000")
    account = desk.market.account()
    assert (account.wallet_balance, account.initial_margin) == (wallet, D(0))
    desk.close()
    again = Exchange(SetClock(), account_file=path)
    assert again.usdm.position("ETHUSDT").amount == D("0.5")
    again.close()
