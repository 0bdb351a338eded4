"""Markets out of files of Binance's public archive, and candles played bar by bar."""

import gzip
import hashlib
import io
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.practice.engine.events import OrderEvent
from terminal_app.practice.engine.kinds import MarketName, MarketState, OrderStatus, Side
from terminal_app.practice.exchange import Exchange, RecordingError
from terminal_app.practice.snapshot import Snapshots
from terminal_app.practice.sources.archive_files import recognise_archive, time_of, without_overlaps
from terminal_app.practice.sources.bar_close import AverageTrueRange
from terminal_app.practice.sources.bars_path import RecordedBar, prints_of
from terminal_app.practice.sources.play_options import Execution, PlayOptions
from tests.helpers.engine import QUIET, START_MS, Recorder, SetClock, limit, market
from tests.helpers.shared import shared_path

D = Decimal
T = 1_735_689_600_000  # 2025-01-01, a whole minute
BARS = (
    "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,"
    "taker_buy_quote_volume,ignore"
)


def _archive(folder: Path, name: str, *lines: str) -> Path:
    path = folder / f"{name}.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(f"{path.stem}.csv", "\n".join([*lines, ""]))
    path.write_bytes(content.getvalue())
    digest = hashlib.sha256(content.getvalue()).hexdigest()
    path.with_name(path.name + ".CHECKSUM").write_text(f"{digest}  {path.name}\n")
    return path


def _bar(minute: int, prices: str, volume: str = "2.0") -> str:
    start = T + 60_000 * minute
    return f"{start},{prices},{volume},{start + 59_999},0,50,1.0,0,0"


def _play(exchange: Exchange, until_ms: int) -> None:
    at = START_MS
    while exchange.spot.now_ms < until_ms and exchange.spot.state is not MarketState.ENDED:
        at += 1000
        exchange.advance(at)


def test_trades_in_microseconds_become_the_tape_of_a_spot_market(tmp_path: Path) -> None:
    rows = [f"{n},50000.0{n},0.1,5000,{T * 1000 + n * 500_000},True,True" for n in range(1, 5)]
    path = _archive(tmp_path, "BTCUSDT-trades-2025-01-01", *rows)
    exchange = Exchange(SetClock(), symbols=QUIET, recordings=[path])
    _play(exchange, T + 10_000)
    prints = exchange.spot.data.recent_trades("BTCUSDT", 10)
    assert [trade.trade_id for trade in prints] == [1, 2, 3, 4]
    assert prints[-1].time_ms == T + 2000
    top = exchange.spot.data.depth("BTCUSDT", 100)
    assert (top.bids[0][0], top.asks[0][0]) == (D("50000.04"), D("50000.05"))
    assert len(top.bids) == len(top.asks) == 20


def test_a_coin_that_nobody_knows_is_played_with_the_steps_of_its_record(tmp_path: Path) -> None:
    rows = [
        f"1,0.00123400,5000.00000000,6,{T},True,True",
        f"2,0.00123450,12.50000000,6,{T + 100},True,True",
    ]
    exchange = Exchange(
        SetClock(), recordings=[_archive(tmp_path, "FROGUSDT-trades-2024-01", *rows)]
    )
    rules = exchange.spot.data.rules("FROGUSDT")
    assert (rules.tick_size, rules.step_size) == (D("0.0000001"), D("0.1"))
    assert (rules.min_price, rules.price_precision) == (rules.tick_size, 7)
    _play(exchange, T + 1000)
    prints = exchange.spot.data.recent_trades("FROGUSDT", 10)
    assert [(each.price, each.quantity) for each in prints] == [
        (D("0.001234"), D(5000)), (D("0.0012345"), D("12.5")),
    ]  # fmt: skip
    bought = exchange.spot.place(replace(market(Side.BUY, "10000"), symbol="FROGUSDT")).order
    assert bought.status is OrderStatus.FILLED


def test_a_known_symbol_gets_finer_steps_where_its_record_has_them(tmp_path: Path) -> None:
    coarse = _archive(tmp_path / "a/um", "BTCUSDT-aggTrades-2025-01-01", f"1,50000,1,1,1,{T},true")
    fine = _archive(tmp_path / "b/um", "BTCUSDT-aggTrades-2020-01-01", f"1,7000.01,1,1,1,{T},true")
    ticks = [
        Exchange(SetClock(), recordings=[path]).usdm.data.rules("BTCUSDT").tick_size
        for path in (coarse, fine)
    ]
    assert ticks == [D("0.1"), D("0.01")]


