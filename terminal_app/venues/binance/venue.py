"""One market of one environment: the parts put together, opened and closed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from terminal_app.tasks import TaskScope
from terminal_app.venues.account_events import AccountSink
from terminal_app.venues.account_settings import AccountSettings
from terminal_app.venues.base import Capabilities, ClockReading, ConnectionChanged, Environment
from terminal_app.venues.binance.events import VenueEvents
from terminal_app.venues.binance.execution import BinanceExecution
from terminal_app.venues.binance.kept_socket import KeptSocket
from terminal_app.venues.binance.market_data import BinanceMarketData
from terminal_app.venues.binance.rest import RestClient
from terminal_app.venues.binance.traffic import BinanceTraffic
from terminal_app.venues.records import Records
from terminal_app.venues.stream_health import StreamHealth


@dataclass(frozen=True, slots=True)
class VenueParts:
    """Hold what a market's venue is made of."""

    rest: RestClient
    scope: TaskScope
    events: VenueEvents
    sockets: Sequence[KeptSocket]
    market_data: BinanceMarketData
    execution: BinanceExecution | None
    settings: AccountSettings | None = None
    account_socket: KeptSocket | None = None


class BinanceVenue:
    """Offer one market of one environment to the program."""

    def __init__(
        self, environment: Environment, capabilities: Capabilities, parts: VenueParts
    ) -> None:
        self._environment = environment
        self._capabilities = capabilities
        self._parts = parts

    @property
    def environment(self) -> Environment:
        """Return where it is."""
        return self._environment

    @property
    def capabilities(self) -> Capabilities:
        """Return what it can do."""
        return self._capabilities

    @property
    def market_data(self) -> BinanceMarketData:
        """Return what reads the market."""
        return self._parts.market_data

    @property
    def execution(self) -> BinanceExecution | None:
        """Return what trades, or None without a key."""
        return self._parts.execution

    @property
    def settings(self) -> AccountSettings | None:
        """Return what changes the account's settings; None without a key or positions."""
        return self._parts.settings

    @property
    def records(self) -> Records:
        """Return what tells of every request and account event."""
        return self._parts.rest.audit.records

    @property
    def clock(self) -> ClockReading | None:
        """Return the last measured clock offset, None while unknown."""
        return self._parts.rest.clock.reading

    @property
    def latency_ms(self) -> int | None:
        """Return the round trip of the newest answer in milliseconds."""
        return self._parts.rest.latency_ms

    def stream_health(self) -> StreamHealth:
        """Return how every feed stands, and what could not be read."""
        quarantines = [socket.quarantine for socket in self._parts.sockets]
        return StreamHealth(
            self._parts.market_data.feeds(),
            tuple(frame for quarantine in quarantines for frame in quarantine.frames),
            sum(quarantine.count for quarantine in quarantines),
        )

    @property
    def traffic(self) -> BinanceTraffic:
        """Return what goes to the venue and comes back, counted."""
        return self._parts.rest.traffic

    async def open(
        self, on_connection: Callable[[ConnectionChanged], None], on_account: AccountSink
    ) -> None:
        """Connect in the background and keep connected; raise nothing for a lost network."""
        parts = self._parts
        parts.events.listen(on_connection, on_account)
        parts.scope.spawn(parts.rest.clock.run(), "clock")
        parts.scope.spawn(parts.market_data.watch(), "feeds")
        for socket in parts.sockets:
            parts.scope.spawn(socket.run(), socket.name)

    def renew_account_events(self, reason: str) -> None:
        """Connect the account's events anew."""
        if self._parts.account_socket is not None:
            self._parts.account_socket.give_up(reason)

    async def close(self) -> None:
        """Close every connection; orders on their way come to their end first."""
        for socket in self._parts.sockets:
            socket.stop()
        await self._parts.scope.close()
        await self._parts.rest.close()
