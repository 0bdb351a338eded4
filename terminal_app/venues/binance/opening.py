"""Open a market of an environment; importing this brings the network libraries."""

from __future__ import annotations

from terminal_app.domain.credentials import Credentials
from terminal_app.domain.instrument import Market
from terminal_app.venues.base import Environment, Venue
from terminal_app.venues.binance.environments import Endpoints
from terminal_app.venues.binance.rest import quieten_http_logs
from terminal_app.venues.binance.signing import signer_for
from terminal_app.venues.binance.spot.venue import open_spot
from terminal_app.venues.binance.usdm.venue import open_usdm
from terminal_app.venues.connection_settings import DEFAULTS, ConnectionSettings


def open_venue(
    environment: Environment,
    market: Market,
    endpoints: Endpoints,
    credentials: Credentials | None,
    settings: ConnectionSettings = DEFAULTS,
) -> Venue:
    """Return one market of an environment, ready to be opened; it trades only with a key."""
    quieten_http_logs()
    signer = signer_for(credentials) if credentials is not None else None
    build = open_spot if market is Market.SPOT else open_usdm
    return build(environment, endpoints, signer, settings)
