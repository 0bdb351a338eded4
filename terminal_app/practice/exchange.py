"""The practice exchange without its network faces: two markets, one account each, one clock."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from terminal_app.practice.engine.clock import Clock, utc_stamp
from terminal_app.practice.engine.events import Event, Listener, TimeSought
from terminal_app.practice.engine.kinds import MarketName
from terminal_app.practice.engine.listing import Listing
from terminal_app.practice.engine.market import Market, MarketParts
from terminal_app.practice.engine.market_data import MarketData
from terminal_app.practice.engine.timeline import Timeline
from terminal_app.practice.pace import Pace
from terminal_app.practice.sources.play_options import PlayOptions
from terminal_app.practice.sources.recorded import RecordedMarket
from terminal_app.practice.sources.recordings import open_recordings
from terminal_app.practice.sources.records import RecordingError
from terminal_app.practice.sources.regimes import Regime
from terminal_app.practice.sources.symbols import DEFAULT_SYMBOLS, is_symbol
from terminal_app.practice.sources.synthetic import SyntheticMarkets
from terminal_app.practice.spot.market import SpotMarket
from terminal_app.practice.store.account_store import AccountStore, open_account
from terminal_app.practice.usdm.mark_prices import MarkPrices
from terminal_app.practice.usdm.market import UsdmMarket

__all__ = ["Exchange", "Market", "MarketData", "RecordingError", "SpotMarket", "UsdmMarket"]

# A machine that slept does not make up for hours of trading: beyond this much wall time a
# synthetic market jumps ahead without trades and a recording stands still.
_LONGEST_STEP_MS = 10_000
_REMEMBER_MS = 1_000


class Exchange:
    """Hold both markets and move their time; listeners are called synchronously, in order.

    Synthetic market time follows the wall clock at speed 1. A recording's market lives in the
    time of its record, from its first complete book on, and stands still at its end.
    """

    def __init__(
        self,
        clock: Clock,
        seed: int = 1,
        *,
        speed: float = 1.0,
        recordings: Sequence[Path] = (),
        play: PlayOptions | None = None,
        account_file: Path | None = None,
        symbols: Sequence[str] = (),
        regime: Regime = Regime.CALM,
    ) -> None:
        """Open the markets; with `recordings` the markets found in them are played from files.

        `play` says how the account's orders meet a record; `symbols` and `regime` are of the
        synthetic markets, unknown coins are made up. Without `symbols` there are those of the
        catalogue, beside a recording those that it has.

        Raises RecordingError (a ValueError) when a file cannot be read or holds no market, and
        sqlite3.OperationalError when the account file cannot be opened.
        """
        self.notices: list[str] = []
        self.seed = seed
        self.clock_offset_ms = 0
        self._clock = clock
        self._listeners: list[Listener] = []
        now = clock.now_ms()
        self.pace = Pace(now, speed)
        self._remembered_wall_ms = 0
        self.store = open_account(account_file, utc_stamp(now), self.notices)
        first_ids = _first_trade_ids(self.store)
        # A market that ran ahead of the clock, at a speed above 1, does not go back.
        self._live_time = Timeline(max(now, self.store.past.reached_ms()))
        recorded = open_recordings(
            recordings, self._emit, first_ids, self.notices, play or PlayOptions()
        )
        listed = symbols or _symbols_beside(recorded)
        synthetic = SyntheticMarkets(
            seed, self._live_time, self._emit, first_ids, self.store, listed, regime
        )
        self.spot = self._open_spot(recorded.get(MarketName.SPOT), synthetic)
        self.usdm = self._open_usdm(recorded.get(MarketName.USDM), synthetic)
        self._recorded = recorded
        self._position_ms = 0.0
        for each in (self.spot, self.usdm):
            each.load_account()
        self._synthetic = synthetic
        self.mood = synthetic.mood
        self._live_time.schedule(self._remember(self._live_time.now_ms), self._remember)

    def add_listener(self, listener: Listener) -> None:
        """Call `listener` with every event from now on."""
        self._listeners.append(listener)

    def advance(self, wall_ms: int) -> None:
        """Move both markets to a wall time, as far as the pace lets them."""
        market_ms = self.pace.pass_to(wall_ms)
        if market_ms is None:
            return
        longest_ms = _LONGEST_STEP_MS * self.pace.speed
        if market_ms > longest_ms:
            self._live_time.shift(int(market_ms - longest_ms))
            market_ms = longest_ms
        self.step(market_ms)

    def server_time_ms(self) -> int:
        """Return the time requests are checked against: the wall's, moved by the clock offset."""
        return self._clock.now_ms() + self.clock_offset_ms

    def step(self, market_ms: float) -> None:
        """Let a stretch of market time pass, whether paused or not."""
        self._position_ms += market_ms
        for line in (self._live_time, *(each.timeline for each in self._recorded.values())):
            line.advance(line.start_ms + int(self._position_ms))

    def seek_in_slices(self, time_ms: int) -> Iterator[None]:
        """Seek a little at each step, so that a caller can let others live between two.

        Going back plays again from the start, in silence. A time outside a record becomes its
        nearest end. The account's open orders in recorded markets are cancelled, and so are those
        placed before the iterator ends; balances, positions and fills stay. A TimeSought event a
        market ends the seek: who follows a stream must begin anew. The other markets stand still
        meanwhile. Raises ValueError when no market is recorded or a seek is under way.
        """
        if not self._recorded:
            raise ValueError("Only a recorded market can be sought: no recording is played.")
        if self.pace.held:
            raise ValueError("Another seek has not come to its end.")
        self.pace.held = True
        try:
            for name, recorded in self._recorded.items():
                market = self.spot if name is MarketName.SPOT else self.usdm
                market.cancel_everything()
                for _ in recorded.seek(time_ms):
                    yield
                    market.cancel_everything()
                recorded.timeline.start_ms = recorded.timeline.now_ms - int(self._position_ms)
                self._emit(TimeSought(name, recorded.timeline.now_ms))
        finally:
            self.pace.held = False

    def reseed(self, seed: int) -> None:
        """Begin new synthetic markets from a seed, at the present time.

        The account's open orders there are cancelled; balances, positions and fills stay, and
        positions are marked at the new prices at once. A TimeSought event a market ends it.
        Raises ValueError when every market is recorded.
        """
        markets = [each for each in (self.spot, self.usdm) if each.name not in self._recorded]
        if not markets:
            raise ValueError("Only a synthetic market has a seed: records are played.")
        for market in markets:
            market.cancel_everything()
        self._synthetic.begin_anew(seed)
        self.seed = seed
        if self.usdm in markets:
            self.usdm.mark_now()
        for market in markets:
            self._emit(TimeSought(market.name, market.now_ms))

    def reset_account(self) -> None:
        """Give both markets a fresh account; open orders are cancelled first."""
        self.spot.reset_account()
        self.usdm.reset_account()

    def anchors(self) -> dict[str, object]:
        """Return what others hold on to and a snapshot therefore sets in place."""
        spot, usdm = self.spot, self.usdm
        return {
            "exchange": self,
            "spot": spot,
            "spot.data": spot.data,
            "usdm": usdm,
            "usdm.data": usdm.data,
        }

    def fixed(self) -> dict[str, object]:
        """Return what stays as it is when a snapshot is put back."""
        return {"clock": self._clock, "store": self.store, "store.past": self.store.past}

    def go_on_with(self, dump: Any) -> None:
        """Take the account file's rows of a snapshot; no time has passed since it was made."""
        self.store.replace(dump)
        self.pace.reached_wall_ms = self._remembered_wall_ms = self._clock.now_ms()

    def close(self) -> None:
        """Commit and close the account file."""
        self._synthetic.remember(is_closed=True)
        self.store.close()

    def _open_spot(
        self, recorded: RecordedMarket | None, synthetic: SyntheticMarkets
    ) -> SpotMarket:
        listings: Mapping[str, Listing]
        if recorded is not None:
            listings, line = recorded.listings, recorded.timeline
        else:
            listings, line = synthetic.spot(), self._live_time
        return SpotMarket(MarketParts(listings, line, self.store, self._emit))

    def _open_usdm(
        self, recorded: RecordedMarket | None, synthetic: SyntheticMarkets
    ) -> UsdmMarket:
        listings: Mapping[str, Listing]
        if recorded is not None:
            listings, line, value = recorded.listings, recorded.timeline, recorded.value
        else:
            listings, line, value = synthetic.usdm(), self._live_time, synthetic.value
        marks = MarkPrices(listings, value, self._emit, line.now_ms)
        line.schedule(marks.tick(line.now_ms), marks.tick)
        return UsdmMarket(MarketParts(listings, line, self.store, self._emit), marks)

    def _remember(self, time_ms: int) -> float:
        # A fast market must not spend its time on writing: the wall clock has a say.
        wall_ms = self.pace.reached_wall_ms
        if wall_ms - self._remembered_wall_ms >= _REMEMBER_MS // 2:
            self._remembered_wall_ms = wall_ms
            self._synthetic.remember(is_closed=False)
        return time_ms - time_ms % _REMEMBER_MS + _REMEMBER_MS

    def _emit(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)


def _first_trade_ids(store: AccountStore) -> dict[tuple[MarketName, str], int]:
    return {
        (market, symbol): last + 1
        for market in MarketName
        for symbol, last in store.last_trade_ids(market).items()
    }


def _symbols_beside(recorded: Mapping[MarketName, RecordedMarket]) -> Sequence[str]:
    found = {symbol for each in recorded.values() for symbol in each.listings}
    return sorted(filter(is_symbol, found)) or DEFAULT_SYMBOLS
