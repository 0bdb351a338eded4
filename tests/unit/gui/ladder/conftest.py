"""What tests of the ladder begin with."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from terminal_app.domain.order_request import OrderType
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.ladder.panel import LadderPanel
from terminal_app.gui.theme import DARK
from tests.helpers.ladder_bench import SIZE, Bench, texts
from tests.helpers.market_values import book, instrument

D = Decimal


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    """Show an unlocked ladder around 1000.0."""
    clock = FrameClock()
    panel = LadderPanel(DARK, clock)
    qtbot.addWidget(panel, before_close_func=lambda _widget: panel.hide())
    made = Bench(panel, clock, qtbot)
    panel.view.rules.now = lambda: made.now_s
    panel.resize(300, 600)
    panel.set_instrument(instrument())
    panel.set_step(D("0.1"))
    panel.view.set_book(book(texts(10_000, -1), texts(10_001, 1)))
    panel.view.rules.types = frozenset({OrderType.LIMIT})
    panel.volumes.set_volumes(instrument(), [SIZE, D("0.1"), D("0.2"), D("0.5"), D(1)])
    panel.show()
    made.settle()
    panel.set_unlocked(is_unlocked=True)
    made.settle()
    return made
