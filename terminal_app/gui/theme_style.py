"""Write the style sheet: calm surfaces, hairlines, a 4 px grid, focus that is always seen."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

from terminal_app.gui.theme_icons import ThemeIcons
from terminal_app.gui.theme_panels import PANELS

if TYPE_CHECKING:
    from terminal_app.gui.theme import Theme

_SURFACES = """
QWidget { color: $text; font-size: 12px; }
QMainWindow, QDialog, QMessageBox { background: $window; }
QMainWindow::separator { background: $window; width: 6px; height: 6px; }
QMainWindow::separator:hover { background: $hover; }
QSplitter::handle { background: $window; }
QDockWidget > QWidget { background: $panel; }
QFrame[role="panel"] { background: $panel; border: 1px solid $hairline; border-radius: 4px; }
QFrame[role="hairline"] { background: $hairline; border: none; max-height: 1px; min-height: 1px; }
QFrame[role="environment"] { background: $practice; border: none; }
QFrame[role="environment"][environment="testnet"] { background: $testnet; }
QFrame[role="environment"][environment="live"] { background: $live; }
QFrame[role="environment"] QLabel { color: $on_environment; background: transparent; }
QToolTip { background: $raised; color: $text; border: 1px solid $hairline; padding: 4px 8px; }
QStatusBar { background: $panel; border-top: 1px solid $hairline; color: $muted; }
QStatusBar::item { border: none; }
QWidget[role="glyphs"] { background: $raised; border-radius: 3px; }
PanelTitle { background: $panel; border-bottom: 1px solid $hairline; }
"""

_LABELS = """
QLabel { background: transparent; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="faint"] { color: $faint; font-size: 11px; }
QLabel[role="caption"] { color: $muted; font-size: 11px; }
QLabel[role="figure"] { color: $text; font-weight: 500; }
QLabel[role="title"] { color: $text; font-weight: 600; }
QLabel[role="last"] { font-size: 19px; font-weight: 600; }
QLabel[role="buy"] { color: $buy; font-weight: 500; }
QLabel[role="sell"] { color: $sell; font-weight: 500; }
QLabel[role="last"][direction="up"] { color: $buy; }
QLabel[role="last"][direction="down"] { color: $sell; }
QLabel[role="warning"] { color: $warning; }
QLabel[role="danger"] { color: $danger; }
"""

_BUTTONS = """
QPushButton, QToolButton {
    background: $raised; color: $text; border: 1px solid $hairline; border-radius: 4px;
    padding: 3px 12px; min-height: 20px; font-weight: 500;
}
QToolButton { padding: 3px 8px; }
QToolButton[role="glyph"] { padding: 0; min-height: 0; border: none; background: transparent; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed { background: $hairline; }
QPushButton:focus, QToolButton:focus { border: 1px solid $accent; }
QPushButton:disabled, QToolButton:disabled { color: $faint; background: $panel; }
QPushButton:default { border-color: $accent; }
QToolButton::menu-indicator { image: none; width: 0; }
QPushButton::menu-indicator { image: none; width: 0; }

*[role="quiet"] { background: transparent; border: 1px solid transparent; color: $muted; }
*[role="quiet"]:hover { background: $hover; color: $text; }
*[role="quiet"]:checked { background: $raised; color: $text; }
*[role="quiet"]:focus { border: 1px solid $accent; }
QToolButton[role="quiet"], QPushButton[role="quiet"] { padding: 1px 6px; }
QToolButton[role="caption"] {
    background: transparent; border: 1px solid transparent; color: $muted; font-size: 11px;
    font-weight: 400; padding: 0 6px; min-height: 20px;
}
QToolButton[role="caption"]:hover { background: $hover; color: $text; }
QToolButton[role="caption"]:focus { border: 1px solid $accent; }
*[role="link"] {
    background: transparent; border: 1px solid transparent; color: $accent; padding: 1px 4px;
}
*[role="link"]:hover { color: $text; }
*[role="link"]:focus { border: 1px solid $accent; }
*[role="segment"] {
    background: transparent; border: 1px solid transparent; color: $muted; padding: 1px 8px;
    min-height: 20px;
}
*[role="segment"]:hover { background: $hover; color: $text; }
*[role="segment"]:checked { background: $raised; border: 1px solid $hairline; color: $text; }
*[role="segment"]:focus { border: 1px solid $accent; }
*[role="armed"] {
    background: transparent; border: 1px solid $warning; color: $warning; padding: 1px 8px;
    min-height: 20px;
}
*[role="armed"]:hover { background: $hover; }
*[role="armed"]:focus { border: 1px solid $accent; }
*[role="segment"]:disabled {
    background: transparent; border: 1px solid transparent; color: $faint;
}
QAbstractButton[role="danger"] {
    background: transparent; border: 1px solid $danger_soft; color: $danger;
}
QAbstractButton[role="danger"]:hover { background: $danger_soft; }
QAbstractButton[role="danger"]:focus { border: 1px solid $accent; }

QPushButton[role="buy"], QPushButton[role="sell"] {
    min-height: 28px; font-weight: 600; color: $muted;
}
QPushButton[role="buy"]:checked { background: $buy_soft; border: 1px solid $buy; color: $buy; }
QPushButton[role="sell"]:checked { background: $sell_soft; border: 1px solid $sell; color: $sell; }
QPushButton[role="buy"]:focus, QPushButton[role="sell"]:focus { border: 1px solid $accent; }
QPushButton[role="submit"] {
    min-height: 36px; font-weight: 600; font-size: 13px; border: 2px solid transparent;
    background: $buy; color: $on_side;
}
QPushButton[role="submit"][side="SELL"] { background: $sell; }
QPushButton[role="submit"]:hover { border: 2px solid $hairline; }
QPushButton[role="submit"]:focus { border: 2px solid $accent; }
QPushButton[role="submit"]:disabled { background: $raised; color: $faint; }
"""

_INPUTS = """
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit, QTextEdit, QDateTimeEdit {
    background: $raised; color: $text; border: 1px solid $hairline; border-radius: 4px;
    padding: 3px 8px; min-height: 20px; selection-background-color: $accent_soft;
    selection-color: $text;
}
QLineEdit:hover, QSpinBox:hover, QComboBox:hover { background: $hover; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus,
QTextEdit:focus { border: 1px solid $accent; }
QLineEdit[invalid="true"], QSpinBox[invalid="true"] { border: 1px solid $danger; }
QLineEdit:disabled, QSpinBox:disabled, QComboBox:disabled { color: $faint; background: $panel; }
QLineEdit:read-only { background: $panel; }
QComboBox::drop-down, QDateTimeEdit::drop-down { border: none; width: 20px; }
QLineEdit > QToolButton, QLineEdit > QToolButton:hover {
    background: transparent; border: none; padding: 0; min-height: 0;
}
QLineEdit { lineedit-clear-button-icon: url("$icon_cross"); }
QComboBox::down-arrow { image: url("$icon_down"); width: 12px; height: 12px; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button,
QDoubleSpinBox::down-button, QDateTimeEdit::up-button,
QDateTimeEdit::down-button { width: 18px; border: none; background: transparent; }
QSpinBox::up-button:hover, QSpinBox::down-button:hover, QDateTimeEdit::up-button:hover,
QDateTimeEdit::down-button:hover { background: $hover; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow, QDateTimeEdit::up-arrow {
    image: url("$icon_up"); width: 10px; height: 10px;
}
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow, QDateTimeEdit::down-arrow {
    image: url("$icon_down"); width: 10px; height: 10px;
}
QComboBox QAbstractItemView {
    background: $raised; border: 1px solid $hairline; padding: 4px; outline: none;
    selection-background-color: $hover; selection-color: $text;
}
QCheckBox, QRadioButton { background: transparent; spacing: 8px; min-height: 20px; }
QCheckBox::indicator, QRadioButton::indicator {
    width: 12px; height: 12px; border: 1px solid $muted; background: $panel; border-radius: 3px;
}
QRadioButton::indicator { border-radius: 7px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border: 1px solid $text; }
QCheckBox::indicator:checked {
    border: 1px solid $accent; background: $accent; image: url("$icon_check");
}
QRadioButton::indicator:checked {
    width: 6px; height: 6px; border: 4px solid $accent; background: $on_side;
}
QCheckBox::indicator:disabled { border-color: $hairline; }
QCheckBox:focus, QRadioButton:focus { color: $accent; }
QCheckBox:disabled, QRadioButton:disabled { color: $faint; }
QSlider::groove:horizontal { height: 4px; background: $hairline; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider[side="BUY"]::sub-page:horizontal { background: $buy; }
QSlider[side="SELL"]::sub-page:horizontal { background: $sell; }
QSlider::handle:horizontal {
    width: 14px; height: 14px; margin: -6px 0; border-radius: 8px; background: $text;
    border: 1px solid $window;
}
QSlider::handle:horizontal:hover { background: $accent; }
QSlider::handle:horizontal:focus { border: 1px solid $accent; }
QSlider:disabled { color: $faint; }
QSlider::handle:horizontal:disabled { background: $faint; }
QProgressBar { background: $raised; border: none; border-radius: 2px; max-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
"""

_LISTS = """
QTabWidget { background: $panel; }
QTabWidget::pane { background: $panel; border: none; border-top: 1px solid $hairline; }
QTabWidget::tab-bar { left: 4px; }
QTabBar { background: $panel; }
QTabBar::tab {
    background: transparent; color: $muted; border: none; border-bottom: 2px solid transparent;
    padding: 6px 10px 5px 10px; font-weight: 500;
}
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { color: $accent; }
QMainWindow > QTabBar { qproperty-drawBase: 0; }
QMainWindow > QTabBar::tab { padding: 4px 12px; }
QAbstractItemView { background: $panel; alternate-background-color: $raised; outline: none; }
QTableView, QTreeView, QListView {
    border: none; gridline-color: $hairline; selection-background-color: $hover;
    selection-color: $text;
}
QTableView:focus, QTreeView:focus, QListView:focus { border: 1px solid $accent_soft; }
QHeaderView { background: $panel; }
QHeaderView::section {
    background: $panel; color: $muted; font-size: 11px; font-weight: 400; border: none;
    border-bottom: 1px solid $hairline; padding: 3px 8px;
}
QTableCornerButton::section { background: $panel; border: none; }
QMenuBar { background: $panel; }
QMenuBar::item { background: transparent; padding: 4px 8px; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $raised; border: 1px solid $hairline; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 3px; }
QMenu::item:selected { background: $hover; }
QMenu::item:checked { color: $accent; font-weight: 600; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $hairline; margin: 4px 8px; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 10px; margin: 0; }
QScrollBar:horizontal { height: 10px; margin: 0; }
QScrollBar::handle { background: $hairline; border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 24px; margin: 2px; }
QScrollBar::handle:horizontal { min-width: 24px; margin: 2px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
"""


def style_sheet(theme: Theme, icons: ThemeIcons) -> str:
    """Return the style sheet with the theme's colours and shapes in it."""
    values = {name: getattr(theme, name) for name in theme.__slots__}
    # Half seen through: the bar has another colour in each environment.
    values["on_environment_off"] = f"#80{theme.on_environment[1:]}"
    values["icon_down"] = icons.draw("down", theme.muted)
    values["icon_up"] = icons.draw("up", theme.muted)
    values["icon_cross"] = icons.draw("cross", theme.muted)
    values["icon_check"] = icons.draw("check", theme.on_side)
    return Template(_SURFACES + _LABELS + _BUTTONS + _INPUTS + _LISTS + PANELS).substitute(values)
