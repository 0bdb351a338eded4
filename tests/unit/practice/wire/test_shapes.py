"""Every documented key is served, with the documented kind of value."""

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs

from terminal_app.practice.engine.events import (
    BookTicker,
    DepthChanged,
    LeverageChanged,
    MarkPrice,
    OrderEvent,
    SpotAccountChanged,
    SpotBalanceMoved,
    TradePrinted,
    UsdmAccountChanged,
)
from terminal_app.practice.engine.kinds import (
    AccountChangeReason,
    ExecutionType,
    ExpiryReason,
    IncomeType,
    MarketName,
    OrderStatus,
    OrderType,
    Side,
    SymbolStatus,
    TimeInForce,
)
from terminal_app.practice.engine.market_values import (
    AggregateTrade,
    AveragePrice,
    Candle,
    DepthSnapshot,
    PublicTrade,
    WindowStatistics,
)
from terminal_app.practice.engine.model import Balance, Fill, Order, PlacedOrder, PriceRange
from terminal_app.practice.engine.usdm_values import Income, Position, UsdmAccount, UsdmBalance
from terminal_app.practice.sources.catalogue import spot_rules, usdm_rules
from terminal_app.practice.spot.commission import Rates
from terminal_app.practice.wire import (
    market,
    spot_account,
    spot_market,
    spot_orders,
    usdm_account,
    usdm_account_events,
    usdm_market,
    usdm_orders,
)
from terminal_app.practice.wire.numbers import SPOT_NUMBERS, encode, usdm_numbers
from tests.helpers.shapes import shape_differences
from tests.helpers.shared import shared_json

ONE = Decimal("1.5")
TIME_MS = 1_700_000_000_000
SPOT_RULES = next(rules for rules in spot_rules() if rules.symbol == "BTCUSDT")
USDM_RULES = next(rules for rules in usdm_rules() if rules.symbol == "BTCUSDT")
RANGED = replace(SPOT_RULES, price_range=PriceRange(ONE, ONE, ONE, ONE))
NUMBERS = usdm_numbers(USDM_RULES)
LEVELS = ((ONE, ONE),)
TRADE = PublicTrade(1, ONE, ONE, TIME_MS, False)
AGGREGATE = AggregateTrade(1, ONE, ONE, 1, 2, TIME_MS, False)
CANDLE = Candle(TIME_MS, TIME_MS + 59_999, ONE, ONE, ONE, ONE, ONE, ONE, 2, ONE, ONE, 1, 2)
SNAPSHOT = DepthSnapshot("BTCUSDT", 5, TIME_MS, LEVELS, LEVELS)
TICKER = WindowStatistics(
    symbol="BTCUSDT",
    price_change=ONE,
    price_change_percent=ONE,
    weighted_average_price=ONE,
    previous_close_price=ONE,
    last_price=ONE,
    last_quantity=ONE,
    open_price=ONE,
    high_price=ONE,
    low_price=ONE,
    volume=ONE,
    quote_volume=ONE,
    open_time_ms=TIME_MS,
    close_time_ms=TIME_MS,
    first_trade_id=1,
    last_trade_id=2,
    trade_count=2,
)
BOOK = BookTicker(MarketName.SPOT, "BTCUSDT", TIME_MS, 5, ONE, ONE, ONE, ONE)
DEPTH = DepthChanged(MarketName.SPOT, "BTCUSDT", TIME_MS, 4, 5, 3, LEVELS, LEVELS)
PRINTED = TradePrinted(MarketName.SPOT, "BTCUSDT", TRADE, 1)
MARK = MarkPrice("BTCUSDT", TIME_MS, ONE, ONE, ONE, ONE, ONE, TIME_MS)
ORDER = Order(
    order_id=1,
    client_order_id="mine",
    symbol="BTCUSDT",
    side=Side.BUY,
    order_type=OrderType.LIMIT,
    time_in_force=TimeInForce.GTC,
    quantity=ONE,
    quote_order_quantity=Decimal(0),
    price=ONE,
    reduce_only=False,
    time_ms=TIME_MS,
    update_time_ms=TIME_MS,
    working_time_ms=TIME_MS,
    executed_quantity=ONE,
    cumulative_quote=ONE,
)
FILL = Fill(1, 1, "BTCUSDT", Side.BUY, ONE, ONE, ONE, ONE, "USDT", False, ONE, TIME_MS)
POSITION = Position(
    symbol="BTCUSDT",
    amount=ONE,
    entry_price=ONE,
    break_even_price=ONE,
    mark_price=ONE,
    unrealized_pnl=ONE,
    liquidation_price=ONE,
    leverage=20,
    max_notional=ONE,
    notional=ONE,
    initial_margin=ONE,
    maintenance_margin=ONE,
    open_order_initial_margin=ONE,
    bid_notional=ONE,
    ask_notional=ONE,
    accumulated_realized=ONE,
    update_time_ms=TIME_MS,
)
TOTALS = UsdmAccount(*(ONE,) * 11, bnb_balance=Decimal(0), update_time_ms=TIME_MS)
INCOME = Income(1, "BTCUSDT", IncomeType.COMMISSION, ONE, "USDT", TIME_MS, "1", "")
NEW = OrderEvent(MarketName.SPOT, TIME_MS, 1, ExecutionType.NEW, ORDER)
FILLED = OrderEvent(MarketName.USDM, TIME_MS, 2, ExecutionType.TRADE, ORDER, FILL)
SPOT_CHANGE = SpotAccountChanged(TIME_MS, AccountChangeReason.ORDER, (Balance("BTC", ONE, ONE),))
USDM_CHANGE = UsdmAccountChanged(
    TIME_MS, AccountChangeReason.ORDER, (UsdmBalance("USDT", ONE, ONE, ONE),), (POSITION,)
)
ALGO_KEYS = ("activatePrice", "priceRate")

