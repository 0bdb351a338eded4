"""What each market decides about its orders: checks, money, limits, reasons."""

from abc import ABC, abstractmethod
from decimal import Decimal

from terminal_app.practice.engine.kinds import (
    ExecutionType,
    ExpiryReason,
    MarketName,
    TimeInForce,
)
from terminal_app.practice.engine.listing import Listing
from terminal_app.practice.engine.model import ZERO, Fill, Order, OrderRequest


class OrderRules(ABC):
    """Say what an order may do and what it does to the account; the life of orders asks."""

    name: MarketName

    @abstractmethod
    def _check(self, request: OrderRequest, listing: Listing) -> None:
        """Raise the error of the first rule an order breaks."""

    @abstractmethod
    def _book_fill(
        self, order: Order, price: Decimal, quantity: Decimal, is_maker: bool, trade_id: int
    ) -> Fill:
        """Move the money of a fill; the order already counts it."""

    @abstractmethod
    def _account_moved(self, order: Order) -> None:
        """Emit what an order did to the account."""

    def _set_aside(self, order: Order, listing: Listing) -> None:
        """Set aside what an order may need; futures margin is counted, not set aside."""
        return

    def _give_back(self, order: Order, quantity: Decimal) -> None:
        """Give back what was set aside for a quantity that will not trade."""
        return

    def _quantity(self, request: OrderRequest, listing: Listing) -> Decimal:
        return request.quantity or ZERO

    def _worst_ticks(self, order: Order, listing: Listing) -> int | None:
        """Return the price a taker may go to, None for any."""
        if order.order_type.is_market:
            return None
        return int(order.limit_price / listing.rules.tick_size)

    def _allowed_lots(self, order: Order, lots: int) -> int:
        return lots

    def _expiry_reason(self, order: Order, listing: Listing) -> ExpiryReason | None:
        """Say why the rest of a taker expires, None when it rests on the book."""
        if self._allowed_lots(order, 1) == 0:
            return ExpiryReason.REDUCE_ONLY
        if order.order_type.is_market and not listing.lets_takers_wait:
            return ExpiryReason.INSUFFICIENT_LIQUIDITY
        if order.time_in_force is TimeInForce.IOC:
            return ExpiryReason.UNFILLED_IOC
        if order.time_in_force is TimeInForce.FOK:
            return ExpiryReason.UNFILLED_FOK
        return None

    def _rename_cancelled(self, order: Order, cancel_id: str) -> None:
        """Give a cancelled order the id of its cancel request, as spot does."""
        order.orig_client_order_id = order.client_order_id
        order.client_order_id = cancel_id

    def _on_order(self, order: Order, execution_type: ExecutionType) -> None:
        """Hear what happened to an order, after it was reported; a match may still go on."""
        return
