"""What stands around trading: alerts, bars, doctor, safety, dialogs, the search."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QDialog, QWidget

from terminal_app.domain.alerts import Alert, AlertKind
from terminal_app.domain.instrument import Market
from terminal_app.gui.activity.cancel_report import CancelReport
from terminal_app.gui.activity.limit_close import LimitCloseDialog
from terminal_app.gui.activity.position_dialogs import LeverageDialog, MoveMarginDialog
from terminal_app.gui.alert_delivery import AlertDelivery
from terminal_app.gui.alert_studies import study_figures
from terminal_app.gui.dialogs.ask import Question
from terminal_app.gui.dialogs.live_confirmation import LiveConfirmation
from terminal_app.gui.hotkeys.arming import Arming
from terminal_app.gui.hotkeys.key_map import KeyMap
from terminal_app.gui.panels.alerts_panel import AlertsPanel
from terminal_app.gui.panels.environment_bar import EnvironmentBar
from terminal_app.gui.panels.status_strip import StatusStrip
from terminal_app.gui.safety.arm_button import ArmButton
from terminal_app.gui.safety.doctor_window import DoctorWindow
from terminal_app.gui.safety.dress import EnvironmentDress
from terminal_app.gui.safety.leaving import LeaveQuestion
from terminal_app.gui.safety.panic_control import PanicControl
from terminal_app.gui.safety.panic_window import PanicWindow
from terminal_app.gui.safety.settings_window import SafetyWindow
from terminal_app.gui.workspace.commands import Command
from terminal_app.gui.workspace.palette import CommandPalette
from terminal_app.services.alerts import AlertService, FiredAlert
from terminal_app.services.doctor import Check, Doctor, Verdict
from terminal_app.services.notifications import Severity
from terminal_app.services.safety.panic_report import LineState, PanicLine, PanicReport
from terminal_app.services.session import Session
from terminal_app.storage.ledger import Ledger
from terminal_app.venues.base import Environment
from terminal_app.venues.binance.environments import LIVE, PRACTICE, SPOT_TESTNET
from terminal_app.venues.binance.limits import RateLimitRow
from tests.golden.market_scenes import put_day
from tests.golden.stage import NOW_MS, Scene, Stage
from tests.golden.world import D, State, empty_desk, fill
from tests.helpers.quiet_desk import NEVER_OPENED, SYMBOL

MakeDialog = Callable[[Stage, Session], QDialog]


async def alerts(stage: Stage, state: State) -> QWidget:
    """Show what is watched for and what came about."""
    desk = empty_desk(state)
    service, delivery = (
        AlertService(desk, study_figures),
        AlertDelivery(stage.window, desk.preferences),
    )
    panel = AlertsPanel(desk, service, delivery, stage.theme, stage.clock)
    shown = await stage.dock("Alerts", panel, (420, 400))
    session = await fill(stage, desk, state)
    if state is not State.EMPTY:
        desk.preferences.alerts[PRACTICE.name] = list(ALERTS)
        service.fired.extend(FIRED)
    if session is not None:
        put_day(session)
    stage.clock.mark(panel)
    return shown


async def status(stage: Stage, state: State) -> QWidget:
    """Show the strip at the bottom with its newest notice."""
    desk = empty_desk(state)
    strip = StatusStrip(desk, stage.clock)
    strip.add_tool(ArmButton(Arming(strip)))
    shown = await stage.show(strip, 1180, strip.height())
    session = await fill(stage, desk, state)
    if session is not None and state is State.NORMAL:
        venue: Any = session.venue
        venue._parts.rest.limits.learn(_limits())
        desk.notifications.tell(Severity.SUCCESS, "All reconciled: nothing changed while away.")
    elif state is State.STALE:
        desk.notifications.tell(Severity.WARNING, "BTCUSDT: the order's fate is not known; asking.")
    elif state is State.ERROR:
        desk.notifications.tell(Severity.DANGER, desk.problem)
    stage.clock.mark(strip)
    return shown


async def bar_on_top(stage: Stage, environment: Environment) -> QWidget:
    """Show what is at stake."""
    desk = empty_desk(State.NORMAL)
    await fill(stage, desk, State.NORMAL)
    desk.environment = environment
    bar = EnvironmentBar(desk)
    bar.show_environment(environment)
    return await stage.show(bar, 1180, bar.sizeHint().height())


async def panic_button(stage: Stage) -> QWidget:
    """Show the way out."""
    desk = empty_desk(State.NORMAL)
    control = PanicControl(desk, stage.theme)
    return await stage.show(control, control.sizeHint().width(), control.sizeHint().height())


async def doctor(stage: Stage, state: State) -> QWidget:
    """Show what the doctor found, or is looking at."""
    desk = empty_desk(state)
    seen = Doctor(desk, Ledger(NEVER_OPENED, "run"), Path(), _nothing)
    window = DoctorWindow(stage.window, stage.theme, stage.clock, seen, lambda: None)
    seen.is_running = state is State.LOADING
    seen.checks = CHECKS[:2] if state is State.LOADING else list(CHECKS)
    if state is State.NORMAL:
        seen.checks = [check for check in CHECKS if check.verdict is Verdict.GOOD]
    return await _dressed(stage, window, (820, 360))


async def panic_report(stage: Stage, state: State) -> QWidget:
    """Show what a panic did, line by line."""
    report = PanicReport("Perpetual")
    for number, line in enumerate(LINES if state is not State.EMPTY else ()):
        report.put(str(number), line)
    if state is State.NORMAL:
        for number, line in enumerate(LINES):
            report.put(str(number), PanicLine(line.what, LineState.DONE))
    window = PanicWindow(stage.window, stage.theme, stage.clock)
    window.show_reports([report])
    if state is not State.LOADING:
        for key, line in list(report.lines.items()):
            if line.state is LineState.RUNNING:
                report.put(key, PanicLine(line.what, LineState.OPEN, "no answer in 10 s"))
        report.finish()
    return await _dressed(stage, window, (700, 320))


async def settings(stage: Stage, page: int) -> QWidget:
    """Show a page of the settings of safety."""
    desk = empty_desk(State.NORMAL)
    await fill(stage, desk, State.NORMAL)
    window = SafetyWindow(stage.window, desk, KeyMap({}))
    window.tabs.setCurrentIndex(page)
    window.open_here()
    return await _dressed(stage, window, (600, 540))


async def dialog(
    stage: Stage,
    make: MakeDialog,
    where: Environment = PRACTICE,
    own_size: tuple[int, int] | None = None,
) -> QWidget:
    """Show a dialog in the frame it has there."""
    desk = empty_desk(State.NORMAL)
    session = await fill(stage, desk, State.NORMAL)
    assert session is not None
    made = make(stage, session)
    size = made.sizeHint()
    width = max(size.width(), made.minimumWidth())
    height = max(made.heightForWidth(width), 120)
    return await _dressed(stage, made, (width, height) if own_size is None else own_size, where)


async def palette(stage: Stage, typed: str) -> QWidget:
    """Show the search over everything."""
    search = CommandPalette(stage.window, stage.theme, lambda: COMMANDS)
    search.open_here()
    search.search.setText(typed)
    return await stage.show(search, 480, 300)


async def _dressed(
    stage: Stage, window: QDialog, size: tuple[int, int], where: Environment = PRACTICE
) -> QWidget:
    await stage.show(window, *size)
    dress = EnvironmentDress(stage.window, stage.theme)
    dress.set_environment(where)
    dress.deleteLater()
    return window


async def _nothing() -> str:
    return ""


def _never(work: Coroutine[Any, Any, None], _name: str) -> None:
    work.close()


def _limits() -> list[RateLimitRow]:
    return [
        RateLimitRow("REQUEST_WEIGHT", "MINUTE", 1, 2400, 214),
        RateLimitRow("ORDERS", "SECOND", 10, 300, 3),
    ]


def _cancel_report(stage: Stage, session: Session) -> QDialog:
    keys = [session.orders.store.key_of(one) for one in session.orders.store.working()]
    return CancelReport(stage.window, session, keys, stage.theme, stage.clock)


def _second_order(stage: Stage, _session: Session) -> QDialog:
    text = "The fate of the one before is not known: it may rest already, or fill."
    return Question(stage.window, "Send a second order?", text, "Send another")


def _limit_close(stage: Stage, session: Session) -> QDialog:
    async def send(_request: object) -> str:
        return ""

    return LimitCloseDialog(stage.window, session, SYMBOL, send, _never)


ALERTS = (
    Alert("a", AlertKind.RISES_TO, Market.USDM, SYMBOL, D("63000")),
    Alert("b", AlertKind.FALLS_TO, Market.USDM, SYMBOL, D("60500"), repeats=True),
    Alert("c", AlertKind.MOVES, Market.USDM, "ETHUSDT", D("1.5"), 15, is_on=False),
    Alert("e", AlertKind.STUDY_CROSSES, Market.USDM, SYMBOL, D(70), study="rsi:14", is_on=False),
    Alert("d", AlertKind.MARGIN_RATIO, Market.USDM, level=D(50)),
)
FIRED = (
    FiredAlert("ETHUSDT moved by +1.52 % within 15 min.", NOW_MS - 4_100_000),
    FiredAlert("BTCUSDT rises to 61 800.0.", NOW_MS - 62_000),
)
CHECKS = [
    Check("Disk", Verdict.GOOD, "212.4 GB free"),
    Check("Ledger", Verdict.GOOD, "can be written: that took 2 ms"),
    Check("Keyring", Verdict.WARNING, "it is locked", "Keys can be used for one run without it."),
    Check("Perpetual: Clock", Verdict.GOOD, "+12 ms, measured 4 s ago"),
    Check(
        "Perpetual: Account events", Verdict.TROUBLE, "silent for 12 s",
        "Orders wait until it is back; it is tried again by itself.",
    ),
    Check("Perpetual: Weight", Verdict.GOOD, "214 of 2 400 in 1 min"),
    Check("Perpetual: Key", Verdict.GOOD, "reads the account"),
]  # fmt: skip
LINES = (
    PanicLine("Cancel Buy 0.1 BTCUSDT at 61841.3", LineState.DONE),
    PanicLine("Cancel Sell 0.25 BTCUSDT at 61846.0", LineState.DONE, "it had traded before"),
    PanicLine(
        "Cancel Buy 0.05 BTCUSDT at 61500.0", LineState.UNKNOWN,
        "nobody knows whether it exists; it is asked for",
    ),
    PanicLine("Close 0.25 BTCUSDT at market", LineState.DONE, "at 61839.6"),
    PanicLine("Close 1.2 ETHUSDT at market", LineState.REFUSED, "Margin is insufficient."),
    PanicLine("Close 0.5 SOLUSDT at market"),
)  # fmt: skip
COMMANDS = [
    Command(title, kind, lambda: None, keys)
    for title, kind, keys in (
        ("BTCUSDT", "Perpetual", ""), ("ETHUSDT", "Perpetual", ""), ("SOLUSDT", "Perpetual", ""),
        ("Market Spot", "Market", ""), ("Bars of 5m", "Chart", ""),
        ("Lock the layout", "View", "Ctrl+L"), ("Doctor …", "View", ""), ("Dark ✓", "View", ""),
    )
]  # fmt: skip
SCENES: dict[str, Scene] = {
    **{f"alerts-{one}": partial(alerts, state=one) for one in (State.NORMAL, State.EMPTY)},
    **{f"alerts-{one}": partial(alerts, state=one) for one in (State.STALE, State.ERROR)},
    **{f"status-{one}": partial(status, state=one) for one in State if one is not State.EMPTY},
    **{
        f"bar-on-top-{one.name}": partial(bar_on_top, environment=one)
        for one in (PRACTICE, SPOT_TESTNET, LIVE)
    },
    "panic-button": panic_button,
    "doctor-good": partial(doctor, state=State.NORMAL),
    "doctor-trouble": partial(doctor, state=State.ERROR),
    "doctor-examining": partial(doctor, state=State.LOADING),
    "panic-done": partial(panic_report, state=State.NORMAL),
    "panic-under-way": partial(panic_report, state=State.LOADING),
    "panic-trouble": partial(panic_report, state=State.ERROR),
    "panic-nothing": partial(panic_report, state=State.EMPTY),
    "settings-limits": partial(settings, page=0),
    "settings-confirmation": partial(settings, page=1),
    "settings-keys": partial(settings, page=2),
    "question-second-order": partial(dialog, make=_second_order),
    "question-live": partial(
        dialog, make=lambda stage, _: LiveConfirmation(stage.window), where=LIVE
    ),
    "question-leave": partial(
        dialog, make=lambda stage, _: LeaveQuestion(stage.window, [SYMBOL, "ETHUSDT"], 54)
    ),
    "dialog-leverage": partial(
        dialog, make=lambda stage, one: LeverageDialog(stage.window, one, SYMBOL, _never)
    ),
    "dialog-margin": partial(
        dialog, make=lambda stage, one: MoveMarginDialog(stage.window, one, "ETHUSDT", _never)
    ),
    "dialog-close-at-a-price": partial(dialog, make=_limit_close),
    "dialog-cancel-report": partial(dialog, make=_cancel_report, own_size=(620, 260)),
    "search": partial(palette, typed=""),
    "search-found": partial(palette, typed="eth"),
    "search-empty": partial(palette, typed="dogwifhat"),
}
