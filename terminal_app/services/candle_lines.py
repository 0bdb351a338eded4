"""Every line of candles that is followed on one venue: the desk's own and those beside it."""

from __future__ import annotations

from terminal_app.domain.contract_statistics import StatisticKind
from terminal_app.domain.market import Interval
from terminal_app.services.candle_history import CandleHistory
from terminal_app.services.candles import CandleService
from terminal_app.services.contract_statistics import ContractStatistic
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import Venue


class CandleLines:
    """Open and close lines of candles; lines of one symbol share its streams and its history."""

    def __init__(self, venue: Venue, history: CandleHistory, scope: TaskScope) -> None:
        self._venue = venue
        self._history = history
        self._scope = scope
        self._lines: list[CandleService] = []

    def __len__(self) -> int:
        return len(self._lines)

    def open(self) -> CandleService:
        """Return a new line that follows nothing yet; whoever took it closes it."""
        line = CandleService(self._venue, self._history, self._scope)
        self._lines.append(line)
        return line

    def open_statistic(
        self, symbol: str, kind: StatisticKind, interval: Interval
    ) -> ContractStatistic:
        """Return a figure of a contract that is kept beside its bars until it is left."""
        return ContractStatistic(self._venue, self._scope, symbol, kind, interval)

    def close(self, line: CandleService) -> None:
        """Let a line go with its streams; once is enough, twice does no harm."""
        line.leave()
        if line in self._lines:
            self._lines.remove(line)

    def reload(self) -> None:
        """Have every line ask for what it may have missed."""
        for line in self._lines:
            line.reload()

    def leave(self) -> None:
        """Have every line follow nothing any more."""
        for line in self._lines:
            line.leave()
