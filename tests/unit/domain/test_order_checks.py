"""An order that breaks a rule is refused here, with the nearest value that would be taken."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from terminal_app.domain.instrument import (
    ZERO,
    Instrument,
    Market,
    NotionalRule,
    OrderCounts,
    PriceBand,
    StepRange,
    TrailingRules,
)
from terminal_app.domain.market import Side
from terminal_app.domain.order_checks import (
    MarketNow,
    check_list,
    check_request,
)
from terminal_app.domain.order_request import (
    OrderListKind,
    OrderListRequest,
    OrderRequest,
    OrderType,
    PriceKind,
    TimeInForce,
    Trigger,
)
from terminal_app.errors import InvalidOrder
from tests.helpers.market_values import instrument

D = Decimal
BUY, SELL = Side.BUY, Side.SELL
T = OrderType
NOW = MarketNow(bid=D("99.9"), ask=D("100.1"), last=D(100), mark=D(101))
WIDE = StepRange(D("0.1"), D(20), D("0.1"))


def spot() -> Instrument:
    """Return a spot symbol with every rule."""
    return replace(
        instrument(),
        market=Market.SPOT,
        market_quantity=StepRange(ZERO, D(120), ZERO),
        notional=NotionalRule(D(5), D(10_000)),
        buy_band=PriceBand(D("0.2"), D("1.5")),
        sell_band=PriceBand(D("0.5"), D(5)),
        counts=OrderCounts(open=200, waiting=5, lists=20, iceberg_parts=10),
        trailing=TrailingRules(
            StepRange(D("0.1"), D(20), D("0.01")), StepRange(D("0.5"), D(10), D("0.01"))
        ),
    )


def perpetual() -> Instrument:
    """Return a perpetual with every rule."""
    return replace(
        instrument(),
        contract="PERPETUAL",
        market_quantity=StepRange(D("0.001"), D(120), D("0.001")),
        buy_band=PriceBand(up=D("1.05")),
        sell_band=PriceBand(down=D("0.95")),
        trailing=TrailingRules(WIDE, WIDE),
    )


def order(side: Side, type_: OrderType, size: str | None = "1", **more: Any) -> OrderRequest:
    """Return an order; prices are texts."""
    for name in ("price", "visible_quantity", "quote_quantity"):
        if name in more:
            more[name] = D(more[name])
    return OrderRequest(
        Market.SPOT, "BTCUSDT", side, type_, None if size is None else D(size), **more
    )


def stop(price: str | None, kind: PriceKind = PriceKind.LAST, back: str | None = None) -> Trigger:
    """Return a trigger."""
    return Trigger(None if price is None else D(price), kind, None if back is None else D(back))


def waiting(side: Side, type_: OrderType, trigger: Trigger | None, **more: Any) -> OrderRequest:
    """Return an order that waits."""
    return order(side, type_, trigger=trigger, **more)


def refusal(rules: Instrument, wanted: OrderRequest) -> InvalidOrder | None:
    """Return what an order is refused with, None where it passes."""
    try:
        check_request(rules, wanted, NOW)
    except InvalidOrder as error:
        return error
    return None


SPOT_REFUSALS = [
    (order(BUY, T.LIMIT), "Price", "needs one", "is empty", None),
    (order(BUY, T.LIMIT, price="100.05"), "Price", "multiple of 0.1", "100.05", "100 USDT"),
    (order(BUY, T.LIMIT, price="150.1"), "Price", "the most now is 150", "150.1", "150 USDT"),
    (order(SELL, T.LIMIT, price="49"), "Price", "the least now is 50", "49", "50 USDT"),
    (order(BUY, T.LIMIT, None, price="90"), "Size", "more than 0", "is empty", "0.001 BTC"),
    (order(BUY, T.LIMIT, "1.0005", price="90"), "Size", "multiple", "1.0005", "1 BTC"),
    (order(BUY, T.MARKET, "121"), "Size", "the most is 120", "121", "120 BTC"),
    (order(BUY, T.LIMIT, "0.05", price="90"), "Size", "at least 5 USDT", "0.05", "0.056 BTC"),
    (order(BUY, T.LIMIT, "119", price="90"), "Size", "at most 10000 USDT", "119", "111.111 BTC"),
    (order(BUY, T.MARKET, None, quote_quantity="4"), "Size", "least is 5 USDT", "4", "5 USDT"),
    (
        order(BUY, T.LIMIT, price="90", visible_quantity="2"),
        "Visible size", "more than the size", "2", "1 BTC",
    ),
    (
        order(BUY, T.LIMIT, price="90", visible_quantity="0.09"),
        "Visible size", "more than 10 parts", "0.09", "0.1 BTC",
    ),
    (
        order(BUY, T.LIMIT, price="90", visible_quantity="0.0005"),
        "Visible size", "the least is 0.001", "0.0005", "0.001 BTC",
    ),
    (waiting(BUY, T.STOP_MARKET, None), "Trigger price", "needs one", "is empty", None),
    (waiting(BUY, T.STOP_MARKET, stop("100.03")), "Trigger price", "multiple", "100.03",
     "100 USDT"),
    (waiting(BUY, T.STOP_MARKET, stop("100")), "Trigger price", "above the last", "100",
     "100.1 USDT"),
    (waiting(SELL, T.STOP_MARKET, stop("100")), "Trigger price", "below the last", "100",
     "99.9 USDT"),
    (waiting(BUY, T.TAKE_PROFIT_MARKET, stop("101")), "Trigger price", "below", "101", "99.9 USDT"),
    (waiting(SELL, T.TAKE_PROFIT_LIMIT, stop("99"), price="99"), "Trigger price", "above", "99",
     "100.1 USDT"),
    (waiting(SELL, T.TRAILING_STOP, stop(None)), "Callback", "needs one", "is empty", None),
    (waiting(SELL, T.TRAILING_STOP, stop(None, back="0.4")), "Callback", "least is 0.5", "0.4",
     "0.5 %"),
    (waiting(BUY, T.TRAILING_STOP, stop(None, back="21")), "Callback", "most is 20", "21", "20 %"),
    (waiting(BUY, T.TRAILING_STOP, stop(None, back="1.234")), "Callback", "multiple of 0.01",
     "1.234", "1.23 %"),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "field", "rule", "value", "nearest"), SPOT_REFUSALS)
def test_what_spot_refuses(
    request_: OrderRequest, field: str, rule: str, value: str, nearest: str | None
) -> None:
    with pytest.raises(InvalidOrder) as caught:
        check_request(spot(), request_, NOW)
    error = caught.value
    assert (error.field, error.nearest) == (field, nearest)
    assert error.value.removesuffix(" %") == value
    assert rule in error.rule


@pytest.mark.parametrize(
    "request_",
    [
        order(BUY, T.LIMIT, price="150"),
        order(BUY, T.LIMIT, price="20.1"),
        order(SELL, T.LIMIT, price="499"),
        order(BUY, T.MARKET, "120"),
        order(BUY, T.MARKET, None, quote_quantity="5.1"),
        order(BUY, T.LIMIT, price="90", visible_quantity="0.1"),
        waiting(BUY, T.STOP_MARKET, stop("100.1")),
        waiting(SELL, T.STOP_LIMIT, stop("99.9"), price="99"),
        waiting(SELL, T.TAKE_PROFIT_LIMIT, stop("105"), price="105"),
        waiting(SELL, T.TRAILING_STOP, stop(None, back="0.5")),
        waiting(BUY, T.TRAILING_STOP, stop("90", back="20")),
    ],
)
def test_what_spot_takes(request_: OrderRequest) -> None:
    check_request(spot(), request_, NOW)


@pytest.mark.parametrize(
    ("request_", "field", "rule", "nearest"),
    [
        # The band of a perpetual is about the mark price, and never binds the other way.
        (order(BUY, T.LIMIT, price="106.1"), "Price", "the most now is 106 ", "106 USDT"),
        (order(SELL, T.LIMIT, price="95.9"), "Price", "the least now is 96 ", "96 USDT"),
        (
            waiting(BUY, T.STOP_LIMIT, stop("110"), price="116"),
            "Price", "the most now is 115.5", "115.5 USDT",
        ),
        (
            waiting(BUY, T.STOP_MARKET, stop("100.5", PriceKind.MARK)),
            "Trigger price", "above the mark price 101", "101.1 USDT",
        ),
        (
            waiting(SELL, T.TRAILING_STOP, stop("99", back="1")),
            "Trigger price", "above the last price", "100.1 USDT",
        ),
        (
            waiting(SELL, T.TRAILING_STOP, stop(None, back="0.15")),
            "Callback", "multiple of 0.1", "0.2 %",
        ),
        (
            order(SELL, T.STOP_MARKET, "121", trigger=stop("90")),
            "Size", "the most is 120", "120 BTC",
        ),
    ],
)  # fmt: skip
def test_what_a_perpetual_refuses(
    request_: OrderRequest, field: str, rule: str, nearest: str
) -> None:
    with pytest.raises(InvalidOrder) as caught:
        check_request(perpetual(), request_, NOW)
    assert (caught.value.field, caught.value.nearest) == (field, nearest)
    assert rule in caught.value.rule


@pytest.mark.parametrize(
    "request_",
    [
        order(BUY, T.LIMIT, "5", price="1"),
        replace(order(SELL, T.LIMIT, price="900"), quantity=D("0.006")),
        waiting(BUY, T.STOP_LIMIT, stop("150"), price="155"),
        waiting(SELL, T.TRAILING_STOP, stop("120", back="1")),
        order(SELL, T.MARKET, "0.001", reduce_only=True),
        order(SELL, T.STOP_MARKET, None, trigger=stop("90"), close_position=True),
    ],
)
def test_what_a_perpetual_takes(request_: OrderRequest) -> None:
    check_request(perpetual(), request_, NOW)


@pytest.mark.parametrize(
    "request_", [request for request, field, *_ in SPOT_REFUSALS if "Trigger" in field][2:]
)
def test_what_is_not_known_is_left_to_the_venue(request_: OrderRequest) -> None:
    check_request(spot(), request_, MarketNow())


@pytest.mark.parametrize(
    "status", ["HALT", "BREAK", "CANCEL_ONLY", "SETTLING", "PRE_SETTLE", "NEW"]
)
def test_only_a_trading_symbol_takes_orders(status: str) -> None:
    halted = replace(spot(), status=status)
    with pytest.raises(InvalidOrder, match=rf"takes no new orders now \({status}\)"):
        check_request(halted, order(BUY, T.LIMIT, price="90"), NOW)


def test_a_full_symbol_takes_no_more() -> None:
    limit = order(BUY, T.LIMIT, price="90")
    check_request(spot(), limit, replace(NOW, open_orders=199))
    full = replace(NOW, open_orders=200, waiting_orders=5, order_lists=20)
    with pytest.raises(InvalidOrder, match="Open orders 201: the exchange keeps at most 200"):
        check_request(spot(), limit, full)
    check_request(spot(), order(BUY, T.MARKET), full)
    check_request(spot(), replace(limit, time_in_force=TimeInForce.IOC), full)
    with pytest.raises(InvalidOrder, match="Waiting orders 6"):
        check_request(spot(), waiting(BUY, T.STOP_MARKET, stop("110")), full)
    with pytest.raises(InvalidOrder, match="Order lists 21"):
        check_list(spot(), OrderListRequest(OrderListKind.OCO, ()), full)


@pytest.mark.parametrize(
    ("held", "side", "size", "nearest"),
    [
        ("0", BUY, "11", "9.99"),
        ("5", BUY, "5", "4.99"),
        ("-5", BUY, "15", "14.99"),
        ("-5", SELL, "6", "5.01"),
        ("9.99", BUY, "0.05", "0"),
    ],
)
def test_a_position_stays_within_its_bracket(
    held: str, side: Side, size: str, nearest: str
) -> None:
    now = replace(NOW, held=D(held), most_notional=D(1000))
    with pytest.raises(InvalidOrder, match="at this leverage a position may be worth at most 1000"):
        check_request(perpetual(), order(side, T.MARKET, size), now)
    with pytest.raises(InvalidOrder) as caught:
        check_request(perpetual(), order(side, T.MARKET, size), now)
    assert caught.value.nearest is not None
    assert D(caught.value.nearest.split()[0]) == pytest.approx(D(nearest), abs=D("0.001"))


def test_closing_more_than_a_bracket_allows_is_always_taken() -> None:
    now = replace(NOW, held=D(50), most_notional=D(1000))
    check_request(perpetual(), order(SELL, T.MARKET, "45"), now)


ABOVE = order(SELL, T.LIMIT, price="110")
BELOW = waiting(SELL, T.STOP_LIMIT, stop("90"), price="89.5")
LISTS = [
    (OrderListKind.OCO, (ABOVE, BELOW)),
    (OrderListKind.OTO, (order(BUY, T.LIMIT, price="95"), replace(ABOVE, price=D(96)))),
    # The pair begins to work when the first order is filled: this market is not its market.
    (OrderListKind.OTOCO, (order(BUY, T.LIMIT, price="70"), replace(ABOVE, price=D(80)),
                           replace(BELOW, trigger=stop("60"), price=D(60)))),
    (OrderListKind.OTOCO, (order(BUY, T.LIMIT, price="70"), replace(ABOVE, price=D(120)),
                           replace(BELOW, trigger=stop("105"), price=D(105)))),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "orders"), LISTS)
def test_lists_that_stand(kind: OrderListKind, orders: tuple[OrderRequest, ...]) -> None:
    check_list(spot(), OrderListRequest(kind, orders), NOW)


@pytest.mark.parametrize(
    ("kind", "orders", "field", "nearest"),
    [
        (OrderListKind.OCO, (replace(ABOVE, price=D(100)), BELOW), "Price above", "100.1 USDT"),
        (
            OrderListKind.OTOCO,
            (order(BUY, T.LIMIT, price="95"), replace(ABOVE, price=D(85)), BELOW),
            "Price above", "90.1 USDT",
        ),
        (
            OrderListKind.OCO,
            (ABOVE, replace(BELOW, trigger=stop("100.5"))), "Trigger price", "99.9 USDT",
        ),
        (
            OrderListKind.OCO,
            (
                waiting(BUY, T.STOP_LIMIT, stop("110"), price="111"),
                order(BUY, T.LIMIT, price="100"),
            ),
            "Price below", "99.9 USDT",
        ),
        (
            OrderListKind.OTO,
            (order(BUY, T.LIMIT, price="95"), replace(ABOVE, quantity=D("0.0001"))),
            "Size", "0.001 BTC",
        ),
    ],
)  # fmt: skip
def test_lists_that_do_not_stand(
    kind: OrderListKind, orders: tuple[OrderRequest, ...], field: str, nearest: str
) -> None:
    with pytest.raises(InvalidOrder) as caught:
        check_list(spot(), OrderListRequest(kind, orders), NOW)
    assert (caught.value.field, caught.value.nearest) == (field, nearest)


PRICES = st.decimals("0.01", 10_000, places=3)


@given(
    st.sampled_from([spot(), perpetual()]),
    st.sampled_from(list(Side)),
    st.sampled_from([T.LIMIT, T.STOP_LIMIT, T.STOP_MARKET, T.TAKE_PROFIT_LIMIT]),
    PRICES,
    PRICES,
    st.decimals("0.0001", 2_000, places=4),
)
@example(perpetual(), Side.BUY, T.STOP_LIMIT, D("0.010"), D("0.010"), D(1))
def test_following_the_hints_ends_at_an_order_that_is_taken(
    rules: Instrument, side: Side, type_: OrderType, price: Decimal, trigger: Decimal, size: Decimal
) -> None:
    wanted = OrderRequest(
        rules.market,
        rules.symbol,
        side,
        type_,
        size,
        price if type_.has_price else None,
        trigger=Trigger(trigger) if type_.has_trigger else None,
    )
    for _ in range(12):
        error = refusal(rules, wanted)
        if error is None:
            return
        assert error.nearest is not None
        legal = D(error.nearest.split()[0])
        if error.field == "Price":
            wanted = replace(wanted, price=legal)
        elif error.field == "Trigger price":
            wanted = replace(wanted, trigger=Trigger(legal))
        else:
            wanted = replace(wanted, quantity=legal)
    pytest.fail(f"the hints lead nowhere: {wanted}")


@pytest.mark.parametrize(
    ("minutes", "nearest"), [(None, None), (-5, "11 min"), (10, "11 min"), (11, "")]
)
def test_an_end_is_more_than_ten_minutes_away(minutes: int | None, nearest: str | None) -> None:
    now = replace(NOW, now_ms=1_000_000)
    end = None if minutes is None else 1_000_000 + minutes * 60_000
    request = OrderRequest(
        Market.USDM, "BTCUSDT", BUY, T.LIMIT, D(1), D(100), time_in_force=TimeInForce.GTD,
        good_till_ms=end,
    )  # fmt: skip
    if nearest == "":
        check_request(perpetual(), request, now)
        return
    with pytest.raises(InvalidOrder) as caught:
        check_request(perpetual(), request, now)
    assert (caught.value.field, caught.value.nearest) == ("Good till", nearest)
