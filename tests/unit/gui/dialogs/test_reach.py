"""Dialogs that are made on demand: each control has a name and can be reached with Tab."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QHeaderView,
    QLineEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from terminal_app.domain.account import AccountSnapshot, Balance
from terminal_app.domain.instrument import Market
from terminal_app.gui.activity.cancel_report import CancelReport
from terminal_app.gui.activity.limit_close import LimitCloseDialog
from terminal_app.gui.activity.position_dialogs import (
    HedgeModeDialog,
    LeverageDialog,
    MarginModeDialog,
    MoveMarginDialog,
)
from terminal_app.gui.activity.protect_dialog import ProtectDialog
from terminal_app.gui.chart.indicators.catalogue import KINDS
from terminal_app.gui.chart.indicators.choice import StudyChoice, usual_colours
from terminal_app.gui.chart.study_dialog import StudyDialog
from terminal_app.gui.dialogs.live_confirmation import LiveConfirmation
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.safety.leaving import LeavePlansQuestion, LeaveQuestion
from terminal_app.gui.theme import DARK
from terminal_app.services.session import Session
from tests.helpers.account_values import LIMIT, LONG
from tests.helpers.quiet_desk import SYMBOL, quiet_desk, seat

Make = Callable[[QWidget, Session], QDialog]
# What is inside of a field with arrows is Qt's own; the words above columns are not used by keys.
OF_QT = (QAbstractSpinBox, QComboBox)
USED_BY_HAND = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
)


async def _sent(*_: object) -> str:
    return ""


def _never(work: Coroutine[Any, Any, None], _name: str) -> None:
    work.close()


def _position(session: Session) -> str:
    return next(iter(session.account.positions))


def _study(number: int) -> Make:
    kind = KINDS[number]
    choice = replace(StudyChoice.usual(kind), colours=usual_colours(kind))
    return lambda parent, _session: StudyDialog(parent, choice, DARK)


DIALOGS: dict[str, Make] = {
    "leverage": lambda parent, one: LeverageDialog(parent, one, SYMBOL, _never),
    "margin mode": lambda parent, one: MarginModeDialog(parent, one, SYMBOL, _never),
    "hedge mode": lambda parent, one: HedgeModeDialog(parent, one, _never),
    "margin": lambda parent, one: MoveMarginDialog(parent, one, _position(one), _never),
    "protect": lambda parent, one: ProtectDialog(parent, one, _position(one), _sent, _never),
    "close at": lambda parent, one: LimitCloseDialog(parent, one, _position(one), _sent, _never),
    "cancel report": lambda parent, one: CancelReport(
        parent, one, list(one.orders.store.orders), DARK, FrameClock()
    ),
    "leave": lambda parent, _: LeaveQuestion(parent, [SYMBOL], 7),
    "leave plans": lambda parent, _: LeavePlansQuestion(parent, ["what only this program does"]),
    "live": lambda parent, _: LiveConfirmation(parent),
    **{f"indicator {kind.key}": _study(number) for number, kind in enumerate(KINDS)},
}


def lacking(dialog: QDialog) -> Iterator[str]:
    """Tell what a person uses and has no name for a screen reader, or cannot be reached."""
    for widget in dialog.findChildren(QWidget):
        is_inner = isinstance(widget, QHeaderView) or isinstance(widget.parent(), OF_QT)
        is_there = widget.isVisible() and widget.isEnabled()
        if is_inner or not is_there or not isinstance(widget, USED_BY_HAND):
            continue
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        name = text or widget.accessibleName()
        if not name:
            yield f"no name: {type(widget).__name__} in {type(widget.parent()).__name__}"
        if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield f"not reached with Tab: {name or type(widget).__name__}"


@pytest.mark.parametrize("name", DIALOGS)
def test_each_control_has_a_name_and_is_reached_with_tab(qtbot: QtBot, name: str) -> None:
    session, parent = seat(quiet_desk()), QWidget()
    qtbot.addWidget(parent)
    balance = Balance(Market.USDM, "USDT", Decimal(10_000), Decimal(9_000))
    none = Decimal(0)
    held = AccountSnapshot(Market.USDM, (balance,), (LONG,), none, none, 0)
    session.account.load(held, 0)
    session.orders.store.restore([LIMIT], [])
    dialog = DIALOGS[name](parent, session)
    dialog.show()
    found = list(lacking(dialog))
    dialog.close()
    assert found == []
