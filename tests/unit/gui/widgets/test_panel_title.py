"""Check that a dock still works under its own title."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QLabel, QMainWindow, QToolButton
from pytestqt.qtbot import QtBot

from terminal_app.gui.widgets.panel_title import PanelTitle

# The platform without a screen says that it cannot raise a floating window.
pytestmark = pytest.mark.qt_log_ignore("does not support raise")

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dock(qtbot: QtBot) -> Iterator[QDockWidget]:
    """Show a window with one dock."""
    window = QMainWindow()
    qtbot.addWidget(window)
    made = QDockWidget("Book")
    made.setWidget(QLabel("figures"))
    made.setTitleBarWidget(PanelTitle(made))
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, made)
    window.show()
    yield made
    made.close()
    window.close()


def buttons(dock: QDockWidget) -> list[QToolButton]:
    """Return the float and the close button."""
    return dock.titleBarWidget().findChildren(QToolButton)


def test_the_title_follows_the_dock(dock: QDockWidget) -> None:
    dock.setWindowTitle("Book BTCUSDT")
    label = dock.titleBarWidget().findChild(QLabel)
    assert label is not None
    assert label.text() == "Book BTCUSDT"


def test_the_buttons_float_dock_and_close(dock: QDockWidget) -> None:
    floating, close = buttons(dock)
    QTest.mouseClick(floating, LEFT)
    assert dock.isFloating()
    QTest.mouseClick(floating, LEFT)
    assert [dock.isFloating(), dock.isVisible()] == [False, True]
    QTest.mouseClick(close, LEFT)
    assert not dock.isVisible()


def test_a_fixed_dock_offers_neither(dock: QDockWidget) -> None:
    dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
    assert [button.isHidden() for button in buttons(dock)] == [True, True]


def test_a_double_click_on_the_title_floats(dock: QDockWidget) -> None:
    title = dock.titleBarWidget()
    QTest.mouseDClick(title, LEFT, Qt.KeyboardModifier.NoModifier, title.rect().center())
    assert dock.isFloating()


def test_tools_stand_before_the_buttons(dock: QDockWidget) -> None:
    title = dock.titleBarWidget()
    assert isinstance(title, PanelTitle)
    tool = QLabel("0.10")
    title.add_tool(tool)
    layout = title.layout()
    assert layout is not None
    layout.activate()
    assert tool.x() < buttons(dock)[0].x()


def test_a_note_is_whole_or_not_there_and_never_widens_its_panel(
    dock: QDockWidget, qtbot: QtBot
) -> None:
    title = dock.titleBarWidget()
    assert isinstance(title, PanelTitle)
    least = title.minimumSizeHint().width()
    title.set_note("1000PEPEUSDT")
    assert title.minimumSizeHint().width() == least

    def shown() -> list[str]:
        return [label.text() for label in title.findChildren(QLabel)]

    dock.setFloating(True)
    dock.resize(400, 300)
    qtbot.waitUntil(lambda: shown() == ["Book", "1000PEPEUSDT"])
    dock.resize(140, 300)
    qtbot.waitUntil(lambda: shown() == ["Book", ""])


def test_a_title_under_a_tab_is_not_said_twice(dock: QDockWidget) -> None:
    title = dock.titleBarWidget()
    assert isinstance(title, PanelTitle)
    title.set_under_tab(True)
    assert [label.isVisible() for label in title.findChildren(QLabel)] == [False, True]
    assert all(button.isVisible() for button in buttons(dock))
    title.set_under_tab(False)
    assert title.findChildren(QLabel)[0].isVisible()
