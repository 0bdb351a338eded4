"""Every bad field is refused with its name, its rule and the value that came."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from terminal_app.practice.control.fields import Fields, read_fields
from terminal_app.practice.errors import ExchangeError

Read = Callable[[Fields], Any]


@pytest.mark.parametrize(
    ("value", "read", "sentence"),
    [
        (3, lambda f: f.text("x"), "x must be a text, not 3."),
        ("", lambda f: f.text("x"), 'x must be a text, not "".'),
        ("c", lambda f: f.choice("x", ["a", "b"]), 'x must be one of a, b, not "c".'),
        ([], lambda f: f.choice("x", ["a", "b"]), "x must be one of a, b, not []."),
        ("btc", lambda f: f.market(), "market must be one of spot, futures; it is missing."),
        ("true", lambda f: f.flag("x"), 'x must be true or false, not "true".'),
        (1.5, lambda f: f.integer("x", 1, 9), "x must be a whole number from 1 to 9, not 1.5."),
        (True, lambda f: f.integer("x", 0, 9), "x must be a whole number from 0 to 9, not true."),
        ("12", lambda f: f.integer("x", 0, 9), 'x must be a whole number from 0 to 9, not "12".'),
        (10**30, lambda f: f.integer("x", 0, 9), "x must be a whole number from 0 to 9, not 1000"),
        (None, lambda f: f.number("x", 0, 1), "x must be a number from 0 to 1, not null."),
        (10**400, lambda f: f.number("x", 0, 1), "x must be a number from 0 to 1, not 1000"),
        (float("nan"), lambda f: f.number("x", 0, 1), "x must be a number from 0 to 1, not null."),
        ("-1", lambda f: f.amount("x"), "x must be a decimal text greater than 0, such as"),
        ("NaN", lambda f: f.amount("x"), "x must be a decimal text greater than 0, such as"),
        (5, lambda f: f.amount("x"), "x must be a decimal text greater than 0, such as"),
    ],
)
def test_bad_value_is_refused(value: object, read: Read, sentence: str) -> None:
    with pytest.raises(ExchangeError) as error:
        read(Fields({"x": value}))
    assert error.value.message.startswith(sentence)
    assert (error.value.code, error.value.http_status) == (-1130, 400)


def test_missing_value_is_said_to_be_missing() -> None:
    with pytest.raises(ExchangeError) as error:
        Fields({}).integer("ms", 1, 5)
    assert error.value.message == "ms must be a whole number from 1 to 5; it is missing."


def test_long_value_is_cut() -> None:
    with pytest.raises(ExchangeError) as error:
        Fields({"x": "y" * 1_000}).choice("x", ["a"])
    assert len(error.value.message) < 120


def test_good_values_are_read() -> None:
    fields = read_fields({"id": "7", "rate": "q"}, b'{"rate": 0.5, "amount": "0.10", "on": true}')
    assert (fields.integer("id", 1, 9), fields.number("rate", 0, 1)) == (7, 0.5)
    assert fields.amount("amount") == Decimal("0.10")
    assert (fields.flag("on"), fields.flag("off"), fields.text("note", "")) == (True, False, "")


@pytest.mark.parametrize("body", [b"[]", b"{", b"1", b"\xff"])
def test_body_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(ExchangeError, match="must be a JSON object"):
        read_fields({}, body)
