"""The window on recorded markets shows what was recorded: candles, book, prices of fills."""

from __future__ import annotations

import gzip
import json
from collections.abc import Hashable, Iterable
from decimal import Decimal
from pathlib import Path

import pytest

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import MINUTE_MS, Candle, Level
from terminal_app.domain.order import OrderStatus
from terminal_app.gui.chart.series import CandleSeries
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.services.session import Session
from tests.helpers.archive_server import zipped
from tests.helpers.eventually import eventually
from tests.helpers.shared import SHARED
from tests.helpers.terminal import click, ready, running_terminal, type_into

DATA = SHARED / "data" / "market"
SPOT = sorted(DATA.glob("spot/*.gz"))
USDM = sorted(DATA.glob("usdm/*.gz"))
DAY_MS = 1_735_689_600_000  # 2025-01-01
CANDLES = DATA / "spot" / "btcusdt_1m_derived_from_trades.json"

pytestmark = [
    pytest.mark.gui,
    pytest.mark.skipif(not (SPOT and USDM), reason="the recorded markets are not here"),
]


class BookWatch:
    """Compare the window's book with the recorded best prices at every change."""

    def __init__(self, session: Session, files: Iterable[Path]) -> None:
        self._book = session.market_data.book
        self._recorded = recorded_best(files)
        self.compared = 0
        self.seen = 0
        self.wrong: list[str] = []
        self.leave = session.market_data.observers.add(self._on_change)

    def _on_change(self, key: Hashable) -> None:
        if key != "book" or self._book.is_empty:
            return
        self.seen += 1
        if self._book.is_crossed:
            self.wrong.append(f"crossed at {self._book.update_id}")
        recorded = self._recorded.get(self._book.update_id)
        if recorded is None:
            return
        self.compared += 1
        shown = (self._book.bids.best(), self._book.asks.best())
        if shown != recorded:
            self.wrong.append(f"{self._book.update_id}: {shown} is not {recorded}")


def recorded_best(files: Iterable[Path]) -> dict[int, tuple[Level, Level]]:
    """Return best bid and ask by update id as the captures hold them."""
    best = {}
    for path in files:
        with gzip.open(path, "rt") as lines:
            for line in lines:
                if "@bookTicker" not in line:
                    continue
                data = json.loads(line.partition(" ")[2])["data"]
                bid = Level(Decimal(data["b"]), Decimal(data["B"]))
                best[data["u"]] = (bid, Level(Decimal(data["a"]), Decimal(data["A"])))
    return best


def recorded_prices(files: Iterable[Path]) -> set[Decimal]:
    """Return every ask price the captures name."""
    prices = set()
    for path in files:
        with gzip.open(path, "rt") as lines:
            for line in lines:
                message = json.loads(line.partition(" ")[2])
                data = message.get("data", message)
                for price, _ in data.get("a", []) if isinstance(data.get("a"), list) else []:
                    prices.add(Decimal(price))
                for price, _ in data.get("asks", []):
                    prices.add(Decimal(price))
    return prices


def words(files: Iterable[Path], speed: float) -> list[str]:
    return [
        "--practice-market", "recorded", "--practice-speed", str(speed),
        "--practice-data", *map(str, files),
    ]  # fmt: skip


def as_row(candle: Candle) -> list[object]:
    return [
        candle.open_time_ms, candle.open, candle.high, candle.low, candle.close, candle.volume,
        candle.close_time_ms, candle.quote_volume, candle.trade_count, candle.taker_buy_volume,
    ]  # fmt: skip


def painted_bars(series: CandleSeries, first_ms: int, last_ms: int) -> list[tuple[float, ...]]:
    columns = (series.open_time_ms, series.open, series.high, series.low, series.close)
    bars = [tuple(map(float, bar)) for bar in zip(*columns, strict=True)]
    return [bar for bar in bars if first_ms <= bar[0] <= last_ms]


