"""The synthetic market's past: the same before and after a restart."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from terminal_app.practice.engine.intervals import DAY_MS, HOUR_MS, MINUTE_MS
from terminal_app.practice.engine.kinds import Side
from terminal_app.practice.engine.market import Market
from terminal_app.practice.engine.market_values import Candle
from terminal_app.practice.exchange import Exchange
from terminal_app.practice.sources.symbols import best_known_symbols
from tests.helpers.engine import START_MS, SetClock, limit, market

D = Decimal
_Row = tuple[object, ...]


_FEW = ("BTCUSDT", "ETHUSDT")


def _open(
    path: Path, at_ms: int = START_MS, seed: int = 1, symbols: Sequence[str] = _FEW
) -> Exchange:
    return Exchange(SetClock(at_ms), seed, account_file=path, symbols=symbols)


def _run(exchange: Exchange, from_ms: int, seconds: int) -> None:
    for passed in range(1, seconds + 1):
        exchange.advance(from_ms + 1000 * passed)


def _kill(exchange: Exchange) -> None:
    exchange.store._connection.close()


def _row(candle: Candle) -> _Row:
    return (
        candle.open_time_ms,
        candle.open,
        candle.high,
        candle.low,
        candle.close,
        candle.volume,
        candle.quote_volume,
        candle.trade_count,
        candle.taker_buy_volume,
        candle.taker_buy_quote_volume,
    )


def _candles(each: Market, symbol: str, interval: str, limit: int) -> dict[int, _Row]:
    return {c.open_time_ms: _row(c) for c in each.data.candles(symbol, interval, limit)}


def _closed(exchange: Exchange, symbol: str) -> dict[tuple[str, str], dict[int, _Row]]:
    """Return every bar of every interval but the forming ones."""
    found = {}
    for each in (exchange.spot, exchange.usdm):
        for interval in each.data.intervals:
            bars = _candles(each, symbol, interval, 1_500)
            found[str(each.name), interval] = dict(list(bars.items())[:-1])
    return found


@pytest.mark.parametrize(("is_killed", "away_ms"), [(True, 3_000), (False, 200_000)])
def test_every_bar_is_the_same_after_a_restart(
    tmp_path: Path, is_killed: bool, away_ms: int
) -> None:
    path, at_ms = tmp_path / "account.db", START_MS
    exchange = _open(path)
    for run in range(2):
        _run(exchange, at_ms, 65)
        at_ms += 65_000
        before = _closed(exchange, "ETHUSDT")
        trade_id = exchange.spot.data.recent_trades("ETHUSDT", 1)[0].trade_id
        update_id = exchange.usdm.data.depth("BTCUSDT", 5).last_update_id
        if is_killed:
            _kill(exchange)
        else:
            exchange.close()
        at_ms += away_ms
        exchange = _open(path, at_ms, seed=run + 2)
        for key, bars in before.items():
            name, interval = key
            each = exchange.spot if name == "spot" else exchange.usdm
            after = _candles(each, "ETHUSDT", interval, 2_000)
            assert {ms: after.get(ms) for ms in bars} == bars, key
            assert list(after) == sorted(after)
        assert exchange.usdm.data.depth("BTCUSDT", 5).last_update_id > update_id
        _run(exchange, at_ms, 3)
        at_ms += 3_000
        assert exchange.spot.data.recent_trades("BTCUSDT", 1)[0].trade_id > 0
        for trade in exchange.spot.data.recent_trades("ETHUSDT", 50):
            assert trade.trade_id > trade_id
    exchange.close()


@pytest.mark.parametrize("away_ms", [90_000, 5 * HOUR_MS + 12_345, 9 * DAY_MS])
def test_the_time_away_is_bridged_without_a_hole_or_a_jump(tmp_path: Path, away_ms: int) -> None:
    path = tmp_path / "account.db"
    first = _open(path)
    _run(first, START_MS, 70)
    first.close()
    at_ms = START_MS + 70_000 + away_ms
    second = _open(path, at_ms)
    for interval, step in (("1m", MINUTE_MS), ("1h", HOUR_MS), ("1d", DAY_MS)):
        bars = second.usdm.data.candles("BTCUSDT", interval, 3_000)
        for before, after in pairwise(bars):
            assert after.open_time_ms == before.open_time_ms + step
            assert after.low <= min(after.open, after.close) <= after.high
        assert bars[-1].close_time_ms >= at_ms

    minutes = second.usdm.data.candles("BTCUSDT", "1m", 1_500)
    for before, after in pairwise(minutes):
        assert abs(after.open - before.close) / before.close < 0.001
    last = second.usdm.data.last_price("BTCUSDT")
    ask = second.usdm.data.book_ticker("BTCUSDT").ask_price
    assert abs(last - ask) / ask < 0.001
    second.close()


def test_fills_lie_inside_their_bars_and_the_day_statistics_go_on(tmp_path: Path) -> None:
    path = tmp_path / "account.db"
    first = _open(path)
    _run(first, START_MS, 61)
    first.spot.place(market(Side.BUY, "0.01"))
    _run(first, START_MS + 61_000, 2)
    fill = first.spot.fills("BTCUSDT", 1)[0]
    before = first.spot.data.ticker_24h("BTCUSDT")
    _kill(first)
    second = _open(path, START_MS + 66_000)
    (bar,) = second.spot.data.candles(
        "BTCUSDT", "1m", 1, fill.time_ms - fill.time_ms % MINUTE_MS, None
    )
    assert bar.low <= fill.price <= bar.high
    after = second.spot.data.ticker_24h("BTCUSDT")
    assert after.open_price == before.open_price
    assert abs(after.volume - before.volume) < before.volume / 1000
    second.reset_account()
    assert second.spot.data.ticker_24h("BTCUSDT") == after
    second.close()
    assert _open(path, START_MS + 67_000).spot.data.ticker_24h("BTCUSDT").volume >= after.volume


def test_a_file_without_a_past_works_and_gets_one(tmp_path: Path) -> None:
    path = tmp_path / "account.db"
    _open(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE bars")
        connection.execute("DELETE FROM states WHERE market LIKE 'past%'")
    connection.close()
    exchange = _open(path, START_MS + DAY_MS)
    assert exchange.notices == []
    assert len(exchange.spot.data.candles("BTCUSDT", "1m", 1500)) == 1500
    exchange.close()


def test_a_market_that_ran_ahead_of_the_clock_does_not_go_back(tmp_path: Path) -> None:
    path = tmp_path / "account.db"
    first = _open(path)
    first.pace.set_speed(60)
    _run(first, START_MS, 3)
    reached = first.spot.now_ms
    first.close()
    second = _open(path, START_MS + 5_000)
    assert second.spot.now_ms >= reached
    second.close()


@pytest.mark.parametrize(
    ("first_count", "second_count", "is_killed"), [(8, 24, True), (24, 8, False)]
)
def test_a_file_of_other_symbols_keeps_the_account_and_the_past(
    tmp_path: Path, first_count: int, second_count: int, is_killed: bool
) -> None:
    path, at_ms = tmp_path / "account.db", START_MS + 42_000
    first = _open(path, symbols=best_known_symbols(first_count))
    first.spot.place(market(Side.BUY, "0.01"))
    first.usdm.place(market(Side.SELL, "0.02"))
    waiting = first.spot.place(limit(Side.BUY, "20000", "0.001")).order
    _run(first, START_MS, 42)
    balances = {b.asset: b for b in first.spot.balances()}
    position = first.usdm.position("BTCUSDT")
    before = _closed(first, "SOLUSDT")
    _kill(first) if is_killed else first.close()

    second = _open(path, at_ms + 200_000, symbols=best_known_symbols(second_count))
    assert second.notices == []
    assert len(second.spot.data.symbols()) == second_count
    shown = {b.asset: b for b in second.spot.balances()}
    assert all(shown[asset] == balances[asset] for asset in shown.keys() & balances.keys())
    assert second.usdm.position("BTCUSDT").amount == position.amount == D("-0.02")
    assert second.spot.open_orders("BTCUSDT") == [waiting]
    for (name, interval), bars in before.items():
        each = second.spot if name == "spot" else second.usdm
        after = _candles(each, "SOLUSDT", interval, 2_000)
        assert {ms: after.get(ms) for ms in bars} == bars, (name, interval)
    new = second.spot.data.symbols()[-1].symbol
    _run(second, at_ms + 200_000, 3)
    closed = _closed(second, new)
    _kill(second) if is_killed else second.close()

    third = _open(path, at_ms + 210_000, symbols=best_known_symbols(second_count))
    assert third.notices == []
    for (name, interval), bars in closed.items():
        each = third.spot if name == "spot" else third.usdm
        after = _candles(each, new, interval, 2_000)
        assert {ms: after.get(ms) for ms in bars} == bars, (name, interval)
        assert list(after) == sorted(after)
    third.close()


def test_a_symbol_that_comes_and_goes_never_damages_the_file(tmp_path: Path) -> None:
    path, at_ms = tmp_path / "account.db", START_MS
    for symbols in (_FEW, ("ETHUSDT",), ("SOLUSDT",), ("SOLUSDT", *_FEW), _FEW):
        exchange = _open(path, at_ms, symbols=symbols)
        assert exchange.notices == []
        assert [r.symbol for r in exchange.usdm.data.symbols()] == list(symbols)
        minutes = exchange.usdm.data.candles(symbols[0], "1m", 1_500)
        assert len(minutes) == 1_500
        for one, next_one in pairwise(minutes):
            assert next_one.open_time_ms == one.open_time_ms + MINUTE_MS
        _kill(exchange)
        at_ms += 8 * DAY_MS


def test_what_the_account_has_orders_in_stays_listed(tmp_path: Path) -> None:
    path = tmp_path / "account.db"
    first = _open(path, symbols=("BTCUSDT", "SOLUSDT", "XRPUSDT"))
    first.usdm.set_leverage("XRPUSDT", 7)
    order = replace(limit(Side.BUY, "50.00", "1"), symbol="SOLUSDT")
    waiting = first.spot.place(order).order
    first.close()
    second = _open(path, START_MS + 9_000, symbols=("BTCUSDT",))
    assert [r.symbol for r in second.spot.data.symbols()] == ["BTCUSDT", "SOLUSDT"]
    assert second.spot.open_orders() == [waiting]
    _run(second, START_MS + 9_000, 2)
    second.close()
