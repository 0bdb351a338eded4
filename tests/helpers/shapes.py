"""Compare the shape of JSON: the keys, and the kind of value behind each."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any


def shape_differences(
    documented: Any, served: Any, left_out: Collection[str] = (), path: str = "$"
) -> list[str]:
    """Return where `served` lacks a documented key or holds another kind of value.

    A documented null says nothing about the kind; of lists the first items are compared; keys
    in `left_out` may be absent.
    """
    if documented is None:
        return []
    if _kind(documented) != _kind(served):
        return [f"{path}: documented {_kind(documented)}, served {_kind(served)}"]
    if isinstance(documented, dict):
        differences: list[str] = []
        for key, value in documented.items():
            if key in served:
                inner = f"{path}.{key}"
                differences += shape_differences(value, served[key], left_out, inner)
            elif key not in left_out:
                differences.append(f"{path}.{key}: absent")
        return differences
    if isinstance(documented, list) and documented:
        if not served:
            return [f"{path}: served an empty list"]
        return shape_differences(documented[0], served[0], left_out, f"{path}[0]")
    return []


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "number"
    return type(value).__name__
