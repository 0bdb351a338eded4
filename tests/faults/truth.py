"""What is really so at the exchange, and where a terminal shows it otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from terminal_app.domain.instrument import plain
from terminal_app.domain.order import OrderStatus
from terminal_app.practice.http.params import Parameters
from terminal_app.practice.rest.spot import SPOT_ENDPOINTS
from terminal_app.practice.rest.usdm import USDM_ENDPOINTS
from terminal_app.services.session import Session
from tests.faults.exchange import QuietExchange

# What an order of ours may be shown as while the exchange does not know it.
OURS_ALONE = frozenset({OrderStatus.NOT_SENT, OrderStatus.REJECTED, OrderStatus.UNKNOWN})


@dataclass(frozen=True, slots=True)
class TrueOrder:
    """Hold how an order really stands; numbers as plain texts."""

    status: str
    executed: str
    quantity: str
    price: str


@dataclass(frozen=True, slots=True)
class Truth:
    """Hold how an account really stands.

    `waiting` are the conditional orders of USDⓈ-M: number, size, price.
    `balances` are total and available by asset, either None where it moves with the market;
    `positions` are amount and entry price by symbol and position side.
    """

    orders: Mapping[int, TrueOrder]
    fills: frozenset[tuple[int, int]]
    balances: Mapping[str, tuple[str, str | None]]
    positions: Mapping[tuple[str, str], tuple[str, str]]
    waiting: frozenset[tuple[int, str, str]] = frozenset()


def truth_of(exchange: QuietExchange) -> Truth:
    """Return how the account stands in the engine."""
    ledger, desk = exchange.market.ledger, cast(Any, exchange.face.desk)
    orders = {
        order.order_id: TrueOrder(
            order.status.value,
            plain(order.executed_quantity),
            plain(order.quantity),
            plain(order.price),
        )
        for order in ledger.orders.values()
    }
    fills = frozenset((fill.order_id, fill.trade_id) for fill in ledger.all_fills)
    if exchange.is_spot:
        account = SPOT_ENDPOINTS["GET", "/api/v3/account"].handler(desk, Parameters({}))
        return Truth(orders, fills, dict(_spot_balances(account)), {})
    account = USDM_ENDPOINTS["GET", "/fapi/v3/account"].handler(desk, Parameters({}))
    risks = USDM_ENDPOINTS["GET", "/fapi/v3/positionRisk"].handler(desk, Parameters({}))
    return Truth(
        orders, fills, dict(_usdm_balances(account)), dict(_positions(risks)), _waiting(exchange)
    )


def _waiting(exchange: QuietExchange) -> frozenset[tuple[int, str, str]]:
    assert exchange.usdm is not None
    return frozenset(
        (algo.algo_id, plain(algo.quantity), plain(algo.price))
        for algo in exchange.usdm.algos.book.waiting()
    )


def truth_from_answers(
    orders: Mapping[int, TrueOrder], fills: frozenset[tuple[int, int]], account: Any, risks: Any
) -> Truth:
    """Return how the account stands by what a running exchange wrote down and answers."""
    if risks is None:
        return Truth(orders, fills, dict(_spot_balances(account)), {})
    balances = {asset: (total, None) for asset, (total, _) in _usdm_balances(account)}
    return Truth(orders, fills, balances, dict(_positions(risks)))


def differences(truth: Truth, session: Session) -> Iterator[str]:
    """Yield what the terminal shows otherwise than it is (I2, I3, I4, I6)."""
    if session.orders.closed_because:
        yield f"I2 orders are not taken: {session.orders.closed_because}"
    yield from _other_orders(truth, session)
    shown = {(fill.order_id, fill.trade_id) for fill in session.orders.store.fills.values()}
    if shown != truth.fills:
        never = shown - truth.fills
        yield f"I6 fills that are not shown: {set(truth.fills - shown)}; that never were: {never}"
    for asset, (total, available) in truth.balances.items():
        balance = session.account.balances.get(asset)
        told = (plain(balance.total), plain(balance.available)) if balance else ("0", "0")
        if told[0] != total or available not in (None, told[1]):
            yield f"I4 {asset} is shown as {told}, it is {(total, available)}"
    yield from _other_positions(truth, session)


def _other_orders(truth: Truth, session: Session) -> Iterator[str]:
    known = list(session.orders.store.orders.values())
    shown = {order.order_id: order for order in known if not order.is_conditional}
    waiting = {
        (order.order_id, plain(order.quantity), plain(order.price))
        for order in known
        if order.is_conditional and order.status.is_working
    }
    if waiting != truth.waiting:
        yield f"I4 waiting orders {waiting} are shown, there are {set(truth.waiting)}"
    for order_id, true in truth.orders.items():
        order = shown.pop(order_id, None)
        if order is None:
            yield f"I2 order {order_id} ({true.status}) is not shown"
            continue
        told = TrueOrder(
            order.status.value,
            plain(order.executed_quantity),
            plain(order.quantity),
            plain(order.price),
        )
        if told != true:
            yield f"I4 order {order_id} is shown as {told}, it is {true}"
        if order.cancel_pending or order.amend_pending:
            yield f"I4 order {order_id} is shown as being changed"
    for order in shown.values():
        if order.status not in OURS_ALONE:
            yield f"I3 {order.client_order_id} is shown as {order.status}: the exchange has none"


def _other_positions(truth: Truth, session: Session) -> Iterator[str]:
    told = {
        (held.symbol, held.position_side.value): (plain(held.amount), plain(held.entry_price))
        for held in session.account.positions.values()
    }
    if told != truth.positions:
        yield f"I4 positions {told} are shown, there are {truth.positions}"


def _spot_balances(account: Any) -> Iterator[tuple[str, tuple[str, str]]]:
    for row in account["balances"]:
        free, locked = Decimal(str(row["free"])), Decimal(str(row["locked"]))
        yield row["asset"], (plain(free + locked), plain(free))


def _usdm_balances(account: Any) -> Iterator[tuple[str, tuple[str, str]]]:
    for row in account["assets"]:
        total, available = Decimal(row["walletBalance"]), Decimal(row["availableBalance"])
        yield row["asset"], (plain(total), plain(available))


def _positions(risks: Any) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    for row in risks:
        amount = Decimal(row["positionAmt"])
        if amount:
            entry = plain(Decimal(row["entryPrice"]))
            yield (row["symbol"], str(row["positionSide"])), (plain(amount), entry)
