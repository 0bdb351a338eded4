"""Where the synthetic market of a base asset is drawn to: one path for spot and futures."""

import math
from random import Random

STEP_MS = 100
_SIGMA_PER_SQRT_SECOND = 5.5e-5
_TURBULENCE_MEMORY_S = 90.0
_TURBULENCE_SIZE = 0.5
_BURSTS_PER_SECOND = 1 / 120
_BASIS_MEMORY_S = 600.0
_BASIS_MEAN = 0.00012
_BASIS_SIZE = 0.00015


class FairPrice:
    """Walk a price with clustering volatility, bursts and a small futures basis."""

    def __init__(self, rng: Random, price: float) -> None:
        self.price = price
        self.basis = _BASIS_MEAN
        self._rng = rng
        self._turbulence = 0.0
        self._burst_until_ms = 0
        self._burst_drift = 0.0

    @property
    def intensity(self) -> float:
        """Return how busy the market is, 1 on average."""
        return math.exp(0.7 * self._turbulence) * (3.0 if self._burst_drift else 1.0)

    def step(self, time_ms: int) -> float:
        """Move by one step and return the time of the next."""
        gauss, seconds = self._rng.gauss, STEP_MS / 1000
        fade = seconds / _TURBULENCE_MEMORY_S
        self._turbulence += -fade * self._turbulence
        self._turbulence += _TURBULENCE_SIZE * math.sqrt(2 * fade) * gauss(0, 1)
        if time_ms >= self._burst_until_ms:
            self._burst_drift = 0.0
            if self._rng.random() < _BURSTS_PER_SECOND * seconds:
                self._burst_until_ms = time_ms + self._rng.randrange(1500, 5000)
                self._burst_drift = self._rng.choice((-1.5, 1.5))
        sigma = _SIGMA_PER_SQRT_SECOND * math.exp(self._turbulence)
        move = sigma * (math.sqrt(seconds) * gauss(0, 1) + self._burst_drift * seconds)
        self.price *= math.exp(move)
        pull = seconds / _BASIS_MEMORY_S
        self.basis += pull * (_BASIS_MEAN - self.basis)
        self.basis += _BASIS_SIZE * math.sqrt(2 * pull) * gauss(0, 1)
        return time_ms + STEP_MS
