"""The conditional orders of the account, found by id, client id and time."""

from collections.abc import Iterable, Sequence
from copy import copy

from terminal_app.practice.engine.algo_order import AlgoOrder
from terminal_app.practice.errors import ExchangeError


class AlgoBook:
    """Keep every conditional order; a client id is unique among waiting orders alone."""

    def __init__(self, rows: Iterable[AlgoOrder] = ()) -> None:
        self._orders: dict[int, AlgoOrder] = {}
        self._waiting: dict[int, AlgoOrder] = {}
        self._by_client_id: dict[str, int] = {}
        self._by_order_id: dict[int, int] = {}
        self._dirty: dict[int, AlgoOrder] = {}
        for algo in rows:
            self.note(algo)
        self._dirty.clear()

    def note(self, algo: AlgoOrder) -> None:
        """Take a new order in, or note that one changed."""
        self._orders[algo.algo_id] = self._dirty[algo.algo_id] = algo
        self._by_client_id[algo.client_algo_id] = algo.algo_id
        if algo.is_waiting:
            self._waiting[algo.algo_id] = algo
        else:
            self._waiting.pop(algo.algo_id, None)
        if algo.order_id:
            self._by_order_id[algo.order_id] = algo.algo_id

    def waiting(self, symbol: str | None = None) -> list[AlgoOrder]:
        """Return the waiting orders themselves, by id."""
        return [algo for algo in self._waiting.values() if symbol in (None, algo.symbol)]

    def find(self, algo_id: int | None, client_algo_id: str | None) -> AlgoOrder | None:
        """Return the order that bears every id given, by client id the newest."""
        if algo_id is None:
            algo_id = self._by_client_id.get(client_algo_id or "", 0)
        algo = self._orders.get(algo_id)
        if algo is None or client_algo_id not in (None, algo.client_algo_id):
            return None
        return algo

    def parent_of(self, order_id: int) -> AlgoOrder | None:
        """Return the conditional order that an order came from."""
        algo_id = self._by_order_id.get(order_id)
        return None if algo_id is None else self._orders[algo_id]

    def order(self, algo_id: int | None, client_algo_id: str | None) -> AlgoOrder:
        """Return a copy of an order; -2013 when unknown."""
        algo = self.find(algo_id, client_algo_id)
        if algo is None:
            raise ExchangeError(-2013, "Order does not exist.")
        return copy(algo)

    def open_orders(self, symbol: str | None, algo_id: int | None = None) -> Sequence[AlgoOrder]:
        """Return copies of the waiting orders, by id."""
        found = self.waiting(symbol)
        return [copy(algo) for algo in found if algo_id in (None, algo.algo_id)]

    def all_orders(
        self,
        symbol: str,
        limit: int,
        from_algo_id: int | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> Sequence[AlgoOrder]:
        """Return orders by id: the newest, or the first ones from an id or a time on."""
        latest = 1 << 62 if end_ms is None else end_ms
        found = [
            copy(algo)
            for algo in self._orders.values()
            if algo.symbol == symbol
            and algo.algo_id >= (from_algo_id or 0)
            and (start_ms or 0) <= algo.create_time_ms <= latest
        ]
        is_forward = from_algo_id is not None or start_ms is not None
        return found[:limit] if is_forward else found[-limit:]

    @property
    def has_changed(self) -> bool:
        """Tell whether there are orders to save."""
        return bool(self._dirty)

    def take_changed(self) -> list[tuple[int, AlgoOrder]]:
        """Return the orders not saved yet, with their numbers."""
        changed = list(self._dirty.items())
        self._dirty.clear()
        return changed
