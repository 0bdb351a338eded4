"""The discount holds for the standard part alone, and only where account and symbol have it on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from terminal_app.domain.account import FeeTerms
from terminal_app.venues.binance.spot import mapping, wire

D = Decimal
NONE = {"maker": "0", "taker": "0", "buyer": "0", "seller": "0"}


def told(discount: dict[str, Any]) -> FeeTerms:
    """Return the terms of an answer with special commission and a tax for buyers."""
    body = {
        "symbol": "BTCUSDT",
        "standardCommission": NONE | {"maker": "0.001", "taker": "0.002"},
        "specialCommission": NONE | {"taker": "0.0001"},
        "taxCommission": NONE | {"buyer": "0.0003"},
        "discount": discount,
    }
    reply = msgspec.json.decode(msgspec.json.encode(body), type=wire.CommissionReply)
    return mapping.fee_terms(reply)


def test_who_pays_in_another_asset_pays_a_share_of_the_standard_part() -> None:
    terms = told(
        {
            "enabledForAccount": True, "enabledForSymbol": True, "discountAsset": "BNB",
            "discount": "0.75",
        }
    )  # fmt: skip
    assert (terms.maker_rate, terms.taker_rate) == (D("0.0013"), D("0.0024"))
    assert terms.discount_asset == "BNB"
    assert terms.discounted_maker_rate == D("0.00105")
    assert terms.discounted_taker_rate == D("0.0019")


@pytest.mark.parametrize("off", ["enabledForAccount", "enabledForSymbol"])
def test_a_discount_that_is_off_is_none(off: str) -> None:
    discount = {"enabledForAccount": True, "enabledForSymbol": True, "discount": "0.75"}
    assert told(discount | {off: False}).discounted_taker_rate is None
