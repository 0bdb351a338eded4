"""The spot market: its commands beyond placing and cancelling one order."""

from collections.abc import Sequence

from terminal_app.practice.engine.model import Order
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.spot.trading import SpotTrading


class SpotMarket(SpotTrading):
    """Trade spot."""

    def cancel_all(self, symbol: str) -> Sequence[Order]:
        """Cancel every open order of a symbol; raise -2011 when there is none."""
        orders = super().cancel_all(symbol)
        if not orders:
            raise ExchangeError(-2011, "Unknown order sent.")
        return orders
