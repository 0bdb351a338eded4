"""Where one's own resting orders stand in their queues, as far as can be told."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal

from terminal_app.domain.instrument import ZERO
from terminal_app.domain.market import Side, Trade
from terminal_app.domain.order import OrderStatus
from terminal_app.domain.order_request import OrderType
from terminal_app.domain.queue_estimate import QueueEstimate
from terminal_app.observers import Subscriptions
from terminal_app.services.market_data import BOOK, SYMBOL, TRADES, MarketDataService
from terminal_app.services.order_store import OrderStore

_RESTING = frozenset({OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED})


@dataclass(slots=True)
class _Place:
    side: Side
    price: Decimal
    quantity: Decimal
    estimate: QueueEstimate


class QueuePlaces:
    """Follow the limit orders that rest in the book that is shown.

    An order's place is guessed from the moment it is first seen resting; a new price or a larger
    size puts it at the end again.
    """

    def __init__(self, market_data: MarketDataService, store: OrderStore) -> None:
        self._market_data = market_data
        self._store = store
        self._places: dict[str, _Place] = {}
        self._seen_trades = 0
        self._is_due = True
        self._subscriptions = Subscriptions()
        self._subscriptions.hear(self._on_market, market_data.observers)
        self._subscriptions.hear(self._on_orders, store.observers)

    def close(self) -> None:
        """Follow nothing any more."""
        self._subscriptions.leave()

    def ahead(self, key: str) -> Decimal | None:
        """Return the size before an order, None while nothing can be said."""
        place = self._places.get(key)
        return place.estimate.ahead if place is not None else None

    def _on_market(self, key: Hashable) -> None:
        if key == SYMBOL:
            self._places.clear()
            self._seen_trades, self._is_due = 0, True
        elif key == TRADES:
            self._on_trades()
        elif key == BOOK:
            self._on_book()

    def _on_trades(self) -> None:
        data = self._market_data
        if not self._places:
            self._seen_trades = data.trade_count
            return
        for trade in data.newest_trades(min(self._seen_trades, data.trade_count)):
            for place in self._places.values():
                if place.price == trade.price and place.side is not trade.taker_side:
                    place.estimate.on_trade(trade.quantity, trade.time_ms)
                elif _is_through(place, trade):
                    place.estimate.on_trade(place.estimate.ahead, trade.time_ms)
        self._seen_trades = data.trade_count

    def _on_orders(self, _key: Hashable) -> None:
        # Looked at with the next book: it is the first that can have counted the order.
        self._is_due = True

    def _on_book(self) -> None:
        data = self._market_data
        if data.book_problem or data.book.is_empty:
            # What happens meanwhile is not told: nobody knows these places any more.
            self._places.clear()
            self._is_due = True
            return
        new = self._follow() if self._is_due else {}
        self._is_due = False
        # Whose level this is to be taken from is known only with every own order in its place.
        self._places |= new
        for key, place in self._places.items():
            if key not in new:
                place.estimate.on_level(self._others(place), data.book.time_ms)
        for place in new.values():
            place.estimate = QueueEstimate(self._others(place), data.book.time_ms)

    def _follow(self) -> dict[str, _Place]:
        instrument = self._market_data.instrument
        resting = {
            self._store.key_of(order): order
            for order in self._store.working()
            if instrument is not None
            and order.symbol == instrument.symbol
            and order.type is OrderType.LIMIT
            and order.status in _RESTING
        }
        for gone in self._places.keys() - resting.keys():
            del self._places[gone]
        new = {}
        for key, order in resting.items():
            place = self._places.get(key)
            if place is None or place.price != order.price or place.quantity < order.quantity:
                estimate = QueueEstimate(ZERO, 0)
                new[key] = _Place(order.side, order.price, order.quantity, estimate)
            else:
                place.quantity = order.quantity
        return new

    def _others(self, place: _Place) -> Decimal:
        """Return what rests beside own orders, as far as the book can have counted those."""
        book = self._market_data.book
        orders = (self._store.orders.get(key) for key in self._places)
        own = sum(
            (
                order.remaining
                for order in orders
                if order is not None
                and (order.side, order.price) == (place.side, place.price)
                and order.updated_ms <= book.time_ms
            ),
            ZERO,
        )
        return max(book.side(place.side).quantity_at(place.price) - own, ZERO)


def _is_through(place: _Place, trade: Trade) -> bool:
    """Say whether a trade beyond a price proves that nothing stands before the order there."""
    is_buy = place.side is Side.BUY
    return trade.price < place.price if is_buy else trade.price > place.price
