"""How spot orders begin: checked, waiting for a trigger or for another order, working."""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

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
from terminal_app.practice.engine.listing import Listing
from terminal_app.practice.engine.market import MarketParts
from terminal_app.practice.engine.model import ZERO, Fill, Order, OrderRequest
from terminal_app.practice.engine.order_life import new_order, would_take
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


class SpotTrading(SpotPriceRange):
    """Carry out spot orders; `limits` are those of the account over all symbols."""

    name = MarketName.SPOT

    def __init__(self, parts: MarketParts) -> None:
        super().__init__(parts, SPOT_INTERVALS)
        self.limits = AccountLimits()
        self._triggers = Triggers()
        self._is_triggering = False
        for listing in parts.listings.values():
            listing.tape.on_print = partial(self._on_print, listing)
            listing.on_taker_done = self._run_triggers

    def shrink(self, order: Order, quantity: Decimal) -> None:
        """Leave an open order less, at its place in the queue, and give back what that frees."""
        self._give_back(order, order.quantity - quantity)
        order.quantity, order.update_time_ms = quantity, self.now_ms
        if order.is_working and order.remaining:
            listing = self._listings[order.symbol]
            listing.book.reduce(order.order_id, int(order.remaining / listing.rules.step_size))

    def _check(self, request: OrderRequest, listing: Listing) -> None:
        self._check_start(self._check_rules(request, listing), listing)

    def _check_rules(
        self, request: OrderRequest, listing: Listing, others: Sequence[Order] = ()
    ) -> Order:
        """Return the order of a request that keeps to every filter beside `others` to come."""
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
            quantity=order.quantity,
            open_orders=[*self.ledger.open_in(None), *others],
            held_base=self._balances.total(rules.base_asset),
        )
        check_spot_order(request, around)
        if self.ledger.is_open_client_id(rules.symbol, request.client_order_id):
            raise ExchangeError(-2010, "Duplicate order sent.")
        return order

    def _check_start(self, order: Order, listing: Listing) -> None:
        """Raise -2010 when an order cannot begin: to wait for its trigger, or to work."""
        self._check_entry(order, listing)
        free = self._balances.free(paying_asset(order, listing.rules))
        check_balance(self._needed(order, listing), free)

    def _check_entry(self, order: Order, listing: Listing) -> None:
        if order.quantity < listing.rules.min_quantity:
            raise ExchangeError(
                -2010, "Order book liquidity is less than `LOT_SIZE` filter minimum quantity."
            )
        if is_waiting(order):
            check_trigger(order, self._last_price(listing))
        elif order.order_type is OrderType.LIMIT_MAKER and would_take(
            listing, order.side, order.limit_price
        ):
            raise ExchangeError(-2010, "Order would immediately match and take.")

    def _needed(self, order: Order, listing: Listing) -> Decimal:
        """Return what must be free for an order to begin, in the asset it pays with."""
        if is_waiting(order) or not order.order_type.is_market:
            return order.remaining * self._unit_reserve(order, listing)
        if order.side is Side.SELL:
            return order.remaining
        return market_cost(listing, int(order.remaining / listing.rules.step_size))

    def _quantity(self, request: OrderRequest, listing: Listing) -> Decimal:
        if request.quote_order_quantity is None:
            return request.quantity or ZERO
        lots = lots_for_quote(listing, request.side, request.quote_order_quantity)
        quantity = listing.rules.quantity(lots)
        return quantity - quantity % listing.rules.order_step

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
            self._expire(order, ExpiryReason.REJECTED)
            self._account_moved(order)
            return
        order.status, order.update_time_ms = OrderStatus.NEW, self.now_ms
        self._set_aside(order, listing)
        self._report(order, ExecutionType.NEW)
        self._begin(order, listing)
        self._account_moved(order)

    def _on_print(self, listing: Listing, ticks: int) -> None:
        self._triggers.on_print(listing.rules.symbol, listing.rules.price(ticks), self.now_ms)

    def _run_triggers(self) -> None:
        """Let every order begin that is due; what they print may trigger more."""
        if self._is_triggering or not self._triggers.has_due:
            return
        self._is_triggering = True
        while (order := self._triggers.next_due()) is not None:
            listing = self._listings[order.symbol]
            if order.status is OrderStatus.PENDING_NEW:
                self._start(order, listing, is_working=not order.order_type.is_conditional)
            else:
                self._on_trigger(order)
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

    def _on_trigger(self, order: Order) -> None:
        """Hear that a price was reached which lets an order work, before it does."""
        return

    def _expire(self, order: Order, reason: ExpiryReason) -> None:
        self._end(order, OrderStatus.EXPIRED, ExecutionType.EXPIRED, reason)
