"""Check what the strip at the bottom says of the ways to the exchange, and in which colour."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from terminal_app.domain.daily_loss import LossLock
from terminal_app.gui.format import MINUS, UNKNOWN
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.panels.status_strip import StatusStrip, clock_figure, latency_figure
from terminal_app.services.connection import ACCOUNT, MARKET
from terminal_app.services.desk import ENVIRONMENT, Desk
from terminal_app.services.notifications import Severity
from terminal_app.venues.base import ClockReading, ConnectionChanged, ConnectionState
from terminal_app.venues.binance.environments import PRACTICE
from tests.helpers.quiet_desk import quiet_desk, seat

MakeStrip = Callable[[Desk], StatusStrip]


@pytest.fixture
def strip_of(qtbot: QtBot) -> MakeStrip:
    """Return what makes the strip of a desk."""

    def make(desk: Desk) -> StatusStrip:
        strip = StatusStrip(desk, FrameClock())
        qtbot.addWidget(strip, before_close_func=lambda _: strip.hide())
        strip.resize(1400, 26)
        strip.flush()
        return strip

    return make


def shown(label: QLabel) -> tuple[str, str]:
    """Return the words and the role of a label."""
    return label.text(), str(label.property("role"))


@pytest.mark.parametrize(
    ("latency_ms", "text", "role"),
    [
        (None, f"Latency {UNKNOWN}", "muted"),
        (1, "Latency 1 ms", "muted"),
        (299, "Latency 299 ms", "muted"),
        (300, "Latency 300 ms slow", "warning"),
        (599, "Latency 599 ms slow", "warning"),
        (600, "Latency 600 ms bad", "danger"),
        (12_000, "Latency 12000 ms bad", "danger"),
    ],
)
def test_latency_takes_its_colour_in_steps(latency_ms: int | None, text: str, role: str) -> None:
    assert latency_figure(latency_ms) == (text, role)


@pytest.mark.parametrize(
    ("offset_ms", "text", "role"),
    [
        (0, "Clock 0 ms", "muted"),
        (12, "Clock +12 ms", "muted"),
        (-12, f"Clock {MINUS}12 ms", "muted"),
        (500, "Clock +500 ms", "muted"),
        (501, "Clock +501 ms off", "warning"),
        (-501, f"Clock {MINUS}501 ms off", "warning"),
    ],
)
def test_the_clock_has_a_sign_and_warns_when_far_off(offset_ms: int, text: str, role: str) -> None:
    assert clock_figure(ClockReading(offset_ms, 3)) == (text, role)


def test_a_clock_that_was_never_measured_is_a_dash() -> None:
    assert clock_figure(None) == (f"Clock {UNKNOWN}", "warning")


def test_before_there_is_a_session_it_is_connecting_or_says_why_not(strip_of: MakeStrip) -> None:
    desk = quiet_desk()
    strip = strip_of(desk)
    assert shown(strip.environment) == ("PRACTICE", "muted")
    assert shown(strip.market) == ("○ Market connecting", "muted")
    assert [label.text() for label in (strip.account, strip.latency, strip.entry)] == [""] * 3
    desk.problem = "The port <8080> is taken."
    strip.flush()
    assert shown(strip.market) == ("○ Market not connected", "danger")
    assert strip.market.toolTip() == "<qt>The port &lt;8080&gt; is taken.</qt>"


@pytest.mark.parametrize(
    ("state", "text", "role"),
    [
        (ConnectionState.LIVE, "● {} live", "buy"),
        (ConnectionState.CLOSED, "○ {} closed", "muted"),
        (ConnectionState.STALE, "◌ {} stale for 0 s, reconnecting", "warning"),
        (ConnectionState.CONNECTING, "◌ {} stale for 0 s, reconnecting", "warning"),
    ],
)
def test_each_state_of_a_connection(
    strip_of: MakeStrip, state: ConnectionState, text: str, role: str
) -> None:
    desk = quiet_desk()
    session = seat(desk)
    strip = strip_of(desk)
    for name, label in ((MARKET, strip.market), (ACCOUNT, strip.account)):
        session.connection.apply(ConnectionChanged(name, state, "silent for 5 s"))
        strip.flush()
        assert shown(label) == (text.format(name.title()), role)
        assert label.toolTip() == "silent for 5 s"


def test_an_age_grows_while_nothing_comes_in(strip_of: MakeStrip, qtbot: QtBot) -> None:
    desk = quiet_desk()
    session = seat(desk)
    strip = strip_of(desk)
    session.connection.apply(ConnectionChanged(MARKET, ConnectionState.STALE))
    strip.show()

    def age() -> int:
        found = re.fullmatch(r"◌ Market stale for (\d+) s, reconnecting", strip.market.text())
        return int(found[1]) if found else -1

    qtbot.waitUntil(lambda: age() >= 0)
    qtbot.waitUntil(lambda: age() >= 2)


def test_a_change_of_a_connection_is_shown_by_itself(strip_of: MakeStrip, qtbot: QtBot) -> None:
    desk = quiet_desk()
    strip = strip_of(desk)
    strip.show()
    session = seat(desk)
    desk.observers.notify(ENVIRONMENT)
    # The change itself is to show, without the timer that lets ages grow.
    (second,) = [timer for timer in strip.findChildren(QTimer) if timer.interval() == 1000]
    second.stop()
    session.connection.apply(ConnectionChanged(MARKET, ConnectionState.LIVE))
    qtbot.waitUntil(lambda: strip.market.text() == "● Market live", timeout=15_000)


def test_without_a_key_the_account_says_so_and_orders_are_closed(strip_of: MakeStrip) -> None:
    desk = quiet_desk()
    seat(desk, None)
    strip = strip_of(desk)
    assert shown(strip.account) == ("○ Account: no key", "muted")
    assert shown(strip.entry) == ("Orders closed", "warning")
    assert strip.entry.toolTip() == "There is no API key for this environment."
    assert strip.latency.text() == f"Latency {UNKNOWN}"
    assert strip.offset.text() == f"Clock {UNKNOWN}"


@pytest.mark.parametrize(
    ("severity", "role"),
    [
        (Severity.INFO, "muted"),
        (Severity.SUCCESS, "buy"),
        (Severity.WARNING, "warning"),
        (Severity.DANGER, "danger"),
    ],
)
def test_the_newest_notice_has_its_colour_and_its_count(
    strip_of: MakeStrip, severity: Severity, role: str
) -> None:
    desk = quiet_desk()
    strip = strip_of(desk)
    assert strip.notice.text() == ""
    desk.notifications.tell(Severity.INFO, "an older one")
    desk.notifications.tell(severity, "Order refused")
    strip.flush()
    text, shown_role = shown(strip.notice)
    assert text.endswith("  Order refused")
    assert shown_role == role
    desk.notifications.tell(severity, "Order refused")
    strip.flush()
    assert strip.notice.text().endswith("  Order refused ×2")


def test_a_long_notice_is_cut_and_whole_in_its_hint(strip_of: MakeStrip) -> None:
    desk = quiet_desk()
    strip = strip_of(desk)
    desk.notifications.tell(Severity.WARNING, "word " * 300)
    strip.flush()
    assert strip.notice.text().endswith("…")
    assert strip.notice.fontMetrics().horizontalAdvance(strip.notice.text()) <= 700
    assert strip.notice.toolTip() == "word " * 300


def test_what_guards_a_person_has_a_word_in_the_strip(strip_of: MakeStrip) -> None:
    desk = quiet_desk()
    session = seat(desk)
    strip = strip_of(desk)
    assert strip.guards.text() == ""
    desk.safety.set_dead_man(PRACTICE, session.market, True)
    session.safety.dead_man.switch(True)
    strip.flush()
    assert shown(strip.guards) == ("Dead-man ready", "muted")
    assert "It does not cover conditional orders" in strip.guards.toolTip()
    session.safety.loss.lock = LossLock("2026-11-21", is_locked=True)
    strip.flush()
    assert shown(strip.guards) == ("Daily loss LOCKED", "danger")
    assert "reducing and cancelling work" in strip.guards.toolTip()
