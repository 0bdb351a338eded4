"""Everything a person sets for their own protection, in one window."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QTabWidget, QVBoxLayout, QWidget

from terminal_app.gui.hotkeys.key_map import KeyMap
from terminal_app.gui.safety.confirmation_page import ConfirmationPage
from terminal_app.gui.safety.keys_page import KeysPage
from terminal_app.gui.safety.limits_page import LimitsPage
from terminal_app.services.desk import Desk

SIZE = (640, 580)


class SafetyWindow(QDialog):
    """Show limits, confirmations and trading keys; what is changed holds at once."""

    def __init__(self, parent: QWidget, desk: Desk, keys: KeyMap) -> None:
        super().__init__(parent)
        self.setWindowTitle("Safety and trading keys")
        self.resize(*SIZE)
        self.limits = LimitsPage(desk)
        self.confirmation = ConfirmationPage(desk)
        self.keys = KeysPage(keys)
        self.tabs = QTabWidget()
        self.tabs.addTab(self.limits, "Limits")
        self.tabs.addTab(self.confirmation, "Confirmation")
        self.tabs.addTab(self.keys, "Trading keys")
        close = QPushButton("Close")
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 20, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self.tabs, 1)
        layout.addLayout(foot)
        # Seconds left and the day's result move even when nobody types.
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._refresh)
        desk.safety.observers.add(lambda _: self.confirmation.load())
        desk.observers.add(lambda _: self._load())

    def open_here(self) -> None:
        """Show what holds now."""
        self._load()
        self.show()
        self.activateWindow()
        self._second.start()

    def _load(self) -> None:
        self.limits.load()
        self.confirmation.load()
        self.keys.load()

    def _refresh(self) -> None:
        if not self.isVisible():
            self._second.stop()
            return
        self.limits.show_day()
        self.confirmation.load()
