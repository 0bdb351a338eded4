"""Ask where a file is to be kept, or which one is to be read."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFileDialog, QWidget

CSV = "CSV table (*.csv)"


def ask_where(
    parent: QWidget, title: str, name: str, kinds: str, chosen: Callable[[str], None]
) -> None:
    """Ask for a path without blocking; a path without an ending gets that of the kind chosen.

    ``kinds`` are Qt's words of the kinds of files, the first of them that of ``name``.
    """
    dialog = QFileDialog(parent.window(), title, "", kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(name.rpartition(".")[2])
    dialog.selectFile(name)
    dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix(_ending(kind)))
    dialog.fileSelected.connect(chosen)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def ask_which(parent: QWidget, title: str, kinds: str, chosen: Callable[[str], None]) -> None:
    """Ask for a file that is there without blocking."""
    dialog = QFileDialog(parent.window(), title, "", kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(chosen)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def _ending(kind: str) -> str:
    return kind.rpartition("*.")[2].rstrip(")")
