"""What of the exchange's limits is shown, and in which colour."""

from __future__ import annotations

from dataclasses import replace

import pytest

from terminal_app.errors import Trouble
from terminal_app.gui.format import THIN_SPACE, UNKNOWN
from terminal_app.gui.traffic_words import order_count_figure, traffic_lines, weight_figure
from terminal_app.venues.traffic import Latency, LimitUse, TrafficFigures

NOTHING = TrafficFigures((), 0.0, 0.0, False, None, None, 0, {})
WEIGHT = LimitUse("weight", 60, 240, 6000)
ORDERS = LimitUse("orders", 10, 3, 100)
DAY = LimitUse("orders", 86_400, 3, 200_000)


@pytest.mark.parametrize(
    ("figures", "text", "role"),
    [
        (NOTHING, f"Weight {UNKNOWN}", "muted"),
        (replace(NOTHING, limits=(WEIGHT, ORDERS)), f"Weight 240 / 6{THIN_SPACE}000", "muted"),
        (
            replace(NOTHING, limits=(replace(WEIGHT, used=3600),)),
            f"Weight 3{THIN_SPACE}600 / 6{THIN_SPACE}000, filling",
            "warning",
        ),
        (
            replace(NOTHING, limits=(replace(WEIGHT, used=4800),)),
            f"Weight 4{THIN_SPACE}800 / 6{THIN_SPACE}000, nearly full",
            "danger",
        ),
        (replace(NOTHING, limits=(WEIGHT,), pause_s=6.2), "Paused for 7 s", "warning"),
        (replace(NOTHING, pause_s=119.5, is_banned=True), "Banned for 2 min", "danger"),
        (replace(NOTHING, pause_s=118.2, is_banned=True), "Banned for 119 s", "danger"),
        (replace(NOTHING, pause_s=3 * 86_400, is_banned=True), "Banned for 3 d", "danger"),
    ],
)
def test_the_weight_or_the_pause(figures: TrafficFigures, text: str, role: str) -> None:
    assert weight_figure(figures) == (text, role)


@pytest.mark.parametrize(
    ("figures", "text", "role"),
    [
        (NOTHING, f"Orders {UNKNOWN}", "muted"),
        (replace(NOTHING, limits=(WEIGHT, ORDERS)), "Orders 3 / 100 in 10 s", "muted"),
        (
            replace(NOTHING, limits=(replace(ORDERS, used=60), DAY)),
            "Orders 60 / 100 in 10 s, filling",
            "warning",
        ),
        (
            replace(NOTHING, limits=(ORDERS, replace(DAY, used=190_000))),
            f"Orders 190{THIN_SPACE}000 / 200{THIN_SPACE}000 in 1 d, nearly full",
            "danger",
        ),
        (replace(NOTHING, orders_pause_s=0.1), "No new orders for 1 s", "warning"),
    ],
)
def test_the_fullest_limit_of_orders(figures: TrafficFigures, text: str, role: str) -> None:
    assert order_count_figure(figures) == (text, role)


def test_every_figure_has_a_line() -> None:
    figures = replace(
        NOTHING,
        limits=(WEIGHT, ORDERS, DAY),
        socket_latency=Latency(1_240, 1_000, 9_960, 34),
        lost_connections=2,
        troubles={Trouble.RATE_LIMITED: 2, Trouble.FILTER: 1},
    )
    assert traffic_lines(figures).split("\n") == [
        "Request weight: 240 of 6000 in 1 min",
        "New orders: 3 of 100 in 10 s",
        "New orders: 3 of 200000 in 1 d",
        "Orders by WebSocket: newest 1.2 ms, p50 1.0 ms, p99 10.0 ms of 34",
        "Lost connections: 2",
        "FILTER: 1",
        "RATE_LIMITED: 2",
    ]
