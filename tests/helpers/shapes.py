"""Compare the shape of JSON: the keys, and the kind of value behind each."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def shape_differences(
    documented: Any, served: Any, left_out: Collection[str] = (), path: str = "$"
) -> list[str]:
    """Return where `served` lacks a documented key or holds another kind of value.

    Text that holds a number is a kind of its own, and empty text is any text. A documented null
    says nothing about the kind; of lists the first items are compared, of rows (a candle, a level)
    every column; keys in `left_out` may be absent.
    """
    if documented is None:
        return []
    if "" in (documented, served) and isinstance(documented, str) and isinstance(served, str):
        return []
    if _kind(documented) != _kind(served):
        return [f"{path}: documented {_kind(documented)}, served {_kind(served)}"]
    if isinstance(documented, dict):
        return _object_differences(documented, served, left_out, path)
    if isinstance(documented, list) and documented:
        if not served:
            return [f"{path}: served an empty list"]
        if _is_row(documented):
            return _row_differences(documented, served, left_out, path)
        return shape_differences(documented[0], served[0], left_out, f"{path}[0]")
    return []


def undocumented_keys(documented: Iterable[Any], served: Any, path: str = "$") -> list[str]:
    """Return the keys of `served` that none of several documented payloads has."""
    known = [value for value in documented if _kind(value) == _kind(served)]
    if isinstance(served, dict):
        found: list[str] = []
        for key, value in served.items():
            holders = [one[key] for one in known if key in one]
            if not holders:
                found.append(f"{path}.{key}")
            else:
                found += undocumented_keys(holders, value, f"{path}.{key}")
        return found
    if isinstance(served, list) and served and not _is_row(served):
        inner = [one[0] for one in known if one]
        return undocumented_keys(inner, served[0], f"{path}[0]") if inner else []
    return []


def _object_differences(
    documented: dict[str, Any], served: dict[str, Any], left_out: Collection[str], path: str
) -> list[str]:
    differences: list[str] = []
    for key, value in documented.items():
        if key in served:
            differences += shape_differences(value, served[key], left_out, f"{path}.{key}")
        elif key not in left_out:
            differences.append(f"{path}.{key}: absent")
    return differences


def _row_differences(
    documented: list[Any], served: list[Any], left_out: Collection[str], path: str
) -> list[str]:
    if len(served) < len(documented):
        return [f"{path}: documented {len(documented)} columns, served {len(served)}"]
    pairs = enumerate(zip(documented, served, strict=False))
    return [
        difference
        for column, (wanted, value) in pairs
        for difference in shape_differences(wanted, value, left_out, f"{path}[{column}]")
    ]


def _is_row(values: list[Any]) -> bool:
    """Tell a row of columns, such as a candle or a level, from a list of alike things."""
    return any(_kind(value).startswith("number") for value in values)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "number in text" if _NUMBER.fullmatch(value) else "text"
    return type(value).__name__
