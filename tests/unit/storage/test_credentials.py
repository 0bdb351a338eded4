"""The store's own rules, with keyrings that misbehave; the real one: tests/integration/storage."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from terminal_app.domain.credentials import Credentials, KeyType
from terminal_app.errors import StorageError
from terminal_app.storage.credentials import CredentialStore

KEY = Credentials("the-api-key", "the-secret", KeyType.HMAC)


class MemoryKeyring(KeyringBackend):
    priority = 1.0

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


class LyingKeyring(MemoryKeyring):
    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password[:100])


class LockedKeyring(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("Failed to unlock the collection!")


class WaitingKeyring(MemoryKeyring):
    def __init__(self) -> None:
        super().__init__()
        self.answered = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.answered.wait(30)
        return super().get_password(service, username)


@pytest.fixture
def memory() -> MemoryKeyring:
    return MemoryKeyring()


@pytest.fixture
def store(memory: MemoryKeyring) -> Iterator[CredentialStore]:
    store = CredentialStore(lambda: memory)
    yield store
    store.close()


async def test_each_environment_has_its_own_key(
    store: CredentialStore, memory: MemoryKeyring
) -> None:
    await store.save("live", KEY)
    assert await store.load("live") == KEY
    assert await store.load("spot-demo") is None
    assert list(memory.entries) == [("terminal-app/live", "key")]


async def test_a_key_for_this_run_never_reaches_the_keyring(
    store: CredentialStore, memory: MemoryKeyring
) -> None:
    await store.save("live", KEY, remember=False)
    assert await store.load("live") == KEY
    assert not memory.entries
    await store.delete("live")
    assert await store.load("live") is None


async def test_a_key_kept_later_replaces_the_one_for_this_run(store: CredentialStore) -> None:
    await store.save("live", Credentials("old", "old"), remember=False)
    await store.save("live", KEY)
    assert await store.load("live") == KEY


async def test_deleting_forgets_both(store: CredentialStore, memory: MemoryKeyring) -> None:
    await store.save("live", KEY)
    await store.save("live", KEY, remember=False)
    await store.delete("live")
    assert not memory.entries
    await store.delete("live")


async def test_what_does_not_come_back_is_not_kept() -> None:
    keyring = LyingKeyring()
    store = CredentialStore(lambda: keyring)
    with pytest.raises(StorageError, match="nothing is kept"):
        await store.save("live", Credentials("k" * 64, "s" * 64))
    assert not keyring.entries
    store.close()


async def test_a_locked_keyring_is_named() -> None:
    store = CredentialStore(LockedKeyring)
    with pytest.raises(StorageError, match="locked") as caught:
        await store.load("live")
    assert "KeyringLocked" in caught.value.detail
    store.close()


@pytest.mark.parametrize("text", ["not json", "[]", '{"api_key": "a"}', '{"key_type": "rsa"}'])
async def test_a_foreign_entry_is_refused_without_repeating_it(
    store: CredentialStore, memory: MemoryKeyring, text: str
) -> None:
    memory.entries["terminal-app/live", "key"] = text
    with pytest.raises(StorageError, match="not a key of this program") as caught:
        await store.load("live")
    assert text not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_a_waiting_keyring_is_given_up_and_an_old_question_does_not_act_later() -> None:
    keyring = WaitingKeyring()
    store = CredentialStore(lambda: keyring, limit_s=0.05)
    with pytest.raises(StorageError, match="password window"):
        await store.load("live")
    with pytest.raises(StorageError, match="password window"):
        await store.save("live", KEY)
    keyring.answered.set()
    async with asyncio.timeout(5):
        while await _is_still_busy(store):
            pass
    assert not keyring.entries
    store.close()


async def _is_still_busy(store: CredentialStore) -> bool:
    try:
        await store.load("live")
    except StorageError:
        return True
    return False
