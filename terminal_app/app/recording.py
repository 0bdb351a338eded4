"""Record whatever the window shows, as long as the program runs."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from pathlib import Path

from terminal_app.app.exchanges import BinanceExchanges
from terminal_app.domain.instrument import Market
from terminal_app.services.desk import ENVIRONMENT, SYMBOL, Desk
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.services.recorder import Feed, Recorder
from terminal_app.storage.recordings import RecordingLimits
from terminal_app.tasks import TaskScope


class ShownRecording:
    """Follow every symbol that is shown in an environment, and leave all when that changes."""

    def __init__(
        self,
        folder: Path,
        exchanges: BinanceExchanges,
        desk: Desk,
        notifications: Notifications,
        tasks: TaskScope,
    ) -> None:
        self._exchanges = exchanges
        self._desk = desk
        self._notifications = notifications
        self._tasks = tasks
        self._place: tuple[str, str] = ("", "")
        self.recorder = Recorder(folder, RecordingLimits(), self._open_feed)
        desk.observers.add(self._on_desk)

    async def close(self) -> None:
        """Finish the files and say what was written."""
        await self.recorder.close()
        figures = self.recorder.figures
        text = f"Recorded {figures.messages} messages in {figures.files} files."
        if figures.problem or figures.lost:
            text += f" {figures.lost} were lost. {figures.problem}".rstrip()
        self._notifications.tell(Severity.INFO, text)

    def _on_desk(self, key: Hashable) -> None:
        if key == ENVIRONMENT and self._address() != self._place:
            self._place = self._address()
            self._tasks.spawn(self.recorder.leave(), "leave recording")
        instrument = self._desk.instrument
        if key == SYMBOL and instrument is not None:
            self.recorder.follow(self._place[0], self._desk.market, instrument.symbol)

    def _address(self) -> tuple[str, str]:
        environment = self._desk.environment
        rest = ",".join(each.rest for each in self._exchanges.endpoints.values())
        return (environment.name if environment is not None else "", rest)

    def _open_feed(self, market: Market, symbol: str, write: Callable[[bytes], None]) -> Feed:
        # Imported late: it brings the network libraries, and the window is painted before them.
        from terminal_app.venues.binance.raw_feed import RawFeed

        exchanges = self._exchanges
        return RawFeed(market, exchanges.endpoints[market], symbol, write, exchanges.settings)
