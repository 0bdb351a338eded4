"""The strip that says where orders go, in the colour of what is at stake."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton

from terminal_app.gui.theme import restyle
from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.services.desk import Desk
from terminal_app.venues.base import Environment, EnvironmentKind

BAR_HEIGHT = 26
DRY_SENTENCE = "Orders are checked and not sent; cancelling is real."
NO_ACCOUNT = "The practice exchange is not running: there is no account to reset."


class EnvironmentBar(QFrame):
    """Name the environment and let the person go to another; emits ``chosen(name)``."""

    chosen = Signal(str)
    reset_wanted = Signal()
    keys_wanted = Signal()
    safety_wanted = Signal()
    doctor_wanted = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setProperty("role", "environment")
        self.setFixedHeight(BAR_HEIGHT)
        self.title, self.sentence = plain_label(), plain_label()
        self.title.setObjectName("environment-title")
        self.reset = QPushButton("Reset practice account …")
        self.keys = QPushButton("Keys …")
        self.view = QPushButton("View ▾")
        self.switch = QPushButton("Environment ▾")
        for button in (self.reset, self.keys, self.view, self.switch):
            button.setProperty("role", "on-environment")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.menu, self.view_menu = QMenu(self), QMenu(self)
        self.safety = self.view_menu.addAction("Safety and trading keys …")
        self.safety.triggered.connect(lambda: self.safety_wanted.emit())
        self.arm = self.view_menu.addAction("Arm trading keys  (F8)")
        self.arm.setCheckable(True)
        self.doctor = self.view_menu.addAction("Doctor …")
        self.doctor.triggered.connect(lambda: self.doctor_wanted.emit())
        self.view_menu.addSeparator()
        self.dry_run = self.view_menu.addAction("Dry run: check orders, send none")
        self.dry_run.setCheckable(True)
        self.dry_run.setChecked(desk.preferences.dry_run)
        self.view_menu.addSeparator()
        self.dry_run.toggled.connect(desk.set_dry_run)
        self.view.clicked.connect(lambda: self._popup(self.view_menu, self.view))
        self.switch.clicked.connect(self._open_menu)
        self.reset.clicked.connect(self.reset_wanted)
        self.keys.clicked.connect(self.keys_wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 8, 0)
        layout.setSpacing(8)
        layout.addWidget(self.title)
        layout.addWidget(self.sentence)
        layout.addStretch(1)
        for button in (self.reset, self.keys, self.view, self.switch):
            layout.addWidget(button)

    def show_environment(self, environment: Environment) -> None:
        """Take another environment's words and colour."""
        is_dry = self._desk.preferences.dry_run
        self.title.setText(f"{environment.title} · DRY RUN" if is_dry else environment.title)
        self.sentence.setText(DRY_SENTENCE if is_dry else environment.sentence)
        self.reset.setVisible(environment.kind is EnvironmentKind.PRACTICE)
        is_running = bool(self._desk.sessions)
        self.reset.setEnabled(is_running)
        self.reset.setToolTip("" if is_running else NO_ACCOUNT)
        self.setProperty("environment", environment.kind.value)
        restyle(self)

    def _open_menu(self) -> None:
        self.menu.clear()
        for environment in self._desk.environments:
            action = self.menu.addAction(f"{environment.title}  –  {environment.sentence}")
            action.setCheckable(True)
            action.setChecked(environment is self._desk.environment)
            action.triggered.connect(lambda _, name=environment.name: self.chosen.emit(name))
        self._popup(self.menu, self.switch)

    def _popup(self, menu: QMenu, button: QPushButton) -> None:
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
