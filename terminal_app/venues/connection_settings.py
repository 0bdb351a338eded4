"""How the program connects to a venue, where a person may want it otherwise."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """Hold what may be chosen of the connections to a venue.

    ``orders_by_socket`` sends orders over the WebSocket API; REST carries them while it is down.
    """

    orders_by_socket: bool = True


DEFAULTS = ConnectionSettings()