SPOT: list[tuple[str, Any, tuple[str, ...]]] = [
    ("rest__get_depth", spot_market.depth(SNAPSHOT), ()),
    ("rest__get_trades", [spot_market.trade(TRADE)], ()),
    ("rest__get_aggtrades", [spot_market.aggregate_trade(AGGREGATE)], ()),
    ("rest__get_klines", [market.candle_row(CANDLE, SPOT_NUMBERS)], ()),
    ("rest__get_avgprice", spot_market.average_price(AveragePrice(5, ONE, TIME_MS)), ()),
    ("rest__get_ticker_24hr__full", spot_market.ticker_24h(TICKER, BOOK), ()),
    ("rest__get_ticker_24hr__mini", market.ticker_mini(TICKER, SPOT_NUMBERS), ()),
    ("rest__get_ticker_bookticker", spot_market.book_ticker(BOOK), ()),
    ("rest__post_order__ack", spot_orders.placed_ack(ORDER), ()),
    ("rest__post_order__result", spot_orders.placed_result(ORDER), ()),
    ("rest__post_order__full", spot_orders.placed_full(PlacedOrder(ORDER, (FILL,))), ()),
    ("rest__delete_order", spot_orders.cancelled(ORDER), ()),
    ("rest__get_order", spot_orders.queried(ORDER), ()),
    ("rest__get_account", spot_account.account([Balance("BTC", ONE, ONE)], Rates(), 1), ()),
    ("rest__get_mytrades", [spot_account.fill(FILL, -1)], ()),
    ("stream__trade", spot_market.trade_event(PRINTED), ()),
    ("rest__get_executionrules", {"symbolRules": [spot_market.execution_rules(RANGED)]}, ()),
    ("stream__blockTrade", spot_market.block_trade_event("BTCUSDT", TRADE, TIME_MS), ()),
    ("stream__aggTrade", spot_market.aggregate_trade_event("BTCUSDT", AGGREGATE), ()),
    (
        "stream__kline",
        market.candle_event("BTCUSDT", "1m", CANDLE, False, TIME_MS, SPOT_NUMBERS),
        (),
    ),
    ("stream__24hrTicker", spot_market.ticker_event(TICKER, BOOK, TIME_MS), ()),
    (
        "stream__24hrMiniTicker",
        market.mini_ticker_event(TICKER, TIME_MS, SPOT_NUMBERS),
        (),
    ),
    ("stream__bookTicker", spot_market.book_ticker_event(BOOK), ()),
    ("stream__partialDepth", spot_market.depth(SNAPSHOT), ()),
    ("stream__depthUpdate", spot_market.depth_event(DEPTH), ()),
    (
        "stream__avgPrice",
        spot_market.average_price_event("BTCUSDT", AveragePrice(5, ONE, 1), TIME_MS),
        (),
    ),
]
SPOT_EVENTS: list[tuple[str, Any, tuple[str, ...]]] = [
    ("uds__executionReport", spot_orders.execution_report(NEW), ("v",)),
    ("uds__outboundAccountPosition", spot_account.account_position(SPOT_CHANGE), ()),
]
USDM: list[tuple[str, Any, tuple[str, ...]]] = [
    ("docs_rest_depth", usdm_market.depth(SNAPSHOT, NUMBERS), ()),
    (
        "rest_compressed_aggregate_trades_list",
        [usdm_market.aggregate_trade(AGGREGATE, NUMBERS)],
        (),
    ),
    ("docs_rest_klines", [market.candle_row(CANDLE, NUMBERS)], ()),
    (
        "rest_ticker24hr_price_change_statistics",
        usdm_market.ticker(TICKER, NUMBERS),
        (),
    ),
    ("docs_rest_book_ticker_1", usdm_market.book_ticker(BOOK, NUMBERS), ()),
    ("rest_mark_price", usdm_market.premium_index(MARK), ()),
    ("rest_new_order", usdm_orders.written(ORDER, NUMBERS), ()),
    ("rest_cancel_order", usdm_orders.written(ORDER, NUMBERS), ALGO_KEYS),
    ("rest_query_order", usdm_orders.queried(ORDER, NUMBERS), ALGO_KEYS),
    ("rest_all_orders", [usdm_orders.listed(ORDER, NUMBERS)], ALGO_KEYS),
    ("ntpy_rest_account_trades", [usdm_orders.fill(FILL, NUMBERS)], ()),
    ("nt_rest_balance", usdm_account.balances(TOTALS), ()),
    (
        "nt_rest_account_info_v2",
        usdm_account.account_flags(1)
        | usdm_account.account(TOTALS)
        | {"positions": [usdm_account.account_position_v2(POSITION, NUMBERS)]},
        (),
    ),
    (
        "rest_position_information_v2",
        [usdm_account.position_risk_v2(POSITION, NUMBERS)],
        (),
    ),
    (
        "rest_position_information_v3",
        [usdm_account.position_risk_v3(POSITION, NUMBERS)],
        (),
    ),
    ("rest_symbol_configuration", [usdm_account.symbol_config(POSITION)], ()),
    ("rest_change_initial_leverage", usdm_account.leverage(POSITION), ()),
    (
        "docs_rest_leverage_bracket_1",
        [usdm_account.leverage_brackets(USDM_RULES)],
        ("notionalCoef",),
    ),
    ("rest_user_commission_rate", usdm_account.commission_rate("BTCUSDT", ONE, ONE), ()),
    ("rest_get_income_history", [usdm_account.income(INCOME)], ()),
    (
        "ws_aggregate_trade_streams",
        usdm_market.aggregate_trade_event("BTCUSDT", AGGREGATE, NUMBERS),
        (),
    ),
    ("ws_mark_price_stream", usdm_market.mark_price_event(MARK), ()),
    (
        "ws_kline_candlestick_streams",
        market.candle_event("BTCUSDT", "1m", CANDLE, True, TIME_MS, NUMBERS),
        (),
    ),
    (
        "ws_individual_symbol_ticker_streams",
        usdm_market.ticker_event(TICKER, TIME_MS, NUMBERS),
        (),
    ),
    (
        "ws_individual_symbol_mini_ticker_stream",
        usdm_market.mini_ticker_event(TICKER, TIME_MS, NUMBERS),
        (),
    ),
    (
        "ws_individual_symbol_book_ticker_streams",
        usdm_market.book_ticker_event(BOOK, NUMBERS),
        (),
    ),
    ("ws_diff_book_depth_streams", usdm_market.depth_event(DEPTH, NUMBERS), ()),
    (
        "ws_partial_book_depth_streams",
        usdm_market.partial_depth_event(SNAPSHOT, 4, NUMBERS),
        (),
    ),
    (
        "nt_user_order_update_trade",
        usdm_orders.order_trade_update(FILLED, POSITION),
        ("AP", "cr"),
    ),
    ("user_trade_lite", usdm_orders.trade_lite(FILLED, FILL, NUMBERS), ()),
    ("nt_user_account_update", usdm_account_events.account_update(USDM_CHANGE), ()),
]


