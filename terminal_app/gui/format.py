"""Turn values into text for people and their text back into values: the one place that does."""

import re
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

from terminal_app.domain.instrument import plain

# As narrow as the thin space, and no line is broken at it: "80 000" never becomes "80" and "000".
THIN_SPACE = "\u202f"
MINUS = "\u2212"
UNKNOWN = "—"

_SPACES = " \u00a0\u2009\u202f"
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
_GROUPED = re.compile(rf"[+-]?\d{{1,3}}([{_SPACES}]\d{{3}})+(\.\d*)?", re.ASCII)
_COMPACT = ((Decimal(10) ** 12, "T"), (Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"))


def decimal_text(
    value: Decimal | None, decimals: int | None = None, *, signed: bool = False
) -> str:
    """Write a number with thin separators, a true minus and, if signed, an explicit plus.

    Rounds half to even to `decimals` places; keeps every digit when it is None. A missing value
    is a dash, never a zero.
    """
    if value is None or not value.is_finite():
        return UNKNOWN
    if decimals is not None:
        value = _rounded(value, decimals)
    whole, point, fraction = format(abs(value), "f").partition(".")
    sign = MINUS if value < 0 else "+" if signed and value > 0 else ""
    return sign + _grouped(whole) + point + fraction


def step_text(step: Decimal) -> str:
    """Write a tick, a step or a multiple of one without trailing zeros: "0.1", "100"."""
    return decimal_text(Decimal(plain(step)))


def percent_text(percent: Decimal | None, decimals: int = 2, *, signed: bool = True) -> str:
    """Write a percentage that is already in percent: Decimal("1.99") becomes "+1.99 %"."""
    text = decimal_text(percent, decimals, signed=signed)
    return text if text == UNKNOWN else f"{text}{THIN_SPACE}%"


def compact_text(value: Decimal | None) -> str:
    """Write a volume in three to five significant digits: "1.12 B", "18 204", "0.532"."""
    if value is None or not value.is_finite():
        return UNKNOWN
    for unit, letter in _COMPACT:
        if abs(value) >= unit:
            return f"{decimal_text(value / unit, 2)}{THIN_SPACE}{letter}"
    size = abs(value)
    return decimal_text(value, 0 if size >= 1000 else 2 if size >= 1 else 4)


def edit_text(value: Decimal, decimals: int | None = None) -> str:
    """Write a number as a person would type it: no separators, a hyphen as minus."""
    return format(value if decimals is None else _rounded(value, decimals), "f")


def parse_decimal(text: str) -> Decimal:
    """Read a number that a person typed; raise ValueError with what to type instead.

    Spaces may group thousands. A comma is refused, because "1,234" is a thousand in one country
    and a fraction in another.
    """
    typed = text.strip().replace(MINUS, "-")
    if not typed:
        raise ValueError("Type a number, for example 0.001")
    if "," in typed:
        raise ValueError(_comma_advice(text.strip(), typed))
    if _PLAIN.fullmatch(typed) or _GROUPED.fullmatch(typed):
        return Decimal(re.sub(f"[{_SPACES}]", "", typed))
    raise ValueError(f"“{text.strip()}” is not a number: type digits and one point, like 1234.5")


def time_text(time_ms: int) -> str:
    """Write the local time of day, HH:MM:SS."""
    return datetime.fromtimestamp(time_ms / 1000).strftime("%H:%M:%S")


def date_time_text(time_ms: int) -> str:
    """Write the local date and time to the second, in the order that sorts."""
    return datetime.fromtimestamp(time_ms / 1000).strftime("%Y-%m-%d %H:%M:%S")


def countdown_text(remaining_ms: int) -> str:
    """Write a remaining time: "03:12", "02:14:09", "3 d 02:14"; never below zero."""
    minutes, seconds = divmod(max(0, -(-remaining_ms // 1000)), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours:02}:{minutes:02}"
    return f"{hours:02}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def age_text(age_ms: int) -> str:
    """Write how old something is in its largest unit: "12 s", "4 min", "3 h"."""
    seconds = max(0, age_ms) // 1000
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"


def span_text(span_ms: int) -> str:
    """Write how long something lasts in its two largest units: "2 d 3 h", "1 h 15 min", "40 s"."""
    seconds = abs(span_ms) // 1000
    parts = [(seconds // 86400, "d"), (seconds // 3600 % 24, "h"), (seconds // 60 % 60, "min")]
    named = [f"{count} {unit}" for count, unit in (*parts, (seconds % 60, "s")) if count]
    return " ".join(named[:2]) or "0 s"


def _rounded(value: Decimal, decimals: int) -> Decimal:
    rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)
    return rounded if rounded else abs(rounded)


def _grouped(digits: str) -> str:
    return f"{int(digits):,}".replace(",", THIN_SPACE) if len(digits) > 3 else digits


def _comma_advice(shown: str, typed: str) -> str:
    bare = re.sub(f"[{_SPACES}]", "", typed)
    if bare.count(",") == 1 and "." not in bare:
        fraction, whole = bare.replace(",", "."), bare.replace(",", "")
        if len(bare.partition(",")[2]) != 3 or bare.lstrip("+-").startswith(("0", ",")):
            return f"“{shown}” has a comma: type {fraction} with a point"
        return f"“{shown}” can mean two numbers: type {whole} or {fraction}"
    return f"“{shown}” has commas: type {bare.replace(',', '')} without them"
