"""What the program knows of a venue: protocols and plain values, never its wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from terminal_app.domain.account import AccountSnapshot, FeeTerms
from terminal_app.domain.contract_statistics import StatisticKind, StatisticPoint
from terminal_app.domain.instrument import Instrument, Market
from terminal_app.domain.market import (
    BestPrices,
    Candle,
    Interval,
    Ticker,
    Trade,
)
from terminal_app.domain.order import Fill, Order, OrderUpdate
from terminal_app.domain.order_request import (
    Amendment,
    OrderListKind,
    OrderListRequest,
    OrderRef,
    OrderRequest,
    OrderType,
    PegKind,
    PriceKind,
    TimeInForce,
)
from terminal_app.errors import Trouble
from terminal_app.venues.account_events import AccountSink
from terminal_app.venues.account_past import AccountPast
from terminal_app.venues.account_settings import AccountSettings
from terminal_app.venues.market_events import MarketSink
from terminal_app.venues.records import Records
from terminal_app.venues.traffic import Traffic

if TYPE_CHECKING:
    from terminal_app.venues.stream_health import StreamHealth


class EnvironmentKind(StrEnum):
    """Name what is at stake in an environment."""

    PRACTICE = "practice"
    TESTNET = "testnet"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Environment:
    """Describe where orders go: one exchange with its own money, keys and markets."""

    name: str
    title: str
    sentence: str
    kind: EnvironmentKind
    markets: tuple[Market, ...]
    key_address: str = ""
    venue: str = "Binance"

    @property
    def needs_key(self) -> bool:
        """Say whether a person must bring an API key to trade there."""
        return self.kind is not EnvironmentKind.PRACTICE


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Say what a market of a venue can do, so that no panel has to ask which one it is."""

    market: Market
    title: str
    buy_word: str
    sell_word: str
    intervals: tuple[Interval, ...]
    has_positions: bool
    has_mark_price: bool
    has_reduce_only: bool
    has_market_by_quote: bool
    default_symbol: str
    order_types: frozenset[OrderType]
    times_in_force: frozenset[TimeInForce]
    order_lists: frozenset[OrderListKind] = frozenset()
    amends_price: bool = False
    tells_rules: bool = False
    trigger_kinds: tuple[PriceKind, ...] = (PriceKind.LAST,)
    has_iceberg: bool = False
    has_close_position: bool = False
    pegs: tuple[PegKind, ...] = ()
    margin_asset: str = ""
    statistics: frozenset[StatisticKind] = frozenset()
    has_dead_man: bool = False


class FeedKind(StrEnum):
    """Name what a market data feed carries."""

    TRADES = "trades"
    BOOK = "book"
    BEST = "best"
    TICKER = "ticker"
    CANDLES = "candles"
    MARK = "mark"
    RULES = "rules"
    ALL_TICKERS = "all tickers"
    ALL_MARKS = "all marks"


@dataclass(frozen=True, slots=True)
class Feed:
    """Name one market data feed; those of rules and of all symbols name none."""

    kind: FeedKind
    symbol: str
    interval: Interval | None = None


class ConnectionState(StrEnum):
    """Name how a connection stands."""

    CLOSED = "closed"
    CONNECTING = "connecting"
    LIVE = "live"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """A connection of the venue changed its state; ``name`` is "market", "account" or "orders"."""

    name: str
    state: ConnectionState
    reason: str = ""


class OutcomeKind(StrEnum):
    """Say what an answer to an order request proves."""

    OK = "ok"
    REJECTED = "rejected"
    NOT_SENT = "not sent"
    EXISTS = "exists"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hold what came back for an order request, and what it proves.

    ``message`` is for the person, ``detail`` for the log in the venue's own words; ``others`` are
    orders that moved with it, as the legs of a list do.
    """

    kind: OutcomeKind
    update: OrderUpdate | None = None
    fills: tuple[Fill, ...] = ()
    code: int | None = None
    message: str = ""
    detail: str = ""
    trouble: Trouble | None = None
    others: tuple[OrderUpdate, ...] = ()


@dataclass(frozen=True, slots=True)
class Replacement:
    """Hold the two fates of a cancel-replace: of the old order and of the new one."""

    cancelled: Outcome
    placed: Outcome


@dataclass(frozen=True, slots=True)
class ClockReading:
    """Hold how far the venue's clock is ahead of ours, how sure that is, and how old.

    ``moved_ms`` is how far the offset has moved since it was measured: a clock was set, or slept.
    """

    offset_ms: int
    round_trip_ms: int
    age_s: float = 0.0
    moved_ms: int = 0


class MarketDataClient(Protocol):
    """Read a market. Every call may raise ``VenueError``."""

    async def instruments(self) -> list[Instrument]:
        """Return all symbols with their rules."""

    async def candles(
        self,
        symbol: str,
        interval: Interval,
        *,
        limit: int = 1000,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> list[Candle]:
        """Return candles, oldest first; the last may be still forming.

        With an end they wait behind everything else, however long that takes.
        """

    async def ticker(self, symbol: str) -> Ticker:
        """Return the statistics of the last 24 hours."""

    async def tickers(self) -> Mapping[str, Ticker]:
        """Return the statistics of the last 24 hours of every symbol."""

    async def best_prices(self) -> Mapping[str, BestPrices]:
        """Return the best prices of every symbol whose book is not empty."""

    async def trades(self, symbol: str, limit: int) -> list[Trade]:
        """Return the newest public trades, oldest first."""

    async def statistics(
        self, symbol: str, kind: StatisticKind, interval: Interval, start_ms: int
    ) -> list[StatisticPoint]:
        """Return a figure of a contract from a time on, oldest first, as far as it is kept.

        One point for each candle of the interval is enough. Nothing where ``Capabilities`` do not
        name the kind.
        """

    def subscribe(self, feed: Feed, sink: MarketSink) -> Callable[[], None]:
        """Send a feed's events to a sink from now on and return what ends that."""

    def renew_book(self, symbol: str, reason: str) -> None:
        """Fetch a book anew, for the one that was told cannot be the market's."""


