"""Paint at most once a frame, however many messages came in, and never for most of the time."""

import logging
import time
from collections.abc import Callable
from typing import Protocol
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from shiboken6 import Shiboken

# A frame that takes long lets so many of its own lengths pass before the next one begins: most of
# the time stays free for messages, clicks and orders, on a slow machine and with any window.
SPACING = 2.5
SLOWEST_MS = 100
# So much of the processor's time may one frame take: views that have no room in it are flushed with
# the next one, so that messages and clicks come between them. None waits longer than the slowest
# frame for that, whatever it takes.
ROOM_MS = 6.0
# What a view is taken to need before it was ever flushed, and what each needs at the least.
UNKNOWN_MS, LEAST_MS = 1.0, 0.05
# What an order needs to its intent on disk and on to the socket: a frame in between would be felt.
GIVEN_WAY_MS = 8

_log = logging.getLogger(__name__)


class Flushable(Protocol):
    """Bring a view up to date when its frame comes; every QWidget with a `flush` is one."""

    def flush(self) -> None:
        """Take over what changed since the last frame and ask Qt to paint."""

    def isVisible(self) -> bool:
        """Tell whether anybody can see it; the hidden wait for their next mark."""


class FrameClock(QObject):
    """Flush each marked view once a frame; no timer runs while there is nothing to flush.

    What would take long is spread over several frames, those that were marked first before others.

    A view that is hidden keeps its mark and is flushed with the first frame after it marks itself
    again, so a view marks itself when it is shown. What a flush raises is reported, to `on_error`
    or to the log, and does not keep the other views from their frame.

    Frames follow each other as fast as ``interval_ms`` says while they are cheap, and more slowly
    the longer they take, Qt's painting among it. ``framed`` is emitted when a frame begins.
    """

    framed = Signal()

    def __init__(
        self,
        interval_ms: int = 16,
        on_error: Callable[[Flushable, Exception], None] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._interval_ms = interval_ms
        self._spacing_ms = float(interval_ms)
        self._on_error = on_error
        # Since when each view waits, in seconds of the clock; who waits longest comes first.
        self._marked: dict[Flushable, float] = {}
        self._flushed: list[Flushable] = []
        self._needs_ms = WeakKeyDictionary[Flushable, float]()
        self._last_frame = self._given_way = self._begun_s = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._run_frame)
        # Its turn comes when Qt has painted what the frame asked for.
        self._painted = QTimer(self)
        self._painted.setSingleShot(True)
        self._painted.timeout.connect(self._end_frame)

    @property
    def is_running(self) -> bool:
        """Tell whether a frame is due."""
        return self._timer.isActive() or (self._painted.isActive() and self._is_due())

    def mark(self, view: Flushable) -> None:
        """Have the view flushed with the next frame; as often as you like, it costs nothing."""
        if view not in self._marked:
            self._marked[view] = time.monotonic()
        # The end of a frame looks for itself whether another is due.
        if not (self._timer.isActive() or self._painted.isActive()) and view.isVisible():
            self._start()

    def give_way(self) -> None:
        """Begin no frame for some milliseconds: an order is on its way."""
        self._given_way = time.monotonic()
        if self._timer.isActive():
            self._start()

    def report(self, view: Flushable, error: Exception) -> None:
        """Tell that a view could not be flushed or painted."""
        if self._on_error is not None:
            self._on_error(view, error)
        else:
            _log.error("%s failed: %r", type(view).__name__, error, exc_info=error)

    def _is_due(self) -> bool:
        return any(not _is_gone(view) and view.isVisible() for view in self._marked)

    def _run_frame(self) -> None:
        self._last_frame, self._begun_s = time.monotonic(), time.thread_time()
        self.framed.emit()
        self._flushed, room_ms = [], ROOM_MS
        for view in list(self._marked):
            if _is_gone(view):
                del self._marked[view]
                continue
            if not view.isVisible():
                continue
            room_ms -= self._needs_ms.setdefault(view, UNKNOWN_MS)
            waited_ms = (self._last_frame - self._marked[view]) * 1000
            if room_ms < 0 and self._flushed and waited_ms < SLOWEST_MS:
                break
            del self._marked[view]
            self._flushed.append(view)
            self._flush(view)
        self._painted.start(0)

    def _start(self) -> None:
        now = time.monotonic()
        frame_ms = self._spacing_ms - (now - self._last_frame) * 1000
        way_ms = GIVEN_WAY_MS - (now - self._given_way) * 1000
        self._timer.start(max(0, round(frame_ms), round(way_ms)))

    def _end_frame(self) -> None:
        self._learn((time.thread_time() - self._begun_s) * 1000)
        took_ms = (time.monotonic() - self._last_frame) * 1000
        self._spacing_ms = max(self._interval_ms, min(took_ms * SPACING, SLOWEST_MS))
        if self._is_due():
            self._start()

    def _learn(self, took_ms: float) -> None:
        # Qt paints all views at once: each is taken to have the same part in it as before. What
        # they are told apart by is with whom they share other frames.
        needs_ms = self._needs_ms
        thought_ms = sum(needs_ms[view] for view in self._flushed)
        for view in self._flushed:
            needs_ms[view] = max(needs_ms[view] * took_ms / thought_ms, LEAST_MS)
        self._flushed.clear()

    def _flush(self, view: Flushable) -> None:
        try:
            view.flush()
        except Exception as error:
            self.report(view, error)


def _is_gone(view: Flushable) -> bool:
    # Qt deletes widgets with their parents, between the mark and the frame too.
    return isinstance(view, QObject) and not Shiboken.isValid(view)
