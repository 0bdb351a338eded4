"""Trade: what both markets do in the same way. Placing and cancelling never raise."""

from __future__ import annotations

from abc import ABC, abstractmethod

import msgspec

from terminal_app.domain.account import AccountSnapshot
from terminal_app.domain.instrument import Market, plain
from terminal_app.domain.order import Fill, OrderRequest, OrderType, OrderUpdate
from terminal_app.errors import InvalidOrder
from terminal_app.venues.base import Outcome, OutcomeKind
from terminal_app.venues.binance.outcome import Answer, classify
from terminal_app.venues.binance.rest import RestClient

Params = list[tuple[str, str]]
ReadOrder = tuple[OrderUpdate, tuple[Fill, ...]]


class BinanceExecution(ABC):
    """Trade on one market over REST."""

    def __init__(self, market: Market, rest: RestClient, prefix: str) -> None:
        self._market = market
        self._rest = rest
        self._prefix = prefix

    @abstractmethod
    def place_params(self, request: OrderRequest, client_order_id: str) -> Params:
        """Return a new order in the market's words; raise ``InvalidOrder`` for none."""

    def cancel_params(self, client_order_id: str) -> Params:
        """Return what a cancel says beyond which order it is about."""
        return []

    @abstractmethod
    def read_order(self, body: bytes) -> ReadOrder:
        """Return an order and the fills beside it; raise ``msgspec.MsgspecError``."""

    @abstractmethod
    async def read_orders(self, path: str, params: Params) -> list[OrderUpdate]:
        """Return the orders a signed question is answered with."""

    @abstractmethod
    async def fills(self, symbol: str, *, start_ms: int | None = None) -> list[Fill]:
        """Return the account's own trades in a symbol."""

    @abstractmethod
    async def account(self) -> AccountSnapshot:
        """Return balances and positions."""

    async def open_orders(self) -> list[OrderUpdate]:
        """Return every order that rests at the venue."""
        return await self.read_orders(f"{self._prefix}/openOrders", [])

    async def order_history(self, symbol: str, limit: int) -> list[OrderUpdate]:
        """Return the newest orders of a symbol, ended ones among them, oldest first."""
        params = [("symbol", symbol), ("limit", str(limit))]
        return await self.read_orders(f"{self._prefix}/allOrders", params)

    async def place(self, request: OrderRequest, client_order_id: str) -> Outcome:
        """Send a new order, once."""
        try:
            params = self.place_params(request, client_order_id)
        except InvalidOrder as error:
            return Outcome(OutcomeKind.NOT_SENT, message=str(error), detail=error.detail)
        return await self._order("POST", params)

    async def cancel(self, symbol: str, order_id: int | None, client_order_id: str) -> Outcome:
        """Ask for an order's end; by ``order_id`` where it is known."""
        params = _which(symbol, order_id, client_order_id)
        return await self._order("DELETE", [*params, *self.cancel_params(client_order_id)])

    async def query(self, symbol: str, order_id: int | None, client_order_id: str) -> Outcome:
        """Ask for an order; REJECTED with the venue's code when it knows none."""
        return await self._order("GET", _which(symbol, order_id, client_order_id))

    async def _order(self, method: str, params: Params) -> Outcome:
        answer = await self._rest.ask_order(method, f"{self._prefix}/order", params)
        return self._outcome(answer)

    def _outcome(self, answer: Answer) -> Outcome:
        found = classify(self._market, answer)
        detail = f"HTTP {answer.status}, code {found.code}: {found.message}"
        if found.kind is not OutcomeKind.OK:
            return Outcome(found.kind, code=found.code, message=found.message, detail=detail)
        try:
            update, fills = self.read_order(answer.body)
        except (msgspec.MsgspecError, ValueError):
            # The venue took something, but what it says of it cannot be read: proven is nothing.
            return Outcome(OutcomeKind.UNKNOWN, message="The answer cannot be read.", detail=detail)
        return Outcome(OutcomeKind.OK, update=update, fills=fills)


def price_params(request: OrderRequest) -> Params:
    """Return the price of a limit order, none of a market order."""
    if request.type is OrderType.MARKET:
        return []
    if request.type is not OrderType.LIMIT or request.price is None:
        raise InvalidOrder("Type", "only limit orders with a price and market orders", request.type)
    return [("price", plain(request.price))]


def _which(symbol: str, order_id: int | None, client_order_id: str) -> Params:
    if order_id is not None:
        return [("symbol", symbol), ("orderId", str(order_id))]
    return [("symbol", symbol), ("origClientOrderId", client_order_id)]
