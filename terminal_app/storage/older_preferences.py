"""Bring settings that an earlier version wrote up to what this one reads."""

from __future__ import annotations

from typing import Any

import msgspec

from terminal_app.domain.confirmation import Confirmation

# Once a yes or no for each kind of environment; live was always asked about.
_CONFIRMED = {"confirm_practice_orders": "practice", "confirm_testnet_orders": "testnet"}
# The program always starts on practice now.
_GONE = ("environment",)


def brought_up(content: bytes) -> bytes:
    """Return a settings file as this version writes it; what is no such file stays as it is."""
    try:
        settings = msgspec.json.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return content
    if not isinstance(settings, dict) or not settings.keys() & {*_CONFIRMED, *_GONE}:
        return content
    return msgspec.json.encode(_renewed(settings))


def _renewed(settings: dict[str, Any]) -> dict[str, Any]:
    for name in _GONE:
        settings.pop(name, None)
    for name, kind in _CONFIRMED.items():
        is_asked = settings.pop(name, None)
        kept = settings.setdefault("confirmations", {})
        # What is neither yes nor no is left to what holds where nothing is set.
        if isinstance(is_asked, bool) and isinstance(kept, dict):
            kept.setdefault(kind, Confirmation.DIALOG if is_asked else Confirmation.NONE)
    return settings
