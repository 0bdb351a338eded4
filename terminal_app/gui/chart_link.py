"""Have a chart's crosshair seen on the charts it is linked with."""

from __future__ import annotations

from collections.abc import Callable

from terminal_app.gui.chart.view import ChartView
from terminal_app.gui.link_groups import Link, LinkedSpot, LinkedSymbol, LinkKind


def link_pointers(
    view: ChartView, link: Link, shown_symbol: Callable[[], LinkedSymbol | None]
) -> None:
    """Tell where a chart's pointer is and show where those of linked charts are.

    A price is shown on charts of the same symbol alone.
    """

    def tell(time_ms: int | None, y: int | None) -> None:
        if time_ms is None or y is None:
            link.tell(LinkKind.CROSSHAIR, None)
        else:
            plot = view.plot()
            is_on_prices = plot is not None and y < plot.height()
            price = view.price_at(y) if is_on_prices else None
            spot = LinkedSpot(time_ms, price, shown_symbol())
            link.tell(LinkKind.CROSSHAIR, spot)

    def hear(spot: LinkedSpot | None) -> None:
        time_ms = spot.time_ms if spot is not None else None
        is_same = spot is not None and spot.symbol == shown_symbol()
        if view.linked_pointer.show(time_ms, spot.price if spot is not None and is_same else None):
            view.mark()

    view.linked_pointer.pointed.connect(tell)
    link.spot_came.connect(hear)
