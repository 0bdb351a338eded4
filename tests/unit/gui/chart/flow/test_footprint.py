"""What was traded inside bars, against a plain count."""

from collections import defaultdict

import numpy as np
import pytest

from terminal_app.gui.chart.flow.footprint import Cells, Footprints, TradeTape
from terminal_app.gui.chart.series import FloatColumn, IntColumn

MINUTE_MS = 60_000


def random_trades(count: int, seed: int = 3) -> tuple[IntColumn, FloatColumn, FloatColumn]:
    """Return times, prices on a tick of 0.1 and signed sizes."""
    random = np.random.default_rng(seed)
    times = np.sort(random.integers(0, 5 * MINUTE_MS, count))
    prices = np.round(1000 + random.integers(-50, 51, count) / 10, 1)
    sizes = random.integers(1, 100, count) / 100 * random.choice([-1, 1], count)
    return times, prices, sizes


def by_hand(
    times: IntColumn, prices: FloatColumn, sizes: FloatColumn, bar: int
) -> dict[int, tuple[float, float]]:
    """Return what was sold and bought in each bin of 0.5 of a minute."""
    cells: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for time, price, size in zip(times.tolist(), prices.tolist(), sizes.tolist(), strict=True):
        if time // MINUTE_MS == bar:
            cells[round(price * 10) // 5][size > 0] += abs(size)
    return {key: (sold, bought) for key, (sold, bought) in cells.items()}


def cells_of(footprints: Footprints, bars: int, step: float = 0.5) -> list[Cells | None]:
    """Return the cells of the first minutes."""
    opens = MINUTE_MS * np.arange(bars, dtype=np.int64)
    return [cells for _, cells in footprints.of(opens, opens + MINUTE_MS, step)]


def test_cells_are_what_a_plain_count_gives_however_the_trades_come() -> None:
    times, prices, sizes = random_trades(3000)
    tape = TradeTape()
    footprints = Footprints(tape)
    random = np.random.default_rng(1)
    start = 0
    while start < len(times):
        end = start + int(random.integers(1, 200))
        tape.add(times[start:end], prices[start:end], sizes[start:end])
        cells_of(footprints, 5)
        start = end
    for bar, cells in enumerate(cells_of(footprints, 5)):
        assert cells is not None
        expected = by_hand(times, prices, sizes, bar)
        assert cells.bins.tolist() == sorted(expected)
        for place, sold, bought in zip(cells.bins, cells.sold, cells.bought, strict=True):
            assert (sold, bought) == pytest.approx(expected[int(place)])
        assert cells.volume == pytest.approx(sum(map(sum, expected.values())))
        assert cells.delta == pytest.approx(sum(b - s for s, b in expected.values()))
        most = max(expected, key=lambda key: sum(expected[key]))
        assert sum(expected[cells.point_of_control]) == pytest.approx(sum(expected[most]))
        assert cells.most == pytest.approx(max(map(max, expected.values())))


def test_a_bar_without_known_trades_has_no_cells() -> None:
    tape = TradeTape()
    tape.add(np.array([MINUTE_MS]), np.array([1000.0]), np.array([1.0]))
    first, second = cells_of(Footprints(tape), 2)
    assert first is None
    assert second is not None


def test_only_the_bar_that_trades_came_into_is_made_anew() -> None:
    tape = TradeTape()
    tape.add(*random_trades(2000))
    footprints = Footprints(tape)
    before = cells_of(footprints, 5)
    tape.add(np.array([4 * MINUTE_MS + 59_999]), np.array([1000.0]), np.array([1.0]))
    after = cells_of(footprints, 5)
    assert [one is other for one, other in zip(before, after, strict=True)] == [True] * 4 + [False]
    assert cells_of(footprints, 5, step=1.0)[0] is not before[0]


def test_the_oldest_quarter_goes_when_there_are_too_many() -> None:
    times, prices, sizes = random_trades(1000)
    tape = TradeTape(most=400)
    for start in range(0, 1000, 50):
        tape.add(times[start : start + 50], prices[start : start + 50], sizes[start : start + 50])
    assert len(tape) <= 400
    assert tape.dropped + len(tape) == 1000
    assert tape.time_ms.tolist() == times[tape.dropped :].tolist()
    assert tape.signed_size.tolist() == sizes[tape.dropped :].tolist()


def test_a_burst_larger_than_the_tape_leaves_its_end() -> None:
    times, prices, sizes = random_trades(1000)
    tape = TradeTape(most=300)
    tape.add(times[:100], prices[:100], sizes[:100])
    tape.add(times[100:], prices[100:], sizes[100:])
    assert tape.price.tolist() == prices[-300:].tolist()
    assert tape.dropped == 700


def test_times_never_go_back() -> None:
    tape = TradeTape()
    for time in (10, 7, 12):
        tape.add(np.array([time]), np.array([1.0]), np.array([1.0]))
    assert tape.time_ms.tolist() == [10, 10, 12]


def test_an_imbalance_compares_with_the_other_side_a_step_away() -> None:
    # Buyers lift what stands above those whom sellers hit: the two meet diagonally.
    cells = Cells(
        np.array([10, 11, 12, 20]), np.array([2.0, 1.0, 9.0, 5.0]),
        np.array([1.0, 7.0, 2.0, 50.0]), 50.0,
    )  # fmt: skip
    assert cells.bought_imbalances(3).tolist() == [False, True, False, False]
    assert cells.sold_imbalances(3).tolist() == [False, False, False, False]
    assert cells.sold_imbalances(0.4).tolist() == [False, True, False, False]
