"""Ids are ours, legal at Binance, and never used twice."""

from __future__ import annotations

import re

import pytest

from terminal_app.services.order_ids import ClientOrderIds, is_ours, random_text

# What Binance takes as a client order id.
LEGAL = re.compile(r"[.A-Z:/a-z0-9_-]{1,36}")


def test_ids_are_ours_and_legal_and_differ() -> None:
    runs = [ClientOrderIds(random_text(6)) for _ in range(3)]
    made = [run.next() for run in runs for _ in range(400)]
    assert len(set(made)) == len(made)
    assert all(LEGAL.fullmatch(one) and is_ours(one) for one in made)


def test_ids_of_one_run_count_up() -> None:
    ids = ClientOrderIds("abc123")
    first, second = ids.next(), ids.next()
    assert first.startswith("t1-abc123-000001-")
    assert second.startswith("t1-abc123-000002-")


@pytest.mark.parametrize("text", ["web_abc", "x-t1-abc", "t12-abc", "", "autoclose-1"])
def test_others_are_not_ours(text: str) -> None:
    assert not is_ours(text)


def test_random_text_is_lower_case_letters_and_digits() -> None:
    assert re.fullmatch("[a-z0-9]{500}", random_text(500))
