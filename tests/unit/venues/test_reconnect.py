"""How long to wait before connecting again, and when not to."""

from __future__ import annotations

import ssl

import pytest
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosedError, InvalidStatus, InvalidURI
from websockets.frames import Close
from websockets.http11 import Response

from terminal_app.errors import NotConnected, VenueRefused, VenueUnclear
from terminal_app.venues.reconnect import (
    Backoff,
    ConnectionBudget,
    Reconnect,
    Verdict,
    describe,
    verdict,
)


def _handshake(status: int) -> InvalidStatus:
    return InvalidStatus(Response(status, "", Headers()))


TABLE = [
    (ConnectionRefusedError(), Verdict.RETRY),
    (TimeoutError(), Verdict.RETRY),
    (ConnectionClosedError(Close(1006, ""), None), Verdict.RETRY),
    (Reconnect("silence"), Verdict.RETRY),
    (NotConnected("no way there"), Verdict.RETRY),
    (VenueUnclear("no answer"), Verdict.RETRY),
    (KeyError("a mistake of ours"), Verdict.RETRY),
    (_handshake(500), Verdict.RETRY),
    (_handshake(503), Verdict.RETRY),
    (_handshake(403), Verdict.WAIT),
    (_handshake(418), Verdict.WAIT),
    (_handshake(429), Verdict.WAIT),
    (_handshake(400), Verdict.FATAL),
    (_handshake(401), Verdict.FATAL),
    (_handshake(404), Verdict.FATAL),
    (_handshake(451), Verdict.FATAL),
    (ssl.SSLCertVerificationError(), Verdict.WAIT),
    (InvalidURI("nowhere", "is no address"), Verdict.FATAL),
    (VenueRefused(-2015, "Invalid API-key", 401), Verdict.FATAL),
    (VenueRefused(-2014, "API-key format invalid.", 401), Verdict.FATAL),
    (VenueRefused(-1022, "Signature", 400), Verdict.FATAL),
    (VenueRefused(-1021, "Timestamp", 400), Verdict.RETRY),
    (VenueRefused(-1125, "This listenKey does not exist.", 400), Verdict.RETRY),
    (VenueRefused(-1003, "Too many requests", 429), Verdict.WAIT),
    (VenueRefused(-1003, "banned", 418), Verdict.WAIT),
]


@pytest.mark.parametrize(("error", "expected"), TABLE)
def test_one_function_decides(error: Exception, expected: Verdict) -> None:
    assert verdict(error) is expected


@pytest.mark.parametrize("error", [row[0] for row in TABLE])
def test_every_loss_has_a_sentence(error: Exception) -> None:
    assert len(describe(error)) > 3
    assert "nowhere" not in describe(error)


def test_pauses_grow_to_the_cap_and_begin_anew() -> None:
    backoff = Backoff(base_s=0.25, cap_s=15.0)
    pauses = [backoff.next_delay_s() for _ in range(2000)]
    assert 0.125 <= pauses[0] <= 0.25
    assert 1.0 <= pauses[3] <= 2.0
    assert all(7.5 <= pause <= 15.0 for pause in pauses[7:])
    backoff.reset()
    assert backoff.next_delay_s() <= 0.25


def test_jitter_spreads_attempts() -> None:
    assert len({Backoff().next_delay_s() for _ in range(20)}) > 10


def test_budget_lets_no_more_than_its_limit_through_in_any_window() -> None:
    budget = ConnectionBudget(limit=3, window_s=10.0)
    assert [budget.delay_s(at) for at in (0.0, 1.0, 2.0)] == [0.0, 0.0, 0.0]
    assert budget.delay_s(4.0) == pytest.approx(6.0)
    assert budget.delay_s(10.0) == 0.0
    assert budget.delay_s(10.5) == pytest.approx(0.5)
