"""Send take profit and stop loss of entries as far as they have filled, also after a restart."""

from __future__ import annotations

from collections.abc import Hashable

from terminal_app.domain.exits import Exits
from terminal_app.domain.order_request import OrderRequest
from terminal_app.errors import TerminalError
from terminal_app.observers import Observers, Subscriptions
from terminal_app.services.exit_needs import Place
from terminal_app.services.exit_plans import (
    ENDS,
    SENDS,
    ExitPart,
    ExitPlan,
    begin_body,
    plans_left,
    send_body,
)
from terminal_app.services.exit_watch import ExitWatch
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.services.order_ledger import OrderLedger
from terminal_app.services.order_words import describe
from terminal_app.storage.ledger import Body
from terminal_app.tasks import FailureHandler, TaskScope

WHO = "exits"
_LEFT = "the exchange was left"


class ExitService:
    """Watch entries whose exits cannot wait at the venue, and send them as the entry fills.

    A plan is in the ledger since the moment its entry was meant, and goes on after a restart, as
    far as nothing is doubtful; what is, a person decides. Nothing is sent for an UNKNOWN entry.
    Key told: exits.
    """

    def __init__(
        self,
        place: Place,
        ledger: OrderLedger,
        notifications: Notifications,
        on_failure: FailureHandler,
    ) -> None:
        self._place = place
        self._ledger = ledger
        self._notifications = notifications
        self._tasks = TaskScope("exits", on_failure)
        self._exit_keys: set[str] = set()
        self.watched: dict[str, ExitWatch] = {}
        self.observers = Observers()
        self._moved_on: set[str] = set()
        place.orders.exits_of = self._note_for
        place.orders.replaced.add(self._on_replaced)

    @property
    def doubtful(self) -> list[ExitWatch]:
        """Return the watches that wait for a person's word."""
        return [watch for watch in self.watched.values() if watch.doubt is not None]

    def watch(self, key: str, request: OrderRequest, exits: Exits) -> None:
        """Send exits for the order of a key from its first fill on."""
        if key not in self.watched:
            self._begin(ExitPlan(key, request, exits))

    async def restore(self) -> None:
        """Go on with the plans that earlier runs left."""
        events = await self._ledger.exit_events()
        self._exit_keys |= {one.client_order_id for one in events if one.body["step"] == SENDS}
        plans = plans_left(events, self._place.orders.store.orders)
        for plan in plans:
            self._begin(plan)
        if plans:
            names = "; ".join(_named(watch) for watch in self.watched.values())
            text = f"The last run left this, it is looked after again: {names}."
            self._notifications.tell(Severity.WARNING, text)

    async def close(self) -> None:
        """Watch no more, and say which entries go without their exits until the next time."""
        for watch in self.watched.values():
            watch.leave_because(_LEFT)
        await self._tasks.finish()

    def leave_to_person(self, key: str) -> None:
        """Look after the exits of an entry no more: the person does."""
        self.watched[key].leave_because("they were left to the person")

    def _begin(self, plan: ExitPlan) -> None:
        watch = ExitWatch(self._place, plan, self._exit_keys, self._on_moved)
        self.watched[plan.key] = watch
        self._tell()
        self._tasks.spawn(self._run(watch), "exits")

    async def _run(self, watch: ExitWatch) -> None:
        place, subscriptions = self._place, Subscriptions()
        subscriptions.hear(watch.on_change, place.orders.store.observers, place.account.observers)
        order = watch.order
        try:
            reason = await watch.follow()
        except TerminalError as error:
            reason = str(error)
        finally:
            subscriptions.leave()
            del self.watched[watch.plan.key]
            self._tell()
        if reason == _LEFT:
            text = f"Nobody looks after {_named(watch)} until the program is back here."
            self._notifications.tell(Severity.DANGER, text)
            return
        self._ledger.exits({"step": ENDS, "reason": reason or "done"}, watch.plan.key)
        order = watch.order or order
        if watch.plan.key in self._moved_on:
            return
        if order is not None and order.status.is_final and order.remaining:
            text = (
                f"{describe(order)} ended: {watch.plan.exits} of what did not fill ended with it."
            )
            self._notifications.tell(Severity.INFO, text)

    def _note_for(self, key: str) -> Body | None:
        """Return what an order that replaces another is to these plans, as the ledger keeps it."""
        watch = self.watched.get(key)
        if watch is not None:
            return begin_body(watch.plan.exits)
        return next(
            (send_body(one.plan, part) for one, part in self._parts() if key in part.keys), None
        )

    def _on_replaced(self, keys: Hashable) -> None:
        """Go on with the order that replaces an entry, or an exit; either may come to nothing."""
        assert isinstance(keys, tuple)
        key, new_key = keys
        watch = self.watched.get(key)
        if watch is not None:
            # What the old one trades all the same is still looked after with it.
            self._moved_on.add(key)
            self.watch(new_key, watch.plan.entry, watch.plan.exits)
        for _, part in self._parts():
            if key in part.keys:
                part.keys.append(new_key)
                self._exit_keys.add(new_key)

    def _parts(self) -> list[tuple[ExitWatch, ExitPart]]:
        return [(watch, part) for watch in self.watched.values() for part in watch.plan.parts]

    def _on_moved(self, watch: ExitWatch) -> None:
        if watch.doubt is not None:
            text = f"NOT PROTECTED as planned: {_named(watch)}. {watch.doubt.reason}."
            self._notifications.tell(Severity.DANGER, text)
        self._tell()

    def _tell(self) -> None:
        symbols = {watch.plan.entry.symbol for watch in self.watched.values()}
        self._place.prices.want(WHO, symbols)
        self.observers.notify(WHO)


def _named(watch: ExitWatch) -> str:
    order = watch.order
    return f"{watch.plan.exits} of {describe(order) if order is not None else watch.plan.key}"
