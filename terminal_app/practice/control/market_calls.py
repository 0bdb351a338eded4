"""Control calls about time and the market: status, pause, step, speed, clock."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from terminal_app.practice.control.face import Calls
from terminal_app.practice.control.fields import Fields
from terminal_app.practice.control.turn import Turn
from terminal_app.practice.engine.intervals import DAY_MS
from terminal_app.practice.engine.kinds import MarketState
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.exchange import Exchange, Market
from terminal_app.practice.sources.play_options import FASTEST
from terminal_app.practice.sources.regimes import Regime

_LONGEST_STEP_MS: Final = DAY_MS
_LATEST_MS: Final = 10**14
_SLICE_MS: Final = 50
_BUDGET_S: Final = 0.02


class MarketCalls:
    """Steer the time; `market` is the word of the command line, `stop` ends the process.

    `step` moves a stopped market by milliseconds of its own time.
    """

    def __init__(
        self,
        exchange: Exchange,
        market: str,
        stop: Callable[[], None],
        turn: Turn,
        step: Callable[[int], None],
    ) -> None:
        self._exchange = exchange
        self._market = market
        self._stop = stop
        self._turn = turn
        self._move = step

    def table(self) -> Calls:
        """Return the calls."""
        return {
            ("GET", "status"): self._status,
            ("POST", "speed"): self._set_speed,
            ("POST", "pause"): self._pause,
            ("POST", "resume"): self._resume,
            ("POST", "step"): self._step,
            ("POST", "seek"): self._seek,
            ("POST", "clock"): self._set_clock,
            ("POST", "seed"): self._set_seed,
            ("POST", "regime"): self._set_regime,
            ("POST", "shutdown"): self._shut_down,
        }

    def _status(self, _fields: Fields) -> Any:
        exchange = self._exchange
        markets = {"spot": exchange.spot, "futures": exchange.usdm}
        return {
            "market": self._market,
            "seed": exchange.seed,
            "regime": exchange.mood.regime,
            "speed": exchange.pace.speed,
            "paused": exchange.pace.paused,
            "time": exchange.server_time_ms(),
            "clockOffset": exchange.clock_offset_ms,
            "ended": any(market.state is MarketState.ENDED for market in markets.values()),
            "markets": {name: _market_state(market) for name, market in markets.items()},
            "notices": exchange.notices,
        }

    def _set_speed(self, fields: Fields) -> Any:
        speed = fields.raw("speed")
        is_number = isinstance(speed, int | float) and not isinstance(speed, bool)
        if not is_number or not 0 < speed <= FASTEST:
            raise fields.refusal("speed", f"must be a number greater than 0 and at most {FASTEST}")
        self._exchange.pace.set_speed(float(speed))
        return self._status(fields)

    def _pause(self, fields: Fields) -> Any:
        self._exchange.pace.paused = True
        return self._status(fields)

    def _resume(self, fields: Fields) -> Any:
        self._exchange.pace.paused = False
        return self._status(fields)

    async def _step(self, fields: Fields) -> Any:
        """Let a paused market live for so many milliseconds of its own time."""
        left_ms = fields.integer("ms", 1, _LONGEST_STEP_MS)
        if not self._exchange.pace.paused:
            raise ExchangeError(-1130, "Only a paused market can be stepped.")
        with self._turn.take("step"):
            await self._in_slices(self._step_in_slices(left_ms))
        return self._status(fields)

    async def _seek(self, fields: Fields) -> Any:
        """Take every recorded market to a time of its record."""
        time_ms = fields.integer("time", 0, _LATEST_MS)
        with self._turn.take("seek"):
            try:
                await self._in_slices(self._exchange.seek_in_slices(time_ms))
            except ValueError as error:
                raise ExchangeError(-1130, str(error)) from None
        return self._status(fields)

    async def _in_slices(self, slices: Iterable[None]) -> None:
        end_s = time.monotonic() + _BUDGET_S
        for _ in slices:
            if time.monotonic() >= end_s:
                await asyncio.sleep(0)
                end_s = time.monotonic() + _BUDGET_S

    def _step_in_slices(self, left_ms: int) -> Iterator[None]:
        while left_ms and self._exchange.pace.paused:
            slice_ms = min(_SLICE_MS, left_ms)
            self._move(slice_ms)
            left_ms -= slice_ms
            yield

    def _set_clock(self, fields: Fields) -> Any:
        """Put the server's time so many milliseconds before or after the machine's."""
        offset_ms = fields.integer("offset", -10 * 365 * DAY_MS, 10 * 365 * DAY_MS)
        self._exchange.clock_offset_ms = offset_ms
        return self._status(fields)

    def _set_seed(self, fields: Fields) -> Any:
        """Begin new synthetic markets from a seed."""
        seed = fields.integer("seed", 0, 2**63 - 1)
        self._turn.check("seed")
        try:
            self._exchange.reseed(seed)
        except ValueError as error:
            raise ExchangeError(-1130, str(error)) from None
        return self._status(fields)

    def _set_regime(self, fields: Fields) -> Any:
        """Change the kind of day on the synthetic markets."""
        self._exchange.mood.set(Regime(fields.choice("regime", Regime)))
        return self._status(fields)

    def _shut_down(self, _fields: Fields) -> Any:
        self._stop()
        return {}


def _market_state(market: Market) -> dict[str, Any]:
    return {"time": market.now_ms, "state": market.state}
