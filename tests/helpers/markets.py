"""Both markets, for a test that holds on each, and what the practice exchange calls them."""

from __future__ import annotations

import pytest

from terminal_app.domain.instrument import Market

MARKETS = pytest.mark.parametrize("market", list(Market))
WORDS = {Market.SPOT: "spot", Market.USDM: "futures"}
