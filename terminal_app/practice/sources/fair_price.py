"""Where the synthetic market of a base asset is drawn to: one path for spot and futures."""

import math
from random import Random

from terminal_app.practice.sources.regimes import Mood

STEP_MS = 100
# Volatility is a product of disturbances that fade in so many seconds and have such sizes. Sums of
# a few of them fade as slowly as the autocorrelation of recorded minutes does.
_DISTURBANCES = ((60.0, 0.25), (1_800.0, 0.35), (28_800.0, 0.35))
# The mean square of their product is greater than 1.
_VOLATILITY_GAIN = math.exp(sum(size**2 for _, size in _DISTURBANCES))
_BUSYNESS = 0.7
# Now and then a step is a leap: the tails of recorded seconds are fat.
_LEAPS = 0.004
_LEAP_SIZE = 14.0
_LEAP_GAIN = math.sqrt(1 + _LEAPS * (_LEAP_SIZE**2 - 1))
_BURSTS_PER_SECOND = 1 / 120
_BASIS_MEMORY_S = 600.0
_BASIS_MEAN = 0.00012
_BASIS_SIZE = 0.00015


class FairPrice:
    """Walk a price with clustering volatility, bursts and a small futures basis.

    `volatility` is the root mean square of a second's move on a calm day.
    """

    def __init__(self, rng: Random, price: float, volatility: float, mood: Mood) -> None:
        self.price = price
        self.basis = _BASIS_MEAN
        self.mood = mood
        self._rng = rng
        self._sigma = volatility / _VOLATILITY_GAIN
        self._disturbances = [0.0] * len(_DISTURBANCES)
        self._turbulence = 0.0
        self._burst_until_ms = 0
        self._burst_drift = 0.0

    @property
    def intensity(self) -> float:
        """Return how busy the market is, about 1 on average."""
        return math.exp(_BUSYNESS * self._turbulence) * (3.0 if self._burst_drift else 1.0)

    def step(self, time_ms: int) -> float:
        """Move by one step and return the time of the next."""
        gauss, seconds = self._rng.gauss, STEP_MS / 1000
        self._disturb(seconds)
        if time_ms >= self._burst_until_ms:
            self._burst_drift = 0.0
            if self._rng.random() < _BURSTS_PER_SECOND * seconds:
                self._burst_until_ms = time_ms + self._rng.randrange(1500, 5000)
                self._burst_drift = self._rng.choice((-1.5, 1.5))
        sigma = self._sigma * math.exp(self._turbulence) * self.mood.traits.volatility
        size = (_LEAP_SIZE if self._rng.random() < _LEAPS else 1.0) / _LEAP_GAIN
        move = sigma * (math.sqrt(seconds) * size * gauss(0, 1) + self._burst_drift * seconds)
        self.price *= math.exp(move + self.mood.drift_per_second * seconds)
        pull = seconds / _BASIS_MEMORY_S
        self.basis += pull * (_BASIS_MEAN - self.basis)
        self.basis += _BASIS_SIZE * math.sqrt(2 * pull) * gauss(0, 1)
        return time_ms + STEP_MS

    def _disturb(self, seconds: float) -> None:
        for index, (memory_s, size) in enumerate(_DISTURBANCES):
            fade = seconds / memory_s
            value = self._disturbances[index]
            noise = size * math.sqrt(2 * fade) * self._rng.gauss(0, 1)
            self._disturbances[index] = value - fade * value + noise
        self._turbulence = sum(self._disturbances)
