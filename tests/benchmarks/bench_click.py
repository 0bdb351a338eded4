"""How long does a click on the ladder take until its order's bytes are written to the socket?

``python -m tests.benchmarks.bench_click [--clicks 150] [--rate 0]`` opens the real
window on the practice exchange and presses rows of the unlocked ladder far beneath the market, one
after the other. From the mouse's press to the write of the order connection's bytes, in this
process; the commit of the intent to disk, which stands between, is named apart. ``--rate`` adds
that many market messages a second.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from asyncio import selector_events
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from terminal_app.app.program import Program
from terminal_app.domain.instrument import Market
from terminal_app.domain.safety import SafetyRules
from terminal_app.gui.ladder.meaning import Zone
from terminal_app.gui.ladder.stillness import SETTLE_SECONDS
from terminal_app.gui.ladder.view import LadderView
from terminal_app.services.session import Session
from terminal_app.storage.ledger_events import Entry
from terminal_app.storage.ledger_file import LedgerFile
from tests.benchmarks.loaded_window import loaded_exchange, run_window
from tests.helpers.eventually import eventually
from tests.helpers.terminal import click, ready, running_terminal

LEFT, NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
NO_KEYS = Qt.KeyboardModifier.NoModifier
ROWS_BENEATH = 8
AIM_MS = 2.0
QUIET_S = 0.2


@dataclass(slots=True)
class Moments:
    """Hold when things happened after the last press, in seconds of the clock."""

    pressed_s: float = 0.0
    written_s: float | None = None
    commits: list[tuple[float, float]] = field(default_factory=list)

    def press(self) -> None:
        """Begin anew."""
        self.commits.clear()
        self.written_s, self.pressed_s = None, time.perf_counter()


class Watched:
    """Note when the ledger commits, and when bytes are written to the order connection after."""

    def __init__(self, moments: Moments, port: int) -> None:
        self._moments, self._peer = moments, ("127.0.0.1", port)
        # What asyncio writes by has no public name.
        self._transport: Any = selector_events._SelectorSocketTransport  # type: ignore[attr-defined]
        self._write, self._commit = self._transport.write, LedgerFile.write

    def __enter__(self) -> Watched:
        moments, write, commit = self._moments, self._write, self._commit
        peer = self._peer

        def noted_write(transport: Any, data: bytes) -> None:
            is_first = moments.written_s is None and bool(moments.commits)
            # Whatever else is written meanwhile goes to the load's own port, but for short frames.
            if is_first and len(data) > 150 and transport.get_extra_info("peername") == peer:
                moments.written_s = time.perf_counter()
            write(transport, data)

        def noted_commit(self: LedgerFile, entries: Sequence[Entry], run_id: str) -> None:
            begun_s = time.perf_counter()
            commit(self, entries, run_id)
            moments.commits.append((begun_s, time.perf_counter()))

        self._transport.write = noted_write
        LedgerFile.write = noted_commit  # type: ignore[method-assign]  # watched, and put back
        return self

    def __exit__(self, *_: object) -> None:
        self._transport.write = self._write
        LedgerFile.write = self._commit  # type: ignore[method-assign]  # as it was


async def measure(folder: Path, port: int, clicks: int) -> None:
    """Press, wait for the order, end it, and so on; print what it took."""
    async with running_terminal(folder, "--market", "usdm") as program:
        session = await ready(program, Market.USDM)
        view = await _unlocked(program, session)
        moments = Moments()
        took: list[tuple[float, float, float]] = []
        with Watched(moments, port):
            for _ in range(clicks):
                await _press(view, moments)
                assert moments.written_s is not None
                begun_s, done_s = moments.commits[0]
                took.append((begun_s - moments.pressed_s, done_s - begun_s,
                             moments.written_s - done_s))  # fmt: skip
                await _end_orders(session)
        _write_figures(took)


async def _unlocked(program: Program, session: Session) -> LadderView:
    window, desk = program.window, program.desk
    assert desk.environment is not None
    # The same again at once is what is measured here.
    desk.safety.set_rules(desk.environment, session.market, SafetyRules())
    window.area.docks["ladder"].raise_()
    view = window.ladder.view
    await eventually(lambda: view.isVisible() and view.rows.top is not None)
    await eventually(lambda: window.ladder.volumes.active is not None)
    for _ in range(2):
        QTest.keyClick(view, Qt.Key.Key_Plus)
    click(window.ladder.lock)
    return view


async def _press(view: LadderView, moments: Moments) -> None:
    """Go to a row, wait until it may be pressed, and press; again where it was refused."""
    while True:
        QTest.keyClick(view, Qt.Key.Key_Space)
        best, top = view.rows.bids.best, view.rows.top
        assert best is not None
        assert top is not None
        # A low window has no row so far down.
        row = min(top - best + ROWS_BENEATH, view.layout_now.rows - 1)
        where = view.layout_now.cell(row, Zone.BUYS).center()
        await _look_at(view, where)
        view.words.notice = ""
        moments.press()
        QTest.mousePress(view, LEFT, NO_KEYS, where)
        is_refused = bool(view.words.notice)
        if not is_refused:
            # A hand lets go some 80 ms later.
            await eventually(lambda: moments.written_s is not None)
            QTest.mouseRelease(view, LEFT, NO_KEYS, where)
            return


async def _look_at(view: LadderView, position: QPoint) -> None:
    at = QPointF(position)
    move = QMouseEvent(QEvent.Type.MouseMove, at, view.mapToGlobal(at), NO_BUTTON, NO_BUTTON,
                       NO_KEYS)  # fmt: skip
    QApplication.sendEvent(view, move)
    row = view.layout_now.row_at(position)
    assert row is not None
    await eventually(lambda: view.stillness.age(row, view.rules.now()) > SETTLE_SECONDS)
    view.repaint()
    # What the order before left to be asked for is over, as it is where a person clicks.
    await asyncio.sleep(QUIET_S)


async def _end_orders(session: Session) -> None:
    store = session.orders.store
    await eventually(lambda: all(order.order_id for order in store.working()))
    for order in store.working():
        await session.orders.cancel(store.key_of(order))
    await eventually(lambda: not store.working())


def _write_figures(took: Sequence[tuple[float, float, float]]) -> None:
    parts = np.array(took) * 1000
    whole = parts.sum(axis=1)
    names = ("press to commit", "commit", "commit to bytes")
    told = [
        f"{name} {np.percentile(each, 50):.2f} / {np.percentile(each, 99):.2f}"
        for name, each in zip(names, parts.T, strict=True)
    ]
    aside = whole - parts[:, 1]
    p50, p99 = np.percentile(whole, [50, 99])
    sys.stdout.write(
        f"{len(took)} clicks, ms p50 / p99: click to bytes on the wire {p50:.2f} / {p99:.2f}"
        f" (aim: p50 {AIM_MS}); of that {', '.join(told)}; without the commit"
        f" {np.percentile(aside, 50):.2f} / {np.percentile(aside, 99):.2f}\n"
    )


def main() -> None:
    """Start exchange, load and window, and measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clicks", type=int, default=150)
    parser.add_argument("--rate", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with loaded_exchange(folder, options.rate, symbols=8) as ends:
            port = urlsplit(str(ends["futures_ws_api"])).port
            assert port is not None
            run_window(lambda: measure(folder, port, options.clicks))


if __name__ == "__main__":
    main()
