"""The synthetic market: who trades what, how busily, at which price it opens."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from random import Random

from terminal_app.practice.engine.history import History, HistoryPlan
from terminal_app.practice.engine.intervals import SECOND_MS, SPOT_INTERVALS, USDM_INTERVALS
from terminal_app.practice.engine.kinds import MarketName
from terminal_app.practice.engine.listing import Emit, Listing, LiveListing
from terminal_app.practice.engine.model import SymbolRules
from terminal_app.practice.engine.order_book import OrderBook
from terminal_app.practice.engine.tape import Tape
from terminal_app.practice.engine.timeline import Action, Timeline
from terminal_app.practice.sources.catalogue import spot_rules, usdm_rules
from terminal_app.practice.sources.coins import find_coin
from terminal_app.practice.sources.fair_price import FairPrice
from terminal_app.practice.sources.flow_profile import FlowProfile, flow_profile
from terminal_app.practice.sources.order_flow import OrderFlow
from terminal_app.practice.sources.past import PastKeeper
from terminal_app.practice.sources.regimes import Mood, Regime
from terminal_app.practice.sources.symbols import is_symbol
from terminal_app.practice.store.account_store import AccountStore
from terminal_app.practice.store.past_store import SymbolPast

Listings = dict[str, LiveListing]
# Market orders meet several resting ones: measured.
_PRINTS_PER_TRADE = 2.6
# Keeps the volumes of spot and futures apart.
_SALTS = {MarketName.SPOT: 1, MarketName.USDM: 2}


class SyntheticMarkets:
    """Build the listings of the synthetic markets and set their crowds to work.

    `first_trade_ids` maps (market, symbol) to the least trade id that may be given; what the
    account once had an order in is listed beside `symbols`. Prices and bars go on where the
    account file says they stood when the program last ran; the crowd acts differently in each run.
    """

    def __init__(
        self,
        seed: int,
        timeline: Timeline,
        emit: Emit,
        first_trade_ids: Mapping[tuple[MarketName, str], int],
        store: AccountStore,
        symbols: Iterable[str],
        regime: Regime = Regime.CALM,
    ) -> None:
        self.mood = Mood(seed, regime)
        self._seed = seed
        self._timeline = timeline
        self._emit = emit
        self._first_trade_ids = dict(first_trade_ids)
        self._store = store
        used = (symbol for symbol in store.used_symbols() if is_symbol(symbol))
        self._symbols = tuple(dict.fromkeys((*symbols, *used)))
        self._run = store.past.count_run()
        self._prices = store.past.load_prices()
        self._fair: dict[str, FairPrice] = {}
        self._opened: dict[MarketName, tuple[PastKeeper, Listings]] = {}
        self._actions: list[Action] = []

    def spot(self) -> Listings:
        """Return the spot listings."""
        return self._open(MarketName.SPOT, spot_rules(self._symbols))

    def usdm(self) -> Listings:
        """Return the futures listings."""
        return self._open(MarketName.USDM, usdm_rules(self._symbols))

    def begin_anew(self, seed: int) -> None:
        """Make other markets under the same listings: other prices, another past and crowd.

        Rules, states and the regime stay, ids go on. The account must have no open order.
        """
        self._timeline.cancel(self._actions)
        self._actions.clear()
        self._store.past.forget()
        self.mood.begin_anew(seed)
        self._seed, self._run = seed, self._store.past.count_run()
        self._prices, self._fair = {}, {}
        for market, (_, listings) in self._opened.items():
            self._first_trade_ids |= {
                (market, symbol): listing.tape.next_trade_id for symbol, listing in listings.items()
            }
            keeper = self._keep_past(market, [listing.rules for listing in listings.values()])
            for listing in listings.values():
                tape, book = self._make(market, listing.rules, keeper, listing.book.update_id + 1)
                listing.begin_anew(tape, book)
            self._set_to_work(market, keeper, listings)

    def remember(self, is_closed: bool) -> None:
        """Write where prices stand and what happened since the last time, if there is a file."""
        if not self._store.is_file:
            return
        with self._store.transaction():
            self._prices |= {base: fair.price for base, fair in self._fair.items()}
            self._store.past.save_prices(self._prices)
            for keeper, listings in self._opened.values():
                keeper.write(listings, self._timeline.now_ms, is_closed)

    def value(self, listing: Listing) -> tuple[Decimal, Decimal]:
        """Return mark and index price of a futures listing."""
        fair = self._fair[listing.rules.base_asset]
        index = Decimal(f"{fair.price:.8f}")
        return Decimal(f"{fair.price * (1 + fair.basis):.8f}"), index

    def _open(self, market: MarketName, rules: Sequence[SymbolRules]) -> Listings:
        keeper = self._keep_past(market, rules)
        listings: Listings = {}
        for one in rules:
            tape, book = self._make(market, one, keeper)
            listings[one.symbol] = LiveListing(market, one, tape, self._emit, book)
        self._set_to_work(market, keeper, listings)
        return listings

    def _keep_past(self, market: MarketName, rules: Sequence[SymbolRules]) -> PastKeeper:
        keeper = PastKeeper(market, self._seed, _SALTS[market], self._store)
        ticks = {r.symbol: self._opening_ticks(market, r) for r in rules}
        fresh = {r.symbol: self._fresh_past(market, r, ticks[r.symbol]) for r in rules}
        keeper.resume(fresh, ticks, self._timeline.now_ms)
        return keeper

    def _set_to_work(self, market: MarketName, keeper: PastKeeper, listings: Listings) -> None:
        now = self._timeline.now_ms
        self._opened[market] = keeper, listings
        for symbol, listing in listings.items():
            rng = Random(f"{self._seed} {self._run} {market} {symbol}")
            fair, profile = self._fair[listing.rules.base_asset], _profile(market, listing.rules)
            flow = OrderFlow(rng, listing, fair, profile, market is MarketName.USDM)
            flow.fill_book(now)
            self._schedule(now + 1, flow.act)
        roll = partial(_roll, listings)
        self._schedule(roll(now), roll)

    def _schedule(self, time_ms: float, action: Action) -> None:
        self._actions.append(action)
        self._timeline.schedule(time_ms, action)

    def _opening_ticks(self, market: MarketName, rules: SymbolRules) -> int:
        fair = self._fair_price(rules.base_asset)
        basis = fair.basis if market is MarketName.USDM else 0
        return round(fair.price * (1 + basis) / float(rules.tick_size))

    def _fresh_past(self, market: MarketName, rules: SymbolRules, ticks: int) -> SymbolPast:
        now = self._timeline.now_ms
        plan = _plan(rules, ticks, now, _profile(market, rules))
        first_id = self._first_trade_ids.get((market, rules.symbol), 1)
        return SymbolPast(plan, max(first_id, now // 10), 0)

    def _make(
        self, market: MarketName, rules: SymbolRules, keeper: PastKeeper, update_id: int = 0
    ) -> tuple[Tape, OrderBook]:
        now, past = self._timeline.now_ms, keeper.symbols[rules.symbol]
        history = History(keeper.seed, _SALTS[market], past.plan, keeper.kept(rules.symbol))
        intervals = USDM_INTERVALS if market is MarketName.USDM else SPOT_INTERVALS
        tape = Tape(market, rules, intervals, self._emit, history)
        first_id = max(past.next_trade_id, self._first_trade_ids.get((market, rules.symbol), 1))
        tape.open(now, history.last_close(), first_id)
        return tape, OrderBook(max(past.update_id, update_id, now // 10))

    def _fair_price(self, base_asset: str) -> FairPrice:
        fair = self._fair.get(base_asset)
        if fair is None:
            coin = find_coin(base_asset)
            volatility = flow_profile(base_asset, coin.liquidity, False).volatility
            price = coin.price * Random(f"{self._seed} {base_asset}").uniform(0.97, 1.03)
            price = self._prices.get(base_asset, price)
            rng = Random(f"{self._seed} {self._run} {base_asset}")
            fair = FairPrice(rng, price, volatility, self.mood)
            self._fair[base_asset] = fair
            self._schedule(self._timeline.now_ms, fair.step)
        return fair


def _roll(listings: Mapping[str, Listing], time_ms: int) -> float:
    for listing in listings.values():
        listing.tape.roll(time_ms)
    return time_ms - time_ms % SECOND_MS + SECOND_MS


def _profile(market: MarketName, rules: SymbolRules) -> FlowProfile:
    liquidity = find_coin(rules.base_asset).liquidity
    return flow_profile(rules.base_asset, liquidity, market is MarketName.USDM)


def _plan(rules: SymbolRules, ticks: int, now_ms: int, profile: FlowProfile) -> HistoryPlan:
    lot_value = ticks * float(rules.tick_size) * float(rules.step_size)
    return HistoryPlan(
        base_asset=rules.base_asset,
        open_ticks=ticks,
        listed_ms=rules.listed_ms,
        opens_ms=now_ms,
        trades_per_second=profile.trades_per_second * _PRINTS_PER_TRADE,
        mean_lots=profile.mean_trade / _PRINTS_PER_TRADE / lot_value,
        volatility=profile.volatility,
    )
