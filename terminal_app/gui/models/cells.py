"""The cells that tables of the account share: times, sides, signed money."""

from __future__ import annotations

import time
from decimal import Decimal

from terminal_app.domain.instrument import Instrument, decimals_of
from terminal_app.domain.market import Side
from terminal_app.gui.format import date_time_text, decimal_text
from terminal_app.gui.widgets.table_rows import Cell, Tone

MONEY = frozenset({"USDT", "USDC", "FDUSD", "BUSD", "TUSD", "USD", "EUR", "TRY", "BRL"})


def time_cell(time_ms: int) -> Cell:
    """Return a moment; the day is only written where it is not today's, the hint always has it."""
    whole = date_time_text(time_ms)
    is_today = whole[:10] == date_time_text(time.time_ns() // 1_000_000)[:10]
    return Cell(whole[11:] if is_today else whole[:16], Tone.MUTED, whole)


def decimals(instrument: Instrument | None) -> tuple[int | None, int | None]:
    """Return how many decimals prices and sizes have, None for all there are."""
    if instrument is None:
        return None, None
    return decimals_of(instrument.tick_size), decimals_of(instrument.step_size)


def side_tone(side: Side) -> Tone:
    """Return the colour of a side."""
    return Tone.BUY if side is Side.BUY else Tone.SELL


def side_word(side: Side) -> str:
    """Return a side as a word and an arrow."""
    return "▲ Buy" if side is Side.BUY else "▼ Sell"


def signed_tone(value: Decimal | None) -> Tone:
    """Return the colour of won or lost."""
    if value is None or value == 0:
        return Tone.MUTED
    return Tone.BUY if value > 0 else Tone.SELL


def signed_cell(value: Decimal | None, places: int = 2, hint: str = "") -> Cell:
    """Return money won or lost, with its sign."""
    return Cell(decimal_text(value, places, signed=True), signed_tone(value), hint)


def money_decimals(asset: str) -> int:
    """Return how many decimals an amount of an asset shows."""
    return 2 if asset in MONEY else 8
