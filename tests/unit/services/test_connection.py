"""How old what is shown is: the age counts from the first moment it was not live."""

from __future__ import annotations

import time
from collections.abc import Hashable

import pytest

from terminal_app.services.connection import ACCOUNT, MARKET, ConnectionService
from terminal_app.venues.base import ConnectionChanged, ConnectionState

C = ConnectionState


def test_in_the_beginning_nothing_is_live() -> None:
    service = ConnectionService()
    assert not service.link(MARKET).is_live
    assert service.link(ACCOUNT).state is C.CLOSED


def test_trying_again_does_not_make_it_younger() -> None:
    service = ConnectionService()
    service.apply(ConnectionChanged(MARKET, C.LIVE))
    service.apply(ConnectionChanged(MARKET, C.STALE, "no data"))
    since = service.link(MARKET).since
    for state in (C.CONNECTING, C.STALE, C.CONNECTING):
        service.apply(ConnectionChanged(MARKET, state, "again"))
        assert service.link(MARKET).since == since
    assert service.link(MARKET).reason == "again"
    service.apply(ConnectionChanged(MARKET, C.LIVE))
    assert service.link(MARKET).since > since
    assert service.link(MARKET).is_live
    assert service.link(MARKET).age_seconds() == 0


@pytest.mark.parametrize("name", [MARKET, ACCOUNT])
def test_the_one_that_changed_is_told(name: str) -> None:
    service = ConnectionService()
    told: list[Hashable] = []
    service.observers.add(told.append)
    service.apply(ConnectionChanged(name, C.LIVE))
    assert told == [name]
    assert [one for one in (MARKET, ACCOUNT) if service.link(one).is_live] == [name]


def test_after_a_sleep_nothing_counts_as_live(monkeypatch: pytest.MonkeyPatch) -> None:
    service, told = ConnectionService(), list[Hashable]()
    service.apply(ConnectionChanged(MARKET, C.LIVE))
    service.observers.add(told.append)
    wall = time.time
    monkeypatch.setattr(time, "time", lambda: wall() + 600)
    assert service.link(MARKET).state is C.STALE
    assert service.link(MARKET).reason == "this computer slept or its clock was set"
    assert service.link(ACCOUNT).state is C.CLOSED
    assert told == [MARKET]
    service.apply(ConnectionChanged(MARKET, C.LIVE))
    assert service.link(MARKET).is_live


def test_a_program_that_was_stopped_knows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    service = ConnectionService()
    service.apply(ConnectionChanged(MARKET, C.LIVE))
    wall, monotonic = time.time, time.monotonic
    monkeypatch.setattr(time, "time", lambda: wall() + 8)
    monkeypatch.setattr(time, "monotonic", lambda: monotonic() + 8)
    assert not service.link(MARKET).is_live
