"""Describe a horizontal line of the person's own: an order, a position, a liquidation."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from terminal_app.domain.market import Side
from terminal_app.gui.theme import Theme


class LineKind(StrEnum):
    """Say what a line stands for."""

    ORDER = "order"
    POSITION = "position"
    LIQUIDATION = "liquidation"


@dataclass(frozen=True, slots=True)
class PriceLine:
    """Hold a line at a price with its words, for example "Buy 0.100 limit".

    A pending line waits for the exchange and is grey; ``can_move`` and ``can_cancel`` say what a
    hand on it may ask for.
    """

    key: str
    kind: LineKind
    price: Decimal
    text: str
    side: Side | None = None
    is_pending: bool = False
    can_move: bool = False
    can_cancel: bool = False

    def colour(self, theme: Theme) -> str:
        """Return the line's colour: of its side for an order, of its kind else."""
        if self.is_pending:
            return theme.muted
        if self.kind is LineKind.POSITION:
            return theme.accent
        if self.kind is LineKind.LIQUIDATION:
            return theme.warning
        return theme.sell if self.side is Side.SELL else theme.buy
