"""What fills do to the futures account: positions, wallets, income, and what it is told of them."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from terminal_app.practice.engine.events import UsdmAccountChanged
from terminal_app.practice.engine.intervals import USDM_INTERVALS
from terminal_app.practice.engine.kinds import (
    AccountChangeReason,
    IncomeType,
    MarketName,
    PositionSide,
    Side,
)
from terminal_app.practice.engine.market import Market, MarketParts
from terminal_app.practice.engine.model import ZERO, Fill, Order, OrderRequest
from terminal_app.practice.engine.usdm_values import Income, Position, UsdmAccount
from terminal_app.practice.sources.symbols import QUOTE_ASSET
from terminal_app.practice.store.account_store import Row
from terminal_app.practice.usdm.account import FEE_ASSET, UsdmBooks
from terminal_app.practice.usdm.income import IncomeRows
from terminal_app.practice.usdm.mark_prices import MarkPrices
from terminal_app.practice.usdm.positions import ATOM, PositionKey
from terminal_app.practice.usdm.valuation import Valuation


class UsdmAccounting(Market):
    """Keep the account that orders act on and value it at mark prices."""

    name = MarketName.USDM
    maker_rate = Decimal("0.0002")
    taker_rate = Decimal("0.0005")

    def __init__(self, parts: MarketParts, mark_prices: MarkPrices) -> None:
        super().__init__(parts, USDM_INTERVALS)
        self._mark_prices = mark_prices
        rules = {symbol: listing.rules for symbol, listing in parts.listings.items()}
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

    def _valuation(self, symbol: str | None = None) -> Valuation:
        return Valuation(self._books, self.ledger.open_in(symbol))

    def _book_fill(
        self, order: Order, price: Decimal, quantity: Decimal, is_maker: bool, trade_id: int
    ) -> Fill:
        books, now = self._books, self.now_ms
        quote = price * quantity
        rate = self.maker_rate if is_maker else self.taker_rate
        commission = (quote * rate).quantize(ATOM)
        signed = quantity if order.side is Side.BUY else -quantity
        realized = books.fill(key_of(order), signed, price, commission, now)
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


def key_of(order: Order | OrderRequest) -> PositionKey:
    """Return which position an order belongs to."""
    return order.symbol, order.position_side
