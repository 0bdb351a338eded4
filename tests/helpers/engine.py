"""Build parts of the practice engine for tests: a clock to set, a market without a crowd."""

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from terminal_app.practice.engine.events import Event, OrderEvent
from terminal_app.practice.engine.intervals import SPOT_INTERVALS, USDM_INTERVALS
from terminal_app.practice.engine.kinds import (
    MarketName,
    OrderType,
    PositionSide,
    Side,
    TimeInForce,
)
from terminal_app.practice.engine.listing import LiveListing
from terminal_app.practice.engine.market import MarketParts
from terminal_app.practice.engine.model import OrderRequest
from terminal_app.practice.engine.order_book import ANONYMOUS, OrderBook
from terminal_app.practice.engine.tape import Tape
from terminal_app.practice.engine.timeline import Timeline
from terminal_app.practice.sources.catalogue import spot_rules, usdm_rules
from terminal_app.practice.spot.market import SpotMarket
from terminal_app.practice.store.account_store import AccountStore
from terminal_app.practice.usdm.mark_prices import MarkPrices
from terminal_app.practice.usdm.market import UsdmMarket

START_MS = 1_790_000_000_000
# For tests that do not look at the synthetic market: one symbol that little happens in.
QUIET = ("FILUSDT",)
SHARED = Path(__file__).resolve().parents[2].parent / "shared"


@dataclass
class SetClock:
    """Tell the time it was set to."""

    time_ms: int = START_MS

    def now_ms(self) -> int:
        """Return epoch milliseconds."""
        return self.time_ms


@dataclass
class Recorder:
    """Keep every event."""

    events: list[Event] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        self.events.append(event)

    def orders(self) -> list[OrderEvent]:
        """Return the order events."""
        return [event for event in self.events if isinstance(event, OrderEvent)]


class QuietMarket:
    """Be a market of BTCUSDT where nobody acts but the test."""

    listing: LiveListing
    store: AccountStore

    def close(self) -> None:
        """Close the account file."""
        self.store.close()

    def offer(self, side: Side, price: str, quantity: str) -> None:
        """Let somebody rest an order."""
        rest(self.listing, side, price, quantity)

    def hit(self, side: Side, quantity: str) -> None:
        """Let somebody take at market."""
        hit(self.listing, side, quantity)


@dataclass
class QuietSpot(QuietMarket):
    """A spot market of BTCUSDT where nobody acts but the test."""

    market: SpotMarket
    listing: LiveListing
    recorder: Recorder
    store: AccountStore


@dataclass
class QuietUsdm(QuietMarket):
    """A futures market of BTCUSDT where nobody acts but the test."""

    market: UsdmMarket
    listing: LiveListing
    recorder: Recorder
    timeline: Timeline
    mark_prices: MarkPrices
    marks: dict[str, Decimal]
    store: AccountStore

    def mark(self, price: str) -> None:
        """Set the mark price and let a second pass."""
        self.marks["BTCUSDT"] = Decimal(price)
        self.mark_prices.tick(self.timeline.now_ms)


def quiet_spot(last_price: str = "50000", *, account_file: Path | None = None) -> QuietSpot:
    """Open a spot market with an empty book."""
    recorder = Recorder()
    listing = _listing(MarketName.SPOT, recorder, last_price)
    store = AccountStore(account_file)
    parts = MarketParts({"BTCUSDT": listing}, Timeline(START_MS), store, recorder)
    market = SpotMarket(parts)
    market.load_account()
    recorder.events.clear()
    return QuietSpot(market, listing, recorder, store)


def quiet_usdm(mark_price: str = "50000", *, account_file: Path | None = None) -> QuietUsdm:
    """Open a futures market with an empty book."""
    recorder = Recorder()
    listing = _listing(MarketName.USDM, recorder, mark_price)
    marks = {"BTCUSDT": Decimal(mark_price)}
    timeline = Timeline(START_MS)
    mark_prices = MarkPrices(
        {"BTCUSDT": listing},
        lambda one: (marks[one.rules.symbol], marks[one.rules.symbol]),
        recorder,
        START_MS,
    )
    store = AccountStore(account_file)
    parts = MarketParts({"BTCUSDT": listing}, timeline, store, recorder)
    market = UsdmMarket(parts, mark_prices)
    market.load_account()
    recorder.events.clear()
    return QuietUsdm(market, listing, recorder, timeline, mark_prices, marks, store)


def rest(listing: LiveListing, side: Side, price: str, quantity: str) -> None:
    """Rest an anonymous order."""
    rules = listing.rules
    ticks = int(Decimal(price) / rules.tick_size)
    listing.book.rest(ANONYMOUS, side, ticks, int(Decimal(quantity) / rules.step_size))
    listing.publish(START_MS)


def hit(listing: LiveListing, side: Side, quantity: str) -> None:
    """Take anonymously at market."""
    lots = int(Decimal(quantity) / listing.rules.step_size)
    listing.take_anonymously(side, lots, None, START_MS)
    listing.publish(START_MS)


def limit(
    side: Side,
    price: str,
    quantity: str,
    time_in_force: TimeInForce = TimeInForce.GTC,
    *,
    order_type: OrderType = OrderType.LIMIT,
    client_order_id: str = "",
    reduce_only: bool = False,
    position_side: PositionSide = PositionSide.BOTH,
) -> OrderRequest:
    """Ask for a limit order in BTCUSDT."""
    return OrderRequest(
        symbol="BTCUSDT",
        side=side,
        order_type=order_type,
        time_in_force=time_in_force,
        quantity=Decimal(quantity),
        price=Decimal(price),
        client_order_id=client_order_id,
        reduce_only=reduce_only,
        position_side=position_side,
    )


def market(
    side: Side,
    quantity: str,
    *,
    reduce_only: bool = False,
    position_side: PositionSide = PositionSide.BOTH,
) -> OrderRequest:
    """Ask for a market order in BTCUSDT."""
    return OrderRequest(
        symbol="BTCUSDT",
        side=side,
        order_type=OrderType.MARKET,
        quantity=Decimal(quantity),
        reduce_only=reduce_only,
        position_side=position_side,
    )


def _listing(name: MarketName, recorder: Recorder, last_price: str) -> LiveListing:
    is_futures = name is MarketName.USDM
    rules = next(r for r in (usdm_rules() if is_futures else spot_rules()) if r.symbol == "BTCUSDT")
    intervals = USDM_INTERVALS if is_futures else SPOT_INTERVALS
    tape = Tape(name, rules, intervals, recorder, None)
    tape.open(START_MS, int(Decimal(last_price) / rules.tick_size), 1)
    return LiveListing(name, rules, tape, recorder, OrderBook(1000))