def test_what_two_files_hold_is_played_once(tmp_path: Path) -> None:
    trade = "{},50000.00,0.1,5000,{},True,True"
    month = [trade.format(n, T + n * 1000) for n in (1, 2)]
    files = [
        _archive(tmp_path, "BTCUSDT-trades-2025-01", *month),
        _archive(tmp_path, "BTCUSDT-trades-2025-01-01", month[0]),
        _archive(tmp_path, "BTCUSDT-trades-2025-02-01", trade.format(3, T + 3000)),
    ]
    exchange = Exchange(SetClock(), recordings=files)
    _play(exchange, T + 10_000)
    prints = exchange.spot.data.recent_trades("BTCUSDT", 10)
    assert [trade.trade_id for trade in prints] == [1, 2, 3]


def test_of_candles_the_shortest_are_played(tmp_path: Path) -> None:
    names = ("1mo-2025-01", "1h-2025-01-01", "1m-2025-01-01", "1d-2025-01-01")
    made = [
        recognise_archive(_archive(tmp_path, f"BTCUSDT-{name}", _bar(0, "1,1,1,1")))
        for name in names
    ]
    assert [file.interval for file in without_overlaps(made)] == ["1m"]


def test_futures_prices_and_depth_come_from_their_files(tmp_path: Path) -> None:
    folder = tmp_path / "data/futures/um/daily"
    trades = _archive(
        folder / "aggTrades", "BTCUSDT-aggTrades-2025-01-01",
        "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker",
        f"7,50000.0,0.100,10,12,{T + 50},false", f"8,50000.0,0.100,13,13,{T + 900},false",
    )  # fmt: skip
    tickers = _archive(
        folder / "bookTicker", "BTCUSDT-bookTicker-2025-01-01",
        "update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,transaction_time,event_time",
        f"99,49999.9,1.500,50000.2,0.700,{T},{T}",
    )  # fmt: skip
    depth = _archive(
        folder / "bookDepth", "BTCUSDT-bookDepth-2025-01-01", "timestamp,percentage,depth,notional",
        "2025-01-01 00:00:00,-1,500.0,1", "2025-01-01 00:00:00,1,1000.0,1",
    )  # fmt: skip
    exchange = Exchange(SetClock(), symbols=QUIET, recordings=[trades, tickers, depth])
    _play(exchange, T)
    ticker = exchange.usdm.data.book_ticker("BTCUSDT")
    assert (ticker.bid_price, ticker.ask_quantity) == (D("49999.9"), D("0.7"))
    book = exchange.usdm.data.depth("BTCUSDT", 100)
    assert book.bids[:2] == ((D("49999.9"), D("1.5")), (D("49999.8"), D("0.1")))
    assert book.asks[:2] == ((D("50000.2"), D("0.7")), (D("50000.3"), D("0.2")))


@pytest.mark.parametrize(
    ("name", "market_name"),
    [
        ("spot/BTCUSDT-1m-2025-01", MarketName.SPOT),
        ("futures/um/BTCUSDT-1m-2025-01", MarketName.USDM),
        ("BTCUSDT-1m-2025-01", MarketName.USDM),
        ("BTCUSDT-bookDepth-2025-01-01", MarketName.USDM),
    ],
)
def test_the_market_is_told_by_folder_or_columns(
    tmp_path: Path, name: str, market_name: MarketName
) -> None:
    path = _archive(tmp_path, name, BARS, _bar(0, "1,2,1,2"))
    assert recognise_archive(path).market is market_name


def test_a_file_that_does_not_match_its_checksum_is_refused(tmp_path: Path) -> None:
    path = _archive(tmp_path, "spot/BTCUSDT-1m-2025-01", _bar(0, "1,2,1,2"))
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(RecordingError, match="does not match its checksum"):
        Exchange(SetClock(), symbols=QUIET, recordings=[path])


def test_a_file_of_another_name_and_a_broken_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="not named like"):
        recognise_archive(tmp_path / "prices.csv")
    broken = tmp_path / "spot" / "BTCUSDT-trades-2025-01-01.zip"
    broken.parent.mkdir()
    broken.write_bytes(b"no zip")
    with pytest.raises(RecordingError, match="cannot be read"):
        Exchange(SetClock(), symbols=QUIET, recordings=[broken])


def test_times_are_read_in_every_form() -> None:
    assert time_of(str(T)) == time_of(str(T * 1000)) == time_of("2025-01-01 00:00:00") == T


_PRICES = st.lists(st.integers(1, 500), min_size=4, max_size=4)


