"""The real window on the practice exchange, with messages added to its streams."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from terminal_app.app.arguments import parse_arguments
from terminal_app.app.loop import TerminalLoop
from terminal_app.app.program import Program
from terminal_app.app.start import tune_python
from terminal_app.domain.instrument import Market
from terminal_app.gui.chart_grid import GridShape
from terminal_app.gui.link_groups import LinkedSymbol
from terminal_app.services.session import Session
from terminal_app.venues.base import Feed, FeedKind
from terminal_app.venues.market_events import MarketEvent
from tests.helpers.eventually import eventually
from tests.helpers.practice import PracticeProcess

Ends = dict[str, Any]
SCREEN = (2560, 1400)
LOADED_S = 60.0


@contextmanager
def loaded_exchange(folder: Path, rate: int, symbols: int, **options: float) -> Iterator[Ends]:
    """Run a practice exchange and what adds messages, and prepare a profile that takes them over.

    Yields where the exchange itself is; ``options`` are its own.
    """
    with PracticeProcess(symbols=max(symbols, 8), **options) as practice:
        ends = practice.ready
        command = [
            sys.executable, "-m", "tests.benchmarks.load_exchange",
            ends["futures_rest"], ends["futures_stream"], str(rate),
        ]  # fmt: skip
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as load:
            assert load.stdout is not None
            assert load.stdin is not None
            port = load.stdout.readline().strip()
            take_over(folder, {**ends, "futures_rest": f"http://127.0.0.1:{port}",
                               "futures_stream": f"ws://127.0.0.1:{port}"})  # fmt: skip
            try:
                yield ends
            finally:
                load.stdin.close()


def take_over(folder: Path, ends: Ends) -> None:
    """Leave the note by which the terminal takes over a running exchange."""
    data = folder / "data"
    data.mkdir()
    arguments = parse_arguments([], ["practice"]).practice_options(data).arguments()
    ready_line = {key: str(value) for key, value in ends.items()}
    note = {"arguments": arguments, "ready": ready_line}
    (data / "practice-process.json").write_text(json.dumps(note))


def run_window(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a coroutine on Qt's loop, with Python tuned as the program does it."""
    application = QApplication([])
    application.setQuitOnLastWindowClosed(False)
    tune_python(application)
    with asyncio.Runner(loop_factory=lambda: TerminalLoop(application)) as runner:
        runner.run(work())


async def open_everything(program: Program, symbols: Sequence[str]) -> None:
    """Show every panel at once on a large screen, and six charts of six symbols."""
    window, area = program.window, program.window.area
    window.resize(*SCREEN)
    docks, beside = area.docks, Qt.Orientation.Horizontal
    for dock in docks.values():
        area.removeDockWidget(dock)
    edges = Qt.DockWidgetArea
    for edge, names in (
        (edges.LeftDockWidgetArea, ("watchlist", "alerts")),
        (edges.RightDockWidgetArea, ("ladder", "book", "ticket")),
        (edges.BottomDockWidgetArea, ("activity", "journal")),
    ):
        area.addDockWidget(edge, docks[names[0]])
        for before, name in itertools.pairwise(names):
            way = Qt.Orientation.Vertical if name == "alerts" else beside
            area.splitDockWidget(docks[before], docks[name], way)
    area.splitDockWidget(docks["book"], docks["trades"], Qt.Orientation.Vertical)
    for dock in docks.values():
        dock.show()
    window.charts.show_shape(GridShape.SIX.value)
    for chart, symbol in zip(window.charts.further, symbols[1:], strict=False):
        chart.choice.choose(LinkedSymbol(Market.USDM, symbol))
    await eventually(lambda: all(dock.widget().isVisible() for dock in docks.values()))
    charts = window.charts.further
    await eventually(lambda: all(len(chart.panel.view.series) for chart in charts), LOADED_S)


class Heard:
    """Count what comes."""

    def __init__(self) -> None:
        self.count = 0

    def take(self, _: MarketEvent) -> None:
        """Take one event."""
        self.count += 1


def follow_all(session: Session, symbols: Sequence[str]) -> Heard:
    """Follow best prices and trades of symbols, beside what the window itself follows."""
    heard = Heard()
    for symbol in symbols:
        for kind in (FeedKind.TRADES, FeedKind.BEST):
            session.venue.market_data.subscribe(Feed(kind, symbol), heard.take)
    return heard
