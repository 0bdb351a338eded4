"""What time it is at a venue."""

from __future__ import annotations

import time

from terminal_app.venues.base import Venue


def venue_now_ms(venue: Venue) -> int:
    """Return the venue's time, this computer's while that is not known."""
    clock = venue.clock
    return time.time_ns() // 1_000_000 + (clock.offset_ms if clock is not None else 0)
