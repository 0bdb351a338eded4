"""The composition root: one run of the terminal."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize

from terminal_app.app.arguments import Arguments
from terminal_app.app.environment_door import EnvironmentDoor
from terminal_app.app.exchanges import BinanceExchanges
from terminal_app.app.recording import ShownRecording
from terminal_app.app.settings_keeper import SettingsKeeper
from terminal_app.errors import ConfigurationError, InvalidSetting, StorageError, TerminalError
from terminal_app.gui.activity.order_actions import OrderActions
from terminal_app.gui.activity.position_actions import PositionActions
from terminal_app.gui.alert_studies import study_figures
from terminal_app.gui.frame_clock import Flushable
from terminal_app.gui.further_panel import FurtherPanel
from terminal_app.gui.ladder.orders import connect_ladder
from terminal_app.gui.main_window import MainWindow, Wishes
from terminal_app.gui.protector import Protector
from terminal_app.gui.safety.face import SafetyFace
from terminal_app.gui.safety.leaving import may_leave, must_ask
from terminal_app.gui.theme import DARK, chosen_theme
from terminal_app.gui.trader import Trader
from terminal_app.services.alerts import AlertService
from terminal_app.services.desk import Desk
from terminal_app.services.doctor import Doctor
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.services.order_ids import ClientOrderIds, random_text
from terminal_app.storage.credentials import CredentialStore
from terminal_app.storage.files import Places, write_whole
from terminal_app.storage.layout_file import read_layout
from terminal_app.storage.ledger import Ledger
from terminal_app.storage.ledger_file import LEDGER_NAME
from terminal_app.storage.past_files import PastFiles
from terminal_app.storage.preferences import PreferencesFile
from terminal_app.tasks import TaskScope
from terminal_app.venues.connection_settings import ConnectionSettings, connection_settings

_log = logging.getLogger(__name__)


class Program:
    """Own every part of the terminal for one run."""

    def __init__(self, arguments: Arguments, places: Places) -> None:
        self._arguments = arguments
        self._file = PreferencesFile(places.config / "preferences.json")
        self._preferences = self._file.load()
        settings = self._connection_settings()
        self._ending = asyncio.Event()
        self._is_leaving = False
        self.notifications = Notifications()
        self._keeper = SettingsKeeper(self._file, self._preferences, self.notifications)
        self.tasks = TaskScope("program", self.on_failure)
        self.credentials = CredentialStore()
        self.exchanges = BinanceExchanges(
            arguments.practice_options(places.data),
            self.credentials,
            self.notifications,
            self.on_failure,
            settings,
        )
        run_id = random_text(6)
        self.ledger = Ledger(places.data / LEDGER_NAME, run_id)
        self._past = PastFiles(places.data, places.cache)
        self._use_arguments()
        self.desk = Desk(
            self.exchanges,
            self.ledger,
            self._past,
            ClientOrderIds(run_id),
            self._preferences,
            self.notifications,
            self.on_failure,
        )
        self.alerts = AlertService(self.desk, study_figures)
        preferences = self._preferences
        theme = chosen_theme(preferences.theme, preferences.side_colours)
        self.window = MainWindow(self.desk, self.alerts, self.tasks, theme, self._on_paint_failure)
        if theme != DARK:
            # The application was dressed before its settings were read.
            self.window.set_theme(theme)
        self.trader = Trader(self.window, self.desk, self.tasks, self.window.clock)
        self.protector = Protector(self.desk, self.trader)
        doctor = Doctor(self.desk, self.ledger, places.data, self._keyring_problem)
        self.safety = SafetyFace(self.window, self.desk, theme, self.trader, doctor, self.tasks)
        self.environments = EnvironmentDoor(
            self.window, self.desk, self.exchanges, self.credentials, self.tasks, self.on_failure
        )
        self._connect()

    async def run(self) -> None:
        """Show the window, open the environment, and return when the person has closed it."""
        async with AsyncExitStack() as stack:
            stack.callback(self.credentials.close)
            stack.callback(self._file.save, self._preferences)
            self._show_window()
            # Apart from what a person starts: it goes on as long as the program does.
            keeping = TaskScope("settings", self.on_failure)
            keeping.spawn(self._keeper.run(), "keep settings")
            stack.push_async_callback(keeping.close)
            await self.ledger.open()
            stack.push_async_callback(self.ledger.close)
            await self._past.open()
            stack.push_async_callback(self._past.close)
            stack.push_async_callback(self.desk.close)
            folder = self._arguments.record
            if folder is not None:
                recording = ShownRecording(
                    folder, self.exchanges, self.desk, self.notifications, self.tasks
                )
                stack.push_async_callback(recording.close)
            stack.push_async_callback(self.tasks.close)
            for notice in (self._file.notice, self.ledger.notice):
                if notice:
                    self.notifications.tell(Severity.WARNING, notice)
            first = self._arguments.environment or "practice"
            self._start(self.environments.open_first(first), "open environment")
            await self._ending.wait()
            if self._arguments.screenshot is None:
                self._preferences.window = self.window.arrangement()
            self.window.hide()

    def end(self) -> None:
        """Begin to end the program."""
        self._ending.set()

    def _show_window(self) -> None:
        arguments = self._arguments
        is_picture = arguments.screenshot is not None
        # A picture shows the same window on every machine, whatever its screen is.
        self.window.restore({} if is_picture else self._preferences.window)
        if arguments.size is not None:
            self.window.resize(QSize(*arguments.size))
        self.window.show()

    def _connection_settings(self) -> ConnectionSettings:
        # A wrong proxy must not mean a direct way: the program does not start with it.
        try:
            return connection_settings(self._preferences.connection)
        except InvalidSetting as error:
            raise ConfigurationError(f"{self._file.path}: {error}", error.detail) from error

    def _use_arguments(self) -> None:
        arguments, preferences = self._arguments, self._preferences
        if arguments.market is not None:
            preferences.market = arguments.market.value
        if arguments.symbol:
            preferences.symbols[preferences.market] = arguments.symbol
        if arguments.interval is not None:
            preferences.interval = arguments.interval.value

    def _connect(self) -> None:
        window, trader = self.window, self.trader
        ticket = window.ticket
        window.close_requested.connect(self._ask_to_end)
        ticket.submitted.connect(
            lambda draft, is_rehearsal: trader.submit(
                self.desk.aim,
                draft,
                ticket,
                is_held=ticket.submit.hold.is_on,
                is_rehearsal=is_rehearsal,
            )
        )
        self.position_actions = PositionActions(
            window, self.desk, window.activity, window.terms, trader
        )
        self.order_actions = OrderActions(
            window, self.desk, window.activity, trader, window.theme, window.clock
        )
        chart = window.chart_trading
        chart.move_wanted.connect(self.protector.move)
        chart.cancel_wanted.connect(trader.cancel_here)
        chart.close_wanted.connect(trader.close_position)
        chart.protect_wanted.connect(self.protector.protect)
        trader.move_asked.connect(window.chart.view.show_asked)
        connect_ladder(window.ladder, window.focus, trader, self.position_actions.reverse)
        window.panels.made.connect(self._connect_panel)
        self._connect_files()
        door, start = self.environments, self._start
        window.connect_wishes(
            Wishes(
                environment=lambda name: start(door.switch(name), "switch environment"),
                reset_practice=lambda: start(door.reset_practice(), "reset account"),
                keys=lambda: start(door.manage_keys(), "keys"),
                retry=lambda: start(door.retry(), "retry"),
                review_ban=lambda: start(door.review_ban(), "review ban"),
            )
        )

    def _connect_files(self) -> None:
        window, layouts = self.window, self.window.workspace.layouts
        window.chart.view.pencil.changed.connect(
            lambda: self._start(self._save_settings(), "drawings")
        )
        window.workspace.layout_menu.file_wanted.connect(
            lambda path: self._start(self._take_layout(Path(path)), "take a layout")
        )
        for part in (window.activity, window.charts, window.journal, layouts):
            part.file_made.connect(
                lambda path, content: self._start(self._write_export(Path(path), content), "export")
            )
        window.workspace.changed.connect(self._keep_arrangement)
        for alerts in (window.alerts, window.chart_trading.alerts):
            alerts.changed.connect(lambda: self._start(self._save_settings(), "alerts"))
        self.desk.safety.observers.add(lambda _: self._start(self._save_settings(), "settings"))
        self.safety.on_keys_changed(lambda: self._start(self._save_settings(), "settings"))

    def _connect_panel(self, panel: FurtherPanel) -> None:
        if panel.ladder is not None:
            reverse = self.position_actions.reverse
            connect_ladder(panel.ladder, panel.focus, self.trader, reverse)

    def _ask_to_end(self) -> None:
        if not must_ask(self.desk):
            self.end()
        elif not self._is_leaving:
            self._is_leaving = True
            self._start(self._leave(), "leave")

    async def _leave(self) -> None:
        try:
            if await may_leave(self.window, self.desk):
                self.end()
        finally:
            self._is_leaving = False

    async def _keyring_problem(self) -> str:
        status = await self.credentials.status()
        return "" if status.available else status.problem

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self.tasks.spawn(work, name)

    def _keep_arrangement(self) -> None:
        # A picture is of the program's own arrangement: it is nobody's wish.
        if self._arguments.screenshot is None and not self.tasks.closed:
            self._preferences.window = self.window.arrangement()
            self._start(self._save_settings(), "arrangement")

    async def _save_settings(self) -> None:
        # What guards orders must not be forgotten by a crash; the rest may take a moment.
        await self._keeper.keep()

    async def _take_layout(self, path: Path) -> None:
        try:
            content = await asyncio.to_thread(read_layout, path)
            name = self.window.workspace.layouts.take_in(content)
        except TerminalError as error:
            text = f"{path.name} was not taken, nothing was changed. {error}"
            self.notifications.tell(Severity.WARNING, text)
        else:
            self.notifications.tell(Severity.SUCCESS, f"The layout is kept as “{name}”.")

    async def _write_export(self, path: Path, content: bytes) -> None:
        try:
            await asyncio.to_thread(write_whole, path, content)
        except StorageError as error:
            self.notifications.tell(Severity.WARNING, str(error))
        else:
            self.notifications.tell(Severity.SUCCESS, f"Saved as {path.name}.")

    def on_failure(self, name: str, error: BaseException) -> None:
        """Write what went wrong in the program to the log and tell the person, once."""
        _log.error("task %s failed", name, exc_info=error)
        text = f"Something in the program failed ({name}: {type(error).__name__}). See the log."
        self.notifications.tell(Severity.DANGER, text)

    def _on_paint_failure(self, view: Flushable, error: Exception) -> None:
        self.on_failure(type(view).__name__, error)
