"""Every symbol's market that is looked at: the desk's, and those beside it, shared by symbol."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from terminal_app.domain.instrument import Instrument
from terminal_app.services.connection import MARKET, ConnectionService
from terminal_app.services.market_data import MarketDataService
from terminal_app.services.order_store import OrderStore
from terminal_app.services.queue_places import QueuePlaces
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import Venue


@dataclass(eq=False, slots=True)
class MarketLine:
    """Hold one symbol's market, and where one's own orders stand in its queues."""

    data: MarketDataService
    queue: QueuePlaces
    users: int = 1


class MarketLines:
    """Follow the market of a symbol while anybody looks at it.

    ``main`` is the one of the desk, whose symbol changes; ``looked_at`` is called with a symbol
    that is followed beside it from now on.
    """

    def __init__(
        self,
        venue: Venue,
        connection: ConnectionService,
        store: OrderStore,
        scope: TaskScope,
        looked_at: Callable[[str], None],
    ) -> None:
        self._venue = venue
        self._connection = connection
        self._store = store
        self._scope = scope
        self._looked_at = looked_at
        self.main = self._new()
        self._lines: dict[str, MarketLine] = {}

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def is_closed(self) -> bool:
        """Say whether nothing can be followed any more, because the exchange is left."""
        return self._scope.closed

    def open(self, instrument: Instrument) -> MarketLine:
        """Return the market of an instrument; whoever took it closes it."""
        line = self._lines.get(instrument.symbol)
        if line is not None:
            line.users += 1
            return line
        line = self._lines[instrument.symbol] = self._new()
        line.data.select(instrument)
        self._looked_at(instrument.symbol)
        return line

    def close(self, line: MarketLine) -> None:
        """Let a market go; its streams end with its last user."""
        line.users -= 1
        if line.users == 0 and line in self._lines.values():
            self._end(line)

    def find(self, symbol: str) -> MarketDataService | None:
        """Return the market of a symbol that somebody looks at, None where nobody does."""
        shown = self.main.data.instrument
        if shown is not None and shown.symbol == symbol:
            return self.main.data
        line = self._lines.get(symbol)
        return line.data if line is not None else None

    def is_fresh(self, symbol: str) -> bool:
        """Say whether the book of a symbol is the market of this moment."""
        data = self.find(symbol)
        return data is not None and self.is_whole(data)

    def is_whole(self, data: MarketDataService) -> bool:
        """Say whether a book is the market of this moment."""
        is_whole = not data.book_problem and not data.book.is_empty and not data.book.is_crossed
        return self._connection.link(MARKET).is_live and is_whole

    def reload(self) -> None:
        """Have every market ask for what streams do not repeat."""
        for line in (self.main, *self._lines.values()):
            line.data.reload()

    def lose_touch(self) -> None:
        """Have every market expect a hole."""
        for line in (self.main, *self._lines.values()):
            line.data.lose_touch()

    def leave(self) -> None:
        """End every market, whoever looks at it."""
        self.main.data.leave()
        for line in list(self._lines.values()):
            self._end(line)

    def _new(self) -> MarketLine:
        data = MarketDataService(self._venue, self._scope)
        return MarketLine(data, QueuePlaces(data, self._store))

    def _end(self, line: MarketLine) -> None:
        self._lines = {name: other for name, other in self._lines.items() if other is not line}
        line.data.leave()
        line.queue.close()
