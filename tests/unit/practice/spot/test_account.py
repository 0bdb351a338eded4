"""Spot money: locks, fees, and that nothing is ever owed."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal_app.practice.engine.kinds import OrderType, Side, TimeInForce
from terminal_app.practice.engine.model import OrderRequest
from terminal_app.practice.errors import ExchangeError
from tests.helpers.engine import QuietSpot, limit, market, quiet_spot

D = Decimal


def _held(desk: QuietSpot, asset: str) -> tuple[Decimal, ...]:
    balance = next(b for b in desk.market.balances() if b.asset == asset)
    return balance.free, balance.locked


def test_a_fresh_account_holds_the_promised_amounts() -> None:
    desk = quiet_spot()
    assert _held(desk, "USDT") == (D(10_000), D(0))
    assert _held(desk, "BTC") == (D("0.5"), D(0))


def test_a_resting_buy_locks_and_a_better_price_gives_back() -> None:
    desk = quiet_spot()
    resting = desk.market.place(limit(Side.BUY, "50000", "0.1")).order
    assert _held(desk, "USDT") == (D(5_000), D(5_000))
    desk.hit(Side.SELL, "0.04")
    assert _held(desk, "USDT") == (D(5_000), D(3_000))
    desk.market.cancel("BTCUSDT", resting.order_id)
    assert _held(desk, "USDT") == (D(8_000), D(0))
    desk.offer(Side.SELL, "49990", "0.02")
    placed = desk.market.place(limit(Side.BUY, "50000", "0.03"))
    assert placed.order.cumulative_quote == D("999.80")
    assert _held(desk, "USDT") == (D("6500.20"), D(500))


def test_fees_come_from_what_is_received() -> None:
    desk = quiet_spot()
    desk.offer(Side.SELL, "50000", "0.1")
    bought = desk.market.place(market(Side.BUY, "0.1")).fills[0]
    assert (bought.commission, bought.commission_asset) == (D("0.0001"), "BTC")
    assert _held(desk, "BTC")[0] == D("0.5999")
    desk.market.place(limit(Side.SELL, "50000", "0.1"))
    desk.hit(Side.BUY, "0.1")
    sold = desk.market.fills("BTCUSDT", 10)[-1]
    assert (sold.commission, sold.commission_asset, sold.is_maker) == (D(5), "USDT", True)
    assert _held(desk, "USDT") == (D(9_995), D(0))


def test_a_quote_amount_buys_as_many_steps_as_it_pays_for() -> None:
    desk = quiet_spot()
    desk.offer(Side.SELL, "50000", "0.001")
    desk.offer(Side.SELL, "60000", "1")
    request = OrderRequest("BTCUSDT", Side.BUY, OrderType.MARKET, quote_order_quantity=D("100.00"))
    order = desk.market.place(request).order
    assert (order.executed_quantity, order.cumulative_quote) == (D("0.00183"), D("99.80"))


def test_a_quote_amount_that_the_book_cannot_fill_expires() -> None:
    desk = quiet_spot()
    desk.offer(Side.SELL, "50000", "0.001")
    request = OrderRequest("BTCUSDT", Side.BUY, OrderType.MARKET, quote_order_quantity=D("100.00"))
    order = desk.market.place(request).order
    assert (order.quantity, order.executed_quantity) == (D("0.002"), D("0.001"))
    assert (order.status, order.expiry_reason) == ("EXPIRED", "INSUFFICIENT_LIQUIDITY")


def test_a_quote_amount_for_more_than_a_market_order_may_be_is_refused() -> None:
    desk = quiet_spot()
    desk.offer(Side.SELL, "50000", "200")
    with pytest.raises(ExchangeError) as refusal:
        desk.market.place(
            OrderRequest("BTCUSDT", Side.BUY, OrderType.MARKET, quote_order_quantity=D(6_000_001))
        )
    assert refusal.value.message == "Filter failure: MARKET_LOT_SIZE"


_ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["limit", "ioc", "market", "quote", "cancel", "offer", "hit"]),
        st.sampled_from([Side.BUY, Side.SELL]),
        st.integers(min_value=49_900, max_value=50_100),
        st.integers(min_value=1, max_value=60_000),
    ),
    max_size=40,
)


def _act(desk: QuietSpot, what: str, side: Side, price: int, lots: int) -> None:
    quantity = format(D(lots) * D("0.00001"), "f")
    if what == "limit":
        desk.market.place(limit(side, str(price), quantity))
    elif what == "ioc":
        desk.market.place(limit(side, str(price), quantity, TimeInForce.IOC))
    elif what == "market":
        desk.market.place(market(side, quantity))
    elif what == "quote":
        amount = D(lots)
        desk.market.place(
            OrderRequest("BTCUSDT", side, OrderType.MARKET, quote_order_quantity=amount)
        )
    elif what == "cancel":
        for order in desk.market.open_orders()[:1]:
            desk.market.cancel("BTCUSDT", order.order_id)
    elif what == "hit":
        desk.hit(side, quantity)
    elif not desk.listing.book.levels(side.opposite, 1) or _is_clear(desk, side, price):
        desk.offer(side, str(price), quantity)


def _is_clear(desk: QuietSpot, side: Side, price: int) -> bool:
    best = desk.listing.book.levels(side.opposite, 1)[0][0] * D("0.01")
    return price < best if side is Side.BUY else price > best


@settings(max_examples=60, deadline=None)
@given(_ACTIONS)
def test_no_balance_ever_falls_below_zero(actions: list[tuple[str, Side, int, int]]) -> None:
    desk = quiet_spot()
    paid = dict.fromkeys(("BTC", "USDT"), D(0))
    for what, side, price, lots in actions:
        with contextlib.suppress(ExchangeError):
            _act(desk, what, side, price, lots)
        needed = dict.fromkeys(("BTC", "USDT"), D(0))
        for order in desk.market.open_orders():
            if order.side is Side.BUY:
                needed["USDT"] += order.price * order.remaining
            else:
                needed["BTC"] += order.remaining
        for asset in ("BTC", "USDT"):
            free, locked = _held(desk, asset)
            assert free >= 0
            assert locked == needed[asset]
    expected = {"BTC": D("0.5"), "USDT": D(10_000)}
    for fill in desk.market.fills("BTCUSDT", 10_000):
        sign = 1 if fill.side is Side.BUY else -1
        expected["BTC"] += sign * fill.quantity
        expected["USDT"] -= sign * fill.quote_quantity
        paid[fill.commission_asset] += fill.commission
    for asset, amount in expected.items():
        assert sum(_held(desk, asset)) == amount - paid[asset]
