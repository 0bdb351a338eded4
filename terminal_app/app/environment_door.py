"""The door between environments: who may go where, and with which key."""

from __future__ import annotations

import asyncio

from PySide6.QtWidgets import QWidget

from terminal_app.app.exchanges import BinanceExchanges
from terminal_app.errors import StorageError, TerminalError
from terminal_app.gui.dialogs.ask import Question, ask
from terminal_app.gui.dialogs.keys_dialog import KeysDialog
from terminal_app.gui.dialogs.live_confirmation import LiveConfirmation
from terminal_app.gui.safety.leaving import may_leave_plans
from terminal_app.services.desk import Desk
from terminal_app.services.notifications import Severity
from terminal_app.storage.credentials import CredentialStore
from terminal_app.tasks import FailureHandler, TaskScope
from terminal_app.venues.base import Environment, EnvironmentKind


class EnvironmentDoor:
    """Open environments one at a time, after the questions that stand before each."""

    def __init__(
        self,
        window: QWidget,
        desk: Desk,
        exchanges: BinanceExchanges,
        credentials: CredentialStore,
        tasks: TaskScope,
        on_failure: FailureHandler,
    ) -> None:
        self._window = window
        self._desk = desk
        self._exchanges = exchanges
        self._credentials = credentials
        self._tasks = tasks
        self._on_failure = on_failure
        self._switching = asyncio.Lock()
        self._keys_open = False

    async def open_first(self, name: str) -> None:
        """Open the environment of a start, the practice exchange where another may not be."""
        # Every start is on the practice exchange unless told otherwise: where orders go is never
        # left over from another day.
        known = {item.name: item for item in self._exchanges.environments}
        environment = known[name]
        async with self._switching:
            if not await self._may_open(environment):
                environment = known["practice"]
            await self._desk.open(environment.name)

    async def switch(self, name: str) -> None:
        """Go to another environment, where that is allowed."""
        if self._switching.locked():
            return
        async with self._switching:
            environment = next(item for item in self._exchanges.environments if item.name == name)
            if environment is self._desk.environment or not await self._may_open(environment):
                return
            if not await may_leave_plans(self._window, self._desk):
                return
            await self._desk.open(name)

    async def retry(self) -> None:
        """Open the present environment again."""
        if self._desk.environment is None or self._switching.locked():
            return
        async with self._switching:
            await self._desk.open(self._desk.environment.name)

    async def review_ban(self) -> None:
        """Take orders again after a ban, once a person has looked into it."""
        bans = [session.orders.bans for session in self._desk.sessions.values()]
        waiting = [ban for ban in bans if ban.needs_review]
        question = Question(
            self._window,
            "Review the ban",
            "The exchange banned this address for asking too often. See whether other programs or"
            " pages use it from here, and end them: a ban that comes again lasts longer. New orders"
            " are taken again as soon as the ban is over.",
            "Take orders again",
        )
        if waiting and await ask(question):
            for ban in waiting:
                ban.review()

    async def manage_keys(self, name: str = "") -> None:
        """Let a person add, test and remove keys; the present environment takes a new one."""
        if self._keys_open:
            return
        self._keys_open = True
        present = self._desk.environment
        async with TaskScope("keys", self._on_failure) as tasks:
            dialog = KeysDialog(
                self._window,
                self._exchanges.environments,
                self._credentials,
                self._exchanges.test,
                tasks,
            )
            dialog.select(name or (present.name if present is not None else ""))
            try:
                await ask(dialog)
            finally:
                self._keys_open = False
            changed = dialog.changed
        async with self._switching:
            present = self._desk.environment
            if present is not None and present.name in changed:
                await self._desk.open(present.name)

    async def reset_practice(self) -> None:
        """Begin the practice account anew, if a person means it."""
        practice = self._exchanges.practice
        if practice is None or not practice.endpoints:
            text = "The practice exchange is not running: nothing was reset."
            self._desk.notifications.tell(Severity.WARNING, text)
            return
        question = Question(
            self._window,
            "Reset the practice account?",
            "Balances go back to the first ones. Orders, positions and trades of the practice"
            " account are deleted. Nothing at Binance is touched.",
            "Reset",
        )
        if not await ask(question):
            return
        try:
            await practice.control.reset_account()
        except TerminalError as error:
            self._desk.notifications.tell(Severity.DANGER, str(error))
            return
        self._desk.notifications.tell(Severity.SUCCESS, "The practice account starts anew.")
        await self._desk.start_anew()

    async def _may_open(self, environment: Environment) -> bool:
        if environment.kind is not EnvironmentKind.LIVE:
            return True
        try:
            credentials = await self._credentials.load(environment.name)
        except StorageError as error:
            self._desk.notifications.tell(Severity.DANGER, str(error))
            return False
        if credentials is None:
            text = "Live needs an API key. Add one here, under Keys, then choose Live again."
            self._desk.notifications.tell(Severity.WARNING, text)
            self._tasks.spawn(self.manage_keys(environment.name), "keys")
            return False
        return await ask(LiveConfirmation(self._window))
