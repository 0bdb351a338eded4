"""Keep what a person chose as soon as it was chosen: a crash must not forget it."""

from __future__ import annotations

import asyncio

from terminal_app.errors import StorageError
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.storage.preferences import Preferences, PreferencesFile, encoded

LOOK_SECONDS = 2.0


class SettingsKeeper:
    """Write the settings whenever they say something else than they did."""

    def __init__(
        self, file: PreferencesFile, preferences: Preferences, notifications: Notifications
    ) -> None:
        self._file = file
        self._preferences = preferences
        self._notifications = notifications
        self._written = encoded(preferences)
        self._problem = ""
        self._one_at_a_time = asyncio.Lock()

    async def run(self) -> None:
        """Look again and again, whoever changed what."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.keep()

    async def keep(self) -> None:
        """Write the settings now if they changed; what keeps them from it is told once."""
        async with self._one_at_a_time:
            content = encoded(self._preferences)
            if content == self._written:
                return
            try:
                await asyncio.to_thread(self._file.write, content)
            except StorageError as error:
                if str(error) != self._problem:
                    self._notifications.tell(Severity.WARNING, str(error))
                self._problem = str(error)
            else:
                self._written, self._problem = content, ""
