"""A label that shows its text as it stands, whoever wrote it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget


def plain_label(
    text: str = "", role: str = "", *, wraps: bool = False, parent: QWidget | None = None
) -> QLabel:
    """Return a label in which nothing is taken for markup, in the look of a role."""
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    if role:
        label.setProperty("role", role)
    return label
