"""Compare a chart's symbol with others, each followed by a line of candles of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from terminal_app.domain.period import Period
from terminal_app.gui.chart.compared import ComparedSeries
from terminal_app.gui.chart.panel import ChartPanel
from terminal_app.gui.chart_feed import ChartFeed
from terminal_app.gui.widgets.symbol_picker import SymbolPicker
from terminal_app.services.candles import CandleService
from terminal_app.services.session import Session

MOST = 5
_HINT = "Show another symbol in percent beside this one"
_FULL = f"{MOST} symbols at most: take one away by its cross"


@dataclass(slots=True)
class _Follower:
    """Hold one compared symbol with what brings its bars."""

    shown: ComparedSeries
    feed: ChartFeed
    line: CandleService | None = None


class Comparing(QObject):
    """Show up to five other symbols of the same market on a chart, in percent.

    ``kept`` are their names, oldest first; whoever made the list may keep it. ``changed`` tells
    that a person added or removed one.
    """

    changed = Signal()

    def __init__(self, panel: ChartPanel, kept: list[str], mark: Callable[[], None]) -> None:
        super().__init__(panel)
        self._panel, self._mark = panel, mark
        self.kept = kept
        self._followers: dict[str, _Follower] = {}
        self._session: Session | None = None
        self._period: Period | None = None
        self._own = ""
        panel.compare_button.setToolTip(_HINT)
        self.picker = SymbolPicker(panel)
        self.picker.chosen.connect(self.add)
        panel.compare_button.clicked.connect(self._open_picker)
        panel.compared.remove_wanted.connect(self.remove)

    def follow(self, session: Session, symbol: str, period: Period) -> None:
        """Compare with the symbol of a session from now on, in bars of a period."""
        self.leave()
        self._session, self._period, self._own = session, period, symbol
        for name in self.kept:
            self._begin(name)
        self._show()

    def leave(self) -> None:
        """Let every compared symbol's streams go."""
        for name in tuple(self._followers):
            self._end(name)
        self._session = None

    def add(self, symbol: str) -> None:
        """Compare with one symbol more."""
        if symbol in self.kept or symbol == self._own or len(self.kept) >= MOST:
            return
        self.kept.append(symbol)
        self._begin(symbol)
        self._show()
        self.changed.emit()

    def remove(self, symbol: str) -> None:
        """Compare with a symbol no more."""
        if symbol in self.kept:
            self.kept.remove(symbol)
            self._end(symbol)
            self._show()
            self.changed.emit()

    def flush(self) -> None:
        """Take over what changed since the last frame; ask for as old bars as the chart has."""
        view = self._panel.view
        for follower in self._followers.values():
            follower.feed.flush()
            theirs, own = follower.shown.series, view.series
            if len(theirs) and len(own) and theirs.open_time_ms[0] > own.open_time_ms[0]:
                follower.feed.want_older()
        if self._followers:
            view.mark()
            self._panel.compared.show_frame(view.frame())

    def _begin(self, symbol: str) -> None:
        session, period = self._session, self._period
        if session is None or period is None or symbol == self._own:
            return
        shown = ComparedSeries(symbol)
        follower = _Follower(shown, ChartFeed(shown, self._mark))
        self._followers[symbol] = follower
        if symbol not in session.instruments:
            shown.problem = f"{symbol} is not listed here"
            return
        follower.line = session.candle_lines.open()
        follower.line.select(symbol, period.source(session.venue.capabilities.intervals))
        follower.feed.follow(follower.line, period)

    def _end(self, symbol: str) -> None:
        follower = self._followers.pop(symbol, None)
        if follower is None:
            return
        follower.feed.leave()
        if follower.line is not None and self._session is not None:
            self._session.candle_lines.close(follower.line)

    def _show(self) -> None:
        button, is_full = self._panel.compare_button, len(self.kept) >= MOST
        button.setEnabled(not is_full)
        button.setToolTip(_FULL if is_full else _HINT)
        self._panel.show_compared([follower.shown for follower in self._followers.values()])
        self._mark()

    def _open_picker(self) -> None:
        session = self._session
        if session is not None:
            taken = {self._own, *self.kept}
            listed = [one for one in session.instruments.values() if one.symbol not in taken]
            venue = session.venue.environment.venue
            self.picker.open_beneath(self._panel.bar.more, listed, venue)
