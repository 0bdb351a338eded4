"""Check the sizes that are proposed."""

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.instrument import NotionalRule
from terminal_app.domain.working_volumes import working_volumes
from tests.helpers.market_values import instrument

D = Decimal


@pytest.mark.parametrize(
    ("step", "least_worth", "price", "first"),
    [("0.001", "5", "60000", "0.001"), ("0.001", "100", "60000", "0.005"), ("1", "5", "0.3", "50")],
)
def test_the_smallest_is_clean_and_worth_enough(
    step: str, least_worth: str, price: str, first: str
) -> None:
    symbol = replace(instrument(step=step), notional=NotionalRule(D(least_worth)))
    volumes = working_volumes(symbol, D(price))
    assert volumes[0] == D(first)
    assert len(volumes) == 5
    for volume in volumes[:3]:
        symbol.check_quantity(volume, is_market=True)
        symbol.check_notional(volume, D(price))
