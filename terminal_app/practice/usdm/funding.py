"""Funding: settlement by the schedule of each symbol, and the history of its rates."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any

from terminal_app.practice.engine.kinds import AccountChangeReason, IncomeType, PositionSide
from terminal_app.practice.engine.market import MarketParts
from terminal_app.practice.engine.usdm_values import Funding
from terminal_app.practice.store.account_store import Row
from terminal_app.practice.usdm.mark_prices import INTEREST_RATE, MarkPrices
from terminal_app.practice.usdm.positions import ATOM
from terminal_app.practice.usdm.trading import UsdmTrading


class UsdmFunding(UsdmTrading):
    """Settle funding and remember its rates; those before the market was opened are made up."""

    def __init__(self, parts: MarketParts, mark_prices: MarkPrices) -> None:
        super().__init__(parts, mark_prices)
        self._fundings: list[Funding] = []
        self._saved_fundings = 0
        mark_prices.on_funding = self._settle_funding

    def settle_funding(self, symbol: str) -> None:
        """Settle the funding of a symbol now, whatever the time."""
        self.data.rules(symbol)
        self._settle_funding((symbol,))

    def funding_history(
        self,
        symbol: str | None,
        limit: int,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> Sequence[Funding]:
        """Return settled rates, oldest first: the newest, or with a start the first ones."""
        low, high = start_ms or 0, self.now_ms if end_ms is None else min(end_ms, self.now_ms)
        if symbol is not None:
            self.data.rules(symbol)
        settled = [
            row
            for row in self._fundings
            if symbol in (None, row.symbol) and row.symbol in self._listings
        ]
        first = {row.symbol: row.time_ms for row in reversed(settled)}
        found = [row for row in settled if low <= row.time_ms <= high]
        for name in self._listings if symbol is None else (symbol,):
            before_ms = min(first.get(name, self.now_ms), high + 1)
            if before_ms > low:
                found.extend(self._made_up(name, limit, start_ms, before_ms - 1))
        found.sort(key=lambda row: (row.time_ms, row.symbol))
        return found[-limit:] if start_ms is None else found[:limit]

    def _made_up(
        self, symbol: str, limit: int, start_ms: int | None, end_ms: int
    ) -> Iterable[Funding]:
        hours = self.data.rules(symbol).funding_interval_hours
        for candle in self.data.candles(symbol, f"{hours}h", limit, start_ms, end_ms):
            draw = hashlib.blake2b(f"{symbol} {candle.open_time_ms}".encode(), digest_size=2)
            share = Decimal(int.from_bytes(draw.digest(), "big")) / 65_536
            # In a calm market most rates are the interest alone: the premium is within the clamp.
            rate = INTEREST_RATE * min(Decimal(1), 2 * share - Decimal("0.2")) * hours / 8
            yield Funding(symbol, rate.quantize(ATOM), candle.open_time_ms, candle.open)

    def _settle_funding(self, symbols: Sequence[str]) -> None:
        """Let every position pay or get amount × mark × rate (Binance futures, funding).

        Isolated positions pay out of their own wallet and are told; cross names its symbol alone.
        """
        books = self._books
        for symbol in symbols:
            mark = self._mark_prices.of(symbol)
            self._fundings.append(Funding(symbol, mark.funding_rate, mark.time_ms, mark.mark_price))
            for side in PositionSide:
                if books.position_of(symbol, side).amount:
                    self._pay_funding(symbol, side, mark.mark_price * mark.funding_rate)
        self._commit()

    def _pay_funding(self, symbol: str, side: PositionSide, per_unit: Decimal) -> None:
        books = self._books
        held = books.held[symbol, side]
        fee = (held.amount * per_unit).quantize(ATOM)
        books.update_time_ms = self.now_ms
        is_isolated = symbol in books.isolated
        if is_isolated:
            held.isolated_wallet -= fee
        else:
            books.cross_wallet -= fee
        self._add_income(IncomeType.FUNDING_FEE, -fee, symbol)
        told = (self.position(symbol, side),) if is_isolated else ()
        self._tell_account(AccountChangeReason.FUNDING_FEE, told, -fee, symbol)

    def _restore(self, state: Mapping[str, Any]) -> None:
        super()._restore(state)
        if state:
            self._fundings = self._store.load(self.name, Funding)
            self._saved_fundings = len(self._fundings)
        else:
            # A reset clears the rows of the account on disk; the rates are the market's.
            self._saved_fundings = 0

    def _new_rows(self) -> Iterable[tuple[int, Row]]:
        new = list(enumerate(self._fundings[self._saved_fundings :], self._saved_fundings))
        self._saved_fundings = len(self._fundings)
        return chain(super()._new_rows(), new)
