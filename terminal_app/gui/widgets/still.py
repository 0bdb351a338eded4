"""Inputs that a wheel turned over them does not change."""

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QDateTimeEdit, QSlider

from terminal_app.gui.widgets.guarded import guarded


class StillComboBox(QComboBox):
    """Leave the wheel to what lies beneath: a choice is made by a press or a key."""

    @guarded(None)
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class StillSlider(QSlider):
    """Leave the wheel to what lies beneath: a size is chosen by a press or a key."""

    @guarded(None)
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class StillDateTimeEdit(QDateTimeEdit):
    """Leave the wheel to what lies beneath: a time is chosen by a press or a key."""

    @guarded(None)
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
