"""Who may ask: keys, rights, signatures and timestamps."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.endpoint import Security
from terminal_app.practice.http.keys import ApiKey, KeyRing
from terminal_app.practice.http.params import Parameters

DEFAULT_RECV_WINDOW_MS: Final = Decimal(5_000)
MAX_RECV_WINDOW_MS: Final = 60_000
OUTSIDE_WINDOW: Final = "Timestamp for this request is outside of the recvWindow."
_AHEAD: Final = "Timestamp for this request was 1000ms ahead of the server's time."
_AHEAD_MS: Final = 1_000
_SMALLEST_MICROSECONDS: Final = 10**15
_RECV_WINDOW: Final = re.compile(r"[0-9]{1,20}(\.[0-9]{1,3})?")
_LOOPBACK: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Caller:
    """Say who asks: the key sent, the address, and the key a session was logged on with."""

    api_key: str | None
    address: str = _LOOPBACK
    logged_on: ApiKey | None = None


class Authenticator:
    """Check key, rights, timing and signature against the keys of the account.

    The order is the exchange's: key, mandatory parameters, time, signature, rights. Times are
    those of the wall clock, in epoch milliseconds, whatever time the market plays.
    """

    def __init__(self, keys: KeyRing, now_ms: Callable[[], int]) -> None:
        self.keys = keys
        self._now_ms = now_ms

    def check(
        self, security: Security, caller: Caller, parameters: Parameters, payload: bytes
    ) -> ApiKey | None:
        """Accept a request and return the key it came with, or raise what is wrong with it."""
        if security is Security.NONE:
            return None
        if security is Security.KEY:
            return caller.logged_on or self._known_key(caller)
        if caller.logged_on is not None:
            self._check_timing(parameters)
            key = caller.logged_on
        else:
            key = self._check_signature(caller, parameters, payload)
        if not (key.may_trade if security is Security.TRADE else key.may_read):
            raise _not_permitted()
        return key

    def is_late(self, parameters: Parameters) -> bool:
        """Tell whether a request that was in time has since left its receive window."""
        return self._now_ms() - _timestamp_ms(parameters) > _recv_window_ms(parameters)

    def _known_key(self, caller: Caller) -> ApiKey:
        api_key = caller.api_key
        if not api_key or not api_key.isascii() or not api_key.isalnum():
            raise ExchangeError(-2014, "API-key format invalid.", 401)
        key = self.keys.get(api_key)
        if key is None or (key.addresses and caller.address not in key.addresses):
            raise _not_permitted()
        return key

    def _check_signature(self, caller: Caller, parameters: Parameters, payload: bytes) -> ApiKey:
        key = self._known_key(caller)
        signature = parameters.text("signature")
        self._check_timing(parameters)
        if not key.verifier.verify(payload, signature):
            raise ExchangeError(-1022, "Signature for this request is not valid.")
        return key

    def _check_timing(self, parameters: Parameters) -> None:
        timestamp_ms = _timestamp_ms(parameters)
        window_ms = _recv_window_ms(parameters)
        now_ms = self._now_ms()
        if timestamp_ms >= now_ms + _AHEAD_MS:
            raise ExchangeError(-1021, _AHEAD)
        if now_ms - timestamp_ms > window_ms:
            raise ExchangeError(-1021, OUTSIDE_WINDOW)


def rest_payload(query: str, body: str) -> bytes:
    """Return the bytes a REST signature covers: raw query and raw body without the signature.

    The two are joined without a separator, and the signature stands last in its part; one that
    does not is left in, so that it cannot match (Binance spot and USDⓈ-M, request security).
    """
    return (_without_signature(query) + _without_signature(body)).encode()


def ws_api_payload(values: Mapping[str, str]) -> bytes:
    """Return the bytes a WebSocket API signature covers: sorted pairs in raw UTF-8."""
    pairs = sorted((name, value) for name, value in values.items() if name != "signature")
    return "&".join(f"{name}={value}" for name, value in pairs).encode()


def _timestamp_ms(parameters: Parameters) -> Decimal:
    timestamp = parameters.integer("timestamp")
    # The unit is not sent: a number this large can only be microseconds.
    return Decimal(timestamp) / 1_000 if timestamp >= _SMALLEST_MICROSECONDS else Decimal(timestamp)


def _recv_window_ms(parameters: Parameters) -> Decimal:
    text = parameters.optional_text("recvWindow")
    if text is None:
        return DEFAULT_RECV_WINDOW_MS
    if not _RECV_WINDOW.fullmatch(text):
        raise ExchangeError(
            -1100,
            "Illegal characters found in parameter 'recvWindow'; "
            f"legal range is '^{_RECV_WINDOW.pattern}$'.",
        )
    if Decimal(text) > MAX_RECV_WINDOW_MS:
        raise ExchangeError(-1131, f"recvWindow must be less than {MAX_RECV_WINDOW_MS}.")
    return Decimal(text)


def _not_permitted() -> ExchangeError:
    return ExchangeError(-2015, "Invalid API-key, IP, or permissions for action.", 401)


def _without_signature(part: str) -> str:
    head, found, tail = part.rpartition("signature=")
    if not found or "&" in tail or (head and not head.endswith("&")):
        return part
    return head.removesuffix("&")
