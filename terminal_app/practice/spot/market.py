"""The spot market: what it does differently from any other."""

from collections.abc import Sequence

from terminal_app.practice.engine.model import Order
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.spot.list_trading import ListTrading


class SpotMarket(ListTrading):
    """Trade spot."""

    def cancel_all(self, symbol: str) -> Sequence[Order]:
        """Cancel every open order of a symbol; raise -2011 when there is none."""
        orders = super().cancel_all(symbol)
        if not orders:
            raise ExchangeError(-2011, "Unknown order sent.")
        return orders

    def order(
        self, symbol: str, order_id: int | None = None, client_order_id: str | None = None
    ) -> Order:
        """Return an order; -2039 when the two ids given are not of one order."""
        order = super().order(symbol, order_id, client_order_id if order_id is None else None)
        own_ids = (None, order.client_order_id, order.orig_client_order_id)
        if client_order_id not in own_ids:
            raise ExchangeError(-2039, "Client order ID is not correct for this order ID.")
        return order
