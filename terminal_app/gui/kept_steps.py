"""Read what was kept of a symbol: how far apart rows are, and the least size that is shown."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal, InvalidOperation

from terminal_app.domain.instrument import ZERO, Instrument

AUTOMATIC = "auto"


def kept_key(instrument: Instrument) -> str:
    """Return under which name a symbol's choices are kept."""
    return f"{instrument.market.value}:{instrument.symbol}"


def step_words(step: Decimal | None) -> str:
    """Return a step as it is kept, None for an automatic one."""
    return AUTOMATIC if step is None else format(step, "f")


def kept_step(text: str, steps: Collection[Decimal], first: Decimal | None) -> Decimal | None:
    """Return the step that was kept, ``first`` where there is none or it is not offered."""
    if text == AUTOMATIC:
        return None
    step = _number(text)
    return step if step in steps else first


def kept_size(text: str) -> Decimal:
    """Return the least size that was kept, nothing where that is no size."""
    size = _number(text)
    return size if size is not None and size.is_finite() and size > 0 else ZERO


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
