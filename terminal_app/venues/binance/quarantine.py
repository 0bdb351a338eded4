"""Keep what could not be read, for whoever has to find out why."""

from __future__ import annotations

import logging
import time
from collections import deque

from terminal_app.venues.binance.line import surprise
from terminal_app.venues.stream_health import UnreadableFrame

KEPT = 50
MOST_BYTES = 4096

_log = logging.getLogger(__name__)


class Quarantine:
    """Hold the newest unreadable frames of a socket, cut to a few kilobytes each."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.frames: deque[UnreadableFrame] = deque(maxlen=KEPT)
        self.count = 0

    def put(self, frame: bytes, error: Exception) -> None:
        """Take a frame that could not be taken in, and why."""
        self.count += 1
        now_ms = int(time.time() * 1000)
        reason = f"{type(error).__name__}: {error}"
        self.frames.append(UnreadableFrame(self._name, now_ms, reason, frame[:MOST_BYTES]))
        # The log never quotes a frame: it may be of the account.
        _log.warning("%s: a frame was left out", self._name, exc_info=surprise(error))
