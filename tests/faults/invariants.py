"""What must hold after every transition, and what must be equal once everything is well again.

The truth is the exchange's own: the orders in its engine, and the answers of its endpoints. The
numbers I1 to I12 are those of the catalogue of faults.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from terminal_app.domain.instrument import plain
from terminal_app.domain.order import Fill, Order, OrderStatus
from terminal_app.practice.engine.model import Order as TrueOrder
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.spot import SPOT_ENDPOINTS
from terminal_app.practice.rest.usdm import USDM_ENDPOINTS
from terminal_app.services.session import Session
from terminal_app.storage.ledger import Ledger
from tests.faults.exchange import SYMBOL, QuietExchange
from tests.faults.memory_wire import Tap

S = OrderStatus
# How far an order has come; it never goes back. OTHER says only that nobody can tell, for now.
RANK = {
    S.SENDING: 0,
    S.UNKNOWN: 0,
    S.NOT_SENT: 0,
    S.REJECTED: 0,
    S.PENDING_NEW: 1,
    S.NEW: 2,
    S.PARTIALLY_FILLED: 3,
    S.CANCELED: 4,
    S.EXPIRED: 4,
    S.EXPIRED_IN_MATCH: 4,
    S.FILLED: 5,
}
ENDS = frozenset({S.CANCELED, S.EXPIRED, S.EXPIRED_IN_MATCH, S.FILLED})
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


class Watch(Tap):
    """Check every transition of one terminal's run; `violations` are sentences."""

    def __init__(self, exchange: QuietExchange, now_s: Callable[[], float]) -> None:
        self.violations: list[str] = []
        self.transitions = 0
        self._exchange = exchange
        self._now_s = now_s
        self._sent: Counter[str] = Counter()
        self._paused_s = self._paused_until_s = 0.0
        self._before: dict[str, Order] = {}
        self._fills: dict[Hashable, Fill] = {}
        self._session: Session | None = None
        self._ledger: Ledger | None = None
        exchange.wire.tap = self

    def attach(self, session: Session, ledger: Ledger) -> None:
        """Follow a run of the terminal from here on; what an earlier one showed is past."""
        self._session, self._ledger = session, ledger
        self._before, self._fills = {}, {}
        self._paused_until_s = 0.0
        session.orders.store.observers.add(self._on_change)

    def left(self, name: str) -> None:
        """Check that no request leaves in a pause; what market sockets carry is none."""
        if name.isupper() or name.startswith("userDataStream"):
            return
        now_s = self._now_s()
        # A request that is given away in the very moment of the answer cannot know it.
        if now_s - self._paused_s > 0.001 and now_s < self._paused_until_s - 0.01:
            self._report("I9", f"{name} left {self._paused_until_s - now_s:.2f} s too soon")

    def refused(self, status: int, retry_after_s: float) -> None:
        """Note how long nothing may leave."""
        self._paused_s = self._now_s()
        self._paused_until_s = max(self._paused_until_s, self._paused_s + retry_after_s)

    def arrived(self, way: str, name: str, params: Mapping[str, Any]) -> None:
        """Check that an order arrives once, after its intent was written, as it was meant."""
        if (way, name) not in _PLACING:
            return
        for client_order_id in [str(params[key]) for key in _NAMES if key in params]:
            self._sent[client_order_id] += 1
            if self._sent[client_order_id] > 1:
                self._report(
                    "I1", f"{client_order_id} was sent {self._sent[client_order_id]} times"
                )
            intent = self._intent(client_order_id)
            if intent is None:
                self._report("I8", f"{client_order_id} was sent without an intent")
            elif name in ("/api/v3/order", "/fapi/v1/order", "order.place"):
                self._check_numbers(client_order_id, intent, params)

    def _intent(self, client_order_id: str) -> dict[str, Any] | None:
        assert self._ledger is not None
        file = self._ledger._file
        if file is None:
            return None
        found = file.select("WHERE kind = 'INTENT' AND client_order_id = ?", (client_order_id,))
        return found[0].body if found else None

    def _check_numbers(self, name: str, intent: dict[str, Any], params: Mapping[str, Any]) -> None:
        rules = self._exchange.listing.rules
        for key, step in (("quantity", rules.step_size), ("price", rules.tick_size)):
            if key not in params:
                continue
            if params[key] != intent[key]:
                self._report("I12", f"{name}: {key} {params[key]}, but {intent[key]} was meant")
            if Decimal(params[key]) % step:
                self._report("I12", f"{name}: {key} {params[key]} is no multiple of {step}")

    def _on_change(self, key: Hashable) -> None:
        assert self._session is not None
        store = self._session.orders.store
        self.transitions += 1
        if key == "fills":
            for fill_key, fill in store.fills.items():
                if fill_key not in self._fills:
                    self._fills[fill_key] = fill
                    self._check_fill(fill)
            return
        for name, order in store.orders.items():
            before = self._before.get(name)
            if before is not order:
                self._before[name] = order
                if before is not None:
                    self._check_move(name, before, order)
                self._check_truth(name, order)

    def _check_move(self, name: str, before: Order, order: Order) -> None:
        if order.executed_quantity < before.executed_quantity:
            self._report("I5", f"{name}: executed fell to {order.executed_quantity}")
        if S.OTHER not in (before.status, order.status) and (
            RANK[order.status] < RANK[before.status]
        ):
            self._report("I5", f"{name}: {before.status} became {order.status}")
        is_end = before.status in ENDS
        if is_end and order.status not in (before.status, S.FILLED):
            self._report("I5", f"{name}: the end {before.status} became {order.status}")
        if not before.trade_ids <= order.trade_ids:
            self._report("I5", f"{name}: a fill was forgotten")

    def _check_truth(self, name: str, order: Order) -> None:
        true = self._find(name, order)
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
        for true in self._exchange.market.ledger.all_fills:
            if (true.trade_id, true.order_id) == (fill.trade_id, fill.order_id):
                if (true.quantity, true.price) != (fill.quantity, fill.price):
                    self._report("I6", f"fill {fill.trade_id} has other numbers than it had")
                return
        self._report("I6", f"fill {fill.trade_id} never was")

    def _find(self, name: str, order: Order) -> TrueOrder | None:
        ledger = self._exchange.market.ledger
        if order.order_id is not None:
            return ledger.orders.get(order.order_id)
        return ledger.orders.get(ledger.newest_with(SYMBOL, name))

    def _report(self, invariant: str, text: str) -> None:
        self.violations.append(f"{invariant} at {self._now_s():.3f} s: {text}")


