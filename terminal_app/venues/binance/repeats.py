"""Know again what two connections tell."""

from __future__ import annotations

from collections import deque

REMEMBERED = 1024


class Repeats:
    """Remember the newest frames; a frame that comes again, byte for byte, is no news."""

    def __init__(self) -> None:
        self._known: set[bytes] = set()
        self._order: deque[bytes] = deque()

    def has(self, frame: bytes) -> bool:
        """Say whether a frame was given before, and remember it."""
        if frame in self._known:
            return True
        self._known.add(frame)
        self._order.append(frame)
        if len(self._order) > REMEMBERED:
            self._known.discard(self._order.popleft())
        return False
