"""Everything of safety that a person sees, put together and joined to the window."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from terminal_app.domain.confirmation import Confirmation
from terminal_app.domain.sizing import SizeUnit
from terminal_app.errors import InvalidOrder
from terminal_app.gui.dialogs.ask import ask
from terminal_app.gui.dialogs.live_confirmation import UnaskedLive
from terminal_app.gui.focus import Focus
from terminal_app.gui.further_panel import FurtherPanel
from terminal_app.gui.hotkeys.arming import Arming
from terminal_app.gui.hotkeys.desk_keys import DeskKeys, WrittenSize
from terminal_app.gui.hotkeys.key_map import KeyMap
from terminal_app.gui.hotkeys.listener import KeyListener
from terminal_app.gui.hotkeys.sight import SeenDesk
from terminal_app.gui.ladder.panel import LadderPanel
from terminal_app.gui.main_window import MainWindow
from terminal_app.gui.panels.notice_line import NoticeLine
from terminal_app.gui.safety.arm_button import ArmButton
from terminal_app.gui.safety.doctor_window import DoctorWindow
from terminal_app.gui.safety.dress import EnvironmentDress
from terminal_app.gui.safety.exit_plans import ExitDesk
from terminal_app.gui.safety.panic import PanicTrigger
from terminal_app.gui.safety.panic_control import PanicControl
from terminal_app.gui.safety.panic_window import PanicWindow
from terminal_app.gui.safety.settings_window import SafetyWindow
from terminal_app.gui.theme import Theme
from terminal_app.gui.trader import Trader
from terminal_app.gui.widgets.hold_to_fire import HoldToFire
from terminal_app.gui.workspace.panel_window import PanelWindow
from terminal_app.services.desk import ENVIRONMENT, Desk
from terminal_app.services.doctor import Doctor
from terminal_app.tasks import TaskScope
from terminal_app.venues.base import EnvironmentKind


class SafetyFace(QObject):
    """Own panic, trading keys, settings of safety, doctor, exits in here, the dress of dialogs."""

    def __init__(
        self,
        window: MainWindow,
        desk: Desk,
        theme: Theme,
        trader: Trader,
        doctor: Doctor,
        tasks: TaskScope,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._tasks = tasks
        self._doctor = doctor
        self.keys = KeyMap(desk.preferences.trading_keys)
        self.arming = Arming(self)
        self.panic = PanicControl(desk, theme)
        self.panic_window = PanicWindow(window, theme, window.clock)
        self.settings = SafetyWindow(window, desk, self.keys)
        self.doctor = DoctorWindow(
            window, theme, window.clock, doctor, lambda: self._spawn_examination()
        )
        self.dress = EnvironmentDress(window, theme)
        self.arm_button = ArmButton(self.arming)
        self._trigger = PanicTrigger(desk, self.panic_window, tasks)
        self.exits = ExitDesk(window, desk, trader, tasks)
        self._panics: dict[PanelWindow, PanicControl] = {}
        self._trader = trader
        self.desk_keys = DeskKeys(window.focus, trader, window.ticket, lambda: written_size(window))
        seen = SeenDesk(desk, self.desk_keys)
        self.listener = KeyListener(window, self.keys, self.arming, self._hold_here, seen)
        self._guard_ladder(window.ladder, window.focus)
        window.panels.made.connect(self._guard_panel)
        window.symbol_bar.add_tool(self.panic)
        window.status.add_tool(self.arm_button)
        self._join(self.panic)
        window.workspace.windows.opened.connect(self._equip)
        self._connect()
        self._follow()

    def on_keys_changed(self, save: Callable[[], None]) -> None:
        """Keep the trading keys whenever a person changed one."""

        def keep() -> None:
            self._desk.preferences.trading_keys = self.keys.kept()
            save()

        self.settings.keys.changed.connect(keep)

    def _connect(self) -> None:
        self._window.theme_changed.connect(self._take_theme)
        bar = self._window.environment_bar
        bar.safety_wanted.connect(self.settings.open_here)
        self._window.status.exits_wanted.connect(self.exits.open_here)
        bar.doctor_wanted.connect(self.doctor.open_here)
        self.arming.changed.connect(bar.arm.setChecked)
        bar.arm.triggered.connect(self.arming.arm)
        self.arming.escaped.connect(lambda: self._window.chart.view.hand.set_armed(False))
        self.settings.confirmation.live_without_asked.connect(
            lambda: self._tasks.spawn(self._ask_no_more(), "live confirmation")
        )
        self._desk.observers.add(self._on_desk)
        self._desk.safety.observers.add(lambda _: self._show_hold())

    def _guard_panel(self, panel: FurtherPanel) -> None:
        if panel.ladder is not None:
            self._guard_ladder(panel.ladder, panel.focus)

    def _guard_ladder(self, ladder: LadderPanel, focus: Focus) -> None:
        """Have a ladder hear the keys that are for it, and be locked by Escape."""
        rules = ladder.view.rules
        keys = DeskKeys(focus, self._trader, ladder, lambda: WrittenSize(rules.size, False))
        ladder.key_pressed.connect(keys.on_trading_key)
        # A method of the ladder: Qt forgets it with the ladder.
        self.arming.escaped.connect(ladder.lock_again)

    def _join(self, panic: PanicControl) -> None:
        panic.fired.connect(self._trigger.fire)
        # Whoever wanted out does not want the next key to lead in again.
        panic.fired.connect(self.arming.escape)

    def _equip(self, window: PanelWindow) -> None:
        """Have a further window offer what ends everything, and say whether keys are armed."""
        panic = PanicControl(self._desk, self._window.theme)
        self._panics[window] = panic
        self._join(panic)
        window.add_tool(ArmButton(self.arming))
        window.add_line(NoticeLine(self._desk.notifications, self._window.clock))
        window.add_tool(panic)

    def _hold_here(self) -> HoldToFire:
        """Return what is held by the key of panic: where the person looks, it is to be seen."""
        active = QApplication.activeWindow()
        found = next((panic for window, panic in self._panics.items() if window is active), None)
        return (found or self.panic).hold

    def _take_theme(self, theme: Theme) -> None:
        self.panic.set_theme(theme)
        for panic in self._panics.values():
            panic.set_theme(theme)
        self.dress.set_theme(theme)

    def _spawn_examination(self) -> None:
        self._tasks.spawn(self._doctor.examine(), "doctor")

    async def _ask_no_more(self) -> None:
        if await ask(UnaskedLive(self.settings)):
            self._desk.safety.set_confirmation(EnvironmentKind.LIVE, Confirmation.NONE)

    def _on_desk(self, key: Hashable) -> None:
        if key == ENVIRONMENT:
            self._follow()

    def _follow(self) -> None:
        # What was armed for one exchange is not armed for another.
        self.arming.arm(False)
        if self._desk.environment is not None:
            self.dress.set_environment(self._desk.environment)
        self._show_hold()

    def _show_hold(self) -> None:
        environment = self._desk.environment
        if environment is not None:
            hold_ms = self._desk.safety.hold_ms(environment.kind)
            self._window.ticket.submit.hold.set_hold_ms(hold_ms)
            self._window.ticket.submit.update()


def written_size(window: MainWindow) -> WrittenSize:
    """Return the size that stands in the ticket; raise ``InvalidOrder`` for what is no number."""
    form = window.ticket.form
    try:
        size = form.size_field.value()
    except ValueError as error:
        raise InvalidOrder("Size", str(error), form.size_field.edit.text()) from error
    unit = form.sizing.unit
    # A risk is no size without the stop of an order that a key does not have.
    return WrittenSize(None if unit is SizeUnit.RISK else size, unit is SizeUnit.QUOTE)
