"""From all that a ticket says to what one press of it sends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

from terminal_app.domain.exits import (
    NO_EXITS,
    STOP_LOSS,
    Exits,
    check_exits,
    exit_list,
    exit_orders,
    left_after_fee,
    with_exits,
)
from terminal_app.domain.instrument import ZERO, Instrument, plain
from terminal_app.domain.market import Level, Side
from terminal_app.domain.order_request import (
    OrderListKind,
    OrderListRequest,
    OrderRequest,
    OrderType,
)
from terminal_app.domain.policy import Policy, Then, TimeOut
from terminal_app.domain.scaled import Scale, average_price, spread
from terminal_app.domain.sizing import loss_at_stop, quantity_for_risk
from terminal_app.errors import InvalidOrder
from terminal_app.services import order_outlook as outlook
from terminal_app.services.order_entry import OrderDraft, OrderEntry
from terminal_app.venues.base import Capabilities, Venue


@dataclass(frozen=True, slots=True)
class TicketDraft:
    """Hold all that a ticket says, as numbers.

    ``stop`` is the other leg of a pair of which one ends the other; ``risk_percent`` stands instead
    of a size.
    """

    order: OrderDraft
    exits: Exits = NO_EXITS
    stop: OrderDraft | None = None
    scale: Scale | None = None
    policy: Policy | None = None
    risk_percent: Decimal | None = None

    @property
    def typical(self) -> OrderDraft:
        """Return one order that stands for all: of a range, one in its middle with all the size."""
        scale = self.scale
        if scale is None:
            return self.order
        prices = [price for price in (scale.first, scale.last) if price is not None]
        return replace(self.order, price=sum(prices, ZERO) / len(prices) if prices else None)


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """Hold what one press sends: an order, orders that stand together, or several one by one.

    ``exits`` are those that the program sends once the order has filled; those that wait at the
    venue are in the list. ``policy`` looks after the order.
    """

    requests: tuple[OrderRequest, ...]
    list_kind: OrderListKind | None = None
    exits: Exits = NO_EXITS
    policy: Policy | None = None

    @property
    def first(self) -> OrderRequest:
        """Return the order that works first."""
        return self.requests[0]

    @property
    def is_series(self) -> bool:
        """Say whether its orders are sent one by one."""
        return self.list_kind is None and len(self.requests) > 1

    @property
    def average_price(self) -> Decimal | None:
        """Return the price that all its orders together would have, None without a price."""
        priced = [
            Level(each.price, each.quantity)
            for each in self.requests
            if each.price is not None and each.quantity is not None
        ]
        return average_price(priced)

    @property
    def order_list(self) -> OrderListRequest | None:
        """Return its orders as those that stand together."""
        return OrderListRequest(self.list_kind, self.requests) if self.list_kind else None

    @property
    def only_reduces(self) -> bool:
        """Say whether it can but make a position smaller."""
        return all(request.only_reduces for request in self.requests)


class Place(outlook.Place, Protocol):
    """Be where plans are made for: one market, as a session holds it."""

    venue: Venue

    def entry(self, instrument: Instrument) -> OrderEntry:
        """Return what checks and sizes orders of an instrument as things stand now."""


def planner(place: Place, instrument: Instrument) -> OrderPlanner:
    """Return what makes plans for an instrument as things stand now."""
    worth = outlook.equity(place, instrument)
    return OrderPlanner(place.entry(instrument), place.venue.capabilities, worth)


class OrderPlanner:
    """Make plans for one instrument as things stand now.

    ``equity`` is what the account is worth in the quote asset, None while unknown.
    """

    def __init__(
        self, entry: OrderEntry, capabilities: Capabilities, equity: Decimal | None
    ) -> None:
        self.entry = entry
        self.equity = equity
        self._capabilities = capabilities
        self._fee_rate = entry.means.fee_rate

    def plan(self, draft: TicketDraft) -> OrderPlan:
        """Return what a ticket sends, raising ``InvalidOrder`` for the first broken rule."""
        sized = self.sized(draft)
        draft = replace(draft, order=replace(sized, price=draft.order.price), risk_percent=None)
        if draft.stop is not None:
            return self._pair(draft.order, draft.stop)
        if draft.scale is not None:
            return self._series(sized, draft.scale)
        request = self.entry.request(draft.order)
        if draft.exits.is_empty:
            return OrderPlan((request,), policy=draft.policy)
        self._check_exits(draft)
        plan = self._with_exits(request, draft)
        _check_policy(plan, draft.policy)
        return replace(plan, policy=draft.policy)

    def sized(self, draft: TicketDraft) -> OrderDraft:
        """Return the order of a ticket with its size, worked out from the risk where that is given.

        Raises ``InvalidOrder`` where the risk says no size.
        """
        percent = draft.risk_percent
        order = draft.typical
        if percent is None:
            return order
        stop = draft.exits.stop_loss
        if stop is None:
            rule = "a size from risk needs the price of the stop loss"
            raise InvalidOrder(STOP_LOSS, rule, "is empty")
        if not ZERO < percent <= 100:
            rule = "the risk is more than 0 and at most 100 % of the account"
            raise InvalidOrder("Size", rule, f"{plain(percent)} %", "1")
        if self.equity is None:
            raise InvalidOrder("Size", "what the account is worth is not known", "risk")
        instrument = self.entry.instrument
        risk = self.equity * percent / 100
        price = self.entry.price(order)
        size = quantity_for_risk(instrument, risk, price, stop, self._fee_rate)
        return replace(order, size=size, size_in_quote=False, sends_quote=False)

    def risk_percent(self, draft: TicketDraft, quantity: Decimal, price: Decimal) -> Decimal | None:
        """Return what a size loses at its stop in percent of the account, None where unknown."""
        stop = draft.exits.stop_loss
        if stop is None or not self.equity:
            return None
        return loss_at_stop(quantity, price, stop, self._fee_rate) / self.equity * 100

    def rests_with_exits(self, draft: TicketDraft) -> bool:
        """Say whether the exits of a ticket wait at the venue from the first moment on."""
        return (
            OrderListKind.OTOCO in self._capabilities.order_lists
            and draft.order.type is OrderType.LIMIT
            and draft.order.peg is None
            and draft.order.visible_size is None
        )

    def _pair(self, limit: OrderDraft, stop: OrderDraft) -> OrderPlan:
        legs = exit_list(
            (self.entry.built(limit), self.entry.built(replace(stop, size=limit.size)))
        )
        is_selling = limit.side is Side.SELL
        above, below = ("Price", "Stop") if is_selling else ("Stop", "Price")
        names = {"Price above": above, "Price below": below, "Trigger price": "Stop"}
        with _renamed(names):
            self.entry.check_list(legs)
        return OrderPlan(legs.orders, legs.kind)

    def _series(self, order: OrderDraft, scale: Scale) -> OrderPlan:
        total = self.entry.quantity(order, self.entry.price(order))
        levels = spread(self.entry.instrument, total, scale)
        requests = []
        for number, level in enumerate(levels, start=1):
            one = replace(order, price=level.price, size=level.quantity, size_in_quote=False)
            try:
                requests.append(self.entry.request(one))
            except InvalidOrder as error:
                rule = f"order {number} of {len(levels)}: {error.rule}"
                raise InvalidOrder(error.field, rule, error.value) from error
        return OrderPlan(tuple(requests))

    def _check_exits(self, draft: TicketDraft) -> None:
        if draft.order.closes:
            rule = "an order that only closes opens nothing that could have exits"
            raise InvalidOrder("Reduce only", rule, "is set")
        check_exits(
            self.entry.instrument, draft.order.side, self.entry.price(draft.order), draft.exits
        )

    def _with_exits(self, request: OrderRequest, draft: TicketDraft) -> OrderPlan:
        instrument, exits = self.entry.instrument, draft.exits
        if not self.rests_with_exits(draft) or request.quantity is None:
            return OrderPlan((request,), exits=exits)
        # A buy is paid for with a part of what it buys: that part cannot be sold again.
        is_buy = request.side is Side.BUY
        fee_rate = self._fee_rate if is_buy else ZERO
        quantity = left_after_fee(instrument, request.quantity, fee_rate)
        orders = with_exits(request, exit_orders(instrument, request, quantity, exits))
        names = {"Price above": "TP", "Price below": "SL", "Trigger price": "SL"}
        if not is_buy:
            names |= {"Price above": "SL", "Price below": "TP"}
        with _renamed(names):
            self.entry.check_list(orders)
        return OrderPlan(orders.orders, orders.kind)


def _check_policy(plan: OrderPlan, policy: Policy | None) -> None:
    if policy is None:
        return
    is_harmless = isinstance(policy, TimeOut) and policy.then is Then.NOTHING
    if plan.list_kind is not None or not is_harmless:
        rule = "TP and SL belong to one order: it cannot be followed by another"
        raise InvalidOrder("Auto", rule, str(policy), "off")


@contextmanager
def _renamed(names: Mapping[str, str]) -> Iterator[None]:
    """Let a refusal name the field of the ticket that it is about."""
    try:
        yield
    except InvalidOrder as error:
        if error.field not in names:
            raise
        field = names[error.field]
        raise InvalidOrder(field, error.rule, error.value, error.nearest) from error
