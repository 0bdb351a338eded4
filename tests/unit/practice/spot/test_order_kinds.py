"""Self-trade prevention, icebergs, pegs and BNB commission."""

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.practice.engine.kinds import (
    ExecutionType,
    OrderStatus,
    OrderType,
    PegPriceType,
    SelfTradePrevention,
    Side,
)
from terminal_app.practice.engine.model import Order
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.spot.commission import CommissionTable, Rates
from tests.helpers.engine import QuietSpot, limit, market, quiet_spot

BUY, SELL = Side.BUY, Side.SELL
D = Decimal
STP = SelfTradePrevention
NEW, FILLED, GONE = OrderStatus.NEW, OrderStatus.FILLED, OrderStatus.EXPIRED_IN_MATCH


def _now(desk: QuietSpot, order: Order) -> Order:
    return desk.market.order("BTCUSDT", order.order_id)


# The scenarios of Binance's questions and answers on self-trade prevention, at other prices:
# mode, quantities of makers and taker, then what each maker and the taker end as.
@pytest.mark.parametrize(
    ("mode", "makers", "taker", "ends", "taker_end"),
    [
        ("EXPIRE_MAKER", ["0.012", "0.013"], "0.03", [("X", "0.012"), ("X", "0.013")], ("N", "0")),
        ("EXPIRE_TAKER", ["0.012", "0.013"], "0.03", [("N", "0"), ("N", "0")], ("X", "0.03")),
        ("EXPIRE_BOTH", ["0.01", "0.01"], "0.03", [("X", "0.01"), ("N", "0")], ("X", "0.03")),
        ("DECREMENT", ["0.06"], "0.02", [("N", "0.02")], ("X", "0.02")),
        ("TRANSFER", ["0.01", "0.03"], "0.02", [("X", "0.01"), ("N", "0.01")], ("X", "0.02")),
    ],
)
def test_orders_of_the_account_that_meet_do_what_the_takers_mode_says(
    mode: str,
    makers: list[str],
    taker: str,
    ends: list[tuple[str, str]],
    taker_end: tuple[str, str],
) -> None:
    desk = quiet_spot()
    resting = [desk.market.place(limit(BUY, "50000", each)).order for each in makers]
    request = replace(limit(SELL, "50000", taker), self_trade_prevention=STP(mode))
    placed = desk.market.place(request)
    assert placed.fills == ()
    names = {"X": GONE, "N": NEW}
    found = [_now(desk, order) for order in (*resting, placed.order)]
    expected = [(names[end], D(lost)) for end, lost in (*ends, taker_end)]
    assert [(order.status, order.prevented_quantity) for order in found] == expected
    assert [row.prevented_match_id for row in placed.prevented] == list(
        range(1, len(placed.prevented) + 1)
    )
    losses = [D(lost) for _, lost in (*ends, taker_end) if D(lost)]
    told = {
        event.order.order_id
        for event in desk.recorder.orders()
        if event.execution_type is ExecutionType.TRADE_PREVENTION
    }
    assert len(told) == len(losses)
    open_buys = sum((o.price * o.remaining for o in found[:-1] if o.status is NEW), D(0))
    usdt = next(row for row in desk.market.balances() if row.asset == "USDT")
    assert usdt.locked == open_buys
    assert usdt.free + usdt.locked == D(10_000)


def test_spot_symbols_do_not_allow_to_prevent_nothing() -> None:
    with pytest.raises(ExchangeError) as refusal:
        quiet_spot().market.place(
            replace(limit(BUY, "50000", "0.01"), self_trade_prevention=STP.NONE)
        )
    assert refusal.value.code == -1013


def test_an_iceberg_shows_a_part_and_goes_to_the_end_of_the_queue_for_the_next() -> None:
    desk = quiet_spot()
    request = replace(limit(BUY, "50000", "0.05"), iceberg_quantity=D("0.02"))
    mine = desk.market.place(request).order
    desk.offer(BUY, "50000", "0.01")
    assert desk.market.data.depth("BTCUSDT", 1).bids == ((D(50_000), D("0.03")),)
    desk.hit(SELL, "0.02")
    assert _now(desk, mine).executed_quantity == D("0.02")
    assert desk.market.data.depth("BTCUSDT", 1).bids == ((D(50_000), D("0.03")),)
    desk.hit(SELL, "0.01")
    assert _now(desk, mine).executed_quantity == D("0.02")
    desk.hit(SELL, "0.02")
    assert _now(desk, mine).executed_quantity == D("0.04")
    desk.hit(SELL, "0.01")
    assert _now(desk, mine).status is FILLED


