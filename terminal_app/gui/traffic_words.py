"""What goes to the exchange and comes back, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal

from terminal_app.gui.format import UNKNOWN, decimal_text
from terminal_app.venues.traffic import Latency, LimitUse, TrafficFigures

FILLING, NEARLY_FULL = 0.6, 0.8
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def weight_figure(figures: TrafficFigures) -> tuple[str, str]:
    """Return the words for the weight of what was asked, or for a pause, and their role."""
    if figures.is_banned:
        return f"Banned for {_left(figures.pause_s)}", "danger"
    if figures.pause_s > 0:
        return f"Paused for {_left(figures.pause_s)}", "warning"
    return _gauge("Weight", [one for one in figures.limits if one.name == "weight"], "")


def order_count_figure(figures: TrafficFigures) -> tuple[str, str]:
    """Return the words for the fullest limit of new orders, or for their pause, and their role."""
    if figures.orders_pause_s > 0:
        return f"No new orders for {_left(figures.orders_pause_s)}", "warning"
    uses = [one for one in figures.limits if one.name == "orders"]
    fullest = max(uses, key=_share, default=None)
    if fullest is None:
        return f"Orders {UNKNOWN}", "muted"
    return _gauge("Orders", [fullest], f" in {_length(fullest.interval_s)}")


def _gauge(name: str, uses: Sequence[LimitUse], window: str) -> tuple[str, str]:
    if not uses:
        return f"{name} {UNKNOWN}", "muted"
    use = max(uses, key=_share)
    text = f"{name} {decimal_text(Decimal(use.used))} / {decimal_text(Decimal(use.limit))}{window}"
    if _share(use) >= NEARLY_FULL:
        return f"{text}, nearly full", "danger"
    return (f"{text}, filling", "warning") if _share(use) >= FILLING else (text, "muted")


def _share(use: LimitUse) -> float:
    return use.used / max(use.limit, 1)


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
