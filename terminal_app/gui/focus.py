"""What a panel looks at: the desk's symbol, or one of its own."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol

from terminal_app.domain.instrument import Instrument
from terminal_app.gui.link_groups import LinkedSymbol
from terminal_app.observers import Observers
from terminal_app.services.aim import Aim
from terminal_app.services.desk import ENVIRONMENT, INSTRUMENTS, SYMBOL, Desk
from terminal_app.services.market_lines import MarketLine
from terminal_app.services.session import Session

FOCUS = "focus"


class Focus(Protocol):
    """Be what a panel looks at. Key told: focus, when that is something else."""

    observers: Observers
    desk: Desk

    @property
    def symbol(self) -> str:
        """Return the name of what is looked at, listed or not."""

    @property
    def session(self) -> Session | None:
        """Return the session of the market, None while there is none."""

    @property
    def instrument(self) -> Instrument | None:
        """Return the instrument, None while its rules are not known."""

    @property
    def line(self) -> MarketLine | None:
        """Return the instrument's market, None while nothing is followed."""


def aim_of(focus: Focus) -> Aim | None:
    """Return where an order from a panel would go, None where it can go nowhere."""
    session, instrument = focus.session, focus.instrument
    return Aim(session, instrument) if session is not None and instrument is not None else None


class DeskFocus:
    """Look at what the desk looks at."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.observers = Observers()
        desk.observers.add(self._on_desk)

    @property
    def symbol(self) -> str:
        """Return the desk's symbol."""
        return self.desk.symbol

    @property
    def session(self) -> Session | None:
        """Return the session of the desk's market, None while there is none."""
        return self.desk.session

    @property
    def instrument(self) -> Instrument | None:
        """Return the desk's instrument, None while its rules are not known."""
        return self.desk.instrument

    @property
    def line(self) -> MarketLine | None:
        """Return the desk's market, None while nothing is followed."""
        return self.desk.session.markets.main if self.desk.session is not None else None

    def _on_desk(self, key: Hashable) -> None:
        if key in (ENVIRONMENT, SYMBOL):
            self.observers.notify(FOCUS)


class OwnFocus:
    """Look at a symbol of its own and follow its market; it ends with ``close``."""

    def __init__(self, desk: Desk, shown: LinkedSymbol) -> None:
        self.desk = desk
        self.observers = Observers()
        self.shown = shown
        self.session: Session | None = None
        self.instrument: Instrument | None = None
        self.line: MarketLine | None = None
        self._forget = desk.observers.add(self._on_desk)
        self._follow()

    @property
    def symbol(self) -> str:
        """Return the name of what is looked at, listed or not."""
        return self.shown.symbol

    @property
    def is_of_desk(self) -> bool:
        """Say whether that is what the desk looks at as well."""
        return self.shown == LinkedSymbol(self.desk.market, self.desk.symbol)

    def choose(self, shown: LinkedSymbol) -> None:
        """Look at another symbol from now on."""
        if shown != self.shown:
            self.shown = shown
            self._follow()

    def close(self) -> None:
        """Look at nothing any more."""
        self._forget()
        self._leave()
        self.session = self.instrument = None

    def _on_desk(self, key: Hashable) -> None:
        if key in (ENVIRONMENT, INSTRUMENTS):
            self._follow()

    def _follow(self) -> None:
        session = self.desk.sessions.get(self.shown.market)
        instrument = session.instruments.get(self.shown.symbol) if session is not None else None
        if session is self.session and instrument == self.instrument and self.line is not None:
            return
        self._leave()
        self.session, self.instrument = session, instrument
        # Rules may still be told while all of it is closed.
        if session is not None and instrument is not None and not session.markets.is_closed:
            self.line = session.markets.open(instrument)
        self.observers.notify(FOCUS)

    def _leave(self) -> None:
        if self.session is not None and self.line is not None:
            self.session.markets.close(self.line)
        self.line = None
