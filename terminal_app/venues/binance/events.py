"""Tell the program what a venue's sockets say, before and after it listens."""

from __future__ import annotations

from collections.abc import Callable

from terminal_app.venues.account_events import AccountEvent, AccountSink
from terminal_app.venues.base import ConnectionChanged, ConnectionState

OnConnection = Callable[[ConnectionChanged], None]
OnRoute = Callable[[str, ConnectionState], None]

_BADNESS = {
    ConnectionState.LIVE: 0,
    ConnectionState.CONNECTING: 1,
    ConnectionState.STALE: 2,
    ConnectionState.CLOSED: 3,
}


class VenueEvents:
    """Join the states of several market sockets into one, and pass account events on."""

    def __init__(self, on_loss: Callable[[], None] = lambda: None) -> None:
        self._on_loss = on_loss
        self._live: set[str] = set()
        self._routes: dict[str, tuple[ConnectionState, str]] = {}
        self._told: tuple[ConnectionState, str] | None = None
        self._on_connection: OnConnection | None = None
        self._on_account: AccountSink | None = None
        self._on_route: OnRoute | None = None

    def listen(self, on_connection: OnConnection, on_account: AccountSink) -> None:
        """Tell these from now on."""
        self._on_connection = on_connection
        self._on_account = on_account

    def listen_to_routes(self, on_route: OnRoute) -> None:
        """Tell each market socket's own state to this as well."""
        self._on_route = on_route

    def market_route(self, route: str) -> Callable[[ConnectionState, str], None]:
        """Return what takes the states of one market socket."""
        self._routes[route] = (ConnectionState.CLOSED, "")

        def on_state(state: ConnectionState, reason: str) -> None:
            self._routes[route] = (state, reason)
            self._note_loss(f"market {route}", state)
            if self._on_route is not None:
                self._on_route(route, state)
            self._tell_market()

        return on_state

    def on_account_state(self, state: ConnectionState, reason: str) -> None:
        """Take a state of the account's socket."""
        self._note_loss("account", state)
        self._tell(ConnectionChanged("account", state, reason))

    def on_orders_state(self, state: ConnectionState, reason: str) -> None:
        """Take a state of the socket that carries orders."""
        self._note_loss("orders", state)
        self._tell(ConnectionChanged("orders", state, reason))

    def tell_account(self, event: AccountEvent) -> None:
        """Pass an account event on."""
        if self._on_account is not None:
            self._on_account(event)

    def _tell_market(self) -> None:
        worst = max(self._routes.values(), key=lambda held: _BADNESS[held[0]])
        if worst != self._told:
            self._told = worst
            self._tell(ConnectionChanged("market", *worst))

    def _note_loss(self, name: str, state: ConnectionState) -> None:
        if state is ConnectionState.LIVE:
            self._live.add(name)
        elif name in self._live:
            self._live.remove(name)
            if state is ConnectionState.STALE:
                self._on_loss()

    def _tell(self, change: ConnectionChanged) -> None:
        if self._on_connection is not None:
            self._on_connection(change)
