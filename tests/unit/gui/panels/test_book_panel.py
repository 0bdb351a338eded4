"""Look at the painted book and click on it."""

from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from terminal_app.domain.market import Side
from terminal_app.domain.order_book import OrderBook
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.panels.book_painting import BookLayout
from terminal_app.gui.panels.book_panel import BookPanel
from terminal_app.gui.panels.rows import shades_of
from terminal_app.gui.theme import DARK
from terminal_app.gui.widgets.view_state import ViewState
from tests.helpers.market_values import book, instrument

LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
WIDTH, HEIGHT = 280, 500


def levels(start: int, direction: int) -> list[tuple[str, str]]:
    """Return forty levels a tick apart, sizes 1."""
    prices = (start + direction * number for number in range(40))
    return [(f"{price // 10}.{price % 10}", "1") for price in prices]


@pytest.fixture
def clock() -> FrameClock:
    """Make a clock."""
    return FrameClock()


@pytest.fixture
def panel(qtbot: QtBot, clock: FrameClock) -> BookPanel:
    """Show a book around 1000.0."""
    made = BookPanel(DARK, clock)
    qtbot.addWidget(made, before_close_func=lambda _widget: made.hide())
    made.resize(WIDTH, HEIGHT)
    made.set_instrument(instrument())
    made.set_book(book(bids=levels(10_000, -1), asks=levels(10_001, 1)))
    made.show()
    settle(qtbot, clock)
    return made


def settle(qtbot: QtBot, clock: FrameClock) -> None:
    """Wait until no frame is due."""
    qtbot.waitUntil(lambda: not clock.is_running, timeout=15_000)


def row_middle(panel: BookPanel, side: Side, number: int) -> QPoint:
    """Return the middle of a row."""
    return BookLayout(panel.width(), panel.height()).row(side, number).center()


def has_colour(image: QImage, top: int, bottom: int, colour: str) -> bool:
    """Tell whether a band of the picture has a colour."""
    wanted = QColor(colour).rgb()
    return any(
        image.pixel(x, y) == wanted for y in range(top, bottom) for x in range(image.width())
    )


def test_the_rows_fill_the_height(panel: BookPanel) -> None:
    asks, bids = panel.rows
    assert len(asks) + len(bids) == (HEIGHT - 26 - 32) // 20
    assert asks[0].price == Decimal("1000.1")
    assert bids[0].price == Decimal("1000.0")
    assert bids[-1].total == len(bids)


def test_the_first_levels_end_the_loading_state(panel: BookPanel) -> None:
    assert panel.state is ViewState.NORMAL


def test_depth_bars_grow_away_from_the_spread(panel: BookPanel) -> None:
    image = panel.grab().toImage()
    # Sizes are equal here, so all of them are the largest.
    soft = shades_of(DARK.buy_soft, DARK.buy)[-1].rgb()
    best = row_middle(panel, Side.BUY, 0).y() + 8
    last = row_middle(panel, Side.BUY, len(panel.rows[1]) - 1).y() + 8
    widths = [sum(image.pixel(x, y) == soft for x in range(WIDTH)) for y in (best, last)]
    assert widths[0] < widths[1]
    assert widths[1] == WIDTH


def test_the_shade_of_a_bar_is_the_size_of_its_own_row(
    panel: BookPanel, qtbot: QtBot, clock: FrameClock
) -> None:
    bids = levels(10_000, -1)
    bids[6] = (bids[6][0], "2")
    panel.set_book(book(bids=bids, asks=levels(10_001, 1)))
    settle(qtbot, clock)
    image, shades = panel.grab().toImage(), shades_of(DARK.buy_soft, DARK.buy)
    found = [
        image.pixel(WIDTH - 12, row_middle(panel, Side.BUY, number).y() + 8) for number in (6, 8)
    ]
    # The larger has the strongest shade although the bar beneath it is the longer one.
    assert found[0] == shades[-1].rgb()
    assert found[1] in [shade.rgb() for shade in shades[:-1]]


@pytest.mark.parametrize(
    ("side", "number", "price"), [(Side.BUY, 0, "1000.0"), (Side.SELL, 3, "1000.4")]
)
def test_a_click_tells_price_and_side(
    panel: BookPanel, side: Side, number: int, price: str
) -> None:
    spy = QSignalSpy(panel.price_clicked)
    QTest.mouseClick(panel, LEFT, NO_KEYS, row_middle(panel, side, number))
    assert spy.at(0) == [Decimal(price), side]


def test_a_click_on_the_spread_tells_nothing(panel: BookPanel) -> None:
    spy = QSignalSpy(panel.price_clicked)
    spread = BookLayout(WIDTH, HEIGHT).spread
    for y in (spread.top(), spread.center().y(), spread.bottom()):
        QTest.mouseClick(panel, LEFT, NO_KEYS, QPoint(100, y))
    assert spy.count() == 0


