"""Check that keys are typed in, kept and removed, and that a secret is never shown again."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from keyring.backends.fail import Keyring as NoKeyring
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from terminal_app.domain.credentials import Credentials
from terminal_app.errors import StorageError, TerminalError
from terminal_app.gui.dialogs.keys_dialog import KeysDialog
from terminal_app.storage.credentials import CredentialStore
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import Environment
from terminal_app.venues.binance.environments import ENVIRONMENTS
from tests.helpers.eventually import eventually

pytestmark = pytest.mark.gui
LEFT = Qt.MouseButton.LeftButton
KEY, SECRET = "k" * 60 + "abcd", "s" * 64


def no_keyring() -> NoKeyring:
    """Behave as a system without a keyring."""
    raise StorageError("There is no keyring here.")


async def refuse(environment: Environment, credentials: Credentials) -> str:
    """Answer a test of a key as an exchange that does not know it."""
    raise TerminalError(f"{environment.title} refused …{credentials.api_key[-4:]}")


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    # Timers of the event loops of earlier tests must not be collected on the keyring's thread.
    gc.collect()
    made = QWidget()
    qtbot.addWidget(made)
    return made


@asynccontextmanager
async def opened(parent: QWidget) -> AsyncIterator[tuple[KeysDialog, CredentialStore]]:
    """Open the dialog over a system without a keyring."""
    store = CredentialStore(no_keyring)
    async with TaskScope("keys") as tasks:
        dialog = KeysDialog(parent, ENVIRONMENTS, store, refuse, tasks)
        dialog.open()
        await eventually(lambda: dialog.keyring.text() and dialog.stored.text())
        try:
            yield dialog, store
        finally:
            dialog.close()
    store.close()


def type_key(dialog: KeysDialog) -> None:
    """Type a key and its secret."""
    dialog.api_key.setText(KEY)
    dialog.secret.setPlainText(SECRET)


async def test_without_a_keyring_it_says_so_and_offers_this_run(parent: QWidget) -> None:
    async with opened(parent) as (dialog, store):
        assert "There is no keyring here." in dialog.keyring.text()
        assert "for this run only" in dialog.keyring.text()
        assert not dialog.remember.isEnabled()
        assert not dialog.remember.isChecked()
        assert not dialog.remove.isEnabled()
        dialog.select("live")
        type_key(dialog)
        QTest.mouseClick(dialog.save, LEFT)
        await eventually(lambda: dialog.outcome.text() == "Kept for this run only.")
        await eventually(lambda: dialog.stored.text().startswith("…abcd"))
        assert dialog.changed == {"live"}
        kept = await store.load("live")
        assert kept is not None
        assert kept.api_key == KEY
        assert (dialog.api_key.text(), dialog.secret.toPlainText()) == ("", "")
        shown = " ".join(label.text() for label in dialog.findChildren(QLabel))
        assert SECRET not in shown
        assert KEY not in shown
        await eventually(dialog.remove.isEnabled)
        QTest.mouseClick(dialog.remove, LEFT)
        await eventually(lambda: dialog.outcome.text().startswith("Removed."))


async def test_enter_in_a_field_neither_saves_nor_closes(parent: QWidget) -> None:
    async with opened(parent) as (dialog, _):
        type_key(dialog)
        QTest.keyClick(dialog.api_key, Qt.Key.Key_Return)
        assert dialog.isVisible()
        assert dialog.api_key.text() == KEY
        assert dialog.changed == set()


async def test_what_is_typed_for_one_environment_is_not_carried_to_another(
    parent: QWidget,
) -> None:
    async with opened(parent) as (dialog, _):
        dialog.select("spot-testnet")
        type_key(dialog)
        dialog.select("live")
        assert (dialog.api_key.text(), dialog.secret.toPlainText()) == ("", "")


async def test_a_refused_key_keeps_the_form(parent: QWidget) -> None:
    async with opened(parent) as (dialog, _):
        dialog.select("live")
        type_key(dialog)
        QTest.mouseClick(dialog.test, LEFT)
        await eventually(lambda: dialog.outcome.text() == "LIVE refused …abcd")
        assert dialog.api_key.text() == KEY
        assert dialog.changed == set()


async def test_saving_nothing_says_what_is_missing(parent: QWidget) -> None:
    async with opened(parent) as (dialog, _):
        QTest.mouseClick(dialog.save, LEFT)
        await eventually(lambda: "paste a key" in dialog.outcome.text())


async def test_nothing_is_squeezed_and_every_text_is_plain(parent: QWidget) -> None:
    async with opened(parent) as (dialog, _):
        assert dialog.secret.height() == 84
        formats = {label.textFormat() for label in dialog.findChildren(QLabel)}
        assert formats == {Qt.TextFormat.PlainText}
        fields = (dialog.environment, dialog.api_key, dialog.secret, dialog.remember)
        assert all(field.accessibleName() for field in fields)
