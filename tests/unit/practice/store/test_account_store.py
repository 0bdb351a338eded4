"""The account file: kept over a restart, never lost, never overwritten when damaged."""

import sqlite3
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from terminal_app.practice.engine.algo_order import AlgoRequest
from terminal_app.practice.engine.kinds import AlgoOrderType, IncomeType, OrderStatus, Side
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.exchange import Exchange
from terminal_app.practice.usdm.modify import ModifyRequest
from tests.helpers.engine import START_MS, SetClock, limit, market

D = Decimal


def _open(path: Path | None, at_ms: int = START_MS, seed: int = 1) -> Exchange:
    return Exchange(SetClock(at_ms), seed, account_file=path, symbols=("BTCUSDT", "ETHUSDT"))


def _trade(exchange: Exchange) -> None:
    exchange.spot.place(market(Side.BUY, "0.01"))
    exchange.spot.place(limit(Side.BUY, "40000", "0.05", client_order_id="resting"))
    exchange.usdm.set_leverage("BTCUSDT", 50)
    exchange.usdm.place(market(Side.SELL, "0.05"))
    price = format(exchange.usdm.data.book_ticker("BTCUSDT").bid_price - 10, "f")
    exchange.usdm.place(limit(Side.BUY, price, "0.05", reduce_only=True))


@pytest.mark.parametrize("is_killed", [False, True])
def test_a_restart_finds_everything_again(tmp_path: Path, is_killed: bool) -> None:
    path = tmp_path / "account.db"
    first = _open(path)
    _trade(first)
    balances, wallet = first.spot.balances(), first.usdm.account().wallet_balance
    position = first.usdm.position("BTCUSDT")
    spot_orders, usdm_orders = (m.all_orders(None, 100) for m in (first.spot, first.usdm))
    fills, income = first.spot.fills(None, 100), first.usdm.income(None, None, 100)
    if is_killed:
        first.store._connection.close()
    else:
        first.close()

    second = _open(path, START_MS + 5_000)
    assert second.notices == []
    assert second.spot.balances() == balances
    assert second.usdm.account().wallet_balance == wallet
    again = second.usdm.position("BTCUSDT")
    assert (again.amount, again.entry_price, again.leverage, again.break_even_price) == (
        position.amount,
        position.entry_price,
        50,
        position.break_even_price,
    )
    assert second.spot.all_orders(None, 100) == spot_orders
    assert second.usdm.all_orders(None, 100) == usdm_orders
    assert second.spot.fills(None, 100) == fills
    assert second.usdm.income(None, None, 100) == income
    second.close()


def test_open_orders_rest_again_and_ids_go_on(tmp_path: Path) -> None:
    path = tmp_path / "account.db"
    first = _open(path)
    _trade(first)
    last_order = first.spot.all_orders(None, 100)[-1].order_id
    last_trade = first.spot.fills(None, 100)[-1].trade_id
    first.close()
    second = _open(path)
    bids = dict(second.spot.data.depth("BTCUSDT", 5000).bids)
    assert bids[D(40_000)] == D("0.05")
    with pytest.raises(ExchangeError, match="Duplicate order sent"):
        second.spot.place(limit(Side.BUY, "40000", "0.05", client_order_id="resting"))
    placed = second.spot.place(market(Side.BUY, "0.001"))
    assert placed.order.order_id > last_order
    assert placed.fills[0].trade_id > last_trade
    cancelled = second.spot.cancel("BTCUSDT", client_order_id="resting")
    assert cancelled.status is OrderStatus.CANCELED
    assert all(balance.locked == 0 for balance in second.spot.balances())
    second.close()


def test_prices_go_on_where_they_stood(tmp_path: Path) -> None:
    path = tmp_path / "account.db"
    first = _open(path)
    for passed in range(1, 120):
        first.advance(START_MS + 1000 * passed)
    left = first.usdm.mark_price("BTCUSDT").index_price
    first.close()
    second = _open(path, START_MS + 200_000)
    found = second.usdm.mark_price("BTCUSDT").index_price
    assert abs(found - left) / left < D("0.0005")
    second.close()


