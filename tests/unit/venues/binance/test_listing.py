"""Symbols are read once, off the loop; what changed is read again, what cannot be read is told."""

from __future__ import annotations

import json
import threading

import msgspec
import pytest

from terminal_app.domain.instrument import Instrument
from terminal_app.errors import VenueUnclear
from terminal_app.venues.binance.listing import Listing
from terminal_app.venues.binance.spot import mapping


def row(symbol: str, status: str = "TRADING", *, is_spot: bool = True) -> msgspec.Raw:
    """Return a symbol as exchangeInfo has it."""
    text = {
        "symbol": symbol,
        "status": status,
        "baseAsset": symbol[:3],
        "quoteAsset": symbol[3:],
        "isSpotTradingAllowed": is_spot,
        "filters": [],
    }
    return msgspec.Raw(json.dumps(text).encode())


async def test_only_what_changed_is_read_again_and_never_on_the_loop() -> None:
    read: list[str] = []

    def reading(text: bytes) -> Instrument | None:
        assert threading.current_thread() is not threading.main_thread()
        read.append(json.loads(text)["symbol"])
        return mapping.read_instrument(text)

    listing = Listing(reading)
    rows = [row("BTCUSDT"), row("ETHUSDT"), row("XRPUSDT", is_spot=False)]
    first = await listing.instruments(rows)
    assert [one.symbol for one in first] == ["BTCUSDT", "ETHUSDT"]
    assert read == ["BTCUSDT", "ETHUSDT", "XRPUSDT"]
    second = await listing.instruments([*rows[:1], row("ETHUSDT", "BREAK"), row("SOLUSDT")])
    assert read[3:] == ["ETHUSDT", "SOLUSDT"]
    assert second[0] is first[0]
    assert [one.status for one in second] == ["TRADING", "BREAK", "TRADING"]


async def test_what_cannot_be_read_leaves_what_was_known() -> None:
    listing = Listing(mapping.read_instrument)
    (known,) = await listing.instruments([row("BTCUSDT")])
    with pytest.raises(VenueUnclear, match="cannot be read"):
        await listing.instruments([row("BTCUSDT"), msgspec.Raw(b'{"symbol": 5}')])
    assert (await listing.instruments([row("BTCUSDT")]))[0] is known
