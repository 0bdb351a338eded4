"""A market's feeds without a network: frames are told as a connection would tell them."""

from __future__ import annotations

from typing import Any

from terminal_app.domain.instrument import Market
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import ConnectionState, Feed
from terminal_app.venues.binance.books import BookKeeper, FetchSnapshot
from terminal_app.venues.binance.depth_sync import continues_spot, continues_usdm
from terminal_app.venues.binance.feeds import FeedHub
from terminal_app.venues.binance.kept_socket import KeptSocket
from terminal_app.venues.binance.line import Line
from terminal_app.venues.binance.spot import mapping as spot
from terminal_app.venues.binance.stream import StreamSocket
from terminal_app.venues.binance.usdm import mapping as usdm
from terminal_app.venues.reconnect import ConnectionBudget

SYMBOL = "BTCUSDT"
NOWHERE = "ws://127.0.0.1:9"
TABLES = {Market.SPOT: spot.FEEDS, Market.USDM: usdm.FEEDS}
CONTINUES = {Market.SPOT: continues_spot, Market.USDM: continues_usdm}


def ignore(state: ConnectionState, reason: str) -> None:
    """Hear of a connection that there is not."""


class Feeds:
    """Hold a market's feeds; ``fetch`` gives the snapshots of its books."""

    def __init__(self, market: Market, scope: TaskScope, fetch: FetchSnapshot) -> None:
        self.table = table = TABLES[market]
        routes = {rule.route for rule in table.rules.values()} | {table.book_route}
        self.sockets = {
            route: StreamSocket(route, NOWHERE, ignore, ConnectionBudget(), spacing_s=0.0)
            for route in routes
        }
        self.hub = FeedHub(table, self.sockets, BookKeeper(scope, CONTINUES[market], fetch))

    @property
    def unreadable(self) -> int:
        """Return how many frames could not be read."""
        return sum(socket.quarantine.count for socket in self.sockets.values())

    def tell(self, feed: Feed, frame: bytes) -> None:
        """Tell a frame of a feed."""
        tell(self.sockets[self.table.stream(feed)[0]], frame)

    def enveloped(self, feed: Feed, event: Any) -> Any:
        """Return an event as its stream sends it."""
        return {"stream": self.table.stream(feed)[1], "data": event}


def tell(socket: KeptSocket, frame: bytes) -> Line:
    """Tell a socket a frame, and return the line on which it came."""
    line = Line(socket, lambda: None, holds=True)
    line.keep_back(frame)
    line.speak_up()
    return line
