"""Measure what a watchlist of 600 symbols costs that all tick.

``python -m tests.benchmarks.bench_watchlist`` shows the watchlist of a market of 600 symbols, as
tall as a screen, and changes the prices of all of them ten times a second, which is ten times as
often as the exchange tells them. It prints what decoding and painting take: the share of a core,
and the processor time of a frame.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from dataclasses import replace

os.environ["QT_QPA_PLATFORM"] = os.environ.get("QT_QPA_PLATFORM", "offscreen")

import msgspec
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.panels.watchlist import Watchlist
from terminal_app.gui.theme import DARK, apply_theme
from terminal_app.services.connection import MARKET
from terminal_app.services.session import Session
from terminal_app.venues.base import ConnectionChanged, ConnectionState
from terminal_app.venues.binance import mapping
from tests.helpers.market_values import instrument
from tests.helpers.quiet_desk import quiet_desk, seat

SYMBOLS, EVERY_MS, ROUNDS, SIZE = 600, 100, 100, (420, 1000)
AIM_SHARE, AIM_FRAME_MS = 25, 16


class Market:
    """Tell the statistics of every symbol again and again, as the stream of all symbols does."""

    def __init__(self, application: QApplication, session: Session) -> None:
        self._application, self._session = application, session
        self._chance, self._left, self._number = random.Random(7), ROUNDS, 0
        self._names = list(session.instruments)
        self._timer = QTimer(interval=EVERY_MS)
        self._timer.timeout.connect(self._tell)
        self.wall_s = self.used_s = self.generating_s = 0.0

    def run(self) -> None:
        """Tell so many rounds while the window's own loop runs."""
        begun_s, wall_s = time.process_time(), time.monotonic()
        self._timer.start()
        self._application.exec()
        self.wall_s = time.monotonic() - wall_s
        self.used_s = time.process_time() - begun_s - self.generating_s

    def tell_once(self) -> None:
        """Tell every symbol once."""
        begun_s = time.process_time()
        frame = self._frame()
        self.generating_s += time.process_time() - begun_s
        overview = self._session.overview
        overview._on_event(mapping.all_tickers(frame))

    def _tell(self) -> None:
        self.tell_once()
        self._left -= 1
        if not self._left:
            self._application.quit()

    def _frame(self) -> msgspec.Raw:
        self._number += 1
        rows = [
            {
                "e": "24hrMiniTicker", "E": self._number, "s": name, "o": "100.0", "h": "130.5",
                "l": "80.2", "c": f"{100 + self._chance.random() * 9:.1f}", "v": "18204.2",
                "q": f"{self._chance.random() * 1e9:.2f}", "st": 1,
            }
            for name in self._names
        ]  # fmt: skip
        return msgspec.Raw(msgspec.json.encode(rows))


def main() -> int:
    """Run it and print the figures; return 0 where the aims are met."""
    application = QApplication([])
    apply_theme(application, DARK)
    desk = quiet_desk()
    session = seat(desk)
    for number in range(SYMBOLS - 1):
        name = f"A{number:03}USDT"
        session.instruments[name] = replace(instrument(), symbol=name, base_asset=name[:4])
    session.connection.apply(ConnectionChanged(MARKET, ConnectionState.LIVE))
    # The list alone is measured: nothing is asked for.
    session.overview.look = lambda: lambda: None  # type: ignore[method-assign]  # as said above
    clock = FrameClock()
    watchlist = Watchlist(desk, DARK, clock)
    watchlist.resize(*SIZE)
    watchlist.show()
    market = Market(application, session)
    market.tell_once()
    QTest.qWaitForWindowExposed(watchlist)
    frames_ms = _frame_times(application, watchlist, market)
    market.run()
    share = market.used_s / market.wall_s * 100
    p50, p99 = statistics.median(frames_ms), statistics.quantiles(frames_ms, n=100)[-1]
    told, tall = 1000 / EVERY_MS, SIZE[1]
    sys.stdout.write(
        f"{SYMBOLS} symbols, all told {told:.0f} times a second, {tall} px tall: {share:.1f} % of"
        f" a core (aim: {AIM_SHARE}); a frame takes p50 {p50:.2f}, p99 {p99:.2f} ms of the"
        f" processor (aim: {AIM_FRAME_MS})\n"
    )
    watchlist.close()
    return 0 if share < AIM_SHARE and p99 < AIM_FRAME_MS else 1


def _frame_times(application: QApplication, watchlist: Watchlist, market: Market) -> list[float]:
    frames_ms = []
    for _ in range(ROUNDS):
        market.tell_once()
        begun_s = time.thread_time()
        watchlist.list.flush()
        watchlist.list.repaint()
        frames_ms.append((time.thread_time() - begun_s) * 1000)
    return frames_ms


if __name__ == "__main__":
    sys.exit(main())
