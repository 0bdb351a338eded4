"""Check that rows live by key and that a button obeys one press once."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from terminal_app.gui.theme import DARK
from terminal_app.gui.widgets.live_table import Cell, Column, LiveTable, Row, Tone
from terminal_app.gui.widgets.press_guard import SETTLE_SECONDS
from terminal_app.gui.widgets.view_state import ViewState

LEFT = Qt.MouseButton.LeftButton
COLUMNS = (Column("Name", 120, is_figure=False), Column("Size", 80))


def row(key: str, size: str = "1", *, is_enabled: bool = True, hint: str = "") -> Row:
    """Return a row with one button."""
    cells = (Cell(f"order {key}", hint=hint), Cell(size))
    return Row(key, cells, (("cancel", "Cancel", "Cancel it"),), is_enabled)


@pytest.fixture
def table(qtbot: QtBot) -> Iterator[LiveTable]:
    made = LiveTable(COLUMNS, DARK, has_actions=True)
    qtbot.addWidget(made)
    made.resize(420, 300)
    made.show()
    QAbstractItemModelTester(made.model(), QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield made
    made.close()


def texts(table: LiveTable) -> list[list[str]]:
    """Return what stands in the model."""
    model: QAbstractItemModel = table.model()
    return [
        [str(model.index(line, column).data()) for column in range(len(COLUMNS))]
        for line in range(model.rowCount(QModelIndex()))
    ]


def button(table: LiveTable, key: str) -> QPushButton:
    """Return the button of a row."""
    found = table.button(key, "cancel")
    assert found is not None
    return found


def pressed(table: LiveTable) -> list[tuple[str, str]]:
    """Return the list that the table's actions go to."""
    heard: list[tuple[str, str]] = []
    table.action.connect(lambda key, name: heard.append((key, name)))
    return heard


def pass_time(qtbot: QtBot, seconds: float) -> None:
    """Wait until the clock that tells double clicks apart has gone on so far."""
    end = time.monotonic() + seconds
    qtbot.waitUntil(lambda: time.monotonic() > end)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "abc"),
        ("abc", "ac"),
        ("abc", "cab"),
        ("abc", "xaybzc"),
        ("abcd", "dcba"),
        ("abc", ""),
        ("abc", "xyz"),
    ],
)
def test_rows_come_go_and_move_by_key(table: LiveTable, before: str, after: str) -> None:
    table.show_rows([row(key) for key in before])
    table.show_rows([row(key, "2") for key in after])
    assert texts(table) == [[f"order {key}", "2"] for key in after]
    assert [each.key for each in table.rows] == list(after)
    for key in after:
        assert button(table, key).isEnabled()


def test_only_what_differs_is_written(table: LiveTable) -> None:
    table.show_rows([row("a"), row("b")])
    kept = button(table, "a"), button(table, "b")
    written: list[tuple[int, int]] = []
    table.model().dataChanged.connect(
        lambda first, _: written.append((first.row(), first.column()))
    )
    table.show_rows([row("a"), row("b", "2")])
    assert set(written) == {(1, 1)}
    assert (button(table, "a"), button(table, "b")) == kept


def test_buttons_and_selection_stay_with_their_rows(table: LiveTable) -> None:
    table.show_rows([row("a"), row("b"), row("c")])
    table.selectRow(2)
    kept = button(table, "c")
    table.show_rows([row("b"), row("c")])
    assert button(table, "c") is kept
    assert [index.row() for index in table.selectionModel().selectedRows()] == [1]
    table.show_rows([row("new"), row("b"), row("c")])
    assert button(table, "c") is kept
    assert [index.row() for index in table.selectionModel().selectedRows()] == [2]


def test_a_button_is_disabled_in_place(table: LiveTable) -> None:
    table.show_rows([row("a")])
    kept = button(table, "a")
    table.show_rows([row("a", is_enabled=False)])
    assert button(table, "a") is kept
    assert not kept.isEnabled()


def test_a_double_click_is_one_action(table: LiveTable) -> None:
    heard = pressed(table)
    table.show_rows([row("a")])
    QTest.mouseClick(button(table, "a"), LEFT)
    QTest.mouseDClick(button(table, "a"), LEFT, Qt.KeyboardModifier.NoModifier, QPoint(5, 5))
    assert heard == [("a", "cancel")]


