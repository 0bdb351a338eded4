"""Map bars and prices to pixels and back."""

import math
from dataclasses import dataclass

import numpy as np

from terminal_app.gui.chart.look import ScaleMode

_LEAST_SPACING, _MOST_SPACING, _USUAL_SPACING = 0.02, 80.0, 7.0
_LIVE_MARGIN_PX = 56.0
_KEPT_BARS = 3
_LEAST_PRICE = 1e-12
# Less of the room than this is left to the bars by no automatic scale.
_LEAST_FILLED, _ROUNDING_PX = 0.9, 0.01


class TimeScale:
    """Place bars by their index; distances count from the last bar, so history may grow at will.

    `margin` is how many bars of room lie right of the last bar; negative when it is out of sight.
    """

    def __init__(self) -> None:
        self.spacing = _USUAL_SPACING
        self.margin = _LIVE_MARGIN_PX / _USUAL_SPACING

    @property
    def is_live(self) -> bool:
        """Tell whether the last bar is in sight, so that the view follows it."""
        return self.margin >= 0

    def reset(self) -> None:
        """Go back to the last bar at the usual width."""
        self.spacing = _USUAL_SPACING
        self.show_last()

    def show_last(self) -> None:
        """Go to the last bar at the width of now."""
        self.margin = _LIVE_MARGIN_PX / self.spacing

    def show_first(self, count: int, width: float) -> None:
        """Go to the oldest bar."""
        self.margin = width / self.spacing - count
        self._keep_some(count, width)

    def appended(self) -> None:
        """Stay on the same bars when one more came, unless the last bar is in sight."""
        if not self.is_live:
            self.margin -= 1

    def zoom(self, factor: float, x: float, count: int, width: float) -> None:
        """Widen or narrow the bars, keeping what is at `x` in its place."""
        spacing = min(_MOST_SPACING, max(_LEAST_SPACING, self.spacing * factor))
        self.margin += (width - x) * (1 / spacing - 1 / self.spacing)
        self.spacing = spacing
        self._keep_some(count, width)

    def pan(self, pixels: float, count: int, width: float) -> None:
        """Move the bars by a distance; positive goes back in time."""
        self.margin -= pixels / self.spacing
        self._keep_some(count, width)

    def x(self, index: float, count: int, width: float) -> float:
        """Return the middle of a bar."""
        return width - (self.margin + count - 1 - index) * self.spacing

    def index(self, x: float, count: int, width: float) -> int:
        """Return the bar whose middle is nearest, which may lie outside of the series."""
        return round(count - 1 + self.margin - (width - x) / self.spacing)

    def visible(self, count: int, width: float) -> tuple[int, int]:
        """Return the first bar in sight and the one after the last."""
        first = int(np.floor(count - 1 + self.margin - width / self.spacing))
        last = int(np.ceil(count + self.margin))
        return min(max(0, first), count), max(0, min(count, last))

    def _keep_some(self, count: int, width: float) -> None:
        most = width / self.spacing - _KEPT_BARS
        self.margin = max(-(count - _KEPT_BARS), min(self.margin, most))


@dataclass(slots=True)
class PriceScale:
    """Place prices between the edges of the plot; automatic until a person scales it.

    ``base`` is the price that the percent scale counts from.
    """

    low: float = 0.0
    high: float = 1.0
    height: float = 1.0
    is_auto: bool = True
    mode: ScaleMode = ScaleMode.LINEAR
    base: float = 1.0
    _is_by_hand: bool = False

    @property
    def per_unit(self) -> float:
        """Return the pixels of one unit: of a price, or on the log scale of its logarithm."""
        return self.height / (self.place(self.high) - self.place(self.low))

    def set_mode(self, mode: ScaleMode) -> None:
        """Place prices in another way, fitted to what is in sight."""
        self.mode, self.is_auto, self._is_by_hand = mode, True, True

    def place(self, price: float) -> float:
        """Return a price in the units of the scale."""
        return math.log(max(price, _LEAST_PRICE)) if self.mode is ScaleMode.LOG else price

    def fit(self, low: float, high: float, above_px: float, below_px: float, tick: float) -> None:
        """Have a range of prices fill the plot but for a room above and below.

        A scale that nearly does so stays: bars that move along keep their height then.
        """
        if high - low < tick * 4:
            middle, half = (high + low) / 2, tick * 10
            low, high = middle - half, middle + half
        top, bottom = self.place(high), self.place(low)
        room = max(self.height - above_px - below_px, self.height * 0.2, 1.0)
        if not self._is_by_hand and self._nearly_shows(bottom, top, room, above_px):
            return
        self._is_by_hand = False
        per_pixel = (top - bottom) / room
        self._show(bottom - below_px * per_pixel, top + above_px * per_pixel)

    def stretch(self, factor: float, y: float | None = None) -> None:
        """Show a range of prices larger by a factor around a height, the middle for None."""
        top, bottom = self.place(self.high), self.place(self.low)
        kept = (top + bottom) / 2 if y is None else top - y / self.per_unit
        self._show(kept - (kept - bottom) * factor, kept + (top - kept) * factor)
        self.is_auto, self._is_by_hand = False, True

    def pan(self, pixels: float) -> None:
        """Move the prices down by a distance."""
        shift = pixels / self.per_unit
        self._show(self.place(self.low) + shift, self.place(self.high) + shift)
        self._is_by_hand = True

    def y(self, price: float) -> float:
        """Return where a price is."""
        return (self.place(self.high) - self.place(price)) * self.per_unit

    def price(self, y: float) -> float:
        """Return the price at a height."""
        return self._price_of(self.place(self.high) - y / self.per_unit)

    def percent(self, price: float) -> float:
        """Return how far a price lies from the base, in percent."""
        return (price / self.base - 1) * 100

    def _nearly_shows(self, bottom: float, top: float, room: float, above_px: float) -> bool:
        if not self.low < self.high:
            return False
        per_unit = self.per_unit
        upper = (self.place(self.high) - top) * per_unit
        lower = (self.place(self.high) - bottom) * per_unit
        is_inside = above_px <= upper + _ROUNDING_PX and lower <= above_px + room + _ROUNDING_PX
        return is_inside and lower - upper >= room * _LEAST_FILLED

    def _price_of(self, place: float) -> float:
        return math.exp(place) if self.mode is ScaleMode.LOG else place

    def _show(self, bottom: float, top: float) -> None:
        self.low, self.high = self._price_of(bottom), self._price_of(top)
