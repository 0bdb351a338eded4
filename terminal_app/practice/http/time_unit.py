"""Times in milliseconds or in microseconds, as the client asks (Binance spot, timeUnit)."""

from collections.abc import Mapping
from typing import Any, Final

from terminal_app.practice.errors import ExchangeError

# Epoch milliseconds from 2001 to 2096. No other number of a spot answer is as large.
_TIMES_MS: Final = range(10**12, 4 * 10**12)


def wants_microseconds(text: str | None) -> bool:
    """Read a time unit, milliseconds by default; error -1194 for any other word."""
    if text is None or text.upper() == "MILLISECOND":
        return False
    if text.upper() == "MICROSECOND":
        return True
    raise ExchangeError(
        -1194, "Invalid value for time unit; expected either MICROSECOND or MILLISECOND."
    )


def in_microseconds(value: Any) -> Any:
    """Return an answer with every time in it in microseconds."""
    match value:
        case bool():
            return value
        case int() if value in _TIMES_MS:
            return value * 1_000
        case Mapping():
            return {name: in_microseconds(item) for name, item in value.items()}
        case list() | tuple():
            return [in_microseconds(item) for item in value]
        case _:
            return value
