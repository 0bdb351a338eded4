"""The recorded market against the captures it plays."""

import gzip
from decimal import Decimal
from pathlib import Path

import pytest

from terminal_app.practice.engine.events import BookTicker, DepthChanged, Event, TradePrinted
from terminal_app.practice.engine.kinds import (
    MarketName,
    MarketState,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)
from terminal_app.practice.engine.market_values import Level
from terminal_app.practice.engine.order_list import ListKind, ListRequest
from terminal_app.practice.exchange import Exchange, RecordingError
from terminal_app.practice.snapshot import Snapshots
from tests.helpers.engine import QUIET, START_MS, Recorder, SetClock, limit, market
from tests.helpers.recorded_lines import (
    OPENING,
    depth_line,
    order_state,
    play,
    recorded_exchange,
    snapshot_line,
    trade_line,
)
from tests.helpers.shared import shared_json, shared_path

D = Decimal
SPOT = ("data/market/spot/btcusdt_20240808.gz", "data/market/spot/btcusdt_20240809.gz")
USDM = ("data/market/usdm/btcusdt_20240808.gz",)
Top = tuple[Level, Level]


class _BookWatch:
    """Compare the depth book with the ticker at equal update ids, and follow the chain of ids."""

    def __init__(self, exchange: Exchange, name: MarketName) -> None:
        self.data = (exchange.spot if name is MarketName.SPOT else exchange.usdm).data
        self.name = name
        self.from_depth: dict[int, Top] = {}
        self.from_ticker: dict[int, Top] = {}
        self.last_id: int | None = None

    def __call__(self, event: Event) -> None:
        if isinstance(event, BookTicker) and event.market is self.name:
            assert event.bid_price < event.ask_price
            bid = (event.bid_price, event.bid_quantity)
            self.from_ticker[event.update_id] = (bid, (event.ask_price, event.ask_quantity))
        elif isinstance(event, DepthChanged) and event.market is self.name:
            self._on_depth(event)

    def _on_depth(self, event: DepthChanged) -> None:
        if self.last_id is not None:
            if self.name is MarketName.SPOT:
                assert event.first_update_id == self.last_id + 1
            else:
                assert event.previous_final_update_id == self.last_id
        self.last_id = event.final_update_id
        depth = self.data.depth("BTCUSDT", 1)
        assert depth.last_update_id == event.final_update_id
        assert depth.bids[0][0] < depth.asks[0][0]
        self.from_depth[event.final_update_id] = (depth.bids[0], depth.asks[0])


@pytest.mark.parametrize(("name", "files"), [(MarketName.SPOT, SPOT[:1]), (MarketName.USDM, USDM)])
def test_book_equals_the_captured_ticker_at_equal_update_ids(
    name: MarketName, files: tuple[str, ...]
) -> None:
    paths = [shared_path(file) for file in files]
    exchange = Exchange(SetClock(), symbols=QUIET, recordings=paths, speed=10)
    watch = _BookWatch(exchange, name)
    exchange.add_listener(watch)
    play(exchange, 12)
    common = watch.from_depth.keys() & watch.from_ticker.keys()
    assert len(common) > 50
    assert [u for u in common if watch.from_depth[u] != watch.from_ticker[u]] == []


def test_candles_equal_those_derived_from_the_recorded_trades() -> None:
    expected = shared_json("data/market/spot/btcusdt_1m_derived_from_trades.json")
    exchange = Exchange(
        SetClock(), symbols=QUIET, recordings=[shared_path(file) for file in SPOT], speed=100
    )
    play(exchange, 7)
    assert exchange.spot.state is MarketState.ENDED
    assert exchange.notices == []
    candles = exchange.spot.data.candles("BTCUSDT", "1m", 10, expected[0][0])
    got = [
        [
            c.open_time_ms,
            *(c.open, c.high, c.low, c.close, c.volume),
            c.close_time_ms,
            c.quote_volume,
            c.trade_count,
            *(c.taker_buy_volume, c.taker_buy_quote_volume),
        ]
        for c in candles
    ]
    wanted = [
        [row[0], *map(D, row[1:6]), row[6], D(row[7]), row[8], *map(D, row[9:11])]
        for row in expected
    ]
    assert got == wanted
    ended_ms = exchange.spot.now_ms
    exchange.advance(START_MS + 8_000)
    assert exchange.spot.now_ms == ended_ms


