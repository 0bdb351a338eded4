"""Check what is counted as traded at each price."""

from decimal import Decimal

from terminal_app.domain.market import Trade
from terminal_app.domain.traded_volume import STEPS_KEPT, TradedVolume

D = Decimal


def trade(price: str, size: str, time_ms: int = 1) -> Trade:
    """Return a trade."""
    return Trade(1, D(price), D(size), time_ms, False)


def test_rows_reach_from_their_price_to_the_next() -> None:
    volume = TradedVolume()
    for price, size in (("100.0", "1"), ("100.4", "2"), ("100.5", "4")):
        volume.add(trade(price, size))
    assert dict(volume.at_step(D("0.5"))) == {200: D(3), 201: D(4)}
    assert dict(volume.at_step(D("0.1"))) == {1000: D(1), 1004: D(2), 1005: D(4)}


def test_a_step_that_was_asked_for_is_kept_up_to_date() -> None:
    volume = TradedVolume()
    rows = volume.at_step(D(1))
    volume.add(trade("100.9", "3", time_ms=50))
    volume.add(trade("100.1", "3", time_ms=60))
    assert volume.at_step(D(1)) is rows
    assert dict(rows) == {100: D(6)}
    assert volume.since_ms == 50


def test_steps_long_unused_are_counted_anew() -> None:
    volume = TradedVolume()
    volume.add(trade("100", "1"))
    first = volume.at_step(D(1))
    for multiple in range(2, 2 + STEPS_KEPT):
        volume.at_step(D(multiple))
    assert volume.at_step(D(1)) is not first
    assert volume.at_step(D(1)) == first


def test_a_new_symbol_begins_with_nothing() -> None:
    volume = TradedVolume()
    volume.add(trade("100", "1"))
    volume.at_step(D(1))
    volume.clear()
    assert (volume.since_ms, dict(volume.at_step(D(1)))) == (0, {})
