"""Futures' payloads become domain values, and every stream has its route."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from terminal_app.domain.market import BestPrices, Interval, MarkPrice, Side, Trade
from terminal_app.domain.order import OrderStatus, OrderUpdate
from terminal_app.domain.order_request import TimeInForce
from terminal_app.venues.account_events import BalancesChanged, PositionChanged
from terminal_app.venues.base import Feed, FeedKind
from terminal_app.venues.binance import mapping as binance
from terminal_app.venues.binance import wire
from terminal_app.venues.binance.listing import ExchangeInfo
from terminal_app.venues.binance.usdm import mapping, symbols
from terminal_app.venues.binance.usdm import wire as usdm
from tests.helpers.shared import shared_json, shared_json_sequence

FIXTURES = "fixtures/futures"


def _raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(value).encode())


def _fixture(name: str) -> Any:
    return shared_json(f"{FIXTURES}/{name}.json")


def _bytes(name: str) -> bytes:
    return json.dumps(_fixture(name)).encode()


@pytest.mark.parametrize(
    ("feed", "route", "stream"),
    [
        (Feed(FeedKind.TRADES, "BTCUSDT"), "market", "btcusdt@aggTrade"),
        (Feed(FeedKind.BOOK, "BTCUSDT"), "public", "btcusdt@depth@100ms"),
        (Feed(FeedKind.BEST, "BTCUSDT"), "public", "btcusdt@bookTicker"),
        (Feed(FeedKind.TICKER, "BTCUSDT"), "market", "btcusdt@ticker"),
        (Feed(FeedKind.CANDLES, "BTCUSDT", Interval.H4), "market", "btcusdt@kline_4h"),
        (Feed(FeedKind.MARK, "BTCUSDT"), "market", "btcusdt@markPrice@1s"),
        (Feed(FeedKind.BEST, "测试USDT"), "public", "测试usdt@bookTicker"),
    ],
)
def test_every_stream_has_its_route(feed: Feed, route: str, stream: str) -> None:
    assert mapping.FEEDS.stream(feed) == (route, stream)


def test_every_kind_of_feed_is_served() -> None:
    assert set(mapping.FEEDS.rules) | {FeedKind.BOOK} == set(FeedKind)


@pytest.mark.parametrize("name", ["ws_aggregate_trade_streams", "nt_ws_agg_trade_stream"])
def test_aggregate_trade(name: str) -> None:
    source = _fixture(name)
    source = source.get("data", source)
    trade = mapping.trade(_raw(source))
    assert trade == Trade(
        source["a"], Decimal(source["p"]), Decimal(source["q"]), source["T"], source["m"]
    )


def test_mark_price_with_and_without_funding() -> None:
    source = _fixture("ws_mark_price_stream")
    mark = mapping.mark_price(_raw(source))
    assert isinstance(mark, MarkPrice)
    assert mark.mark_price == Decimal(source["p"])
    assert mark.next_funding_ms == source["T"]
    assert mapping.mark_price(_raw({**source, "r": ""})).funding_rate == 0


def test_book_ticker_and_depth() -> None:
    source = _fixture("ws_individual_symbol_book_ticker_streams")
    best = mapping.FEEDS.rules[FeedKind.BEST].decode(_raw(source))
    assert isinstance(best, BestPrices)
    assert best.bid.price == Decimal(source["b"])
    depth = _fixture("ws_diff_book_depth_streams")
    diff = mapping.depth_diff(_raw(depth))
    assert (diff.first_id, diff.last_id, diff.previous_id) == (depth["U"], depth["u"], depth["pu"])


def test_snapshot_tells_its_time() -> None:
    reply = msgspec.json.decode(_bytes("docs_rest_depth"), type=wire.DepthReply)
    assert binance.snapshot(reply, 1).time_ms == _fixture("docs_rest_depth")["E"]


def test_instruments_of_the_real_rules() -> None:
    for name in ("docs_rest_exchange_info", "ntpy_rest_market_exchange_info"):
        info = msgspec.json.decode(_bytes(name), type=ExchangeInfo)
        instruments = [symbols.read_instrument(bytes(row)) for row in info.symbols]
        assert all(
            i.tick_size > 0 and i.step_size > 0 and i.notional.minimum > 0 for i in instruments
        )


def test_all_705_real_symbols_are_read() -> None:
    source = shared_json("data/rules/usdm_exchangeInfo_2026-03-31_705symbols.json")
    info = msgspec.json.decode(json.dumps(source), type=ExchangeInfo)
    instruments = [symbols.read_instrument(bytes(row)) for row in info.symbols]
    assert len(instruments) == 705
    bitcoin = next(i for i in instruments if i.symbol == "BTCUSDT")
    assert bitcoin.tick_size == Decimal("0.1")


def test_acknowledgement_says_nothing_of_prices_paid() -> None:
    source = _fixture("rest_new_order")
    filled = {**source, "status": "FILLED", "executedQty": "1"}
    update = mapping.order_update(msgspec.json.decode(json.dumps(filled), type=usdm.OrderReply))
    assert update.executed_quantity == 1
    assert update.executed_quote is None


def test_query_tells_what_was_paid() -> None:
    source = {
        **_fixture("rest_query_order"),
        "executedQty": "2",
        "cumQuote": "84",
        "avgPrice": "42",
    }
    update = mapping.order_update(msgspec.json.decode(json.dumps(source), type=usdm.OrderReply))
    assert update.executed_quote == 84
    del source["cumQuote"]
    update = mapping.order_update(msgspec.json.decode(json.dumps(source), type=usdm.OrderReply))
    assert update.executed_quote == 84


def test_gtx_is_post_only() -> None:
    source = {**_fixture("rest_query_order"), "timeInForce": "GTX"}
    update = mapping.order_update(msgspec.json.decode(json.dumps(source), type=usdm.OrderReply))
    assert update.time_in_force is TimeInForce.POST_ONLY


def _updates(name: str) -> list[OrderUpdate]:
    frames = shared_json_sequence(f"data/user_stream/{name}.json")
    events = [
        event
        for frame in frames
        for event in mapping.account_events(frame["e"], json.dumps(frame).encode())
    ]
    return [event for event in events if isinstance(event, OrderUpdate)]


def test_recorded_cancel() -> None:
    updates = _updates("WebSocketFutureLimitSubmittedCancelled")
    assert [update.status for update in updates] == [OrderStatus.NEW, OrderStatus.CANCELED]
    assert not [update for update in updates if update.fill is not None]


@pytest.mark.parametrize(
    "name", ["WebSocketFutureLimitSubmittedFilled", "WebSocketFutureMarketSubmittedFilled"]
)
def test_recorded_fill(name: str) -> None:
    updates = _updates(name)
    assert [update.status for update in updates] == [OrderStatus.NEW, OrderStatus.FILLED]
    fill = updates[-1].fill
    assert fill is not None
    assert fill.quantity == updates[-1].executed_quantity == 800
    assert fill.realized_profit == 0
    assert updates[-1].executed_quote == fill.price * fill.quantity


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("nt_user_order_update_calculated", "LIQUIDATION"),
        ("ntpy_ws_order_update_liquidation", "LIQUIDATION"),
        ("ntpy_ws_order_update_adl_filled", "ADL"),
        ("ntpy_ws_order_update_settlement", "SETTLEMENT"),
    ],
)
def test_orders_of_the_venue_itself_are_named(name: str, word: str) -> None:
    frame = _fixture(name)
    frame = frame.get("data", frame)
    (update,) = mapping.account_events(frame["e"], json.dumps(frame).encode())
    assert isinstance(update, OrderUpdate)
    assert update.reason == word


def test_account_update_gives_totals_and_positions() -> None:
    frame = _fixture("user_account_update")
    events = mapping.account_events("ACCOUNT_UPDATE", json.dumps(frame).encode())
    changed = events[0]
    assert isinstance(changed, BalancesChanged)
    assert not changed.is_complete
    assert changed.balances[0].total == Decimal(frame["a"]["B"][0]["wb"])
    positions = [event for event in events if isinstance(event, PositionChanged)]
    rows = frame["a"]["P"]
    assert [p.amount for p in positions] == [Decimal(row["pa"]) for row in rows]
    assert [p.position_side for p in positions] == [row["ps"] for row in rows]


def test_position_takes_leverage_and_mode_from_its_symbols_settings() -> None:
    rows = msgspec.json.decode(_bytes("docs_rest_position_risk_v3_1"), type=list[usdm.PositionRisk])
    configs = {rows[0].symbol: usdm.SymbolConfig(rows[0].symbol, "ISOLATED", 7)}
    position = mapping.position(rows[0], configs)
    assert (position.leverage, position.margin_mode) == (7, "isolated")
    bare = mapping.position(rows[0], {})
    assert (bare.leverage, bare.margin_mode) == (None, "cross")
    none = msgspec.structs.replace(rows[0], liquidation_price=Decimal(0))
    assert mapping.position(none, {}).liquidation_price is None


def test_account_rows() -> None:
    reply = msgspec.json.decode(_bytes("rest_account_information_v3"), type=usdm.AccountReply)
    source = _fixture("rest_account_information_v3")["assets"][0]
    balance = mapping.balance(reply.assets[0])
    assert balance.total == Decimal(source["walletBalance"])
    assert balance.available == Decimal(source["availableBalance"])
    configs = msgspec.json.decode(_bytes("rest_symbol_configuration"), type=list[usdm.SymbolConfig])
    assert configs[0].leverage > 0
    rate = msgspec.json.decode(_bytes("rest_user_commission_rate"), type=usdm.CommissionRate)
    assert rate.taker > 0


def test_own_trades() -> None:
    source = _fixture("rest_account_trade_list")
    rows = msgspec.json.decode(json.dumps(source), type=list[usdm.AccountTrade])
    fill = mapping.fill_from_trade(rows[0])
    assert fill.trade_id == source[0]["id"]
    assert fill.side is Side(source[0]["side"])
    assert fill.realized_profit == Decimal(source[0]["realizedPnl"])


def test_events_without_orders_or_balances_say_nothing() -> None:
    frame = _fixture("user_trade_lite")
    assert mapping.account_events("TRADE_LITE", json.dumps(frame).encode()) == ()
