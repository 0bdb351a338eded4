"""Let no button take the keyboard's focus from one that goes: the next key would press it."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QWidget


def leave(widget: QWidget) -> None:
    """Give the focus to what holds a widget, where the widget or a part of it has the focus."""
    focused, holder = QApplication.focusWidget(), widget.parentWidget()
    if focused is None or holder is None:
        return
    if focused is widget or widget.isAncestorOf(focused):
        holder.setFocus()


def set_enabled(widget: QWidget, is_enabled: bool) -> None:
    """Open or close a widget; one that closes hands its focus to nothing that can be pressed."""
    if not is_enabled:
        leave(widget)
    widget.setEnabled(is_enabled)
