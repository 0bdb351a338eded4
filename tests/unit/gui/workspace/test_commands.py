"""The search finds what was meant, what was used last before the rest."""

from __future__ import annotations

import pytest

from terminal_app.gui.workspace.commands import Command, matches

NAMES = (
    ("BTCUSDT", "Spot"), ("ETHBTC", "Spot"), ("Trades", "View"), ("Order", "View"),
    ("Bars of 15m", "Chart"), ("Keep as …", "View · Layouts"), ("Orange", "View · Colours"),
)  # fmt: skip
COMMANDS = [Command(title, kind, lambda: None) for title, kind in NAMES]


def found(typed: str, *recent: str) -> list[str]:
    """Return the titles that are found."""
    return [command.title for command in matches(COMMANDS, typed, recent)]


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("btc", ["BTCUSDT", "ETHBTC"]),
        ("or", ["Order", "Orange"]),
        ("15", ["Bars of 15m"]),
        ("view tr", ["Trades"]),
        ("lay", ["Keep as …"]),
        ("bsdt", ["BTCUSDT"]),
        ("xyz", []),
    ],
)
def test_the_nearest_comes_first(typed: str, titles: list[str]) -> None:
    assert found(typed) == titles


def test_what_was_used_last_comes_first() -> None:
    assert found("or", "View · Colours: Orange") == ["Orange", "Order"]
    assert found("", "Spot: ETHBTC", "View: Trades")[:2] == ["ETHBTC", "Trades"]


def test_nothing_typed_offers_everything_as_it_comes() -> None:
    assert found("") == [title for title, _ in NAMES]
