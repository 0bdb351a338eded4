"""What a person sets on the futures account: modes, leverage, margin, fees, transfers."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from terminal_app.practice.engine.events import LeverageChanged
from terminal_app.practice.engine.kinds import (
    AccountChangeReason,
    IncomeType,
    MarginType,
    PositionSide,
)
from terminal_app.practice.engine.model import ZERO
from terminal_app.practice.engine.usdm_values import MarginChange, Position
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.sources.symbols import QUOTE_ASSET
from terminal_app.practice.usdm.account import FEE_ASSET
from terminal_app.practice.usdm.checks import (
    addable_margin,
    check_leverage,
    check_margin_type,
    check_position_mode,
    removable_margin,
)
from terminal_app.practice.usdm.settlement import UsdmSettlement


class UsdmSettings(UsdmSettlement):
    """Change how positions are kept and backed, and move money in and out."""

    @property
    def is_hedge_mode(self) -> bool:
        """Tell whether long and short positions of a symbol stand side by side."""
        return self._books.is_hedge

    @property
    def burns_bnb(self) -> bool:
        """Tell whether commission is paid in BNB while there is enough."""
        return self._books.burns_bnb

    def margin_type(self, symbol: str) -> MarginType:
        """Return how the positions of a symbol are backed."""
        self.data.rules(symbol)
        return self._books.margin_type(symbol)

    def set_leverage(self, symbol: str, leverage: int) -> Position:
        """Set the leverage of a symbol and return a position of it (leverage, max_notional)."""
        rules, books = self.data.rules(symbol), self._books
        check_leverage(leverage, rules, books, self._valuation())
        if leverage != books.leverage(symbol):
            books.leverages[symbol] = leverage
            self._emit(LeverageChanged(self.now_ms, symbol, leverage))
            self._commit()
        return self.positions(symbol)[0]

    def set_margin_type(self, symbol: str, margin_type: MarginType) -> None:
        """Back a symbol by the cross wallet or by wallets of its positions; -4046 to -4048."""
        self.data.rules(symbol)
        books = self._books
        check_margin_type(symbol, margin_type, books, self._has_open_orders(symbol))
        if margin_type is MarginType.ISOLATED:
            books.isolated.add(symbol)
        else:
            books.isolated.discard(symbol)
        self._tell_account(AccountChangeReason.MARGIN_TYPE_CHANGE, self.positions(symbol))
        self._commit()

    def set_hedge_mode(self, is_hedge: bool) -> None:
        """Keep long and short apart or as one; -4059, -4067 and -4068. No event tells of it."""
        check_position_mode(is_hedge, self._books, self._has_open_orders(None))
        self._books.is_hedge = is_hedge
        self._commit()

    def set_fee_burn(self, burns_bnb: bool) -> None:
        """Let commission be paid in BNB with 10 % off, or in the margin asset."""
        self._books.burns_bnb = burns_bnb
        self._commit()

    def change_position_margin(self, symbol: str, side: PositionSide, amount: Decimal) -> None:
        """Add margin to an isolated position, or take from it with an amount below 0.

        Raises -4049 on cross margin, -4054 without a position, -4050 or -4051 beyond what may
        move, -4055 for nothing.
        """
        self.data.rules(symbol)
        books, key = self._books, (symbol, side)
        books.check_side(side)
        if not amount:
            raise ExchangeError(-4055, "Amount must be positive.")
        if symbol not in books.isolated:
            raise ExchangeError(-4049, "Add margin only support for isolated position.")
        if not books.position_of(symbol, side).amount:
            raise ExchangeError(-4054, "Cannot add position margin: position is 0.")
        if amount > addable_margin(books, self._valuation()):
            raise ExchangeError(-4050, "Cross balance insufficient.")
        if -amount > removable_margin(key, books):
            raise ExchangeError(-4051, "Isolated balance insufficient.")
        held = books.held[key]
        held.isolated_wallet += amount
        books.cross_wallet -= amount
        books.note_margin_change(MarginChange(symbol, side, amount, QUOTE_ASSET, self.now_ms))
        self._tell_account(AccountChangeReason.MARGIN_TRANSFER, (self.position(symbol, side),))
        self._commit()

    def margin_changes(
        self,
        symbol: str,
        limit: int,
        is_added: bool | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> Sequence[MarginChange]:
        """Return what was added to isolated positions and taken from them, oldest first."""
        self.data.rules(symbol)
        low, high = start_ms or 0, self.now_ms if end_ms is None else end_ms
        found = [
            change
            for change in self._books.margin_changes
            if change.symbol == symbol
            and low <= change.time_ms <= high
            and is_added in (None, change.amount > 0)
        ]
        return found[-limit:]

    def withdrawable(self) -> Mapping[str, Decimal]:
        """Return how much of each asset may leave the account: what margin leaves free."""
        account = self.account()
        return {QUOTE_ASSET: account.max_withdraw_amount, FEE_ASSET: account.bnb_balance}

    def deposit(self, amount: Decimal, asset: str = QUOTE_ASSET) -> None:
        """Move money in, from spot or elsewhere: USDT, or BNB for fees."""
        self._transfer(AccountChangeReason.DEPOSIT, amount, asset)

    def withdraw(self, amount: Decimal, asset: str = QUOTE_ASSET) -> None:
        """Move money out; -2018 beyond what margin leaves free."""
        if amount > self.withdrawable().get(asset, ZERO):
            raise ExchangeError(-2018, "Balance is insufficient.")
        self._transfer(AccountChangeReason.WITHDRAW, -amount, asset)

    def _transfer(self, reason: AccountChangeReason, change: Decimal, asset: str) -> None:
        books = self._books
        if asset not in (QUOTE_ASSET, FEE_ASSET):
            raise ExchangeError(-4044, f"{asset} is not a balance of this account.")
        if (change > ZERO) is not (reason is AccountChangeReason.DEPOSIT):
            raise ExchangeError(-4055, "Amount must be positive.")
        if asset == FEE_ASSET:
            books.bnb_wallet += change
        else:
            books.cross_wallet += change
        books.update_time_ms = self.now_ms
        self._add_income(IncomeType.TRANSFER, change, asset=asset)
        self._tell_account(reason, change=change, asset=asset)
        self._commit()

    def _has_open_orders(self, symbol: str | None) -> bool:
        return bool(self.ledger.open_in(symbol))
