"""What the ledger is told of orders, and what it gives back after a restart."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace

from terminal_app import __version__
from terminal_app.domain.instrument import plain
from terminal_app.domain.order import Fill, Order, OrderStatus
from terminal_app.domain.order_request import Amendment, OrderRequest
from terminal_app.errors import StorageError
from terminal_app.services.order_bodies import (
    FillSource,
    adopted_order,
    fill_body,
    fill_from,
    in_state,
    intent_body,
    order_from_intent,
    peg_body,
    state_body,
)
from terminal_app.services.session_ledger import SessionLedger
from terminal_app.storage.ledger import Body, EventKind, LedgerEvent, new_entry
from terminal_app.venues.base import Outcome, OutcomeKind

POLICY_BEGINS, POLICY_ENDS = "BEGIN", "END"
# What a policy asks for with a step; each other such event is a person's.
_ASKS = {"MOVE": EventKind.AMEND_INTENT, "CANCEL": EventKind.CANCEL_INTENT}
CANCEL_WAITS_S = 0.25
# Ended orders of earlier runs that are shown at once; the venue's own history holds the rest.
ENDED_SHOWN = 500


class OrderLedger(SessionLedger):
    """Write the orders of one market of one environment into the ledger.

    Only an intent must be on disk for the program to go on: without it nothing is sent. While
    nothing can be written ``problem`` says so: no new orders are taken, cancelling still works.
    """

    async def intend(
        self,
        wanted: Sequence[tuple[OrderRequest, Order]],
        action_id: str,
        seen: Body,
        exits: Body | None = None,
    ) -> None:
        """Put intents that leave together on disk at once; raise ``StorageError`` for none.

        ``exits`` are those that the program is to send for them, or what exits these are.
        """
        shared: Body = {
            **{f"seen_{name}": value for name, value in seen.items()},
            "action_id": action_id,
            "key_fingerprint": self._records.key_fingerprint,
            "receive_window_ms": self._records.receive_window_ms,
            "version": __version__,
        }
        entries = []
        for request, order in wanted:
            body: Body = {**shared, **intent_body(order), **peg_body(request)}
            # From this commit on the order may have left: after a crash it is asked for.
            events: list[tuple[EventKind, Body]] = [(EventKind.INTENT, body)]
            if exits is not None:
                events.append((EventKind.EXITS, exits))
            for kind, what in (*events, (EventKind.SEND_STARTED, {})):
                entries.append(new_entry(self._scope, kind, what, order.client_order_id))
        try:
            await self._put(*entries)
        except StorageError:
            # Should they be written later after all, then with this end of them.
            for _, order in wanted:
                ended = replace(order, status=OrderStatus.NOT_SENT)
                self._note(EventKind.ENDED, state_body(ended), order.client_order_id)
            raise

    async def start_anew(self, going_on: Sequence[Order] = ()) -> None:
        """Write that no earlier intent counts any more but those that go on."""
        entries = [new_entry(self._scope, EventKind.EPOCH_RESET, {})]
        for order in going_on:
            body = intent_body(order)
            name = order.client_order_id
            entries.append(new_entry(self._scope, EventKind.INTENT, body, name))
            entries.append(new_entry(self._scope, EventKind.ORDER, state_body(order), name))
        await self._put(*entries)

    async def cancel_intent(self, order: Order) -> None:
        """Write that a cancel is about to be sent, which does not wait long for a bad disk."""
        body: Body = {"order_id": order.order_id, "symbol": order.symbol}
        self._note(EventKind.CANCEL_INTENT, body, order.client_order_id)
        with contextlib.suppress(StorageError, TimeoutError):
            async with asyncio.timeout(CANCEL_WAITS_S):
                await self._ledger.flush()

    async def amend_intent(self, order: Order, change: Amendment) -> None:
        """Put the intent to change an order on disk; raise ``StorageError`` where that fails."""
        body: Body = {
            "order_id": order.order_id,
            "symbol": order.symbol,
            "quantity": plain(change.quantity) if change.quantity is not None else None,
            "price": plain(change.price) if change.price is not None else None,
        }
        await self._put(new_entry(self._scope, EventKind.AMEND_INTENT, body, order.client_order_id))

    def policy(self, body: Body, client_order_id: str) -> None:
        """Write a step that a policy takes with an order, under ``step``."""
        self._note(EventKind.POLICY, body, client_order_id)

    def exits(self, body: Body, client_order_id: str) -> None:
        """Write what became of the exits of an entry, under ``step``."""
        self._note(EventKind.EXITS, body, client_order_id)

    async def exit_events(self) -> list[LedgerEvent]:
        """Return what was written of exits since the last reset of the account, oldest first."""
        return await self._since_reset(EventKind.EXITS)

    async def policies_left(self) -> list[tuple[LedgerEvent, bool]]:
        """Return the last step of each policy that earlier runs began and did not end.

        With each goes whether a person changed or cancelled the order after it.
        """
        steps = await self._since_reset(EventKind.POLICY)
        last = {event.client_order_id: event for event in steps}
        left = [event for event in last.values() if event.body["step"] != POLICY_ENDS]
        return [(event, await self._was_touched(event)) for event in left]

    def dry_run(self, order: Order, seen: Body, would_send: str) -> None:
        """Write an order that is not sent: it is no intent and never counts as one."""
        saw = {f"seen_{name}": value for name, value in seen.items()}
        body: Body = {**saw, **intent_body(order), "would_send": would_send}
        self._note(EventKind.DRY_RUN, body, order.client_order_id)

    def reply(self, outcome: Outcome, client_order_id: str) -> None:
        """Write what came back, or that nothing came that could be read."""
        is_mute = outcome.kind is OutcomeKind.UNKNOWN and outcome.code is None
        kind = EventKind.NO_REPLY if is_mute else EventKind.REPLY
        body: Body = {
            "kind": outcome.kind.value,
            "code": outcome.code,
            "message": outcome.message,
            "detail": outcome.detail,
        }
        self._note(kind, body, client_order_id)

    def moved(self, before: Order, order: Order) -> None:
        """Write where an order stands now, and what that proves."""
        body, name = state_body(order), order.client_order_id
        if before.status is OrderStatus.UNKNOWN:
            self._note(EventKind.RESOLVED, body, name)
        is_end = order.status.is_final and not order.from_elsewhere
        self._note(EventKind.ENDED if is_end else EventKind.ORDER, body, name)

    def filled(self, fill: Fill, source: FillSource, client_order_id: str) -> None:
        """Write an execution, and how it was heard of."""
        self._note(EventKind.FILL, {**fill_body(fill), "source": source.value}, client_order_id)

    def adopted(self, order: Order) -> None:
        """Write that an order from elsewhere was heard of."""
        forced = order.forced.value if order.forced is not None else None
        body: Body = {**intent_body(order), **state_body(order), "forced": forced}
        self._note(EventKind.ADOPTED_EXTERNAL, body, order.client_order_id)

    async def trail(self, client_order_id: str) -> list[LedgerEvent]:
        """Return all that was written of an order, account events among it, oldest first."""
        own = await self._ledger.events(self._scope, client_order_id)
        seqs = [event.seq for event in own]
        heard = await self._ledger.heard_around(self._scope, seqs, client_order_id)
        return sorted([*own, *heard], key=lambda event: event.seq)

    async def remembered(self) -> tuple[list[Order], list[Fill]]:
        """Return what was known last: the newest orders that ended, every other, every execution.

        An intent to which nothing came back is an order of unknown fate. What was before the last
        reset of the account is not remembered.
        """
        orders = await self._ended()
        for intent in await self._ledger.open_intents(self._scope):
            events = await self._ledger.events(self._scope, intent.client_order_id)
            states = [event for event in events if event.kind is EventKind.ORDER]
            order = order_from_intent(intent, self._market)
            orders.append(in_state(order, states[-1]) if states else order)
        filled = await self._since_reset(EventKind.FILL)
        return orders, [fill_from(event, self._market) for event in filled]

    async def _was_touched(self, step: LedgerEvent) -> bool:
        events = await self._ledger.events(self._scope, step.client_order_id)
        asked = [one.kind for one in events if one.seq > step.seq and one.kind in _ASKS.values()]
        return asked not in ([], [_ASKS.get(str(step.body["step"]))])

    async def _since_reset(self, kind: EventKind) -> list[LedgerEvent]:
        reset = await self._ledger.newest(self._scope, EventKind.EPOCH_RESET)
        since = reset.seq if reset is not None else 0
        events = await self._ledger.events_of(self._scope, kind)
        return [event for event in events if event.seq > since]

    async def _ended(self) -> list[Order]:
        # The venue's history may lag behind what was proven here before.
        orders: dict[tuple[str, object], Order] = {}
        for event in await self._ledger.ended_orders(self._scope, ENDED_SHOWN):
            # A name of ours is given once; others may give one again, to another number.
            key: tuple[str, object] = event.client_order_id, None
            if event.kind is EventKind.INTENT:
                orders[key] = order_from_intent(event, self._market)
                continue
            if key not in orders:
                key = event.client_order_id, event.body["order_id"]
            if event.kind is EventKind.ADOPTED_EXTERNAL:
                orders[key] = adopted_order(event, self._market)
            elif key in orders:
                reason = str(event.body["reason"])
                orders[key] = replace(in_state(orders[key], event), reason=reason)
        # What of others still rested is told by the venue.
        return [one for one in orders.values() if one.status.is_final or not one.from_elsewhere]
