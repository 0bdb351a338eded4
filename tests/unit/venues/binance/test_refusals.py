"""Every refusal has a kind and a sentence; what is not known is told verbatim."""

from __future__ import annotations

from typing import Any

import pytest

from terminal_app.domain.instrument import Market
from terminal_app.errors import Trouble
from terminal_app.venues.binance.refusals import explain
from tests.helpers.shared import shared_json

T = Trouble


@pytest.mark.parametrize(
    ("market", "code", "text", "status", "trouble"),
    [
        (Market.SPOT, -2010, "Account has insufficient balance for requested action.", 400,
         T.INSUFFICIENT_BALANCE),
        (Market.SPOT, -2010, "Order would trigger immediately.", 400, T.WOULD_TRADE_AT_ONCE),
        (Market.SPOT, -2010, "Duplicate order sent.", 400, T.DUPLICATE_ORDER),
        (Market.SPOT, -1013, "Filter failure: LOT_SIZE", 400, T.FILTER),
        (Market.SPOT, -1013, "Filter failure: SOMETHING_NEW", 400, T.FILTER),
        (Market.SPOT, -2021, "Order cancel-replace partially failed.", 409, T.INVALID_ORDER),
        (Market.USDM, -2021, "Order would immediately trigger.", 400, T.WOULD_TRADE_AT_ONCE),
        (Market.USDM, -2019, "Margin is insufficient.", 400, T.INSUFFICIENT_BALANCE),
        (Market.USDM, -4061, "Order's position side does not match.", 400, T.SETTING),
        (Market.USDM, -1003, "Way too many requests; IP banned until 1.", 418, T.BANNED),
        (Market.SPOT, -1003, "Too many requests queued.", 429, T.RATE_LIMITED),
        (Market.SPOT, -1021, "Timestamp for this request is …", 400, T.TIMESTAMP_OUT_OF_SYNC),
        (Market.SPOT, -2015, "Invalid API-key, IP, or permissions for action.", 401, T.PERMISSION),
        (Market.SPOT, None, "", 502, T.VENUE_TROUBLE),
    ],
)  # fmt: skip
def test_a_refusal_is_of_a_kind(
    market: Market, code: int | None, text: str, status: int, trouble: Trouble
) -> None:
    told = explain(market, code, text, status)
    assert told.trouble is trouble
    assert told.sentence.endswith(".")


def test_what_is_not_known_is_told_in_the_venues_words() -> None:
    told = explain(Market.USDM, -9999, "The moon is full.", 400)
    assert told.trouble is T.OTHER
    assert "The moon is full." in told.sentence


def test_the_codes_a_terminal_meets_are_explained() -> None:
    table: Any = shared_json("fixtures/futures/errors_table.json")
    rows = table if isinstance(table, list) else table.get("errors", table)
    codes = {int(row["code"]) for row in rows} if isinstance(rows, list) else set(map(int, rows))
    unknown = {code for code in codes if explain(Market.USDM, code, "?", 400).trouble is T.OTHER}
    # What is left is told verbatim: it is about calls that the terminal does not make.
    assert len(codes - unknown) > 60
    assert {-2019, -2022, -4131, -4164, -5022} & unknown == set()
