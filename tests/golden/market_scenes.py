"""What shows the market: book, ladder, tape, watchlist, symbol bar."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from terminal_app.domain.market import BestPrices, Ticker
from terminal_app.gui.book_link import BookLink
from terminal_app.gui.focus import DeskFocus
from terminal_app.gui.focus_link import FocusLink
from terminal_app.gui.ladder.link import LadderLink
from terminal_app.gui.ladder.panel import LadderPanel
from terminal_app.gui.panels.book_panel import BookPanel
from terminal_app.gui.panels.symbol_bar import SymbolBar
from terminal_app.gui.panels.trades_panel import TradesPanel
from terminal_app.gui.panels.watchlist import Watchlist
from terminal_app.gui.tape_link import TapeLink
from terminal_app.services.desk import INSTRUMENTS, Desk
from terminal_app.services.session import Session
from tests.golden.stage import Scene, Stage
from tests.golden.world import D, State, empty_desk, fall_silent, fill

BESIDE = (280, 420)
SHOWN = (State.NORMAL, State.EMPTY, State.LOADING, State.STALE, State.ERROR)
DAY = {
    "BTCUSDT": ("61842.3", "60637.7", "1120000000"),
    "ETHUSDT": ("2649.82", "2702.10", "640000000"),
    "SOLUSDT": ("142.310", "131.020", "208000000"),
    "BNBUSDT": ("588.10", "588.10", "74000000"),
    "XRPUSDT": ("0.5312", "0.5401", "61000000"),
    "DOGEUSDT": ("0.10281", "0.09924", "30500000"),
    "ADAUSDT": ("0.3521", "0.3534", "12400000"),
    "LINKUSDT": ("11.204", "11.880", "9100000"),
}


async def market_view(stage: Stage, state: State, name: str) -> QWidget:
    """Show the book with own orders beside their rows, or the tape."""
    desk = empty_desk(state)
    focus = DeskFocus(desk)
    link: FocusLink
    if name == "Book":
        book = BookPanel(stage.theme, stage.clock)
        shown, link = await stage.dock(name, book, BESIDE), BookLink(focus, stage.clock, book)
    else:
        tape = TradesPanel(stage.theme, stage.clock)
        shown, link = await stage.dock(name, tape, (280, 320)), TapeLink(focus, stage.clock, tape)
    await fill_listed(stage, desk, state)
    stage.clock.mark(link)
    return shown


async def fill_listed(stage: Stage, desk: Desk, state: State) -> None:
    """Fill a desk; empty is a symbol that the exchange does not list."""
    if state is State.EMPTY:
        desk.symbol = "PEPEUSDT"
    await fill(stage, desk, state)


async def ladder(stage: Stage, state: State, *, is_unlocked: bool = False) -> QWidget:
    """Show the ladder, locked as it is at first, or armed."""
    desk, panel = empty_desk(state), LadderPanel(stage.theme, stage.clock)
    link = LadderLink(DeskFocus(desk), stage.clock, panel)
    shown = await stage.dock("Ladder", panel, (300, 480), panel.head.line)
    await fill_listed(stage, desk, state)
    stage.clock.mark(link)
    panel.set_unlocked(is_unlocked=is_unlocked)
    return shown


async def watchlist(stage: Stage, state: State) -> QWidget:
    """Show every symbol with its day; empty is a search that finds nothing."""
    desk = empty_desk(state)
    panel = Watchlist(desk, stage.theme, stage.clock)
    shown = await stage.dock("Watchlist", panel, (340, 320))
    has_figures = state in (State.EMPTY, State.STALE)
    session = await fill(stage, desk, State.NORMAL if has_figures else state)
    if session is not None:
        put_day(session)
        desk.preferences.favourites = {"usdm": ["BTCUSDT", "SOLUSDT"]}
        session.overview.observers.notify("overview")
    if state is State.STALE and session is not None:
        fall_silent(stage, session)
        desk.observers.notify(INSTRUMENTS)
    if state is State.EMPTY:
        panel.search.setText("pepe")
    return shown


async def symbol_bar(stage: Stage, state: State) -> QWidget:
    """Show the bar on top."""
    desk = empty_desk(state)
    bar = SymbolBar(desk, stage.clock)
    shown = await stage.show(bar, 1180, bar.height())
    await fill(stage, desk, state)
    return shown


def put_day(session: Session) -> None:
    """Give a session the day of every symbol, heard just now."""
    overview: Any = session.overview
    overview._tell()
    known = session.instruments["BTCUSDT"]
    for symbol, (last, first, worth) in DAY.items():
        base, tick = symbol.removesuffix("USDT"), D(last).as_tuple().exponent
        step = replace(known.price, step=D(1).scaleb(int(tick)))
        session.instruments[symbol] = replace(known, symbol=symbol, base_asset=base, price=step)
        high, low = max(D(last), D(first)), min(D(last), D(first))
        ticker = Ticker(D(last), D(first), high, low, D(1), D(worth), 1)
        session.overview.tickers[symbol] = ticker
        spread = D(last) * D("0.0002")
        best = BestPrices(D(last) - spread, D(1), D(last), D(1), 1)
        session.overview.best[symbol] = best


SCENES: dict[str, Scene] = {
    **{f"book-{state}": partial(market_view, state=state, name="Book") for state in SHOWN},
    **{f"tape-{state}": partial(market_view, state=state, name="Trades") for state in SHOWN},
    **{f"ladder-{state}": partial(ladder, state=state) for state in SHOWN},
    "ladder-unlocked": partial(ladder, state=State.NORMAL, is_unlocked=True),
    **{f"watchlist-{state}": partial(watchlist, state=state) for state in SHOWN},
    **{f"symbol-bar-{state}": partial(symbol_bar, state=state) for state in SHOWN},
}
