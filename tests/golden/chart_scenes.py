"""The chart: its states, what bars can look like, indicators, own orders, drawings, themes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from terminal_app.domain.market import Candle, Side
from terminal_app.gui.chart.compared import ComparedSeries
from terminal_app.gui.chart.drawings.shapes import Point, Shape, ShapeKind, finished
from terminal_app.gui.chart.fill_marks import fill_marks
from terminal_app.gui.chart.indicators.catalogue import KINDS
from terminal_app.gui.chart.indicators.choice import StudyChoice
from terminal_app.gui.chart.look import ChartStyle, ScaleMode
from terminal_app.gui.chart.panel import ChartPanel
from terminal_app.gui.chart.price_line import LineKind, PriceLine
from terminal_app.gui.main_chart import MainChart
from terminal_app.gui.theme import DARK, LIGHT, Theme, colour_blind, swapped
from terminal_app.services.candles import CandlesState
from tests.golden.stage import NOW_MS, Scene, Stage
from tests.golden.world import D, State, empty_desk, fall_silent, fill, own_fill
from tests.helpers.market_values import candles, instrument

SIZE, SMALL = (640, 400), (480, 320)
BARS = 400
MINUTE_MS = 60_000
# How far the seeded walk of bars is moved in price and in time.
RISE = D("60893")
Hand = Callable[[ChartPanel], None]


def bars(seed: int = 1) -> list[Candle]:
    """Return minutes whose newest one is not over yet."""
    walk = candles(BARS, seed)
    shift_ms = NOW_MS - NOW_MS % MINUTE_MS - walk[-1].open_time_ms
    return [
        replace(
            one, open=one.open + RISE, high=one.high + RISE, low=one.low + RISE,
            close=one.close + RISE, open_time_ms=one.open_time_ms + shift_ms,
            close_time_ms=one.close_time_ms + shift_ms, closed=number < BARS - 1,
            taker_buy_volume=one.volume * (2 + number % 7) / 10,
        )
        for number, one in enumerate(walk)
    ]  # fmt: skip


async def state(stage: Stage, state: State) -> QWidget:
    """Show the chart as its services leave it; empty is an exchange that has no bars."""
    desk = empty_desk(state)
    panel = ChartPanel(stage.theme, stage.clock)
    chart = MainChart(desk, stage.clock, panel)
    shown = await stage.show(panel, *SIZE)
    session = await fill(stage, desk, State.NORMAL if state is State.STALE else state)
    if session is not None:
        session.candles.candles = [] if state is State.EMPTY else bars()
        session.candles.state = CandlesState.READY
        session.candles.observers.notify("loaded")
        await stage.settle()
    if state is State.STALE and session is not None:
        fall_silent(stage, session)
        desk.observers.notify("second")
    stage.clock.mark(chart)
    return shown


async def look(
    stage: Stage,
    hand: Hand | None = None,
    style: ChartStyle = ChartStyle.CANDLES,
    mode: ScaleMode = ScaleMode.LINEAR,
    theme: Theme = DARK,
    size: tuple[int, int] = SIZE,
) -> QWidget:
    """Show bars in a look after a hand did something with them."""
    stage.dress(theme)
    panel = ChartPanel(theme, stage.clock, now_ms=lambda: NOW_MS)
    panel.view.set_instrument(instrument())
    panel.set_interval("1m")
    panel.view.load(bars())
    shown = await stage.show(panel, *size)
    panel.set_look(style, mode, "UTC")
    if hand is not None:
        hand(panel)
    panel.view.redraw()
    return shown


def usual(panel: ChartPanel, *names: str) -> None:
    """Show indicators as nobody has changed them."""
    kinds = {kind.key: kind for kind in KINDS}
    panel.set_studies([StudyChoice.usual(kinds[name]).text for name in names])


def averages(panel: ChartPanel) -> None:
    """Put indicators on the price."""
    usual(panel, "ema", "bollinger", "vwap")


def panes(panel: ChartPanel) -> None:
    """Put indicators under it."""
    usual(panel, "rsi", "macd")


def trend(panel: ChartPanel) -> None:
    """Show where a trend turns, and where most was traded."""
    usual(panel, "supertrend", "profile")


def cloud(panel: ChartPanel) -> None:
    """Show the five lines of Ichimoku."""
    usual(panel, "ichimoku")


def orders(panel: ChartPanel) -> None:
    """Show own lines of every kind, and executions."""
    frame = panel.view.frame()
    assert frame is not None

    def line(key: str, kind: LineKind, height: int, text: str, **more: object) -> PriceLine:
        price = D(f"{frame.price.price(height):.1f}")
        return replace(PriceLine(key, kind, price, text), **more)  # type: ignore[arg-type]  # by name

    panel.view.set_price_lines(
        [
            line("a", LineKind.ORDER, 250, "Buy 0.100 limit", side=Side.BUY, can_cancel=True),
            line("b", LineKind.ORDER, 70, "Sell 0.250 limit", side=Side.SELL, can_cancel=True),
            line("c", LineKind.ORDER, 100, "Sell 0.050 limit", side=Side.SELL, is_pending=True),
            line("d", LineKind.WAITING, 292, "Sell stop 0.250", side=Side.SELL, can_move=True),
            line("e", LineKind.ORDER, 272, "Buy 0.050 UNKNOWN", side=Side.BUY, is_unknown=True),
            line("f", LineKind.POSITION, 205, "Long 0.250", figure="+179.93", gain=1),
            line("g", LineKind.BREAK_EVEN, 224, "Break-even"),
            line("h", LineKind.LIQUIDATION, 312, "Liquidation"),
            line("i", LineKind.ALERT, 50, "Alert"),
            line("j", LineKind.PLANNED, 180, "Buy 0.020 limit, not sent", side=Side.BUY),
        ]
    )
    newest = frame.series.close[-30], frame.series.close[-12]
    fills = [
        own_fill(1, Side.BUY, f"{newest[0]:.1f}", "0.1", 29 * MINUTE_MS),
        own_fill(2, Side.SELL, f"{newest[1]:.1f}", "0.1", 11 * MINUTE_MS),
    ]
    panel.view.fills = fill_marks(fills)


def drawings(panel: ChartPanel) -> None:
    """Draw one of each kind."""
    frame = panel.view.frame()
    assert frame is not None

    def point(back: int, height: int) -> Point:
        return Point(int(frame.series.open_time_ms[-back]), frame.price.price(height))

    kinds = ShapeKind
    panel.view.pencil.drawings.load(
        [
            Shape(kinds.TREND, (point(110, 240), point(70, 120))),
            Shape(kinds.RAY, (point(100, 290), point(60, 250))),
            Shape(kinds.HORIZONTAL, (point(10, 300),)),
            Shape(kinds.VERTICAL, (point(64, 100),)),
            Shape(kinds.RECTANGLE, (point(58, 60), point(44, 110))),
            Shape(kinds.CHANNEL, (point(116, 110), point(84, 70), point(116, 140))),
            Shape(kinds.FIBONACCI, (point(40, 260), point(22, 70))),
            Shape(kinds.RULER, (point(80, 270), point(62, 200))),
            finished(kinds.LONG, [point(18, 190), point(4, 220)]),
            Shape(kinds.TEXT, (point(112, 60),), "range of the morning"),
        ]
    )


def crosshair(panel: ChartPanel) -> None:
    """Point at a bar."""
    panel.view.pointer = QPoint(300, 150)


def gap(panel: ChartPanel) -> None:
    """Leave bars out."""
    every = bars()
    panel.view.load([*every[:340], *every[355:]])


def compare(panel: ChartPanel) -> None:
    """Lay another symbol over it."""
    other = ComparedSeries("ETHUSDT")
    other.load(bars(seed=7))
    panel.show_compared([other])


def heat(panel: ChartPanel) -> None:
    """Show what rested in the book, for the newest bars."""
    flow = panel.view.frames.flow
    flow.clear()
    closes = {one.open_time_ms: float(one.close) for one in bars()}
    chance = np.random.default_rng(3)
    for number, (time_ms, close) in enumerate(list(closes.items())[-60:]):
        middle = round(close, 1)
        prices = np.round(np.concatenate([middle - np.arange(1, 120), middle + np.arange(120)]), 1)
        sizes = chance.exponential(1.0, len(prices))
        sizes[(prices % 20 < 1)] += 9
        flow.heat.add(time_ms, prices, sizes, 0.1, follows=number > 0)
    panel.flow_bar.refresh()


def footprint(panel: ChartPanel) -> None:
    """Show what traded at each price of the newest bars."""
    flow = panel.view.frames.flow
    flow.clear()
    chance = np.random.default_rng(5)
    newest = bars()[-12:]
    times = [one.open_time_ms + offset for one in newest for offset in range(0, 60_000, 500)]
    spans = [(float(one.low), float(one.high)) for one in newest for _ in range(120)]
    prices = np.round([chance.uniform(low, high) for low, high in spans], 1)
    signed = np.round(chance.normal(0.02, 0.6, len(times)), 3)
    flow.tape.add(np.array(times, np.int64), prices, signed)
    panel.view.frames.time.spacing = 44
    panel.view.frames.time.margin = 1
    panel.flow_bar.refresh()


STYLES = [style for style in ChartStyle if not style.has_flow and style is not ChartStyle.CANDLES]
STATES = (State.NORMAL, State.EMPTY, State.LOADING, State.STALE, State.ERROR)
SCENES: dict[str, Scene] = {
    **{f"chart-{one}": partial(state, state=one) for one in STATES},
    **{f"chart-{style}": partial(look, style=style) for style in STYLES},
    "chart-log": partial(look, mode=ScaleMode.LOG),
    "chart-percent": partial(look, mode=ScaleMode.PERCENT),
    "chart-averages": partial(look, hand=averages),
    "chart-panes": partial(look, hand=panes),
    "chart-trend": partial(look, hand=trend),
    "chart-cloud": partial(look, hand=cloud),
    "chart-orders": partial(look, hand=orders),
    "chart-drawings": partial(look, hand=drawings),
    "chart-crosshair": partial(look, hand=crosshair),
    "chart-gap": partial(look, hand=gap),
    "chart-compared": partial(look, hand=compare),
    "chart-heatmap": partial(look, hand=heat, style=ChartStyle.HEATMAP),
    "chart-footprint": partial(look, hand=footprint, style=ChartStyle.FOOTPRINT),
    "chart-light": partial(look, hand=orders, theme=LIGHT),
    "chart-colour-blind": partial(look, hand=orders, theme=colour_blind(DARK)),
    "chart-colour-blind-light": partial(look, theme=colour_blind(LIGHT)),
    "chart-swapped": partial(look, theme=swapped(DARK)),
}
SCALED: dict[str, Scene] = {
    "chart-at-200": partial(look, hand=orders, size=SMALL),
    "chart-light-at-200": partial(look, hand=averages, theme=LIGHT, size=SMALL),
}
