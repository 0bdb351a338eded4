"""Trade on Binance spot."""

from __future__ import annotations

import msgspec

from terminal_app.domain.account import AccountSnapshot, FeeTerms
from terminal_app.domain.instrument import Market
from terminal_app.domain.order import Fill, Order, OrderUpdate
from terminal_app.domain.order_request import (
    OrderRequest,
)
from terminal_app.errors import InvalidOrder
from terminal_app.venues.base import Outcome, OutcomeKind, Replacement
from terminal_app.venues.binance.execution import BinanceExecution
from terminal_app.venues.binance.order_routes import OrderRoutes
from terminal_app.venues.binance.order_words import Params, which_fills
from terminal_app.venues.binance.outcome import Answer
from terminal_app.venues.binance.rest import RestClient
from terminal_app.venues.binance.spot import mapping
from terminal_app.venues.binance.spot import wire as spot
from terminal_app.venues.binance.spot.order_words import PREFIX, SpotWords, read_order
from terminal_app.venues.binance.spot.past import SpotPast


class SpotExecution(BinanceExecution):
    """Trade on spot."""

    def __init__(self, rest: RestClient, routes: OrderRoutes) -> None:
        self._spot_words = SpotWords()
        super().__init__(Market.SPOT, rest, routes, self._spot_words)
        self.past = SpotPast(rest)

    async def replace(
        self, order: Order, request: OrderRequest, client_order_id: str
    ) -> Replacement:
        """End an order and, only if that worked, place another, in one request.

        Source: Binance spot, cancelReplace: 400 and 409 tell both fates.
        """
        try:
            question = self._spot_words.replacing(order, request, client_order_id)
        except InvalidOrder as error:
            nothing = Outcome(OutcomeKind.NOT_SENT, message=str(error), detail=error.detail)
            return Replacement(nothing, nothing)
        answer = await self._routes.ask(question.call, question.params)
        halves = _halves(answer.body)
        if halves is None:
            outcome = self._outcome(answer, read_order)
            return Replacement(outcome, outcome)
        return Replacement(
            self._half(halves.cancel_result, bytes(halves.cancelled)),
            self._half(halves.new_result, bytes(halves.placed)),
        )

    async def open_orders(self) -> list[OrderUpdate]:
        """Return every order that rests at the venue."""
        return await self._read_orders("openOrders", [])

    async def order_history(self, symbol: str, limit: int) -> list[OrderUpdate]:
        """Return the newest orders of a symbol, ended ones among them, oldest first."""
        return await self._read_orders("allOrders", [("symbol", symbol), ("limit", str(limit))])

    async def fills(
        self,
        symbol: str,
        *,
        start_ms: int | None = None,
        order_id: int | None = None,
        from_id: int | None = None,
    ) -> list[Fill]:
        """Return the account's own trades in a symbol."""
        params = [("symbol", symbol), *which_fills(order_id, from_id), ("limit", "1000")]
        if start_ms is not None:
            params.append(("startTime", str(start_ms)))
        rows = await self._rest.get_signed(list[spot.AccountTrade], f"{PREFIX}/myTrades", params)
        return [mapping.fill_from_trade(row) for row in rows]

    async def account(self) -> AccountSnapshot:
        """Return the balances and rates."""
        reply = await self._rest.get_signed(
            spot.AccountReply, f"{PREFIX}/account", [("omitZeroBalances", "true")]
        )
        return mapping.account(reply, self._rest.clock.now_ms())

    async def fees(self, symbol: str) -> FeeTerms:
        """Return what trading a symbol costs the account."""
        reply = await self._rest.get_signed(
            spot.CommissionReply, f"{PREFIX}/account/commission", [("symbol", symbol)]
        )
        return mapping.fee_terms(reply)

    async def _read_orders(self, name: str, params: Params) -> list[OrderUpdate]:
        rows = await self._rest.get_signed(list[spot.OrderReply], f"{PREFIX}/{name}", params)
        return [mapping.order_update(row) for row in rows]

    def _half(self, result: str, body: bytes) -> Outcome:
        if result == "NOT_ATTEMPTED":
            return Outcome(OutcomeKind.NOT_SENT, message="The order before it was not cancelled.")
        # Each half is an answer of its own, as if it had been asked for alone.
        return self._outcome(Answer(200 if result == "SUCCESS" else 400, body), read_order)


def _halves(body: bytes) -> spot.ReplaceReply | None:
    try:
        return msgspec.json.decode(body, type=spot.ReplaceReply)
    except msgspec.MsgspecError:
        pass
    try:
        return msgspec.json.decode(body, type=spot.ReplaceRefusal).data
    except msgspec.MsgspecError:
        return None