def test_the_second_half_of_a_double_click_spares_the_row_that_moved_up(
    table: LiveTable, qtbot: QtBot
) -> None:
    heard = pressed(table)
    rows = [row("a"), row("b"), row("c")]
    table.show_rows(rows)
    QTest.mouseClick(button(table, "a"), LEFT)
    table.show_rows(rows[1:])
    QTest.mouseClick(button(table, "b"), LEFT)
    assert heard == [("a", "cancel")]
    pass_time(qtbot, QApplication.doubleClickInterval() / 1000)
    QTest.mouseClick(button(table, "b"), LEFT)
    assert heard == [("a", "cancel"), ("b", "cancel")]


def test_a_press_is_not_obeyed_by_a_row_that_has_just_moved(table: LiveTable, qtbot: QtBot) -> None:
    heard = pressed(table)
    table.show_rows([row("a"), row("b")])
    table.show_rows([row("b")])
    QTest.mouseClick(button(table, "b"), LEFT)
    assert heard == []
    pass_time(qtbot, QApplication.doubleClickInterval() / 1000 + SETTLE_SECONDS)
    QTest.mouseClick(button(table, "b"), LEFT)
    assert heard == [("b", "cancel")]


def test_fast_presses_of_different_rows_are_all_obeyed(table: LiveTable) -> None:
    heard = pressed(table)
    table.show_rows([row("a"), row("b"), row("c")])
    for key in "abc":
        QTest.mouseClick(button(table, key), LEFT)
    assert [key for key, _ in heard] == ["a", "b", "c"]


def test_a_pressed_button_does_not_hand_its_keys_to_another_row(
    table: LiveTable, qtbot: QtBot
) -> None:
    heard = pressed(table)
    rows = [row("a"), row("b")]
    table.show_rows(rows)
    button(table, "a").setFocus()
    qtbot.waitUntil(button(table, "a").hasFocus)
    QTest.keyClick(button(table, "a"), Qt.Key.Key_Space)
    table.show_rows(rows[1:])
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
        QTest.keyClick(table.focusWidget() or table, key)
    assert heard == [("a", "cancel")]


def test_a_double_click_on_a_row_opens_it(table: LiveTable) -> None:
    opened: list[str] = []
    table.opened.connect(opened.append)
    table.show_rows([row("a"), row("b")])
    place = table.visualRect(table.model().index(1, 0)).center()
    viewport = table.viewport()
    QTest.mouseClick(viewport, LEFT, Qt.KeyboardModifier.NoModifier, place)
    QTest.mouseDClick(viewport, LEFT, Qt.KeyboardModifier.NoModifier, place)
    assert opened == ["b"]


def test_hints_show_markup_as_it_stands(table: LiveTable) -> None:
    table.show_rows([row("a", hint="<b>Refused</b> & gone")])
    hint = table.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert hint == "<qt>&lt;b&gt;Refused&lt;/b&gt; &amp; gone</qt>"


def paints(table: LiveTable) -> bytes:
    """Return the picture of the table."""
    image = table.grab().toImage()
    return bytes(image.constBits())


@pytest.mark.parametrize("rows", [[], [row("a")]], ids=["without rows", "with rows"])
def test_each_state_looks_different(table: LiveTable, rows: Sequence[Row]) -> None:
    table.show_rows(rows)
    seen = set()
    for state, sentence in (
        (ViewState.NORMAL, "Nothing here"),
        (ViewState.STALE, "no news for 5 s"),
        (ViewState.ERROR, "It failed"),
    ):
        table.set_state(state, sentence)
        seen.add(paints(table))
    assert len(seen) == (3 if not rows else 2)


def test_columns_leave_room_for_the_buttons(table: LiveTable) -> None:
    for width in (420, 700, 1200):
        table.resize(width, 300)
        table.show_rows([row("a")])
        assert table.horizontalScrollBar().maximum() == 0
        right = button(table, "a").mapTo(table, button(table, "a").rect().bottomRight()).x()
        assert right <= table.width()


def test_tones_are_colours_of_the_theme() -> None:
    for tone in Tone:
        assert QColor(getattr(DARK, tone.value)).isValid()
