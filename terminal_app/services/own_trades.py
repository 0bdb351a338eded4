"""Keep the account's own trades whole."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from terminal_app.domain.order import Fill, OrderStatus
from terminal_app.services.epoch import FULL_ANSWER
from terminal_app.services.order_fate import OrderFate
from terminal_app.services.order_store import OrderStore

ORDERS_A_CYCLE = 5


class OwnTrades:
    """Fetch what the account traded. Every call that asks may raise ``VenueError``."""

    def __init__(self, fate: OrderFate, store: OrderStore) -> None:
        self._fate = fate
        self._store = store
        self._last_ids: dict[str, int] = {}
        self._asked: set[tuple[str, int, Decimal]] = set()

    async def load(self, symbol: str) -> list[Fill]:
        """Fetch the newest trades in a symbol, all those since it was asked last among them."""
        fills = await self._fate.execution.fills(symbol)
        last_id = self._last_ids.get(symbol)
        if last_id is not None and len(fills) == FULL_ANSWER and fills[0].trade_id > last_id:
            fills = await self._load_from(symbol, last_id + 1)
        for fill in self._told(symbol, fills):
            self._store.add_fill(fill)
        if fills:
            self._last_ids[symbol] = fills[-1].trade_id
        return fills

    async def complete(self) -> None:
        """Fetch the trades of orders of which more was executed than the known fills add up to.

        A few orders at a time, and each once for every executed size.
        """
        for asked in [one for one in self._lacking() if one not in self._asked][:ORDERS_A_CYCLE]:
            symbol, order_id, _ = asked
            for fill in await self._fate.execution.fills(symbol, order_id=order_id):
                self._store.add_fill(fill)
            self._asked.add(asked)

    def forget(self) -> None:
        """Begin anew: the venue counts its trades from the start again."""
        self._last_ids.clear()
        self._asked.clear()

    def _told(self, symbol: str, fills: list[Fill]) -> list[Fill]:
        """Leave out what may be of an order on its way: its answer names the order as well."""
        orders = [order for order in self._store.orders.values() if order.symbol == symbol]
        if all(order.status is not OrderStatus.SENDING for order in orders):
            return fills
        known = {order.order_id for order in orders}
        return [fill for fill in fills if fill.order_id in known]

    async def _load_from(self, symbol: str, from_id: int) -> list[Fill]:
        found: list[Fill] = []
        while True:
            page = await self._fate.execution.fills(symbol, from_id=from_id)
            found += page
            if len(page) < FULL_ANSWER:
                return found
            from_id = page[-1].trade_id + 1

    def _lacking(self) -> list[tuple[str, int, Decimal]]:
        sums: defaultdict[tuple[str, int], Decimal] = defaultdict(Decimal)
        for fill in self._store.fills.values():
            sums[fill.symbol, fill.order_id] += fill.quantity
        return [
            (order.symbol, order.order_id, order.executed_quantity)
            for order in self._store.orders.values()
            if order.order_id is not None
            and sums[order.symbol, order.order_id] < order.executed_quantity
        ]
