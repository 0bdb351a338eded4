"""The bar on top: which symbol, its last price, its day, its next funding."""

from __future__ import annotations

import time
from collections.abc import Hashable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from terminal_app.domain.instrument import Instrument, Market
from terminal_app.domain.market import Side
from terminal_app.domain.symbols import names_of
from terminal_app.gui.format import (
    UNKNOWN,
    age_text,
    compact_text,
    countdown_text,
    decimal_text,
    percent_text,
)
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import restyle
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.gui.widgets.symbol_picker import SymbolPicker
from terminal_app.observers import Subscriptions
from terminal_app.services.connection import MARKET
from terminal_app.services.desk import ENVIRONMENT, SYMBOL, Desk
from terminal_app.services.session import Session

BAR_HEIGHT = 56
MARKET_WORDS = {Market.SPOT: "Spot", Market.USDM: "Perpetual"}


class Figure(QFrame):
    """Show a caption above a figure."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        self.caption = plain_label(caption, "caption")
        self.value = plain_label(UNKNOWN, "figure")
        layout.addStretch(1)
        layout.addWidget(self.caption)
        layout.addWidget(self.value)
        layout.addStretch(1)

    def show_text(self, text: str, role: str = "figure") -> None:
        """Show a figure in the colour of a role."""
        if self.value.text() != text:
            self.value.setText(text)
            width = self.value.sizeHint().width()
            # Grows, never shrinks: figures beside it stand still while it ticks.
            self.setMinimumWidth(max(self.minimumWidth(), width))
        if self.value.property("role") != role:
            self.value.setProperty("role", role)
            restyle(self.value)


class SymbolBar(QFrame):
    """Show the chosen symbol and let the person choose another symbol or market.

    Emits ``symbol_chosen(str)`` and ``market_chosen(Market)``.
    """

    symbol_chosen = Signal(str)
    market_chosen = Signal(object)

    def __init__(self, desk: Desk, clock: FrameClock) -> None:
        super().__init__()
        self._desk = desk
        self._clock = clock
        self._subscriptions = Subscriptions()
        self.setProperty("role", "bar")
        self.setFixedHeight(BAR_HEIGHT)
        self.symbol = QPushButton("…")
        self.symbol.setProperty("role", "symbol")
        self.symbol.setAccessibleName("Symbol")
        self.symbol.setToolTip("Choose a symbol (Ctrl+K searches everything)")
        self.picker = SymbolPicker(self)
        self.markets: dict[Market, QPushButton] = {}
        self.last = plain_label(UNKNOWN, "last")
        # Grey alone could be overlooked: what is old says so, and how old.
        self.age = plain_label(role="warning")
        self.age.hide()
        self.mark, self.index = Figure("Mark"), Figure("Index")
        self.change, self.range = Figure("24 h"), Figure("24 h high / low")
        self.volume, self.funding = Figure("24 h volume"), Figure("Funding")
        self._lay_out()
        self.symbol.clicked.connect(self.open_picker)
        self.picker.chosen.connect(self.symbol_chosen)
        # The countdown moves even when nothing else does.
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(lambda: self._clock.mark(self))
        desk.observers.add(self._on_desk)
        self._follow()

    def open_picker(self) -> None:
        """Let the person search for a symbol."""
        session = self._desk.session
        if session is not None:
            listed = list(session.instruments.values())
            self.picker.open_beneath(self.symbol, listed, session.venue.environment.venue)

    def add_tool(self, tool: QWidget) -> None:
        """Put a widget at the right end."""
        self._row.addWidget(tool)

    def flush(self) -> None:
        """Show the figures of this moment."""
        session, instrument = self._desk.session, self._desk.instrument
        self._show_markets()
        self._fit()
        self.symbol.setText(f"{self._desk.symbol or '…'}  ▾")
        if session is None or instrument is None:
            return
        names = names_of(instrument, session.venue.environment.venue)
        elsewhere = f"{names.pair} · {names.prefixed} · {names.suffixed}"
        self.symbol.setToolTip(f"{elsewhere}\nChoose a symbol (Ctrl+K searches everything)")
        self._show_last(session, instrument)
        self._show_day(session, instrument)
        self._show_mark(session, instrument)

    @guarded(None)
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._second.start()
        self._clock.mark(self)

    def _lay_out(self) -> None:
        self._row = layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 12, 0)
        layout.setSpacing(0)
        layout.addWidget(self.symbol)
        layout.addSpacing(8)
        group = QButtonGroup(self)
        for market in Market:
            button = QPushButton(MARKET_WORDS[market])
            button.setCheckable(True)
            button.setProperty("role", "segment")
            button.clicked.connect(lambda _, market=market: self.market_chosen.emit(market))
            group.addButton(button)
            self.markets[market] = button
            layout.addWidget(button)
        layout.addSpacing(16)
        self.last.setMinimumWidth(110)
        layout.addWidget(self.last)
        layout.addWidget(self.age)
        for figure in (self.mark, self.index, self.change, self.range, self.volume, self.funding):
            layout.addSpacing(24)
            layout.addWidget(figure)
        layout.addStretch(1)

    def _fit(self) -> None:
        # Where there is no room for all, what stands elsewhere too goes first.
        spare = (self.range, self.volume)
        widths = {one: max(one.sizeHint().width(), one.minimumWidth()) for one in spare}
        needed = self._row.sizeHint().width()
        needed += sum(width for one, width in widths.items() if one.isHidden())
        for figure in spare:
            is_room = needed <= self.width()
            figure.setVisible(is_room)
            if not is_room:
                needed -= widths[figure]

    def _show_markets(self) -> None:
        environment = self._desk.environment
        for market, button in self.markets.items():
            button.setVisible(environment is not None and market in environment.markets)
            button.setChecked(market is self._desk.market)

    def _show_last(self, session: Session, instrument: Instrument) -> None:
        data = session.market_data
        price = data.last_trade.price if data.last_trade is not None else None
        if price is None and data.ticker is not None:
            price = data.ticker.last_price
        self.last.setText(decimal_text(price, instrument.price_decimals))
        age_ms = session.connection.link(MARKET).age_seconds() * 1000
        self.age.setText(f"{age_text(age_ms)} old")
        self.age.setVisible(price is not None and not self._is_live(session))
        direction = "up" if data.last_side is Side.BUY else "down"
        if not self._is_live(session):
            direction = "stale"
        if self.last.property("direction") != direction:
            self.last.setProperty("direction", direction)
            restyle(self.last)

    def _show_day(self, session: Session, instrument: Instrument) -> None:
        ticker, decimals = session.market_data.ticker, instrument.price_decimals
        if ticker is None:
            for figure in (self.change, self.range, self.volume):
                figure.show_text(UNKNOWN)
            return
        usual = "figure" if self._is_live(session) else "muted"
        role = "buy" if ticker.change > 0 else "sell" if ticker.change < 0 else usual
        role = role if self._is_live(session) else usual
        change = decimal_text(ticker.change, decimals, signed=True)
        self.change.show_text(f"{change}  {percent_text(ticker.change_percent)}", role)
        high = decimal_text(ticker.high_price, decimals)
        low = decimal_text(ticker.low_price, decimals)
        self.range.show_text(f"{high} / {low}", usual)
        volume = f"{compact_text(ticker.volume)} {instrument.base_asset}"
        quote = f"{compact_text(ticker.quote_volume)} {instrument.quote_asset}"
        self.volume.show_text(f"{volume} · {quote}", usual)

    def _show_mark(self, session: Session, instrument: Instrument) -> None:
        has_mark = session.venue.capabilities.has_mark_price
        for figure in (self.mark, self.index, self.funding):
            figure.setVisible(has_mark)
        mark = session.market_data.mark
        if not has_mark or mark is None:
            return
        usual = "figure" if self._is_live(session) else "muted"
        self.mark.show_text(decimal_text(mark.mark_price, instrument.price_decimals), usual)
        self.index.show_text(decimal_text(mark.index_price, instrument.price_decimals), usual)
        offset = session.venue.clock.offset_ms if session.venue.clock is not None else 0
        left_ms = mark.next_funding_ms - (time.time_ns() // 1_000_000 + offset)
        self.funding.caption.setText(f"Funding in {countdown_text(left_ms)}")
        is_received = mark.funding_rate < 0 and self._is_live(session)
        rate = percent_text(mark.funding_rate * 100, 4)
        self.funding.show_text(rate, "buy" if is_received else usual)

    @staticmethod
    def _is_live(session: Session) -> bool:
        return session.connection.link(MARKET).is_live

    def _on_desk(self, key: Hashable) -> None:
        if key in (ENVIRONMENT, SYMBOL):
            self._follow()
        self._clock.mark(self)

    def _follow(self) -> None:
        self._subscriptions.leave()
        session = self._desk.session
        if session is not None:
            self._subscriptions.hear(
                lambda _: self._clock.mark(self), session.market_data.observers
            )
        for figure in (self.mark, self.index, self.change, self.range, self.volume, self.funding):
            figure.setMinimumWidth(0)
        self._clock.mark(self)
