"""Errors by name, and edits of JSON by dotted names."""

import json
from typing import Any

import pytest

from terminal_app.practice.faults.answers import ERRORS, edited, error_of


@pytest.mark.parametrize("name", ERRORS)
def test_named_error_has_status_code_and_text(name: str) -> None:
    status, body = error_of({"error": name})
    assert status in (408, 500, 503, 504)
    assert body["code"] in (-1000, -1001, -1006, -1007, -1008)
    assert body["msg"]


def test_parts_of_an_error_can_be_given() -> None:
    status, body = error_of({"error": "timeout", "status": 429, "code": -1003, "msg": "Slow."})
    assert (status, body) == (429, {"code": -1003, "msg": "Slow."})
    assert error_of({}) == error_of({"error": "unknown"})


@pytest.mark.parametrize(
    ("options", "after"),
    [
        ({"set": {"a": 2}}, {"a": 2, "b": {"c": 1}, "d": [{"e": 1}, {"e": 2}]}),
        ({"set": {"b.c": None}}, {"a": 1, "b": {"c": None}, "d": [{"e": 1}, {"e": 2}]}),
        ({"set": {"d.e": "x"}}, {"a": 1, "b": {"c": 1}, "d": [{"e": "x"}, {"e": "x"}]}),
        ({"set": {"new": []}}, {"a": 1, "b": {"c": 1}, "d": [{"e": 1}, {"e": 2}], "new": []}),
        ({"drop": ["a", "d.e", "z"]}, {"b": {"c": 1}, "d": [{}, {}]}),
        ({"drop": ["a.b"], "set": {"a.b": 1}}, {"a": 1, "b": {"c": 1}, "d": [{"e": 1}, {"e": 2}]}),
    ],
)
def test_fields_are_set_and_dropped(options: dict[str, Any], after: Any) -> None:
    frame = json.dumps({"a": 1, "b": {"c": 1}, "d": [{"e": 1}, {"e": 2}]}).encode()
    assert json.loads(edited(frame, options)) == after


def test_what_is_no_json_stays() -> None:
    assert edited(b"<html>", {"set": {"a": 1}}) == b"<html>"
