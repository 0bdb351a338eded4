"""Tell a key that is held from one that is pressed again."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent

# X11 repeats a key by a release and a press of the same moment; Qt takes them for a new press where
# they are read apart, as they are on a busy machine. No finger is as fast as this.
REPEAT_WITHIN_MS = 25


class KeyRepeat:
    """Hear presses and releases, and say of each press whether the key was down already."""

    def __init__(self) -> None:
        self._released_ms: dict[int, int] = {}

    def hear(self, event: QKeyEvent) -> bool:
        """Take a press or release in; return whether it only repeats."""
        key = event.nativeScanCode() or event.key()
        if event.type() is QEvent.Type.KeyRelease:
            self._released_ms[key] = event.timestamp()
            return event.isAutoRepeat()
        released_ms = self._released_ms.pop(key, None)
        if event.isAutoRepeat() or released_ms is None or not event.timestamp():
            return event.isAutoRepeat()
        return event.timestamp() - released_ms <= REPEAT_WITHIN_MS
