"""Make a desk whose sessions are whole and hear nothing: what is shown is what a test puts in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from terminal_app.domain.credentials import Credentials
from terminal_app.domain.instrument import Market
from terminal_app.services.desk import Desk
from terminal_app.services.notifications import Notifications
from terminal_app.services.order_ids import ClientOrderIds
from terminal_app.services.session import Session
from terminal_app.storage.ledger import Ledger
from terminal_app.storage.past_files import PastFiles
from terminal_app.storage.preferences import Preferences
from terminal_app.tasks import log_failure
from terminal_app.venues.base import Environment, Venue
from terminal_app.venues.binance.environments import ENVIRONMENTS, PRACTICE, Endpoints
from terminal_app.venues.binance.opening import open_venue
from tests.helpers.market_values import instrument

SYMBOL = "BTCUSDT"
NOWHERE = Endpoints("http://127.0.0.1:9", "ws://127.0.0.1:9", "ws://127.0.0.1:9/api")
NEVER_OPENED = Path("never-opened.sqlite")
KEY = Credentials("k" * 64, "s" * 64)


class NoExchanges:
    """Know the environments and open nothing."""

    @property
    def environments(self) -> Sequence[Environment]:
        """Return every environment there is."""
        return ENVIRONMENTS

    async def open(self, environment: Environment) -> Sequence[Venue]:
        """Return no venue."""
        return []

    async def close(self) -> None:
        """End nothing."""


def quiet_desk(market: Market = Market.USDM, ledger: Ledger | None = None) -> Desk:
    """Return a desk on the practice environment that looks at a market, with no session yet."""
    desk = Desk(
        NoExchanges(),
        ledger or Ledger(NEVER_OPENED, "run"),
        PastFiles(NEVER_OPENED, NEVER_OPENED),
        ClientOrderIds("run"),
        Preferences(market=market.value),
        Notifications(),
        log_failure,
    )
    desk.environment = PRACTICE
    desk.symbol = SYMBOL
    return desk


def seat(desk: Desk, credentials: Credentials | None = KEY) -> Session:
    """Put a session that is never opened at the desk, for the market that is looked at."""
    market = desk.market
    session = Session(
        open_venue(PRACTICE, market, NOWHERE, credentials),
        Ledger(NEVER_OPENED, "run"),
        PastFiles(NEVER_OPENED, NEVER_OPENED),
        ClientOrderIds("run"),
        desk.notifications,
        log_failure,
    )
    contract = "PERPETUAL" if market is Market.USDM else ""
    session.instruments[SYMBOL] = replace(instrument(), market=market, contract=contract)
    session.market_data.instrument = session.instruments[SYMBOL]
    desk.sessions[market] = session
    return session