def differences(exchange: QuietExchange, session: Session) -> Iterator[str]:
    """Yield what the terminal shows otherwise than it is (I2, I4, I6)."""
    if session.orders.closed_because:
        yield f"orders are not taken: {session.orders.closed_because}"
    yield from _orders(exchange, session)
    yield from _fills(exchange, session)
    yield from _balances(exchange, session)
    if not exchange.is_spot:
        yield from _positions(exchange, session)


def _orders(exchange: QuietExchange, session: Session) -> Iterator[str]:
    shown = {order.order_id: order for order in session.orders.store.orders.values()}
    for order_id, true in exchange.market.ledger.orders.items():
        order = shown.pop(order_id, None)
        if order is None:
            yield f"I2 order {order_id} ({true.status}) is not shown"
            continue
        told = (order.status.value, plain(order.executed_quantity), plain(order.quantity))
        really = (true.status.value, plain(true.executed_quantity), plain(true.quantity))
        if told != really:
            yield f"I4 order {order_id} is shown as {told}, it is {really}"
        if plain(order.price) != plain(true.price):
            yield f"I4 order {order_id} is shown at {order.price}, it is at {true.price}"
        if order.cancel_pending and true.status.is_open is False:
            yield f"I4 order {order_id} is shown as being cancelled"
    for order in shown.values():
        if order.status not in OURS_ALONE - {S.SENDING}:
            yield f"I3 {order.client_order_id} is shown as {order.status}: the exchange has none"


def _fills(exchange: QuietExchange, session: Session) -> Iterator[str]:
    shown = {(fill.order_id, fill.trade_id) for fill in session.orders.store.fills.values()}
    really = {(fill.order_id, fill.trade_id) for fill in exchange.market.ledger.all_fills}
    if shown != really:
        yield f"I6 fills that are not shown: {really - shown}; that never were: {shown - really}"


def _balances(exchange: QuietExchange, session: Session) -> Iterator[str]:
    really = dict(_true_balances(exchange))
    for asset, (total, available) in really.items():
        balance = session.account.balances.get(asset)
        told = (plain(balance.total), plain(balance.available)) if balance else ("0", "0")
        if told != (total, available):
            yield f"I4 {asset} is shown as {told}, it is {(total, available)}"


def _true_balances(exchange: QuietExchange) -> Iterator[tuple[str, tuple[str, str]]]:
    desk: Any = exchange.face.desk
    if exchange.is_spot:
        answer = SPOT_ENDPOINTS["GET", "/api/v3/account"].handler(desk, Parameters({}))
        for row in answer["balances"]:
            free, locked = Decimal(str(row["free"])), Decimal(str(row["locked"]))
            yield row["asset"], (plain(free + locked), plain(free))
        return
    answer = USDM_ENDPOINTS["GET", "/fapi/v3/account"].handler(desk, Parameters({}))
    for row in answer["assets"]:
        total, available = Decimal(row["walletBalance"]), Decimal(row["availableBalance"])
        yield row["asset"], (plain(total), plain(available))


def _positions(exchange: QuietExchange, session: Session) -> Iterator[str]:
    desk: Any = exchange.face.desk
    answer = USDM_ENDPOINTS["GET", "/fapi/v3/positionRisk"].handler(desk, Parameters({}))
    really = {
        (row["symbol"], str(row["positionSide"])): (row["positionAmt"], row["entryPrice"])
        for row in answer
        if Decimal(row["positionAmt"])
    }
    told = {
        (held.symbol, held.position_side.value): (held.amount, held.entry_price)
        for held in session.account.positions.values()
    }
    if told.keys() != really.keys():
        yield f"I4 positions {sorted(told)} are shown, there are {sorted(really)}"
    for key in told.keys() & really.keys():
        if told[key] != tuple(map(Decimal, really[key])):
            yield f"I4 position {key} is shown as {told[key]}, it is {really[key]}"
