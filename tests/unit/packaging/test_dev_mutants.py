"""The list of mutants fits the program: each guard stands there, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from dev_mutant_list import MUTANTS, Mutant

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_guard_stands_where_the_list_says(mutant: Mutant) -> None:
    text = (REPOSITORY / mutant.file).read_text(encoding="utf-8")
    assert text.count(mutant.old) == 1
    assert mutant.old != mutant.new


def test_there_are_25_of_them() -> None:
    assert len({mutant.name for mutant in MUTANTS}) >= 25
