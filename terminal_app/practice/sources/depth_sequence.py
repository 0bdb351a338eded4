"""Which depth updates follow each other, as a client of the stream must judge.

Source: Binance, how to manage a local order book; spot and USDⓈ-M count differently.
"""

from dataclasses import dataclass

from terminal_app.practice.sources.records import BookDifference


@dataclass(frozen=True, slots=True)
class DepthSequence:
    """Hold the rules of one market."""

    is_futures: bool

    def is_old(self, record: BookDifference, snapshot_id: int) -> bool:
        """Tell whether a whole book holds an update already."""
        return record.final_id < snapshot_id + (0 if self.is_futures else 1)

    def follows(self, record: BookDifference, final_id: int) -> bool:
        """Tell whether an update comes next after the one with a final id."""
        if self.is_futures:
            return record.previous_id == final_id
        return record.first_id == final_id + 1

    def joins(self, record: BookDifference, snapshot_id: int) -> bool:
        """Tell whether no update is missing between a whole book and this one."""
        first = record.previous_id if self.is_futures else record.first_id - 1
        return first <= snapshot_id
