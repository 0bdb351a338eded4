"""What a chart knows of its book and trades beside the bars."""

from __future__ import annotations

import numpy as np

from terminal_app.gui.chart.flow.book_heat import BookHeat
from terminal_app.gui.chart.flow.footprint import Footprints, TradeTape
from terminal_app.gui.chart.series import IntColumn

NOT_GATHERED = "Book and trades are gathered for the main chart alone"
INTENSITIES = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


class Flow:
    """Hold the heat of the book and the tape of one symbol.

    ``intensity`` says how bright a usual size is. ``problem`` names why nothing is gathered now:
    at first nobody does, who begins to calls `clear`.
    """

    def __init__(self) -> None:
        self.heat = BookHeat()
        self.tape = TradeTape()
        self.footprints = Footprints(self.tape)
        self.intensity = 1.0
        self.problem = NOT_GATHERED

    def clear(self) -> None:
        """Forget everything of a symbol, to gather that of another."""
        self.heat.clear()
        self.tape.clear()
        self.problem = ""

    @property
    def trades_since_ms(self) -> int | None:
        """Return since when trades are known."""
        return int(self.tape.time_ms[0]) if len(self.tape) else None


def bar_length_ms(opens_ms: IntColumn) -> int:
    """Return how long the bars of some open times are: the least distance, a minute for one bar."""
    return int(np.diff(opens_ms[-200:]).min()) if len(opens_ms) > 1 else 60_000
