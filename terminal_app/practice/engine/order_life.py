"""What happens to an order from acceptance to its end, the same on both markets."""

import hashlib
from collections.abc import Mapping
from copy import copy
from decimal import Decimal

from terminal_app.practice.engine.events import OrderEvent
from terminal_app.practice.engine.kinds import (
    ExecutionType,
    ExpiryReason,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)
from terminal_app.practice.engine.listing import Emit, Execution, Listing
from terminal_app.practice.engine.model import (
    ZERO,
    Fill,
    Order,
    OrderRequest,
    PreventedMatch,
)
from terminal_app.practice.engine.order_book import ANONYMOUS, Prevented, is_beyond
from terminal_app.practice.engine.order_ledger import OrderLedger
from terminal_app.practice.engine.order_rules import OrderRules
from terminal_app.practice.engine.timeline import Timeline

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
# For each byte of a digest its letter or digit.
_LETTERS = bytes(_ALPHABET[byte % len(_ALPHABET)] for byte in range(256))


class OrderLife(OrderRules):
    """Accept, match, rest and end orders; what they do to the money is left to the market."""

    def __init__(self, listings: Mapping[str, Listing], timeline: Timeline, emit: Emit) -> None:
        self.ledger = OrderLedger()
        self._listings = listings
        self._timeline = timeline
        self._emit = emit
        self._counters = {"order_id": 0, "execution_id": 0, "transaction_id": 0}
        self._dirty_orders: dict[int, Order] = {}

    @property
    def now_ms(self) -> int:
        """Return the market's own time (of the record while one is played)."""
        return self._timeline.now_ms

    def _next(self, counter: str) -> int:
        self._counters[counter] = self._counters.get(counter, 0) + 1
        return self._counters[counter]

    def _remaining_lots(self, order: Order) -> tuple[int, int]:
        rules = self._listings[order.symbol].rules
        return int(order.limit_price / rules.tick_size), int(order.remaining / rules.step_size)

    def _accept(
        self,
        request: OrderRequest,
        listing: Listing,
        *,
        order_list_id: int = -1,
        is_pending: bool = False,
    ) -> Order:
        """Take an order in without letting it work; a pending one sets nothing aside yet."""
        order_id = self._next("order_id")
        order = new_order(request, order_id, self._quantity(request, listing), self.now_ms)
        order.client_order_id = request.client_order_id or made_up_id(
            f"{self.name} order {order_id}"
        )
        order.order_list_id = order_list_id
        if is_pending:
            order.status = OrderStatus.PENDING_NEW
        else:
            self._set_aside(order, listing)
        self.ledger.add(order)
        if not is_pending and not order.order_type.is_conditional:
            order.working_time_ms = self.now_ms
        self._report(order, ExecutionType.NEW)
        return order

    def _begin(self, order: Order, listing: Listing) -> list[Fill]:
        """Let an accepted order work: match it, then rest it or expire its rest."""
        fills = self._match(order, listing)
        if order.status.is_open:
            self._rest_or_expire(order, listing)
        return fills

    def _match(
        self,
        order: Order,
        listing: Listing,
        execution_type: ExecutionType = ExecutionType.TRADE,
    ) -> list[Fill]:
        _, lots = self._remaining_lots(order)
        worst = self._worst_ticks(order, listing)
        is_fok = order.time_in_force is TimeInForce.FOK
        if is_fok and not is_fillable(listing, order.side, worst, order.quantity):
            return []
        fills: list[Fill] = []
        lots = self._allowed_lots(order, lots)
        mode = order.self_trade_prevention
        for execution in listing.take(order.side, lots, worst, self.now_ms, mode):
            match = execution.match
            if match.prevented is not None:
                self._prevent(order, execution, match.prevented)
                continue
            price, quantity = listing.rules.price(match.ticks), listing.rules.quantity(match.lots)
            trade_id = execution.trade_id
            fills.append(self._fill(order, price, quantity, False, trade_id, execution_type))
            if match.maker_order_id != ANONYMOUS:
                maker = self.ledger.orders[match.maker_order_id]
                self._fill(maker, price, quantity, True, trade_id)
                self._account_moved(maker)
        return fills

    def _rest_or_expire(self, order: Order, listing: Listing) -> None:
        reason = self._expiry_reason(order, listing)
        if reason is None:
            self._rest(order, listing)
        else:
            self._end(order, OrderStatus.EXPIRED, ExecutionType.EXPIRED, reason)

    def _resume(self, order: Order, listing: Listing) -> None:
        """Go on with an order read from the account file."""
        if order.is_working:
            self._rest(order, listing)

    def _rest(self, order: Order, listing: Listing) -> None:
        display = int(order.iceberg_quantity / listing.rules.step_size)
        ticks, lots = self._remaining_lots(order)
        listing.book.rest(order.order_id, order.side, ticks, lots, display)

    def _prevent(self, taker: Order, execution: Execution, lost: Prevented) -> None:
        """Take from two orders of the account that met what the taker's mode says."""
        match, rules = execution.match, self._listings[taker.symbol].rules
        maker = self.ledger.orders[match.maker_order_id]
        prevented = PreventedMatch(
            prevented_match_id=self._next("prevented_match_id"),
            symbol=taker.symbol,
            taker_order_id=taker.order_id,
            maker_order_id=maker.order_id,
            self_trade_prevention=taker.self_trade_prevention,
            price=rules.price(match.ticks),
            quantity=rules.quantity(match.lots),
            taker_prevented=rules.quantity(lost.taker_lots),
            maker_prevented=rules.quantity(lost.maker_lots),
            time_ms=self.now_ms,
        )
        self.ledger.prevented.append(prevented)
        for order, quantity in (
            (maker, prevented.maker_prevented),
            (taker, prevented.taker_prevented),
        ):
            if quantity:
                self._give_back(order, quantity)
                order.prevented_quantity += quantity
                order.prevented_match_id = prevented.prevented_match_id
                order.update_time_ms = self.now_ms
                if not order.remaining:
                    self.ledger.close(order)
                    order.status = OrderStatus.EXPIRED_IN_MATCH
                    order.expiry_reason = ExpiryReason.SELF_TRADE
                self._report(order, ExecutionType.TRADE_PREVENTION, prevented=prevented)
        self._account_moved(maker)

    def _end(
        self,
        order: Order,
        status: OrderStatus,
        execution_type: ExecutionType,
        reason: ExpiryReason = ExpiryReason.NONE,
        *,
        cancel_id: str = "",
    ) -> None:
        self._listings[order.symbol].book.withdraw(order.order_id)
        self.ledger.close(order)
        self._give_back(order, order.remaining)
        order.status, order.expiry_reason = status, reason
        order.update_time_ms = self.now_ms
        if status is OrderStatus.CANCELED:
            made_up = made_up_id(f"{self.name} cancel {order.order_id}")
            self._rename_cancelled(order, cancel_id or made_up)
        self._report(order, execution_type)

    def _fill(
        self,
        order: Order,
        price: Decimal,
        quantity: Decimal,
        is_maker: bool,
        trade_id: int,
        execution_type: ExecutionType = ExecutionType.TRADE,
    ) -> Fill:
        order.executed_quantity += quantity
        order.cumulative_quote += price * quantity
        order.update_time_ms = self.now_ms
        order.status = OrderStatus.PARTIALLY_FILLED
        if not order.remaining:
            order.status = OrderStatus.FILLED
            self.ledger.close(order)
        fill = self._book_fill(order, price, quantity, is_maker, trade_id)
        self.ledger.all_fills.append(fill)
        self._report(order, execution_type, fill)
        return fill

    def _report(
        self,
        order: Order,
        execution_type: ExecutionType,
        fill: Fill | None = None,
        prevented: PreventedMatch | None = None,
    ) -> int:
        """Emit what happened to an order and return the execution id."""
        self._dirty_orders[order.order_id] = order
        execution_id = self._next("execution_id")
        self._emit(
            OrderEvent(
                market=self.name,
                time_ms=self.now_ms,
                execution_id=execution_id,
                execution_type=execution_type,
                order=copy(order),
                fill=fill,
                prevented=prevented,
            )
        )
        self._on_order(order, execution_type)
        return execution_id


