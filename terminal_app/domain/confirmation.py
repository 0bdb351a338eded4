"""How a person confirms an order before it leaves."""

from __future__ import annotations

from enum import StrEnum


class Confirmation(StrEnum):
    """Name what stands between a press and an order."""

    NONE = "none"
    HOLD = "hold"
    DIALOG = "dialog"
