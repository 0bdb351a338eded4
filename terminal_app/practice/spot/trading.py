"""How spot orders begin: checked, waiting for a trigger or for another order, working."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Protocol

from terminal_app.practice.engine.intervals import SPOT_INTERVALS
from terminal_app.practice.engine.kinds import (
    ExecutionType,
    ExpiryReason,
    MarketName,
    OrderStatus,
    OrderType,
    PegPriceType,
    Side,
)
from terminal_app.practice.engine.listing import Emit, Listing
from terminal_app.practice.engine.model import ZERO, Fill, Order, OrderRequest
from terminal_app.practice.engine.order_life import new_order, would_take
from terminal_app.practice.engine.timeline import Timeline
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.spot.checks import (
    check_balance,
    check_peg,
    check_symbol,
    lots_for_quote,
    market_cost,
    pegged_price,
)
from terminal_app.practice.spot.filters import AccountLimits, Surroundings, check_spot_order
from terminal_app.practice.spot.money import paying_asset
from terminal_app.practice.spot.price_range import SpotPriceRange, reference_price
from terminal_app.practice.spot.triggers import Triggers, check_trigger, is_waiting
from terminal_app.practice.store.account_store import AccountStore


class OrderWatcher(Protocol):
    """Hear of the orders of the market, synchronously; a match may still go on."""

    def on_order(self, order: Order, execution_type: ExecutionType) -> None:
        """Hear what was just reported of an order."""
        ...

    def on_trigger(self, order: Order) -> None:
        """Hear that a price was reached which lets an order work, before it does."""
        ...


class SpotTrading(SpotPriceRange):
    """Carry out spot orders; `limits` are those of the account over all symbols."""

    name = MarketName.SPOT

    def __init__(
        self,
        listings: Mapping[str, Listing],
        timeline: Timeline,
        store: AccountStore,
        emit: Emit,
    ) -> None:
        super().__init__(listings, timeline, store, emit, SPOT_INTERVALS)
        self.limits = AccountLimits()
        self.watchers: list[OrderWatcher] = []
        self._triggers = Triggers()
        self._is_triggering = False
        for listing in listings.values():
            listing.tape.on_print = partial(self._on_print, listing)
            listing.on_taker_done = self._run_triggers

    def accept(
        self, request: OrderRequest, *, order_list_id: int, is_pending: bool = False
    ) -> Order:
        """Take in a checked order of a list, for `begin` at once or, pending, for `activate`."""
        listing = self._listings[request.symbol]
        return self._accept(request, listing, order_list_id=order_list_id, is_pending=is_pending)

    def begin(self, order: Order) -> Sequence[Fill]:
        """Let an accepted order work, or wait for its trigger."""
        return self._begin(order, self._listings[order.symbol])

    def activate(self, order: Order) -> None:
        """Let a pending order begin; what it breaks by now expires it as rejected."""
        listing = self._listings[order.symbol]
        self._start(order, listing, is_working=not order.order_type.is_conditional)

    def expire(self, order: Order, reason: ExpiryReason) -> None:
        """End an open order for a reason of the exchange."""
        self._end(order, OrderStatus.EXPIRED, ExecutionType.EXPIRED, reason)
        self._account_moved(order)

    def shrink(self, order: Order, quantity: Decimal) -> None:
        """Leave an open order less, at its place in the queue, and give back what that frees."""
        self._give_back(order, order.quantity - quantity)
        order.quantity, order.update_time_ms = quantity, self.now_ms
        if order.is_working and order.remaining:
            listing = self._listings[order.symbol]
            listing.book.reduce(order.order_id, int(order.remaining / listing.rules.step_size))

    def _check(self, request: OrderRequest, listing: Listing) -> None:
        check_symbol(request, listing)
        check_peg(request)
        rules = listing.rules
        order = new_order(request, 0, self._quantity(request, listing), self.now_ms)
        self._fix_peg(order, listing)
        around = Surroundings(
            rules=rules,
            limits=self.limits,
            reference_price=reference_price(listing) or listing.tape.average_price().price,
            price=order.limit_price or None,  # a stop that is yet to be pegged has none
            open_orders=self.ledger.open_in(None),
            held_base=self._balances.total(rules.base_asset),
        )
        check_spot_order(request, around)
        if self.ledger.is_open_client_id(rules.symbol, request.client_order_id):
            raise ExchangeError(-2010, "Duplicate order sent.")
        self._check_start(order, listing)

    def _check_start(self, order: Order, listing: Listing) -> None:
        """Raise -2010 when an order cannot begin: to wait for its trigger, or to work."""
        if not order.quantity:
            raise ExchangeError(
                -2010, "Order book liquidity is less than `LOT_SIZE` filter minimum quantity."
            )
        rules = listing.rules
        needed = order.remaining * (self._unit_reserve(order, listing) or 1)
        if is_waiting(order):
            check_trigger(order, self._last_price(listing))
        elif order.order_type is OrderType.LIMIT_MAKER:
            if would_take(listing, order.side, order.limit_price):
                raise ExchangeError(-2010, "Order would immediately match and take.")
        elif order.order_type.is_market and order.side is Side.BUY:
            needed = market_cost(listing, int(order.remaining / rules.step_size))
        check_balance(needed, self._balances.free(paying_asset(order, rules)))

    def _quantity(self, request: OrderRequest, listing: Listing) -> Decimal:
        if request.quote_order_quantity is None:
            return request.quantity or ZERO
        lots = lots_for_quote(listing, request.side, request.quote_order_quantity)
        return min(listing.rules.quantity(lots), listing.rules.market_max_quantity)

    def _fix_peg(self, order: Order, listing: Listing) -> None:
        """Give a pegged order that is to work the price of its peg at this moment."""
        kind = order.peg_price_type
        if kind is not PegPriceType.NONE and not order.pegged_price and not is_waiting(order):
            order.pegged_price = pegged_price(order.side, kind, order.peg_offset, listing)

    def _set_aside(self, order: Order, listing: Listing) -> None:
        self._fix_peg(order, listing)
        super()._set_aside(order, listing)

    def _begin(self, order: Order, listing: Listing) -> list[Fill]:
        if is_waiting(order):
            self._triggers.watch(order, self._last_price(listing), self.now_ms)
            return []
        return super()._begin(order, listing)

    def _resume(self, order: Order, listing: Listing) -> None:
        if is_waiting(order) and order.status is OrderStatus.NEW:
            self._triggers.watch(order, self._last_price(listing), self.now_ms)
        super()._resume(order, listing)

    def _start(self, order: Order, listing: Listing, *, is_working: bool) -> None:
        """Let an order go on: a pending one begins, a triggered one works."""
        self._give_back(order, order.remaining)
        order.reserve = ZERO
        order.working_time_ms = self.now_ms if is_working else -1
        try:
            self._fix_peg(order, listing)
            self._check_start(order, listing)
        except ExchangeError:
            self.expire(order, ExpiryReason.REJECTED)
            return
        order.status, order.update_time_ms = OrderStatus.NEW, self.now_ms
        self._set_aside(order, listing)
        self._report(order, ExecutionType.NEW)
        self._begin(order, listing)
        self._account_moved(order)

    def _on_print(self, listing: Listing, ticks: int) -> None:
        self._triggers.on_print(listing.rules.symbol, listing.rules.price(ticks), self.now_ms)

    def _run_triggers(self) -> None:
        """Let every triggered order work; what they print may trigger more."""
        if self._is_triggering or not self._triggers.has_due:
            return
        self._is_triggering = True
        while (order := self._triggers.next_due()) is not None:
            for watcher in self.watchers:
                watcher.on_trigger(order)
            listing = self._listings[order.symbol]
            self._start(order, listing, is_working=True)
            listing.publish(self.now_ms)
        self._is_triggering = False
        self._commit()

    def _settled(self, listing: Listing) -> None:
        super()._settled(listing)
        self._run_triggers()

    def _on_order(self, order: Order, execution_type: ExecutionType) -> None:
        if not order.status.is_open:
            self._triggers.forget(order)
        for watcher in self.watchers:
            watcher.on_order(order, execution_type)
