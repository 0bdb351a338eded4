"""Send what was intended, and take in what the answer proves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import Amendment, OrderListRequest, OrderRequest
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.services.order_bodies import FillSource
from terminal_app.services.order_fate import ASK_AFTER_SECONDS, UNKNOWN_ORDER_CODES, OrderFate
from terminal_app.services.order_ledger import OrderLedger
from terminal_app.services.order_store import OrderStore
from terminal_app.services.order_words import describe
from terminal_app.venues.base import Outcome, OutcomeKind


class OrderSender:
    """Send each intent once. An answer that proves nothing makes an order UNKNOWN.

    What is sent here has its intent in the ledger already.
    """

    def __init__(
        self, store: OrderStore, ledger: OrderLedger, fate: OrderFate, notifications: Notifications
    ) -> None:
        self._store = store
        self._ledger = ledger
        self._fate = fate
        self._notifications = notifications

    async def send(self, request: OrderRequest, key: str) -> None:
        """Send a new order."""
        outcome = await self._fate.execution.place(request, key)
        self._ledger.reply(outcome, key)
        self._take_placed(outcome, key)

    async def send_list(self, request: OrderListRequest, list_id: str, keys: Sequence[str]) -> None:
        """Send orders that stand together; they share one answer."""
        outcome = await self._fate.execution.place_list(request, list_id, keys)
        for key in keys:
            self._ledger.reply(outcome, key)
        self._take_told(outcome)
        for key in keys:
            if self._store.orders[key].status is OrderStatus.SENDING:
                self._take_placed(outcome, key)

    async def replace(self, key: str, request: OrderRequest, new_key: str) -> None:
        """End an order and place another; each half has a fate of its own."""
        order = self._store.orders[key]
        both = await self._fate.execution.replace(order, request, new_key)
        self._ledger.reply(both.cancelled, key)
        self._ledger.reply(both.placed, new_key)
        self._take_placed(both.placed, new_key)
        if self._take_cancelled(both.cancelled, key):
            return
        if both.placed.kind is OutcomeKind.NOT_SENT and both.cancelled.kind is OutcomeKind.REJECTED:
            # Nothing was done: the order traded meanwhile, or it is gone. It was to be replaced,
            # never only to be ended.
            await self._fate.ask(key)
            self._store.mark_cancel(key, False)
            return
        await self._cancel_until_known(key)

    async def cancel(self, key: str) -> None:
        """Ask for an order's end until the venue proves it; asking twice does no harm."""
        outcome = await self._fate.execution.cancel(self._store.orders[key].ref)
        self._ledger.reply(outcome, key)
        if not self._take_cancelled(outcome, key):
            await self._cancel_until_known(key)

    async def cancel_all(self, symbol: str, keys: Sequence[str]) -> None:
        """Ask for the end of all orders of a symbol at once, then for each that stays."""
        outcome = await self._fate.execution.cancel_all(symbol)
        for key in keys:
            self._ledger.reply(outcome, key)
        self._take_told(outcome)
        await asyncio.gather(*(self._cancel_until_known(key) for key in keys))

    async def amend(self, key: str, change: Amendment) -> None:
        """Change an order; where the answer proves nothing it is asked for."""
        order = self._store.orders[key]
        outcome = await self._fate.execution.amend(order, change)
        self._ledger.reply(outcome, key)
        if outcome.kind is OutcomeKind.OK:
            self._take_told(outcome)
        elif outcome.kind in (OutcomeKind.REJECTED, OutcomeKind.NOT_SENT):
            self._notifications.tell(Severity.WARNING, f"Not changed: {outcome.message}")
        if outcome.kind is not OutcomeKind.OK:
            await self._fate.ask(key)
        self._store.mark_amend(key, False)

    def _take_placed(self, outcome: Outcome, key: str) -> None:
        self._take_told(outcome)
        if outcome.kind is OutcomeKind.OK:
            return
        if outcome.kind is OutcomeKind.REJECTED:
            self._store.settle(key, OrderStatus.REJECTED, outcome.message)
            self._notifications.tell(Severity.DANGER, f"Refused: {outcome.message}")
        elif outcome.kind is OutcomeKind.NOT_SENT:
            self._store.settle(key, OrderStatus.NOT_SENT, outcome.message)
            self._notifications.tell(Severity.WARNING, f"Not sent: {outcome.message}")
        else:
            self._take_unknown(self._store.settle(key, OrderStatus.UNKNOWN, outcome.message), key)

    def _take_unknown(self, order: Order, key: str) -> None:
        if order.status is not OrderStatus.UNKNOWN:
            return
        self._notifications.tell(
            Severity.DANGER,
            f"Nobody knows yet whether {describe(order)} reached the exchange. It is being"
            " asked for and will not be sent again by itself.",
        )
        self._fate.ask_until_known(key)

    def _take_cancelled(self, outcome: Outcome, key: str) -> bool:
        """Return whether the answer leaves nothing to be asked."""
        self._take_told(outcome)
        if self._store.orders[key].status.is_final:
            return True
        is_refused = outcome.kind is OutcomeKind.REJECTED and (
            outcome.code not in UNKNOWN_ORDER_CODES
        )
        if is_refused or outcome.kind is OutcomeKind.NOT_SENT:
            self._store.mark_cancel(key, False)
            self._notifications.tell(Severity.WARNING, f"Not cancelled: {outcome.message}")
        return is_refused or outcome.kind is OutcomeKind.NOT_SENT

    async def _cancel_until_known(self, key: str) -> None:
        for delay in ASK_AFTER_SECONDS:
            # Already gone, or no answer: what the exchange says of the order decides.
            await self._fate.ask(key)
            if self._store.orders[key].status.is_final:
                return
            await asyncio.sleep(delay)
            outcome = await self._fate.execution.cancel(self._store.orders[key].ref)
            self._ledger.reply(outcome, key)
            if self._take_cancelled(outcome, key):
                return
        self._store.mark_cancel(key, False)

    def _take_told(self, outcome: Outcome) -> None:
        updates = [one for one in (outcome.update, *outcome.others) if one is not None]
        keys = {update.order_id: self._store.key_for(update) for update in updates}
        for fill in outcome.fills:
            self._store.add_fill(fill, FillSource.REPLY, keys.get(fill.order_id, ""))
        for update in updates:
            self._store.apply(update)
