"""What an answer to an order request proves. One function, and its default is: nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import httpx
import msgspec

from terminal_app.domain.instrument import Market
from terminal_app.errors import NotConnected
from terminal_app.venues.base import OutcomeKind

_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    # The way through a proxy was not opened.
    httpx.ProxyError,
    httpx.InvalidURL,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    NotConnected,
)
_UNPROVEN_CODES = {
    Market.SPOT: frozenset({-1000, -1001, -1006, -1007, -1008, -1016}),
    Market.USDM: frozenset({-1000, -1006, -1007}),
}
_DUPLICATE_TEXT = "Duplicate order sent"
_FUTURES_DUPLICATE = -4116
_FUTURES_FAILED_CODES = frozenset({-1001, -1008})
_FUTURES_FAILED_TEXTS = ("Service Unavailable", "Internal error; unable to process")
_REFUSED_WITHOUT_CODE = frozenset({403, 418, 429})
_UNREADABLE = "The answer cannot be read."


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold what came back: a status with a body, or the exception instead of them."""

    status: int | None = None
    body: bytes = b""
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class Classified:
    """Hold what an answer proves, with the venue's own words."""

    kind: OutcomeKind
    code: int | None = None
    message: str = ""


class ErrorBody(msgspec.Struct):
    """Hold the body of a refusal."""

    code: int
    message: str = msgspec.field(name="msg", default="")


class _OrderBody(msgspec.Struct):
    order_id: int = msgspec.field(name="orderId")


_decode_error = msgspec.json.Decoder(ErrorBody).decode
_decode_order = msgspec.json.Decoder(_OrderBody).decode


def error_body(body: bytes) -> ErrorBody | None:
    """Return a refusal's code and text, or None where the body is no refusal."""
    try:
        return _decode_error(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def classify(
    market: Market, answer: Answer, read: Callable[[bytes], object] = _decode_order
) -> Classified:
    """Return what an answer to an order request proves; ``read`` raises for what it is not.

    ============================================ ========= =========
    answer                                       spot      USDⓈ-M
    ============================================ ========= =========
    no connection, nothing written               NOT_SENT  NOT_SENT
    any other exception                          UNKNOWN   UNKNOWN
    2xx that reads as what was asked for         OK        OK
    2xx that does not, 3xx, 1xx                  UNKNOWN   UNKNOWN
    "Duplicate order sent." (-2010) / -4116      EXISTS    EXISTS
    4xx with a code                              REJECTED  REJECTED
    403, 418, 429 without a code (WAF, limits)   REJECTED  REJECTED
    other 4xx without a code                     UNKNOWN   UNKNOWN
    408                                          UNKNOWN   UNKNOWN
    -1000, -1006, -1007                          UNKNOWN   UNKNOWN
    -1001, -1008                                 UNKNOWN   REJECTED
    -1016                                        UNKNOWN   REJECTED
    503 "Service Unavailable."                   UNKNOWN   REJECTED
    503 "Internal error; unable to process …"    UNKNOWN   REJECTED
    every other 5xx                              UNKNOWN   UNKNOWN
    ============================================ ========= =========
    """
    if answer.error is not None or answer.status is None:
        return _classify_exception(answer.error)
    if 200 <= answer.status < 300:
        return _classify_success(answer.body, read)
    refusal = error_body(answer.body)
    code = refusal.code if refusal else None
    message = refusal.message if refusal else f"HTTP {answer.status} without a reason"
    return Classified(
        _refusal_kind(market, answer.status, code, message, answer.body), code, message
    )


def _classify_exception(error: BaseException | None) -> Classified:
    if isinstance(error, _NOT_SENT):
        text = str(error) if isinstance(error, NotConnected) else "No connection to the venue."
        return Classified(OutcomeKind.NOT_SENT, None, text)
    name = type(error).__name__ if error is not None else "nothing"
    return Classified(OutcomeKind.UNKNOWN, None, f"No answer that proves anything ({name}).")


def _classify_success(body: bytes, read: Callable[[bytes], object]) -> Classified:
    try:
        read(body)
    except (msgspec.MsgspecError, ValueError):
        return Classified(OutcomeKind.UNKNOWN, None, _UNREADABLE)
    return Classified(OutcomeKind.OK)


def _refusal_kind(
    market: Market, status: int, code: int | None, message: str, body: bytes
) -> OutcomeKind:
    if status >= 500:
        failed = market is Market.USDM and _futures_failed(status, code, body)
        return OutcomeKind.REJECTED if failed else OutcomeKind.UNKNOWN
    if status == 408 or not 400 <= status < 500 or code in _UNPROVEN_CODES[market]:
        return OutcomeKind.UNKNOWN
    if code is None and status not in _REFUSED_WITHOUT_CODE:
        return OutcomeKind.UNKNOWN
    if _is_duplicate(market, code, message):
        return OutcomeKind.EXISTS
    return OutcomeKind.REJECTED


def _is_duplicate(market: Market, code: int | None, message: str) -> bool:
    if market is Market.USDM:
        return code == _FUTURES_DUPLICATE
    return code == -2010 and _DUPLICATE_TEXT in message


def _futures_failed(status: int, code: int | None, body: bytes) -> bool:
    if status != 503:
        return False
    text = body.decode("utf-8", "replace")
    return code in _FUTURES_FAILED_CODES or any(part in text for part in _FUTURES_FAILED_TEXTS)
