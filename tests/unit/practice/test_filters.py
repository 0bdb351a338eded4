"""Every refusal with Binance's code and text."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.practice.engine.kinds import Side, TimeInForce
from terminal_app.practice.engine.model import OrderRequest
from terminal_app.practice.errors import ExchangeError
from tests.helpers.engine import limit, market, quiet_spot, quiet_usdm

BUY, SELL = Side.BUY, Side.SELL
_BALANCE = "Account has insufficient balance for requested action."


def _quote(amount: str) -> OrderRequest:
    return replace(market(BUY, "1"), quantity=None, quote_order_quantity=Decimal(amount))


@pytest.mark.parametrize(
    ("request_", "code", "message"),
    [
        (limit(BUY, "50000.001", "0.01"), -1013, "Filter failure: PRICE_FILTER"),
        (limit(BUY, "0", "0.01"), -1013, "Filter failure: PRICE_FILTER"),
        (limit(BUY, "2000000", "0.01"), -1013, "Filter failure: PRICE_FILTER"),
        (limit(BUY, "250000.01", "0.01"), -1013, "Filter failure: PERCENT_PRICE_BY_SIDE"),
        (limit(SELL, "9999.99", "0.01"), -1013, "Filter failure: PERCENT_PRICE_BY_SIDE"),
        (limit(BUY, "50000", "0.000001"), -1013, "Filter failure: LOT_SIZE"),
        (limit(BUY, "50000", "0.010001"), -1013, "Filter failure: LOT_SIZE"),
        (limit(BUY, "50000", "9001"), -1013, "Filter failure: LOT_SIZE"),
        (market(BUY, "121"), -1013, "Filter failure: MARKET_LOT_SIZE"),
        (limit(BUY, "50000", "0.00009"), -1013, "Filter failure: NOTIONAL"),
        (market(BUY, "0.00009"), -1013, "Filter failure: NOTIONAL"),
        (_quote("4.99"), -1013, "Filter failure: NOTIONAL"),
        (limit(BUY, "50000.000000001", "0.01"), -1111, "Parameter 'price' has too much precision."),
        (
            limit(BUY, "50000", "0.010000001"),
            -1111,
            "Parameter 'quantity' has too much precision.",
        ),
        (limit(BUY, "50000", "0.20001"), -2010, _BALANCE),
        (limit(SELL, "50000", "0.50001"), -2010, _BALANCE),
        (market(SELL, "0.6"), -2010, _BALANCE),
        (market(BUY, "0.3"), -2010, _BALANCE),
        (_quote("10001"), -2010, _BALANCE),
    ],
)
def test_spot_refusals(request_: OrderRequest, code: int, message: str) -> None:
    desk = quiet_spot()
    desk.offer(BUY, "49999", "5")
    desk.offer(SELL, "50001", "5")
    before = desk.market.balances()
    for attempt in (desk.market.place, desk.market.test):
        with pytest.raises(ExchangeError) as refusal:
            attempt(request_)
        assert (refusal.value.code, refusal.value.message) == (code, message)
    assert desk.market.balances() == before
    assert desk.market.open_orders() == []


def test_spot_counts_open_orders() -> None:
    desk = quiet_spot()
    for _ in range(200):
        desk.market.place(limit(BUY, "20000", "0.00025"))
    with pytest.raises(ExchangeError, match="Filter failure: MAX_NUM_ORDERS"):
        desk.market.place(limit(BUY, "20000", "0.00025"))


def test_spot_refuses_a_quote_amount_smaller_than_a_step() -> None:
    desk = quiet_spot()
    with pytest.raises(ExchangeError, match="Order book liquidity is less than `LOT_SIZE`"):
        desk.market.place(_quote("10"))


_NOTIONAL = "Order's notional must be no smaller than 100 (unless you choose reduce only)."


@pytest.mark.parametrize(
    ("request_", "code", "message"),
    [
        (limit(BUY, "0", "0.01"), -4001, "Price less than 0."),
        (limit(BUY, "0.05", "0.01"), -4013, "Price less than min price."),
        (limit(BUY, "5000000", "0.01"), -4002, "Price greater than max price."),
        (limit(BUY, "50000.05", "0.01"), -4014, "Price not increased by tick size."),
        (
            limit(BUY, "50000.001", "0.01"),
            -1111,
            "Precision is over the maximum defined for this asset.",
        ),
        (
            limit(BUY, "50000", "0.0001"),
            -1111,
            "Precision is over the maximum defined for this asset.",
        ),
        (limit(BUY, "50000", "0"), -4003, "Quantity less than or equal to zero."),
        (limit(BUY, "50000", "1001"), -4005, "Quantity greater than max quantity."),
        (market(BUY, "121"), -4005, "Quantity greater than max quantity."),
        (
            limit(BUY, "52500.1", "0.01"),
            -4016,
            "Price is higher than mark price multiplier cap.",
        ),
        (
            limit(SELL, "47499.9", "0.01"),
            -4024,
            "Price is lower than mark price multiplier floor.",
        ),
        (limit(BUY, "50000", "0.001"), -4164, _NOTIONAL),
        (market(BUY, "0.001"), -4164, _NOTIONAL),
        (limit(BUY, "50000", "5"), -2019, "Margin is insufficient."),
        (limit(BUY, "50000", "900"), -2019, "Margin is insufficient."),
        (
            replace(market(SELL, "0.01"), reduce_only=True),
            -2022,
            "ReduceOnly Order is rejected.",
        ),
        (
            limit(BUY, "50001", "0.01", TimeInForce.GTX),
            -5022,
            "Due to the order could not be executed as maker, "
            "the Post Only order will be rejected.",
        ),
        (
            limit(BUY, "50001", "0.2", TimeInForce.FOK),
            -5021,
            "Due to the order could not be filled immediately, the FOK order has been rejected.",
        ),
    ],
)
def test_futures_refusals(request_: OrderRequest, code: int, message: str) -> None:
    desk = quiet_usdm()
    desk.offer(BUY, "49999", "0.1")
    desk.offer(SELL, "50001", "0.1")
    before = desk.market.account()
    for attempt in (desk.market.place, desk.market.test):
        with pytest.raises(ExchangeError) as refusal:
            attempt(request_)
        assert (refusal.value.code, refusal.value.message) == (code, message)
    assert desk.market.account() == before


def test_futures_refuse_a_notional_above_the_leverage() -> None:
    desk = quiet_usdm()
    desk.market.set_leverage("BTCUSDT", 125)
    with pytest.raises(ExchangeError) as refusal:
        desk.market.place(limit(BUY, "50000", "6.001"))
    assert (refusal.value.code, refusal.value.message) == (
        -2027,
        "Exceeded the maximum allowable position at current leverage.",
    )
    assert desk.market.place(limit(BUY, "50000", "6")).order.status.is_open


def test_futures_refuse_a_duplicate_open_client_id() -> None:
    desk = quiet_usdm()
    desk.market.place(limit(BUY, "49000", "0.01", client_order_id="same"))
    with pytest.raises(ExchangeError) as refusal:
        desk.market.place(limit(BUY, "49000", "0.01", client_order_id="same"))
    assert (refusal.value.code, refusal.value.message) == (-4116, "clientOrderId is duplicated")


@pytest.mark.parametrize("leverage", [0, -1, 126])
def test_futures_refuse_a_leverage_that_does_not_exist(leverage: int) -> None:
    with pytest.raises(ExchangeError) as refusal:
        quiet_usdm().market.set_leverage("BTCUSDT", leverage)
    assert refusal.value.code == -4028


@pytest.mark.parametrize("ask", ["symbol", "interval", "order"])
def test_unknown_things(ask: str) -> None:
    desk = quiet_spot()
    questions: dict[str, tuple[int, Callable[[], object]]] = {
        "symbol": (-1121, lambda: desk.market.cancel_all("NOPE")),
        "interval": (-1120, lambda: desk.market.data.candles("BTCUSDT", "7m", 10)),
        "order": (-2013, lambda: desk.market.order("BTCUSDT", 77)),
    }
    code, question = questions[ask]
    with pytest.raises(ExchangeError) as refusal:
        question()
    assert refusal.value.code == code
