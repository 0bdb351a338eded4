"""Trade: what both markets do in the same way. What returns an outcome never raises."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TypeVar

from terminal_app.domain.account import AccountSnapshot, FeeTerms
from terminal_app.domain.instrument import Market
from terminal_app.domain.order import Fill, Order, OrderUpdate
from terminal_app.domain.order_request import (
    Amendment,
    OrderListRequest,
    OrderRef,
    OrderRequest,
)
from terminal_app.errors import InvalidOrder, Trouble
from terminal_app.venues.account_past import AccountPast
from terminal_app.venues.base import Outcome, OutcomeKind, Replacement
from terminal_app.venues.binance.order_routes import OrderRoutes
from terminal_app.venues.binance.order_words import OrderWords, Question, ReadOrder
from terminal_app.venues.binance.outcome import Answer, Classified, classify
from terminal_app.venues.binance.refusals import explain
from terminal_app.venues.binance.rest import RestClient

Params = list[tuple[str, str]]
T = TypeVar("T")


class BinanceExecution(ABC):
    """Trade on one market: say it in the market's words, and read what comes back."""

    past: AccountPast

    def __init__(
        self, market: Market, rest: RestClient, routes: OrderRoutes, words: OrderWords
    ) -> None:
        self._market = market
        self._rest = rest
        self._routes = routes
        self._words = words

    @abstractmethod
    async def replace(
        self, order: Order, request: OrderRequest, client_order_id: str
    ) -> Replacement:
        """End an order and, only if that worked, place another."""

    @abstractmethod
    async def open_orders(self) -> list[OrderUpdate]:
        """Return every order that rests at the venue, waiting ones among them."""

    @abstractmethod
    async def order_history(self, symbol: str, limit: int) -> list[OrderUpdate]:
        """Return the newest orders of a symbol, ended ones among them, oldest first."""

    @abstractmethod
    async def fills(
        self,
        symbol: str,
        *,
        start_ms: int | None = None,
        order_id: int | None = None,
        from_id: int | None = None,
    ) -> list[Fill]:
        """Return the account's own trades in a symbol."""

    @abstractmethod
    async def account(self) -> AccountSnapshot:
        """Return balances and positions."""

    @abstractmethod
    async def fees(self, symbol: str) -> FeeTerms:
        """Return what trading a symbol costs the account."""

    async def place(self, request: OrderRequest, client_order_id: str) -> Outcome:
        """Send a new order, once."""
        return await self._try(lambda: self._words.placing(request, client_order_id))

    def draft(self, request: OrderRequest, client_order_id: str) -> str:
        """Return a new order as it would be sent, signed, without its secrets."""
        question = self._words.placing(request, client_order_id)
        return self._routes.draft(question.call, question.params)

    async def test(self, request: OrderRequest, client_order_id: str) -> Outcome:
        """Let the venue check an order that it does not take."""
        return await self._try(lambda: self._words.testing(request, client_order_id))

    async def cancel(self, ref: OrderRef) -> Outcome:
        """Ask for an order's end; by its number where that is known."""
        return await self._ask(self._words.cancelling(ref))

    async def query(self, ref: OrderRef) -> Outcome:
        """Ask for an order; REJECTED with the venue's code when it knows none."""
        return await self._ask(self._words.asking(ref))

    async def amend(self, order: Order, change: Amendment) -> Outcome:
        """Change a resting order in place; NOT_SENT where the market cannot."""
        return await self._try(lambda: self._words.amending(order, change))

    async def place_list(
        self, request: OrderListRequest, list_id: str, client_order_ids: Sequence[str]
    ) -> Outcome:
        """Send orders that stand together, once; the first is ``update``, the rest ``others``."""
        return await self._try(lambda: self._words.placing_list(request, list_id, client_order_ids))

    async def cancel_all(self, symbol: str) -> Outcome:
        """Ask for the end of every order of a symbol; the worst of the answers counts."""
        outcomes = [await self._ask(question) for question in self._words.cancelling_all(symbol)]
        bad = [outcome for outcome in outcomes if outcome.kind is not OutcomeKind.OK]
        others = tuple(update for outcome in outcomes for update in outcome.others)
        return bad[0] if bad else Outcome(OutcomeKind.OK, others=others)

    async def _try(self, build: Callable[[], Question]) -> Outcome:
        try:
            question = build()
        except InvalidOrder as error:
            return Outcome(OutcomeKind.NOT_SENT, message=str(error), detail=error.detail)
        return await self._ask(question)

    async def _ask(self, question: Question) -> Outcome:
        answer = await self._routes.ask(question.call, question.params)
        return self._outcome(answer, question.read)

    def _outcome(self, answer: Answer, read: Callable[[bytes], ReadOrder]) -> Outcome:
        found = classify(self._market, answer, read)
        detail = f"HTTP {answer.status}, code {found.code}: {found.message}"
        if found.kind is not OutcomeKind.OK:
            trouble, message = self._explain(answer, found)
            return Outcome(
                found.kind, code=found.code, message=message, detail=detail, trouble=trouble
            )
        told = read(answer.body)
        return Outcome(OutcomeKind.OK, told.update, told.fills, others=told.others)

    def _explain(self, answer: Answer, found: Classified) -> tuple[Trouble, str]:
        if found.kind is OutcomeKind.NOT_SENT:
            return Trouble.NETWORK, found.message
        if found.kind is OutcomeKind.UNKNOWN:
            return Trouble.UNKNOWN_OUTCOME, found.message
        told = explain(self._market, found.code, found.message, answer.status)
        return told.trouble, told.sentence