async def test_the_recorded_spot_market_gives_its_own_candles_and_book(tmp_path: Path) -> None:
    wanted = json.loads(CANDLES.read_text())
    async with running_terminal(tmp_path, *words(SPOT, 25)) as program:
        session = await ready(program)
        watch = BookWatch(session, SPOT)
        last_ms = wanted[-1][0]
        candles = session.candles

        def all_shown() -> bool:
            return any(c.open_time_ms == last_ms and c.closed for c in candles.candles)

        await eventually(all_shown, 60)
        watch.leave()
        shown = {candle.open_time_ms: as_row(candle) for candle in candles.candles}
        for row in wanted:
            expected = [row[0], *map(Decimal, row[1:6]), row[6], Decimal(row[7]), row[8]]
            assert shown[row[0]] == [*expected, Decimal(row[9])]
        series = program.window.chart.view.series
        bars = [(row[0], *map(float, row[1:5])) for row in wanted]
        # The window takes the last bar's end over with its next frame.
        await eventually(lambda: painted_bars(series, wanted[0][0], last_ms) == bars)
        assert watch.wrong == []
        assert watch.compared >= 20
        await eventually(lambda: program.window.book.state is ViewState.NORMAL)


async def test_the_recorded_futures_book_equals_its_best_prices(tmp_path: Path) -> None:
    async with running_terminal(tmp_path, "--market", "usdm", *words(USDM, 10)) as program:
        session = await ready(program, Market.USDM)
        watch = BookWatch(session, USDM)
        await eventually(lambda: watch.compared >= 20, 40)
        watch.leave()
        assert watch.wrong == []


@pytest.mark.parametrize(("market", "files"), [(Market.SPOT, SPOT), (Market.USDM, USDM)])
async def test_an_order_bought_into_it_fills_at_recorded_prices(
    tmp_path: Path, market: Market, files: list[Path]
) -> None:
    prices = recorded_prices(files)
    arguments = ["--market", market.value, *words(files, 1)]
    async with running_terminal(tmp_path, *arguments) as program:
        session = await ready(program, market)
        ticket, store = program.window.ticket, session.orders.store
        click(ticket.form.market)
        type_into(ticket.form.size_field, "0.05")
        click(ticket.submit)
        await eventually(lambda: any(o.status is OrderStatus.FILLED for o in store.orders.values()))
        # The answer may say the end of the order before its executions are told.
        fills = store.fills.values()
        await eventually(lambda: sum(fill.quantity for fill in fills) == Decimal("0.05"))
        assert {fill.price for fill in fills} <= prices


async def test_a_folder_of_the_public_archive_is_played_as_the_command_line_says(
    tmp_path: Path,
) -> None:
    name = "LTCUSDT-1m-2025-01-01"
    bars = [
        f"{start},60.0{n},60.09,59.90,60.0{n + 1},9.000,{start + MINUTE_MS - 1},540,9,4.500,270,0"
        for n, start in enumerate(range(DAY_MS, DAY_MS + 5 * MINUTE_MS, MINUTE_MS))
    ]
    folder = tmp_path / "futures" / "um"
    folder.mkdir(parents=True)
    (folder / f"{name}.zip").write_bytes(zipped(name, *bars))
    arguments = ["--market", "usdm", *words([tmp_path / "futures"], 60)]
    arguments += ["--practice-execution", "bar-close", "--practice-alpha", "0"]
    async with running_terminal(tmp_path, *arguments) as program:
        session = await ready(program, Market.USDM)
        click(program.window.ticket.form.market)
        type_into(program.window.ticket.form.size_field, "1")
        click(program.window.ticket.submit)
        store = session.orders.store
        await eventually(lambda: store.fills)
        # At the open of a later bar, with no slip: never a price from within a bar.
        assert [fill.price for fill in store.fills.values()] in [
            [Decimal(f"60.0{n}")] for n in range(1, 5)
        ]
