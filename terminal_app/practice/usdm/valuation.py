"""What a futures account is worth at mark prices: margins, liquidation prices, free balance."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from terminal_app.domain import margin
from terminal_app.practice.engine.kinds import MarginType, PositionSide, Side
from terminal_app.practice.engine.model import ZERO, Order
from terminal_app.practice.engine.usdm_values import Position, UsdmAccount
from terminal_app.practice.usdm.account import UsdmBooks
from terminal_app.practice.usdm.positions import Held, PositionKey


@dataclass(frozen=True, slots=True)
class OpenNotionals:
    """Hold the notionals of open buys and sells of one position, reduce-only left out."""

    bids: Decimal = ZERO
    asks: Decimal = ZERO

    def with_order(self, side: Side, notional: Decimal) -> "OpenNotionals":
        """Return the notionals with one order more."""
        if side is Side.BUY:
            return OpenNotionals(self.bids + notional, self.asks)
        return OpenNotionals(self.bids, self.asks + notional)


_NOTHING_OPEN = OpenNotionals()


@dataclass(frozen=True, slots=True)
class Totals:
    """Hold maintenance margin and unrealised profit of some positions."""

    maintenance_margin: Decimal
    unrealized_pnl: Decimal


class Valuation:
    """Value an account and its open orders at the mark prices of this moment."""

    def __init__(self, books: UsdmBooks, open_orders: Iterable[Order]) -> None:
        self._books = books
        sums: dict[PositionKey, list[Decimal]] = {}
        for order in open_orders:
            if not order.reduce_only:
                both = sums.setdefault((order.symbol, order.position_side), [ZERO, ZERO])
                both[order.side is Side.SELL] += order.price * order.remaining
        self._open = {key: OpenNotionals(*both) for key, both in sums.items()}

    def open_notionals(self, key: PositionKey) -> OpenNotionals:
        """Return the notionals of the open orders of a position."""
        return self._open.get(key, _NOTHING_OPEN)

    def exposure(self, key: PositionKey, opened: OpenNotionals) -> Decimal:
        """Return the notional of position and open orders: the worse of both directions."""
        position = self._books.position_of(*key).amount * self._books.marks[key[0]]
        return max(abs(position + opened.bids), abs(position - opened.asks))

    def position(self, key: PositionKey) -> Position:
        """Return a position with its margins."""
        books, (symbol, side) = self._books, key
        held, mark, leverage = books.position_of(*key), books.marks[symbol], books.leverage(symbol)
        brackets = books.rules[symbol].brackets
        notional, opened = held.amount * mark, self.open_notionals(key)
        initial = margin.initial_margin(notional, leverage)
        total = margin.initial_margin(self.exposure(key, opened), leverage)
        return Position(
            symbol=symbol,
            amount=held.amount,
            entry_price=held.entry_price,
            break_even_price=margin.break_even_price(held.amount, held.entry_price, held.costs),
            mark_price=mark,
            unrealized_pnl=margin.unrealized_pnl(held.amount, held.entry_price, mark),
            liquidation_price=self._liquidation_price(key, held),
            leverage=leverage,
            max_notional=margin.max_notional(leverage, brackets),
            notional=notional,
            initial_margin=initial,
            maintenance_margin=margin.maintenance_margin(notional, brackets),
            open_order_initial_margin=total - initial,
            bid_notional=opened.bids,
            ask_notional=opened.asks,
            accumulated_realized=held.realized,
            update_time_ms=held.update_time_ms,
            position_side=side,
            margin_type=books.margin_type(symbol),
            isolated_wallet=held.isolated_wallet,
        )

    def cross_totals(self, without: str = "") -> Totals:
        """Return maintenance margin and profit of all cross positions but those of one symbol."""
        isolated = self._books.isolated
        return self._totals(
            (key, held)
            for key, held in self._books.open_positions()
            if key[0] not in isolated and key[0] != without
        )

    def isolated_totals(self, key: PositionKey) -> Totals:
        """Return maintenance margin and profit of one position."""
        return self._totals([(key, self._books.position_of(*key))])

    def isolated_order_margin(self) -> Decimal:
        """Return what open orders of isolated symbols need."""
        isolated = self._books.isolated
        margins = [self._margins(key) for key in self._keys() if key[0] in isolated]
        return sum((whole - alone for alone, whole in margins), ZERO)

    def account(self) -> UsdmAccount:
        """Return the totals of the account."""
        books = self._books
        position_margin = whole_margin = locked = ZERO
        for key in self._keys():
            alone, whole = self._margins(key)
            position_margin += alone
            whole_margin += whole
            locked += whole - alone if key[0] in books.isolated else whole
        everything, cross = self._totals(books.open_positions()), self.cross_totals()
        cross_wallet, wallet = books.cross_wallet, books.wallet
        withdrawable = cross_wallet + min(ZERO, cross.unrealized_pnl) - locked
        return UsdmAccount(
            wallet_balance=wallet,
            unrealized_pnl=everything.unrealized_pnl,
            margin_balance=wallet + everything.unrealized_pnl,
            position_initial_margin=position_margin,
            open_order_initial_margin=whole_margin - position_margin,
            initial_margin=whole_margin,
            maintenance_margin=everything.maintenance_margin,
            cross_wallet_balance=cross_wallet,
            cross_unrealized_pnl=cross.unrealized_pnl,
            available_balance=max(ZERO, cross_wallet + cross.unrealized_pnl - locked),
            max_withdraw_amount=max(ZERO, withdrawable),
            bnb_balance=books.bnb_wallet,
            update_time_ms=books.update_time_ms,
        )

    def _keys(self) -> list[PositionKey]:
        held = (key for key, _ in self._books.open_positions())
        return list(dict.fromkeys((*held, *self._open)))

    def _margins(self, key: PositionKey) -> tuple[Decimal, Decimal]:
        leverage = self._books.leverage(key[0])
        alone = margin.initial_margin(self.exposure(key, _NOTHING_OPEN), leverage)
        whole = margin.initial_margin(self.exposure(key, self.open_notionals(key)), leverage)
        return alone, whole

    def _totals(self, positions: Iterable[tuple[PositionKey, Held]]) -> Totals:
        books = self._books
        maintenance = profit = ZERO
        for (symbol, _), held in positions:
            mark = books.marks[symbol]
            brackets = books.rules[symbol].brackets
            maintenance += margin.maintenance_margin(held.amount * mark, brackets)
            profit += margin.unrealized_pnl(held.amount, held.entry_price, mark)
        return Totals(maintenance, profit)

    def _liquidation_price(self, key: PositionKey, held: Held) -> Decimal:
        books, (symbol, _) = self._books, key
        if not held.amount:
            return ZERO
        brackets = books.rules[symbol].brackets
        if books.margin_type(symbol) is MarginType.ISOLATED:
            leg = margin.Leg(held.amount, held.entry_price)
            return margin.joint_liquidation_price((leg,), held.isolated_wallet, brackets)
        others = self.cross_totals(without=symbol)
        funds = books.cross_wallet - others.maintenance_margin + others.unrealized_pnl
        legs = [
            margin.Leg(one.amount, one.entry_price)
            for one in (books.position_of(symbol, side) for side in PositionSide)
        ]
        return margin.joint_liquidation_price(legs, funds, brackets)
