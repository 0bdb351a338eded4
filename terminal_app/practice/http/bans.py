"""Who does not back off is banned, longer each time."""

from collections.abc import Callable
from typing import Final

from terminal_app.practice.errors import RateLimitError
from terminal_app.practice.http.rules import HouseRules

_REFUSALS_BEFORE_BAN: Final = 10
_MINUTE_MS: Final = 60_000
# Binance bans for two minutes at first and for up to three days when it happens again.
_BANS_MS: Final = tuple(minutes * _MINUTE_MS for minutes in (2, 10, 60, 360, 1_440, 4_320))


class Bans:
    """Count one market's refusals and hold the ban that follows from them."""

    def __init__(self, rules: HouseRules, now_ms: Callable[[], int]) -> None:
        self._rules = rules
        self._now_ms = now_ms
        self._refusals = 0
        self._bans = 0
        self._until_ms = 0

    @property
    def until_ms(self) -> int:
        """Return when the present ban ends, 0 when there is none."""
        return self._until_ms if self._now_ms() < self._until_ms else 0

    def ban(self, duration_ms: int | None = None) -> None:
        """Refuse everything for a while, by default as long as is next in line; 0 ends a ban."""
        if duration_ms is None:
            duration_ms = _BANS_MS[min(self._bans, len(_BANS_MS) - 1)]
            self._bans += 1
        self._refusals = 0
        self._until_ms = self._now_ms() + duration_ms

    def offend(self) -> None:
        """Note that someone went beyond a limit; ten more within a minute are a ban."""
        self._refusals += 1
        if self._refusals > _REFUSALS_BEFORE_BAN:
            self.ban()

    def forgive(self) -> None:
        """Forget the refusals, as each new minute does."""
        self._refusals = 0

    def check(self) -> None:
        """Refuse with 418 while banned."""
        until_ms = self.until_ms
        if until_ms:
            message = self._rules.banned.format(until=until_ms)
            raise RateLimitError(-1003, message, 418, self._now_ms(), until_ms)
