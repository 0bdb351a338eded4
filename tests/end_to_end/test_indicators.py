"""Indicators in the real window: added, set, told by the exchange, and kept."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from terminal_app.app.program import Program
from terminal_app.domain.instrument import Market
from terminal_app.gui.chart.indicators.study import Study
from terminal_app.gui.chart.study_dialog import StudyDialog
from terminal_app.storage.preferences import PreferencesFile
from tests.helpers.eventually import eventually
from tests.helpers.terminal import ready, running_terminal

LIMIT_S = 30.0
pytestmark = pytest.mark.gui


def choose(program: Program, *path: str) -> None:
    """Take an entry of the menu of indicators, down through its parts."""
    button = program.window.chart.study_button
    button.fill()
    menu = button.menu()
    for words in path[:-1]:
        below = next(each.menu() for each in menu.actions() if each.text() == words)
        assert isinstance(below, QMenu)
        menu = below
    next(each for each in menu.actions() if each.text() == path[-1]).trigger()


def studies(program: Program) -> dict[str, Study]:
    """Return the indicators that the chart shows, by their names."""
    return {study.choice.title: study for study in program.window.chart.study_desk.studies}


def last_value(program: Program, name: str) -> float:
    """Return the newest value of an indicator, as the last frame had it."""
    study = studies(program).get(name)
    return float(study.lines[0][-1]) if study is not None and study.lines else math.nan


async def test_indicators_are_set_told_and_kept(tmp_path: Path) -> None:
    async with running_terminal(tmp_path, "--market", "usdm") as program:
        session = await ready(program, Market.USDM)
        choose(program, "Over the bars", "Exponential moving average (EMA)")
        choose(program, "EMA 20", "Settings…")
        dialog = program.window.findChild(StudyDialog)
        assert dialog is not None
        dialog.numbers[0].edit.selectAll()
        QTest.keyClicks(dialog.numbers[0].edit, "50")
        await eventually(lambda: last_value(program, "EMA 50") > 0, LIMIT_S)
        dialog.accept()
        choose(program, "In a pane of its own", "Funding rate in %")
        choose(program, "In a pane of its own", "Open interest")
        await eventually(lambda: last_value(program, "Open interest") > 0, LIMIT_S)
        await eventually(lambda: session.market_data.mark is not None, LIMIT_S)
        await eventually(lambda: not math.isnan(last_value(program, "Funding %")), LIMIT_S)
        choose(program, "Over the bars", "VWAP of the day")
        # The bars since midnight come by themselves.
        await eventually(lambda: last_value(program, "VWAP") > 0, LIMIT_S)

        await ready(program, Market.SPOT)
        assert list(studies(program)) == ["EMA 50", "VWAP"]

    kept = PreferencesFile(tmp_path / "config" / "preferences.json").load()
    heads = [text.partition(";")[0] for text in kept.chart_studies]
    assert heads == ["ema:50", "funding", "interest", "vwap"]
