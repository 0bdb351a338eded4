"""Every item model of the product holds Qt's contract through whatever becomes of its rows."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest
from PySide6 import QtCore, QtGui
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QSortFilterProxyModel, Qt
from pytestqt.qtbot import QtBot

import terminal_app
from terminal_app.gui.theme import DARK, LIGHT
from terminal_app.gui.widgets.row_model import RowModel
from terminal_app.gui.widgets.table_rows import Cell, Column, Row, Tone

COLUMNS = (
    Column("Name", 120, is_figure=False, name="name"),
    Column("Size", 80, name="size"),
    Column("Note", 90, is_figure=False),
)
KEYS = [f"key {number}" for number in range(14)]


def row(key: str, size: int) -> Row:
    """Return a row whose colour, hint and figure follow its size."""
    tone = Tone.BUY if size % 2 else Tone.SELL
    edit = str(size) if size % 3 else None
    return Row(key, (Cell(key), Cell(str(size), tone, edit=edit), Cell("", hint=f"of {key}")))


@pytest.fixture
def model(qtbot: QtBot) -> RowModel:
    """Make a model of three columns and one for buttons, with nothing in it."""
    owner = QObject()
    made = RowModel(COLUMNS, DARK, owner, has_actions=True)
    made.setParent(None)
    return made


def put(model: RowModel, sizes: dict[str, int]) -> None:
    """Show these keys and sizes, all of them in sight."""
    model.set_keys(list(sizes))
    model.set_values(sizes, row)
    model.write(0, len(sizes))


def shown(model: QAbstractItemModel) -> list[tuple[str, str]]:
    """Return names and sizes as a view would read them."""
    return [
        (str(model.index(line, 0).data()), str(model.index(line, 1).data()))
        for line in range(model.rowCount(QModelIndex()))
    ]


def test_rows_come_go_move_and_change(model: RowModel, qtmodeltester: Any) -> None:
    # Qt's own tester stays: it looks at the whole model after every change.
    qtmodeltester.check(model)
    chance, sizes = random.Random(11), dict.fromkeys(KEYS[:5], 1)
    put(model, sizes)
    for step in range(120):
        keys = chance.sample(KEYS, chance.randint(0, len(KEYS)))
        sizes = {key: chance.randint(0, 9) for key in keys}
        put(model, sizes)
        assert shown(model) == [(key, str(size)) for key, size in sizes.items()]
        if step % 40 == 20:
            model.set_theme(LIGHT if step == 20 else DARK)
            model.show_sorted(step % 3, is_falling=bool(step % 2))
            model.write(0, len(sizes))


def test_a_proxy_may_sort_and_narrow_it(model: RowModel, qtmodeltester: Any) -> None:
    proxy = QSortFilterProxyModel()
    proxy.setDynamicSortFilter(True)
    proxy.setSourceModel(model)
    proxy.sort(1, Qt.SortOrder.DescendingOrder)
    qtmodeltester.check(proxy)
    chance = random.Random(5)
    for step in range(60):
        keys = chance.sample(KEYS, chance.randint(0, len(KEYS)))
        put(model, {key: chance.randint(0, 9) for key in keys})
        figures = [size for _, size in shown(proxy)]
        assert figures == sorted(figures, reverse=True)
        proxy.setFilterFixedString("1" if step % 5 == 4 else "")


def test_what_is_out_of_sight_is_not_written_and_still_in_order(model: RowModel) -> None:
    sizes = {key: number for number, key in enumerate(KEYS)}
    model.set_keys(list(sizes))
    model.set_values(sizes, row)
    model.write(4, 6)
    names = [name for name, _ in shown(model)]
    assert names == ["None"] * 4 + KEYS[4:6] + ["None"] * 8
    assert [one.key for one in model.rows] == KEYS


def test_there_is_no_other_item_model() -> None:
    kinds = {
        name
        for module in (QtCore, QtGui)
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, QAbstractItemModel)
    }
    found = {
        name
        for path in Path(terminal_app.__file__).parent.rglob("*.py")
        for name, bases in re.findall(r"^class (\w+)\(([^)]*)\)", path.read_text("utf-8"), re.M)
        if kinds & set(re.findall(r"\w+", bases))
    }
    # Another one is tested here as well: add it, and put it through the same.
    assert found == {RowModel.__name__}
