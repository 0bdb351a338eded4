"""What a person set: one JSON file, never a secret in it."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from terminal_app.domain.alerts import Alert
from terminal_app.domain.confirmation import Confirmation
from terminal_app.domain.instrument import Market
from terminal_app.domain.period import period_of
from terminal_app.domain.safety import PanicScope, SafetyRules
from terminal_app.storage.files import keep_aside, write_whole
from terminal_app.storage.older_preferences import brought_up

LEAST_SCALE, MOST_SCALE = 50, 300


class ChartPreferences(msgspec.Struct, forbid_unknown_fields=True):
    """Hold what a chart beside the main one shows."""

    market: str = "spot"
    symbol: str = ""
    interval: str = "5m"
    chart_style: str = "candles"
    chart_scale: str = "linear"
    chart_zone: str = ""
    chart_studies: list[str] = msgspec.field(default_factory=list)
    chart_compared: list[str] = msgspec.field(default_factory=list)
    chart_group: str = "none"
    chart_shares: list[str] = msgspec.field(default_factory=lambda: ["symbol", "crosshair"])

    def __post_init__(self) -> None:
        """Refuse words that name no market and no length of bars."""
        Market(self.market)
        period_of(self.interval)


class PanelKind(StrEnum):
    """Name what can be opened beside the desk's own, for another symbol."""

    CHART = "chart"
    BOOK = "book"
    LADDER = "ladder"
    TRADES = "trades"


class PanelPreferences(msgspec.Struct, forbid_unknown_fields=True):
    """Hold a panel that looks at a symbol of its own; ``chart`` says what a chart shows."""

    name: str
    kind: PanelKind
    market: str = "spot"
    symbol: str = ""
    group: str = "none"
    chart: ChartPreferences = msgspec.field(default_factory=ChartPreferences)

    def __post_init__(self) -> None:
        """Refuse a word that names no market."""
        Market(self.market)


class KeptWindow(msgspec.Struct, forbid_unknown_fields=True):
    """Hold a further window: where it is, which panels it holds, and how they stand in it."""

    geometry: str
    docks: str
    panels: list[str]


class KeptLayout(msgspec.Struct, forbid_unknown_fields=True):
    """Hold where panels stand, here and in further windows, and how many charts there are."""

    docks: str
    chart_shape: str = "1"
    windows: list[KeptWindow] = msgspec.field(default_factory=list)
    panels: list[PanelPreferences] = msgspec.field(default_factory=list)


def copied(layout: KeptLayout) -> KeptLayout:
    """Return a layout that shares nothing with another that says the same."""
    return msgspec.convert(msgspec.to_builtins(layout), KeptLayout)


class Preferences(msgspec.Struct, forbid_unknown_fields=True):
    """Hold the settings that outlive the program."""

    market: str = "spot"
    symbols: dict[str, str] = msgspec.field(default_factory=dict)
    interval: str = "1m"
    theme: str = "dark"
    side_colours: str = "usual"
    chart_style: str = "candles"
    chart_scale: str = "linear"
    chart_zone: str = ""
    chart_studies: list[str] = msgspec.field(default_factory=list)
    chart_compared: list[str] = msgspec.field(default_factory=list)
    chart_group: str = "blue"
    chart_shares: list[str] = msgspec.field(default_factory=lambda: ["symbol", "crosshair"])
    chart_shape: str = "1"
    chart_sizes: list[list[int]] = msgspec.field(default_factory=list)
    charts: list[ChartPreferences] = msgspec.field(default_factory=list)
    custom_intervals: list[str] = msgspec.field(default_factory=list)
    drawings: dict[str, list[list[str | float]]] = msgspec.field(default_factory=dict)
    risk_percent: Decimal = Decimal(1)
    alerts: dict[str, list[Alert]] = msgspec.field(default_factory=dict)
    alert_sound: bool = True
    alert_messages: bool = True
    favourites: dict[str, list[str]] = msgspec.field(default_factory=dict)
    watch_shown: str = ""
    watch_column: str = ""
    watch_is_rising: bool = False
    account_tab: str = ""
    # By kind of environment; by environment and market what is allowed there.
    confirmations: dict[str, Confirmation] = msgspec.field(default_factory=dict)
    safety: dict[str, SafetyRules] = msgspec.field(default_factory=dict)
    dead_man: list[str] = msgspec.field(default_factory=list)
    panic_scope: PanicScope = PanicScope.ALL
    panic_sells: bool = False
    trading_keys: dict[str, str] = msgspec.field(default_factory=dict)
    dry_run: bool = False
    total_currency: str = "USDT"
    size_units: dict[str, str] = msgspec.field(default_factory=dict)
    ladder_scheme: str = "columns"
    ladder_post_only: bool = False
    ladder_sums: bool = True
    ladder_centred: bool = True
    ladder_volumes: dict[str, list[str]] = msgspec.field(default_factory=dict)
    # By market and symbol: how far apart rows are ("auto" or a price), and the least size shown.
    ladder_steps: dict[str, str] = msgspec.field(default_factory=dict)
    book_steps: dict[str, str] = msgspec.field(default_factory=dict)
    tape_sizes: dict[str, str] = msgspec.field(default_factory=dict)
    tape_merges: bool = True
    layouts: dict[str, KeptLayout] = msgspec.field(default_factory=dict)
    layout_locked: bool = False
    scale_percent: int = 100
    window: dict[str, str] = msgspec.field(default_factory=dict)
    panel_windows: list[KeptWindow] = msgspec.field(default_factory=list)
    panels: list[PanelPreferences] = msgspec.field(default_factory=list)
    # What of it makes sense is known where connections are made, not here.
    connection: dict[str, bool | int | float | str] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse words that name no market and no length of bars."""
        Market(self.market)
        period_of(self.interval)


def kept_scale_percent(path: Path) -> int:
    """Return the size of everything that a person chose, before anything can be shown."""
    try:
        scale = msgspec.json.decode(path.read_bytes(), type=_Scale).scale_percent
    except (msgspec.MsgspecError, UnicodeDecodeError, OSError):
        # What is wrong with the file is told when all of it is read.
        return 100
    return min(max(scale, LEAST_SCALE), MOST_SCALE)


class _Scale(msgspec.Struct):
    scale_percent: int = 100


class PreferencesFile:
    """Read and write the settings; a damaged file is kept aside and said so in ``notice``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notice = ""

    def load(self) -> Preferences:
        """Return the settings, the defaults where there are none that can be read."""
        try:
            return msgspec.json.decode(brought_up(self.path.read_bytes()), type=Preferences)
        except FileNotFoundError:
            return Preferences()
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            kept = keep_aside(self.path)
            self.notice = (
                f"The settings file could not be read ({error}). It was kept as {kept.name};"
                " the program starts with its defaults."
            )
            return Preferences()
        except OSError as error:
            self.notice = (
                f"The settings file could not be opened ({error.strerror});"
                " the program starts with its defaults."
            )
            return Preferences()

    def save(self, preferences: Preferences) -> None:
        """Write the settings; raise ``StorageError`` where that fails."""
        self.write(encoded(preferences))

    def write(self, content: bytes) -> None:
        """Write settings that were encoded before; raise ``StorageError`` where that fails."""
        write_whole(self.path, content)


def encoded(preferences: Preferences) -> bytes:
    """Return the settings as the file holds them."""
    plain: Any = msgspec.to_builtins(preferences)
    return msgspec.json.format(msgspec.json.encode(plain), indent=2)
