"""An account's past on Binance USDⓈ-M, week by week over three months."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from terminal_app.domain.income import Income
from terminal_app.domain.market import DAY_MS, MINUTE_MS
from terminal_app.domain.order import Fill, OrderUpdate
from terminal_app.venues.account_past import PastPage
from terminal_app.venues.binance.limits import Priority
from terminal_app.venues.binance.rest import RestClient
from terminal_app.venues.binance.usdm import mapping
from terminal_app.venues.binance.usdm import wire as usdm
from terminal_app.venues.binance.usdm.order_words import PREFIX

T = TypeVar("T")

PAGE = 1000
# Source: Binance USDⓈ-M, allOrders, userTrades, income: a week at a time, three months in all.
STRETCH_MS = 7 * DAY_MS - 1000
REACH_MS = 89 * DAY_MS
# What happened just now may not be listed yet: the next time begins a little before.
OVERLAP_MS = MINUTE_MS


@dataclass(frozen=True, slots=True)
class _Stretch:
    from_ms: int
    to_ms: int
    now_ms: int

    @property
    def params(self) -> list[tuple[str, str]]:
        times = [("startTime", str(self.from_ms)), ("endTime", str(self.to_ms))]
        return [*times, ("limit", str(PAGE))]

    def page(
        self, rows: Sequence[T], full_to_ms: int | None, unsettled_from: int | None = None
    ) -> PastPage[T]:
        """Return rows with what follows; a full answer goes on at its own last time."""
        is_last = full_to_ms is None and self.to_ms >= self.now_ms
        following = self.to_ms + 1 if full_to_ms is None else max(full_to_ms, self.from_ms + 1)
        if is_last:
            following = self.now_ms - OVERLAP_MS
        share = 1 - max(self.now_ms - following, 0) / REACH_MS
        return PastPage(tuple(rows), following, is_last, unsettled_from, 1.0 if is_last else share)


class UsdmPast:
    """Page through orders, trades and income. A cursor is the first millisecond to ask for."""

    def __init__(self, rest: RestClient) -> None:
        self._rest = rest

    async def orders(self, symbol: str, cursor: int) -> PastPage[OrderUpdate]:
        """Return orders of a symbol, ended ones and conditional ones among them."""
        stretch = self._stretch(cursor)
        params = [("symbol", symbol), *stretch.params]
        orders = await self._read(list[usdm.OrderReply], "allOrders", params)
        algos = await self._read(list[usdm.AlgoReply], "allAlgoOrders", params)
        plain = [mapping.order_update(row) for row in orders]
        # A triggered order is told of as an order already; one that waits is no past yet.
        waiting = [row for row in map(mapping.algo_update, algos) if row.child_order_id is None]
        ended = [update for update in waiting if update.status.is_final]
        updates = sorted([*plain, *ended], key=_created_ms)
        full_to_ms = _full_to_ms(orders, lambda row: row.time_ms or row.update_time_ms)
        algos_to_ms = _full_to_ms(algos, lambda row: row.create_time_ms)
        full = [time_ms for time_ms in (full_to_ms, algos_to_ms) if time_ms is not None]
        told = [*plain, *waiting]
        working = [_created_ms(update) for update in told if not update.status.is_final]
        return stretch.page(updates, min(full, default=None), min(working, default=None))

    async def fills(self, symbol: str, cursor: int) -> PastPage[Fill]:
        """Return the account's own trades in a symbol."""
        stretch = self._stretch(cursor)
        params = [("symbol", symbol), *stretch.params]
        rows = await self._read(list[usdm.AccountTrade], "userTrades", params)
        fills = [mapping.fill_from_trade(row) for row in rows]
        return stretch.page(fills, _full_to_ms(rows, lambda row: row.time_ms))

    async def income(self, cursor: int) -> PastPage[Income]:
        """Return what moved the wallet."""
        stretch = self._stretch(cursor)
        rows = await self._read(list[usdm.IncomeRow], "income", stretch.params)
        income = [_income(row) for row in rows]
        return stretch.page(income, _full_to_ms(rows, lambda row: row.time_ms))

    def _stretch(self, cursor: int) -> _Stretch:
        now_ms = self._rest.clock.now_ms()
        from_ms = max(cursor, now_ms - REACH_MS)
        return _Stretch(from_ms, min(from_ms + STRETCH_MS, now_ms), now_ms)

    async def _read(self, type_: type[T], name: str, params: list[tuple[str, str]]) -> T:
        return await self._rest.get_signed(type_, f"{PREFIX}/{name}", params, Priority.HISTORY)


def _full_to_ms(rows: Sequence[T], time_of: Callable[[T], int]) -> int | None:
    return max(map(time_of, rows)) if len(rows) >= PAGE else None


def _created_ms(update: OrderUpdate) -> int:
    return update.created_ms or update.time_ms


def _income(row: usdm.IncomeRow) -> Income:
    return Income(
        kind=row.kind,
        amount=row.amount,
        asset=row.asset,
        symbol=row.symbol,
        info=row.info,
        time_ms=row.time_ms,
        transaction_id=row.transaction_id,
        trade_id=str(row.trade_id),
    )
