"""What the exchange accepts as a parameter, and what it answers to the rest."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.http.params import Parameters, merge, parse_query

MANDATORY = "Mandatory parameter 'x' was not sent, was empty/null, or malformed."
Read = Callable[[Parameters], Any]

REFUSED: list[tuple[dict[str, str], Read, int, str]] = [
    ({}, lambda p: p.text("x"), -1102, MANDATORY),
    ({"x": ""}, lambda p: p.text("x"), -1102, MANDATORY),
    ({}, lambda p: p.decimal("x"), -1102, MANDATORY),
    ({}, lambda p: p.integer("x"), -1102, MANDATORY),
    ({"x": ""}, lambda p: p.optional_text("x"), -1105, "Parameter 'x' was empty."),
    (
        {"x": "1e3"},
        lambda p: p.decimal("x"),
        -1100,
        "Illegal characters found in parameter 'x'; "
        r"legal range is '^([0-9]{1,20})(\.[0-9]{1,20})?$'.",
    ),
    ({"x": "-1"}, lambda p: p.decimal("x"), -1100, "Illegal characters found in parameter 'x'"),
    ({"x": "٣"}, lambda p: p.decimal("x"), -1100, "Illegal characters found in parameter 'x'"),
    ({"x": "1.5"}, lambda p: p.integer("x"), -1100, "Illegal characters found in parameter 'x'"),
    ({"symbol": "btcusdt"}, lambda p: p.symbol(), -1100, "Illegal characters found in parameter"),
    ({"limit": "0"}, lambda p: p.limit(5, 10), -1130, "Data sent for parameter 'limit'"),
    ({"x": "yes"}, lambda p: p.flag("x"), -1130, "Data sent for parameter 'x' is not valid."),
    ({"symbols": "BTC"}, lambda p: p.optional_symbols(), -1100, "Illegal characters found"),
    (
        {"symbols": '["A","A"]'},
        lambda p: p.optional_symbols(),
        -1151,
        "Symbol is present multiple times in the list.",
    ),
    (
        {"symbols": '["A"]', "symbol": "A"},
        lambda p: p.optional_symbols(),
        -1128,
        "Combination of optional parameters invalid.",
    ),
]


@pytest.mark.parametrize(("values", "read", "code", "text"), REFUSED)
def test_refused_with_the_exchanges_code_and_text(
    values: dict[str, str], read: Read, code: int, text: str
) -> None:
    with pytest.raises(ExchangeError) as refusal:
        read(Parameters(values))
    assert refusal.value.code == code
    assert refusal.value.message.startswith(text)


ACCEPTED: list[tuple[dict[str, str], Read, Any]] = [
    ({"x": "0.10"}, lambda p: p.decimal("x"), Decimal("0.10")),
    ({"x": "7"}, lambda p: p.integer("x"), 7),
    ({}, lambda p: p.optional_decimal("x"), None),
    ({}, lambda p: p.limit(500, 1000), 500),
    ({"limit": "9999"}, lambda p: p.limit(500, 1000), 1000),
    ({"x": "TRUE"}, lambda p: p.flag("x"), True),
    ({}, lambda p: p.flag("x", default=True), True),
    ({"symbol": "币安人生USDT"}, lambda p: p.symbol(), "币安人生USDT"),
    ({"symbols": '["A","B"]'}, lambda p: p.optional_symbols(), ["A", "B"]),
]


@pytest.mark.parametrize(("values", "read", "expected"), ACCEPTED)
def test_accepted(values: dict[str, str], read: Read, expected: Any) -> None:
    assert read(Parameters(values)) == expected


def test_query_is_percent_decoded_as_utf8() -> None:
    assert parse_query("symbol=%E6%B5%8B&note=a+b%26c") == {"symbol": "测", "note": "a b&c"}


def test_query_wins_over_body() -> None:
    assert merge("side=BUY", "side=SELL&quantity=1") == {"side": "BUY", "quantity": "1"}


@pytest.mark.parametrize(("query", "code"), [("a=1&a=2", -1101), ("a=%FF", -1100)])
def test_bad_query(query: str, code: int) -> None:
    with pytest.raises(ExchangeError) as refusal:
        parse_query(query)
    assert refusal.value.code == code
