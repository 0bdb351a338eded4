"""The practice exchange without its network faces: two markets, one account each, one clock.

INTERFACE (stable; bodies follow).
"""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from terminal_app.practice.clock import Clock
from terminal_app.practice.events import BookTicker, Listener, MarkPrice
from terminal_app.practice.market_values import (
    AggregateTrade,
    AveragePrice,
    Candle,
    DepthSnapshot,
    PublicTrade,
    Ticker24h,
)
from terminal_app.practice.model import (
    Balance,
    Fill,
    Income,
    IncomeType,
    MarketName,
    MarketState,
    Order,
    OrderRequest,
    PlacedOrder,
    Position,
    SymbolRules,
    UsdmAccount,
)


class MarketData:
    """Answer questions about a market; unknown symbols raise -1121, intervals -1120."""

    def symbols(self) -> Sequence[SymbolRules]:
        """Return the rules of every listed symbol."""
        raise NotImplementedError

    def rules(self, symbol: str) -> SymbolRules:
        """Return the rules of one symbol."""
        raise NotImplementedError

    def depth(self, symbol: str, limit: int) -> DepthSnapshot:
        """Return the best `limit` levels of each side."""
        raise NotImplementedError

    def book_ticker(self, symbol: str) -> BookTicker:
        """Return the best bid and ask."""
        raise NotImplementedError

    def last_price(self, symbol: str) -> Decimal:
        """Return the price of the last trade."""
        raise NotImplementedError

    def recent_trades(
        self, symbol: str, limit: int, from_id: int | None = None
    ) -> Sequence[PublicTrade]:
        """Return the newest prints, or the first ones from an id on, oldest first."""
        raise NotImplementedError

    def aggregate_trades(
        self,
        symbol: str,
        limit: int,
        from_id: int | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> Sequence[AggregateTrade]:
        """Return merged prints, oldest first."""
        raise NotImplementedError

    def candles(
        self,
        symbol: str,
        interval: str,
        limit: int,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> Sequence[Candle]:
        """Return candles by open time, the forming one included; with a start the oldest from it."""
        raise NotImplementedError

    def forming_candle(self, symbol: str, interval: str) -> Candle | None:
        """Return the candle of this moment (cheap), None before the first trade."""
        raise NotImplementedError

    def ticker_24h(self, symbol: str) -> Ticker24h:
        """Return rolling statistics of the last 24 hours."""
        raise NotImplementedError

    def average_price(self, symbol: str) -> AveragePrice:
        """Return the volume-weighted price of the last five minutes."""
        raise NotImplementedError


class Market:
    """What both markets offer. Ids given as None are absent; one of the two is needed."""

    name: MarketName
    data: MarketData
    maker_rate: Decimal
    taker_rate: Decimal

    @property
    def now_ms(self) -> int:
        """Return the market's own time (of the record while one is played)."""
        raise NotImplementedError

    @property
    def state(self) -> MarketState:
        """Tell whether the market still moves."""
        raise NotImplementedError

    def place(self, request: OrderRequest) -> PlacedOrder:
        """Check, match and rest an order; raise ExchangeError when it is refused."""
        raise NotImplementedError

    def test(self, request: OrderRequest) -> None:
        """Check an order as `place` does, without sending it to the book."""
        raise NotImplementedError

    def cancel(
        self,
        symbol: str,
        order_id: int | None = None,
        client_order_id: str | None = None,
        new_client_order_id: str = "",
    ) -> Order:
        """Cancel an open order and return its last state; -2011 when it is not open."""
        raise NotImplementedError

    def cancel_all(self, symbol: str) -> Sequence[Order]:
        """Cancel every open order of a symbol; spot raises -2011 when there is none."""
        raise NotImplementedError

    def order(
        self, symbol: str, order_id: int | None = None, client_order_id: str | None = None
    ) -> Order:
        """Return an order (by client id: the newest of that id); -2013 when unknown."""
        raise NotImplementedError

    def open_orders(self, symbol: str | None = None) -> Sequence[Order]:
        """Return open orders by id."""
        raise NotImplementedError

    def all_orders(
        self,
        symbol: str | None,
        limit: int,
        from_order_id: int | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> Sequence[Order]:
        """Return orders by id: the newest, or the first ones from an id or a time on."""
        raise NotImplementedError

    def fills(
        self,
        symbol: str | None,
        limit: int,
        order_id: int | None = None,
        from_id: int | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> Sequence[Fill]:
        """Return trades of the account, oldest first."""
        raise NotImplementedError


class SpotMarket(Market):
    """Trade spot."""

    def balances(self) -> Sequence[Balance]:
        """Return every asset of the catalogue, zero balances included, by name."""
        raise NotImplementedError

    @property
    def account_update_time_ms(self) -> int:
        """Return when the account last changed."""
        raise NotImplementedError


class UsdmMarket(Market):
    """Trade USDⓈ-M perpetuals: one-way mode, cross margin."""

    def account(self) -> UsdmAccount:
        """Return the totals of the account at mark prices."""
        raise NotImplementedError

    def position(self, symbol: str) -> Position:
        """Return the position of a symbol, an empty one when flat."""
        raise NotImplementedError

    def positions(self) -> Sequence[Position]:
        """Return positions of every listed symbol, flat ones included."""
        raise NotImplementedError

    def set_leverage(self, symbol: str, leverage: int) -> Position:
        """Set the leverage of a symbol and return its position (leverage, max_notional)."""
        raise NotImplementedError

    def income(
        self,
        symbol: str | None,
        income_type: IncomeType | None,
        limit: int,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> Sequence[Income]:
        """Return income rows, oldest first."""
        raise NotImplementedError

    def mark_price(self, symbol: str) -> MarkPrice:
        """Return mark, index and funding of a symbol."""
        raise NotImplementedError

    def open_interest(self, symbol: str) -> Decimal:
        """Return a plausible open interest in base units."""
        raise NotImplementedError


class Exchange:
    """Hold both markets and move their time; listeners are called synchronously, in order."""

    spot: SpotMarket
    usdm: UsdmMarket
    notices: list[str]
    speed: float
    seed: int

    def __init__(
        self,
        clock: Clock,
        seed: int = 1,
        *,
        speed: float = 1.0,
        recordings: Sequence[Path] = (),
        account_file: Path | None = None,
    ) -> None:
        """Open the markets; with `recordings` the markets found in them are played from files.

        Raises RecordingError (a ValueError) when a file cannot be read or holds no market.
        """
        raise NotImplementedError

    def add_listener(self, listener: Listener) -> None:
        """Call `listener` with every event from now on."""
        raise NotImplementedError

    def remove_listener(self, listener: Listener) -> None:
        """Stop calling `listener`."""
        raise NotImplementedError

    def advance(self, wall_ms: int) -> None:
        """Move both markets to a wall time; market time passes at `speed` unless paused."""
        raise NotImplementedError

    def server_time_ms(self) -> int:
        """Return wall time, which timestamps of requests are checked against."""
        raise NotImplementedError

    def set_speed(self, speed: float) -> None:
        """Change how fast market time passes from the last `advance` on; must be > 0."""
        raise NotImplementedError

    def pause(self) -> None:
        """Let market time stand still; orders are still taken."""
        raise NotImplementedError

    def resume(self) -> None:
        """Let market time pass again."""
        raise NotImplementedError

    @property
    def paused(self) -> bool:
        """Tell whether market time stands still."""
        raise NotImplementedError

    def reset_account(self) -> None:
        """Give both markets a fresh account; open orders are cancelled first."""
        raise NotImplementedError

    def close(self) -> None:
        """Commit and close the account file."""
        raise NotImplementedError
