"""Paint at most once a frame, however many messages came in."""

import logging
import time
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer
from shiboken6 import Shiboken

_log = logging.getLogger(__name__)


class Flushable(Protocol):
    """Bring a view up to date when its frame comes; every QWidget with a `flush` is one."""

    def flush(self) -> None:
        """Take over what changed since the last frame and ask Qt to paint."""

    def isVisible(self) -> bool:
        """Tell whether anybody can see it; the hidden wait for their next mark."""


class FrameClock(QObject):
    """Flush each marked view once a frame; no timer runs while there is nothing to flush.

    A view that is hidden keeps its mark and is flushed with the first frame after it marks itself
    again, so a view marks itself when it is shown. What a flush raises is reported, to `on_error`
    or to the log, and does not keep the other views from their frame.
    """

    def __init__(
        self,
        interval_ms: int = 16,
        on_error: Callable[[Flushable, Exception], None] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._interval_ms = interval_ms
        self._on_error = on_error
        self._marked: dict[Flushable, None] = {}
        self._last_frame = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._run_frame)

    @property
    def is_running(self) -> bool:
        """Tell whether a frame is due."""
        return self._timer.isActive()

    def mark(self, view: Flushable) -> None:
        """Have the view flushed with the next frame; as often as you like, it costs nothing."""
        self._marked[view] = None
        if not self._timer.isActive() and view.isVisible():
            since_ms = (time.monotonic() - self._last_frame) * 1000
            self._timer.start(max(0, round(self._interval_ms - since_ms)))

    def report(self, view: Flushable, error: Exception) -> None:
        """Tell that a view could not be flushed or painted."""
        if self._on_error is not None:
            self._on_error(view, error)
        else:
            _log.error("%s failed: %r", type(view).__name__, error, exc_info=error)

    def _run_frame(self) -> None:
        self._last_frame = time.monotonic()
        for view in list(self._marked):
            if isinstance(view, QObject) and not Shiboken.isValid(view):
                # Qt deleted the widget with its parent between the mark and the frame.
                del self._marked[view]
            elif view.isVisible():
                del self._marked[view]
                self._flush(view)

    def _flush(self, view: Flushable) -> None:
        try:
            view.flush()
        except Exception as error:
            self.report(view, error)
