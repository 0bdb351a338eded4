"""Changing the price and the quantity of an open futures order."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from terminal_app.practice.engine.kinds import (
    ExecutionType,
    OrderStatus,
    OrderType,
    PriceMatch,
    SelfTradePrevention,
    Side,
    TimeInForce,
)
from terminal_app.practice.engine.listing import Listing
from terminal_app.practice.engine.market import MarketParts
from terminal_app.practice.engine.model import ZERO, Order, OrderRequest
from terminal_app.practice.engine.order_life import would_take
from terminal_app.practice.engine.usdm_values import Modification
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.store.account_store import Row
from terminal_app.practice.usdm.mark_prices import MarkPrices
from terminal_app.practice.usdm.price_match import matched_price
from terminal_app.practice.usdm.settings import UsdmSettings

_MOST_MODIFICATIONS: Final = 9_999
_NOTIONAL_TOO_SMALL: Final = -4164


@dataclass(frozen=True, slots=True)
class ModifyRequest:
    """Ask for a new price and quantity of an order named by one of its ids."""

    symbol: str
    side: Side
    quantity: Decimal
    price: Decimal | None
    order_id: int | None = None
    client_order_id: str | None = None
    price_match: PriceMatch = PriceMatch.NONE
    modify_id: str = ""
    reduce_only: bool = False


class UsdmModifying(UsdmSettings):
    """Modify orders in place; they go to the end of the queue (Binance USDⓈ-M, PUT order)."""

    def __init__(self, parts: MarketParts, mark_prices: MarkPrices) -> None:
        super().__init__(parts, mark_prices)
        self._counters["modification_id"] = 0
        self._modifications: list[Modification] = []
        self._saved_modifications = 0

    def modify(self, request: ModifyRequest) -> Order:
        """Change an open limit order and return it as changed, before it meets the book again.

        A refused change leaves the order as it is. The order is cancelled when it has filled as
        much as it is to have, and when it may only make but would take.
        """
        self.data.rules(request.symbol)
        listing = self._listings[request.symbol]
        order = self.ledger.find_open(request.symbol, request.order_id, request.client_order_id)
        if order is None:
            raise ExchangeError(-2013, "Order does not exist.")
        price = self._check_modification(order, request, listing)
        is_post_only = order.time_in_force is TimeInForce.GTX
        takes = is_post_only and would_take(listing, order.side, price)
        if takes or request.quantity <= order.executed_quantity:
            self._end(order, OrderStatus.CANCELED, ExecutionType.CANCELED)
            answer = copy(order)
        else:
            answer = self._apply(order, request, price, listing)
        self._account_moved(order)
        self._settled(listing)
        return answer

    def modifications(
        self,
        symbol: str,
        order_id: int | None,
        client_order_id: str | None,
        limit: int,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> Sequence[Modification]:
        """Return the changes of an order, newest first."""
        order = self.order(symbol, order_id, client_order_id)
        latest = 1 << 62 if end_ms is None else end_ms
        found = [
            row
            for row in self._modifications
            if row.order_id == order.order_id and (start_ms or 0) <= row.time_ms <= latest
        ]
        return found[::-1][:limit]

    def _check_modification(
        self, order: Order, request: ModifyRequest, listing: Listing
    ) -> Decimal:
        if order.order_type is not OrderType.LIMIT:
            raise ExchangeError(-5025, "Only limit order is supported.")
        if request.side is not order.side:
            raise ExchangeError(-1117, "Invalid side.")
        if request.reduce_only and not order.reduce_only:
            raise ExchangeError(-5047, "The original order is not a reduce-only order.")
        if order.modify_count >= _MOST_MODIFICATIONS:
            raise ExchangeError(-5026, "Exceed maximum modify order limit.")
        price = request.price or ZERO
        if request.price_match is not PriceMatch.NONE:
            price = matched_price(request.price_match, order.side, listing)
        if (price, request.quantity) == (order.price, order.quantity):
            raise ExchangeError(-5027, "No need to modify the order.")
        wanted = OrderRequest(
            symbol=order.symbol,
            side=order.side,
            order_type=order.order_type,
            quantity=request.quantity,
            price=price,
            reduce_only=order.reduce_only and request.reduce_only,
            position_side=order.position_side,
        )
        try:
            self._check_filters(wanted, listing, 0)
        except ExchangeError as error:
            if error.code == _NOTIONAL_TOO_SMALL:
                least = format(listing.rules.min_notional, "f")
                message = f"Order's notional must be no smaller than {least}"
                raise ExchangeError(-5029, message) from None
            raise
        remaining = request.quantity - order.executed_quantity
        if remaining > 0:
            wanted = replace(wanted, quantity=remaining, reduce_only=order.reduce_only)
            self._check_account(wanted, listing, changed=order)
        return price

    def _apply(
        self, order: Order, request: ModifyRequest, price: Decimal, listing: Listing
    ) -> Order:
        modification_id = self._next("modification_id")
        order.modify_count += 1
        self._modifications.append(
            Modification(
                modification_id=modification_id,
                order_id=order.order_id,
                symbol=order.symbol,
                client_order_id=order.client_order_id,
                time_ms=self.now_ms,
                price_before=order.price,
                price_after=price,
                quantity_before=order.quantity,
                quantity_after=request.quantity,
                count=order.modify_count,
                modify_id=request.modify_id,
            )
        )
        listing.book.withdraw(order.order_id)
        order.price, order.quantity = price, request.quantity
        order.price_match, order.modify_id = request.price_match, request.modify_id
        order.self_trade_prevention = SelfTradePrevention.NONE
        order.update_time_ms = self.now_ms
        self._report(order, ExecutionType.AMENDMENT)
        answer = copy(order)
        self._match(order, listing)
        if order.status.is_open:
            self._rest_or_expire(order, listing)
        if order.reduce_only:
            self._expire_excess(order.symbol)
        return answer

    def _restore(self, state: Mapping[str, Any]) -> None:
        super()._restore(state)
        self._modifications = self._store.load(self.name, Modification)
        self._saved_modifications = len(self._modifications)

    def _new_rows(self) -> Iterable[tuple[int, Row]]:
        yield from super()._new_rows()
        for row in self._modifications[self._saved_modifications :]:
            yield row.modification_id, row
        self._saved_modifications = len(self._modifications)