@pytest.mark.parametrize(
    ("iceberg", "message"),
    [
        ("0.05", "IcebergQty exceeds QTY."),
        ("0.0004", "Filter failure: ICEBERG_PARTS"),
        ("0.000001", "Filter failure: LOT_SIZE"),
    ],
)
def test_iceberg_parts_are_bounded(iceberg: str, message: str) -> None:
    request = replace(limit(BUY, "50000", "0.05"), iceberg_quantity=D(iceberg))
    with pytest.raises(ExchangeError, match=message):
        quiet_spot().market.place(request)


@pytest.mark.parametrize(
    ("peg", "offset", "price"),
    [
        (PegPriceType.PRIMARY, None, "49990"),
        (PegPriceType.PRIMARY, 1, "49980"),
        (PegPriceType.MARKET, None, "50010"),
        (PegPriceType.MARKET, 1, "50030"),
    ],
)
def test_a_pegged_order_takes_the_price_of_the_moment_and_keeps_it(
    peg: PegPriceType, offset: int | None, price: str
) -> None:
    desk = quiet_spot()
    for side, level in ((BUY, "49990"), (BUY, "49980"), (SELL, "50010"), (SELL, "50030")):
        desk.offer(side, level, "0.01")
    request = replace(limit(BUY, "0", "0.001"), price=None, peg_price_type=peg, peg_offset=offset)
    order = desk.market.place(request).order
    assert (order.price, order.pegged_price) == (D(0), D(price))
    desk.offer(BUY, "50000", "0.01")
    assert _now(desk, order).pegged_price == D(price)


def test_a_stop_is_pegged_when_it_triggers() -> None:
    desk = quiet_spot()
    desk.offer(BUY, "49000", "0.01")
    desk.offer(SELL, "50000", "0.01")
    kind = OrderType.STOP_LOSS_LIMIT
    request = limit(SELL, "0", "0.001", order_type=kind)
    stop = replace(request, price=None, stop_price=D("49500"), peg_price_type=PegPriceType.PRIMARY)
    order = desk.market.place(stop).order
    assert order.pegged_price == 0
    desk.hit(SELL, "0.001")
    assert _now(desk, order).pegged_price == D("50000")


def test_a_peg_needs_a_book_and_a_type_that_goes_with_it() -> None:
    desk = quiet_spot()
    pegged = replace(
        limit(BUY, "0", "0.01"), price=None, peg_price_type=PegPriceType.PRIMARY, peg_offset=3
    )
    with pytest.raises(ExchangeError, match="liquidity is too low for this pegged order"):
        desk.market.place(pegged)
    maker = replace(pegged, order_type=OrderType.LIMIT_MAKER, peg_price_type=PegPriceType.MARKET)
    with pytest.raises(ExchangeError, match="This price peg cannot be used with this order type"):
        desk.market.place(maker)


def test_commission_is_the_sum_of_its_kinds_and_only_the_standard_part_is_discounted() -> None:
    table = CommissionTable(
        standard=Rates(D("0.0000001"), D("0.0000002"), D("0.0000003"), D("0.0000004")),
        special=Rates(D("0.01"), D("0.02"), D("0.03"), D("0.04")),
        tax=Rates(D("0.00000112"), D("0.00000114"), D("0.00000118"), D("0.00000116")),
        discount=D("0.25"),
    )
    # Selling one unit for 35,000 as taker: 0.021 standard, 0.0805 tax, 2,100 special.
    assert table.amount(D(35_000), SELL, is_maker=False) == D("2100.1015")
    paid = table.discounted(D(35_000), SELL, is_maker=False, price=D(260))
    assert paid == ((D("0.021") / 4 + D("0.0805") + 2100) / 260).quantize(D("1e-8"), "ROUND_DOWN")


def test_without_a_price_or_enough_bnb_the_asset_received_pays() -> None:
    desk = quiet_spot()
    desk.market.pay_in_bnb(True)
    desk.offer(SELL, "50000", "0.01")
    fill = desk.market.place(market(BUY, "0.01")).fills[0]
    assert (fill.commission, fill.commission_asset) == (D("0.00001"), "BTC")