def differences(fixture: str, value: Any, left_out: tuple[str, ...], unwrap: str = "") -> list[str]:
    documented = shared_json(f"fixtures/{fixture}.json")
    if unwrap:
        documented = documented[unwrap]
    return shape_differences(documented, json.loads(encode(value)), left_out)


@pytest.mark.parametrize(("fixture", "value", "left_out"), SPOT)
def test_spot_shape(fixture: str, value: Any, left_out: tuple[str, ...]) -> None:
    assert differences(f"spot/{fixture}", value, left_out) == []


@pytest.mark.parametrize(("fixture", "value", "left_out"), SPOT_EVENTS)
def test_spot_event_shape(fixture: str, value: Any, left_out: tuple[str, ...]) -> None:
    assert differences(f"spot/{fixture}", value, left_out, unwrap="event") == []


@pytest.mark.parametrize(("fixture", "value", "left_out"), USDM)
def test_usdm_shape(fixture: str, value: Any, left_out: tuple[str, ...]) -> None:
    assert differences(f"futures/{fixture}", value, left_out) == []


def test_spot_symbol_shape() -> None:
    documented = shared_json("fixtures/spot/synthetic_exchangeInfo_BTCUSDT.json")["symbols"][0]
    served = json.loads(encode(spot_market.symbol_rules(SPOT_RULES)))
    assert shape_differences(documented, served) == []
    assert _filters_differ(documented, served) == []


