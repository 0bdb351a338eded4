"""Conditional futures orders: taken without margin, triggered by a price, then an order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Final

from terminal_app.practice.engine.algo_order import AlgoOrder, AlgoRequest
from terminal_app.practice.engine.events import AlgoOrderEvent
from terminal_app.practice.engine.kinds import (
    AlgoStatus,
    PositionSide,
    PriceMatch,
    TimeInForce,
    WorkingType,
)
from terminal_app.practice.engine.listing import Emit, Listing
from terminal_app.practice.engine.model import ZERO, Order, OrderRequest, PlacedOrder, SymbolRules
from terminal_app.practice.engine.order_life import made_up_id
from terminal_app.practice.engine.timeline import Timeline
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.usdm.algo_book import AlgoBook
from terminal_app.practice.usdm.algo_rules import (
    MAX_OPEN_ALGO_ORDERS,
    REDUCE_ONLY_REJECTED,
    check_algo_order,
    check_not_triggered,
    check_only_closing,
    closes,
    is_activated_by,
    is_protected,
    is_triggered,
    order_of,
)
from terminal_app.practice.usdm.price_match import check_good_till_date, matched_price

# Far from the ids of orders, as on Binance: the two are never mixed up unnoticed.
_FIRST_ALGO_ID: Final = 1_000_000_000_000


@dataclass(frozen=True, slots=True)
class AlgoHost:
    """Give conditional orders what they need of their market.

    `amount` returns the signed position of a symbol and side, `check_side` raises when a position
    side does not fit the account's mode.
    """

    listings: Mapping[str, Listing]
    timeline: Timeline
    marks: Mapping[str, Decimal]
    emit: Emit
    rules: Callable[[str], SymbolRules]
    check_side: Callable[[PositionSide], None]
    amount: Callable[[str, PositionSide], Decimal]
    next_id: Callable[[], int]
    place: Callable[[OrderRequest], PlacedOrder]
    commit: Callable[[], None]


class AlgoOrders:
    """Take conditional orders, watch prices, send what triggers.

    A print or a mark that triggers is acted on in a step of its own right after what caused it,
    never in the middle of a taker's matching. What happens while `is_triggering` is to be saved
    at once: no account file has an order that triggered without the order it became.
    """

    def __init__(self, host: AlgoHost) -> None:
        self.book = AlgoBook()
        self.is_triggering = False
        self._host = host
        self._due: dict[int, AlgoOrder] = {}
        for symbol, listing in host.listings.items():
            listing.tape.on_print = partial(self._on_print, symbol)

    def place(self, request: AlgoRequest) -> AlgoOrder:
        """Take an order in; margin and position are checked when it triggers."""
        self.test(request)
        host, now = self._host, self._host.timeline.now_ms
        number = host.next_id()
        algo = AlgoOrder(
            algo_id=_FIRST_ALGO_ID + number,
            client_algo_id=request.client_algo_id or made_up_id(f"algo order {number}"),
            symbol=request.symbol,
            side=request.side,
            order_type=request.order_type,
            time_in_force=request.time_in_force,
            quantity=request.quantity or ZERO,
            trigger_price=request.trigger_price or ZERO,
            price=request.price or ZERO,
            price_match=request.price_match,
            working_type=request.working_type,
            activate_price=request.activate_price or ZERO,
            callback_rate=request.callback_rate or ZERO,
            close_position=request.close_position,
            price_protect=request.price_protect,
            reduce_only=request.reduce_only or request.close_position,
            position_side=request.position_side,
            self_trade_prevention=request.self_trade_prevention,
            good_till_date_ms=request.good_till_date_ms,
            create_time_ms=now,
            update_time_ms=now,
        )
        if algo.is_trailing and not algo.activate_price:
            algo.is_activated, algo.extreme = True, self._price(algo.symbol, algo.working_type)
        self._tell(algo)
        host.commit()
        return copy(algo)

    def test(self, request: AlgoRequest) -> None:
        """Check an order as `place` does."""
        host, symbol = self._host, request.symbol
        rules, waiting = host.rules(symbol), self.book.waiting()
        check_algo_order(request, rules, host.marks[symbol])
        host.check_side(request.position_side)
        if request.time_in_force is TimeInForce.GTD:
            check_good_till_date(request.good_till_date_ms, host.timeline.now_ms)
        if request.price_match is not PriceMatch.NONE:
            matched_price(request.price_match, request.side, host.listings[symbol])
        if any(algo.client_algo_id == request.client_algo_id for algo in waiting):
            raise ExchangeError(-4116, "clientOrderId is duplicated")
        if request.close_position:
            check_only_closing(request, self.book.waiting(symbol))
        if request.time_in_force is TimeInForce.GTE_GTC and not closes(
            request.side, self._amount(request)
        ):
            raise ExchangeError(
                -4509,
                "Time in Force (TIF) GTE can only be used with open positions. "
                "Please ensure that positions are available.",
            )
        if len(waiting) >= MAX_OPEN_ALGO_ORDERS:
            raise ExchangeError(-4045, "Reach max stop order limit.")
        check_not_triggered(request, self._price(symbol, request.working_type))

    def cancel(self, algo_id: int | None, client_algo_id: str | None) -> AlgoOrder:
        """Cancel a waiting order; -2011 when it does not wait any more."""
        algo = self.book.find(algo_id, client_algo_id)
        if algo is None or not algo.is_waiting:
            raise ExchangeError(-2011, "Unknown order sent.")
        self._move(algo, AlgoStatus.CANCELED)
        self._host.commit()
        return copy(algo)

    def cancel_all(self, symbol: str) -> Sequence[AlgoOrder]:
        """Cancel every waiting order of a symbol."""
        self._host.rules(symbol)
        return [self.cancel(algo.algo_id, None) for algo in self.book.waiting(symbol)]

    def expire_all(self, symbol: str | None) -> None:
        """Let every waiting order of a symbol, or of all, expire: the account is liquidated."""
        for algo in self.book.waiting(symbol):
            self._move(algo, AlgoStatus.EXPIRED)

    def restore(self, rows: Iterable[AlgoOrder]) -> None:
        """Take saved orders instead of all it held."""
        self.book = AlgoBook(rows)
        self._due.clear()

    def on_marked(self) -> None:
        """Look at the new mark prices, and at orders whose date has come."""
        now = self._host.timeline.now_ms
        for algo in self.book.waiting():
            if algo.time_in_force is TimeInForce.GTD and algo.good_till_date_ms <= now:
                self._move(algo, AlgoStatus.EXPIRED)
        for symbol in dict.fromkeys(algo.symbol for algo in self.book.waiting()):
            self._look(symbol, WorkingType.MARK_PRICE, self._host.marks[symbol])
        if self.book.has_changed:
            self._host.commit()

    def on_order(self, order: Order) -> None:
        """Hear what happened to an order: one of ours may have ended, a position too."""
        algo = self.book.parent_of(order.order_id)
        if algo is not None and algo.status is AlgoStatus.TRIGGERED:
            self._finish(algo, order)
        for waiting in self.book.waiting(order.symbol):
            is_bound = waiting.time_in_force is TimeInForce.GTE_GTC
            if is_bound and not closes(waiting.side, self._amount(waiting)):
                self._move(waiting, AlgoStatus.EXPIRED)

    def _on_print(self, symbol: str, ticks: int) -> None:
        price = self._host.listings[symbol].rules.price(ticks)
        self._look(symbol, WorkingType.CONTRACT_PRICE, price)

    def _look(self, symbol: str, working_type: WorkingType, price: Decimal) -> None:
        for algo in self.book.waiting(symbol):
            if algo.working_type is not working_type:
                continue
            if is_activated_by(algo, price):
                algo.is_activated, algo.extreme = True, price
                self._tell(algo)
            if algo.is_trailing:
                self.book.note(algo)
            if is_triggered(algo, price) and not self._is_protected(algo):
                if not self._due:
                    self._host.timeline.schedule(self._host.timeline.now_ms, self._run_due)
                self._due.setdefault(algo.algo_id, algo)

    def _run_due(self, _time_ms: int) -> None:
        due, self._due = self._due, {}
        self.is_triggering = True
        try:
            for algo in due.values():
                if algo.is_waiting:
                    self._trigger(algo)
        finally:
            self.is_triggering = False
        self._host.commit()

    def _trigger(self, algo: AlgoOrder) -> None:
        algo.trigger_time_ms = self._host.timeline.now_ms
        self._move(algo, AlgoStatus.TRIGGERING)
        try:
            rules = self._host.rules(algo.symbol)
            order = self._host.place(order_of(algo, self._amount(algo), rules)).order
        except ExchangeError as error:
            is_reduce_only = error.code == REDUCE_ONLY_REJECTED
            algo.reject_reason = "Reduce Only reject" if is_reduce_only else error.message
            self._move(algo, AlgoStatus.REJECTED)
            return
        algo.order_id = order.order_id
        self._move(algo, AlgoStatus.TRIGGERED)
        self._finish(algo, order)

    def _finish(self, algo: AlgoOrder, order: Order) -> None:
        if not order.status.is_open:
            algo.average_price = order.average_price
            algo.executed_quantity = order.executed_quantity
            self._move(algo, AlgoStatus.FINISHED)

    def _is_protected(self, algo: AlgoOrder) -> bool:
        last = self._price(algo.symbol, WorkingType.CONTRACT_PRICE)
        rules = self._host.listings[algo.symbol].rules
        return is_protected(algo, last, self._host.marks[algo.symbol], rules)

    def _amount(self, order: AlgoOrder | AlgoRequest) -> Decimal:
        return self._host.amount(order.symbol, order.position_side)

    def _price(self, symbol: str, working_type: WorkingType) -> Decimal:
        listing, mark = self._host.listings[symbol], self._host.marks[symbol]
        is_last = working_type is WorkingType.CONTRACT_PRICE and listing.tape.last_ticks
        return listing.rules.price(listing.tape.last_ticks) if is_last else mark

    def _move(self, algo: AlgoOrder, status: AlgoStatus) -> None:
        algo.status = status
        self._tell(algo)

    def _tell(self, algo: AlgoOrder) -> None:
        algo.update_time_ms = self._host.timeline.now_ms
        self.book.note(algo)
        self._host.emit(AlgoOrderEvent(algo.update_time_ms, copy(algo)))
