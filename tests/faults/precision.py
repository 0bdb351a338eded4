"""Random rules and random numbers: what is refused names its rule, what passes is legal."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from hypothesis import HealthCheck, seed, settings

from tests.unit.domain import test_instrument, test_order_checks
from tests.unit.gui import test_format
from tests.unit.services import test_order_entry

PROPERTIES: tuple[Callable[..., Any], ...] = (
    test_instrument.test_rounding_is_legal_and_goes_where_it_was_told,
    test_instrument.test_the_nearest_legal_value_passes,
    test_instrument.test_too_small_a_value_names_the_least_size,
    test_instrument.test_too_great_a_value_names_the_greatest_size,
    test_order_checks.test_following_the_hints_ends_at_an_order_that_is_taken,
    test_order_entry.test_a_percentage_buys_what_can_be_paid,
    test_format.test_what_is_shown_can_be_typed_back,
)


@cache
def _limited(examples: int) -> tuple[Callable[..., Any], ...]:
    # Settings stay on a test for good: this is for a process that runs nothing else of it.
    limits = settings(
        max_examples=examples,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    return tuple(limits(test) for test in PROPERTIES)


def hold_properties(number: int, examples: int) -> list[str]:
    """Try so many examples of every property and say which did not hold."""
    wrong = []
    for test in _limited(examples):
        try:
            seed(number)(test)()
        except Exception as error:
            wrong.append(f"{test.__name__}: {error!r} {getattr(error, '__notes__', '')}")
    return wrong
