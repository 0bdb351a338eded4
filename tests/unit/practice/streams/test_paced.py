"""Streams sent in a rhythm: how often, and what ends a candle of another zone."""

import json
from dataclasses import dataclass, field
from typing import Any

from terminal_app.practice.engine.kinds import Side
from terminal_app.practice.streams.force_orders import ForceOrderStreams
from terminal_app.practice.streams.format import SpotFormat
from terminal_app.practice.streams.hub import Hub, Listener
from terminal_app.practice.streams.paced import PacedStreams
from tests.helpers.engine import START_MS, QuietSpot, quiet_spot, quiet_usdm

MINUTE_MS = 60_000


@dataclass
class Ear:
    """Keep what is sent."""

    texts: list[bytes] = field(default_factory=list)

    def send(self, text: bytes) -> None:
        """Take one frame."""
        self.texts.append(text)

    def heard(self) -> list[Any]:
        """Return what was sent since the last time."""
        values = [json.loads(text) for text in self.texts]
        self.texts.clear()
        return values


def listen(hub: Hub, *names: str, combined: bool = False) -> Ear:
    ear = Ear()
    for name in names:
        hub.add(Listener(ear, combined), name)
    return ear


def paced_spot() -> tuple[QuietSpot, PacedStreams, Hub]:
    quiet, hub = quiet_spot(), Hub()
    paced = PacedStreams(quiet.market.data, SpotFormat(quiet.market), hub)
    return quiet, paced, hub


def trade(quiet: QuietSpot, paced: PacedStreams) -> None:
    quiet.offer(Side.SELL, "50000", "1")
    quiet.hit(Side.BUY, "1")
    for event in quiet.recorder.events:
        paced.on_event(event)
    quiet.recorder.events.clear()


def test_spot_candles_come_every_second_or_every_other() -> None:
    quiet, paced, hub = paced_spot()
    ear = listen(hub, "btcusdt@kline_1s", "btcusdt@kline_1m", combined=True)
    counts = dict.fromkeys(("btcusdt@kline_1s", "btcusdt@kline_1m"), 0)
    for second in range(1, 9):
        trade(quiet, paced)
        paced.tick(START_MS + second * 1_000 - 1_000, START_MS + second * 1_000)
        for frame in ear.heard():
            counts[frame["stream"]] += 1
    assert counts == {"btcusdt@kline_1s": 8, "btcusdt@kline_1m": 4}


def test_what_changed_can_be_told_before_it_is_due() -> None:
    quiet, paced, hub = paced_spot()
    ear = listen(hub, "btcusdt@depth", "btcusdt@kline_1m", "btcusdt@avgPrice", combined=True)
    trade(quiet, paced)
    paced.tick(START_MS, START_MS + 1)
    assert ear.heard() == []
    paced.flush()
    assert {frame["stream"] for frame in ear.heard()} == {"btcusdt@depth", "btcusdt@kline_1m"}
    paced.flush()
    assert ear.heard() == []


def test_a_candle_of_another_zone_is_closed_before_the_next() -> None:
    quiet, paced, hub = paced_spot()
    ear = listen(hub, "btcusdt@kline_1d@+08:00")
    trade(quiet, paced)
    paced.tick(START_MS, START_MS + 2_000)
    first = ear.heard()[-1]["k"]
    assert (first["t"] + 8 * 60 * MINUTE_MS) % (24 * 60 * MINUTE_MS) == 0
    assert first["x"] is False
    quiet.listing.tape.roll(first["T"] + 1)
    trade(quiet, paced)
    paced.tick(START_MS + 2_000, START_MS + 4_000)
    closed, opened = (event["k"] for event in ear.heard())
    assert (closed["t"], closed["x"], closed["n"]) == (first["t"], True, first["n"])
    assert (opened["t"], opened["x"]) == (first["T"] + 1, False)


def test_every_listener_of_a_stream_gets_the_same_bytes() -> None:
    hub = Hub()
    first, second = listen(hub, "btcusdt@trade"), listen(hub, "btcusdt@trade")
    wrapped = listen(hub, "btcusdt@trade", combined=True)
    hub.publish("btcusdt@trade", {"e": "trade"})
    assert first.texts == second.texts == [b'{"e":"trade"}']
    assert wrapped.texts == [b'{"stream":"btcusdt@trade","data":{"e":"trade"}}']


def test_the_largest_liquidation_of_a_second_is_told_once() -> None:
    quiet, hub = quiet_usdm(), Hub()
    streams = ForceOrderStreams(hub, has_crowd=True)
    one, every = listen(hub, "btcusdt@forceOrder"), listen(hub, "!forceOrder@arr")
    for number in range(1_200):
        quiet.offer(Side.SELL, "50000", "1")
        quiet.hit(Side.BUY, f"0.{number % 9 + 1}")
    for event in quiet.recorder.events:
        streams.on_event(event)
    streams.tick(START_MS, START_MS + 999)
    assert one.heard() == []
    streams.tick(START_MS, START_MS + 1_000)
    (told,) = one.heard()
    assert (told["o"]["S"], told["o"]["X"], told["o"]["l"]) == ("BUY", "FILLED", told["o"]["q"])
    assert [row["st"] for row in every.heard()] == [1]
    streams.tick(START_MS + 1_000, START_MS + 2_000)
    assert one.heard() == []


def test_a_recorded_market_has_no_made_up_liquidations() -> None:
    quiet, hub = quiet_usdm(), Hub()
    streams = ForceOrderStreams(hub, has_crowd=False)
    ear = listen(hub, "!forceOrder@arr")
    for _ in range(1_200):
        quiet.offer(Side.SELL, "50000", "1")
        quiet.hit(Side.BUY, "1")
    for event in quiet.recorder.events:
        streams.on_event(event)
    streams.tick(START_MS, START_MS + 1_000)
    assert ear.heard() == []
