"""Carry out what was wanted of orders by themselves, each step in the ledger."""

from __future__ import annotations

from collections.abc import Hashable

from terminal_app.domain.policy import Policy, StepKind, check_policy
from terminal_app.errors import InvalidOrder, NotConnected, TerminalError
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.services.order_ledger import POLICY_BEGINS, POLICY_ENDS, OrderLedger
from terminal_app.services.order_words import describe
from terminal_app.services.policy_plans import plan_left
from terminal_app.services.policy_watch import Place, PolicyWatch
from terminal_app.storage.ledger import LedgerEvent
from terminal_app.tasks import FailureHandler, TaskScope

_LEFT = "the exchange was left"


class PolicyService:
    """Watch orders that have a policy.

    It never acts on an UNKNOWN order, stops when a person touches the order, and waits while no
    orders are taken. Each step is in the ledger with all that it takes to go on from there: that is
    done after a restart, once the account was compared.
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
        self._tasks = TaskScope("policies", on_failure)
        self._watches: list[PolicyWatch] = []
        place.orders.touched.add(self._on_touched)

    @property
    def running(self) -> dict[str, Policy]:
        """Return the policies by the key of the order that each looks after."""
        return {watch.key: watch.policy for watch in self._watches}

    @property
    def words(self) -> dict[str, str]:
        """Return what looks after each order and what it has done so far, by the order's key."""
        return {watch.key: watch.words for watch in self._watches}

    def attach(self, key: str, policy: Policy) -> None:
        """Let a policy look after an order from now on, one for each order.

        Raise ``TerminalError`` where that makes no sense or nothing can be sent.
        """
        order = self._place.orders.store.orders[key]
        if key in self.running:
            raise InvalidOrder("Order", "one policy for each order", order.client_order_id)
        if order.symbol not in self._place.instruments:
            raise InvalidOrder("Symbol", "its rules are not known", order.symbol)
        check_policy(policy, order, self._place.instruments[order.symbol])
        watch = PolicyWatch(self._place, self._ledger, key, policy)
        if watch.obstacle():
            watch.close()
            raise NotConnected(f"No policy was begun. {watch.obstacle()}")
        watch.note(POLICY_BEGINS)
        self._begin(watch)

    def detach(self, key: str) -> None:
        """Leave an order to the person again."""
        for watch in self._watches:
            if watch.key == key:
                watch.leave_because("it was taken off by hand")

    async def restore(self) -> None:
        """Go on with the policies that earlier runs left, as far as nothing is doubtful."""
        for last, was_touched in await self._ledger.policies_left():
            reason = self._resume(last, was_touched=was_touched)
            words = f"{last.body['order']} ({last.body['policy']})"
            text = f"The last run left this, it is looked after again: {words}."
            if reason:
                self._ledger.policy(
                    {**last.body, "step": POLICY_ENDS, "reason": reason}, last.client_order_id
                )
                text = f"Nothing looks after {words} since the program ended: {reason}."
            self._notifications.tell(Severity.WARNING, text)

    async def close(self) -> None:
        """Watch no more, and say which orders go without their policy until the next time."""
        for watch in self._watches:
            watch.leave_because(_LEFT)
        await self._tasks.finish()

    def _resume(self, last: LedgerEvent, *, was_touched: bool) -> str:
        """Return why a policy does not go on, or nothing where it does."""
        if was_touched:
            return "the order was changed or cancelled by hand"
        if last.body["step"] == StepKind.SEND_REST.value:
            return "its rest was being sent, it is among the orders if it left"
        if last.client_order_id not in self._place.orders.store.orders:
            return "the order is not known any more"
        try:
            left = plan_left(last)
        except KeyError:
            return "an earlier version of the program did not keep what it takes to go on"
        key = last.client_order_id
        self._begin(PolicyWatch(self._place, self._ledger, key, left.policy, left))
        return ""

    def _begin(self, watch: PolicyWatch) -> None:
        self._watches.append(watch)
        self._tasks.spawn(self._run(watch), "policy")

    async def _run(self, watch: PolicyWatch) -> None:
        leave = self._place.orders.store.observers.add(watch.on_change)
        try:
            reason = await watch.follow()
        except TerminalError as error:
            reason = str(error)
        finally:
            leave()
            watch.close()
            self._watches.remove(watch)
        words = describe(watch.order)
        if reason == _LEFT:
            text = f"Nothing looks after {words} until the program is back here: {watch.policy}."
            self._notifications.tell(Severity.WARNING, text)
            return
        watch.note(POLICY_ENDS, reason=reason or "done")
        if reason:
            text = f"Nothing looks after {words} any more: {reason}."
            self._notifications.tell(Severity.WARNING, text)

    def _on_touched(self, key: Hashable) -> None:
        for watch in self._watches:
            watch.on_touched(key)
