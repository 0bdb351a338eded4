"""What the spot account holds, free and locked."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from terminal_app.practice.engine.model import ZERO, Balance


class Balances:
    """Hold every asset of the catalogue, zero balances included."""

    def __init__(self, assets: Iterable[str], totals: Mapping[str, Decimal]) -> None:
        names = sorted({*assets, *totals})
        self._free = {asset: totals.get(asset, ZERO) for asset in names}
        self._locked = dict.fromkeys(names, ZERO)

    def free(self, asset: str) -> Decimal:
        """Return what can be spent."""
        return self._free[asset]

    def total(self, asset: str) -> Decimal:
        """Return what is held, free or locked."""
        return self._free[asset] + self._locked[asset]

    def of(self, asset: str) -> Balance:
        """Return one balance."""
        return Balance(asset, self._free[asset], self._locked[asset])

    def rows(self) -> Sequence[Balance]:
        """Return all balances by name."""
        return [self.of(asset) for asset in self._free]

    def lock(self, asset: str, amount: Decimal) -> None:
        """Move an amount from free to locked; a negative one goes back."""
        self._free[asset] -= amount
        self._locked[asset] += amount

    def add(self, asset: str, amount: Decimal) -> None:
        """Change what is free by a signed amount; an asset not held so far is taken in."""
        self._free[asset] = self._free.get(asset, ZERO) + amount
        self._locked.setdefault(asset, ZERO)

    def to_state(self) -> dict[str, Decimal]:
        """Return the totals; locked amounts follow from the open orders."""
        locked = self._locked
        return {asset: free + locked[asset] for asset, free in self._free.items()}
