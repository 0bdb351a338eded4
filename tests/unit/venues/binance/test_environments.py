"""Environments differ in their addresses alone, and live ones are never mistaken."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from terminal_app.domain.instrument import Market
from terminal_app.errors import ConfigurationError
from terminal_app.venues.base import EnvironmentKind
from terminal_app.venues.binance.environments import (
    ENVIRONMENTS,
    LIVE,
    PRACTICE,
    endpoints_for,
    environment_named,
)

READY_LINE = {
    f"{word}_{part}": f"{scheme}://127.0.0.1:1{tail}"
    for word in ("spot", "futures")
    for part, scheme, tail in (("rest", "http", ""), ("stream", "ws", ""), ("ws_api", "ws", "/x"))
}


def test_names_and_titles_are_the_agreed_ones() -> None:
    assert [environment.name for environment in ENVIRONMENTS] == [
        "practice",
        "spot-testnet",
        "spot-demo",
        "futures-demo",
        "live",
    ]
    assert all(environment.sentence for environment in ENVIRONMENTS)
    assert [environment for environment in ENVIRONMENTS if not environment.needs_key] == [PRACTICE]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_market_has_addresses_and_only_practice_is_unencrypted(
    environment: object,
) -> None:
    found = environment_named(getattr(environment, "name", ""))
    endpoints = endpoints_for(found, READY_LINE)
    assert set(endpoints) == set(found.markets)
    for one in endpoints.values():
        schemes = [urlsplit(address).scheme for address in (one.rest, one.stream, one.ws_api)]
        is_practice = found.kind is EnvironmentKind.PRACTICE
        assert schemes == (["http", "ws", "ws"] if is_practice else ["https", "wss", "wss"])


def test_no_play_money_environment_shares_an_address_with_live() -> None:
    live = endpoints_for(LIVE)
    hosts = {urlsplit(a).hostname for e in live.values() for a in (e.rest, e.stream, e.ws_api)}
    for environment in ENVIRONMENTS:
        if environment is not LIVE:
            for one in endpoints_for(environment, READY_LINE).values():
                for address in (one.rest, one.stream, one.ws_api):
                    assert urlsplit(address).hostname not in hosts


def test_live_addresses() -> None:
    live = endpoints_for(LIVE)
    assert live[Market.SPOT].rest == "https://api.binance.com"
    assert live[Market.USDM].stream == "wss://fstream.binance.com"


def test_practice_needs_its_ready_line() -> None:
    with pytest.raises(ConfigurationError, match="not running"):
        endpoints_for(PRACTICE)
    with pytest.raises(ConfigurationError, match="futures_rest"):
        endpoints_for(PRACTICE, {k: v for k, v in READY_LINE.items() if k != "futures_rest"})


def test_an_unknown_name_names_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match="practice, spot-testnet"):
        environment_named("lively")
