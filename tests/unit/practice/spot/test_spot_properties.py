"""Whatever is ordered: money conserves, nothing fills beyond its size, price and time decide."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal_app.practice.engine.kinds import (
    OrderType,
    SelfTradePrevention,
    Side,
    TimeInForce,
)
from terminal_app.practice.engine.model import OrderRequest
from terminal_app.practice.errors import ExchangeError
from tests.helpers.engine import QuietSpot, quiet_spot

D = Decimal
BTC = "BTCUSDT"
BUY, SELL = Side.BUY, Side.SELL
MODES = [mode for mode in SelfTradePrevention if mode is not SelfTradePrevention.NONE]
SIDES, LOTS = st.sampled_from(Side), st.integers(1, 40)
PRICES = st.integers(-5, 5)


def amount(lots: int) -> Decimal:
    return D(lots) / 1000


def price(step: int) -> Decimal:
    return D(50_000 + 10 * step)


@st.composite
def requests(draw: st.DrawFn) -> OrderRequest:
    """Draw an order of any type around 50,000."""
    order_type = draw(st.sampled_from(OrderType))
    quantity = draw(LOTS)
    is_limit = order_type is OrderType.LIMIT
    iceberg = draw(st.integers(0, quantity - 1)) if is_limit else 0
    times = (TimeInForce.GTC,) if iceberg or not is_limit else tuple(TimeInForce)[:3]
    return OrderRequest(
        symbol=BTC,
        side=draw(SIDES),
        order_type=order_type,
        time_in_force=draw(st.sampled_from(times)),
        quantity=amount(quantity),
        price=None if order_type.is_market else price(draw(PRICES)),
        stop_price=price(draw(PRICES)) if order_type.is_conditional else None,
        iceberg_quantity=amount(iceberg) if iceberg else None,
        self_trade_prevention=draw(st.sampled_from(MODES)),
    )


@dataclass(frozen=True)
class Crowd:
    """Let somebody rest an order, or take when `step` is None."""

    side: Side
    lots: int
    step: int | None


@dataclass(frozen=True)
class Change:
    """Cancel an open order, or make it smaller: which one, and to how many hundredths."""

    which: int
    hundredths: int


CROWD = st.builds(Crowd, SIDES, LOTS, st.none() | PRICES)
CHANGES = st.builds(Change, st.integers(0, 9), st.integers(0, 99))


def act(desk: QuietSpot, action: OrderRequest | Crowd | Change) -> None:
    match action:
        case OrderRequest():
            desk.market.place(action)
        case Change():
            change(desk, action)
        case Crowd(side, lots, None):
            desk.hit(side, format(amount(lots), "f"))
        case Crowd(side, lots, step):
            best = desk.listing.book.levels(side.opposite, 1)
            asked = price(step or 0)
            ticks = int(asked * 100)
            if not best or (ticks < best[0][0] if side is BUY else ticks > best[0][0]):
                desk.offer(side, format(asked, "f"), format(amount(lots), "f"))


def change(desk: QuietSpot, action: Change) -> None:
    orders = desk.market.open_orders()
    if not orders:
        return
    order = orders[action.which % len(orders)]
    if not action.hundredths:
        desk.market.cancel(BTC, order.order_id)
        return
    wanted = (order.quantity * action.hundredths / 100).quantize(D("0.00001"))
    desk.market.amend(BTC, order.order_id, None, wanted)


def check_money(desk: QuietSpot) -> None:
    balances = {row.asset: row for row in desk.market.balances()}
    owned = {"USDT": D(10_000), "BTC": D("0.5")}
    locked = {"USDT": D(0), "BTC": D(0)}
    for fill in desk.market.fills(BTC, 1_000):
        sign = 1 if fill.side is BUY else -1
        owned["BTC"] += sign * fill.quantity
        owned["USDT"] -= sign * fill.price * fill.quantity
        owned[fill.commission_asset] -= fill.commission
    for order in desk.market.open_orders():
        locked["USDT" if order.side is BUY else "BTC"] += order.reserve * order.remaining
    for asset, total in owned.items():
        assert balances[asset].free + balances[asset].locked == total
        assert balances[asset].locked == locked[asset]
        assert balances[asset].free >= 0


def check_orders(desk: QuietSpot) -> None:
    filled: dict[int, Decimal] = {}
    for fill in desk.market.fills(BTC, 1_000):
        filled[fill.order_id] = filled.get(fill.order_id, D(0)) + fill.quantity
    for order in desk.market.all_orders(BTC, 1_000):
        assert order.executed_quantity == filled.get(order.order_id, 0)
        assert order.executed_quantity + order.prevented_quantity <= order.quantity
        assert order.status.is_open or order.order_id not in {
            each.order_id for each in desk.market.open_orders()
        }
        assert not order.status.is_open or order.remaining > 0


def check_book(desk: QuietSpot) -> None:
    bids, asks = (desk.listing.book.levels(side, 1_000) for side in (BUY, SELL))
    assert not bids or not asks or bids[0][0] < asks[0][0]
    assert all(lots > 0 for _, lots in (*bids, *asks))


@settings(max_examples=80, deadline=None)
@given(st.lists(requests() | CROWD | CHANGES, min_size=1, max_size=25))
def test_money_conserves_and_the_book_is_never_crossed(
    actions: list[OrderRequest | Crowd | Change],
) -> None:
    desk, refusals = quiet_spot(), {-1013, -2010, -2038}
    for action in actions:
        try:
            act(desk, action)
        except ExchangeError as refusal:
            refusals.add(refusal.code)
        check_money(desk)
        check_orders(desk)
        check_book(desk)
    assert len(refusals) == 3
    desk.close()


@dataclass
class Queue:
    """Keep resting orders as a list and take them by price, then by arrival."""

    orders: list[tuple[int, int, int]] = field(default_factory=list)  # ticks, id, lots
    filled: dict[int, int] = field(default_factory=dict)

    def take(self, lots: int) -> None:
        while lots and self.orders:
            best = min(self.orders, key=lambda row: row[0])
            place = self.orders.index(best)
            traded = min(lots, best[2])
            lots -= traded
            self.filled[best[1]] = self.filled.get(best[1], 0) + traded
            left = best[2] - traded
            self.orders[place : place + 1] = [(best[0], best[1], left)] if left else []

    def shrink(self, order_id: int, by: int) -> None:
        for place, (ticks, number, lots) in enumerate(self.orders):
            if number == order_id:
                self.orders[place] = (ticks, number, lots - by)


STEPS = st.tuples(
    st.sampled_from(("own", "crowd", "take", "amend", "cancel")),
    st.integers(1, 2),
    st.integers(2, 30),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(STEPS, min_size=20, max_size=40))
def test_price_then_time_decides_and_an_amendment_keeps_the_place(
    steps: list[tuple[str, int, int]],
) -> None:
    desk, queue = quiet_spot(), Queue()
    sell = OrderRequest(BTC, SELL, OrderType.LIMIT, quantity=D(0), price=D(0))
    for name, level, lots in steps:
        asked, quantity = price(level), amount(lots)
        opened = desk.market.open_orders()
        if name == "own" and lots <= 20:
            desk.market.place(replace(sell, price=asked, quantity=quantity))
            newest = desk.market.all_orders(BTC, 1)[0].order_id
            queue.orders.append((level, newest, lots))
        elif name == "crowd":
            desk.offer(SELL, format(asked, "f"), format(quantity, "f"))
            queue.orders.append((level, 0, lots))
        elif name == "take":
            desk.hit(BUY, format(quantity, "f"))
            queue.take(lots)
        elif opened and name == "amend":
            order = opened[level % len(opened)]
            if order.remaining > amount(1):
                desk.market.amend(BTC, order.order_id, None, order.quantity - amount(1))
                queue.shrink(order.order_id, 1)
        elif opened and name == "cancel":
            order = opened[level % len(opened)]
            desk.market.cancel(BTC, order.order_id)
            queue.orders = [row for row in queue.orders if row[1] != order.order_id]
        for order in desk.market.all_orders(BTC, 1_000):
            assert order.executed_quantity == amount(queue.filled.get(order.order_id, 0))
    desk.close()
