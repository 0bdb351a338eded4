"""One's own fills stand as arrows in the bar and at the price they happened."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import Fill
from terminal_app.gui.chart.fill_marks import fill_marks
from terminal_app.gui.chart.view import ChartView
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import DARK
from tests.helpers.market_values import candles, instrument

BARS = candles(300)


def _fill(number: int, side: Side, price: Decimal, later_ms: int = 30_000) -> Fill:
    return Fill(
        market=Market.USDM,
        symbol="BTCUSDT",
        trade_id=number,
        order_id=1,
        side=side,
        price=price,
        quantity=Decimal(1),
        commission=Decimal(0),
        commission_asset="USDT",
        is_maker=False,
        time_ms=BARS[number].open_time_ms + later_ms,
    )


@pytest.fixture
def view(qtbot: QtBot) -> ChartView:
    """Show a chart of 300 bars."""
    chart = ChartView(DARK, FrameClock(), now_ms=lambda: BARS[-1].close_time_ms)
    qtbot.addWidget(chart, before_close_func=lambda _widget: chart.hide())
    chart.resize(900, 500)
    chart.set_instrument(instrument())
    chart.set_interval("1m")
    chart.load(BARS)
    chart.show()
    return chart


def _has(image: QImage, colour: str, x: float, y: float) -> bool:
    return image.pixelColor(round(x), round(y)) == QColor(colour)


@pytest.mark.parametrize("side", list(Side))
def test_a_fill_is_an_arrow_at_its_price(view: ChartView, side: Side) -> None:
    frame = view.frame()
    assert frame is not None
    # Far from the bar, so that nothing else has the colour there.
    price = Decimal(repr(round(frame.price.price(120 if side is Side.SELL else 300), 1)))
    x, y = frame.x(250), frame.price.y(float(price))
    down = 7 if side is Side.BUY else -7
    colour = DARK.buy if side is Side.BUY else DARK.sell
    assert not _has(view.grab().toImage(), colour, x, y + down)
    view.fills = fill_marks([_fill(250, side, price)])
    image = view.grab().toImage()
    assert _has(image, colour, x, y + down)
    assert not _has(image, colour, x, y - down)


def test_fills_of_a_bar_and_side_share_an_arrow_at_their_mean(view: ChartView) -> None:
    frame = view.frame()
    assert frame is not None
    low, high = (Decimal(repr(round(frame.price.price(y), 1))) for y in (330, 270))
    together = fill_marks([_fill(250, Side.BUY, low), _fill(250, Side.BUY, high, 59_000)])
    view.fills = together
    image = view.grab().toImage()
    x, y = frame.x(250), frame.price.y(float((low + high) / 2))
    assert _has(image, DARK.buy, x, y + 7)
    assert not _has(image, DARK.buy, x, frame.price.y(float(low)) + 7)


def test_fills_out_of_sight_and_another_symbol_paint_nothing(view: ChartView) -> None:
    before = view.grab().toImage()
    view.fills = fill_marks([_fill(3, Side.BUY, BARS[3].close)])
    assert view.grab().toImage() == before
    view.fills = fill_marks([_fill(250, Side.BUY, BARS[250].close)])
    view.set_instrument(instrument())
    assert len(view.fills) == 0
