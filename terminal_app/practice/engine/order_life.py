"""What happens to an order from acceptance to its end, the same on both markets."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from copy import copy
from decimal import Decimal

from terminal_app.practice.engine.events import OrderEvent
from terminal_app.practice.engine.kinds import (
    ExecutionType,
    ExpiryReason,
    MarketName,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)
from terminal_app.practice.engine.listing import Emit, Listing
from terminal_app.practice.engine.model import ZERO, Fill, Order, OrderRequest
from terminal_app.practice.engine.order_book import is_beyond
from terminal_app.practice.engine.order_ledger import OrderLedger
from terminal_app.practice.engine.timeline import Timeline

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class OrderLife(ABC):
    """Accept, match, rest and end orders; what they do to the money is left to the market."""

    name: MarketName

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

    @abstractmethod
    def _check(self, request: OrderRequest, listing: Listing) -> None:
        """Raise the error of the first rule an order breaks."""

    def _set_aside(self, order: Order, *, back: bool = False) -> None:
        """Set aside what an order may need, or give back its rest; futures margin needs neither."""
        return

    @abstractmethod
    def _book_fill(
        self, order: Order, price: Decimal, quantity: Decimal, is_maker: bool, trade_id: int
    ) -> Fill:
        """Move the money of a fill; the order already counts it."""

    @abstractmethod
    def _account_moved(self, order: Order) -> None:
        """Emit what an order did to the account."""

    def _quantity(self, request: OrderRequest, listing: Listing) -> Decimal:
        return request.quantity or ZERO

    def _market_limit_ticks(self, order: Order) -> int | None:
        return None

    def _allowed_lots(self, order: Order, lots: int) -> int:
        return lots

    def _next(self, counter: str) -> int:
        self._counters[counter] += 1
        return self._counters[counter]

    def _remaining_lots(self, order: Order) -> tuple[int, int]:
        rules = self._listings[order.symbol].rules
        return int(order.price / rules.tick_size), int(order.remaining / rules.step_size)

    def _accept(self, request: OrderRequest, listing: Listing) -> Order:
        now, order_id = self.now_ms, self._next("order_id")
        order = Order(
            order_id=order_id,
            client_order_id=request.client_order_id or made_up_id(f"{self.name} order {order_id}"),
            symbol=request.symbol,
            side=request.side,
            order_type=request.order_type,
            time_in_force=request.time_in_force,
            quantity=self._quantity(request, listing),
            quote_order_quantity=request.quote_order_quantity or ZERO,
            price=ZERO if request.price is None else request.price,
            reduce_only=request.reduce_only,
            self_trade_prevention=request.self_trade_prevention,
            position_side=request.position_side,
            price_match=request.price_match,
            good_till_date_ms=request.good_till_date_ms,
            close_position=request.close_position,
            time_ms=now,
            update_time_ms=now,
            working_time_ms=now,
        )
        if order.order_type is OrderType.MARKET:
            order.price, order.time_in_force = ZERO, TimeInForce.GTC
        self._set_aside(order)
        self.ledger.add(order)
        self._report(order, ExecutionType.NEW)
        return order

    def _match(
        self,
        order: Order,
        listing: Listing,
        execution_type: ExecutionType = ExecutionType.TRADE,
    ) -> list[Fill]:
        rules = listing.rules
        ticks, lots = self._remaining_lots(order)
        is_market = order.order_type is OrderType.MARKET
        limit = self._market_limit_ticks(order) if is_market else ticks
        is_fok = order.time_in_force is TimeInForce.FOK
        if is_fok and not is_fillable(listing, order.side, order.price, order.quantity):
            return []
        fills: list[Fill] = []
        lots = self._allowed_lots(order, lots)
        for execution in listing.take(order.side, lots, limit, self.now_ms):
            match = execution.match
            if match.prevented:
                maker = self.ledger.orders[match.maker_order_id]
                self._prevent(maker)
                continue
            price, quantity = rules.price(match.ticks), rules.quantity(match.lots)
            trade_id = execution.trade_id
            fills.append(self._fill(order, price, quantity, False, trade_id, execution_type))
        return fills

    def _rest_or_expire(self, order: Order, listing: Listing) -> None:
        if self._allowed_lots(order, 1) == 0:
            reason = ExpiryReason.REDUCE_ONLY
        elif order.order_type is OrderType.MARKET and not listing.lets_takers_wait:
            reason = ExpiryReason.INSUFFICIENT_LIQUIDITY
        elif order.time_in_force is TimeInForce.IOC:
            reason = ExpiryReason.UNFILLED_IOC
        elif order.time_in_force is TimeInForce.FOK:
            reason = ExpiryReason.UNFILLED_FOK
        else:
            listing.book.rest(order.order_id, order.side, *self._remaining_lots(order))
            return
        self._end(order, OrderStatus.EXPIRED, ExecutionType.EXPIRED, reason, is_resting=False)

    def _prevent(self, maker: Order) -> None:
        """Expire a resting order that the account's own taker met (EXPIRE_MAKER)."""
        self._end(
            maker,
            OrderStatus.EXPIRED_IN_MATCH,
            ExecutionType.TRADE_PREVENTION,
            ExpiryReason.SELF_TRADE,
            is_resting=False,
        )
        self._account_moved(maker)

    def _end(
        self,
        order: Order,
        status: OrderStatus,
        execution_type: ExecutionType,
        reason: ExpiryReason = ExpiryReason.NONE,
        *,
        is_resting: bool = True,
        cancel_id: str = "",
    ) -> None:
        if is_resting:
            self._listings[order.symbol].book.withdraw(order.order_id)
        self.ledger.close(order)
        self._set_aside(order, back=True)
        order.status, order.expiry_reason = status, reason
        order.update_time_ms = self.now_ms
        if status is OrderStatus.CANCELED:
            self._rename_cancelled(order, cancel_id)
        self._report(order, execution_type)

    def _rename_cancelled(self, order: Order, cancel_id: str) -> None:
        """Give a cancelled order the id of its cancel request, as spot does."""
        order.orig_client_order_id = order.client_order_id
        order.client_order_id = cancel_id or made_up_id(f"{self.name} cancel {order.order_id}")

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
        self, order: Order, execution_type: ExecutionType, fill: Fill | None = None
    ) -> None:
        self._dirty_orders[order.order_id] = order
        execution_id = self._next("execution_id")
        self._emit(
            OrderEvent(self.name, self.now_ms, execution_id, execution_type, copy(order), fill)
        )


def is_fillable(listing: Listing, side: Side, price: Decimal, quantity: Decimal) -> bool:
    """Tell whether the book would fill an order wholly at once."""
    limit = int(price / listing.rules.tick_size)
    wanted = int(quantity / listing.rules.step_size)
    for ticks, lots in listing.book.offers(side):
        if wanted <= 0 or is_beyond(side, ticks, limit):
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
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest)
