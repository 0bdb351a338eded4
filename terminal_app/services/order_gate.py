"""Say whether orders are taken now, and which of them wait for a person's word."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from terminal_app.domain.order import Order
from terminal_app.domain.order_request import Amendment, OrderRequest
from terminal_app.errors import InvalidOrder, NotConnected
from terminal_app.services.bans import BanService
from terminal_app.services.connection import clock_problem
from terminal_app.services.order_ledger import OrderLedger
from terminal_app.services.order_store import ORDERS, OrderStore
from terminal_app.venues.base import Venue


class Guard(Protocol):
    """Hold orders against what a person allows themselves."""

    def check(
        self, requests: Sequence[OrderRequest], told: Collection[str], instead_of: str = ""
    ) -> None:
        """Raise ``InvalidOrder`` or ``NeedsYes`` for what must not leave so."""

    def check_change(self, key: str, order: Order, change: Amendment) -> None:
        """Raise ``InvalidOrder`` for a change that must not leave so."""

    def took(self, requests: Sequence[OrderRequest]) -> None:
        """Remember orders that were taken."""


class OrderGate:
    """Refuse what must not leave now, before anything of it is written or sent."""

    def __init__(
        self, venue: Venue, ledger: OrderLedger, store: OrderStore, bans: BanService
    ) -> None:
        self._venue = venue
        self._ledger = ledger
        self._store = store
        self._bans = bans
        self.is_reconciled = False
        self.is_dry = False
        self.guard: Guard | None = None
        # After a sleep this knows before anybody has been told that touch is lost.
        self.is_in_touch: Callable[[], bool] = lambda: True

    def set_reconciled(self, is_reconciled: bool) -> None:
        """Take new orders only while the account has been compared with the venue's."""
        self.is_reconciled = is_reconciled
        self._store.observers.notify(ORDERS)

    def set_dry(self, is_dry: bool) -> None:
        """Take no order and change none, whatever asks for it, or take them again."""
        self.is_dry = is_dry
        self._store.observers.notify(ORDERS)

    def closed_because(self, *, only_reduces: bool = False) -> str:
        """Return why no order is taken now, in words for people, or nothing."""
        if self._venue.execution is None:
            return "There is no API key for this environment."
        if self._bans.closed_because:
            return self._bans.closed_because
        # What ends a risk is tried as long as its intent can be written at all.
        if self._ledger.problem and not only_reduces:
            return f"{self._ledger.problem} No new orders; cancelling still works."
        problem = clock_problem(self._venue.clock)
        # What can only reduce does not wait for what the account holds: nothing can come of it
        # but less risk.
        is_known = self.is_reconciled and self.is_in_touch()
        if not problem and not is_known and not only_reduces:
            problem = "The account is being compared with the exchange."
        return problem

    def check_open(self, *, only_reduces: bool = False) -> None:
        """Raise ``NotConnected`` while no order is taken."""
        if self.is_dry:
            raise NotConnected("Nothing was sent: this is a dry run.")
        reason = self.closed_because(only_reduces=only_reduces)
        if reason:
            raise NotConnected(f"Nothing was sent. {reason}")

    def check(
        self, requests: Sequence[OrderRequest], told: Collection[str], instead_of: str = ""
    ) -> None:
        """Raise ``TerminalError`` for orders that must not leave, or not without another yes.

        ``told`` names what the person was told of and wants them all the same: orders of unknown
        fate of their symbol and side, doubts of the guard. ``instead_of`` is the key of an order
        that ends when these leave.
        """
        for request in requests:
            self._check_twins(request, told)
        if self.guard is not None:
            self.guard.check(requests, told, instead_of)

    def check_change(self, key: str, change: Amendment) -> None:
        """Raise ``TerminalError`` for a change of an order that must not leave."""
        self.check_open()
        if self.guard is not None:
            self.guard.check_change(key, self._store.orders[key], change)

    def took(self, requests: Sequence[OrderRequest]) -> None:
        """Take note that orders were taken."""
        if self.guard is not None:
            self.guard.took(requests)

    def _check_twins(self, request: OrderRequest, told: Collection[str]) -> None:
        unknown = self._store.unknown(request.symbol, request.side)
        twins = [one.client_order_id for one in unknown if one.client_order_id not in told]
        if twins:
            rule = "nobody knows yet whether it exists; another like it must be confirmed"
            raise InvalidOrder("Order", rule, ", ".join(twins))
