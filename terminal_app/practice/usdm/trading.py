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
    PriceMatch,
    Side,
    TimeInForce,
)
from terminal_app.practice.engine.listing import Emit, Listing
from terminal_app.practice.engine.market import Market
from terminal_app.practice.engine.model import ZERO, Fill, Order, OrderRequest, PlacedOrder
from terminal_app.practice.engine.timeline import Timeline
from terminal_app.practice.engine.usdm_values import Income, Position, UsdmAccount
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.sources.catalogue import QUOTE_ASSET
from terminal_app.practice.store.account_store import AccountStore, Row
from terminal_app.practice.usdm.account import FEE_ASSET, UsdmBooks
from terminal_app.practice.usdm.checks import (
    check_margin,
    check_reduce_only,
    check_reversal,
    check_time_in_force,
)
from terminal_app.practice.usdm.filters import check_usdm_order
from terminal_app.practice.usdm.income import IncomeRows
from terminal_app.practice.usdm.mark_prices import MarkPrices
from terminal_app.practice.usdm.positions import ATOM, PositionKey
from terminal_app.practice.usdm.price_match import check_good_till_date, matched_price
from terminal_app.practice.usdm.reduce_only import check_room, in_excess
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
        placed = super().place(self._complete(request))
        if placed.order.reduce_only and placed.order.status.is_open:
            self._expire_excess(placed.order.symbol)
            self._commit()
        return placed

    def test(self, request: OrderRequest) -> None:
        """Check an order as `place` does, without sending it to the book."""
        super().test(self._complete(request))

    def _complete(self, request: OrderRequest) -> OrderRequest:
        if request.price_match is not PriceMatch.NONE:
            self.data.rules(request.symbol)
            listing = self._listings[request.symbol]
            price = matched_price(request.price_match, request.side, listing)
            request = replace(request, price=price)
        return _as_reducing(request)

    def _valuation(self, symbol: str | None = None) -> Valuation:
        return Valuation(self._books, self.ledger.open_in(symbol))

    def _check(self, request: OrderRequest, listing: Listing) -> None:
        open_orders = self.ledger.open_in(request.symbol)
        self._check_filters(request, listing, len(open_orders))
        if request.time_in_force is TimeInForce.GTD:
            check_good_till_date(request.good_till_date_ms, self.now_ms)
        if self.ledger.is_open_client_id(request.symbol, request.client_order_id):
            raise ExchangeError(-4116, "clientOrderId is duplicated")
        self._books.check_side(request.position_side)
        self._check_account(request, listing)
        check_time_in_force(request, listing)

    def _check_filters(self, request: OrderRequest, listing: Listing, open_orders: int) -> None:
        rules, mark = listing.rules, self._books.marks[request.symbol]
        best = listing.book.levels(request.side.opposite, 1)
        opposite = rules.price(best[0][0]) if best else None
        check_usdm_order(request, rules, mark, opposite, open_orders)

    def _check_account(
        self, request: OrderRequest, listing: Listing, changed: Order | None = None
    ) -> None:
        """Check position and margin; `changed` is the order that the request is to replace."""
        others = [order for order in self.ledger.open_in(None) if order is not changed]
        valuation = Valuation(self._books, others)
        if not request.reduce_only:
            check_margin(request, listing, self._books, valuation)
            return
        amount = self._books.position_of(*_key(request)).amount
        check_reduce_only(request, amount)
        closing = [
            order for order in others if _key(order) == _key(request) and order.side is request.side
        ]
        check_room(request, closing, abs(amount))
        check_reversal(request, listing, self._books, valuation)

    def _allowed_lots(self, order: Order, lots: int) -> int:
        if not order.reduce_only:
            return lots
        amount = self._books.position_of(*_key(order)).amount
        reducible = -amount if order.side is Side.BUY else amount
        step = self._listings[order.symbol].rules.step_size
        return min(lots, max(0, int(reducible / step)))

    def _worst_ticks(self, order: Order, listing: Listing) -> int | None:
        # Binance futures, marketTakeBound: what the bound around the mark leaves unfilled expires.
        if not order.order_type.is_market:
            return super()._worst_ticks(order, listing)
        rules, mark = listing.rules, self._books.marks[order.symbol]
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
        self._expire_excess(order.symbol)

    def _expire_excess(self, symbol: str) -> None:
        reducing = [order for order in self.ledger.open_in(symbol) if order.reduce_only]
        for key in {(order.position_side, order.side) for order in reducing}:
            side, taker = key
            amount = self._books.position_of(symbol, side).amount
            room = max(ZERO, -amount if taker is Side.BUY else amount)
            rivals = [order for order in reducing if (order.position_side, order.side) == key]
            for order in in_excess(rivals, room):
                status, kind = OrderStatus.EXPIRED, ExecutionType.EXPIRED
                self._end(order, status, kind, ExpiryReason.REDUCE_ONLY)

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
