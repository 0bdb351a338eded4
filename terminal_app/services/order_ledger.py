"""What the ledger is told of orders, and what it gives back after a restart."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from decimal import Decimal

from terminal_app import __version__
from terminal_app.domain.account import PositionSide
from terminal_app.domain.instrument import Market, plain
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import Amendment, OrderType, PriceKind, TimeInForce, Trigger
from terminal_app.errors import StorageError
from terminal_app.services.differences import Difference
from terminal_app.storage.ledger import Body, Entry, EventKind, Ledger, LedgerEvent, new_entry
from terminal_app.venues.base import Outcome, OutcomeKind, Venue
from terminal_app.venues.records import Exchanged, Heard

# An order that left long after it was wanted would meet another market.
INTENT_WAITS_S = 2.0
CANCEL_WAITS_S = 0.25


class OrderLedger:
    """Write the orders of one market of one environment into the ledger.

    Only an intent must be on disk for the program to go on: without it nothing is sent. While
    nothing can be written ``problem`` says so: no new orders are taken, cancelling still works.
    """

    def __init__(self, ledger: Ledger, venue: Venue) -> None:
        self._ledger = ledger
        self._market = venue.capabilities.market
        self._scope = f"{venue.environment.name}/{self._market.value}"
        self._records = venue.records
        self._records.listen(self.record)

    @property
    def problem(self) -> str:
        """Return why the ledger takes nothing now, or nothing."""
        return self._ledger.problem

    async def intent(self, order: Order, action_id: str, seen: Body) -> None:
        """Put an intent on disk; raise ``StorageError`` where that fails."""
        body: Body = {
            **{f"seen_{name}": value for name, value in seen.items()},
            "action_id": action_id,
            "symbol": order.symbol,
            "side": order.side.value,
            "type": order.type.value,
            "time_in_force": order.time_in_force.value,
            "quantity": plain(order.quantity),
            "quote_quantity": plain(order.quote_quantity) if order.quote_quantity else None,
            "price": plain(order.price),
            "reduce_only": order.reduce_only,
            "created_ms": order.created_ms,
            "position_side": order.position_side.value,
            **_trigger_body(order.trigger),
            "key_fingerprint": self._records.key_fingerprint,
            "receive_window_ms": self._records.receive_window_ms,
            "version": __version__,
        }
        # From this commit on the order may have left: after a crash it is asked for.
        entries = [
            new_entry(self._scope, EventKind.INTENT, body, order.client_order_id),
            new_entry(self._scope, EventKind.SEND_STARTED, {}, order.client_order_id),
        ]
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

    def record(self, record: Exchanged | Heard) -> None:
        """Write what went over the wire."""
        if isinstance(record, Heard):
            self._note(EventKind.STREAM, {"raw": record.text})
            return
        body: Body = {
            "way": record.way,
            "request": record.request,
            "status": record.status,
            "answer": record.answer,
            "latency_us": record.latency_us,
        }
        self._note(EventKind.REQUEST, body, record.client_order_id)

    def policy(self, order: Order, text: str) -> None:
        """Write a step that a policy takes with an order."""
        self._note(EventKind.POLICY, {"step": text}, order.client_order_id)

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

    def resolved(self, order: Order) -> None:
        """Write what an order of unknown fate turned out to be."""
        body: Body = {"status": order.status.value, "order_id": order.order_id}
        self._note(EventKind.RESOLVED, body, order.client_order_id)

    def ended(self, order: Order) -> None:
        """Write how an order ended."""
        body: Body = {
            "status": order.status.value,
            "executed_quantity": plain(order.executed_quantity),
            "order_id": order.order_id,
        }
        self._note(EventKind.ENDED, body, order.client_order_id)

    def compared(self, found: Iterable[Difference]) -> None:
        """Write what was shown otherwise than the venue told it."""
        body = {one.subject: f"{one.shown} -> {one.told}" for one in found}
        self._note(EventKind.RECONCILE, body)

    def adopted(self, order: Order) -> None:
        """Write that an order from elsewhere was heard of."""
        body: Body = {
            "symbol": order.symbol,
            "side": order.side.value,
            "type": order.type.value,
            "quantity": plain(order.quantity),
            "price": plain(order.price),
            "order_id": order.order_id,
            "forced": order.forced.value if order.forced is not None else None,
        }
        self._note(EventKind.ADOPTED_EXTERNAL, body, order.client_order_id)

    async def setting_intent(self, words: str) -> None:
        """Put on disk that a setting is about to be changed; raise ``StorageError``."""
        await self._put(new_entry(self._scope, EventKind.CONFIG, {"setting": words}))

    def setting_outcome(self, words: str, outcome: str) -> None:
        """Write what became of the change of a setting."""
        self._note(EventKind.CONFIG, {"setting": words, "outcome": outcome}, "")

    async def start_anew(self) -> None:
        """Write that no earlier intent counts any more."""
        await self._put(new_entry(self._scope, EventKind.EPOCH_RESET, {}))

    async def open_orders(self) -> list[Order]:
        """Return every intent without a proven end, as an order of unknown fate."""
        return [
            _order_from_intent(event, self._market)
            for event in await self._ledger.open_intents(self._scope)
        ]

    async def _put(self, *entries: Entry) -> None:
        try:
            async with asyncio.timeout(INTENT_WAITS_S):
                await self._ledger.append_all(entries)
        except TimeoutError:
            # It may still be written: then it is asked for at the next start, and not found.
            text = "The disk did not take the order's intent in time: nothing was sent."
            raise StorageError(text) from None

    def _note(self, kind: EventKind, body: Body, client_order_id: str = "") -> None:
        self._ledger.note(self._scope, kind, body, client_order_id)


def _order_from_intent(event: LedgerEvent, market: Market) -> Order:
    body = event.body
    quote = body["quote_quantity"]
    return Order(
        market=market,
        symbol=str(body["symbol"]),
        client_order_id=event.client_order_id,
        side=Side(str(body["side"])),
        type=OrderType(str(body["type"])),
        time_in_force=TimeInForce(str(body["time_in_force"])),
        quantity=Decimal(str(body["quantity"])),
        price=Decimal(str(body["price"])),
        status=OrderStatus.UNKNOWN,
        created_ms=int(str(body["created_ms"])),
        updated_ms=event.time_ms,
        quote_quantity=Decimal(str(quote)) if quote else None,
        reduce_only=bool(body["reduce_only"]),
        trigger=_trigger_from(body),
        position_side=PositionSide(str(body.get("position_side", "BOTH"))),
        reason="from an earlier run",
    )


def _trigger_body(trigger: Trigger | None) -> Body:
    if trigger is None:
        return {}
    callback = trigger.callback_percent
    return {
        "trigger_price": plain(trigger.price) if trigger.price is not None else None,
        "trigger_kind": trigger.kind.value,
        "callback_percent": plain(callback) if callback is not None else None,
    }


def _trigger_from(body: Body) -> Trigger | None:
    if "trigger_kind" not in body:
        return None
    price, callback = body["trigger_price"], body["callback_percent"]
    return Trigger(
        Decimal(str(price)) if price is not None else None,
        PriceKind(str(body["trigger_kind"])),
        Decimal(str(callback)) if callback is not None else None,
    )
