"""Whether trading keys work now: off until somebody arms them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

ARM_KEY = "F8"


class Arming(QObject):
    """Hold whether trading keys are armed; they never are when the program starts.

    ``escaped`` tells that Escape was pressed: whatever else lets a hand send something ends too.
    """

    changed = Signal(bool)
    escaped = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._is_armed = False

    @property
    def is_armed(self) -> bool:
        """Say whether a trading key would do something."""
        return self._is_armed

    def arm(self, is_armed: bool) -> None:
        """Have trading keys work, or not."""
        if is_armed is not self._is_armed:
            self._is_armed = is_armed
            self.changed.emit(is_armed)

    def escape(self) -> None:
        """End everything that is armed."""
        self.arm(False)
        self.escaped.emit()

    def toggle(self) -> None:
        """Arm what is not, disarm what is."""
        self.arm(not self._is_armed)
