"""Changes of spot orders: the quantity of an open one, and a replacement that was refused."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal_app.practice.engine.events import OrderEvent
from terminal_app.practice.engine.kinds import (
    ExecutionType,
    OrderStatus,
    RejectReason,
)
from terminal_app.practice.engine.listing import Listing
from terminal_app.practice.engine.model import Amendment, Order, OrderRequest
from terminal_app.practice.engine.order_life import made_up_id, new_order
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.spot.filters import check_lots
from terminal_app.practice.spot.trading import SpotTrading

_REJECT_REASONS: Final = {
    "Account has insufficient balance for requested action.": RejectReason.INSUFFICIENT_BALANCES,
    "Order would immediately match and take.": RejectReason.WOULD_MATCH,
    "Order would trigger immediately.": RejectReason.WOULD_TRIGGER,
}


@dataclass(frozen=True, slots=True)
class AmendedOrder:
    """Answer an amendment: the order as it is now, its client id before in orig_client_order_id."""

    order: Order
    execution_id: int


class SpotChanging(SpotTrading):
    """Amend open orders; they keep their place in the queue."""

    def amend(
        self,
        symbol: str,
        order_id: int | None,
        client_order_id: str | None,
        quantity: Decimal,
        new_client_order_id: str = "",
    ) -> AmendedOrder:
        """Make an open order smaller and rename it; an order with nothing left by it expires.

        Raises -2038 with the engine's text, -2039 when the two ids are not of one order.
        """
        self.data.rules(symbol)
        order = self.ledger.find_open(symbol, order_id, None if order_id else client_order_id)
        if order is None:
            raise _refusal("Unknown order sent.")
        if client_order_id not in (None, order.client_order_id):
            raise ExchangeError(-2039, "Client order ID is not correct for this order ID.")
        listing = self._listings[symbol]
        number = 1 + sum(row.order_id == order.order_id for row in self.ledger.amendments)
        self._check_amendment(order, quantity, number, listing)
        self._check_new_name(order, new_client_order_id)
        made_up = made_up_id(f"{self.name} amendment {order.order_id} {number}")
        amended = self._amend(order, quantity, new_client_order_id or made_up)
        self._account_moved(order)
        self._settled(listing)
        return amended

    def amendments(
        self, symbol: str, order_id: int, limit: int, from_execution_id: int = 0
    ) -> Sequence[Amendment]:
        """Return how an order was amended, oldest first."""
        self.data.rules(symbol)
        found = (
            row
            for row in self.ledger.amendments
            if (row.symbol, row.order_id) == (symbol, order_id)
            and row.execution_id >= from_execution_id
        )
        return list(found)[:limit]

    def reject(self, request: OrderRequest, error: ExchangeError) -> None:
        """Report the refusal of an order whose predecessor was cancelled for it."""
        order = new_order(
            request, self._next("order_id"), request.quantity or Decimal(0), self.now_ms
        )
        order.client_order_id = request.client_order_id or made_up_id(
            f"{self.name} order {order.order_id}"
        )
        order.status = OrderStatus.REJECTED
        self._emit(
            OrderEvent(
                market=self.name,
                time_ms=self.now_ms,
                execution_id=self._next("execution_id"),
                execution_type=ExecutionType.REJECTED,
                order=order,
                reject_reason=_REJECT_REASONS.get(error.message, RejectReason.NONE),
            )
        )
        self._commit()

    def _amend(self, order: Order, quantity: Decimal, client_order_id: str) -> AmendedOrder:
        was, before = order.client_order_id, order.quantity
        self.shrink(order, max(quantity, before - order.remaining))
        self.ledger.rename(order, client_order_id)
        # The id before stands in this report and answer alone.
        order.orig_client_order_id = was
        execution_id = self._report(order, ExecutionType.REPLACED)
        amended = copy(order)
        order.orig_client_order_id = ""
        self.ledger.amendments.append(
            Amendment(
                execution_id=execution_id,
                symbol=order.symbol,
                order_id=order.order_id,
                orig_client_order_id=was,
                new_client_order_id=client_order_id,
                orig_quantity=before,
                new_quantity=order.quantity,
                time_ms=self.now_ms,
            )
        )
        if not order.remaining:
            self._end(order, OrderStatus.EXPIRED, ExecutionType.EXPIRED)
            amended.status = order.status
        return AmendedOrder(amended, execution_id)

    def _check_amendment(
        self, order: Order, quantity: Decimal, number: int, listing: Listing
    ) -> None:
        rules = listing.rules
        if quantity == order.quantity:
            raise _refusal("The requested action would change no state; rejecting.")
        if quantity > order.quantity:
            raise _refusal("Order amend (quantity increase) is not supported.")
        try:
            check_lots(quantity, rules)
        except ExchangeError as error:
            raise _refusal(error.message) from None
        if number > rules.spot.max_num_order_amends:
            raise _refusal("Filter failure: MAX_NUM_ORDER_AMENDS")
        price = order.limit_price or order.stop_price or self._last_price(listing)
        left = order.remaining - (order.quantity - quantity)
        if left > 0 and left * price < rules.min_notional:
            raise _refusal("Filter failure: NOTIONAL")

    def _check_new_name(self, order: Order, client_order_id: str) -> None:
        is_own = client_order_id == order.client_order_id
        if not is_own and self.ledger.is_open_client_id(order.symbol, client_order_id):
            raise _refusal("Duplicate order sent.")


def _refusal(message: str) -> ExchangeError:
    return ExchangeError(-2038, message)
