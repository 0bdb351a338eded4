"""Force a pyqtgraph view to paint, and read its screen, whichever Qt binding it stands on."""

from __future__ import annotations

from typing import Any

from pyqtgraph.Qt import QtGui, QtTest, QtWidgets


def show(view: Any) -> None:
    """Put a view on the screen."""
    view.show()
    if not QtTest.QTest.qWaitForWindowExposed(view):
        raise RuntimeError("the view does not come to the screen")
    repaint(view)


def repaint(view: Any) -> None:
    """Do what the view has put off, and paint all of it now."""
    QtWidgets.QApplication.sendPostedEvents()
    view.viewport().repaint()


def screen_of(view: Any) -> bytes:
    """Return the pixels of a view as they lie on the screen."""
    grabbed = view.screen().grabWindow(view.winId()).toImage()
    image = grabbed.convertToFormat(QtGui.QImage.Format.Format_RGB32)
    bits: Any = image.constBits()
    if hasattr(bits, "setsize"):
        bits.setsize(image.sizeInBytes())
    return bytes(bits)
