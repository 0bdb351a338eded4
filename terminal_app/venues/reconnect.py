"""When to connect again: how long to wait, and whether it makes sense at all."""

from __future__ import annotations

import asyncio
import random
import socket
import ssl
import time
from collections import deque
from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from websockets.exceptions import ConnectionClosed, InvalidStatus, InvalidURI

from terminal_app.errors import VenueError, VenueRefused
from terminal_app.venues.connection_settings import DEFAULTS, ConnectionSettings

_SLOW_STATUS = frozenset({403, 418, 429})
_FATAL_STATUS = frozenset({400, 401, 404, 410, 451})
_FATAL_CODES = frozenset({-1002, -1022, -2014, -2015, -4056})


class Reconnect(Exception):
    """Ask for a new connection; the text says why."""


class Verdict(StrEnum):
    """Say what follows a lost connection."""

    RETRY = "retry"
    WAIT = "wait"
    FATAL = "fatal"


def verdict(error: BaseException) -> Verdict:
    """Decide whether to connect again.

    ======================================================== =========
    a handshake answered 403, 418 or 429                     ``WAIT``
    a certificate that is not valid                          ``WAIT``
    a handshake answered 400, 401, 404, 410 or 451           ``FATAL``
    an address that is none                                  ``FATAL``
    the venue refuses the key or its signature               ``FATAL``
    the venue refuses because of a limit (HTTP 418, 429)     ``WAIT``
    a close, a timeout, a network failure, 5xx, all else     ``RETRY``
    ======================================================== =========
    """
    if isinstance(error, InvalidStatus):
        return _by_status(error.response.status_code)
    if isinstance(error, VenueRefused):
        return Verdict.FATAL if error.code in _FATAL_CODES else _by_status(error.status, retry=400)
    if isinstance(error, InvalidURI):
        return Verdict.FATAL
    if isinstance(error, ssl.SSLCertVerificationError):
        return Verdict.WAIT
    return Verdict.RETRY


def _by_status(status: int, retry: int = 0) -> Verdict:
    if status in _SLOW_STATUS:
        return Verdict.WAIT
    if status in _FATAL_STATUS and status != retry:
        return Verdict.FATAL
    return Verdict.RETRY


def describe(error: BaseException) -> str:
    """Return a sentence for the person; it never quotes an address or a payload."""
    if isinstance(error, Reconnect | VenueError):
        return str(error)
    if isinstance(error, InvalidStatus):
        return f"the venue answered HTTP {error.response.status_code} to the connection"
    if isinstance(error, ConnectionClosed):
        return f"closed by the venue{_close_code(error)}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "the certificate is not valid: this is not the venue"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, socket.gaierror):
        return "its name is not found, there may be no network"
    return f"connection lost ({type(error).__name__})"


def _close_code(error: ConnectionClosed) -> str:
    return f" ({error.rcvd.code})" if error.rcvd is not None else " without a word"


class Backoff:
    """Grow the pause between attempts from ``base_s`` to ``cap_s``, with jitter."""

    def __init__(self, base_s: float = 0.25, cap_s: float = 15.0) -> None:
        self._base_s = base_s
        self._cap_s = cap_s
        self._attempts = 0

    def reset(self) -> None:
        """Begin anew after a connection that lasted."""
        self._attempts = 0

    def next_delay_s(self) -> float:
        """Return how many seconds to wait before the next attempt."""
        # 2.0**16 is far past every cap; the bound keeps the float finite over days of outage.
        ceiling = min(self._cap_s, self._base_s * 2.0 ** min(self._attempts, 16))
        self._attempts += 1
        return ceiling * random.uniform(0.5, 1.0)


class Pauses(Protocol):
    """Know for how long a venue wants no request, handshakes among them."""

    @property
    def pause_left_s(self) -> float:
        """Return for how many seconds nothing may be asked."""

    def note_answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Take what an answer tells of limits, above all the demand for a pause."""


class ConnectionBudget:
    """Keep connection attempts inside a limit, over a window that slides, and out of pauses.

    Source: Binance, 300 connection attempts each 5 minutes and address; others may share it.
    """

    def __init__(
        self,
        limit: int = 100,
        window_s: float = 300.0,
        *,
        settings: ConnectionSettings = DEFAULTS,
        pauses: Pauses | None = None,
    ) -> None:
        self.settings = settings
        self._limit = limit
        self._window_s = window_s
        self._pauses = pauses
        self._taken: deque[float] = deque()

    @property
    def pause_left_s(self) -> float:
        """Return for how many seconds the venue wants no attempt."""
        return self._pauses.pause_left_s if self._pauses is not None else 0.0

    def delay_s(self, now_s: float) -> float:
        """Return the seconds until an attempt is allowed; 0 takes it."""
        if self.pause_left_s > 0:
            return self.pause_left_s
        while self._taken and now_s - self._taken[0] >= self._window_s:
            self._taken.popleft()
        if len(self._taken) < self._limit:
            self._taken.append(now_s)
            return 0.0
        return self._window_s - (now_s - self._taken[0])

    async def take_in_turn(self) -> None:
        """Wait until an attempt is allowed, and take it."""
        delay_s = self.delay_s(time.monotonic())
        while delay_s > 0:
            await asyncio.sleep(delay_s)
            delay_s = self.delay_s(time.monotonic())

    def note(self, error: BaseException) -> None:
        """Take a refused handshake that demands a pause (HTTP 418 or 429)."""
        if self._pauses is not None and isinstance(error, InvalidStatus):
            response = error.response
            headers = {name.lower(): value for name, value in response.headers.raw_items()}
            self._pauses.note_answer(response.status_code, headers, bytes(response.body or b""))
