"""Measure what a frame of the price ladder costs, beside the same figures in a plain table.

Run `python -m tests.benchmarks.bench_ladder`. Both show 40 rows of the same seeded book that
changes before every frame: the best prices move a tick now and then and ten levels change their
size. The peer is a QTableView over a QStandardItemModel that writes what changed. Every frame is
forced to really paint; its time is that of the processor, which other programs do not lengthen.
"""

import os
import random
import statistics
import sys
import time
from decimal import Decimal
from typing import Protocol

from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHeaderView, QTableView

from terminal_app.domain.market import Side, Trade
from terminal_app.domain.order_book import LevelTexts, OrderBook
from terminal_app.domain.traded_volume import TradedVolume
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.ladder.rows import OwnOrder
from terminal_app.gui.ladder.view import LadderView
from terminal_app.gui.panels.rows import HEADER_PX, ROW_PX
from terminal_app.gui.theme import DARK, apply_theme
from tests.helpers.market_values import instrument

ROWS, WIDTH, FRAMES = 40, 320, 300
MIDDLE = 618_423
D = Decimal


class Market:
    """Change a book as a busy market does, from a seed."""

    def __init__(self) -> None:
        self.random = random.Random(7)
        self.book = OrderBook()
        self.middle = MIDDLE
        levels = range(1000)
        self.book.load(
            [(_price(MIDDLE - number), self._size()) for number in levels],
            [(_price(MIDDLE + 1 + number), self._size()) for number in levels],
            1,
        )

    def step(self) -> int:
        """Let ten levels change and, one time in four, the best price; return the middle."""
        near = [self.random.randrange(20) for _ in range(10)]
        bids: list[LevelTexts] = [(_price(self.middle - at), self._size()) for at in near[:5]]
        asks: list[LevelTexts] = [(_price(self.middle + 1 + at), self._size()) for at in near[5:]]
        if self.random.random() < 0.25:
            way = self.random.choice((1, -1))
            taken, side = (self.middle + 1, asks) if way > 0 else (self.middle, bids)
            side.append((_price(taken), "0"))
            self.middle += way
            (bids if way > 0 else asks).append((_price(taken), self._size()))
        self.book.apply(bids, asks, self.book.update_id + 1)
        return self.middle

    def _size(self) -> str:
        return f"{self.random.randrange(1, 4000) / 1000:.3f}"


class Contender(Protocol):
    """Hold a view that is measured."""

    name: str

    def frame(self, market: Market) -> None:
        """Show the book as it is now, painted."""


class Ladder:
    """Measure the terminal's ladder with own orders, traded sizes and a label at the pointer."""

    name = "terminal"

    def __init__(self, market: Market) -> None:
        self.view = LadderView(DARK, FrameClock())
        self.view.resize(WIDTH, HEADER_PX + ROWS * ROW_PX)
        self.view.set_instrument(instrument())
        self.view.rows.is_auto_step = False
        self.view.set_book(market.book)
        traded = TradedVolume()
        for number in range(2000):
            price = D(MIDDLE + market.random.randrange(-30, 30)) / 10
            traded.add(Trade(number, price, D(1), number, False))
        self.view.traded = traded.at_step
        self.view.set_last(D(MIDDLE) / 10, 1)
        self.view.show()
        QTest.qWaitForWindowExposed(self.view)
        own = [D(MIDDLE - 3 - number) / 10 for number in range(5)]
        self.view.rows.set_own(
            OwnOrder(str(price), Side.BUY, price, D("0.05"), "", True, False, False)
            for price in own
        )
        self.view.is_auto_centred = False

    def frame(self, market: Market) -> None:
        self.view.flush()
        self.view.repaint()


class PlainTable:
    """Measure a table of items: bid, price, ask and traded."""

    name = "QTableView"

    def __init__(self, market: Market) -> None:
        self.view = QTableView()
        self.model = QStandardItemModel(ROWS, 4)
        for row in range(ROWS):
            for column in range(4):
                self.model.setItem(row, column, QStandardItem())
        self.view.setModel(self.model)
        self.view.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.view.verticalHeader().hide()
        self.view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.view.resize(WIDTH, HEADER_PX + ROWS * ROW_PX)
        self.view.show()
        QTest.qWaitForWindowExposed(self.view)

    def frame(self, market: Market) -> None:
        top = MIDDLE + ROWS // 2
        for row in range(ROWS):
            price = D(top - row) / 10
            bid, ask = market.book.bids.quantity_at(price), market.book.asks.quantity_at(price)
            for column, text in enumerate(
                (f"{bid:.3f}" if bid else "", f"{price}", f"{ask:.3f}" if ask else "", "1")
            ):
                item = self.model.item(row, column)
                if item.text() != text:
                    item.setText(text)
        self.view.viewport().repaint()


def _price(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}"


def measure(contender: Contender, market: Market) -> tuple[float, float]:
    """Return the median and the worst of twenty frames in milliseconds."""
    times = []
    for _ in range(FRAMES):
        market.step()
        started = time.thread_time()
        contender.frame(market)
        times.append((time.thread_time() - started) * 1000)
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def main() -> None:
    """Print both and their ratio."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication([])
    if isinstance(application, QApplication):
        apply_theme(application, DARK)
    figures = []
    for kind in (Ladder, PlainTable):
        market = Market()
        figures.append((kind.name, *measure(kind(market), market)))
    sys.stdout.write(f"{ROWS} rows, ms of processor a frame\n{'':12}{'median':>8}{'p95':>8}\n")
    for name, median, high in figures:
        sys.stdout.write(f"{name:12}{median:8.2f}{high:8.2f}\n")
    sys.stdout.write(f"{'ratio':12}{figures[1][1] / figures[0][1]:8.1f}\n")


if __name__ == "__main__":
    main()
