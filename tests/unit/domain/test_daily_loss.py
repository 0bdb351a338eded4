"""Check what a day brought, counted once, and the lock that a loss closes."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from terminal_app.domain.daily_loss import (
    LossLock,
    day_of,
    day_start_ms,
    futures_day,
    lock_after,
    spot_day,
    unlocked,
)
from terminal_app.domain.income import Income
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import DAY_MS, Side
from terminal_app.domain.order import Fill

NOON = int(datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp() * 1000)
MIDNIGHT = NOON - DAY_MS // 2
DAY = "2026-11-21"


def fill(
    trade_id: int, side: Side, price: str, size: str, fee: str, asset: str = "USDT",
    profit: str | None = None, time_ms: int = NOON,
) -> Fill:  # fmt: skip
    """Return an execution in BTCUSDT."""
    return Fill(
        Market.USDM, "BTCUSDT", trade_id, 1, side, Decimal(price), Decimal(size), Decimal(fee),
        asset, False, time_ms, None if profit is None else Decimal(profit),
    )  # fmt: skip


def income(kind: str, amount: str, trade_id: str = "", time_ms: int = NOON) -> Income:
    """Return a movement of the wallet."""
    return Income(kind, Decimal(amount), "USDT", "BTCUSDT", "", time_ms, 7, trade_id)


def test_a_trade_that_both_tell_of_counts_once_and_funding_counts_as_well() -> None:
    fills = [
        fill(1, Side.BUY, "60000", "1", "24", profit="0"),
        fill(2, Side.SELL, "59900", "1", "23.96", profit="-100"),
        fill(3, Side.SELL, "59900", "1", "0.01", "BNB", profit="0"),
        fill(4, Side.SELL, "1", "1", "9", profit="-999", time_ms=MIDNIGHT - 1),
    ]
    told = [
        income("REALIZED_PNL", "-100", "2"),
        income("COMMISSION", "-23.96", "2"),
        income("REALIZED_PNL", "-7", "99"),
        income("COMMISSION", "-1", "99"),
        income("FUNDING_FEE", "-3"),
        income("TRANSFER", "5000"),
        income("FUNDING_FEE", "-50", time_ms=MIDNIGHT - 1),
    ]
    result = futures_day(fills, told, "USDT", MIDNIGHT)
    assert (result.realised, result.fees, result.funding) == (
        Decimal(-107), Decimal("-48.96"), Decimal(-3),
    )  # fmt: skip
    assert result.total == Decimal("-158.96")
    assert result.uncounted == {"BNB"}


def test_spot_counts_sales_against_what_was_bought_before() -> None:
    pairs = {"BTCUSDT": ("BTC", "USDT")}
    fills = [
        fill(1, Side.BUY, "100", "2", "0", time_ms=MIDNIGHT - 5),
        fill(2, Side.BUY, "200", "2", "0.01", "BTC"),
        fill(3, Side.SELL, "120", "3", "1"),
        fill(4, Side.SELL, "500", "2", "0"),
    ]
    result = spot_day(fills, pairs, "USDT", MIDNIGHT)
    # Bought at 150 on average: 3 sold at 120 lose 90, the last one wins 350; one more had no cost.
    assert result.realised == Decimal(260)
    assert result.fees == Decimal(-3)
    assert result.uncounted == {"BTCUSDT"}


def test_the_lock_closes_at_the_limit_and_only_a_new_day_opens_it() -> None:
    most = Decimal(100)
    open_lock = lock_after(LossLock(""), DAY, Decimal("-99.99"), most)
    assert open_lock == LossLock(DAY)
    locked = lock_after(open_lock, DAY, Decimal(-100), most)
    assert locked.is_locked
    assert lock_after(locked, DAY, Decimal(500), most) == locked
    assert lock_after(locked, DAY, Decimal(-100), None) == locked
    assert lock_after(locked, "2026-11-22", Decimal(0), most) == LossLock("2026-11-22")


@given(loss=st.decimals("100", "1000", places=2), more=st.decimals("0", "300", places=2))
def test_after_it_was_opened_by_hand_the_same_loss_again_closes_it(
    loss: Decimal, more: Decimal
) -> None:
    most = Decimal(100)
    lock = unlocked(lock_after(LossLock(DAY), DAY, -loss, most), -loss)
    assert not lock.is_locked
    assert lock_after(lock, DAY, -(loss + more), most).is_locked is (more >= most)


def test_a_day_begins_at_midnight_and_is_named_by_its_date() -> None:
    assert day_start_ms(NOON, is_local=False) == MIDNIGHT
    assert day_of(NOON, is_local=False) == DAY
    assert day_of(MIDNIGHT - 1, is_local=False) == "2026-11-20"
    start_ms = day_start_ms(NOON, is_local=True)
    assert 0 <= NOON - start_ms < DAY_MS
    assert datetime.fromtimestamp(start_ms / 1000).hour == 0
