"""Spot's payloads become domain values; the expected ones are read off the payloads."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import BestPrices, Candle, Interval, Side, Ticker, Trade
from terminal_app.domain.order import OrderStatus, OrderUpdate
from terminal_app.domain.order_request import OrderType, TimeInForce
from terminal_app.domain.self_trade import SelfTradePrevention, SelfTradeRules
from terminal_app.venues.account_events import AccountEvent, BalancesChanged, MoneyMoved
from terminal_app.venues.base import Feed, FeedKind
from terminal_app.venues.binance import mapping as binance
from terminal_app.venues.binance import wire
from terminal_app.venues.binance.listing import ExchangeInfo
from terminal_app.venues.binance.spot import mapping
from terminal_app.venues.binance.spot import wire as spot
from tests.helpers.shared import shared_json, shared_json_sequence

FIXTURES = "fixtures/spot"


def _raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(value).encode())


def _payload(name: str) -> msgspec.Raw:
    return _raw(shared_json(f"{FIXTURES}/{name}.json"))


def _account_events(source: dict[str, Any]) -> tuple[AccountEvent, ...]:
    event = source.get("event", source)
    return mapping.account_events(binance.event_name(_raw(event)), _raw(event))


def _rest(name: str) -> bytes:
    return json.dumps(shared_json(f"{FIXTURES}/{name}.json")).encode()


@pytest.mark.parametrize(
    ("feed", "stream"),
    [
        (Feed(FeedKind.TRADES, "BTCUSDT"), "btcusdt@trade"),
        (Feed(FeedKind.BOOK, "BTCUSDT"), "btcusdt@depth@100ms"),
        (Feed(FeedKind.BEST, "ETHUSDT"), "ethusdt@bookTicker"),
        (Feed(FeedKind.TICKER, "BTCUSDT"), "btcusdt@ticker"),
        (Feed(FeedKind.CANDLES, "BTCUSDT", Interval.M1), "btcusdt@kline_1m"),
        (Feed(FeedKind.CANDLES, "BTCUSDT", Interval.MO1), "btcusdt@kline_1M"),
    ],
)
def test_stream_names(feed: Feed, stream: str) -> None:
    assert mapping.FEEDS.stream(feed) == ("market", stream)


def test_trade() -> None:
    source = shared_json(f"{FIXTURES}/stream__trade.json")
    trade = mapping.trade(_raw(source))
    assert trade == Trade(
        source["t"], Decimal(source["p"]), Decimal(source["q"]), source["T"], source["m"]
    )


def test_book_ticker() -> None:
    best = mapping.FEEDS.rules[FeedKind.BEST].decode(_payload("stream__bookTicker"))
    assert isinstance(best, BestPrices)
    assert best.bid.price == Decimal("25.35190000")
    assert best.ask.quantity == Decimal("40.66000000")
    assert best.update_id == 400900217


def test_ticker_and_candle() -> None:
    ticker = mapping.FEEDS.rules[FeedKind.TICKER].decode(_payload("stream__24hrTicker"))
    assert isinstance(ticker, Ticker)
    assert ticker.last_price == Decimal("0.0025")
    candle = mapping.FEEDS.rules[FeedKind.CANDLES].decode(_payload("stream__kline"))
    assert isinstance(candle, Candle)
    assert (candle.open, candle.high, candle.low, candle.close) == (
        Decimal("0.0010"),
        Decimal("0.0025"),
        Decimal("0.0015"),
        Decimal("0.0020"),
    )
    assert candle.trade_count == 100
    assert not candle.closed


def test_depth_difference_and_snapshot() -> None:
    source = shared_json(f"{FIXTURES}/stream__depthUpdate.json")
    diff = mapping.depth_diff(_raw(source))
    assert (diff.first_id, diff.last_id) == (source["U"], source["u"])
    assert diff.bids == [tuple(row) for row in source["b"]]
    reply = msgspec.json.decode(_rest("rest__get_depth"), type=wire.DepthReply)
    snapshot = binance.snapshot(reply, 77)
    assert (snapshot.last_update_id, snapshot.time_ms) == (1027024, 77)
    assert snapshot.asks[0][0] == "4.00000200"


def test_candle_rows_are_closed_by_time() -> None:
    rows = msgspec.json.decode(_rest("rest__get_klines"), type=list[wire.KlineRow])
    end_ms = rows[0].close_time_ms
    assert binance.candle_from_row(rows[0], end_ms + 1).closed
    assert not binance.candle_from_row(rows[0], end_ms).closed


def test_instrument_of_the_real_filters() -> None:
    info = msgspec.json.decode(_rest("synthetic_exchangeInfo_BTCUSDT"), type=ExchangeInfo)
    instrument = mapping.read_instrument(bytes(info.symbols[0]))
    assert instrument is not None
    assert (instrument.symbol, instrument.market) == ("BTCUSDT", Market.SPOT)
    assert instrument.tick_size == Decimal("0.01")
    assert instrument.step_size == Decimal("0.00001")
    assert instrument.notional.minimum == Decimal(5)
    assert instrument.is_trading


def test_unknown_filters_and_fields_are_left_alone() -> None:
    row = {
        "symbol": "AB",
        "status": "CANCEL_ONLY",
        "baseAsset": "A",
        "quoteAsset": "B",
        "filters": [{"filterType": "T_PLUS_SELL", "endTime": 5, "news": {"a": [1]}}],
        "more": None,
    }
    instrument = mapping.instrument(msgspec.json.decode(json.dumps(row), type=spot.SymbolRow))
    assert not instrument.is_trading
    assert instrument.tick_size == 0
    assert instrument.self_trade == SelfTradeRules()


def test_a_symbol_states_its_own_ways_of_keeping_own_orders_apart() -> None:
    row = {
        "symbol": "AB",
        "status": "TRADING",
        "baseAsset": "A",
        "quoteAsset": "B",
        "filters": [],
        "defaultSelfTradePreventionMode": "EXPIRE_MAKER",
        "allowedSelfTradePreventionModes": ["EXPIRE_TAKER", "EXPIRE_MAKER", "A_NEW_ONE"],
    }
    instrument = mapping.instrument(msgspec.json.decode(json.dumps(row), type=spot.SymbolRow))
    taker, maker = SelfTradePrevention.EXPIRE_TAKER, SelfTradePrevention.EXPIRE_MAKER
    assert instrument.self_trade == SelfTradeRules((taker, maker), maker)


def test_full_reply_carries_its_fills() -> None:
    source = shared_json(f"{FIXTURES}/rest__post_order__full.json")
    reply = msgspec.json.decode(_rest("rest__post_order__full"), type=spot.OrderReply)
    update, fills = mapping.order_update(reply), mapping.reply_fills(reply)
    assert update.status is OrderStatus.FILLED
    assert update.type is OrderType.MARKET
    assert update.executed_quote == Decimal(source["cummulativeQuoteQty"])
    assert [fill.trade_id for fill in fills] == [row["tradeId"] for row in source["fills"]]
    assert sum(fill.quantity for fill in fills) == update.executed_quantity
    assert all(fill.side is Side.SELL and not fill.is_maker for fill in fills)


def test_cancel_reply_keeps_the_orders_own_id() -> None:
    source = shared_json(f"{FIXTURES}/rest__delete_order.json")
    reply = msgspec.json.decode(_rest("rest__delete_order"), type=spot.OrderReply)
    update = mapping.order_update(reply)
    assert update.client_order_id == source["origClientOrderId"] != source["clientOrderId"]
    assert update.status is OrderStatus.CANCELED


def test_limit_maker_is_post_only() -> None:
    source = shared_json(f"{FIXTURES}/rest__get_order.json")
    reply = msgspec.json.decode(json.dumps({**source, "type": "LIMIT_MAKER"}), type=spot.OrderReply)
    update = mapping.order_update(reply)
    assert (update.type, update.time_in_force) == (OrderType.LIMIT, TimeInForce.POST_ONLY)
    assert update.created_ms == source["time"]


def test_unknown_words_of_an_order_are_tolerated() -> None:
    source = shared_json(f"{FIXTURES}/rest__get_order.json")
    strange = {**source, "type": "NEW_KIND", "status": "RESTING", "timeInForce": "GTX9"}
    update = mapping.order_update(msgspec.json.decode(json.dumps(strange), type=spot.OrderReply))
    assert update.status is OrderStatus.OTHER
    assert update.type is OrderType.OTHER
    assert update.time_in_force is TimeInForce.OTHER


def test_account_and_own_trades() -> None:
    reply = msgspec.json.decode(_rest("rest__get_account"), type=spot.AccountReply)
    account = mapping.account(reply, 5)
    assert account.balances[0].total == account.balances[0].available + Decimal("0.00000000")
    assert account.maker_rate == Decimal("0.00150000")
    trades = msgspec.json.decode(_rest("rest__get_mytrades"), type=list[spot.AccountTrade])
    fill = mapping.fill_from_trade(trades[0])
    assert (fill.trade_id, fill.side, fill.is_maker) == (28457, Side.BUY, False)


@pytest.mark.parametrize(
    "name",
    [
        "WebSocketGlobalSpotLimitSubmittedFilled",
        "WebSocketGlobalSpotMarketSubmittedFilled",
    ],
)
def test_recorded_sequence_fills_once(name: str) -> None:
    frames = shared_json_sequence(f"data/user_stream/{name}.json")
    events = [e for f in frames for e in _account_events(f)]
    updates = [event for event in events if isinstance(event, OrderUpdate)]
    assert [update.status for update in updates] == [OrderStatus.NEW, OrderStatus.FILLED]
    fills = [update.fill for update in updates if update.fill is not None]
    assert len(fills) == 1
    assert fills[0].quantity == updates[-1].executed_quantity == Decimal(800)
    assert fills[0].commission_asset == "BNB"
    changed = [event for event in events if isinstance(event, BalancesChanged)]
    assert all(change.is_complete for change in changed)


def test_cancelled_execution_report_keeps_the_orders_own_id() -> None:
    source = shared_json(f"{FIXTURES}/uds__executionReport.json")
    event = {**source.get("event", source), "x": "CANCELED", "X": "CANCELED", "C": "mine"}
    (update,) = _account_events({**event, "c": "of the cancel"})
    assert isinstance(update, OrderUpdate)
    assert update.client_order_id == "mine"
    assert update.fill is None


def test_balances_are_total_and_free() -> None:
    source = shared_json(f"{FIXTURES}/uds__outboundAccountPosition.json")
    (changed,) = _account_events(source)
    assert isinstance(changed, BalancesChanged)
    assert changed.balances[0].available == Decimal("10000.000000")
    assert changed.balances[0].locked == 0


@pytest.mark.parametrize(
    ("name", "asset", "amount"),
    [("uds__balanceUpdate", "BTC", "100"), ("uds__externalLockUpdate", "NEO", "10")],
)
def test_money_that_moves_without_a_trade_is_told(name: str, asset: str, amount: str) -> None:
    (moved,) = _account_events(shared_json(f"{FIXTURES}/{name}.json"))
    assert isinstance(moved, MoneyMoved)
    assert (moved.asset, moved.amount) == (asset, Decimal(amount))


def test_other_events_say_nothing() -> None:
    assert _account_events(shared_json(f"{FIXTURES}/uds__listStatus.json")) == ()
