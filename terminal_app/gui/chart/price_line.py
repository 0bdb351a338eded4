"""Describe a horizontal line of the person's own: an order, a position, a plan."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from terminal_app.domain.market import Side
from terminal_app.gui.theme import Theme


class LineKind(StrEnum):
    """Say what a line stands for; ``ASKED`` is where an order was asked to go, not yet granted."""

    ORDER = "order"
    WAITING = "waiting"
    ASKED = "asked"
    POSITION = "position"
    LIQUIDATION = "liquidation"
    BREAK_EVEN = "break-even"
    PLANNED = "planned"
    ALERT = "alert"

    @property
    def sends(self) -> bool:
        """Say whether a hand on it asks the exchange for something."""
        return self in (LineKind.ORDER, LineKind.WAITING, LineKind.POSITION)


@dataclass(frozen=True, slots=True)
class PriceLine:
    """Hold a line at a price with its words, for example "Buy 0.100 limit".

    ``figure`` is a profit in words, ``gain`` its sign. A pending line waits for the exchange and is
    grey, an unknown one may not exist; ``can_move`` and ``can_cancel`` say what a hand on it may
    ask for, ``hint`` what that would do.
    """

    key: str
    kind: LineKind
    price: Decimal
    text: str
    side: Side | None = None
    figure: str = ""
    gain: int = 0
    is_pending: bool = False
    is_unknown: bool = False
    can_move: bool = False
    can_cancel: bool = False
    hint: str = ""

    def colour(self, theme: Theme) -> str:
        """Return the line's colour: of its side for an order, of its kind else."""
        if self.is_pending or self.kind in (LineKind.ASKED, LineKind.BREAK_EVEN, LineKind.ALERT):
            return theme.muted
        if self.is_unknown or self.kind is LineKind.LIQUIDATION:
            return theme.warning
        if self.kind is LineKind.POSITION:
            return theme.accent
        return theme.sell if self.side is Side.SELL else theme.buy

    def figure_colour(self, theme: Theme) -> str:
        """Return the colour of the figure: of a gain, a loss or neither."""
        return theme.buy if self.gain > 0 else theme.sell if self.gain < 0 else theme.muted
