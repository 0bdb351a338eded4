"""The USDⓈ-M market: queries, leverage, funding and liquidation."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from terminal_app.practice.engine.events import LeverageChanged, MarkPrice
from terminal_app.practice.engine.kinds import (
    AccountChangeReason,
    ExecutionType,
    ExpiryReason,
    IncomeType,
    OrderStatus,
    OrderType,
    Side,
)
from terminal_app.practice.engine.listing import Emit, Listing
from terminal_app.practice.engine.model import ZERO, Income, OrderRequest, Position
from terminal_app.practice.engine.timeline import Timeline
from terminal_app.practice.store.account_store import AccountStore
from terminal_app.practice.usdm.account import ATOM
from terminal_app.practice.usdm.checks import (
    check_leverage,
)
from terminal_app.practice.usdm.mark_prices import MarkPrices
from terminal_app.practice.usdm.trading import UsdmTrading


class UsdmMarket(UsdmTrading):
    """Trade USDⓈ-M perpetuals: one-way mode, cross margin."""

    def __init__(
        self,
        listings: Mapping[str, Listing],
        timeline: Timeline,
        store: AccountStore,
        emit: Emit,
        mark_prices: MarkPrices,
    ) -> None:
        super().__init__(listings, timeline, store, emit, mark_prices)
        mark_prices.on_marked = self._check_liquidation
        mark_prices.on_funding = self._settle_funding

    def positions(self) -> Sequence[Position]:
        """Return positions of every listed symbol, flat ones included."""
        return [self.position(symbol) for symbol in self._listings]

    def set_leverage(self, symbol: str, leverage: int) -> Position:
        """Set the leverage of a symbol and return its position (leverage, max_notional)."""
        rules, books = self.data.rules(symbol), self._books
        open_orders = self.ledger.open_in(symbol)
        check_leverage(leverage, rules, books, open_orders, self.account().available_balance)
        if leverage != books.leverage(symbol):
            books.leverages[symbol] = leverage
            self._emit(LeverageChanged(self.now_ms, symbol, leverage))
            self._commit()
        return self.position(symbol)

    def income(
        self,
        symbol: str | None,
        income_type: IncomeType | None,
        limit: int,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> Sequence[Income]:
        """Return income rows, oldest first."""
        return self._incomes.query(symbol, income_type, limit, start_ms, end_ms)

    def mark_price(self, symbol: str) -> MarkPrice:
        """Return mark, index and funding of a symbol."""
        self.data.rules(symbol)
        return self._mark_prices.of(symbol)

    def open_interest(self, symbol: str) -> Decimal:
        """Return a plausible open interest in base units: a third of the day's volume."""
        rules = self.data.rules(symbol)
        volume = self._listings[symbol].tape.ticker_24h().volume
        return volume / 3 // rules.step_size * rules.step_size

    def _settle_funding(self) -> None:
        """Let every position pay or get amount × mark × rate (Binance futures, funding)."""
        books, now = self._books, self.now_ms
        for symbol, held in books.held.items():
            if held.amount:
                mark = self._mark_prices.of(symbol)
                fee = (held.amount * mark.mark_price * mark.funding_rate).quantize(ATOM)
                books.wallet -= fee
                books.update_time_ms = now
                identity = self._next("transaction_id")
                self._incomes.add(identity, IncomeType.FUNDING_FEE, -fee, symbol, now)
                self._tell_account(AccountChangeReason.FUNDING_FEE, (), -fee, symbol)
        self._commit()

    def _check_liquidation(self) -> None:
        """Close everything when maintenance margin eats up the margin balance."""
        totals = self._books.totals()
        balance = self._books.wallet + totals.unrealized_pnl
        if not totals.maintenance_margin or totals.maintenance_margin < balance:
            return
        for order in self.ledger.open_in(None):
            self._end(order, OrderStatus.EXPIRED, ExecutionType.EXPIRED, ExpiryReason.LIQUIDATION)
        for symbol, held in list(self._books.held.items()):
            if held.amount:
                self._liquidate(symbol, held.amount)
        self._commit()

    def _liquidate(self, symbol: str, amount: Decimal) -> None:
        """Close a position through the book; the insurance fund bears what the wallet cannot."""
        listing = self._listings[symbol]
        order = self._accept(
            OrderRequest(
                symbol=symbol,
                side=Side.SELL if amount > 0 else Side.BUY,
                order_type=OrderType.MARKET,
                quantity=abs(amount),
                client_order_id=f"autoclose-{self.now_ms}{self._next('transaction_id')}",
                reduce_only=True,
            ),
            listing,
        )
        fills = self._match(order, listing, ExecutionType.CALCULATED)
        if order.status.is_open:
            self._rest_or_expire(order, listing)
        quote = sum((fill.quote_quantity for fill in fills), ZERO)
        fee = (quote * listing.rules.liquidation_fee).quantize(ATOM)
        charge = min(fee, self._books.wallet)
        self._books.wallet -= charge
        self._incomes.add(
            self._next("transaction_id"), IncomeType.INSURANCE_CLEAR, -charge, symbol, self.now_ms
        )
        self._account_moved(order)
        listing.publish(self.now_ms)
