"""Join a panel to what it looks at: heard while it is looked at, shown once a frame."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from terminal_app.domain.instrument import Instrument
from terminal_app.gui.focus import Focus
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.observers import Subscriptions
from terminal_app.services.market_lines import MarketLine
from terminal_app.services.session import Session


class FocusLink(QObject):
    """Follow a focus for a panel: mark while messages come, hand data over once a frame.

    A kind of panel says how it joins an instrument, what it shows, and how it waits.
    """

    def __init__(self, focus: Focus, clock: FrameClock, panel: QWidget) -> None:
        super().__init__(panel)
        self._focus, self._clock, self._view = focus, clock, panel
        self._instrument: Instrument | None = None
        self._subscriptions = Subscriptions()
        # An age has to grow while nothing comes in.
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(lambda: clock.mark(self))
        self._second.start()
        self._forget = focus.observers.add(lambda _: self._follow())
        self._follow()

    def isVisible(self) -> bool:
        """Say whether the panel can be seen."""
        return self._view.isVisible()

    def flush(self) -> None:
        """Give the panel what changed since the last frame."""
        session, line = self._focus.session, self._focus.line
        if session is None or line is None or self._instrument is None:
            self._wait()
        else:
            self._show(session, self._instrument, line)

    def close(self) -> None:
        """Hand nothing to the panel any more."""
        self._second.stop()
        self._forget()
        self._subscriptions.leave()

    def _follow(self) -> None:
        self._subscriptions.leave()
        session, instrument, line = self._focus.session, self._focus.instrument, self._focus.line
        if session is None or instrument is None or line is None:
            self._instrument = None
            self._part()
            self._clock.mark(self)
            return
        if instrument is not self._instrument:
            self._instrument = instrument
            self._begin(session, instrument, line)
        self._join(session, line)
        self._subscriptions.hear(self._on_market, line.data.observers)
        self._subscriptions.hear(lambda _: self._clock.mark(self), session.connection.observers)
        self._clock.mark(self)

    def _on_market(self, _key: Hashable) -> None:
        self._clock.mark(self)

    def _part(self) -> None:
        """Let go of an instrument that is not looked at any more."""

    def _join(self, session: Session, line: MarketLine) -> None:
        """Hear more of what is looked at than its market, and take its data."""

    def _begin(self, session: Session, instrument: Instrument, line: MarketLine) -> None:
        raise NotImplementedError

    def _show(self, session: Session, instrument: Instrument, line: MarketLine) -> None:
        raise NotImplementedError

    def _wait(self) -> None:
        raise NotImplementedError
