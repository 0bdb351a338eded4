"""Gather the book and the trades of the symbol that is looked at, for the chart's flow views."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from PySide6.QtCore import QObject, QTimer

from terminal_app.domain.market import Side
from terminal_app.gui.chart.view import ChartView
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.observers import Subscriptions
from terminal_app.services.connection import MARKET
from terminal_app.services.desk import ENVIRONMENT, SYMBOL, Desk
from terminal_app.services.market_data import TRADES
from terminal_app.services.session import Session

_LOOK_EVERY_MS = 250
# Levels of a side that are looked at: what lies deeper is not known to the map.
_LEVELS = 1000
# A hidden window has no frames: trades are taken before the service lets them go.
_WAITING_TRADES = 200
_NOT_LIVE = "The book is not whole now: nothing is collected"


class ChartFlow(QObject):
    """Put moments of the book and all trades into the chart's flow, seen or not."""

    def __init__(self, desk: Desk, clock: FrameClock, view: ChartView) -> None:
        super().__init__(view)
        self._desk, self._clock, self._view = desk, clock, view
        self._seen = 0
        self._follows = False
        self._subscriptions = Subscriptions()
        self._look = QTimer(self, interval=_LOOK_EVERY_MS)
        self._look.timeout.connect(self._look_at_book)
        self._look.start()
        desk.observers.add(self._on_desk)
        self._follow()

    def isVisible(self) -> bool:
        """Say whether the chart can be seen."""
        return self._view.isVisible()

    def flush(self) -> None:
        """Take the trades since the last frame."""
        if self._desk.session is not None:
            self._take_trades(self._desk.session)

    def _on_desk(self, key: Hashable) -> None:
        if key in (ENVIRONMENT, SYMBOL):
            self._follow()

    def _follow(self) -> None:
        self._subscriptions.leave()
        self._view.frames.flow.clear()
        self._seen, self._follows = 0, False
        session = self._desk.session
        if session is not None and self._desk.instrument is not None:
            self._subscriptions.hear(self._on_market, session.market_data.observers)

    def _on_market(self, key: Hashable) -> None:
        session = self._desk.session
        if key != TRADES or session is None:
            return
        if session.market_data.trade_count - self._seen > _WAITING_TRADES:
            self._take_trades(session)
        self._clock.mark(self)

    def _take_trades(self, session: Session) -> None:
        data, flow = session.market_data, self._view.frames.flow
        if data.trade_count < self._seen:
            self._seen = 0
            flow.tape.clear()
        new = data.newest_trades(self._seen)
        self._seen = data.trade_count
        if not new:
            return
        signed = [
            float(trade.quantity) * (1 if trade.taker_side is Side.BUY else -1) for trade in new
        ]
        flow.tape.add(
            np.array([trade.time_ms for trade in new], np.int64),
            np.array([float(trade.price) for trade in new]),
            np.array(signed),
        )
        self._mark()

    def _look_at_book(self) -> None:
        session, instrument = self._desk.session, self._desk.instrument
        if session is None or instrument is None:
            return
        data, heat = session.market_data, self._view.frames.flow.heat
        is_live = session.connection.link(MARKET).is_live
        if not is_live or data.book_problem or data.book.is_empty:
            self._follows = False
            self._view.frames.flow.problem = _NOT_LIVE
            return
        self._view.frames.flow.problem = ""
        # Spot's whole book comes without a time; its first change brings one.
        if not data.book.time_ms or not heat.wants(data.book.time_ms):
            return
        levels = [*data.book.bids.levels(_LEVELS), *data.book.asks.levels(_LEVELS)]
        heat.add(
            data.book.time_ms,
            np.array([float(level.price) for level in levels]),
            np.array([float(level.quantity) for level in levels]),
            float(instrument.tick_size),
            follows=self._follows,
        )
        self._follows = True
        self._mark()

    def _mark(self) -> None:
        if self._view.frames.style.has_flow:
            self._view.mark()