class ExecutionClient(Protocol):
    """Trade on a market. What returns an outcome never raises; the rest may, ``VenueError``."""

    @property
    def past(self) -> AccountPast:
        """Return what pages through the account's past."""

    async def place(self, request: OrderRequest, client_order_id: str) -> Outcome:
        """Send a new order, once."""

    def draft(self, request: OrderRequest, client_order_id: str) -> str:
        """Return a new order as it would be sent, signed, without its secrets.

        Raise ``TerminalError`` where it could not be sent.
        """

    async def test(self, request: OrderRequest, client_order_id: str) -> Outcome:
        """Let the venue check an order that it does not take."""

    async def cancel(self, ref: OrderRef) -> Outcome:
        """Ask for an order's end; by its number where that is known."""

    async def query(self, ref: OrderRef) -> Outcome:
        """Ask for an order; REJECTED with the venue's code when it knows none."""

    async def amend(self, order: Order, change: Amendment) -> Outcome:
        """Change a resting order in place; NOT_SENT where the market cannot."""

    async def replace(
        self, order: Order, request: OrderRequest, client_order_id: str
    ) -> Replacement:
        """End an order and, only if that worked, place another; two outcomes."""

    async def place_list(
        self, request: OrderListRequest, list_id: str, client_order_ids: Sequence[str]
    ) -> Outcome:
        """Send orders that stand together, once; the first is ``update``, the rest ``others``."""

    async def cancel_all(self, symbol: str) -> Outcome:
        """Ask for the end of every order of a symbol; the account's events tell which ended."""

    async def open_orders(self) -> list[OrderUpdate]:
        """Return every order that rests at the venue. May raise ``VenueError``."""

    async def order_history(self, symbol: str, limit: int) -> list[OrderUpdate]:
        """Return the newest orders of a symbol, ended ones among them. May raise ``VenueError``."""

    async def fills(
        self,
        symbol: str,
        *,
        start_ms: int | None = None,
        order_id: int | None = None,
        from_id: int | None = None,
    ) -> list[Fill]:
        """Return the account's own trades in a symbol. May raise ``VenueError``.

        The newest 1000; those since a time; those of one order; or the next 1000 from a trade's
        number.
        """

    async def account(self) -> AccountSnapshot:
        """Return balances and positions. May raise ``VenueError``."""

    async def fees(self, symbol: str) -> FeeTerms:
        """Return what trading a symbol costs the account. May raise ``VenueError``."""


class Venue(Protocol):
    """One market of one environment."""

    @property
    def environment(self) -> Environment:
        """Return where it is."""

    @property
    def capabilities(self) -> Capabilities:
        """Return what it can do."""

    @property
    def market_data(self) -> MarketDataClient:
        """Return what reads the market."""

    @property
    def execution(self) -> ExecutionClient | None:
        """Return what trades, or None without a key."""

    @property
    def settings(self) -> AccountSettings | None:
        """Return what changes the account's settings; None without a key or positions."""

    @property
    def records(self) -> Records:
        """Return what tells of every request and account event."""

    @property
    def clock(self) -> ClockReading | None:
        """Return the last measured clock offset, None while unknown."""

    @property
    def latency_ms(self) -> int | None:
        """Return the round trip of the newest answer in milliseconds."""

    @property
    def traffic(self) -> Traffic:
        """Return what goes to the venue and comes back, counted."""

    def stream_health(self) -> StreamHealth:
        """Return how every feed stands, and what could not be read."""

    async def open(
        self, on_connection: Callable[[ConnectionChanged], None], on_account: AccountSink
    ) -> None:
        """Connect in the background and keep connected; raise nothing for a lost network."""

    def renew_account_events(self, reason: str) -> None:
        """Connect the account's events anew: the connection is alive and does not tell all."""

    async def close(self) -> None:
        """Close every connection."""
