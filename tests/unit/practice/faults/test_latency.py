"""Delays of each leg, and a jitter that follows from its seed."""

from terminal_app.practice.faults.latency import Latency, Leg


def test_legs_are_delayed_by_themselves() -> None:
    latency = Latency(1)
    assert latency.is_off
    latency.set(Leg.REPLY, 80, 0)
    assert not latency.is_off
    assert latency.seconds(Leg.REPLY) == 0.08
    assert latency.seconds(Leg.REQUEST) == 0
    latency.set(Leg.REPLY, 0, 0)
    assert latency.is_off


def test_jitter_comes_on_top_and_is_seeded() -> None:
    def delays(seed: int) -> list[float]:
        latency = Latency(seed)
        latency.set(Leg.STREAM, 10, 20)
        return [latency.seconds(Leg.STREAM) for _ in range(50)]

    assert delays(5) == delays(5) != delays(6)
    assert all(0.01 <= delay <= 0.03 for delay in delays(5))
    assert max(delays(5)) - min(delays(5)) > 0.01
    latency = Latency(6)
    latency.set(Leg.STREAM, 10, 20)
    latency.seconds(Leg.STREAM)
    latency.seed(5)
    assert [latency.seconds(Leg.STREAM) for _ in range(50)] == delays(5)


def test_every_leg_is_shown() -> None:
    latency = Latency(1)
    latency.set(Leg.ENGINE, 3, 1.5)
    shown = latency.to_json()
    assert set(shown) == {"request", "engine", "reply", "stream"}
    assert shown["engine"] == {"ms": 3, "jitter": 1.5}
