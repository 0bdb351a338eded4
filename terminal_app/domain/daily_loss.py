"""What a day has brought, and the lock that a loss closes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from terminal_app.domain.income import Income
from terminal_app.domain.instrument import ZERO
from terminal_app.domain.market import Side
from terminal_app.domain.order import Fill

# Source: Binance USDⓈ-M, income: what trades brought and cost, and what holding cost.
REALISED, COMMISSION, FUNDING = "REALIZED_PNL", "COMMISSION", "FUNDING_FEE"


@dataclass(frozen=True, slots=True)
class DayResult:
    """Hold what a day brought in one asset, negative for what it cost.

    ``uncounted`` names what could not be counted: assets without a known price, symbols of which
    nobody knows what was paid for what was sold.
    """

    realised: Decimal = ZERO
    fees: Decimal = ZERO
    funding: Decimal = ZERO
    uncounted: frozenset[str] = frozenset()

    @property
    def total(self) -> Decimal:
        """Return all of it together."""
        return self.realised + self.fees + self.funding


@dataclass(frozen=True, slots=True)
class LossLock:
    """Hold whether a loss has closed a day; ``forgiven`` is the loss that a person unlocked at."""

    day: str
    is_locked: bool = False
    forgiven: Decimal = ZERO


def day_of(time_ms: int, *, is_local: bool) -> str:
    """Return the day of a time, as 2026-11-21, in UTC or where this computer is."""
    moment = datetime.fromtimestamp(time_ms / 1000, UTC)
    return (moment.astimezone() if is_local else moment).date().isoformat()


def day_start_ms(time_ms: int, *, is_local: bool) -> int:
    """Return when the day of a time began."""
    moment = datetime.fromtimestamp(time_ms / 1000, UTC)
    here = moment.astimezone() if is_local else moment
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    start = midnight.astimezone() if is_local else midnight.replace(tzinfo=UTC)
    return int(start.timestamp() * 1000)


def lock_after(lock: LossLock, day: str, total: Decimal, most: Decimal | None) -> LossLock:
    """Return the lock after a day's result: a new day opens it, nothing else does.

    It closes at the limit, counted anew from the loss at which a person unlocked it.
    """
    if lock.day != day:
        lock = LossLock(day)
    if most is None or lock.is_locked or -total < most + lock.forgiven:
        return lock
    return LossLock(day, True, lock.forgiven)


def unlocked(lock: LossLock, total: Decimal) -> LossLock:
    """Return the lock as a person opened it at a result."""
    return LossLock(lock.day, False, max(-total, ZERO))


def futures_day(
    fills: Iterable[Fill], incomes: Iterable[Income], asset: str, since_ms: int
) -> DayResult:
    """Return what a day brought on a market that tells profits with each fill.

    ``incomes`` are the wallet's movements; those of trades that are known as fills count once.
    """
    today = [fill for fill in fills if fill.time_ms >= since_ms]
    known = {(fill.symbol, str(fill.trade_id)) for fill in today}
    realised = sum((fill.realized_profit or ZERO for fill in today), ZERO)
    fees = sum((-fill.commission for fill in today if fill.commission_asset == asset), ZERO)
    uncounted = {f.commission_asset for f in today if f.commission and f.commission_asset != asset}
    funding = ZERO
    for income in incomes:
        is_trade = income.kind in (REALISED, COMMISSION)
        is_known = is_trade and (income.symbol, income.trade_id) in known
        if income.time_ms < since_ms or is_known:
            continue
        if income.kind not in (REALISED, COMMISSION, FUNDING):
            continue
        if income.asset != asset:
            uncounted.add(income.asset)
        elif income.kind == FUNDING:
            funding += income.amount
        elif income.kind == COMMISSION:
            fees += income.amount
        else:
            realised += income.amount
    return DayResult(realised, fees, funding, frozenset(uncounted))


def spot_day(
    fills: Iterable[Fill], pairs: Mapping[str, tuple[str, str]], asset: str, since_ms: int
) -> DayResult:
    """Return what a day brought on a market that tells no profits, at average cost.

    ``pairs`` holds (base, quote) by symbol. Sold counts against what was bought in the fills given;
    what was there before has no known cost and counts as nothing.
    """
    held: dict[str, tuple[Decimal, Decimal]] = {}
    realised = fees = ZERO
    uncounted: set[str] = set()
    for fill in sorted(fills, key=lambda one: (one.time_ms, one.trade_id)):
        base, quote = pairs.get(fill.symbol, ("", ""))
        is_today = fill.time_ms >= since_ms
        if quote != asset:
            if is_today:
                uncounted.add(fill.symbol)
            continue
        fee = _fee_in_quote(fill, base, quote)
        if is_today and fee is None:
            uncounted.add(fill.commission_asset)
        if is_today and fee is not None:
            fees -= fee
        quantity, cost = held.get(fill.symbol, (ZERO, ZERO))
        if fill.side is Side.BUY:
            worth = fill.price * fill.quantity
            held[fill.symbol] = (quantity + fill.quantity, cost + worth)
            continue
        sold = min(fill.quantity, quantity)
        paid = cost * sold / quantity if quantity else ZERO
        held[fill.symbol] = (quantity - sold, cost - paid)
        if not is_today:
            continue
        realised += sold * fill.price - paid
        if sold < fill.quantity:
            uncounted.add(fill.symbol)
    return DayResult(realised, fees, uncounted=frozenset(uncounted))


def _fee_in_quote(fill: Fill, base: str, quote: str) -> Decimal | None:
    if not fill.commission or fill.commission_asset == quote:
        return fill.commission
    return fill.commission * fill.price if fill.commission_asset == base else None
