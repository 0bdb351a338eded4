"""The same seed and the same inputs give the same bytes, here, elsewhere and after a restore."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from terminal_app.practice.snapshot import SnapshotError, Snapshots
from tests.helpers.event_hash import Script
from tests.helpers.practice import REPOSITORY

EVENTS = 10_000


def snapshots(script: Script, secret: str = "secret") -> Snapshots:
    exchange = script.exchange
    fixed = {**exchange.fixed(), "script": script}
    return Snapshots(exchange.anchors(), fixed, secret)


def in_another_process(seed: int, hash_seed: int) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(
        [sys.executable, "-m", "tests.helpers.event_hash", str(seed), str(EVENTS)],
        check=True,
        capture_output=True,
        encoding="utf-8",
        env=environment,
        timeout=60,
    ).stdout


def test_same_seed_same_bytes_in_every_process() -> None:
    here = Script(7).run(EVENTS)
    assert here == in_another_process(7, 1) == in_another_process(7, 2)
    assert here != Script(8).run(EVENTS)


def test_going_on_from_a_snapshot_gives_the_same_bytes() -> None:
    script = Script(3)
    script.run(3_000)
    step, data = script.step_number, freeze(script)
    without = script.run(EVENTS)
    names = {event.split(b"{")[0] for event in script.lines}
    assert {b"OrderEvent", b"OrderListEvent", b"SpotAccountChanged", b"UsdmAccountChanged"} <= names

    thaw(script, data, step)
    assert script.run(EVENTS) == without
    thaw(script, data, step)
    assert script.run(EVENTS) == without


def test_a_snapshot_goes_on_in_another_exchange() -> None:
    script = Script(3)
    script.run(2_000)
    step, data = script.step_number, freeze(script)
    other = Script(99)
    other.run(500)
    thaw(other, data, step)
    assert other.run(3_000) == script.run(3_000)


def test_account_file_follows_the_restore() -> None:
    script = Script(3)
    script.run(2_000)
    step, data = script.step_number, freeze(script)
    before = script.exchange.store.dump()
    script.run(2_000)
    assert script.exchange.store.dump() != before
    thaw(script, data, step)
    assert script.exchange.store.dump() == before


@pytest.mark.parametrize("damage", ["other secret", "byte", "head", "cut"])
def test_foreign_bytes_are_refused_and_change_nothing(damage: str) -> None:
    script = Script(3)
    script.run(200)
    data = freeze(script)
    if damage == "byte":
        data = data[:-1] + bytes([data[-1] ^ 1])
    elif damage == "head":
        data = b"x" + data
    elif damage == "cut":
        data = data[:40]
    secret = "other" if damage == "other secret" else "secret"
    market_time = script.exchange.spot.now_ms
    with pytest.raises(SnapshotError):
        snapshots(script, secret).thaw(data)
    assert script.exchange.spot.now_ms == market_time


def freeze(script: Script) -> bytes:
    return snapshots(script).freeze(script.exchange.store.dump())


def thaw(script: Script, data: bytes, step: int) -> None:
    dump = snapshots(script).thaw(data)
    script.clock.time_ms = script.clock.time_ms - (script.step_number - step) * 250
    script.step_number = step
    script.exchange.go_on_with(dump)
