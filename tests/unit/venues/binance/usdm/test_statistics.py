"""Funding and open interest as the exchange itself wrote them."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from terminal_app.venues.binance.usdm.statistics import FundingRow, InterestRow
from tests.helpers.shared import shared_path

ANSWERS = "data/payloads/nautilus/resources/http_responses/http_futures_market"


def test_recorded_funding_rates_are_read() -> None:
    answer = shared_path(f"{ANSWERS}_funding_rate.json").read_bytes()
    rows = msgspec.json.decode(answer, type=list[FundingRow])
    assert [(row.time_ms, row.rate) for row in rows] == [
        (1570608000000, Decimal("-0.03750000")),
        (1570636800000, Decimal("0.00010000")),
    ]


def test_recorded_open_interest_is_read() -> None:
    answer = shared_path(f"{ANSWERS}_open_interest_historical.json").read_bytes()
    rows = msgspec.json.decode(answer, type=list[InterestRow])
    assert [int(row.time_ms) for row in rows] == [1583127900000, 1583128200000]
    assert all(row.interest > 0 for row in rows)
    assert rows[0].interest == Decimal("20403.63700000")