def test_reset_gives_a_fresh_account_with_higher_ids(tmp_path: Path) -> None:
    path = tmp_path / "account.db"
    exchange = _open(path)
    _trade(exchange)
    last_order = exchange.spot.all_orders(None, 100)[-1].order_id
    exchange.reset_account()
    exchange.close()
    again = _open(path)
    held = {b.asset: b.free for b in again.spot.balances() if b.free or b.locked}
    assert held == {"USDT": D(10_000), "BTC": D("0.5")}
    assert again.usdm.account().margin_balance == D(10_000)
    assert again.usdm.position("BTCUSDT").leverage == 20
    for each in (again.spot, again.usdm):
        assert each.open_orders() == []
        assert each.all_orders(None, 10) == []
        assert each.fills(None, 10) == []
    assert again.usdm.income(None, IncomeType.COMMISSION, 10) == []
    assert again.spot.place(market(Side.BUY, "0.001")).order.order_id > last_order
    again.close()


@pytest.mark.parametrize(
    "content", [b"no database at all" * 100, b"SQLite format 3\0" + b"x" * 900]
)
def test_a_damaged_file_is_kept_aside_and_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "account.db"
    path.write_bytes(content)
    exchange = _open(path)
    (kept,) = tmp_path.glob("account.db.damaged-*")
    assert kept.read_bytes() == content
    (notice,) = exchange.notices
    assert kept.name in notice
    assert exchange.usdm.account().wallet_balance == D(10_000)
    exchange.spot.place(market(Side.BUY, "0.001"))
    exchange.close()
    assert _open(path).notices == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE states SET body = '[]' WHERE market = 'spot'",
        "UPDATE states SET body = 'no json' WHERE market = 'usdm'",
        "UPDATE states SET body = json_set(body, '$.balances.USDT', '-5') WHERE market = 'spot'",
        "UPDATE states SET body = json_set(body, '$.balances.USDT', 5) WHERE market = 'spot'",
        "UPDATE states SET body = json_set(body, '$.balances.USDT', 'NaN') WHERE market = 'spot'",
        "UPDATE states SET body = json_set(body, '$.wallet', 'much') WHERE market = 'usdm'",
        "UPDATE states SET body = json_set(body, '$.counters.order_id', 'x') WHERE market = 'spot'",
        "UPDATE states SET body = json_set(body, '$.BTC', 'x') WHERE market = 'prices'",
        "UPDATE states SET body = json_set(body, '$.symbols', 7) WHERE market = 'past spot'",
        "UPDATE orders SET body = json_set(body, '$.status', 'DREAMING')",
        "UPDATE orders SET body = json_set(body, '$.executed_quantity', '-1')",
        "UPDATE fills SET body = json_remove(body, '$.price')",
        "UPDATE bars SET body = x'00'",
        "UPDATE bars SET body = zeroblob(length(body))",
    ],
)
def test_rows_that_cannot_be_are_kept_aside_and_said(tmp_path: Path, change: str) -> None:
    path = tmp_path / "account.db"
    exchange = _open(path)
    _trade(exchange)
    exchange.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute(change).rowcount > 0
    connection.close()
    again = _open(path)
    (kept,) = tmp_path.glob("account.db.damaged-*")
    (notice,) = again.notices
    assert kept.name in notice
    assert again.usdm.account().wallet_balance == D(10_000)
    assert again.spot.all_orders(None, 10) == []
    again.close()


def test_two_exchanges_never_share_a_file(tmp_path: Path) -> None:
    path = tmp_path / "account.db"
    first = _open(path)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        _open(path)
    assert list(tmp_path.glob("*.damaged*")) == []
    first.close()


def test_waiting_orders_and_modifications_outlive_the_program(tmp_path: Path) -> None:
    path = tmp_path / "account.db"
    first = _open(path)
    market_of = first.usdm
    last = market_of.data.last_price("BTCUSDT")
    trigger = (last * D("0.98")).quantize(D("0.1"))
    request = AlgoRequest(
        "BTCUSDT",
        Side.SELL,
        AlgoOrderType.STOP_MARKET,
        quantity=D("0.01"),
        trigger_price=trigger,
        client_algo_id="guard",
    )
    algo = market_of.algos.place(request)
    price = (last * D("0.98")).quantize(D("0.1"))
    order = market_of.place(limit(Side.BUY, format(price, "f"), "0.01")).order
    change = ModifyRequest("BTCUSDT", Side.BUY, D("0.02"), price, order.order_id)
    market_of.modify(change)
    first.close()
    second = _open(path, START_MS + 5_000)
    assert second.usdm.algos.book.order(None, "guard") == algo
    rows = second.usdm.modifications("BTCUSDT", order.order_id, None, 10)
    assert [row.quantity_after for row in rows] == [D("0.02")]
    assert second.usdm.algos.place(replace(request, client_algo_id="")).algo_id > algo.algo_id
    second.close()
