"""Futures orders that wait: conditional ones, dates, countdowns, and how long all are known."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from terminal_app.practice.engine.algo_order import AlgoOrder
from terminal_app.practice.engine.kinds import (
    ExecutionType,
    ExpiryReason,
    OrderStatus,
    PositionSide,
    TimeInForce,
)
from terminal_app.practice.engine.market import MarketParts
from terminal_app.practice.engine.model import Order
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.store.account_store import Row
from terminal_app.practice.usdm.algo_orders import AlgoHost, AlgoOrders
from terminal_app.practice.usdm.deadlines import Countdowns, is_forgotten
from terminal_app.practice.usdm.mark_prices import MarkPrices
from terminal_app.practice.usdm.modify import UsdmModifying


class UsdmWaiting(UsdmModifying):
    """Act on orders when a price or a time comes."""

    def __init__(self, parts: MarketParts, mark_prices: MarkPrices) -> None:
        super().__init__(parts, mark_prices)
        self._counters["algo_id"] = 0
        self._countdowns = Countdowns(parts.timeline, self._cancel_by_countdown)
        self.algos = AlgoOrders(
            AlgoHost(
                listings=parts.listings,
                timeline=parts.timeline,
                marks=mark_prices.marks,
                emit=parts.emit,
                rules=self.data.rules,
                check_side=self._check_side,
                amount=self._amount,
                next_id=partial(self._next, "algo_id"),
                place=self.place,
                commit=self._commit,
            )
        )
        mark_prices.on_marked = self._on_marked

    def start_countdown(self, symbol: str, countdown_ms: int) -> None:
        """Cancel the orders of a symbol when a time is over, unless called again; 0 stops it."""
        self.data.rules(symbol)
        self._countdowns.start(symbol, countdown_ms)
        self._commit()

    def order(
        self, symbol: str, order_id: int | None = None, client_order_id: str | None = None
    ) -> Order:
        """Return an order; one that is unknown or forgotten is -2013."""
        order = super().order(symbol, order_id, client_order_id)
        if is_forgotten(order, self.now_ms):
            raise ExchangeError(-2013, "Order does not exist.")
        return order

    def all_orders(
        self,
        symbol: str | None,
        limit: int,
        from_order_id: int | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> Sequence[Order]:
        """Return the orders that are not forgotten, by id."""
        found = super().all_orders(symbol, limit, from_order_id, start_ms, end_ms)
        return [order for order in found if not is_forgotten(order, self.now_ms)]

    def cancel_everything(self) -> None:
        """Cancel every open order of every symbol, and every order that waits for its price."""
        for algo in self.algos.book.waiting():
            self.algos.cancel(algo.algo_id, None)
        super().cancel_everything()

    def _on_marked(self) -> None:
        self._watch_margins()
        self._countdowns.check(self.now_ms)
        for order in self.ledger.open_in(None):
            if order.time_in_force is TimeInForce.GTD and order.good_till_date_ms <= self.now_ms:
                self._end(order, OrderStatus.EXPIRED, ExecutionType.EXPIRED)
                self._settled(self._listings[order.symbol])
        self.algos.on_marked()

    def _cancel_by_countdown(self, symbol: str) -> None:
        if symbol in self._listings:
            self.cancel_all(symbol)
        self._commit()

    def _expire_orders(self, symbol: str | None, reason: ExpiryReason) -> None:
        super()._expire_orders(symbol, reason)
        self.algos.expire_all(symbol)

    def _has_open_orders(self, symbol: str | None) -> bool:
        return super()._has_open_orders(symbol) or bool(self.algos.book.waiting(symbol))

    def _on_order(self, order: Order, execution_type: ExecutionType) -> None:
        self.algos.on_order(order)

    def _commit(self) -> None:
        if not self.algos.is_triggering:
            super()._commit()

    def _state(self) -> dict[str, object]:
        return {**super()._state(), "countdowns": self._countdowns.to_state()}

    def _restore(self, state: Mapping[str, Any]) -> None:
        super()._restore(state)
        self._countdowns.set_state(state.get("countdowns", {}))
        rows = self._store.load(self.name, AlgoOrder)
        self.algos.restore(row for row in rows if row.symbol in self._listings)

    def _new_rows(self) -> Iterable[tuple[int, Row]]:
        yield from super()._new_rows()
        yield from self.algos.book.take_changed()

    def _check_side(self, side: PositionSide) -> None:
        self._books.check_side(side)

    def _amount(self, symbol: str, side: PositionSide) -> Decimal:
        return self._books.position_of(symbol, side).amount
