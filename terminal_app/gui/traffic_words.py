"""What goes to the exchange and comes back, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator

from terminal_app.gui.format import UNKNOWN
from terminal_app.venues.traffic import Latency, TrafficFigures

NEARLY_FULL = 0.6
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def traffic_figure(figures: TrafficFigures) -> tuple[str, str]:
    """Return the words for the fullest of the exchange's limits, or its pause, and their role."""
    if figures.is_banned:
        return f"Banned for {_left(figures.pause_s)}", "danger"
    if figures.pause_s > 0:
        return f"Paused for {_left(figures.pause_s)}", "warning"
    if figures.orders_pause_s > 0:
        return f"No new orders for {_left(figures.orders_pause_s)}", "warning"
    if not figures.limits:
        return f"Limits {UNKNOWN}", "muted"
    fullest = max(one.used / max(one.limit, 1) for one in figures.limits)
    role = "warning" if fullest >= NEARLY_FULL else "muted"
    return f"Limits {math.ceil(100 * fullest)} %", role


def traffic_lines(figures: TrafficFigures) -> str:
    """Return every figure in a line of its own."""
    return "\n".join(_lines(figures))


def _lines(figures: TrafficFigures) -> Iterator[str]:
    for limit in figures.limits:
        name = {"weight": "Request weight", "orders": "New orders"}.get(limit.name, limit.name)
        yield f"{name}: {limit.used} of {limit.limit} in {_length(limit.interval_s)}"
    for way, latency in (
        ("Orders by WebSocket", figures.socket_latency),
        ("Orders by HTTPS", figures.rest_latency),
    ):
        if latency is not None:
            yield f"{way}: {_latency(latency)}"
    if figures.lost_connections:
        yield f"Lost connections: {figures.lost_connections}"
    for trouble, count in sorted(figures.troubles.items()):
        yield f"{trouble.value}: {count}"


def _left(seconds: float) -> str:
    return _length(max(math.ceil(seconds), 1))


def _length(seconds: int) -> str:
    for unit_s, name in _UNITS:
        # What is left of a ban is told in minutes from the third one on.
        if seconds >= unit_s and (seconds % unit_s == 0 or seconds >= 3 * unit_s):
            return f"{math.ceil(seconds / unit_s)} {name}"
    return f"{seconds} s"


def _latency(latency: Latency) -> str:
    last, half, most = (
        f"{microseconds / 1000:.1f}"
        for microseconds in (latency.last_us, latency.p50_us, latency.p99_us)
    )
    return f"newest {last} ms, p50 {half} ms, p99 {most} ms of {latency.count}"
