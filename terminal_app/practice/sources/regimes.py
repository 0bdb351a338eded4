"""What kind of day it is on the synthetic market, for all its symbols at once."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Regime(StrEnum):
    """Name the days a person may want to practise."""

    CALM = "calm"
    TREND = "trend"
    CRASH = "crash"
    THIN_WEEKEND = "thin_weekend"


@dataclass(frozen=True, slots=True)
class Traits:
    """Say what a regime promises, as multiples of a calm day.

    `drift_bp` is a minute's drift, `spread_bp` the least spread (one tick where that is more),
    both in basis points; `sell_share` is the share of market orders that sell.
    """

    drift_bp: float = 0.0
    volatility: float = 1.0
    trades: float = 1.0
    book_changes: float = 1.0
    depth: float = 1.0
    spread_bp: float = 0.0
    sell_share: float = 0.5


TRAITS = {
    Regime.CALM: Traits(),
    Regime.TREND: Traits(drift_bp=12.0, volatility=1.3, trades=1.5, sell_share=0.35),
    Regime.CRASH: Traits(
        drift_bp=-50.0,
        volatility=3.5,
        trades=4.0,
        book_changes=2.0,
        depth=0.25,
        spread_bp=2.0,
        sell_share=0.7,
    ),
    Regime.THIN_WEEKEND: Traits(
        volatility=0.6, trades=0.25, book_changes=0.35, depth=0.25, spread_bp=0.8
    ),
}


class Mood:
    """Hold the regime all symbols live in; a trend rises or falls as the seed has it."""

    def __init__(self, seed: int, regime: Regime) -> None:
        self.regime = regime
        self.begin_anew(seed)

    def begin_anew(self, seed: int) -> None:
        """Keep the regime, with a direction that follows from another seed."""
        self._rng = Random(f"{seed} regimes")
        self.set(self.regime)

    def set(self, regime: Regime) -> None:
        """Change the regime."""
        self.regime = regime
        self.traits = TRAITS[regime]
        self.direction = self._rng.choice((-1, 1)) if regime is Regime.TREND else 1

    @property
    def drift_per_second(self) -> float:
        """Return the drift of the logarithm of prices."""
        return self.direction * self.traits.drift_bp * 1e-4 / 60

    @property
    def sell_share(self) -> float:
        """Return the share of market orders that sell."""
        share = self.traits.sell_share
        return share if self.direction > 0 else 1 - share
