"""Whatever the market does: one order of a pair fills at most, and the money is all there."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal_app.practice.engine.kinds import OrderStatus, OrderType, Side, TimeInForce
from terminal_app.practice.engine.model import OrderRequest
from terminal_app.practice.engine.order_list import ListKind, ListRequest
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.spot.money import paying_asset
from tests.helpers.engine import QuietSpot, quiet_spot

BUY, SELL = Side.BUY, Side.SELL
D = Decimal
BTC, USDT = "BTC", "USDT"
SIDES = st.sampled_from((BUY, SELL))
LOTS = st.integers(1, 8)
OFFSETS = st.integers(1, 6)
PLACE = st.tuples(st.just("place"), st.sampled_from(ListKind), SIDES, LOTS, OFFSETS)
TRADE = st.tuples(st.just("trade"), st.just(ListKind.OCO), SIDES, LOTS, OFFSETS)
CANCEL = st.tuples(st.just("cancel"), st.just(ListKind.OCO), SIDES, LOTS, OFFSETS)
AMEND = st.tuples(st.just("amend"), st.just(ListKind.OCO), SIDES, LOTS, OFFSETS)
ANYTHING = st.one_of(PLACE, PLACE, TRADE, TRADE, TRADE, CANCEL, AMEND)
ACTIONS = st.lists(ANYTHING, min_size=2, max_size=14)
Action = tuple[str, ListKind, Side, int, int]


def pair(side: Side, quantity: Decimal | None, offset: int) -> tuple[OrderRequest, OrderRequest]:
    away = 500 * offset
    stop_type = OrderType.STOP_LOSS_LIMIT if offset % 2 else OrderType.STOP_LOSS
    limit_type = OrderType.LIMIT_MAKER if offset % 3 else OrderType.TAKE_PROFIT
    sign = 1 if side is SELL else -1
    stop = D(50_000 - sign * away)
    far = D(50_000 + sign * away)
    resting = OrderRequest(
        "BTCUSDT",
        side,
        limit_type,
        quantity=quantity,
        price=far if limit_type is OrderType.LIMIT_MAKER else None,
        stop_price=None if limit_type is OrderType.LIMIT_MAKER else far,
    )
    protecting = OrderRequest(
        "BTCUSDT",
        side,
        stop_type,
        quantity=quantity,
        price=stop - sign * 100 if stop_type is OrderType.STOP_LOSS_LIMIT else None,
        stop_price=stop,
    )
    return (resting, protecting) if side is SELL else (protecting, resting)


def request(kind: ListKind, side: Side, lots: int, offset: int) -> ListRequest:
    quantity = D(lots) / 100
    if kind is ListKind.OCO:
        return ListRequest(kind, pair(side, quantity, offset))
    price = D(50_000 - 300 * offset if side is BUY else 50_000 + 300 * offset)
    working = OrderRequest(
        "BTCUSDT",
        side,
        OrderType.LIMIT,
        time_in_force=TimeInForce.GTC if lots % 4 else TimeInForce.IOC,
        quantity=quantity,
        price=price,
    )
    pending = pair(side.opposite, None if kind.pays_for_pending else quantity, offset)
    return ListRequest(kind, (working, *(pending if kind.has_pair else pending[:1])))


def act(desk: QuietSpot, action: Action) -> None:
    what, kind, side, lots, offset = action
    try:
        match what:
            case "place":
                desk.market.place_list(request(kind, side, lots, offset))
            case "cancel" if held := desk.market.lists.open_in():
                desk.market.cancel_list("BTCUSDT", held[lots % len(held)].order_list_id, None)
            case "amend" if found := desk.market.open_orders():
                number = found[offset % len(found)].order_id
                desk.market.amend("BTCUSDT", number, None, D(lots) / 100)
            case _:
                away = 500 * offset if side is BUY else -500 * offset
                desk.offer(side.opposite, str(50_000 + away), "0.03")
                desk.hit(side, format(D(lots) / 100, "f"))
    except ExchangeError:
        return


def check(desk: QuietSpot) -> None:
    market = desk.market
    balances = {row.asset: row for row in market.balances()}
    fills, orders = market.fills("BTCUSDT", 1_000), market.ledger.orders
    held = {BTC: D("0.5"), USDT: D(10_000)}
    for fill in fills:
        sign = 1 if fill.side is BUY else -1
        held[BTC] += sign * fill.quantity
        held[USDT] -= sign * fill.quote_quantity
        held[fill.commission_asset] -= fill.commission
    locked = {BTC: D(0), USDT: D(0)}
    for order in market.ledger.open_in(None):
        locked[paying_asset(order, desk.listing.rules)] += order.reserve * order.remaining
    for asset in (BTC, USDT):
        row = balances[asset]
        assert row.free + row.locked == held[asset]
        assert row.locked == locked[asset]
        assert row.free >= 0
    for kept in market.lists:
        filled = [number for number in kept.pair if orders[number].executed_quantity]
        assert len(filled) < 2
        states = {number: orders[number].status for number in kept.order_ids}
        assert kept.is_open == any(state.is_open for state in states.values())
        begun = [states[number] for number in kept.pending_order_ids]
        if begun and states[kept.working_order_id] is not OrderStatus.FILLED:
            assert not any(orders[number].executed_quantity for number in kept.pending_order_ids)


@settings(max_examples=120, deadline=None)
@given(actions=ACTIONS)
def test_one_order_of_a_pair_fills_and_money_conserves(actions: list[Action]) -> None:
    desk = quiet_spot()
    for action in actions:
        act(desk, action)
        check(desk)
    desk.market.cancel_everything()
    check(desk)
    assert all(row.locked == 0 for row in desk.market.balances())
