"""Futures user events on the listen key's stream."""

from terminal_app.practice.engine.events import (
    AlgoOrderEvent,
    Event,
    LeverageChanged,
    MarginCalled,
    OrderEvent,
    UsdmAccountChanged,
)
from terminal_app.practice.rest.usdm_market import UsdmDesk
from terminal_app.practice.streams.hub import Hub
from terminal_app.practice.wire.usdm_account_events import (
    account_update,
    leverage_update,
    margin_call,
)
from terminal_app.practice.wire.usdm_algo import algo_update
from terminal_app.practice.wire.usdm_orders import order_trade_update, trade_lite


class UsdmUserStream:
    """Publish what happens to the account under its listen key; without one nobody hears."""

    def __init__(self, desk: UsdmDesk, hub: Hub) -> None:
        self._desk = desk
        self._hub = hub

    def on_event(self, event: Event) -> None:
        """Take one event of the futures market."""
        key = self._desk.listen_keys.active
        if key is None or not self._hub.wants(key):
            return
        match event:
            case OrderEvent():
                self._on_order(key, event)
            case AlgoOrderEvent():
                self._hub.publish(key, algo_update(event))
            case UsdmAccountChanged():
                self._hub.publish(key, account_update(event))
            case LeverageChanged():
                self._hub.publish(key, leverage_update(event))
            case MarginCalled():
                self._hub.publish(key, margin_call(event))
            case _:
                pass

    def tick(self) -> None:
        """Tell when the key's time is over; its sockets stay open and silent."""
        key = self._desk.listen_keys.expire()
        if key is not None:
            now_ms = self._desk.now_ms()
            expired = {"e": "listenKeyExpired", "E": now_ms, "listenKey": key}
            self._hub.publish(key, expired)

    def _on_order(self, key: str, event: OrderEvent) -> None:
        symbol = event.order.symbol
        if event.fill is not None:
            numbers = self._desk.numbers(symbol)
            self._hub.publish(key, trade_lite(event, event.fill, numbers))
        position = self._desk.market.position(symbol, event.order.position_side)
        self._hub.publish(key, order_trade_update(event, position))
