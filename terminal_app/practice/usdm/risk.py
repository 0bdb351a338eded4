"""What mark prices do to the futures account: margin calls, liquidation, deleveraging."""

from collections.abc import Mapping
from copy import copy
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from terminal_app.practice.engine.events import Liquidated, MarginCalled
from terminal_app.practice.engine.kinds import (
    AccountChangeReason,
    ExecutionType,
    ExpiryReason,
    IncomeType,
    OrderStatus,
    OrderType,
    PositionSide,
    Side,
    TimeInForce,
)
from terminal_app.practice.engine.market import MarketParts
from terminal_app.practice.engine.model import ZERO, Order, OrderRequest
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.usdm.funding import UsdmFunding
from terminal_app.practice.usdm.mark_prices import MarkPrices
from terminal_app.practice.usdm.positions import ATOM, PositionKey
from terminal_app.practice.usdm.scopes import Scope, bankruptcy_price, scopes_of
from terminal_app.practice.usdm.valuation import Valuation

FIRST_INSURANCE_FUND = Decimal(1_000_000)
LIQUIDATION_PREFIX = "autoclose-"
DELEVERAGING_PREFIX = "adl_autoclose-"


class UsdmRisk(UsdmFunding):
    """Close what its margin cannot keep.

    A liquidation closes the whole scope at once; Binance may cut large positions bracket by
    bracket. The insurance fund sells what it takes over at the mark price without delay.
    """

    def __init__(self, parts: MarketParts, mark_prices: MarkPrices) -> None:
        super().__init__(parts, mark_prices)
        self.insurance_fund = FIRST_INSURANCE_FUND
        self._called: set[PositionKey | None] = set()
        mark_prices.on_marked = self._watch_margins

    def liquidate(self, symbol: str, side: PositionSide = PositionSide.BOTH) -> None:
        """Liquidate the scope of a position as if its margin were gone; -2024 when flat."""
        self.data.rules(symbol)
        key = (symbol, side)
        self._require_position(key)
        name = key if symbol in self._books.isolated else None
        self._liquidate_scope(next(scope for scope in scopes_of(self._books) if scope.name == name))
        self._commit()

    def deleverage(
        self, symbol: str, side: PositionSide = PositionSide.BOTH, quantity: Decimal | None = None
    ) -> None:
        """Take a position, or some of it, for the bankrupt other side of it; -2024 when flat."""
        key = (symbol, side)
        self._require_position(key)
        held = abs(self._books.position_of(*key).amount)
        self._deleverage(key, held, quantity, self._mark_on_tick(symbol))
        self._commit()

    def _mark_on_tick(self, symbol: str) -> Decimal:
        mark, tick = self._books.marks[symbol], self.data.rules(symbol).tick_size
        return (mark / tick).quantize(Decimal(1), ROUND_HALF_EVEN) * tick

    def _require_position(self, key: PositionKey) -> None:
        if not self._books.position_of(*key).amount:
            raise ExchangeError(-2024, "Position is not sufficient.")

    def _watch_margins(self) -> None:
        """Warn near liquidation, once until the margin recovers, and liquidate at it."""
        if not self._books.has_position(None):
            self._called.clear()
            return
        for scope in scopes_of(self._books):
            if scope.is_bankrupt:
                self._called.discard(scope.name)
                self._liquidate_scope(scope)
                self._commit()
            elif not scope.is_near:
                self._called.discard(scope.name)
            elif scope.name not in self._called:
                self._called.add(scope.name)
                valuation = self._valuation()
                positions = tuple(valuation.position(key) for key in scope.keys)
                wallet = ZERO if scope.name else scope.wallet
                self._emit(MarginCalled(self.now_ms, wallet, positions))

    def _liquidate_scope(self, scope: Scope) -> None:
        self._expire_orders(scope.name[0] if scope.name else None, ExpiryReason.LIQUIDATION)
        for key in scope.keys:
            # The liquidation of one side may have deleveraged the other.
            if self._books.position_of(*key).amount:
                self._liquidate(key)

    def _expire_orders(self, symbol: str | None, reason: ExpiryReason) -> None:
        for order in self.ledger.open_in(symbol):
            self._end(order, OrderStatus.EXPIRED, ExecutionType.EXPIRED, reason)

    def _liquidate(self, key: PositionKey) -> None:
        """Close a position at its bankruptcy price or better; what the book leaves is taken over.

        Fees and losses beyond the margin of the position are the insurance fund's.
        """
        books, listing = self._books, self._listings[key[0]]
        held = books.position_of(*key)
        amount, cross_before = held.amount, books.cross_wallet
        is_isolated = key[0] in books.isolated
        price = bankruptcy_price(key, books, listing.rules)
        order = self._accept(self._closing_order(key, price, LIQUIDATION_PREFIX), listing)
        fills = self._match(order, listing, ExecutionType.CALCULATED)
        rest = order.remaining
        if rest:
            self._take_over(order, price, rest)
        quote = sum((fill.quote_quantity for fill in fills), rest * price)
        fee = (quote * listing.rules.liquidation_fee).quantize(ATOM)
        left = books.cross_wallet - cross_before
        if not is_isolated:
            left = books.cross_wallet + Valuation(books, ()).cross_totals().unrealized_pnl
        self._clear_with_insurance(order.symbol, min(fee, left))
        self._account_moved(order)
        self._emit(Liquidated(self.now_ms, copy(order), rest or fills[-1].quantity))
        listing.publish(self.now_ms)
        missing = self._fund_take_over(rest if amount > 0 else -rest, price, key[0])
        if missing:
            self._deleverage_opposite(key, missing, price)

    def _closing_order(
        self, key: PositionKey, price: Decimal, prefix: str, quantity: Decimal | None = None
    ) -> OrderRequest:
        symbol, side = key
        amount = self._books.position_of(symbol, side).amount
        return OrderRequest(
            symbol=symbol,
            side=Side.SELL if amount > 0 else Side.BUY,
            order_type=OrderType.LIMIT,
            time_in_force=TimeInForce.IOC,
            quantity=abs(amount) if quantity is None else quantity,
            price=price,
            client_order_id=f"{prefix}{self.now_ms}{self._next('transaction_id') % 1_000_000:06}",
            position_side=side,
        )

    def _take_over(self, order: Order, price: Decimal, quantity: Decimal) -> None:
        """Fill the rest of an order beside the book; no print tells of it (Binance, aggTrades)."""
        tape = self._listings[order.symbol].tape
        trade_id, tape.next_trade_id = tape.next_trade_id, tape.next_trade_id + 1
        self._fill(order, price, quantity, False, trade_id, ExecutionType.CALCULATED)

    def _clear_with_insurance(self, symbol: str, fee: Decimal) -> None:
        """Pay a clearance fee to the insurance fund; below 0 the fund makes good a loss."""
        self._books.cross_wallet -= fee
        self.insurance_fund += fee
        self._add_income(IncomeType.INSURANCE_CLEAR, -fee, symbol)
        if fee:
            self._tell_account(AccountChangeReason.INSURANCE_CLEAR, (), -fee)

    def _fund_take_over(self, amount: Decimal, price: Decimal, symbol: str) -> Decimal:
        """Let the fund sell what it took over and return how much it could not bear."""
        if not amount:
            return ZERO
        per_unit = (self._books.marks[symbol] - price) * (1 if amount > 0 else -1)
        quantity = abs(amount)
        if per_unit * quantity + self.insurance_fund >= 0:
            self.insurance_fund += per_unit * quantity
            return ZERO
        step = self._listings[symbol].rules.step_size
        borne = max(ZERO, self.insurance_fund) / -per_unit // step * step
        self.insurance_fund += per_unit * borne
        return quantity - borne

    def _deleverage_opposite(self, key: PositionKey, quantity: Decimal, price: Decimal) -> None:
        """Close with the account's own other side in hedge mode; else with somebody else's."""
        symbol, side = key
        opposite = PositionSide.SHORT if side is PositionSide.LONG else PositionSide.LONG
        held = abs(self._books.position_of(symbol, opposite).amount)
        if side is not PositionSide.BOTH and held:
            self._deleverage((symbol, opposite), held, quantity, price)

    def _deleverage(
        self, key: PositionKey, held: Decimal, quantity: Decimal | None, price: Decimal
    ) -> None:
        taken = held if quantity is None else min(held, quantity)
        self._close_beside(key, price, DELEVERAGING_PREFIX, taken)

    def _close_beside(
        self, key: PositionKey, price: Decimal, prefix: str, quantity: Decimal
    ) -> None:
        """Close some of a position at a price, beside the book."""
        listing = self._listings[key[0]]
        order = self._accept(self._closing_order(key, price, prefix, quantity), listing)
        self._take_over(order, price, quantity)
        self._account_moved(order)
        listing.publish(self.now_ms)

    def _state(self) -> dict[str, object]:
        return {**super()._state(), "insurance_fund": format(self.insurance_fund, "f")}

    def _restore(self, state: Mapping[str, Any]) -> None:
        self.insurance_fund = Decimal(state.get("insurance_fund", FIRST_INSURANCE_FUND))
        super()._restore(state)