def test_only_recorded_symbols_are_listed_and_the_other_market_stays_alive() -> None:
    exchange = Exchange(SetClock(), recordings=[shared_path(SPOT[0])])
    for each in (exchange.spot, exchange.usdm):
        assert [rules.symbol for rules in each.data.symbols()] == ["BTCUSDT"]
    assert exchange.spot.now_ms < exchange.usdm.now_ms
    assert exchange.spot.data.candles("BTCUSDT", "1h", 100)[0].open_time_ms > 1_723_000_000_000


def test_a_taker_gets_recorded_prices_less_what_it_took_before(tmp_path: Path) -> None:
    first = trade_line(1, "50000", "0.1", True, 100)
    exchange, _ = recorded_exchange(
        tmp_path, first, depth_line(12, 12, [], [(D(50001), D(3))], 1000)
    )
    bought = exchange.spot.place(market(Side.BUY, "0.1"))
    assert [fill.price for fill in bought.fills] == [D(50001)]
    assert exchange.spot.data.depth("BTCUSDT", 1).asks == ((D(50001), D(1)),)
    rest = limit(Side.BUY, "50001", "0.05", TimeInForce.IOC)
    book = exchange.spot.data.depth("BTCUSDT", 5)
    assert exchange.spot.place(rest).order.status is OrderStatus.FILLED
    assert exchange.spot.data.depth("BTCUSDT", 5).asks == book.asks
    trades = exchange.spot.data.recent_trades("BTCUSDT", 10)
    assert [trade.trade_id for trade in trades] == [1]


def test_a_resting_order_waits_for_the_queue_ahead(tmp_path: Path) -> None:
    exchange, recorder = recorded_exchange(
        tmp_path,
        trade_line(1, "50000", "0.6", True, 300),
        trade_line(2, "50000", "0.45", True, 400),
        trade_line(3, "49999", "5", True, 500),
    )
    mine = exchange.spot.place(limit(Side.BUY, "50000", "0.1")).order
    exchange.advance(START_MS + 310)
    assert order_state(exchange, mine) == (OrderStatus.NEW, D(0))
    exchange.advance(START_MS + 410)
    assert order_state(exchange, mine) == (OrderStatus.PARTIALLY_FILLED, D("0.05"))
    exchange.advance(START_MS + 510)
    assert order_state(exchange, mine) == (OrderStatus.FILLED, D("0.1"))
    assert exchange.spot.fills("BTCUSDT", 10)[-1].price == D(50000)
    prints = [e for e in recorder.events if isinstance(e, TradePrinted)]
    spot_ids = [e.trade.trade_id for e in prints if e.market is MarketName.SPOT]
    assert spot_ids == [1, 2, 3]


def test_cancels_ahead_are_shared_evenly(tmp_path: Path) -> None:
    exchange, _ = recorded_exchange(
        tmp_path,
        depth_line(12, 12, [(D(50000), D("0.5"))], [], 300),
        trade_line(1, "50000", "0.5", True, 400),
        trade_line(2, "50000", "0.02", True, 500),
    )
    mine = exchange.spot.place(limit(Side.BUY, "50000", "0.1")).order
    exchange.advance(START_MS + 410)
    assert order_state(exchange, mine) == (OrderStatus.NEW, D(0))
    exchange.advance(START_MS + 510)
    assert order_state(exchange, mine) == (OrderStatus.PARTIALLY_FILLED, D("0.02"))


