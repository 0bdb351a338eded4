"""What shows the account: the tabs beneath the chart, the journal, the X-ray of an order."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import Fill
from terminal_app.domain.round_trips import Assets, round_trips
from terminal_app.gui.activity.panel import ActivityPanel
from terminal_app.gui.activity.xray_window import XrayWindow
from terminal_app.gui.journal.journal_panel import JournalPanel
from terminal_app.services.journal import JOURNAL
from terminal_app.services.order_trail import Stage as Step
from terminal_app.services.order_trail import TrailStep
from tests.golden.stage import NOW_MS, Scene, Stage
from tests.golden.world import D, State, empty_desk, fill, own_fill
from tests.helpers.eventually import eventually
from tests.helpers.quiet_desk import quiet_desk, seat

TABS = ("positions", "open-orders", "history", "trades", "funding", "balances")
BENEATH = (1000, 220)
MINUTE_MS = 60_000


async def tab(stage: Stage, state: State, name: str, market: Market = Market.USDM) -> QWidget:
    """Show one of the tabs beneath the chart."""
    desk = empty_desk(state, market)
    panel = ActivityPanel(desk, stage.theme, stage.clock)
    panel.tabs.setCurrentIndex(TABS.index(name))
    shown = await stage.dock("Account", panel, BENEATH, panel.tabs, panel.summary)
    await fill(stage, desk, state)
    return shown


async def journal(
    stage: Stage, state: State, *, shows_statistics: bool = False, is_unreadable: bool = False
) -> QWidget:
    """Show round trips with one in detail, or what all of them add up to."""
    desk = empty_desk(state)
    panel = JournalPanel(desk, stage.theme, stage.clock, stage.tasks)
    shown = await stage.dock("Journal", panel, (1000, 340))
    session = await fill(stage, desk, State.NORMAL if state is State.LOADING else state)
    if session is None:
        return shown
    kept = session.journal
    if is_unreadable:
        kept.problem = "The journal's file cannot be read: disk I/O error."
    elif state not in (State.LOADING, State.NO_KEY):
        kept.is_loaded = True
    if state is State.NORMAL:
        assets = Assets("BTC", "USDT", D("0.001"))
        trips = round_trips(_executions(), lambda _: assets, lambda *_: D(1))
        kept.trips = [replace(one, risk=D(40)) for one in trips]
    kept.observers.notify(JOURNAL)
    await stage.settle()
    if shows_statistics:
        panel.tabs.setCurrentIndex(1)
    elif panel.table.rows:
        panel.table.selectRow(1)
    return shown


async def xray(stage: Stage, state: State) -> QWidget:
    """Show what became of one order; without a ledger that can be read it says so."""
    session = seat(quiet_desk())
    words = "Buy 0.100 BTCUSDT limit at 61 841.3"

    def start(work: Coroutine[Any, Any, None], name: str) -> None:
        if state is State.ERROR:
            stage.tasks.spawn(work, name)
        else:
            work.close()

    window = XrayWindow(stage.window, session, "t-run-1", words, stage.theme, start)
    await stage.show(window, 860, 460)
    if state is State.NORMAL:
        window.show_steps(STEPS)
        window.table.selectRow(2)
    elif state is State.EMPTY:
        window.show_steps([])
    elif state is State.ERROR:
        await eventually(window.table.accessibleDescription)
    return window


def _executions() -> list[Fill]:
    made, number = [], 100
    for day, (first, entry, leave) in enumerate(
        (
            (Side.BUY, "60110.0", "60480.5"), (Side.SELL, "60900.0", "61020.0"),
            (Side.BUY, "60700.2", "61310.0"), (Side.SELL, "61450.0", "61180.4"),
            (Side.BUY, "61200.0", "61090.0"), (Side.BUY, "61010.0", "61377.7"),
        )
    ):  # fmt: skip
        ago_ms = (6 - day) * 1440 * MINUTE_MS - day * 97 * MINUTE_MS
        for side, price, later in ((first, entry, 0), (first.opposite, leave, 47 + 31 * day)):
            made.append(own_fill(number, side, price, "0.100", ago_ms - later * MINUTE_MS))
            number += 1
    return [*made, own_fill(number, Side.BUY, "61120.4", "0.250", 300 * MINUTE_MS)]


def _step(at_ms: int, stage: Step, title: str, sentence: str, raw: str = "") -> TrailStep:
    return TrailStep(NOW_MS - 4200 + at_ms, stage, title, sentence, raw, at_ms)


STEPS = (
    _step(0, Step.WANTED, "Click", "You pressed Buy; bid 61 842.2, ask 61 842.3 were shown."),
    _step(3, Step.SENT, "Signed and sent", "The order left over the WebSocket API."),
    _step(
        41, Step.ANSWERED, "Acknowledged", "The exchange took it as order 4411.",
        '{"id": "t-run-1", "status": 200, "result": {"orderId": 4411, "status": "NEW"}}',
    ),
    _step(44, Step.RESTING, "Resting", "It rests in the book at 61 841.3."),
    _step(2210, Step.FILLED, "Fill", "0.040 at 61 841.3, as maker; fee 0.49 USDT."),
    _step(3920, Step.FILLED, "Fill", "0.060 at 61 841.3, as maker; fee 0.74 USDT."),
    _step(3921, Step.ENDED, "Filled", "All of it was executed at 61 841.3 on average."),
)  # fmt: skip
STATES = (State.NORMAL, State.EMPTY, State.LOADING, State.STALE, State.ERROR, State.NO_KEY)
SCENES: dict[str, Scene] = {
    **{
        f"{name}-{state}": partial(tab, state=state, name=name)
        for name in TABS
        for state in (State.NORMAL, State.EMPTY, State.STALE)
    },
    # Loading, in trouble and without a key all of them look alike.
    **{
        f"positions-{state}": partial(tab, state=state, name="positions")
        for state in (State.LOADING, State.ERROR, State.NO_KEY)
    },
    "positions-of-spot": partial(tab, state=State.EMPTY, name="positions", market=Market.SPOT),
    "balances-of-spot": partial(tab, state=State.NORMAL, name="balances", market=Market.SPOT),
    **{
        f"journal-{state}": partial(journal, state=state)
        for state in STATES
        if state is not State.STALE
    },
    "journal-statistics": partial(journal, state=State.NORMAL, shows_statistics=True),
    "journal-unreadable": partial(journal, state=State.EMPTY, is_unreadable=True),
    "journal-statistics-empty": partial(journal, state=State.EMPTY, shows_statistics=True),
    **{
        f"xray-{state}": partial(xray, state=state)
        for state in (State.NORMAL, State.EMPTY, State.LOADING, State.ERROR)
    },
}
