"""What orders do to the futures account: margin checks, positions, reduce-only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from terminal_app.practice.engine.events import UsdmAccountChanged
from terminal_app.practice.engine.intervals import USDM_INTERVALS
from terminal_app.practice.engine.kinds import (
    AccountChangeReason,
    ExecutionType,
    ExpiryReason,
    IncomeType,
    MarketName,
    OrderStatus,
    PositionSide,
    Side,
)
from terminal_app.practice.engine.listing import Emit, Listing
from terminal_app.practice.engine.market import Market
from terminal_app.practice.engine.model import (
    ZERO,
    Fill,
    Income,
    Order,
    OrderRequest,
    PlacedOrder,
    Position,
    UsdmAccount,
)
from terminal_app.practice.engine.timeline import Timeline
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.sources.catalogue import QUOTE_ASSET
from terminal_app.practice.store.account_store import AccountStore, Row
from terminal_app.practice.usdm.account import FEE_ASSET, UsdmBooks
from terminal_app.practice.usdm.checks import (
    check_margin,
    check_reduce_only,
    check_time_in_force,
)
from terminal_app.practice.usdm.filters import check_usdm_order
from terminal_app.practice.usdm.income import IncomeRows
from terminal_app.practice.usdm.mark_prices import MarkPrices
from terminal_app.practice.usdm.positions import ATOM, PositionKey
from terminal_app.practice.usdm.valuation import Valuation


class UsdmTrading(Market):
    """Trade: orders move positions, which need margin."""

    name = MarketName.USDM
    maker_rate = Decimal("0.0002")
    taker_rate = Decimal("0.0005")

    def __init__(
        self,
        listings: Mapping[str, Listing],
        timeline: Timeline,
        store: AccountStore,
        emit: Emit,
        mark_prices: MarkPrices,
    ) -> None:
        super().__init__(listings, timeline, store, emit, USDM_INTERVALS)
        self._mark_prices = mark_prices
        rules = {symbol: listing.rules for symbol, listing in listings.items()}
        self._books = UsdmBooks(rules, mark_prices.marks)
        self._incomes = IncomeRows()
        self._moved: set[str] = set()

    def account(self) -> UsdmAccount:
        """Return the totals of the account at mark prices."""
        return self._valuation().account()

    def position(self, symbol: str, side: PositionSide = PositionSide.BOTH) -> Position:
        """Return the position of a symbol and side, an empty one when flat."""
        self.data.rules(symbol)
        return self._valuation(symbol).position((symbol, side))

    def positions(self, symbol: str | None = None) -> Sequence[Position]:
        """Return the positions of a symbol, or of all: one each, in hedge mode LONG and SHORT."""
        if symbol is not None:
            self.data.rules(symbol)
        valuation = self._valuation(symbol)
        listed = self._listings if symbol is None else (symbol,)
        return [valuation.position((name, side)) for name in listed for side in self._books.sides]

    def place(self, request: OrderRequest) -> PlacedOrder:
        """Place an order; in hedge mode one that closes is reduce-only by itself."""
        return super().place(_as_reducing(request))

    def test(self, request: OrderRequest) -> None:
        """Check an order as `place` does, without sending it to the book."""
        super().test(_as_reducing(request))

    def _valuation(self, symbol: str | None = None) -> Valuation:
        return Valuation(self._books, self.ledger.open_in(symbol))

    def _check(self, request: OrderRequest, listing: Listing) -> None:
        rules, books = listing.rules, self._books
        open_orders = self.ledger.open_in(rules.symbol)
        mark = books.marks[rules.symbol]
        best = listing.book.levels(request.side.opposite, 1)
        opposite = rules.price(best[0][0]) if best else None
        check_usdm_order(request, rules, mark, opposite, len(open_orders))
        if self.ledger.is_open_client_id(rules.symbol, request.client_order_id):
            raise ExchangeError(-4116, "clientOrderId is duplicated")
        books.check_side(request.position_side)
        if request.reduce_only:
            check_reduce_only(request, books.position_of(*_key(request)).amount)
        else:
            check_margin(request, listing, books, self._valuation())
        check_time_in_force(request, listing)

    def _allowed_lots(self, order: Order, lots: int) -> int:
        if not order.reduce_only:
            return lots
        amount = self._books.position_of(*_key(order)).amount
        reducible = -amount if order.side is Side.BUY else amount
        step = self._listings[order.symbol].rules.step_size
        return min(lots, max(0, int(reducible / step)))

    def _market_limit_ticks(self, order: Order) -> int:
        # Binance futures, marketTakeBound: what the bound around the mark leaves unfilled expires.
        rules, mark = self._listings[order.symbol].rules, self._books.marks[order.symbol]
        if order.side is Side.BUY:
            return int(mark * (1 + rules.market_take_bound) / rules.tick_size)
        return -int(-mark * (1 - rules.market_take_bound) // rules.tick_size)

    def _book_fill(
        self, order: Order, price: Decimal, quantity: Decimal, is_maker: bool, trade_id: int
    ) -> Fill:
        books, now = self._books, self.now_ms
        quote = price * quantity
        rate = self.maker_rate if is_maker else self.taker_rate
        commission = (quote * rate).quantize(ATOM)
        signed = quantity if order.side is Side.BUY else -quantity
        realized = books.fill(_key(order), signed, price, commission, now)
        paid, asset = books.charge(commission)
        self._moved.add(order.symbol)
        symbol, trade = order.symbol, str(trade_id)
        self._add_income(IncomeType.COMMISSION, -paid, symbol, trade, asset)
        self._add_income(IncomeType.REALIZED_PNL, realized, symbol, trade)
        return Fill(
            trade_id=trade_id,
            order_id=order.order_id,
            symbol=order.symbol,
            side=order.side,
            price=price,
            quantity=quantity,
            quote_quantity=quote,
            commission=paid,
            commission_asset=asset,
            is_maker=is_maker,
            realized_pnl=realized,
            time_ms=now,
            position_side=order.position_side,
        )

    def _add_income(
        self,
        income_type: IncomeType,
        income: Decimal,
        symbol: str = "",
        trade_id: str = "",
        asset: str = QUOTE_ASSET,
    ) -> None:
        identity = self._next("transaction_id")
        self._incomes.add(identity, income_type, income, asset, symbol, self.now_ms, trade_id)

    def _account_moved(self, order: Order) -> None:
        if order.symbol not in self._moved:
            return
        self._moved.discard(order.symbol)
        self._tell_account(AccountChangeReason.ORDER, self.positions(order.symbol))
        for resting in self.ledger.open_in(order.symbol):
            if resting.reduce_only and self._is_excess(resting):
                status, kind = OrderStatus.EXPIRED, ExecutionType.EXPIRED
                self._end(resting, status, kind, ExpiryReason.REDUCE_ONLY)

    def _is_excess(self, order: Order) -> bool:
        _, lots = self._remaining_lots(order)
        return self._allowed_lots(order, lots) < lots

    def _rename_cancelled(self, order: Order, cancel_id: str) -> None:
        """Keep the client id: futures cancels have none of their own."""

    def _tell_account(
        self,
        reason: AccountChangeReason,
        positions: Sequence[Position] = (),
        change: Decimal = ZERO,
        symbol: str = "",
        asset: str = QUOTE_ASSET,
    ) -> None:
        """Emit the balance that changed and the positions given; a fill may pay fees in BNB."""
        books = self._books
        balances = [books.balance(change, asset)]
        if books.burns_bnb and reason is AccountChangeReason.ORDER:
            balances.append(books.balance(asset=FEE_ASSET))
        self._emit(
            UsdmAccountChanged(self.now_ms, reason, tuple(balances), tuple(positions), symbol)
        )

    def _state(self) -> dict[str, object]:
        return self._books.to_state()

    def _restore(self, state: Mapping[str, Any]) -> None:
        self._books.set_state(state, self.now_ms)
        self._incomes.load(self._store.load(self.name, Income))
        if not state:
            self._tell_account(AccountChangeReason.RESET, self.positions())

    def _new_rows(self) -> Iterable[tuple[int, Row]]:
        return self._incomes.take_new()


def _key(order: Order | OrderRequest) -> PositionKey:
    return order.symbol, order.position_side


def _as_reducing(request: OrderRequest) -> OrderRequest:
    closing = {PositionSide.LONG: Side.SELL, PositionSide.SHORT: Side.BUY}
    is_closing = closing.get(request.position_side) is request.side
    return replace(request, reduce_only=True) if is_closing else request
