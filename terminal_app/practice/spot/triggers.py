"""Orders that wait for a price (Binance spot: stop, take-profit and trailing orders)."""

from decimal import Decimal

from terminal_app.practice.engine.kinds import OrderType, Side
from terminal_app.practice.engine.model import Order
from terminal_app.practice.errors import ExchangeError

_BASIS_POINTS = Decimal(10_000)
_STOPS = (OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT)


def is_above(order_type: OrderType, side: Side) -> bool:
    """Tell whether the stop price of a conditional order lies above the market."""
    return (order_type in _STOPS) == (side is Side.BUY)


def is_waiting(order: Order) -> bool:
    """Tell whether an order waits for its price; a pending one does not begin to yet."""
    return order.order_type.is_conditional and not order.is_working


def check_trigger(order: Order, last_price: Decimal) -> None:
    """Raise -2010 for a stop price that the last price has reached already."""
    if order.stop_price and last_price and _meets_stop(order, last_price):
        raise ExchangeError(-2010, "Order would trigger immediately.")


class Triggers:
    """Watch prints for the conditional orders of one market and say which are due.

    A trailing order follows the price from the first print that meets its stop price, or from
    the last price when it has none; it is due once the price comes back by its delta from the
    extreme since then: from the lowest for a buy, from the highest for a sell.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, dict[int, Order]] = {}
        self._due: list[Order] = []

    def watch(self, order: Order, last_price: Decimal, now_ms: int) -> None:
        """Wait for the trigger of an order."""
        is_tracked = order.trailing_time_ms >= 0
        if order.trailing_delta and not order.stop_price and last_price and not is_tracked:
            _track(order, last_price, now_ms)
        self._waiting.setdefault(order.symbol, {})[order.order_id] = order

    def forget(self, order: Order) -> None:
        """Wait no longer for an order, if it was waited for."""
        self._waiting.get(order.symbol, {}).pop(order.order_id, None)
        if order in self._due:
            self._due.remove(order)

    def on_print(self, symbol: str, price: Decimal, now_ms: int) -> None:
        """Take a print: follow it, and set aside the orders it triggers."""
        waiting = self._waiting.get(symbol)
        if not waiting:
            return
        due = [order for order in waiting.values() if _is_due(order, price, now_ms)]
        for order in due:
            del waiting[order.order_id]
        self._due.extend(due)

    def add_due(self, order: Order) -> None:
        """Let an order begin that waited for another order, not for a price."""
        self._due.append(order)

    @property
    def has_due(self) -> bool:
        """Tell whether an order is to begin."""
        return bool(self._due)

    def next_due(self) -> Order | None:
        """Return the next order that is to begin, oldest first, and forget it."""
        return self._due.pop(0) if self._due else None


def _is_due(order: Order, price: Decimal, now_ms: int) -> bool:
    meets_stop = not order.stop_price or _meets_stop(order, price)
    if not order.trailing_delta:
        return meets_stop
    if order.trailing_time_ms < 0:
        if meets_stop:
            _track(order, price, now_ms)
        return False
    delta = order.trailing_delta / _BASIS_POINTS
    if order.side is Side.BUY:
        order.trailing_extreme = min(order.trailing_extreme, price)
        return price >= order.trailing_extreme * (1 + delta)
    order.trailing_extreme = max(order.trailing_extreme, price)
    return price <= order.trailing_extreme * (1 - delta)


def _track(order: Order, price: Decimal, now_ms: int) -> None:
    order.trailing_extreme, order.trailing_time_ms = price, now_ms


def _meets_stop(order: Order, price: Decimal) -> bool:
    if is_above(order.order_type, order.side):
        return price >= order.stop_price
    return price <= order.stop_price