def test_own_size_is_published_with_the_next_recorded_event(tmp_path: Path) -> None:
    exchange, recorder = recorded_exchange(
        tmp_path, depth_line(12, 14, [(D(49999), D(1))], [], 300), depth_line(15, 15, [], [], 400)
    )
    mine = exchange.spot.place(limit(Side.BUY, "50000", "0.1")).order
    assert exchange.spot.data.depth("BTCUSDT", 1).bids == ((D(50000), D("1.1")),)
    exchange.advance(START_MS + 310)
    change = [e for e in recorder.events if isinstance(e, DepthChanged)][-1]
    assert (change.first_update_id, change.final_update_id) == (12, 14)
    assert set(change.bids) == {(D(49999), D(1)), (D(50000), D("1.1"))}
    exchange.spot.cancel("BTCUSDT", mine.order_id)
    exchange.advance(START_MS + 410)
    change = [e for e in recorder.events if isinstance(e, DepthChanged)][-1]
    assert change.bids == ((D(50000), D(1)),)


def test_an_order_the_other_side_comes_to_is_filled_and_never_crosses(tmp_path: Path) -> None:
    moved = depth_line(12, 12, [(D(50000), D(0))], [(D(50000), D("0.04"))], 300)
    exchange, _ = recorded_exchange(tmp_path, moved)
    mine = exchange.spot.place(limit(Side.BUY, "50000", "0.1")).order
    exchange.advance(START_MS + 310)
    assert order_state(exchange, mine) == (OrderStatus.PARTIALLY_FILLED, D("0.04"))
    depth = exchange.spot.data.depth("BTCUSDT", 1)
    assert depth.bids[0][0] < depth.asks[0][0]


def test_a_fill_by_the_other_side_coming_starts_what_waits_for_it(tmp_path: Path) -> None:
    moved = depth_line(12, 12, [(D(50000), D(0))], [(D(50000), D("0.04"))], 300)
    exchange, _ = recorded_exchange(tmp_path, moved)
    working, pending = limit(Side.BUY, "50000", "0.04"), limit(Side.SELL, "51000", "0.04")
    placed = exchange.spot.place_list(ListRequest(ListKind.OTO, (working, pending)))
    exchange.advance(START_MS + 310)
    states = [order_state(exchange, each.order)[0] for each in placed.placed]
    assert states == [OrderStatus.FILLED, OrderStatus.NEW]


def test_post_only_looks_at_the_recorded_book(tmp_path: Path) -> None:
    exchange, _ = recorded_exchange(tmp_path)
    inside = limit(Side.BUY, "50000.5", "0.01", order_type=OrderType.LIMIT_MAKER)
    assert exchange.spot.place(inside).order.status is OrderStatus.NEW
    assert exchange.spot.data.depth("BTCUSDT", 1).bids == ((D("50000.5"), D("0.01")),)


def test_a_gap_ends_the_play_with_a_notice(tmp_path: Path) -> None:
    exchange, _ = recorded_exchange(
        tmp_path, depth_line(13, 13, [], [], 300), trade_line(1, "1", "1", True, 400)
    )
    exchange.advance(START_MS + 2000)
    assert exchange.spot.state is MarketState.ENDED
    assert len(exchange.notices) == 1
    assert "gap" in exchange.notices[0]
    assert exchange.spot.data.recent_trades("BTCUSDT", 5) == []


def test_a_gap_is_left_with_the_next_snapshot_that_joins(tmp_path: Path) -> None:
    stale, whole = snapshot_line([["1", "1"]], [["2", "1"]]), snapshot_line([["50010", "1"]], [])
    exchange, recorder = recorded_exchange(
        tmp_path,
        depth_line(20, 21, [(D(50009), D(2))], [], 300),
        trade_line(7, "49990", "1", True, 350),
        stale,
        whole.replace('"lastUpdateId": 10', '"lastUpdateId": 20'),
        depth_line(22, 22, [], [(D(50011), D(1))], 400),
    )
    mine = exchange.spot.place(limit(Side.BUY, "50000", "0.1")).order
    exchange.advance(START_MS + 410)
    depth = exchange.spot.data.depth("BTCUSDT", 5)
    assert depth.bids == ((D(50010), D(1)), (D(50009), D(2)), (D(50000), D("0.1")))
    assert depth.asks == ((D(50011), D(1)),)
    assert order_state(exchange, mine) == (OrderStatus.NEW, D(0))
    assert exchange.spot.data.last_price("BTCUSDT") == D(49990)
    assert "went on with the next whole book" in exchange.notices[0]
    changes = [e for e in recorder.events if isinstance(e, DepthChanged)]
    assert [e.first_update_id for e in changes if e.market is MarketName.SPOT] == [11, 20, 22]


