"""When a venue may be asked: the pauses it has demanded, the same for REST and WebSocket API."""

from __future__ import annotations

import logging
import time

from terminal_app.errors import NotConnected

_log = logging.getLogger(__name__)


class RequestLimits:
    """Hold back requests that a venue would count against us.

    Source: Binance, limits: 429 asks for a pause, 418 is a ban that asking prolongs.
    """

    def __init__(self) -> None:
        self._paused_until_s = 0.0
        self._banned_until_s = 0.0

    def check(self, *, is_cancel: bool) -> None:
        """Raise ``NotConnected`` while a request would do harm."""
        # A limit leaves room for cancels; a ban leaves room for nothing, asking prolongs it.
        until_s = self._banned_until_s if is_cancel else self._paused_until_s
        left_s = until_s - time.monotonic()
        if left_s > 0:
            raise NotConnected(f"The venue asks for a pause: wait {left_s:.0f} s.")

    def pause(self, status: int, seconds: float) -> None:
        """Take a demand for a pause (HTTP 429) or the word of a ban (HTTP 418)."""
        self._paused_until_s = max(self._paused_until_s, time.monotonic() + seconds)
        if status == 418:
            self._banned_until_s = self._paused_until_s
        _log.warning("HTTP %d: no requests for %.0f s", status, seconds)