@given(_PRICES, st.integers(4, 5000), st.integers(1, 1000), st.text(max_size=3))
def test_a_candle_of_the_made_up_tape_is_the_recorded_one(
    prices: list[int], lots: int, count: int, seed: str
) -> None:
    first, close = prices[:2]
    bar = RecordedBar(T, T + 60_000, first, max(prices), min(prices), close, lots, count, 0.5)
    made = list(prints_of(bar, seed))
    ticks = [each.ticks for each in made]
    assert (ticks[0], max(ticks), min(ticks), ticks[-1]) == (bar.open, bar.high, bar.low, close)
    assert sum(each.lots for each in made) == lots
    assert all(each.lots > 0 and T <= each.time_ms < T + 60_000 for each in made)
    assert made == list(prints_of(bar, seed))


def test_recorded_candles_come_back_from_the_made_up_tape(tmp_path: Path) -> None:
    source = shared_path("data/candles/LTCUSDT-usdm-1m-2026-02.csv.gz")
    with gzip.open(source, "rt") as lines:
        rows = [line.strip() for _, line in zip(range(40), lines, strict=False)]
    path = _archive(tmp_path, "futures/um/LTCUSDT-1m-2026-02", *rows)
    exchange = Exchange(SetClock(), symbols=QUIET, recordings=[path], speed=100)
    for step in range(1, 30):
        exchange.advance(START_MS + 1000 * step)
    got = exchange.usdm.data.candles("LTCUSDT", "1m", 39, 1_769_904_000_000)
    wanted = [row.split(",") for row in rows[1:]]
    assert [(c.open_time_ms, c.open, c.high, c.low, c.close, c.volume) for c in got] == [
        (int(row[0]), *map(D, row[1:6])) for row in wanted
    ]


def test_bar_close_fills_what_waits_at_the_next_open(tmp_path: Path) -> None:
    path = _archive(
        tmp_path, "spot/BTCUSDT-1m-2025-01",
        _bar(0, "50000,50010,49990,50000"), _bar(1, "50000,50020,50000,50010"),
        _bar(2, "50010,50011,50009,50010"), _bar(3, "50010,50011,50009,50010"),
    )  # fmt: skip
    play = PlayOptions(execution=Execution.BAR_CLOSE)
    exchange = Exchange(SetClock(), symbols=QUIET, recordings=[path], play=play)
    recorder = Recorder()
    exchange.add_listener(recorder)
    _play(exchange, T + 61_000)
    bought = exchange.spot.place(market(Side.BUY, "0.01")).order
    too_low = exchange.spot.place(limit(Side.BUY, "50019", "0.01")).order
    sold = exchange.spot.place(limit(Side.SELL, "50000", "0.01")).order
    assert {bought.status, too_low.status, sold.status} == {OrderStatus.NEW}
    _play(exchange, T + 119_000)
    assert exchange.spot.fills("BTCUSDT", 10) == []
    _play(exchange, T + 121_000)
    # The ranges were 20 and 20, so the price is the open 50010 ± 0.5 * 20.
    fills = exchange.spot.fills("BTCUSDT", 10)
    assert [(f.order_id, f.price, f.is_maker) for f in fills] == [
        (bought.order_id, D(50020), False),
        (sold.order_id, D(50000), False),
    ]
    still = exchange.spot.order("BTCUSDT", too_low.order_id)
    assert still.status is OrderStatus.NEW
    assert all(isinstance(e, OrderEvent) for e in recorder.orders())


def test_the_average_true_range_is_wilders() -> None:
    average = AverageTrueRange()
    for _ in range(14):
        average.add(110, 100, 105)
    assert average.value == 10
    average.add(139, 115, 120)  # from the close at 105: a true range of 34
    assert average.value == 10 + D(34 - 10) / 14


@pytest.mark.parametrize("execution", Execution)
def test_snapshot_goes_on_with_the_same_bars(tmp_path: Path, execution: Execution) -> None:
    bars = [_bar(n, f"{50_000 + n},50020,49990,{50_001 + n}") for n in range(30)]
    path = _archive(tmp_path, "BTCUSDT-1m-2025-01-01", BARS, *bars)
    play = PlayOptions(execution=execution)
    exchange = Exchange(SetClock(), symbols=QUIET, recordings=[path], play=play)
    exchange.step(5 * 60_000)
    kept = exchange.usdm.place(limit(Side.BUY, "49000", "0.1")).order.order_id
    recorder = Recorder()
    exchange.add_listener(recorder)
    fixed = {**exchange.fixed(), "recorder": recorder}
    snapshots = Snapshots(exchange.anchors(), fixed, "secret")
    data = snapshots.freeze(exchange.store.dump())
    runs = []
    for _ in range(2):
        exchange.step(5 * 60_000)
        runs.append(tuple(recorder.events))
        exchange.go_on_with(snapshots.thaw(data))
        recorder.events.clear()
    assert runs[0] == runs[1]
    assert len(runs[0]) > 100
    assert [order.order_id for order in exchange.usdm.open_orders("BTCUSDT")] == [kept]
