"""Join a tape to the symbol that it looks at."""

from __future__ import annotations

from decimal import Decimal

from terminal_app.domain.instrument import Instrument
from terminal_app.gui.focus import Focus
from terminal_app.gui.focus_link import FocusLink
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.kept_steps import kept_key, kept_size
from terminal_app.gui.panels.trades_panel import TradesPanel
from terminal_app.gui.view_states import show_freshness, show_waiting
from terminal_app.services.market_lines import MarketLine
from terminal_app.services.session import Session


class TapeLink(FocusLink):
    """Hand the trades of a symbol to a tape."""

    def __init__(self, focus: Focus, clock: FrameClock, panel: TradesPanel) -> None:
        self._panel = panel
        self._seen_trades = 0
        panel.merge.setChecked(focus.desk.preferences.tape_merges)
        panel.merging_chosen.connect(self._keep_merging)
        panel.least_size_chosen.connect(self._keep_size)
        super().__init__(focus, clock, panel)

    def _begin(self, session: Session, instrument: Instrument, line: MarketLine) -> None:
        self._panel.set_instrument(instrument)
        kept = self._focus.desk.preferences.tape_sizes
        self._panel.set_least_size(kept_size(kept.get(kept_key(instrument), "")))
        self._seen_trades = 0

    def _show(self, session: Session, instrument: Instrument, line: MarketLine) -> None:
        show_freshness(self._panel, session)
        data = line.data
        if data.trade_count < self._seen_trades:
            self._seen_trades = 0
        new = data.newest_trades(self._seen_trades)
        if new:
            self._seen_trades = data.trade_count
            self._panel.add_trades(new)

    def _keep_size(self, least: Decimal) -> None:
        if self._instrument is not None:
            kept = self._focus.desk.preferences.tape_sizes
            kept[kept_key(self._instrument)] = format(least, "f")

    def _keep_merging(self, merges: bool) -> None:
        self._focus.desk.preferences.tape_merges = merges

    def _wait(self) -> None:
        show_waiting(self._panel, self._focus)
