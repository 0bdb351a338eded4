"""Look after the exits of one entry: send them as it fills, end those that nobody needs."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Hashable

from terminal_app.domain.exit_doubts import ExitDoubt
from terminal_app.domain.exits import exit_list
from terminal_app.domain.instrument import ZERO
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import OrderRequest
from terminal_app.domain.safety import MEANT
from terminal_app.errors import TerminalError
from terminal_app.services.exit_needs import Due, ExitNeeds, Place
from terminal_app.services.exit_plans import ExitPart, ExitPlan, send_body
from terminal_app.storage.ledger import Body

# Fills of one order come in bursts: exits are sent for what a burst has filled.
SETTLE_SECONDS = 0.5
LOOK_SECONDS = 0.25
# A fill may be told before the position it makes, and a price takes a while to come.
PATIENCE_SECONDS = 5.0


class ExitWatch:
    """Send the exits of a plan for what has filled, unless there is a doubt: that is the person's.

    Exits never exceed what has filled, and none is sent twice by itself. Where the venue knows no
    lists the other of two is cancelled once one has filled, and both when the position is gone.
    ``exit_keys`` takes the keys of what is sent; ``on_moved`` hears of each other state.
    """

    def __init__(
        self,
        place: Place,
        plan: ExitPlan,
        exit_keys: set[str],
        on_moved: Callable[[ExitWatch], None],
    ) -> None:
        self._place = place
        self._on_moved = on_moved
        self._exit_keys = exit_keys
        self._needs = ExitNeeds(place, plan, exit_keys)
        self._changed = asyncio.Event()
        self._due_since_s: float | None = None
        self._is_wanted = False
        self._leave_reason = ""
        self.plan = plan
        self.doubt: ExitDoubt | None = None
        self.is_due = False

    @property
    def order(self) -> Order | None:
        """Return the entry, None once it is forgotten."""
        return self._place.orders.store.orders.get(self.plan.key)

    @property
    def words(self) -> str:
        """Return what is looked after, and how that stands."""
        exits = self.plan.exits
        if self.doubt is not None:
            return f"{exits} NOT SENT: {self.doubt.reason}"
        if self.is_due:
            return f"{exits} to be sent. {self._place.orders.closed_because}".strip()
        if self.plan.parts and not self._place.venue.capabilities.order_lists:
            return f"{exits}: what is left of them ends with the position"
        return f"{exits} as it fills"

    def missing_now(self) -> list[OrderRequest]:
        """Return what would be sent if the person wanted it at this moment."""
        order = self.order
        due = self._needs.due(order, is_wanted=True) if order is not None else []
        return [request for one in due for request in one.requests]

    def doubt_now(self) -> ExitDoubt | None:
        """Return what speaks against sending at this moment."""
        order = self.order
        due = self._needs.due(order, is_wanted=True) if order is not None else []
        return self._needs.doubt(order, due) if order is not None and due else self.doubt

    def on_change(self, _key: Hashable) -> None:
        """Look again."""
        self._changed.set()

    def send_anyway(self) -> None:
        """Send what is missing, whatever the doubt: the person knows of it."""
        self._is_wanted = True
        self._changed.set()

    def leave_because(self, reason: str) -> None:
        """Look after it no more."""
        self._leave_reason = reason
        self._changed.set()

    async def follow(self) -> str:
        """Look after the plan until nothing is left to do; return why it was left before that."""
        self._changed.set()
        while not self._is_over():
            await self._wait()
            if self._leave_reason:
                return self._leave_reason
            before = self.doubt, self.is_due
            await self._look()
            if before != (self.doubt, self.is_due):
                self._on_moved(self)
        return ""

    async def _wait(self) -> None:
        # What is due may become so by time alone: no event tells of it.
        is_waiting = self.is_due and self.doubt is None
        try:
            async with asyncio.timeout(LOOK_SECONDS if is_waiting else None):
                await self._changed.wait()
        except TimeoutError:
            return
        self._changed.clear()

    async def _look(self) -> None:
        order = self.order
        if order is None:
            return
        due = self._needs.due(order, is_wanted=self._is_wanted)
        self.is_due = bool(due)
        # Before the account was compared nobody knows what is held, nor what else has filled.
        if self._place.orders.closed_because:
            self._due_since_s = None
            return
        await self._cancel_needless()
        if due:
            await self._weigh(order, due)
        else:
            self.doubt, self._due_since_s = self._needs.unclear(), None
        self._is_wanted = False

    async def _weigh(self, order: Order, due: list[Due]) -> None:
        """Send what is due, unless something speaks against it."""
        now_s = asyncio.get_running_loop().time()
        self._due_since_s = self._due_since_s or now_s
        waited_s = now_s - self._due_since_s
        doubt = self._needs.doubt(order, due)
        if self._is_wanted:
            is_free = doubt is None or doubt.can_send
        elif self.doubt is not None and not self.doubt.is_asked:
            # It was told: what came of it since is looked at with the person.
            return
        else:
            # After a restart the price must be known: it may have passed an exit meanwhile.
            is_blind = self.plan.is_resumed and self._needs.price() is None
            least_s = PATIENCE_SECONDS if is_blind else SETTLE_SECONDS
            is_free = doubt is None and waited_s >= least_s
        if is_free:
            await self._send(order, due)
        elif doubt is not None and (not doubt.may_pass or waited_s >= PATIENCE_SECONDS):
            self.doubt = doubt

    async def _send(self, order: Order, due: list[Due]) -> None:
        store = self._place.orders.store
        unknown = store.unknown(order.symbol, order.side.opposite) if self._is_wanted else ()
        beside = (*MEANT, *(one.client_order_id for one in unknown))
        try:
            for one in due:
                await self._send_part(order, one, beside)
            self.doubt = None
        except TerminalError as error:
            self.doubt = ExitDoubt(str(error))
        self._due_since_s = None
        self._changed.set()

    async def _send_part(self, order: Order, due: Due, beside: tuple[str, ...]) -> None:
        plan, orders, part = self.plan, self._place.orders, due.part
        seen: Body = {"exits": str(plan.exits), "of": order.client_order_id}
        body = send_body(plan, part)
        if part not in plan.parts:
            plan.parts.append(part)
        if self._is_wanted:
            # What nobody knows of stays among the orders: another stands for it here.
            lost = {one.client_order_id for one in plan.unclear(orders.store.orders)}
            part.keys = [key for key in part.keys if key not in lost]
        if len(due.requests) > 1 and self._needs.knows_lists:
            pair = exit_list((due.requests[1], due.requests[0]))
            keys = await orders.place_list(pair, secrets.token_hex(8), seen, beside, body)
            self._took(part, *keys)
            return
        for request in due.requests:
            key = await orders.place(request, secrets.token_hex(8), seen, beside, body)
            self._took(part, key)

    def _took(self, part: ExitPart, *keys: str) -> None:
        part.keys += keys
        self._exit_keys.update(keys)

    async def _cancel_needless(self) -> None:
        if self._needs.knows_lists:
            return
        known, is_gone = self._place.orders.store.orders, self._needs.is_gone()
        for part in self.plan.parts:
            keys = [key for key in part.keys if key in known]
            if is_gone or any(known[key].status is OrderStatus.FILLED for key in keys):
                for key in keys:
                    if known[key].status.is_working:
                        await self._place.orders.cancel(key, by_policy=True)

    def _is_over(self) -> bool:
        order = self.order
        if order is None:
            return True
        if not order.status.is_final or self.doubt is not None or self._place.orders.closed_because:
            return False
        has_filled = order.executed_quantity > ZERO
        if has_filled and not self._needs.is_gone() and self._needs.due(order):
            return False
        return all(self._needs.is_settled(part) for part in self.plan.parts)
