"""What the person looks at: an environment, one of its markets, a symbol and an interval."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import partial
from typing import Protocol

from terminal_app.domain.instrument import Instrument, Market
from terminal_app.domain.period import Period, period_of
from terminal_app.errors import TerminalError, UnknownSymbol
from terminal_app.observers import Observers
from terminal_app.services.aim import Aim
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.services.order_ids import ClientOrderIds
from terminal_app.services.order_store import ORDERS
from terminal_app.services.safety.settings import SafetySettings
from terminal_app.services.session import Session
from terminal_app.storage.ledger import Ledger
from terminal_app.storage.past_files import PastFiles
from terminal_app.storage.preferences import Preferences
from terminal_app.tasks import FailureHandler
from terminal_app.venues.base import Environment, Venue

ENVIRONMENT, SYMBOL, INTERVAL, INSTRUMENTS = "environment", "symbol", "interval", "instruments"
DRY_RUN = "dry run"


class Exchanges(Protocol):
    """Know every environment and open its venues."""

    @property
    def environments(self) -> Sequence[Environment]:
        """Return every environment there is."""

    async def open(self, environment: Environment) -> Sequence[Venue]:
        """Return a venue for each market; raise ``TerminalError`` where that fails."""

    async def close(self) -> None:
        """End what ``open`` started."""


class Desk:
    """Keep the sessions of one environment and what of it is looked at.

    Keys told: environment, symbol, interval, instruments, dry run.
    """

    def __init__(
        self,
        exchanges: Exchanges,
        ledger: Ledger,
        past: PastFiles,
        ids: ClientOrderIds,
        preferences: Preferences,
        notifications: Notifications,
        on_failure: FailureHandler,
    ) -> None:
        self._exchanges = exchanges
        self._ledger = ledger
        self._past = past
        self._ids = ids
        self._on_failure = on_failure
        self.preferences = preferences
        self.notifications = notifications
        self.observers = Observers()
        self.safety = SafetySettings(preferences)
        self.environment: Environment | None = None
        self.problem = ""
        self.sessions: dict[Market, Session] = {}
        self.market = Market(preferences.market)
        self.symbol = ""
        self.period = period_of(preferences.interval)
        ledger.observers.add(self._on_ledger)
        self.safety.observers.add(self._on_safety)

    @property
    def environments(self) -> Sequence[Environment]:
        """Return every environment there is."""
        return self._exchanges.environments

    @property
    def session(self) -> Session | None:
        """Return the session of the market that is looked at."""
        return self.sessions.get(self.market)

    @property
    def instrument(self) -> Instrument | None:
        """Return the instrument that is looked at, None while its rules are not known."""
        return self.session.instruments.get(self.symbol) if self.session is not None else None

    @property
    def aim(self) -> Aim | None:
        """Return where an order in what is looked at goes, None while it can go nowhere."""
        session, instrument = self.session, self.instrument
        return Aim(session, instrument) if session is not None and instrument else None

    async def open(self, name: str) -> None:
        """Leave the present environment and open another; ``problem`` says why it failed."""
        await self.close()
        self.environment = next(item for item in self.environments if item.name == name)
        self.problem = ""
        if self.market not in self.environment.markets:
            self.market = self.environment.markets[0]
        self._choose_symbol()
        self.observers.notify(ENVIRONMENT)
        try:
            for venue in await self._exchanges.open(self.environment):
                session = Session(
                    venue,
                    self._ledger,
                    self._past,
                    self._ids,
                    self.notifications,
                    self._on_failure,
                )
                session.dry_run.switch(self.preferences.dry_run)
                self._protect(session)
                self.sessions[session.market] = session
                session.observers.add(partial(self._on_instruments, session))
                await session.open()
        except TerminalError as error:
            self.problem = str(error)
            self.notifications.tell(Severity.DANGER, str(error))
        self._choose_symbol()
        self.observers.notify(ENVIRONMENT)

    async def close(self) -> None:
        """Close every session, then what the environment runs on."""
        for session in reversed(self.sessions.values()):
            await session.close()
        self.sessions.clear()
        await self._exchanges.close()

    async def start_anew(self) -> None:
        """Forget what is open, after the account was reset, and open the environment again."""
        for session in self.sessions.values():
            await session.orders.start_anew()
            await session.forget_past()
        if self.environment is not None:
            await self.open(self.environment.name)

    def set_dry_run(self, is_dry: bool) -> None:
        """Send no order from now on, or send them again."""
        self.preferences.dry_run = is_dry
        for session in self.sessions.values():
            session.dry_run.switch(is_dry)
        self.observers.notify(DRY_RUN)

    def select_market(self, market: Market) -> None:
        """Look at another market of the environment."""
        if market is self.market or self.environment is None:
            return
        if market not in self.environment.markets:
            return
        if self.session is not None:
            self.session.leave()
        self.market = market
        self.preferences.market = market.value
        self._choose_symbol()
        self._follow()
        self.observers.notify(ENVIRONMENT)

    def select_symbol(self, symbol: str) -> bool:
        """Look at another symbol, however it is named; say and tell whether the venue lists it."""
        session = self.session
        if session is None:
            return False
        try:
            self.symbol = session.rules.find(symbol).symbol
        except UnknownSymbol as error:
            self.notifications.tell(Severity.WARNING, str(error))
            return False
        self.preferences.symbols[self.market.value] = self.symbol
        self._follow()
        return True

    def select_period(self, period: Period) -> bool:
        """Look at bars of another length; say and tell whether they can be shown."""
        session = self.session
        if session is not None and self.instrument is not None and period != self.period:
            try:
                interval = period.source(session.venue.capabilities.intervals)
            except ValueError as error:
                self.notifications.tell(Severity.WARNING, f"{error}.")
                return False
            session.candles.select(self.symbol, interval)
        self.period = period
        self.preferences.interval = period.text
        self.observers.notify(INTERVAL)
        return True

    def _on_safety(self, _key: Hashable) -> None:
        for session in self.sessions.values():
            self._protect(session)

    def _protect(self, session: Session) -> None:
        environment, market = session.venue.environment, session.market
        session.safety.guard.set_rules(self.safety.rules(environment, market))
        session.safety.dead_man.switch(self.safety.has_dead_man(environment, market))

    def _on_ledger(self, _key: Hashable) -> None:
        problem = self._ledger.problem
        if problem:
            text = f"{problem} No new orders; cancelling still works."
            self.notifications.tell(Severity.DANGER, text)
        else:
            text = "The ledger can be written again. New orders are taken."
            self.notifications.tell(Severity.SUCCESS, text)
        for session in self.sessions.values():
            session.health.check()
            session.orders.store.observers.notify(ORDERS)

    def _choose_symbol(self) -> None:
        session = self.session
        default = session.venue.capabilities.default_symbol if session is not None else ""
        self.symbol = self.preferences.symbols.get(self.market.value, default) or default

    def _follow(self) -> None:
        session = self.session
        if session is None or self.symbol not in session.instruments:
            return
        offered = session.venue.capabilities.intervals
        try:
            interval = self.period.source(offered)
        except ValueError:
            self.period = period_of("1m")
            interval = self.period.source(offered)
        session.select(self.symbol, interval)
        self.observers.notify(SYMBOL)

    def _on_instruments(self, session: Session, _key: Hashable) -> None:
        if session is self.session:
            self.symbol = self._listed(session, self.symbol)
            # Other symbols may have changed: what is shown is left alone then.
            if session.market_data.instrument != self.instrument:
                self._follow()
        self.observers.notify(INSTRUMENTS)

    def _listed(self, session: Session, name: str) -> str:
        try:
            return session.rules.find(name).symbol
        except UnknownSymbol as error:
            default = session.venue.capabilities.default_symbol
            first = next(iter(session.instruments), "")
            shown = default if default in session.instruments else first
            if name:
                self.notifications.tell(Severity.WARNING, f"{error} Showing {shown}.")
            return shown
