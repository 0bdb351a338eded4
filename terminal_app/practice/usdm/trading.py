"""What orders may do on futures: checks of filters, margin and position, reduce-only."""

from dataclasses import replace
from decimal import Decimal

from terminal_app.practice.engine.kinds import (
    AccountChangeReason,
    ExecutionType,
    ExpiryReason,
    OrderStatus,
    PositionSide,
    PriceMatch,
    Side,
    TimeInForce,
)
from terminal_app.practice.engine.listing import Listing
from terminal_app.practice.engine.model import ZERO, Order, OrderRequest, PlacedOrder
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.usdm.accounting import UsdmAccounting, key_of
from terminal_app.practice.usdm.checks import (
    check_contract,
    check_margin,
    check_reversal,
    check_time_in_force,
)
from terminal_app.practice.usdm.filters import check_usdm_order
from terminal_app.practice.usdm.price_match import check_good_till_date, matched_price
from terminal_app.practice.usdm.reduce_only import in_excess, room_for
from terminal_app.practice.usdm.valuation import Valuation


class UsdmTrading(UsdmAccounting):
    """Trade: orders move positions, which need margin."""

    def place(self, request: OrderRequest) -> PlacedOrder:
        """Place an order; in hedge mode one that closes is reduce-only by itself.

        A reduce-only order takes no more than the position has room for: its quantity is cut to
        that, and it knocks out those that come after it.
        """
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

    def _check(self, request: OrderRequest, listing: Listing) -> None:
        check_contract(listing.status, request.reduce_only)
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
        room = self._room(request, changed)
        if room <= 0 or (changed is not None and (request.quantity or ZERO) > room):
            raise ExchangeError(-2022, "ReduceOnly Order is rejected.")
        wanted = replace(request, quantity=min(request.quantity or ZERO, room))
        check_reversal(wanted, listing, self._books, valuation)

    def _quantity(self, request: OrderRequest, listing: Listing) -> Decimal:
        quantity = super()._quantity(request, listing)
        return min(quantity, self._room(request)) if request.reduce_only else quantity

    def _room(self, request: OrderRequest, changed: Order | None = None) -> Decimal:
        """Return how much of the position is left to a reduce-only order."""
        rivals = [
            order
            for order in self.ledger.open_in(request.symbol)
            if order is not changed
            and key_of(order) == key_of(request)
            and order.side is request.side
        ]
        return room_for(request, rivals, self._reducible(*key_of(request), request.side))

    def _reducible(self, symbol: str, position_side: PositionSide, side: Side) -> Decimal:
        amount = self._books.position_of(symbol, position_side).amount
        return max(ZERO, -amount if side is Side.BUY else amount)

    def _allowed_lots(self, order: Order, lots: int) -> int:
        if not order.reduce_only:
            return lots
        reducible = self._reducible(*key_of(order), order.side)
        return min(lots, int(reducible / self._listings[order.symbol].rules.step_size))

    def _worst_ticks(self, order: Order, listing: Listing) -> int | None:
        # Binance futures, marketTakeBound: what the bound around the mark leaves unfilled expires.
        if not order.order_type.is_market:
            return super()._worst_ticks(order, listing)
        rules, mark = listing.rules, self._books.marks[order.symbol]
        if order.side is Side.BUY:
            return int(mark * (1 + rules.market_take_bound) / rules.tick_size)
        return -int(-mark * (1 - rules.market_take_bound) // rules.tick_size)

    def _account_moved(self, order: Order) -> None:
        if order.symbol not in self._moved:
            return
        self._moved.discard(order.symbol)
        self._tell_account(AccountChangeReason.ORDER, self.positions(order.symbol))
        self._expire_excess(order.symbol)

    def _expire_excess(self, symbol: str) -> None:
        reducing = [order for order in self.ledger.open_in(symbol) if order.reduce_only]
        for key in dict.fromkeys((order.position_side, order.side) for order in reducing):
            rivals = [order for order in reducing if (order.position_side, order.side) == key]
            for order in in_excess(rivals, self._reducible(symbol, *key)):
                status, kind = OrderStatus.EXPIRED, ExecutionType.EXPIRED
                self._end(order, status, kind, ExpiryReason.REDUCE_ONLY)


def _as_reducing(request: OrderRequest) -> OrderRequest:
    closing = {PositionSide.LONG: Side.SELL, PositionSide.SHORT: Side.BUY}
    is_closing = closing.get(request.position_side) is request.side
    return replace(request, reduce_only=True) if is_closing else request
