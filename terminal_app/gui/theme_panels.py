"""Write the part of the style sheet that single panels need: bars, fields, rows, dialogs."""

PANELS = """
QFrame[role="bar"] { background: $panel; border: none; border-bottom: 1px solid $hairline; }
QFrame[role="status"] { background: $panel; border: none; border-top: 1px solid $hairline; }
QFrame[role="status"] QLabel { font-size: 11px; }
QWidget[role="sheet"] { background: $panel; }
QWidget[role="ticket"] { background: qlineargradient(
    x1: 0, y1: 0, x2: 0, y2: 1, stop: 0 $buy_soft, stop: 0.45 $panel); }
QWidget[role="ticket"][side="SELL"] { background: qlineargradient(
    x1: 0, y1: 0, x2: 0, y2: 1, stop: 0 $sell_soft, stop: 0.45 $panel); }
QWidget[role="ticket"] QToolButton[role="segment"],
QWidget[role="ticket"] QPushButton[role="segment"] { padding: 1px 6px; }
QFrame[role="field"][narrow="true"] QLineEdit { font-size: 12px; }
QDateTimeEdit QLineEdit, QDateTimeEdit QLineEdit:focus {
    background: transparent; border: none; padding: 0; min-height: 0;
}
QWidget[role="ticket"] QDateTimeEdit { padding: 1px 0; min-height: 18px; }
QWidget[role="ticket"] QDateTimeEdit::up-button, QWidget[role="ticket"] QDateTimeEdit::up-arrow,
QWidget[role="ticket"] QDateTimeEdit::down-button,
QWidget[role="ticket"] QDateTimeEdit::down-arrow {
    width: 0; image: none;
}
QWidget[role="ticket"] QScrollArea, QWidget[role="ticket"] QScrollArea > QWidget > QWidget {
    background: transparent; border: none;
}

QFrame[role="environment"] QLabel { font-size: 12px; }
QLabel#environment-title { font-weight: 700; letter-spacing: 1px; }
*[role="on-environment"] {
    background: transparent; border: 1px solid transparent; color: $on_environment;
    padding: 0 8px; min-height: 18px; font-weight: 500;
}
*[role="on-environment"]:hover, *[role="on-environment"]:pressed,
*[role="on-environment"]:focus {
    background: transparent; border: 1px solid $on_environment;
}
QPushButton[role="on-environment"]:disabled { background: transparent; color: $on_environment_off; }

QPushButton[role="symbol"] {
    background: transparent; border: 1px solid transparent; font-size: 17px; font-weight: 600;
    padding: 2px 8px; min-height: 28px;
}
QPushButton[role="symbol"]:hover { background: $hover; }
QPushButton[role="symbol"]:focus { border: 1px solid $accent; }

QFrame[role="symbol-band"] {
    background: $panel; border: none; border-bottom: 1px solid $hairline;
    border-left: 4px solid $panel;
}
QFrame[role="symbol-band"][other="true"] { border-left: 4px solid $warning; }
QPushButton[role="band-symbol"] {
    background: transparent; border: 1px solid transparent; font-size: 17px; font-weight: 600;
    padding: 0 4px; min-height: 26px;
}
QPushButton[role="band-symbol"]:hover { background: $hover; }
QPushButton[role="band-symbol"]:focus { border: 1px solid $accent; }

QToolButton[role="badge"] {
    background: $panel; border: 1px solid $hairline; color: $muted; padding: 0 6px;
    min-height: 16px; font-size: 11px; font-weight: 400;
}
QToolButton[role="badge"]:hover { background: $hover; color: $text; }
QToolButton[role="badge"]:checked { color: $accent; border: 1px solid transparent; }
QToolButton[role="badge"]:focus { border: 1px solid $accent; }

QFrame[role="field"] { background: $raised; border: 1px solid $hairline; border-radius: 4px; }
QFrame[role="field"]:hover { background: $hover; }
QFrame[role="field"][focused="true"] { border: 1px solid $accent; }
QFrame[role="field"][invalid="true"] { border: 1px solid $danger; }
QLineEdit[role="figure-edit"], QLineEdit[role="figure-edit"]:hover,
QLineEdit[role="figure-edit"]:focus {
    background: transparent; border: none; padding: 0; font-size: 13px; font-weight: 600;
}
QPushButton[role="unit"], QPushButton[role="unit"]:disabled {
    background: transparent; border: none; color: $muted; padding: 1px 6px; font-weight: 400;
}
QPushButton[role="row"] { padding: 0 6px; min-height: 20px; max-height: 20px; font-weight: 500; }
QPushButton[role="volume"] {
    background: transparent; border: 1px solid transparent; color: $muted; padding: 0 3px 0 0;
    min-height: 24px; font-size: 11px; text-align: right;
}
QPushButton[role="volume"]:hover { background: $hover; color: $text; }
QPushButton[role="volume"]:checked {
    background: $raised; border: 1px solid $hairline; color: $text;
}
QPushButton[role="volume"]:focus { border: 1px solid $accent; }
QPushButton[role="volume"]:disabled { color: $faint; }
QPushButton[role="lock"] { padding: 0 6px; min-height: 24px; font-size: 11px; color: $muted; }
QPushButton[role="ladder"] { padding: 0 4px; min-height: 24px; font-size: 11px; }
QPushButton[role="lock"]:checked { border: 1px solid $warning; color: $warning; }
QPushButton[role="lock"]:focus { border: 1px solid $accent; }
QPushButton[role="armed"] {
    padding: 0 8px; min-height: 20px; max-height: 20px; font-weight: 600;
    background: $danger; border: 1px solid $danger; color: $on_side;
}
QPushButton[role="armed"]:hover { background: $danger; border: 1px solid $text; }
QPushButton[role="primary"] { background: $accent_soft; border: 1px solid $accent; color: $text; }
QAbstractButton[role="danger"]:disabled, QPushButton[role="primary"]:disabled {
    background: $panel; border: 1px solid $hairline; color: $faint;
}
QPushButton[role="primary"]:hover { background: $hover; }
QLabel[role="last"][direction="stale"] { color: $faint; }
QLabel[role="heading"] { font-size: 15px; font-weight: 600; }
QLabel[role="table-corner"] {
    background: $panel; color: $muted; font-size: 11px; padding: 0 8px;
}
QWidget[role="row-buttons"] { background: $panel; }
QLineEdit[role="cell-edit"] {
    border: 1px solid $accent; border-radius: 2px; padding: 0 4px; min-height: 18px;
    font-weight: 600;
}
QLineEdit[role="cell-edit"][invalid="true"] { border: 1px solid $danger; }
QTableView::item { border: none; padding: 0 5px; }
QDialog { background: $panel; }
QListWidget { border: none; }
QListWidget::item:hover { background: $hover; }
QListWidget::item:selected { background: $accent_soft; color: $text; }
QListWidget::item { min-height: 26px; padding: 0 8px; border-radius: 3px; }
"""