def test_usdm_symbol_shape() -> None:
    documented = shared_json("fixtures/futures/docs_rest_exchange_info.json")["symbols"][0]
    served = json.loads(encode(usdm_market.symbol_rules(USDM_RULES)))
    documented["orderTypes"] = documented.pop("OrderType")  # the wire's spelling
    documented["underlyingSubType"] = []
    assert shape_differences(documented, served) == []
    assert _filters_differ(documented, served) == []


def _filters_differ(documented: Any, served: Any) -> list[str]:
    by_type = {row["filterType"]: row for row in documented["filters"]}
    return [
        difference
        for row in served["filters"]
        for difference in shape_differences(by_type[row["filterType"]], row)
    ]


def test_spot_money_has_eight_places() -> None:
    assert spot_orders.queried(ORDER)["price"] == "1.50000000"


def test_futures_acknowledgement_carries_no_fill_price() -> None:
    assert not {"avgPrice", "cumQuote"} & set(usdm_orders.written(ORDER, NUMBERS))


@pytest.mark.parametrize(
    ("reason", "word", "digit"),
    [
        (ExpiryReason.UNFILLED_IOC, "UNFILLED_IOC_QUANTITY_EXPIRED", "2"),
        (ExpiryReason.INSUFFICIENT_LIQUIDITY, "INSUFFICIENT_LIQUIDITY", "9"),
    ],
)
def test_expiry_is_explained_in_each_markets_way(
    reason: ExpiryReason, word: str, digit: str
) -> None:
    order = replace(ORDER, status=OrderStatus.EXPIRED, expiry_reason=reason)
    event = structs.replace(NEW, execution_type=ExecutionType.EXPIRED, order=order)
    assert spot_orders.execution_report(event)["eR"] == word
    assert usdm_orders.order_trade_update(event, POSITION)["o"]["er"] == digit


def test_cancel_names_both_client_ids_on_spot_and_its_own_on_futures() -> None:
    order = replace(ORDER, client_order_id="cancel", orig_client_order_id="mine")
    report = spot_orders.execution_report(structs.replace(NEW, order=order))
    assert (report["c"], report["C"]) == ("cancel", "mine")
    assert usdm_orders.written(order, NUMBERS)["clientOrderId"] == "mine"


def test_commission_of_futures_is_nothing_without_a_fill() -> None:
    body = usdm_orders.order_trade_update(NEW, POSITION)["o"]
    assert (body["N"], body["n"], body["l"], body["L"]) == ("USDT", "0", "0", "0")


def test_numbers_of_futures_order_events_have_no_zeros_at_their_end() -> None:
    body = usdm_orders.order_trade_update(FILLED, POSITION)["o"]
    assert {body[key] for key in ("q", "p", "l", "z", "L", "n", "rp")} == {"1.5"}


def test_funding_of_cross_names_its_symbol_and_no_position() -> None:
    reason = AccountChangeReason.FUNDING_FEE
    change = structs.replace(USDM_CHANGE, reason=reason, symbol="BTCUSDT", positions=())
    body = usdm_account_events.account_update(change)["a"]
    assert (body["S"], body["P"]) == ("BTCUSDT", [])


def test_leverage_change() -> None:
    event = usdm_account_events.leverage_update(LeverageChanged(TIME_MS, "BTCUSDT", 10))
    assert event["ac"] == {"s": "BTCUSDT", "l": 10}


WRITERS: list[Callable[[], Any]] = [
    lambda: usdm_account.leverage_brackets(USDM_RULES),
]


@pytest.mark.parametrize("write", WRITERS)
def test_brackets_are_numbers(write: Callable[[], Any]) -> None:
    bracket = json.loads(encode(write()))["brackets"][0]
    assert all(isinstance(value, int | float) for value in bracket.values())


def test_contract_info_shape() -> None:
    documented = shared_json("fixtures/futures/ws_contract_info_stream.json")
    del documented["bks"]  # comes with changed brackets alone
    event = usdm_market.contract_info_event(USDM_RULES, SymbolStatus.SETTLING, 1_669_356_423_908)
    served = json.loads(encode(event))
    assert shape_differences(documented, served) == []
    assert list(served) == list(documented)


def test_balance_update_shape() -> None:
    documented = shared_json("fixtures/spot/uds__balanceUpdate.json")["event"]
    served = json.loads(encode(spot_account.balance_update(SpotBalanceMoved(5, "BTC", -ONE))))
    assert shape_differences(documented, served) == []
    assert served["d"] == "-1.50000000"