def test_two_orders_at_a_price_share_the_prints_that_eat_the_queue(tmp_path: Path) -> None:
    exchange, _ = recorded_exchange(
        tmp_path, trade_line(1, "50000", "1", True, 300), trade_line(2, "50000", "0.15", True, 400)
    )
    first = exchange.spot.place(limit(Side.BUY, "50000", "0.1")).order
    second = exchange.spot.place(limit(Side.BUY, "50000", "0.1")).order
    exchange.advance(START_MS + 410)
    assert order_state(exchange, first) == (OrderStatus.FILLED, D("0.1"))
    assert order_state(exchange, second) == (OrderStatus.PARTIALLY_FILLED, D("0.05"))


def test_a_damaged_line_ends_the_play_with_a_notice(tmp_path: Path) -> None:
    exchange, _ = recorded_exchange(tmp_path, "1 {not json")
    exchange.advance(START_MS + 3000)
    assert exchange.spot.state is MarketState.ENDED
    assert "damaged at line 4" in exchange.notices[0]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"not gzip", "cannot be read"),
        (gzip.compress(b"1 {}\n", mtime=0), "holds no depth messages"),
        (gzip.compress(OPENING[0].encode() + b"\n", mtime=0), "holds no depth snapshot"),
        (
            gzip.compress(OPENING[0].replace("BTCUSDT", "BTCEUR").encode() + b"\n"),
            "is of BTCEUR: a coin against USDT",
        ),
    ],
)
def test_a_file_without_a_market_is_refused(tmp_path: Path, content: bytes, text: str) -> None:
    path = tmp_path / "market.gz"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match=text):
        Exchange(SetClock(), symbols=QUIET, recordings=[path])
    with pytest.raises(RecordingError, match="cannot be read"):
        Exchange(SetClock(), symbols=QUIET, recordings=[tmp_path / "absent.gz"])


@pytest.mark.parametrize(("name", "files"), [(MarketName.SPOT, SPOT), (MarketName.USDM, USDM)])
def test_snapshot_goes_on_with_the_same_records(name: MarketName, files: tuple[str, ...]) -> None:
    exchange = Exchange(SetClock(), symbols=QUIET, recordings=[shared_path(file) for file in files])
    exchange.step(5_000)
    market_ = exchange.spot if name is MarketName.SPOT else exchange.usdm
    best = market_.data.book_ticker("BTCUSDT").bid_price
    kept = market_.place(limit(Side.BUY, str(best - 50), "0.01")).order.order_id
    recorder = Recorder()
    exchange.add_listener(recorder)
    snapshots = Snapshots(exchange.anchors(), {**exchange.fixed(), "recorder": recorder}, "secret")
    data = snapshots.freeze(exchange.store.dump())
    runs = []
    for _ in range(2):
        exchange.step(10_000)
        runs.append(tuple(recorder.events))
        exchange.go_on_with(snapshots.thaw(data))
        recorder.events.clear()
    assert runs[0] == runs[1]
    assert len(runs[0]) > 100
    assert [order.order_id for order in market_.open_orders("BTCUSDT")] == [kept]


def test_records_have_no_seed() -> None:
    exchange = Exchange(SetClock(), recordings=[shared_path(file) for file in (*SPOT[:1], *USDM)])
    with pytest.raises(ValueError, match="Only a synthetic market has a seed"):
        exchange.reseed(5)
