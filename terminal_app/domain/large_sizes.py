"""Tell sizes that stand out from those around them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

LARGE_FACTOR = 4
# Among fewer sizes nothing can stand out.
LEAST_COUNT = 5


def large_from(sizes: Iterable[Decimal], factor: int = LARGE_FACTOR) -> Decimal | None:
    """Return the size from which on one is large: some times the median; None among too few."""
    ordered = sorted(sizes)
    if len(ordered) < LEAST_COUNT:
        return None
    return ordered[len(ordered) // 2] * factor
