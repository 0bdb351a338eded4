"""Who may ask: keys, signatures and timestamps."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.params import Parameters

DEFAULT_RECV_WINDOW_MS: Final = 5_000
MAX_RECV_WINDOW_MS: Final = 60_000
_AHEAD_MS: Final = 1_000
_SMALLEST_MICROSECONDS: Final = 10**15


class Verifier(Protocol):
    """Tell whether a signature belongs to a payload."""

    def verify(self, payload: bytes, signature: str) -> bool: ...


class HmacVerifier:
    """Check HMAC-SHA-256 signatures in hexadecimal, upper or lower case."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def verify(self, payload: bytes, signature: str) -> bool:
        """Compare in constant time."""
        expected = hmac.new(self._secret, payload, hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected.encode(), signature.lower().encode())


class Authenticator:
    """Check key, timing and signature against the table of known keys.

    The order is the exchange's: key, mandatory parameters, time, signature. Times are those of
    the wall clock, in epoch milliseconds, whatever time the market plays.
    """

    def __init__(self, verifiers: Mapping[str, Verifier], now_ms: Callable[[], int]) -> None:
        self._verifiers = dict(verifiers)
        self._now_ms = now_ms

    def check_key(self, api_key: str | None) -> Verifier:
        """Return the key's verifier; no key is error -2014, an unknown one -2015, HTTP 401."""
        if not api_key or not api_key.isascii() or not api_key.isalnum():
            raise ExchangeError(-2014, "API-key format invalid.", 401)
        verifier = self._verifiers.get(api_key)
        if verifier is None:
            raise ExchangeError(-2015, "Invalid API-key, IP, or permissions for action.", 401)
        return verifier

    def check_signed(self, api_key: str | None, parameters: Parameters, payload: bytes) -> None:
        """Accept a signed request or raise what is wrong with it."""
        verifier = self.check_key(api_key)
        signature = parameters.text("signature")
        self._check_timing(parameters)
        if not verifier.verify(payload, signature):
            raise ExchangeError(-1022, "Signature for this request is not valid.")

    def _check_timing(self, parameters: Parameters) -> None:
        timestamp_ms = parameters.integer("timestamp")
        if timestamp_ms >= _SMALLEST_MICROSECONDS:
            timestamp_ms //= 1_000
        recv_window_ms = parameters.optional_decimal("recvWindow")
        window = DEFAULT_RECV_WINDOW_MS if recv_window_ms is None else recv_window_ms
        if window > MAX_RECV_WINDOW_MS:
            raise ExchangeError(-1131, "recvWindow must be less than 60000.")
        now_ms = self._now_ms()
        if timestamp_ms >= now_ms + _AHEAD_MS:
            raise ExchangeError(
                -1021, "Timestamp for this request was 1000ms ahead of the server's time."
            )
        if now_ms - timestamp_ms > window:
            raise ExchangeError(-1021, "Timestamp for this request is outside of the recvWindow.")


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


def _without_signature(part: str) -> str:
    head, found, tail = part.rpartition("signature=")
    if not found or "&" in tail or (head and not head.endswith("&")):
        return part
    return head.removesuffix("&")
