"""API keys of each environment: in the operating system's keyring, or in memory for this run."""

from __future__ import annotations

import asyncio
import json
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from terminal_app.domain.credentials import Credentials, KeyType
from terminal_app.errors import StorageError
from terminal_app.storage.system_keyring import explain, open_system_keyring

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

ANSWER_LIMIT_S = 30.0
USERNAME = "key"


@dataclass(frozen=True, slots=True)
class KeyringStatus:
    """Say whether keys can be kept; if not, ``problem`` names what is missing and what to do."""

    available: bool
    backend_name: str
    problem: str


class CredentialStore:
    """Keep one API key for each environment, never outside the operating system's keyring.

    Every call runs on one thread of its own, because a keyring may wait for a person to type a
    password, and gives up after ``limit_s``. Raises `StorageError` with a sentence for the person.
    """

    def __init__(
        self,
        open_keyring: Callable[[], KeyringBackend] = open_system_keyring,
        limit_s: float = ANSWER_LIMIT_S,
    ) -> None:
        self._open_keyring = open_keyring
        self._limit_s = limit_s
        self._keyring: KeyringBackend | None = None
        self._for_this_run: dict[str, Credentials] = {}
        self._thread = _Thread()

    async def status(self) -> KeyringStatus:
        """Ask whether a keyring is there, without making it ask for a password."""
        try:
            return KeyringStatus(True, await self._ask(self._probe), "")
        except StorageError as error:
            return KeyringStatus(False, "", str(error))

    async def load(self, environment: str) -> Credentials | None:
        """Return the key of ENVIRONMENT, one for this run before a kept one, or None."""
        if environment in self._for_this_run:
            return self._for_this_run[environment]
        text = await self._ask(lambda: self._read(environment))
        return None if text is None else _decode(environment, text)

    async def save(
        self, environment: str, credentials: Credentials, *, remember: bool = True
    ) -> None:
        """Keep the key of ENVIRONMENT in the keyring, or with ``remember=False`` for this run."""
        if not remember:
            self._for_this_run[environment] = credentials
            return
        text = _encode(credentials)
        await self._ask(lambda: self._write(environment, text))
        self._for_this_run.pop(environment, None)

    async def delete(self, environment: str) -> None:
        """Forget the key of ENVIRONMENT, here and in the keyring; none there is no error."""
        was_for_this_run = self._for_this_run.pop(environment, None) is not None
        if was_for_this_run and not (await self.status()).available:
            return
        await self._ask(lambda: self._remove(environment))

    def close(self) -> None:
        """Forget the keys of this run and end the thread once it is free."""
        self._for_this_run.clear()
        self._thread.close()

    async def _ask(self, question: Callable[[], T]) -> T:
        try:
            async with asyncio.timeout(self._limit_s):
                return await asyncio.wrap_future(self._thread.submit(question))
        except TimeoutError as error:
            raise StorageError(
                f"The keyring did not answer within {self._limit_s:g} s. It may be waiting behind "
                "a password window: answer that, then try again.",
            ) from error
        except StorageError:
            raise
        except Exception as error:
            # A keyring fails with errors of its own, of D-Bus and of the system alike.
            raise StorageError(explain(error), f"{type(error).__name__}: {error}") from error

    def _backend(self) -> KeyringBackend:
        if self._keyring is None:
            self._keyring = self._open_keyring()
        return self._keyring

    def _probe(self) -> str:
        backend = type(self._backend())
        # Reading the priority looks for the service and raises if there is none.
        if backend.priority <= 0:
            raise StorageError("This system has no keyring that keys could be kept in.")
        return f"{backend.__module__}.{backend.__qualname__}"

    def _read(self, environment: str) -> str | None:
        return self._backend().get_password(_service(environment), USERNAME)

    def _write(self, environment: str, text: str) -> None:
        self._backend().set_password(_service(environment), USERNAME, text)
        if self._read(environment) != text:
            self._remove(environment)
            raise StorageError("The keyring gave back something else than it got; nothing is kept.")

    def _remove(self, environment: str) -> None:
        if self._read(environment) is not None:
            self._backend().delete_password(_service(environment), USERNAME)


class _Thread:
    """Run questions one after another on a thread that never keeps the program from ending.

    An executor's threads are joined at exit: a password window nobody answers would hang it.
    """

    def __init__(self) -> None:
        self._questions: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._started = False

    def submit(self, question: Callable[[], T]) -> Future[T]:
        answer: Future[T] = Future()

        def work() -> None:
            # False if the asker has given up: an old question must not act later.
            if not answer.set_running_or_notify_cancel():
                return
            try:
                result = question()
            except BaseException as error:
                answer.set_exception(error)
            else:
                answer.set_result(result)

        self._questions.put(work)
        if not self._started:
            self._started = True
            threading.Thread(target=self._run, name="keyring", daemon=True).start()
        return answer

    def close(self) -> None:
        self._questions.put(None)

    def _run(self) -> None:
        while (work := self._questions.get()) is not None:
            work()


def _service(environment: str) -> str:
    return f"terminal-app/{environment}"


def _encode(credentials: Credentials) -> str:
    record = {
        "key_type": str(credentials.key_type),
        "api_key": credentials.api_key,
        "secret": credentials.secret,
    }
    return json.dumps(record, ensure_ascii=False)


def _decode(environment: str, text: str) -> Credentials:
    try:
        record = json.loads(text)
        api_key, secret = record["api_key"], record["secret"]
        key_type = KeyType(record["key_type"])
    except (ValueError, KeyError, TypeError):
        # Without the cause: its text could repeat the secret.
        raise StorageError(
            f"What the keyring holds under {_service(environment)} is not a key of this program. "
            "Remove the key there and add it again."
        ) from None
    return Credentials(str(api_key), str(secret), key_type)
