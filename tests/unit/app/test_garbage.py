"""Garbage is collected on Qt's thread, whatever other threads do."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from typing import ClassVar

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from terminal_app.app.garbage import GarbageTimer, collect_due


class Knot:
    """Hold itself, and say on which thread it was taken away."""

    ended_on: ClassVar[list[threading.Thread]] = []

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        self.ended_on.append(threading.current_thread())


@pytest.fixture
def knots() -> Iterator[list[threading.Thread]]:
    Knot.ended_on.clear()
    yield Knot.ended_on
    gc.unfreeze()


def test_a_busy_thread_takes_nothing_away(qtbot: QtBot, knots: list[threading.Thread]) -> None:
    owner = QObject()
    GarbageTimer(owner)
    Knot()

    kept: list[list[int]] = []
    busy = threading.Thread(target=lambda: kept.extend([number] for number in range(20_000)))
    busy.start()
    busy.join()
    assert len(kept) == 20_000
    assert knots == []
    qtbot.waitUntil(lambda: bool(knots))
    assert knots == [threading.main_thread()]


def test_an_old_generation_is_collected_when_it_is_due(knots: list[threading.Thread]) -> None:
    knot = Knot()
    for generation in (0, 1):
        gc.collect(generation)
    seen = weakref.ref(knot)
    del knot
    for _ in range(gc.get_threshold()[2] + 1):
        gc.collect(1)
    assert seen() is not None
    collect_due()
    assert seen() is None
