"""How a person wants bars drawn and prices placed."""

from datetime import tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class ChartStyle(StrEnum):
    """Name what a bar looks like."""

    CANDLES = "candles"
    BARS = "bars"
    LINE = "line"
    AREA = "area"
    HEIKIN_ASHI = "heikin-ashi"
    HEATMAP = "heatmap"
    HEATMAP_LINE = "heatmap-line"
    FOOTPRINT = "footprint"

    @property
    def has_heat(self) -> bool:
        """Say whether the resting book lies behind it."""
        return self in (ChartStyle.HEATMAP, ChartStyle.HEATMAP_LINE)

    @property
    def has_flow(self) -> bool:
        """Say whether it shows more than bars: the book or single trades."""
        return self.has_heat or self is ChartStyle.FOOTPRINT

    @property
    def is_line(self) -> bool:
        """Say whether closes are joined, and bars are not seen."""
        return self in (ChartStyle.LINE, ChartStyle.AREA, ChartStyle.HEATMAP_LINE)

    @property
    def words(self) -> str:
        """Return its name for a menu."""
        return _TITLES[self]


class ScaleMode(StrEnum):
    """Name how prices are placed: evenly, by their ratio, or as the change from a first one."""

    LINEAR = "linear"
    LOG = "log"
    PERCENT = "percent"

    @property
    def words(self) -> str:
        """Return its name for a menu."""
        return _MODE_TITLES[self]


_TITLES = {
    ChartStyle.CANDLES: "Candles",
    ChartStyle.BARS: "Bars",
    ChartStyle.LINE: "Line",
    ChartStyle.AREA: "Area",
    ChartStyle.HEIKIN_ASHI: "Heikin-Ashi",
    ChartStyle.HEATMAP: "Book heatmap, candles",
    ChartStyle.HEATMAP_LINE: "Book heatmap, line",
    ChartStyle.FOOTPRINT: "Footprint",
}
_MODE_TITLES = {
    ScaleMode.LINEAR: "Linear",
    ScaleMode.LOG: "Logarithmic",
    ScaleMode.PERCENT: "Percent",
}


# The zone of this computer first, then where most trading days begin.
ZONES = (
    "",
    "UTC",
    "America/New_York",
    "America/Chicago",
    "Europe/London",
    "Europe/Zurich",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
)


def zone_words(name: str) -> str:
    """Return a zone's name for a menu."""
    return name.rpartition("/")[2].replace("_", " ") or "Local time"


def zone_named(name: str) -> tzinfo | None:
    """Return a zone by its name, None (this computer's) for none or one that is not known."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def style_named(name: str) -> ChartStyle:
    """Return the style of a name that was kept, candles for one that is not known."""
    return ChartStyle(name) if name in set(ChartStyle) else ChartStyle.CANDLES


def mode_named(name: str) -> ScaleMode:
    """Return the scale of a name that was kept, the linear one for one that is not known."""
    return ScaleMode(name) if name in set(ScaleMode) else ScaleMode.LINEAR
