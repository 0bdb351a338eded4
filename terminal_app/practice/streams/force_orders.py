"""The liquidations everybody can see, at most one a second and symbol: the largest."""

import hashlib
from decimal import Decimal
from typing import Final

from terminal_app.practice.engine.events import Event, Liquidated, TradePrinted
from terminal_app.practice.engine.kinds import OrderStatus, OrderType, Side, TimeInForce
from terminal_app.practice.engine.model import Order
from terminal_app.practice.streams.hub import Hub
from terminal_app.practice.wire.usdm_market import any_force_order_event, force_order_event

_SECOND_MS: Final = 1_000
_TRADES_PER_LIQUIDATION: Final = 400
_ALL: Final = "!forceOrder@arr"


class ForceOrderStreams:
    """Publish the liquidations of the account and, in a made-up market, those of the crowd.

    Of the crowd's takers one in some hundred is said to have been liquidated; which ones follows
    from their trade ids alone.
    """

    def __init__(self, hub: Hub, has_crowd: bool) -> None:
        self._hub = hub
        self._has_crowd = has_crowd
        self._largest: dict[str, Liquidated] = {}

    def on_event(self, event: Event) -> None:
        """Take one event of the futures market."""
        match event:
            case Liquidated():
                self._add(event)
            case TradePrinted() if self._has_crowd and _is_liquidation(event):
                self._add(_liquidated(event))
            case _:
                pass

    def tick(self, since_ms: int, until_ms: int) -> None:
        """Send the largest of a second that has ended between two times."""
        if since_ms // _SECOND_MS == until_ms // _SECOND_MS:
            return
        for symbol, found in self._largest.items():
            values = (found.order, found.last_quantity, found.time_ms)
            self._hub.publish(f"{symbol.lower()}@forceOrder", force_order_event(*values))
            self._hub.publish(_ALL, any_force_order_event(*values))
        self._largest.clear()

    def _add(self, event: Liquidated) -> None:
        known = self._largest.get(event.order.symbol)
        if known is None or event.order.quantity >= known.order.quantity:
            self._largest[event.order.symbol] = event


def _is_liquidation(event: TradePrinted) -> bool:
    text = f"liquidation {event.symbol} {event.trade.trade_id}"
    digest = hashlib.blake2b(text.encode(), digest_size=4).digest()
    return int.from_bytes(digest) % _TRADES_PER_LIQUIDATION == 0


def _liquidated(event: TradePrinted) -> Liquidated:
    trade = event.trade
    order = Order(
        order_id=0,
        client_order_id="",
        symbol=event.symbol,
        side=Side.SELL if trade.is_buyer_maker else Side.BUY,
        order_type=OrderType.LIMIT,
        time_in_force=TimeInForce.IOC,
        quantity=trade.quantity,
        quote_order_quantity=Decimal(0),
        price=trade.price,
        reduce_only=False,
        time_ms=trade.time_ms,
        update_time_ms=trade.time_ms,
        status=OrderStatus.FILLED,
        executed_quantity=trade.quantity,
        cumulative_quote=trade.price * trade.quantity,
    )
    return Liquidated(trade.time_ms, order, trade.quantity)