def new_order(request: OrderRequest, order_id: int, quantity: Decimal, now_ms: int) -> Order:
    """Make the order of a request, not yet working and without a client id."""
    is_market = request.order_type is OrderType.MARKET
    return Order(
        order_id=order_id,
        client_order_id="",
        symbol=request.symbol,
        side=request.side,
        order_type=request.order_type,
        time_in_force=TimeInForce.GTC if is_market else request.time_in_force,
        quantity=quantity,
        quote_order_quantity=request.quote_order_quantity or ZERO,
        price=ZERO if is_market or request.price is None else request.price,
        reduce_only=request.reduce_only,
        time_ms=now_ms,
        update_time_ms=now_ms,
        self_trade_prevention=request.self_trade_prevention,
        position_side=request.position_side,
        price_match=request.price_match,
        good_till_date_ms=request.good_till_date_ms,
        close_position=request.close_position,
        stop_price=request.stop_price or ZERO,
        trailing_delta=request.trailing_delta,
        iceberg_quantity=request.iceberg_quantity or ZERO,
        strategy_id=request.strategy_id,
        strategy_type=request.strategy_type,
        peg_price_type=request.peg_price_type,
        peg_offset=-1 if request.peg_offset is None else request.peg_offset,
    )


def is_fillable(listing: Listing, side: Side, limit_ticks: int | None, quantity: Decimal) -> bool:
    """Tell whether the book would fill an order wholly at once, at no worse than its limit."""
    wanted = int(quantity / listing.rules.step_size)
    for ticks, lots in listing.book.offers(side):
        if wanted <= 0 or is_beyond(side, ticks, limit_ticks):
            break
        wanted -= lots
    return wanted <= 0


def would_take(listing: Listing, side: Side, price: Decimal) -> bool:
    """Tell whether a limit order would meet the other side of the book."""
    best = listing.book.levels(side.opposite, 1)
    limit = int(price / listing.rules.tick_size)
    return bool(best) and not is_beyond(side, best[0][0], limit)


def made_up_id(what: str) -> str:
    """Return a client order id of 22 letters and digits that depends on its use alone."""
    digest = hashlib.blake2b(what.encode(), digest_size=22).digest()
    return digest.translate(_LETTERS).decode()
