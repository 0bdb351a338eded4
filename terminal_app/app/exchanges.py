"""Open the venues of an environment, with the practice exchange's process where it is one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

from terminal_app.domain.credentials import Credentials
from terminal_app.domain.instrument import Market
from terminal_app.errors import StorageError, TerminalError, VenueError, VenueRefused
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.services.practice_process import PracticeOptions, PracticeProcess
from terminal_app.storage.credentials import CredentialStore
from terminal_app.tasks import FailureHandler, TaskScope
from terminal_app.venues.base import Environment, EnvironmentKind, Venue
from terminal_app.venues.binance.environments import ENVIRONMENTS, Endpoints, endpoints_for
from terminal_app.venues.connection_settings import ConnectionSettings
from terminal_app.venues.traffic import Traffic

VenueOpener = Callable[
    [Environment, Market, Endpoints, Credentials | None, ConnectionSettings], Venue
]

WATCH_SECONDS = 1.0
KEY_CODES = frozenset({-2014, -2015, -1022})


class BinanceExchanges:
    """Know Binance's environments and ours, and hold what an open one runs on."""

    def __init__(
        self,
        options: PracticeOptions,
        credentials: CredentialStore,
        notifications: Notifications,
        on_failure: FailureHandler,
        settings: ConnectionSettings,
    ) -> None:
        self._options = options
        self._store = credentials
        self._notifications = notifications
        self._on_failure = on_failure
        self._watch: TaskScope | None = None
        self.settings = settings
        self._last: dict[tuple[str, Market], Traffic] = {}
        self.endpoints: Mapping[Market, Endpoints] = {}
        self.practice: PracticeProcess | None = None

    @property
    def environments(self) -> Sequence[Environment]:
        """Return every environment there is."""
        return ENVIRONMENTS

    async def open(self, environment: Environment) -> Sequence[Venue]:
        """Return a venue for each market of an environment."""
        addresses: Mapping[str, str] | None = None
        if environment.kind is EnvironmentKind.PRACTICE:
            practice = await self._start_practice()
            addresses = practice.endpoints
            credentials: Credentials | None = practice.credentials
        else:
            credentials = await self._stored(environment)
        self.endpoints = endpoints = endpoints_for(environment, addresses)
        open_venue = await _venue_opener()
        venues = []
        for market in environment.markets:
            venue = open_venue(environment, market, endpoints[market], credentials, self.settings)
            self._keep_pause(venue)
            self._last[environment.name, market] = venue.traffic
            venues.append(venue)
        return venues

    async def close(self) -> None:
        """End the practice exchange, if it runs."""
        if self._watch is not None:
            await self._watch.close()
            self._watch = None
        if self.practice is not None:
            await self.practice.stop()
            self.practice = None

    async def test(self, environment: Environment, credentials: Credentials) -> str:
        """Ask every market of an environment for the account; return what that showed."""
        endpoints = endpoints_for(environment, None)
        open_venue = await _venue_opener()
        found = []
        for market in environment.markets:
            venue = open_venue(environment, market, endpoints[market], credentials, self.settings)
            self._keep_pause(venue)
            title = venue.capabilities.title
            await venue.open(lambda _: None, lambda _: None)
            try:
                assert venue.execution is not None
                account = await venue.execution.account()
                found.append(f"{title}: {len(account.balances)} assets")
            except VenueRefused as error:
                raise TerminalError(f"{title}: {_reason(error)}", error.detail) from error
            except VenueError as error:
                raise TerminalError(f"{title}: {error}", error.detail) from error
            finally:
                await venue.close()
        return f"The key works. {', '.join(found)}."

    def _keep_pause(self, venue: Venue) -> None:
        # Opening an environment again is no way around what its exchange has asked for.
        last = self._last.get((venue.environment.name, venue.capabilities.market))
        if last is not None:
            venue.traffic.keep_pause(last.figures().pause_s)

    async def _stored(self, environment: Environment) -> Credentials | None:
        try:
            return await self._store.load(environment.name)
        except StorageError as error:
            text = f"{error} {environment.title} opens without a key: you can look, not trade."
            self._notifications.tell(Severity.WARNING, text)
            return None

    async def _start_practice(self) -> PracticeProcess:
        # Known before it starts, so that leaving meanwhile ends it as well.
        self.practice = practice = PracticeProcess(self._options)
        await practice.start()
        for notice in practice.notices:
            self._notifications.tell(Severity.WARNING, notice)
        if practice.was_adopted:
            text = "The practice exchange of the last run was still there and was taken over."
            self._notifications.tell(Severity.INFO, text)
        self._watch = TaskScope("practice", self._on_failure)
        self._watch.spawn(self._keep_running(practice), "watch")
        return practice

    async def _keep_running(self, practice: PracticeProcess) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            if not practice.has_ended():
                continue
            text = "The practice exchange ended unexpectedly. It is started again."
            self._notifications.tell(Severity.WARNING, text)
            try:
                await practice.restart()
            except TerminalError as error:
                self._notifications.tell(Severity.DANGER, str(error))


async def _venue_opener() -> VenueOpener:
    # The network libraries take a quarter of a second to import: the window is painted before,
    # and stays alive meanwhile.
    module = await asyncio.to_thread(import_module, "terminal_app.venues.binance.opening")
    opener: VenueOpener = module.open_venue
    return opener


def _reason(error: VenueRefused) -> str:
    if error.code in KEY_CODES:
        return (
            f"refused the key ({error.code}). Either key or secret is mistyped, or it belongs to"
            " another environment, or this computer's address or the trading right is not allowed."
        )
    return str(error)
