"""Trade on Binance USDⓈ-M: plain orders, and conditional ones in a service of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from decimal import Decimal

from terminal_app.domain.account import AccountSnapshot, FeeTerms
from terminal_app.domain.instrument import ZERO, Market
from terminal_app.domain.market import DAY_MS
from terminal_app.domain.order import Fill, Order, OrderUpdate
from terminal_app.domain.order_request import (
    OrderRef,
    OrderRequest,
)
from terminal_app.errors import VenueError
from terminal_app.venues.base import Outcome, OutcomeKind, Replacement
from terminal_app.venues.binance.execution import BinanceExecution
from terminal_app.venues.binance.order_routes import OrderRoutes
from terminal_app.venues.binance.order_words import Params, which_fills
from terminal_app.venues.binance.rest import RestClient
from terminal_app.venues.binance.usdm import mapping
from terminal_app.venues.binance.usdm import wire as usdm
from terminal_app.venues.binance.usdm.order_words import PREFIX, UsdmWords
from terminal_app.venues.binance.usdm.past import UsdmPast

STRETCH_MS = 7 * DAY_MS - 1000
HISTORY_MS = 89 * DAY_MS
RATES_SYMBOL = "BTCUSDT"
# What an account without any discount pays; used only until the venue has told the real rates.
DEFAULT_MAKER_RATE = Decimal("0.0002")
DEFAULT_TAKER_RATE = Decimal("0.0005")
# Source: Binance USDⓈ-M, BNB fee burn: a tenth less.
BNB_SHARE = Decimal("0.9")


class UsdmExecution(BinanceExecution):
    """Trade on USDⓈ-M."""

    def __init__(self, rest: RestClient, routes: OrderRoutes) -> None:
        super().__init__(Market.USDM, rest, routes, UsdmWords())
        self.past = UsdmPast(rest)
        self._rates: usdm.CommissionRate | None = None

    async def query(self, ref: OrderRef) -> Outcome:
        """Ask for an order; of a triggered one its order in the book is told."""
        outcome = await super().query(ref)
        if outcome.update is None or outcome.update.child_order_id is None:
            return outcome
        child = OrderRef(ref.symbol, outcome.update.child_order_id, ref.client_order_id)
        return await super().query(child)

    async def replace(
        self, order: Order, request: OrderRequest, client_order_id: str
    ) -> Replacement:
        """End an order and, only if that is proven, place another; the venue has no one call."""
        cancelled = await self.cancel(order.ref)
        if cancelled.kind is not OutcomeKind.OK:
            unsent = Outcome(OutcomeKind.NOT_SENT, message="The order before it was not cancelled.")
            return Replacement(cancelled, unsent)
        ended = cancelled.update if cancelled.update is not None else await self._ended(order)
        if ended is None or ended.executed_quantity != order.executed_quantity:
            # What traded meanwhile would be bought twice.
            text = "The order before it traded meanwhile, or nobody knows how much."
            return Replacement(cancelled, Outcome(OutcomeKind.NOT_SENT, message=text))
        return Replacement(cancelled, await self.place(request, client_order_id))

    async def _ended(self, order: Order) -> OrderUpdate | None:
        found = await self.query(order.ref)
        return found.update

    async def open_orders(self) -> list[OrderUpdate]:
        """Return every order that rests at the venue, waiting ones among them."""
        orders = await self._read_orders("openOrders", [])
        return [*orders, *await self._read_algos("openAlgoOrders", [])]

    async def order_history(self, symbol: str, limit: int) -> list[OrderUpdate]:
        """Return the newest orders of a symbol, ended ones among them, oldest first."""
        params = [("symbol", symbol), ("limit", str(limit))]
        orders = await self._read_orders("allOrders", params)
        waiting = await self._read_algos("allAlgoOrders", params)
        # A triggered order is told of as an order already.
        algos = [update for update in waiting if update.child_order_id is None]
        return sorted([*orders, *algos], key=lambda update: update.created_ms or update.time_ms)

    async def _read_orders(self, name: str, params: Params) -> list[OrderUpdate]:
        rows = await self._rest.get_signed(list[usdm.OrderReply], f"{PREFIX}/{name}", params)
        return [mapping.order_update(row) for row in rows]

    async def _read_algos(self, name: str, params: Params) -> list[OrderUpdate]:
        rows = await self._rest.get_signed(list[usdm.AlgoReply], f"{PREFIX}/{name}", params)
        return [mapping.algo_update(row) for row in rows]

    async def fills(
        self,
        symbol: str,
        *,
        start_ms: int | None = None,
        order_id: int | None = None,
        from_id: int | None = None,
    ) -> list[Fill]:
        """Return the account's own trades in a symbol, of the last week without a start."""
        rows: list[usdm.AccountTrade] = []
        which = which_fills(order_id, from_id)
        for stretch in _stretches(start_ms, self._rest.clock.now_ms()):
            params = [("symbol", symbol), *which, *stretch, ("limit", "1000")]
            path = f"{PREFIX}/userTrades"
            rows += await self._rest.get_signed(list[usdm.AccountTrade], path, params)
        return [mapping.fill_from_trade(row) for row in rows]

    async def account(self) -> AccountSnapshot:
        """Return balances, positions with their leverage, and rates."""
        account, risks, configs, config, rates = await asyncio.gather(
            self._rest.get_signed(usdm.AccountReply, "/fapi/v3/account"),
            self._rest.get_signed(list[usdm.PositionRisk], "/fapi/v3/positionRisk"),
            self._configs(),
            self._rest.get_signed(usdm.AccountConfig, f"{PREFIX}/accountConfig"),
            self._commission_rates(),
        )
        held = [row for row in risks if row.amount != ZERO]
        return AccountSnapshot(
            market=Market.USDM,
            balances=tuple(mapping.balance(row) for row in account.assets),
            positions=tuple(mapping.position(row, configs) for row in held),
            maker_rate=rates.maker,
            taker_rate=rates.taker,
            time_ms=self._rest.clock.now_ms(),
            settings={symbol: mapping.symbol_settings(row) for symbol, row in configs.items()},
            is_hedged=config.is_hedged,
            is_multi_assets=config.is_multi_assets,
        )

    async def fees(self, symbol: str) -> FeeTerms:
        """Return what trading a symbol costs the account."""
        rates, burn = await asyncio.gather(
            self._rest.get_signed(
                usdm.CommissionRate, f"{PREFIX}/commissionRate", [("symbol", symbol)]
            ),
            self._rest.get_signed(usdm.FeeBurn, f"{PREFIX}/feeBurn"),
        )
        if not burn.is_on:
            return FeeTerms(rates.maker, rates.taker)
        maker, taker = rates.maker * BNB_SHARE, rates.taker * BNB_SHARE
        return FeeTerms(rates.maker, rates.taker, "BNB", maker, taker)

    async def _configs(self) -> dict[str, usdm.SymbolConfig]:
        rows = await self._rest.get_signed(list[usdm.SymbolConfig], f"{PREFIX}/symbolConfig")
        return {row.symbol: row for row in rows}

    async def _commission_rates(self) -> usdm.CommissionRate:
        if self._rates is None:
            params = [("symbol", RATES_SYMBOL)]
            path = f"{PREFIX}/commissionRate"
            try:
                self._rates = await self._rest.get_signed(usdm.CommissionRate, path, params)
            except VenueError:
                return usdm.CommissionRate(DEFAULT_MAKER_RATE, DEFAULT_TAKER_RATE)
        return self._rates


def _stretches(start_ms: int | None, now_ms: int) -> Iterator[Params]:
    # Source: Binance USDⓈ-M, userTrades: a week at most at a time, three months in all.
    if start_ms is None:
        yield []
        return
    for from_ms in range(max(start_ms, now_ms - HISTORY_MS), now_ms + 1, STRETCH_MS):
        stretch = [("startTime", str(from_ms))]
        to_ms = from_ms + STRETCH_MS - 1
        if to_ms < now_ms:
            stretch.append(("endTime", str(to_ms)))
        yield stretch
