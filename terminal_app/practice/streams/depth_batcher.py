"""Merge depth changes for streams that send a few times a second."""

from terminal_app.practice.engine.events import DepthChanged
from terminal_app.practice.engine.market_values import Level


class DepthBatcher:
    """Merge the depth changes of one symbol into one event per flush, chained without a gap."""

    def __init__(self) -> None:
        self._first: DepthChanged | None = None
        self._last: DepthChanged | None = None
        self._bids: dict[object, Level] = {}
        self._asks: dict[object, Level] = {}

    def add(self, change: DepthChanged) -> None:
        """Take one change; a later quantity of a price wins."""
        if self._first is None:
            self._first = change
        self._last = change
        for level in change.bids:
            self._bids[level[0]] = level
        for level in change.asks:
            self._asks[level[0]] = level

    def flush(self) -> DepthChanged | None:
        """Return the merged change since the last flush, None when nothing changed."""
        first, last = self._first, self._last
        if first is None or last is None:
            return None
        merged = DepthChanged(
            market=last.market,
            symbol=last.symbol,
            time_ms=last.time_ms,
            first_update_id=first.first_update_id,
            final_update_id=last.final_update_id,
            previous_final_update_id=first.previous_final_update_id,
            bids=tuple(self._bids.values()),
            asks=tuple(self._asks.values()),
        )
        self._first = self._last = None
        self._bids.clear()
        self._asks.clear()
        return merged
