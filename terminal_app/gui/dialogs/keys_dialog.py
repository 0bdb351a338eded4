"""Add, test and remove the API key of each environment."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from terminal_app.domain.credentials import Credentials, credentials_from_text
from terminal_app.errors import TerminalError
from terminal_app.gui.hints import plain_hint
from terminal_app.gui.theme import restyle
from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.gui.widgets.still import StillComboBox
from terminal_app.storage.credentials import CredentialStore
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import Environment

KeyTest = Callable[[Environment, Credentials], Awaitable[str]]


class KeysDialog(QDialog):
    """Manage keys; what is typed leaves this dialog for the keyring and the exchange alone.

    A stored secret is never shown again.
    """

    def __init__(
        self,
        parent: QWidget,
        environments: Sequence[Environment],
        store: CredentialStore,
        test: KeyTest,
        tasks: TaskScope,
    ) -> None:
        super().__init__(parent)
        self._environments = [item for item in environments if item.needs_key]
        self._store, self._test, self._tasks = store, test, tasks
        self._times_asked = 0
        self.changed: set[str] = set()
        self.setWindowTitle("API keys")
        self.setMinimumWidth(520)
        self.environment = StillComboBox()
        for item in self._environments:
            self.environment.addItem(item.title, item.name)
        self.keyring, self.stored, self.outcome = QLabel(), QLabel(), QLabel()
        self.api_key = QLineEdit()
        self.secret = QPlainTextEdit()
        self.remember = QCheckBox("Keep in the system's keyring")
        self.save = QPushButton("Save")
        self.test = QPushButton("Test")
        self.remove = QPushButton("Remove")
        self.remove.setEnabled(False)
        self._close = QPushButton("Close")
        self._lay_out()
        self._connect()
        self._show_environment()
        tasks.spawn(self._show_keyring(), "keyring status")

    def select(self, name: str) -> None:
        """Show the key of an environment."""
        index = self.environment.findData(name)
        if index >= 0:
            self.environment.setCurrentIndex(index)

    def _lay_out(self) -> None:
        for label in (self.keyring, self.stored, self.outcome):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setProperty("role", "muted")
        self.api_key.setPlaceholderText("Paste the API key")
        self.secret.setPlaceholderText("Paste the secret, or an Ed25519 private key (PEM)")
        self.secret.setFixedHeight(84)
        self.secret.setTabChangesFocus(True)
        self.save.setProperty("role", "primary")
        self.remove.setProperty("role", "danger")
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        rows: tuple[tuple[str, QWidget], ...] = (
            ("Environment", self.environment),
            ("Stored key", self.stored),
            ("API key", self.api_key),
            ("Secret", self.secret),
            ("", self.remember),
            ("Keyring", self.keyring),
        )
        for caption, field in rows:
            form.addRow(plain_label(caption), field)
            field.setAccessibleName(caption)
        self.remember.setAccessibleName(self.remember.text())
        buttons = QHBoxLayout()
        for button in (self.save, self.test, self.remove):
            buttons.addWidget(button)
        # Enter in a field presses none of them, least of all the one that drops what is typed.
        for button in (self.save, self.test, self.remove, self._close):
            button.setAutoDefault(False)
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(14)
        layout.addLayout(form)
        layout.addWidget(self.outcome)
        layout.addLayout(buttons)

    def _connect(self) -> None:
        self.environment.currentIndexChanged.connect(self._show_environment)
        self.save.clicked.connect(lambda: self._start(self._save()))
        self.test.clicked.connect(lambda: self._start(self._run_test()))
        self.remove.clicked.connect(lambda: self._start(self._remove()))
        self._close.clicked.connect(self.accept)

    def _environment(self) -> Environment:
        return self._environments[self.environment.currentIndex()]

    def _show_environment(self) -> None:
        self._say("", "muted")
        self.api_key.clear()
        self.secret.clear()
        address = self._environment().key_address
        self.api_key.setToolTip(f"Keys are made at {address}" if address else "")
        self._tasks.spawn(self._show_stored(), "stored key")

    async def _show_keyring(self) -> None:
        status = await self._store.status()
        self.remember.setChecked(status.available)
        self.remember.setEnabled(status.available)
        if status.available:
            self._keyring_text("Available: the secret is kept by the operating system.", "muted")
        else:
            self._keyring_text(
                f"{status.problem} A key can still be used for this run only.", "warning"
            )

    def _keyring_text(self, text: str, role: str) -> None:
        self.keyring.setText(text)
        self.keyring.setProperty("role", role)
        restyle(self.keyring)
        self._grow()

    def _grow(self) -> None:
        # Sentences come after the dialog was opened; no field is squeezed to make room for them.
        needed = max(self.sizeHint().height(), self.heightForWidth(self.width()))
        self.resize(self.width(), max(self.height(), needed))

    async def _show_stored(self) -> None:
        environment = self._environment()
        self._times_asked = asked = self._times_asked + 1
        credentials, problem = None, ""
        try:
            credentials = await self._store.load(environment.name)
        except TerminalError as error:
            problem = str(error)
        if asked != self._times_asked:
            # A keyring may answer late, when another environment or a newer key is shown.
            return
        self.stored.setToolTip(plain_hint(problem))
        if problem:
            self.stored.setText("Unknown: the keyring cannot be read.")
        elif credentials is None:
            self.stored.setText(f"None. Keys are made at {environment.key_address}")
        else:
            self.stored.setText(f"…{credentials.api_key[-4:]}  ({credentials.key_type.value})")
        self.remove.setEnabled(credentials is not None)

    def _start(self, work: Awaitable[None]) -> None:
        self._tasks.spawn(self._guarded(work), "keys")

    async def _guarded(self, work: Awaitable[None]) -> None:
        for button in (self.save, self.test, self.remove):
            button.setEnabled(False)
        try:
            await work
        except TerminalError as error:
            self._say(str(error), "danger")
        finally:
            for button in (self.save, self.test):
                button.setEnabled(True)
            await self._show_stored()

    def _typed(self) -> Credentials | None:
        if not self.api_key.text().strip() and not self.secret.toPlainText().strip():
            return None
        return credentials_from_text(self.api_key.text(), self.secret.toPlainText())

    async def _save(self) -> None:
        typed = self._typed()
        if typed is None:
            self._say("API key: paste a key and its secret first.", "danger")
            return
        name = self._environment().name
        remember = self.remember.isChecked()
        await self._store.save(name, typed, remember=remember)
        self.changed.add(name)
        self.api_key.clear()
        self.secret.clear()
        where = "in the system's keyring" if remember else "for this run only"
        self._say(f"Kept {where}.", "buy")

    async def _run_test(self) -> None:
        environment = self._environment()
        credentials = self._typed() or await self._store.load(environment.name)
        if credentials is None:
            self._say("There is no key to test: paste one first.", "danger")
            return
        self._say(f"Asking {environment.title} …", "muted")
        self._say(await self._test(environment, credentials), "buy")

    async def _remove(self) -> None:
        name = self._environment().name
        await self._store.delete(name)
        self.changed.add(name)
        self._say("Removed. The key itself still exists at Binance: delete it there too.", "muted")

    def _say(self, text: str, role: str) -> None:
        self.outcome.setText(text)
        self.outcome.setVisible(bool(text))
        self.outcome.setProperty("role", role)
        restyle(self.outcome)
        self._grow()