def test_a_stale_book_is_grey_says_so_and_tells_no_price(panel: BookPanel) -> None:
    panel.set_state(ViewState.STALE, "no data for 12 s")
    image = panel.grab().toImage()
    assert not has_colour(image, 30, HEIGHT, DARK.buy)
    assert has_colour(image, 30, 80, DARK.warning)
    spy = QSignalSpy(panel.price_clicked)
    QTest.mouseClick(panel, LEFT, NO_KEYS, row_middle(panel, Side.BUY, 0))
    assert spy.count() == 0


def test_a_crossed_book_is_never_shown_as_a_good_one(
    panel: BookPanel, qtbot: QtBot, clock: FrameClock
) -> None:
    panel.set_book(book(bids=[("100.2", "1")], asks=[("100.1", "1")]))
    settle(qtbot, clock)
    assert panel.is_crossed
    assert has_colour(panel.grab().toImage(), 30, 80, DARK.warning)
    spy = QSignalSpy(panel.price_clicked)
    QTest.mouseClick(panel, LEFT, NO_KEYS, row_middle(panel, Side.BUY, 0))
    assert spy.count() == 0


def test_grouping_is_chosen_by_menu_and_keys(
    panel: BookPanel, qtbot: QtBot, clock: FrameClock
) -> None:
    button = panel.findChild(QToolButton)
    assert button is not None
    for text in ("0.2", "0.5", "1"):
        QTest.keyClick(panel, Qt.Key.Key_Plus)
        assert button.text() == f"Price {text} ▾"
    settle(qtbot, clock)
    assert [row.price for row in panel.rows[0][:2]] == [Decimal(1001), Decimal(1002)]
    assert panel.rows[1][1].quantity == 10
    button.menu().actions()[1].trigger()
    settle(qtbot, clock)
    assert button.text() == "Price 0.1 ▾"
    QTest.keyClick(panel, Qt.Key.Key_Minus)
    assert button.text() == "Price 0.1 ▾"


def test_auto_takes_the_step_at_which_rows_are_filled(
    panel: BookPanel, qtbot: QtBot, clock: FrameClock
) -> None:
    button = panel.findChild(QToolButton)
    assert button is not None
    panel.set_book(
        book(
            bids=[(str(1000 - number), "1") for number in range(40)],
            asks=[(str(1001 + number), "1") for number in range(40)],
        )
    )
    button.menu().actions()[0].trigger()
    settle(qtbot, clock)
    assert button.text() == "Auto 5 ▾"
    QTest.keyClick(panel, Qt.Key.Key_Plus)
    assert button.text() == "Price 10 ▾"


def test_a_size_that_stands_out_has_an_edge(
    panel: BookPanel, qtbot: QtBot, clock: FrameClock
) -> None:
    bids = levels(10_000, -1)
    bids[2] = (bids[2][0], "30")
    panel.set_book(book(bids=bids, asks=levels(10_001, 1)))
    settle(qtbot, clock)
    image = panel.grab().toImage()
    edges = [
        QColor(image.pixel(WIDTH - 2, row_middle(panel, Side.BUY, number).y())).name()
        for number in range(5)
    ]
    assert [colour == DARK.buy for colour in edges] == [False, False, True, False, False]


def test_own_orders_have_a_mark_of_their_own(
    panel: BookPanel, qtbot: QtBot, clock: FrameClock
) -> None:
    middle = row_middle(panel, Side.BUY, 3).y()
    assert not has_colour(panel.grab().toImage(), middle - 8, middle + 8, DARK.accent)
    panel.set_own_orders({Decimal("999.7"): (Side.BUY, Decimal("0.05"))})
    settle(qtbot, clock)
    assert has_colour(panel.grab().toImage(), middle - 8, middle + 8, DARK.accent)
    assert not has_colour(panel.grab().toImage(), middle + 12, middle + 28, DARK.accent)


def test_a_book_with_one_side_is_painted(panel: BookPanel, qtbot: QtBot, clock: FrameClock) -> None:
    panel.set_book(book(bids=[("100.0", "1")], asks=[]))
    panel.set_last(Decimal("100.0"), -1)
    settle(qtbot, clock)
    assert has_colour(panel.grab().toImage(), 0, HEIGHT, DARK.warning)


def test_an_empty_book_stays_loading(panel: BookPanel, qtbot: QtBot, clock: FrameClock) -> None:
    panel.set_instrument(instrument())
    panel.set_book(OrderBook())
    settle(qtbot, clock)
    assert panel.state is ViewState.LOADING
    assert panel.rows == ([], [])


def test_a_new_last_price_paints_its_row_alone_and_looks_the_same(
    qtbot: QtBot, clock: FrameClock, panel: BookPanel
) -> None:
    # Qt paints some time after a frame asked for it: not before all of it was painted once.
    qtbot.waitUntil(lambda: panel.wanted.contains(panel.rect()))
    panel.set_last(Decimal("1000.4"), 1)
    settle(qtbot, clock)
    qtbot.waitUntil(lambda: BookLayout(WIDTH, HEIGHT).spread.contains(panel.wanted))
    shown = panel.screen().grabWindow(panel.winId()).toImage()
    assert shown == panel.grab().toImage()
