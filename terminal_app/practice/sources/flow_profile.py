"""How busy and how deep the market of a coin is.

The figures of bitcoin are those of recorded minutes, except that its book changes less often than
a real one: docs/practice-market.md compares them. The other coins are bitcoin made smaller; the
medium ones have the trades a second and the turnover of recorded months.
"""

import math
from dataclasses import dataclass

from terminal_app.practice.sources.coins import Liquidity

TRADE_SPREAD = 2.45
LARGEST_TRADE = 80.0  # as a multiple of the mean
ECHO_SHARE = 0.6
LEVEL_SPREAD = 1.8
TOUCH_SPREAD = 2.8


@dataclass(frozen=True, slots=True)
class FlowProfile:
    """Say how busy a symbol is: events a second, sizes and depth in quote units.

    `trades_per_second` counts market orders. `depth_per_bp` is what rests on one side within a
    basis point, `touch` what rests at the best price.
    """

    book_changes_per_second: float
    trades_per_second: float
    median_trade: float
    depth_per_bp: float
    touch: float
    volatility: float

    @property
    def mean_trade(self) -> float:
        """Return the mean size of a market order."""
        return self.median_trade * math.exp(TRADE_SPREAD**2 / 2)


@dataclass(frozen=True, slots=True)
class _Scale:
    book_changes: float
    trades: float
    sizes: float
    depth: float
    volatility: float


_BITCOIN_SPOT = FlowProfile(110.0, 9.0, 195.0, 540_000.0, 160_000.0, 0.00014)
_BITCOIN_USDM = FlowProfile(180.0, 14.0, 1_850.0, 3_400_000.0, 110_000.0, 0.00014)
_SCALES = {
    Liquidity.PRIME: _Scale(0.6, 0.6, 0.5, 0.5, 1.2),
    Liquidity.LARGE: _Scale(0.16, 0.25, 0.12, 0.12, 1.3),
    Liquidity.MEDIUM: _Scale(0.07, 0.12, 0.035, 0.04, 1.6),
    Liquidity.SMALL: _Scale(0.04, 0.05, 0.02, 0.02, 1.9),
}


def flow_profile(base: str, liquidity: Liquidity, is_futures: bool) -> FlowProfile:
    """Return the profile of a coin's spot or futures symbol."""
    bitcoin = _BITCOIN_USDM if is_futures else _BITCOIN_SPOT
    if base == "BTC":
        return bitcoin
    scale = _SCALES[liquidity]
    return FlowProfile(
        bitcoin.book_changes_per_second * scale.book_changes,
        bitcoin.trades_per_second * scale.trades,
        bitcoin.median_trade * scale.sizes,
        bitcoin.depth_per_bp * scale.depth,
        bitcoin.touch * scale.depth,
        bitcoin.volatility * scale.volatility,
    )
