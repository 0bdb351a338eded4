"""The practice exchange in this process: one market without a crowd, all its faces, no ports."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any, cast

from aiohttp import web

from terminal_app.practice.control.actor_calls import ActorCalls, Counter
from terminal_app.practice.control.face import Call
from terminal_app.practice.control.fault_calls import FaultCalls
from terminal_app.practice.control.fields import Fields
from terminal_app.practice.control.house_calls import HouseCalls
from terminal_app.practice.control.symbol_calls import SymbolCalls
from terminal_app.practice.credentials import Credentials
from terminal_app.practice.engine.algo_order import AlgoOrder
from terminal_app.practice.engine.intervals import SPOT_INTERVALS, USDM_INTERVALS
from terminal_app.practice.engine.kinds import MarketName, Side
from terminal_app.practice.engine.listing import Emit, LiveListing
from terminal_app.practice.engine.market import MarketParts
from terminal_app.practice.engine.model import Fill, Order
from terminal_app.practice.engine.order_book import ANONYMOUS, OrderBook
from terminal_app.practice.engine.tape import Tape
from terminal_app.practice.engine.timeline import Timeline
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.exchange import Exchange, SpotMarket, UsdmMarket
from terminal_app.practice.faults.book import FaultBook
from terminal_app.practice.faults.journal import Journal
from terminal_app.practice.faults.latency import Latency
from terminal_app.practice.faults.network import Network
from terminal_app.practice.http.auth import Authenticator
from terminal_app.practice.http.house import House
from terminal_app.practice.http.keys import KeyRing
from terminal_app.practice.http.presence import Presence
from terminal_app.practice.http.rules import SPOT_RULES, USDM_RULES, SocketRules
from terminal_app.practice.http.socket import Peer as RealPeer
from terminal_app.practice.pace import Pace
from terminal_app.practice.rest.spot import SPOT_ENDPOINTS
from terminal_app.practice.rest.usdm import USDM_ENDPOINTS
from terminal_app.practice.rest.usdm_market import UsdmDesk
from terminal_app.practice.sources.catalogue import spot_rules, usdm_rules
from terminal_app.practice.spot_face import SpotFace
from terminal_app.practice.store.account_store import AccountStore
from terminal_app.practice.usdm.mark_prices import MarkPrices
from terminal_app.practice.usdm_face import UsdmFace
from tests.faults.memory_http import Request, Routes
from tests.faults.memory_wire import Wire
from tests.faults.virtual_time import VirtualClock

SYMBOL = "BTCUSDT"
MIDDLE = Decimal(50_000)
_LEVELS = 8
_LEVEL_TICKS = 50
CREDENTIALS = Credentials("k" * 64, "s" * 64, "control")


@dataclass(slots=True)
class _MemoryHouse(House):
    """Open sockets that live in memory."""

    wire: Wire | None = None

    def knock(self, request: web.Request, rules: SocketRules, weight: int = 0) -> RealPeer:
        self.counter.admit_connection(weight)
        assert self.wire is not None
        peer = self.wire.knock(cast(Request, request), self.network)
        return cast(RealPeer, peer)


class QuietExchange:
    """Hold one market of BTCUSDT in which only the account acts, and who ``hit`` says.

    `word` is "spot" or "futures", as the control face calls the markets.
    """

    def __init__(self, word: str, clock: VirtualClock, seed: int) -> None:
        self.seed = seed
        self.clock_offset_ms = 0
        self.pace = Pace(clock.true_ms(), 1.0)
        self.pace.paused = True
        self.spot: SpotMarket | None = None
        self.usdm: UsdmMarket | None = None
        self._clock = clock
        self._timeline = Timeline(clock.true_ms())
        self._store = AccountStore(None)
        self.journal = Journal(self.server_time_ms)
        self.is_spot = word == "spot"
        self.listing = self._open_listing(seed)
        if self.is_spot:
            self.spot = SpotMarket(self._parts())
        else:
            self.usdm = self._open_usdm()
        self.faults, latency = FaultBook(seed), Latency(seed)
        network = Network(word, self.faults, latency, self.journal)
        keys = KeyRing(CREDENTIALS.all_keys())
        presence = Presence(lambda: clock.now_s)
        house = _MemoryHouse(
            SPOT_RULES if self.is_spot else USDM_RULES,
            Authenticator(keys, self.server_time_ms),
            presence,
            network,
            self.server_time_ms,
        )
        whole = cast(Exchange, self)
        self.face = SpotFace(whole, house) if self.is_spot else UsdmFace(whole, house, False)
        routes = Routes()
        self.face.add_routes(cast(web.Application, routes))
        self.wire = house.wire = Wire(network, routes)
        self._presence = presence
        self._orders_before: dict[int, Order] = {}
        self._fills_before: list[Fill] = []
        counter = Counter(self.face.desk, SPOT_ENDPOINTS if self.is_spot else USDM_ENDPOINTS)
        desk = cast(UsdmDesk, self.face.desk)
        self._calls: dict[tuple[str, str], Call] = {
            **FaultCalls({"spot": network, "futures": network}).table(),
            **HouseCalls("bench", keys, {word: house}, presence).table(),
            **ActorCalls({word: counter}, desk, self.journal).table(),
            **SymbolCalls(whole).table(),
        }
        self.market.load_account()

    @property
    def market(self) -> SpotMarket | UsdmMarket:
        """Return the one market."""
        found = self.spot or self.usdm
        assert found is not None
        return found

    def find_order(self, order_id: int) -> Order | None:
        """Return an order of this account, or of one that was reset."""
        return self.market.ledger.orders.get(order_id) or self._orders_before.get(order_id)

    def find_algo(self, algo_id: int | None, name: str) -> AlgoOrder | None:
        """Return a conditional order of USDⓈ-M by its number or its name."""
        return self.usdm.algos.book.find(algo_id, name) if self.usdm is not None else None

    def all_fills(self) -> list[Fill]:
        """Return every fill there ever was."""
        return [*self._fills_before, *self.market.ledger.all_fills]

    def server_time_ms(self) -> int:
        """Return the time that requests are checked against."""
        return self._clock.true_ms() + self.clock_offset_ms

    def control(self, method: str, name: str, /, **fields: Any) -> Any:
        """Do a call of the control face; one that is refused does nothing."""
        try:
            return self._calls[method, name](Fields(fields))
        except ExchangeError:
            return None

    def hit(self, side: Side, share: float) -> None:
        """Let somebody take a share of what the account offers at its best price."""
        self.beat()
        resting = [
            order
            for order in self.market.ledger.open_in(SYMBOL)
            if order.side is not side and order.is_working and order.price
        ]
        if not resting:
            return
        best = (max if side is Side.SELL else min)(resting, key=lambda order: order.price)
        rules = self.listing.rules
        ticks = int(best.price / rules.tick_size)
        ahead = [
            lots
            for level, lots in self.listing.book.levels(side.opposite, 1000)
            if (level > ticks if side is Side.SELL else level < ticks)
        ]
        own = max(1, int(best.remaining / rules.step_size * Decimal(str(share))))
        lots = sum(ahead) + own
        self.listing.take_anonymously(side, lots, None, self.market.now_ms)
        self.restock()

    def move(self, side: Side, levels: int) -> None:
        """Let somebody trade through some levels of the book, which are offered again then."""
        self.beat()
        lots = sum(lots for _, lots in self.listing.book.levels(side.opposite, levels))
        if lots:
            self.listing.take_anonymously(side, lots, None, self.market.now_ms)
        self.restock()

    def move_money(self, amount: Decimal) -> None:
        """Bring USDT into the account, or take as much of it out as may leave."""
        self.beat()
        if amount > 0:
            self.market.deposit(amount, "USDT")
        else:
            self.market.withdraw(min(-amount, self.market.withdrawable()["USDT"]), "USDT")

    def restock(self) -> None:
        """Let others offer again what was taken, further away than the account's best prices."""
        book = self.listing.book
        rules = self.listing.rules
        middle = int(MIDDLE / rules.tick_size)
        for side, sign in ((Side.BUY, -1), (Side.SELL, 1)):
            there = {ticks for ticks, _ in book.levels(side, 1000)}
            facing = book.levels(side.opposite, 1)
            for level in range(1, _LEVELS + 1):
                ticks = middle + sign * level * _LEVEL_TICKS
                crosses = facing and (ticks >= facing[0][0] if sign < 0 else ticks <= facing[0][0])
                if ticks not in there and not crosses:
                    book.rest(ANONYMOUS, side, ticks, self._rng.randint(5, 200))
        self.listing.publish(self.market.now_ms)

    def beat(self) -> None:
        """Let the market's time pass to now, and what goes by the wall clock happen."""
        now_ms = self._clock.true_ms()
        self._timeline.advance(now_ms)
        self.face.keep_house()
        self._presence.tick(self.server_time_ms())

    def close(self) -> None:
        """Close the account."""
        self._store.close()

    def reset_account(self) -> None:
        """Begin the account anew."""
        before = self.market.ledger
        self._fills_before += before.all_fills
        self.market.reset_account()
        self._orders_before |= before.orders
        self.restock()

    def _emit(self, event: Any) -> None:
        self.journal.on_event(event)
        self.face.on_event(event)

    def _open_listing(self, seed: int) -> LiveListing:
        self._rng = Random(f"{seed} book")
        name = MarketName.SPOT if self.is_spot else MarketName.USDM
        (rules,) = (spot_rules if self.is_spot else usdm_rules)((SYMBOL,))
        emit: Emit = self._emit
        intervals = SPOT_INTERVALS if self.is_spot else USDM_INTERVALS
        tape = Tape(name, rules, intervals, emit, None)
        tape.open(self._timeline.now_ms, int(MIDDLE / rules.tick_size), 1)
        return LiveListing(name, rules, tape, emit, OrderBook(1000))

    def _open_usdm(self) -> UsdmMarket:
        marks = MarkPrices(
            {SYMBOL: self.listing},
            lambda _listing: (MIDDLE, MIDDLE),
            self._emit,
            self._timeline.now_ms,
        )
        return UsdmMarket(self._parts(), marks)

    def _parts(self) -> MarketParts:
        return MarketParts({SYMBOL: self.listing}, self._timeline, self._store, self._emit)
