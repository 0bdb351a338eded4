"""What a broken or foreign answer looks like."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from terminal_app.practice.wire.numbers import encode

HTML: Final = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in</body></html>"
GARBAGE: Final = b'{"orderId":\x00\xff\xfe,,"status"'

_TIMEOUT = (
    "Timeout waiting for response from backend server. "
    "Send status unknown; execution status unknown."
)
_BUS = "An unexpected response was received from the message bus. Execution status unknown."
_OVERLOADED = (
    "Server is currently overloaded with other requests. Please try again in a few minutes."
)
_THROTTLED = (
    "Request throttled by system-level protection. "
    "Reduce-only/close-position orders are exempt. Please try again."
)
# name: (HTTP status, code, text); the four texts of 503 are those of USDⓈ-M.
ERRORS: Final[Mapping[str, tuple[int, int, str]]] = {
    "unknown": (503, -1000, "Unknown error, please check your request or try again later."),
    "unavailable": (503, -1000, "Service Unavailable."),
    "internal": (
        503,
        -1001,
        "Internal error; unable to process your request. Please try again.",
    ),
    "throttled": (503, -1008, _THROTTLED),
    "bus": (500, -1006, _BUS),
    "timeout": (504, -1007, _TIMEOUT),
    "request_timeout": (408, -1007, _TIMEOUT),
    "overloaded": (503, -1008, _OVERLOADED),
}


def error_of(options: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    """Return HTTP status and body of a named error; status, code and msg may be given instead."""
    status, code, message = ERRORS[options.get("error", "unknown")]
    body = {"code": options.get("code", code), "msg": options.get("msg", message)}
    return options.get("status", status), body


def edited(frame: bytes, options: Mapping[str, Any]) -> bytes:
    """Set and drop fields of a JSON text wherever they lie, by dotted names.

    A name's parts are keys; a list on the way means each of its items. What does not fit is left.
    """
    try:
        value = msgspec.json.decode(frame)
    except msgspec.DecodeError:
        return frame
    for name in options.get("drop", ()):
        for holder, key in _places(value, name.split(".")):
            holder.pop(key, None)
    for name, new in options.get("set", {}).items():
        for holder, key in _places(value, name.split(".")):
            holder[key] = new
    return encode(value)


def _places(value: Any, parts: list[str]) -> list[tuple[dict[str, Any], str]]:
    if isinstance(value, list):
        return [place for item in value for place in _places(item, parts)]
    if not isinstance(value, dict):
        return []
    if len(parts) == 1:
        return [(value, parts[0])]
    return _places(value.get(parts[0]), parts[1:])
