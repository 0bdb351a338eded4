"""Words of lines never hide each other, and stay as near to their lines as that allows."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.gui.chart.line_labels import Obstacle, stacked

HEIGHT, BOTTOM = 21.0, 600.0
ROOM = (0.0, BOTTOM)


def test_words_with_room_stay_where_they_are() -> None:
    assert stacked([30, 200, 90], HEIGHT, ROOM) == [30, 200, 90]
    assert stacked([], HEIGHT, ROOM) == []


def test_words_at_one_price_share_the_way() -> None:
    assert stacked([100, 100], HEIGHT, ROOM) == [89.5, 110.5]
    assert stacked([100, 110], HEIGHT, ROOM) == [94.5, 115.5]


def test_words_keep_off_what_does_not_give_way() -> None:
    (above, below) = stacked([95, 105], HEIGHT, ROOM, Obstacle(100, 100, 32))
    assert above == pytest.approx(100 - 26.5, abs=0.1)
    assert below == pytest.approx(100 + 26.5, abs=0.1)


def test_words_are_above_or_below_what_does_not_give_way_as_their_prices_are() -> None:
    (above, below) = stacked([99, 101], HEIGHT, ROOM, Obstacle(100, 107, 32))
    assert above < 100 < below


def test_words_at_the_edge_stay_inside() -> None:
    assert stacked([0, 0, 3], HEIGHT, ROOM) == [10.5, 31.5, 52.5]
    assert stacked([0], HEIGHT, (36, BOTTOM)) == [46.5]
    assert stacked([BOTTOM, BOTTOM], HEIGHT, ROOM) == [BOTTOM - 31.5, BOTTOM - 10.5]


@given(
    st.lists(st.floats(0, BOTTOM), max_size=20),
    st.none() | st.floats(20, BOTTOM - 20).map(lambda y: Obstacle(y, y + 7, 32)),
)
def test_no_words_hide_others(wanted: list[float], obstacle: Obstacle | None) -> None:
    placed = stacked(wanted, HEIGHT, ROOM, obstacle)
    middles = sorted(placed)
    assert all(below - above >= HEIGHT - 1e-6 for above, below in pairwise(middles))
    assert all(HEIGHT / 2 - 1e-6 <= middle <= BOTTOM - HEIGHT / 2 + 1e-6 for middle in middles)
    order = sorted(range(len(wanted)), key=lambda number: wanted[number])
    assert [placed[number] for number in order] == middles
