"""The futures account: wallet, positions, leverage and what they add up to at mark prices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from terminal_app.domain import margin
from terminal_app.practice.engine.kinds import Side
from terminal_app.practice.engine.model import ZERO, Order, Position, SymbolRules, UsdmAccount

FIRST_WALLET = Decimal(10_000)
DEFAULT_LEVERAGE = 20
ATOM = Decimal("0.00000001")


@dataclass(slots=True)
class Held:
    """Hold a position: signed amount, entry, commission paid minus profit taken since flat."""

    amount: Decimal = ZERO
    entry_price: Decimal = ZERO
    costs: Decimal = ZERO
    realized: Decimal = ZERO
    update_time_ms: int = 0

    def apply(self, amount: Decimal, price: Decimal, commission: Decimal) -> Decimal:
        """Count a signed fill and return the profit it realised, before commission."""
        realized = ZERO
        if not self.amount:
            self.costs = ZERO
        if self.amount * amount >= 0:
            total = self.amount + amount
            value = self.amount * self.entry_price + amount * price
            self.entry_price = (value / total).quantize(ATOM)
            self.costs += commission
            self.amount = total
            return realized
        closed = min(abs(amount), abs(self.amount))
        signed = closed if self.amount > 0 else -closed
        realized = (signed * (price - self.entry_price)).quantize(ATOM)
        self.realized += realized
        self.amount += amount
        if not self.amount:
            self.entry_price = self.costs = ZERO
        elif closed < abs(amount):
            self.entry_price = price
            self.costs = commission * abs(self.amount) / abs(amount)
        else:
            self.costs += commission - realized
        return realized


@dataclass(slots=True)
class UsdmBooks:
    """Keep the wallet and the positions; margins are worked out when asked for.

    `marks` maps a symbol to its mark price and is shared with the market.
    """

    rules: Mapping[str, SymbolRules]
    marks: Mapping[str, Decimal]
    wallet: Decimal = FIRST_WALLET
    held: dict[str, Held] = field(default_factory=dict)
    leverages: dict[str, int] = field(default_factory=dict)
    update_time_ms: int = 0

    def position_of(self, symbol: str) -> Held:
        """Return the position of a symbol, an empty one when there was none yet."""
        return self.held.setdefault(symbol, Held())

    def leverage(self, symbol: str) -> int:
        """Return the leverage of a symbol."""
        return self.leverages.get(symbol, DEFAULT_LEVERAGE)

    def initial_margin(
        self, symbol: str, bid_notional: Decimal, ask_notional: Decimal, leverage: int
    ) -> Decimal:
        """Return what position and open orders need: the worse of both directions."""
        position = self.position_of(symbol).amount * self.marks[symbol]
        exposure = max(abs(position + bid_notional), abs(position - ask_notional))
        return margin.initial_margin(exposure, leverage)

    def position(self, symbol: str, orders: Iterable[Order], others: "_Totals") -> Position:
        """Return a position with its margins, given the totals of all other symbols."""
        held, mark, leverage = self.position_of(symbol), self.marks[symbol], self.leverage(symbol)
        brackets = self.rules[symbol].brackets
        notional = held.amount * mark
        bids, asks = open_notionals(orders)
        initial = margin.initial_margin(notional, leverage)
        total = self.initial_margin(symbol, bids, asks, leverage)
        return Position(
            symbol=symbol,
            amount=held.amount,
            entry_price=held.entry_price,
            break_even_price=margin.break_even_price(held.amount, held.entry_price, held.costs),
            mark_price=mark,
            unrealized_pnl=margin.unrealized_pnl(held.amount, held.entry_price, mark),
            liquidation_price=margin.liquidation_price(
                held.amount,
                held.entry_price,
                self.wallet,
                brackets,
                others.maintenance_margin,
                others.unrealized_pnl,
            ),
            leverage=leverage,
            max_notional=margin.max_notional(leverage, brackets),
            notional=notional,
            initial_margin=initial,
            maintenance_margin=margin.maintenance_margin(notional, brackets),
            open_order_initial_margin=total - initial,
            bid_notional=bids,
            ask_notional=asks,
            accumulated_realized=held.realized,
            update_time_ms=held.update_time_ms,
        )

    def totals(self, without: str = "") -> "_Totals":
        """Return maintenance margin and unrealised profit of all positions but one."""
        maintenance = profit = ZERO
        for symbol, held in self.held.items():
            if held.amount and symbol != without:
                mark = self.marks[symbol]
                brackets = self.rules[symbol].brackets
                maintenance += margin.maintenance_margin(held.amount * mark, brackets)
                profit += margin.unrealized_pnl(held.amount, held.entry_price, mark)
        return _Totals(maintenance, profit)

    def account(self, open_orders: Iterable[Order]) -> UsdmAccount:
        """Return the totals of the account, given all its open orders."""
        by_symbol: dict[str, list[Order]] = {symbol: [] for symbol in self.held}
        for order in open_orders:
            by_symbol.setdefault(order.symbol, []).append(order)
        totals = self.totals()
        position_margin = whole_margin = ZERO
        for symbol, orders in by_symbol.items():
            leverage = self.leverage(symbol)
            position = self.position_of(symbol).amount * self.marks[symbol]
            position_margin += margin.initial_margin(position, leverage)
            bids, asks = open_notionals(orders)
            whole_margin += self.initial_margin(symbol, bids, asks, leverage)
        margin_balance = self.wallet + totals.unrealized_pnl
        available = max(ZERO, margin_balance - whole_margin)
        withdrawable = self.wallet + min(ZERO, totals.unrealized_pnl) - whole_margin
        return UsdmAccount(
            wallet_balance=self.wallet,
            unrealized_pnl=totals.unrealized_pnl,
            margin_balance=margin_balance,
            position_initial_margin=position_margin,
            open_order_initial_margin=whole_margin - position_margin,
            initial_margin=whole_margin,
            maintenance_margin=totals.maintenance_margin,
            available_balance=available,
            max_withdraw_amount=max(ZERO, withdrawable),
            update_time_ms=self.update_time_ms,
        )

    def to_state(self) -> dict[str, object]:
        """Return the account as plain values."""
        held = {
            symbol: [
                format(position.amount, "f"),
                format(position.entry_price, "f"),
                format(position.costs, "f"),
                format(position.realized, "f"),
                position.update_time_ms,
            ]
            for symbol, position in self.held.items()
        }
        return {
            "wallet": format(self.wallet, "f"),
            "held": held,
            "leverages": self.leverages,
            "update_time_ms": self.update_time_ms,
        }

    def set_state(self, state: Mapping[str, Any], now_ms: int) -> None:
        """Take the account from plain values, a fresh one from none."""
        self.wallet = Decimal(state.get("wallet", FIRST_WALLET))
        self.leverages = dict(state.get("leverages", {}))
        self.update_time_ms = state.get("update_time_ms", now_ms)
        self.held = {
            symbol: Held(Decimal(row[0]), Decimal(row[1]), Decimal(row[2]), Decimal(row[3]), row[4])
            for symbol, row in state.get("held", {}).items()
        }


@dataclass(frozen=True, slots=True)
class _Totals:
    maintenance_margin: Decimal
    unrealized_pnl: Decimal


def open_notionals(orders: Iterable[Order]) -> tuple[Decimal, Decimal]:
    """Return the notionals of open buys and sells, reduce-only orders left out."""
    bids = asks = ZERO
    for order in orders:
        if not order.reduce_only:
            notional = order.price * order.remaining
            if order.side is Side.BUY:
                bids += notional
            else:
                asks += notional
    return bids, asks
