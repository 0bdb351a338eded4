"""Count how often each view is painted between two frames."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QWidget

from terminal_app.gui.frame_clock import FrameClock


class PaintCount(QObject):
    """Listen to every paint of the application until stopped."""

    def __init__(self, clock: FrameClock) -> None:
        super().__init__()
        self.frames = 0
        self.paints: Counter[str] = Counter()
        # The most paints of one widget between two frames, by its class.
        self.most: Counter[str] = Counter()
        self._clock = clock
        self._now: Counter[QWidget] = Counter()
        clock.framed.connect(self._on_frame)
        _application().installEventFilter(self)

    def stop(self) -> None:
        """Listen no more."""
        _application().removeEventFilter(self)
        self._clock.framed.disconnect(self._on_frame)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Count a paint; never take an event away."""
        if event.type() is QEvent.Type.Paint and isinstance(watched, QWidget):
            name = _name(watched)
            self.paints[name] += 1
            self._now[watched] += 1
            self.most[name] = max(self.most[name], self._now[watched])
        return False

    def words(self) -> str:
        """Say what was counted."""
        more = {name: most for name, most in self.most.items() if most > 1}
        lines = [f"painted in {self.frames} frames:"]
        lines += [f"  {count:6} {name}" for name, count in self.paints.most_common(25)]
        told = ", ".join(f"{name} {most} times" for name, most in more.items())
        lines.append(f"painted more than once in a frame: {told or 'none'}")
        return "\n".join(lines) + "\n"

    def _on_frame(self) -> None:
        self.frames += 1
        self._now.clear()


def _name(widget: QWidget) -> str:
    parent = widget.parentWidget()
    own = widget.accessibleName() or widget.objectName()
    within = type(parent).__name__ if parent is not None else ""
    return f"{within}/{type(widget).__name__} {own}".strip()


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None
    return application
