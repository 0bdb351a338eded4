"""A new seed begins new markets under the same account."""

from decimal import Decimal
from pathlib import Path

from terminal_app.practice.engine.events import TimeSought
from terminal_app.practice.engine.kinds import MarketName, OrderStatus, Side
from terminal_app.practice.exchange import Exchange
from terminal_app.practice.sources.regimes import Regime
from tests.helpers.engine import Recorder, SetClock, limit, market

BTC = "BTCUSDT"


def opened(seed: int, account_file: Path | None = None) -> Exchange:
    return Exchange(SetClock(), seed, symbols=(BTC,), account_file=account_file)


def lives(exchange: Exchange, ms: int) -> list[object]:
    """Return what happens in a stretch of market time."""
    recorder = Recorder()
    exchange.add_listener(recorder)
    exchange.step(ms)
    return [event for event in recorder.events if not isinstance(event, TimeSought)]


def prices(exchange: Exchange) -> list[Decimal]:
    data = exchange.spot.data
    return [candle.close for candle in data.candles(BTC, "1m", 50)]


def test_same_seed_at_the_same_time_makes_the_same_market() -> None:
    first, second, other = opened(1), opened(2), opened(1)
    for exchange, seed in ((first, 7), (second, 7), (other, 8)):
        exchange.reseed(seed)
    assert prices(first) == prices(second) != prices(other)
    assert first.spot.data.depth(BTC, 5).bids == second.spot.data.depth(BTC, 5).bids
    assert len(lives(first, 20_000)) > 100
    lives(second, 20_000)
    assert prices(first) == prices(second)
    assert first.seed == 7


def test_orders_end_and_the_account_stays() -> None:
    exchange = opened(1)
    recorder = Recorder()
    exchange.add_listener(recorder)
    spot, usdm = exchange.spot, exchange.usdm
    bought = usdm.place(market(Side.BUY, "0.1")).order
    low = str(spot.data.book_ticker(BTC).bid_price - 500)
    resting = spot.place(limit(Side.BUY, low, "0.01")).order
    balances, fills = spot.balances(), usdm.fills(BTC, 10)
    entry = usdm.position(BTC).entry_price
    exchange.reseed(99)
    assert spot.order(BTC, resting.order_id).status is OrderStatus.CANCELED
    assert usdm.order(BTC, bought.order_id).status is OrderStatus.FILLED
    assert [b.free + b.locked for b in spot.balances()] == [b.free + b.locked for b in balances]
    assert usdm.fills(BTC, 10) == fills
    position = usdm.position(BTC)
    assert (position.amount, position.entry_price) == (Decimal("0.1"), entry)
    best = usdm.data.book_ticker(BTC)
    assert abs(position.mark_price - best.bid_price) < best.bid_price / 100
    sought = [event.market for event in recorder.events if isinstance(event, TimeSought)]
    assert sought == [MarketName.SPOT, MarketName.USDM]


def test_ids_go_on_and_fills_still_come() -> None:
    exchange = opened(1)
    exchange.step(5_000)
    tape_id = exchange.spot.data.recent_trades(BTC, 1)[-1].trade_id
    update_id = exchange.spot.data.depth(BTC, 1).last_update_id
    exchange.reseed(5)
    assert exchange.spot.data.depth(BTC, 1).last_update_id > update_id
    order = exchange.spot.place(market(Side.BUY, "0.01")).order
    (fill,) = {fill.order_id: fill for fill in exchange.spot.fills(BTC, 10)}.values()
    assert (fill.order_id, order.status) == (order.order_id, OrderStatus.FILLED)
    assert fill.trade_id > tape_id
    best = exchange.spot.data.book_ticker(BTC).ask_price
    resting = exchange.spot.place(limit(Side.SELL, str(best), "0.01")).order
    exchange.step(120_000)
    assert exchange.spot.order(BTC, resting.order_id).executed_quantity > 0


def test_regime_and_filters_stay() -> None:
    exchange = opened(1)
    exchange.mood.set(Regime.CRASH)
    exchange.spot.change_rules(BTC, min_notional=Decimal(77))
    exchange.reseed(5)
    assert exchange.mood.regime is Regime.CRASH
    assert exchange.spot.data.rules(BTC).min_notional == 77


def test_account_file_goes_on_with_the_new_market(tmp_path: Path) -> None:
    path = tmp_path / "account.db"
    exchange = opened(1, path)
    exchange.step(2_000)
    exchange.reseed(5)
    exchange.step(2_000)
    shown = prices(exchange)
    exchange.close()
    again = opened(1, path)
    assert again.notices == []
    assert prices(again)[:-1][-40:] == shown[:-1][-40:]
    again.close()


def test_countdown_of_the_time_before_is_still_kept() -> None:
    exchange = opened(1)
    exchange.usdm.start_countdown(BTC, 5_000)
    exchange.reseed(5)
    mark = exchange.usdm.mark_price(BTC).mark_price
    order = exchange.usdm.place(limit(Side.BUY, f"{mark * Decimal('0.97'):.1f}", "0.01")).order
    exchange.step(6_000)
    assert exchange.usdm.order(BTC, order.order_id).status is OrderStatus.CANCELED
