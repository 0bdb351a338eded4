"""What must hold at every transition of a terminal whose exchange lives in the same process.

The truth is the engine's own. The numbers I1 to I12 are those of the catalogue of faults.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from terminal_app.domain.order import Fill, Order, OrderStatus
from terminal_app.practice.engine.model import Order as EngineOrder
from terminal_app.services.session import Session
from terminal_app.storage.ledger import Ledger
from tests.faults.exchange import SYMBOL, QuietExchange
from tests.faults.memory_wire import Tap
from tests.faults.moves import RANK, Moves

S = OrderStatus
DENIED = frozenset({S.NOT_SENT, S.REJECTED})
OURS_ALONE = DENIED | {S.SENDING, S.UNKNOWN}
_NAMES = (
    "newClientOrderId", "clientAlgoId", "workingClientOrderId", "pendingClientOrderId",
    "aboveClientOrderId", "belowClientOrderId", "pendingAboveClientOrderId",
    "pendingBelowClientOrderId",
)  # fmt: skip
_PLACING = frozenset(
    {
        ("POST", "/api/v3/order"), ("POST", "/api/v3/order/cancelReplace"),
        ("POST", "/fapi/v1/order"), ("POST", "/fapi/v1/algoOrder"),
        ("WS", "order.place"), ("WS", "order.cancelReplace"), ("WS", "algoOrder.place"),
        ("WS", "orderList.place.oco"), ("WS", "orderList.place.oto"),
        ("WS", "orderList.place.otoco"),
    }
)  # fmt: skip
_PLAIN = frozenset({"/api/v3/order", "/fapi/v1/order", "order.place"})


class Watch(Tap):
    """Check every transition of one terminal's runs; `violations` are sentences."""

    def __init__(self, exchange: QuietExchange, now_s: Callable[[], float]) -> None:
        self.violations: list[str] = []
        self.clock_refusals = 0
        self._exchange = exchange
        self._now_s = now_s
        self._sent: Counter[str] = Counter()
        self._paused_s = self._paused_until_s = 0.0
        self._is_banned = False
        self._leaving_s = float("inf")
        self._moves: list[Moves] = []
        self._ledger: Ledger | None = None
        self._arrived: list[tuple[str, str, Mapping[str, Any]]] = []
        exchange.wire.tap = self

    @property
    def transitions(self) -> int:
        """Return how many changes were checked."""
        return sum(moves.transitions for moves in self._moves)

    def detach(self) -> None:
        """Hear that a run is ending: an answer that comes from now on may meet nobody."""
        self._leaving_s = self._now_s()

    def attach(self, session: Session, ledger: Ledger) -> None:
        """Follow a run of the terminal from here on; what an earlier one showed is past."""
        self._ledger = ledger
        self._check_intents()
        was_heard = self._paused_s < self._leaving_s
        self._leaving_s = float("inf")
        if not self._is_banned or not was_heard:
            # A ban is remembered over a restart, the few seconds of a mere 429 are not.
            self._paused_until_s = 0.0
        store = session.orders.store
        self._moves.append(Moves(store, self._report, self._check_order, self._check_fill))

    def left(self, name: str) -> None:
        """Check that no request leaves in a pause; what market sockets carry is none."""
        if name.isupper():
            return
        now_s = self._now_s()
        # A request that is given away in the very moment of the answer cannot know it.
        if now_s - self._paused_s > 0.001 and now_s < self._paused_until_s - 0.01:
            self._report("I9", f"{name} left {self._paused_until_s - now_s:.2f} s too soon")

    def refused(self, status: int, pause_s: float) -> None:
        """Note how long nothing may leave."""
        self._is_banned = status == 418
        self._paused_s = self._now_s()
        self._paused_until_s = max(self._paused_until_s, self._paused_s + pause_s)

    def clock_refused(self) -> None:
        """Count the refusals of a timestamp."""
        self.clock_refusals += 1

    def arrived(self, way: str, name: str, params: Mapping[str, Any]) -> None:
        """Check that an order arrives once, after its intent was written, as it was meant."""
        if (way, name) not in _PLACING:
            return
        for client_order_id in [str(params[key]) for key in _NAMES if key in params]:
            self._sent[client_order_id] += 1
            if self._sent[client_order_id] > 1:
                self._report("I1", f"{client_order_id} was sent again")
            self._arrived.append((client_order_id, name, params))
        self._check_intents()

    def _check_intents(self) -> None:
        # Read from the file itself: an answer that had to be awaited would come too late. What was
        # on its way when a run ended is looked up when the next one has opened the file.
        file = self._ledger._file if self._ledger is not None else None
        if file is None:
            return
        arrived, self._arrived = self._arrived, []
        for client_order_id, name, params in arrived:
            found = file.select("WHERE kind = 'INTENT' AND client_order_id = ?", (client_order_id,))
            if not found:
                self._report("I8", f"{client_order_id} was sent without an intent")
            elif name in _PLAIN:
                self._check_numbers(client_order_id, found[0].body, params)

    def _check_numbers(self, name: str, intent: dict[str, Any], params: Mapping[str, Any]) -> None:
        rules = self._exchange.listing.rules
        for key, step in (("quantity", rules.step_size), ("price", rules.tick_size)):
            if key not in params:
                continue
            if params[key] != intent[key]:
                self._report("I12", f"{name}: {key} {params[key]}, but {intent[key]} was meant")
            if Decimal(params[key]) % step:
                self._report("I12", f"{name}: {key} {params[key]} is no multiple of {step}")

    def _check_order(self, name: str, order: Order) -> None:
        true = self._find(name, order)
        algo = None if true is not None else self._exchange.find_algo(order.order_id, name)
        if algo is not None:
            if order.status in DENIED and algo.is_waiting:
                self._report("I3", f"{name} is shown as {order.status}: the exchange has it")
            return
        if true is None:
            if order.status not in OURS_ALONE:
                self._report("I3", f"{name} is shown as {order.status}: the exchange has none")
            return
        if order.status in DENIED:
            self._report("I3", f"{name} is shown as {order.status}: the exchange has it")
        if order.executed_quantity > true.executed_quantity:
            self._report("I3", f"{name}: more executed than at the exchange")
        is_ahead = order.status in RANK and RANK[order.status] > RANK[S(true.status)]
        if is_ahead or (order.status is S.FILLED and true.status != "FILLED"):
            self._report("I3", f"{name} is shown as {order.status}: it is {true.status}")

    def _check_fill(self, fill: Fill) -> None:
        for true in self._exchange.all_fills():
            if (true.trade_id, true.order_id) == (fill.trade_id, fill.order_id):
                if (true.quantity, true.price) != (fill.quantity, fill.price):
                    self._report("I6", f"fill {fill.trade_id} has other numbers than it had")
                return
        self._report("I6", f"fill {fill.trade_id} never was")

    def _find(self, name: str, order: Order) -> EngineOrder | None:
        if order.is_conditional:
            return None
        if order.order_id is not None:
            return self._exchange.find_order(order.order_id)
        return self._exchange.find_order(self._exchange.market.ledger.newest_with(SYMBOL, name))

    def _report(self, invariant: str, text: str) -> None:
        self.violations.append(f"{invariant} at {self._now_s():.3f} s: {text}")
