"""The listen key of the futures account."""

import secrets
from collections.abc import Callable
from typing import Final

from terminal_app.practice.errors import ExchangeError

LIFE_MS: Final = 60 * 60_000


class ListenKeys:
    """Hold the one listen key of the account: 60 minutes long, prolonged by asking again."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._key: str | None = None
        self._ends_ms = 0

    @property
    def active(self) -> str | None:
        """Return the key, None when there is none."""
        return self._key

    def start(self) -> str:
        """Return the active key or a new one, good for another 60 minutes."""
        if self._key is None:
            self._key = secrets.token_hex(32)
        self._ends_ms = self._now_ms() + LIFE_MS
        return self._key

    def keep_alive(self) -> str:
        """Prolong the active key; without one error -1125."""
        if self._key is None:
            raise ExchangeError(-1125, "This listenKey does not exist.")
        return self.start()

    def stop(self) -> None:
        """Drop the key."""
        self._key = None

    def end_now(self) -> None:
        """Let the time of the active key be over."""
        self._ends_ms = 0

    def expire(self) -> str | None:
        """Return the key when its time is over, dropping it."""
        if self._key is None or self._now_ms() < self._ends_ms:
            return None
        key, self._key = self._key, None
        return key
