"""A symbol is found by every way of writing it; a wrong name gets the nearest ones."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from functools import cache

import msgspec
import pytest

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.instrument_changes import changes_between
from terminal_app.domain.symbols import find_symbol, names_of
from terminal_app.errors import UnknownSymbol
from terminal_app.venues.binance.listing import ExchangeInfo
from terminal_app.venues.binance.usdm import symbols
from tests.helpers.market_values import instrument
from tests.helpers.shared import shared_json

VENUE = "Binance"
PAIRS = (("BTC", "USDT"), ("BTC", "USDC"), ("ETH", "USDT"), ("ETH", "BTC"), ("1000PEPE", "USDT"))


def listed(*pairs: tuple[str, str]) -> dict[str, Instrument]:
    """Return instruments of pairs, by symbol."""
    made = [
        replace(instrument(), symbol=base + quote, base_asset=base, quote_asset=quote)
        for base, quote in pairs or (*PAIRS, ("这是测试币", "456"))
    ]
    return {one.symbol: one for one in made}


@cache
def recorded() -> dict[str, Instrument]:
    """Return the 705 futures symbols of a recorded exchangeInfo."""
    source = shared_json("data/rules/usdm_exchangeInfo_2026-03-31_705symbols.json")
    info = msgspec.json.decode(json.dumps(source), type=ExchangeInfo)
    read = [symbols.read_instrument(bytes(row)) for row in info.symbols]
    return {one.symbol: one for one in read}


@pytest.mark.parametrize(
    "text",
    [
        "BTCUSDT",
        "btcusdt",
        " BtcUsdt ",
        "binance:BTCUSDT",
        "BINANCE:btcusdt",
        "BTCUSDT.BINANCE",
        "btcusdt.binance",
        "BTC/USDT",
        "btc/usdt",
        "BTC-USDT",
        "BTC_USDT",
        "btc usdt",
        "binance: BTC/USDT",
        "BTC / USDT",
        "BTC-USDT.BINANCE",
    ],
)
def test_every_way_of_writing_a_symbol(text: str) -> None:
    assert find_symbol(text, listed(), VENUE).symbol == "BTCUSDT"


def test_names_without_latin_letters() -> None:
    for text in ("这是测试币456", "这是测试币/456", "binance:这是测试币456"):
        assert find_symbol(text, listed(), VENUE).symbol == "这是测试币456"


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("BTC", ("BTCUSDC", "BTCUSDT")),
        ("BTCUSD", ("BTCUSDC", "BTCUSDT")),
        ("BTC/EUR", ("BTCUSDT", "BTCUSDC")),
        ("BCTUSDT", ("BTCUSDT",)),
        ("PEPEUSDT", ("1000PEPEUSDT",)),
        ("kraken:ETHBTC", ("ETHBTC",)),
    ],
)
def test_a_wrong_name_gets_the_nearest(text: str, nearest: tuple[str, ...]) -> None:
    with pytest.raises(UnknownSymbol) as caught:
        find_symbol(text, listed(), VENUE)
    assert set(nearest) <= set(caught.value.nearest)
    assert str(caught.value).startswith(f"{text} is not listed here. Nearest names: ")


@pytest.mark.parametrize("text", ["", "  ", "/", "binance:", "…"])
def test_no_name_at_all(text: str) -> None:
    with pytest.raises(UnknownSymbol, match="is not listed here"):
        find_symbol(text, listed(), VENUE)


def test_every_name_shown_is_a_name_taken() -> None:
    instruments = recorded()
    for one in instruments.values():
        names = names_of(one, VENUE)
        assert find_symbol(names.symbol.lower(), instruments, VENUE) is one
        assert find_symbol(names.prefixed, instruments, VENUE) is one
        assert find_symbol(names.suffixed, instruments, VENUE) is one
        by_pair = find_symbol(names.pair, instruments, VENUE)
        assert (by_pair.base_asset, by_pair.quote_asset) == (one.base_asset, one.quote_asset)
    assert find_symbol("btc/usdt", instruments, VENUE).contract == "PERPETUAL"
    names = names_of(instruments["BTCUSDT"], VENUE)
    assert names.pair == "BTC/USDT"
    assert (names.prefixed, names.suffixed) == ("binance:BTCUSDT", "BTCUSDT.BINANCE")


def test_what_changed_is_told_in_sentences() -> None:
    before = listed()
    halted = replace(before["BTCUSDT"], status="BREAK")
    coarse = replace(
        before["ETHUSDT"],
        price=replace(before["ETHUSDT"].price, step=before["ETHUSDT"].price.step * 5),
        notional=replace(before["ETHUSDT"].notional, minimum=Decimal(10)),
    )
    after = {**before, "BTCUSDT": halted, "ETHUSDT": coarse, **listed(("SOL", "USDT"))}
    del after["ETHBTC"]
    changes = {change.symbol: change for change in changes_between(before, after)}
    assert set(changes) == {"BTCUSDT", "ETHUSDT", "SOLUSDT", "ETHBTC"}
    assert changes["BTCUSDT"].closes_entry
    assert "no new orders now (BREAK). Open ones can still" in changes["BTCUSDT"].sentence
    assert changes["ETHBTC"].closes_entry
    assert changes["ETHUSDT"].sentence == (
        "ETHUSDT has new rules: price step 0.1 → 0.5 USDT; least value 5 → 10 USDT."
    )
    back = changes_between({"BTCUSDT": halted}, {"BTCUSDT": before["BTCUSDT"]})
    assert [change.sentence for change in back] == ["BTCUSDT trades again."]
    assert not back[0].closes_entry
    assert changes_between(before, dict(before)) == []
