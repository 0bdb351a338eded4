"""Holdings that the known executions do not explain: trades that no event told of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from terminal_app.domain.account import AccountSnapshot
from terminal_app.domain.instrument import ZERO, Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import Fill


class Explained:
    """Remember how far holdings were from what the known executions add up to.

    Transfers, funding and what was held before make a difference that stays. One that changes
    between two looks came from a trade that is not known, or from a transfer: either way the
    symbol's trades are worth asking for.
    """

    def __init__(self) -> None:
        self._rests: Mapping[str, Decimal] | None = None

    def lacking(
        self, account: AccountSnapshot, fills: Iterable[Fill], symbols: Iterable[str]
    ) -> list[str]:
        """Return the symbols in which executions may be missing since ``settle``, sorted.

        On spot a holding belongs to many symbols: of those the given ones are looked at.
        """
        before = self._rests
        if before is None:
            return []
        now = _rests(account, fills)
        moved = {name for name in {*before, *now} if before.get(name, ZERO) != now.get(name, ZERO)}
        if account.market is Market.SPOT:
            return sorted(symbol for symbol in symbols if _base(symbol, moved))
        return sorted(moved)

    def settle(self, account: AccountSnapshot, fills: Iterable[Fill]) -> None:
        """Take the differences of now as those that are explained."""
        self._rests = _rests(account, fills)

    def forget(self) -> None:
        """Begin anew: the account is another one."""
        self._rests = None


def _rests(account: AccountSnapshot, fills: Iterable[Fill]) -> dict[str, Decimal]:
    held: defaultdict[str, Decimal] = defaultdict(Decimal)
    if account.market is not Market.SPOT:
        for position in account.positions:
            held[position.symbol] += position.amount
        for fill in fills:
            held[fill.symbol] -= _signed(fill)
        return held
    for balance in account.balances:
        held[balance.asset] += balance.total
    assets = frozenset(held)
    for fill in fills:
        base = _base(fill.symbol, assets)
        if base:
            held[base] -= _signed(fill)
            held[fill.symbol.removeprefix(base)] += _signed(fill) * fill.price
        held[fill.commission_asset] += fill.commission
    return held


def _base(symbol: str, assets: Iterable[str]) -> str:
    """Return the asset that a symbol's name begins with, the longest of several, or nothing."""
    return max((one for one in assets if one and symbol.startswith(one)), key=len, default="")


def _signed(fill: Fill) -> Decimal:
    return fill.quantity if fill.side is Side.BUY else -fill.quantity
