"""The venue's time: measured, told with how far this computer's clock has moved since."""

from __future__ import annotations

import asyncio
import time

import pytest

from terminal_app.errors import NotConnected
from terminal_app.tasks import TaskScope
from terminal_app.venues.binance.clock import ServerClock
from tests.helpers.eventually import eventually

SERVER_AHEAD_MS = 700


class Wall:
    """Be a clock on the wall that a person may set, and a venue whose time is right."""

    def __init__(self) -> None:
        self.set_by_ms = 0
        self.asked = 0

    def now_ms(self) -> float:
        """Return the time it shows."""
        return time.time() * 1000 + self.set_by_ms

    async def server_ms(self) -> int:
        """Return the venue's time."""
        self.asked += 1
        return int(time.time() * 1000) + SERVER_AHEAD_MS


async def test_nothing_is_stamped_before_the_time_is_known() -> None:
    wall = Wall()
    clock = ServerClock(wall.server_ms, wall.now_ms)
    assert clock.reading is None
    with pytest.raises(NotConnected):
        clock.timestamp_ms()
    await clock.ensure()
    assert abs(clock.timestamp_ms() - wall.now_ms() - SERVER_AHEAD_MS) < 100


async def test_a_clock_that_is_set_is_told_until_it_is_measured_anew() -> None:
    wall = Wall()
    clock = ServerClock(wall.server_ms, wall.now_ms)
    await clock.measure()
    reading = clock.reading
    assert reading is not None
    assert abs(reading.offset_ms - SERVER_AHEAD_MS) < 100
    assert abs(reading.moved_ms) < 100
    wall.set_by_ms = 5000
    moved = clock.reading
    assert moved is not None
    assert abs(moved.moved_ms - 5000) < 100
    assert abs(moved.offset_ms - (SERVER_AHEAD_MS - 5000)) < 100
    await clock.measure()
    again = clock.reading
    assert again is not None
    assert abs(again.moved_ms) < 100


async def test_a_jump_is_measured_soon() -> None:
    wall = Wall()
    clock = ServerClock(wall.server_ms, wall.now_ms)
    async with TaskScope("clock") as tasks:
        tasks.spawn(clock.run(), "run")
        await eventually(lambda: wall.asked)
        await eventually(lambda: clock.reading is not None)
        asked = wall.asked
        wall.set_by_ms = -3000
        await eventually(lambda: wall.asked > asked)


async def test_what_can_wait_is_not_stamped_by_a_clock_in_doubt() -> None:
    wall = Wall()
    clock = ServerClock(wall.server_ms, wall.now_ms)
    await clock.be_sure()
    once = wall.asked
    await clock.be_sure()
    assert wall.asked == once
    wall.set_by_ms = 5000
    await clock.be_sure()
    assert wall.asked == 2 * once
    clock.doubt()
    await asyncio.gather(*(clock.be_sure() for _ in range(4)))
    assert wall.asked == 3 * once
    # What must not wait takes the time that is known.
    clock.doubt()
    await clock.ensure()
    assert wall.asked == 3 * once
