"""Name the colours of the terminal and dress the application in them.

Widgets choose their look by a dynamic property `role`, set before they are shown:

* `QPushButton`, `QToolButton`: `buy`, `sell` (checkable side buttons), `submit` with a second
  property `side` of `BUY` or `SELL`, `quiet`, `danger`, `segment` (checkable, in a row),
  `armed` (one of them that lets orders be sent), `link`,
  `caption` (tool buttons in a row of column names)
* `QLabel`: `muted`, `faint`, `figure`, `caption`, `last` with a second property `direction` of `up`
  or `down`, `title`, `buy`, `sell`, `warning`, `danger`
* `QLineEdit`, `QSpinBox`: `invalid` of `true`; `QSlider`: `side` of `BUY` or `SELL`
* `QFrame`: `panel` (surface with a hairline), `hairline` (a line of one pixel), `environment` with
  a second property `environment` of `practice`, `testnet` or `live`

A plain `QWidget` that is to have the panel's surface sets `WA_StyledBackground`. After a property
of a visible widget changes, call `restyle(widget)`. What takes colours of a theme by itself, to
paint with them, has a method `set_theme`: the window calls it when a person chooses another one.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol, runtime_checkable

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from terminal_app.gui.theme_fonts import text_font
from terminal_app.gui.theme_icons import ThemeIcons
from terminal_app.gui.theme_style import style_sheet


@dataclass(frozen=True, slots=True)
class Theme:
    """Hold one colour for each role, as #rrggbb."""

    name: str
    window: str
    panel: str
    raised: str
    hover: str
    hairline: str
    text: str
    muted: str
    faint: str
    buy: str
    sell: str
    buy_soft: str
    sell_soft: str
    on_side: str
    accent: str
    accent_soft: str
    practice: str
    testnet: str
    live: str
    on_environment: str
    warning: str
    danger: str
    danger_soft: str

    def environment(self, kind: str) -> str:
        """Return the colour of an environment: practice, testnet (also demo) or live."""
        return {"practice": self.practice, "live": self.live}.get(kind, self.testnet)


DARK = Theme(
    name="dark",
    window="#0d1014",
    panel="#12161c",
    raised="#1a2029",
    hover="#222a35",
    hairline="#222935",
    text="#dbe1ea",
    muted="#8b95a5",
    faint="#626d7f",
    buy="#2fb380",
    sell="#ef5b5b",
    buy_soft="#12332a",
    sell_soft="#3c1c1c",
    on_side="#0b0e12",
    accent="#5aa9ff",
    accent_soft="#17304d",
    practice="#2bb3a3",
    testnet="#9b7bff",
    live="#ff9f1a",
    on_environment="#0b0e12",
    warning="#e0b05a",
    danger="#ef5b5b",
    danger_soft="#3c1c1c",
)

LIGHT = Theme(
    name="light",
    window="#e9ecf0",
    panel="#ffffff",
    raised="#f1f3f6",
    hover="#e4e8ee",
    hairline="#dbe0e7",
    text="#1b222c",
    muted="#586373",
    faint="#7d8797",
    buy="#0b7a52",
    sell="#c02f2f",
    buy_soft="#dcf2e8",
    sell_soft="#fce8e7",
    on_side="#ffffff",
    accent="#1668c7",
    accent_soft="#d6e7fb",
    practice="#0b776b",
    testnet="#6a45d9",
    live="#a85c00",
    on_environment="#ffffff",
    warning="#8a5f0a",
    danger="#c02f2f",
    danger_soft="#fce8e7",
)


class SideColours(StrEnum):
    """Name which colours mean up and buy, down and sell."""

    USUAL = "usual"
    SWAPPED = "swapped"
    COLOUR_BLIND = "colour-blind"

    @property
    def words(self) -> str:
        """Return its name for a menu."""
        return {
            SideColours.USUAL: "Green up, red down",
            SideColours.SWAPPED: "Red up, green down",
            SideColours.COLOUR_BLIND: "Blue up, orange down (colour-blind)",
        }[self]


@runtime_checkable
class Themed(Protocol):
    """Paint with colours of a theme that may be changed for another."""

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours from now on."""


def chosen_theme(name: str, sides: str) -> Theme:
    """Return the theme of names that were kept; dark and the usual sides for unknown ones."""
    theme = LIGHT if name == LIGHT.name else DARK
    if sides == SideColours.SWAPPED:
        return swapped(theme)
    return colour_blind(theme) if sides == SideColours.COLOUR_BLIND else theme


def swapped(theme: Theme) -> Theme:
    """Return the theme with red for up and buy, green for down and sell, as in East Asia."""
    return replace(
        theme,
        buy=theme.sell,
        sell=theme.buy,
        buy_soft=theme.sell_soft,
        sell_soft=theme.buy_soft,
    )


def colour_blind(theme: Theme) -> Theme:
    """Return the theme with blue for buy and orange for sell."""
    if theme.name == "light":
        sides = {"buy": "#1464c0", "sell": "#a35a00", "buy_soft": "#e0edfc", "sell_soft": "#fdf0df"}
    else:
        sides = {"buy": "#4f9dff", "sell": "#f2a541", "buy_soft": "#142c49", "sell_soft": "#382714"}
    return replace(theme, **sides)


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Set palette, style sheet and font of the whole application."""
    icons = app.findChild(ThemeIcons)
    if icons is None:
        # Once: every widget is polished anew each time.
        app.setStyle("Fusion")
        icons = ThemeIcons(app)
    app.setFont(text_font())
    app.setPalette(_palette(theme))
    # Where a sheet replaces another Qt polishes each widget again for every widget that it is in.
    app.setStyleSheet("")
    app.setStyleSheet(style_sheet(theme, icons))


def restyle(widget: QWidget) -> None:
    """Have a changed `role`, `side` or `environment` property seen."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for surface, colour in {
        role.Window: theme.window,
        role.Base: theme.panel,
        role.AlternateBase: theme.raised,
        role.Button: theme.raised,
        role.ToolTipBase: theme.raised,
        role.Mid: theme.hairline,
        role.Dark: theme.window,
        role.Shadow: theme.window,
        role.Highlight: theme.accent_soft,
        role.HighlightedText: theme.text,
        role.Link: theme.accent,
        role.Accent: theme.accent,
        role.PlaceholderText: theme.faint,
        role.BrightText: theme.text,
    }.items():
        palette.setColor(surface, QColor(colour))
    for text in (role.WindowText, role.Text, role.ButtonText, role.ToolTipText):
        palette.setColor(text, QColor(theme.text))
        palette.setColor(QPalette.ColorGroup.Disabled, text, QColor(theme.faint))
    return palette
