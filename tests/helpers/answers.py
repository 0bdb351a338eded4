"""Say where an answer differs from what is wanted of it."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class Each(NamedTuple):
    """Want a list that is not empty and whose every entry is as wanted."""

    wanted: Any


def amount(value: object) -> bool:
    """Tell whether a value is a decimal number written as text, without an exponent."""
    return isinstance(value, str) and _AMOUNT.fullmatch(value) is not None


def fields(wanted: Any, names: str) -> dict[str, Any]:
    """Want the same of every name in a text of names."""
    return dict.fromkeys(names.split(), wanted)


def differences(wanted: Any, answer: Any, path: str = "$") -> list[str]:
    """Return the places where an answer is not as wanted.

    A dict wants its keys and lets others be, a list wants each entry, `Each` every entry, a type or
    a predicate holds of the value, anything else is equal to it.
    """
    match wanted:
        case dict():
            return _in_object(wanted, answer, path)
        case list() | tuple() if not isinstance(wanted, Each):
            if not isinstance(answer, list) or len(answer) != len(wanted):
                return [f"{path}: not a list of {len(wanted)}: {answer!r}"]
            pairs = zip(wanted, answer, strict=True)
            found = [differences(*pair, f"{path}[{n}]") for n, pair in enumerate(pairs)]
            return [text for texts in found for text in texts]
        case Each():
            if not isinstance(answer, list) or not answer:
                return [f"{path}: not a list with entries: {answer!r}"]
            return differences([wanted.wanted] * len(answer), answer, path)
        case type():
            is_right = type(answer) is wanted
        case _:
            is_right = wanted(answer) if callable(wanted) else answer == wanted
    return [] if is_right else [f"{path}: {_name(wanted)} wanted, {answer!r} came"]


def _in_object(wanted: dict[str, Any], answer: Any, path: str) -> list[str]:
    if not isinstance(answer, dict):
        return [f"{path}: not an object: {answer!r}"]
    found = [f"{path}.{key}: absent" for key in wanted if key not in answer]
    for key, value in wanted.items():
        if key in answer:
            found += differences(value, answer[key], f"{path}.{key}")
    return found


def _name(wanted: Any) -> str:
    return getattr(wanted, "__name__", None) or repr(wanted)
