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
from terminal_app.gui.widgets.live_table import DELETE, LiveTable
from terminal_app.gui.widgets.number_field import NumberEdit
from terminal_app.gui.widgets.press_guard import SETTLE_SECONDS
from terminal_app.gui.widgets.table_rows import (
    Action,
    Cell,
    Column,
    Row,
    Tone,
    fitted,
    settled,
)
from terminal_app.gui.widgets.view_state import ViewState

LEFT = Qt.MouseButton.LeftButton
COLUMNS = (Column("Name", 120, is_figure=False), Column("Size", 80))


def row(key: str, size: str = "1", *, is_enabled: bool = True, hint: str = "") -> Row:
    """Return a row with one button."""
    cells = (Cell(f"order {key}", hint=hint), Cell(size))
    return Row(key, cells, (Action("cancel", "Cancel", "Cancel it"),), is_enabled)


@pytest.fixture
def table(qtbot: QtBot) -> Iterator[LiveTable]:
    made = LiveTable(COLUMNS, DARK, actions_px=84)
    qtbot.addWidget(made)
    made.resize(420, 300)
    made.show()
    QAbstractItemModelTester(made.model(), QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield made
    made.close()


def show(table: LiveTable, rows: Sequence[Row]) -> None:
    """Show rows as they are, in their order at once."""
    table.show_sorting("", Qt.SortOrder.AscendingOrder)
    table.show_rows(rows)


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
    show(table, [row(key) for key in before])
    show(table, [row(key, "2") for key in after])
    assert texts(table) == [[f"order {key}", "2"] for key in after]
    assert [each.key for each in table.rows] == list(after)
    for key in after:
        assert button(table, key).isEnabled()


def test_only_what_differs_is_written(table: LiveTable) -> None:
    show(table, [row("a"), row("b")])
    kept = button(table, "a"), button(table, "b")
    written: list[tuple[int, int]] = []
    table.model().dataChanged.connect(
        lambda first, _: written.append((first.row(), first.column()))
    )
    show(table, [row("a"), row("b", "2")])
    assert set(written) == {(1, 1)}
    assert (button(table, "a"), button(table, "b")) == kept


def test_buttons_and_selection_stay_with_their_rows(table: LiveTable) -> None:
    show(table, [row("a"), row("b"), row("c")])
    table.selectRow(2)
    kept = button(table, "c")
    show(table, [row("b"), row("c")])
    assert button(table, "c") is kept
    assert [index.row() for index in table.selectionModel().selectedRows()] == [1]
    show(table, [row("new"), row("b"), row("c")])
    assert button(table, "c") is kept
    assert [index.row() for index in table.selectionModel().selectedRows()] == [2]


def test_a_button_is_disabled_in_place(table: LiveTable) -> None:
    show(table, [row("a")])
    kept = button(table, "a")
    show(table, [row("a", is_enabled=False)])
    assert button(table, "a") is kept
    assert not kept.isEnabled()


def test_a_double_click_is_one_action(table: LiveTable) -> None:
    heard = pressed(table)
    show(table, [row("a")])
    QTest.mouseClick(button(table, "a"), LEFT)
    QTest.mouseDClick(button(table, "a"), LEFT, Qt.KeyboardModifier.NoModifier, QPoint(5, 5))
    assert heard == [("a", "cancel")]


def test_the_second_half_of_a_double_click_spares_the_row_that_moved_up(
    table: LiveTable, qtbot: QtBot
) -> None:
    heard = pressed(table)
    rows = [row("a"), row("b"), row("c")]
    show(table, rows)
    QTest.mouseClick(button(table, "a"), LEFT)
    show(table, rows[1:])
    QTest.mouseClick(button(table, "b"), LEFT)
    assert heard == [("a", "cancel")]
    pass_time(qtbot, QApplication.doubleClickInterval() / 1000)
    QTest.mouseClick(button(table, "b"), LEFT)
    assert heard == [("a", "cancel"), ("b", "cancel")]


def test_a_press_is_not_obeyed_by_a_row_that_has_just_moved(table: LiveTable, qtbot: QtBot) -> None:
    heard = pressed(table)
    show(table, [row("a"), row("b")])
    show(table, [row("b")])
    QTest.mouseClick(button(table, "b"), LEFT)
    assert heard == []
    pass_time(qtbot, QApplication.doubleClickInterval() / 1000 + SETTLE_SECONDS)
    QTest.mouseClick(button(table, "b"), LEFT)
    assert heard == [("b", "cancel")]


def test_fast_presses_of_different_rows_are_all_obeyed(table: LiveTable) -> None:
    heard = pressed(table)
    show(table, [row("a"), row("b"), row("c")])
    for key in "abc":
        QTest.mouseClick(button(table, key), LEFT)
    assert [key for key, _ in heard] == ["a", "b", "c"]


def test_a_pressed_button_does_not_hand_its_keys_to_another_row(
    table: LiveTable, qtbot: QtBot
) -> None:
    heard = pressed(table)
    rows = [row("a"), row("b")]
    show(table, rows)
    button(table, "a").setFocus()
    qtbot.waitUntil(button(table, "a").hasFocus)
    QTest.keyClick(button(table, "a"), Qt.Key.Key_Space)
    show(table, rows[1:])
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
        QTest.keyClick(table.focusWidget() or table, key)
    assert heard == [("a", "cancel")]


def test_a_double_click_on_a_row_opens_it(table: LiveTable) -> None:
    opened: list[str] = []
    table.opened.connect(lambda key, _column: opened.append(key))
    show(table, [row("a"), row("b")])
    place = table.visualRect(table.model().index(1, 0)).center()
    viewport = table.viewport()
    QTest.mouseClick(viewport, LEFT, Qt.KeyboardModifier.NoModifier, place)
    QTest.mouseDClick(viewport, LEFT, Qt.KeyboardModifier.NoModifier, place)
    assert opened == ["b"]


def test_hints_show_markup_as_it_stands(table: LiveTable) -> None:
    show(table, [row("a", hint="<b>Refused</b> & gone")])
    hint = table.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert hint == "<qt>&lt;b&gt;Refused&lt;/b&gt; &amp; gone</qt>"


def paints(table: LiveTable) -> bytes:
    """Return the picture of the table."""
    image = table.grab().toImage()
    return bytes(image.constBits())


@pytest.mark.parametrize("rows", [[], [row("a")]], ids=["without rows", "with rows"])
def test_each_state_looks_different(table: LiveTable, rows: Sequence[Row]) -> None:
    show(table, rows)
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
        show(table, [row("a")])
        assert table.horizontalScrollBar().maximum() == 0
        right = button(table, "a").mapTo(table, button(table, "a").rect().bottomRight()).x()
        assert right <= table.width()


def test_tones_are_colours_of_the_theme() -> None:
    for tone in Tone:
        assert QColor(getattr(DARK, tone.value)).isValid()


def test_what_is_out_of_sight_is_written_when_it_comes_into_sight(table: LiveTable) -> None:
    made: list[str] = []

    def make(key: str, value: str) -> Row:
        made.append(key)
        return row(key, value)

    keys = [str(number) for number in range(500)]
    table.show_values(dict.fromkeys(keys, "1"), make)
    assert len(made) < 20
    made.clear()
    table.show_values({key: "2" if int(key) % 2 else "1" for key in keys}, make)
    assert 3 < len(made) < 10
    table.scrollToBottom()
    assert "499" in made
    assert texts(table)[499] == ["order 499", "2"]
    assert button(table, "499").isVisible()
    assert table.button("0", "cancel") is None


def test_rows_do_not_change_places_while_they_were_sorted_just_now(table: LiveTable) -> None:
    rows = [row("a"), row("b"), row("c")]
    show(table, rows)
    table.show_rows(reversed(rows))
    assert [each.key for each in table.rows] == ["c", "b", "a"]
    table.show_rows([row("d"), *rows])
    assert [each.key for each in table.rows] == ["c", "b", "a", "d"]


@pytest.mark.parametrize(
    ("before", "wanted", "after"),
    [("abc", "cba", "abc"), ("abc", "dcb", "bcd"), ("", "ab", "ab"), ("ab", "", "")],
)
def test_settled_rows_keep_their_places(before: str, wanted: str, after: str) -> None:
    assert settled(before, wanted) == list(after)


def test_the_delete_key_means_the_chosen_row_and_never_its_neighbour(table: LiveTable) -> None:
    heard = pressed(table)
    show(table, [row("a"), row("b"), row("c")])
    table.setCurrentIndex(table.model().index(1, 0))
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert heard == [("b", DELETE)]
    show(table, [row("a"), row("c")])
    assert table.selected is None
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert heard == [("b", DELETE)]


def edit_of(table: LiveTable) -> NumberEdit | None:
    """Return the field in which a figure is being typed over."""
    return next((each for each in table.findChildren(NumberEdit) if each.isVisible()), None)


def price_row(key: str, price: str) -> Row:
    """Return a row whose figure can be typed over."""
    return Row(key, (Cell(f"order {key}"), Cell(price, edit=price, step="0.1")))


@pytest.fixture
def edited(qtbot: QtBot) -> Iterator[tuple[LiveTable, list[tuple[str, str, str]]]]:
    """Show a table of two rows whose figures can be typed over, and what was taken."""
    columns = (COLUMNS[0], Column("Price", 80, name="price"))
    made = LiveTable(columns, DARK)
    qtbot.addWidget(made)
    made.resize(420, 300)
    made.show()
    taken: list[tuple[str, str, str]] = []

    def take(key: str, column: str, text: str) -> str:
        taken.append((key, column, text))
        return "Price 9: too low" if text == "9" else ""

    made.take = take
    show(made, [price_row("a", "100.0"), price_row("b", "200.0")])
    yield made, taken
    made.close()


@pytest.mark.parametrize("column", [0, 1])
def test_a_figure_is_typed_over_with_f2_and_taken_at_enter(
    edited: tuple[LiveTable, list[tuple[str, str, str]]], column: int
) -> None:
    table, taken = edited
    table.setCurrentIndex(table.model().index(1, column))
    QTest.keyClick(table, Qt.Key.Key_F2)
    edit = edit_of(table)
    assert edit is not None
    assert edit.text() == "200.0"
    # What comes meanwhile changes neither what is typed nor the row it is typed in.
    show(table, [price_row("a", "100.0"), price_row("b", "201.0")])
    edit.selectAll()
    QTest.keyClicks(edit, "9")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert taken == [("b", "price", "9")]
    assert edit_of(table) is edit
    assert edit.property("invalid")
    assert "too low" in edit.toolTip()
    QTest.keyClick(edit, Qt.Key.Key_Up)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert taken[1:] == [("b", "price", "9.1")]
    assert edit_of(table) is None


def test_escape_and_a_row_that_goes_change_nothing(
    edited: tuple[LiveTable, list[tuple[str, str, str]]], qtbot: QtBot
) -> None:
    table, taken = edited
    for has_row in (True, False):
        table.setCurrentIndex(table.model().index(1, 1))
        QTest.keyClick(table, Qt.Key.Key_F2)
        edit = edit_of(table)
        assert edit is not None
        if has_row:
            QTest.keyClick(edit, Qt.Key.Key_Escape)
        else:
            show(table, [price_row("a", "100.0")])
        qtbot.waitUntil(lambda: edit_of(table) is None)
    assert taken == []


@pytest.mark.parametrize(
    ("text_px", "room_px", "widths"),
    [
        ((20, 20), 100, [78, 52]),
        ((20, 200), 100, [78, 218]),
        ((400, 20), 100, [198, 52]),
        ((20, 20), 190, [114, 76]),
        ((20, 20), 2000, [180, 120]),
    ],
)
def test_columns_share_the_room_and_never_cut_a_figure(
    text_px: tuple[int, int], room_px: int, widths: list[int]
) -> None:
    assert fitted(COLUMNS, text_px, room_px) == widths


def test_captions_are_whole_or_away_while_there_are_no_rows(table: LiveTable) -> None:
    header = table.horizontalHeader()
    table.resize(84 + 100, 300)
    show(table, [])
    metrics = header.fontMetrics()
    seen = [index for index in range(len(COLUMNS)) if not table.isColumnHidden(index)]
    assert seen == [0]
    assert header.sectionSize(0) > metrics.horizontalAdvance(COLUMNS[0].title)
    show(table, [row("a")])
    assert not any(table.isColumnHidden(index) for index in range(len(COLUMNS)))
