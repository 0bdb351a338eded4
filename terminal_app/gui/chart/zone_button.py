"""Choose whose time a chart names: of this computer, of UTC, or of any zone there is."""

from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import available_timezones

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter, QMenu, QToolButton

from terminal_app.gui.chart.look import ZONES, zone_named, zone_words
from terminal_app.gui.chart.typed_field import TypedField

_ADVICE = "A city of the zone: Zurich, New York, Kolkata …"


class ZoneButton(QToolButton):
    """Offer a few zones and a field to type any other; ``chosen`` tells that one was taken."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.choice = ""
        menu = QMenu(self)
        menu.aboutToShow.connect(self.fill)
        self.setMenu(menu)
        self.field = TypedField(self, "Time zone", _ADVICE, named_zone)
        self.field.chosen.connect(self._take)
        self.setProperty("role", "segment")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAccessibleName("Whose time is named")
        self.setToolTip("Whose time is named")
        self.set_choice("")

    def set_choice(self, choice: str) -> None:
        """Show a zone as taken, that of this computer for one that is not known."""
        self.choice = choice if zone_named(choice) is not None else ""
        self.setText(f"{zone_words(self.choice)} ▾")

    def fill(self) -> None:
        """Put the choices of now into the menu."""
        menu = self.menu()
        menu.clear()
        others = () if self.choice in ZONES else (self.choice,)
        for name in (*ZONES, *others):
            action = menu.addAction(zone_words(name))
            action.setCheckable(True)
            action.setChecked(name == self.choice)
            action.triggered.connect(lambda _=False, taken=name: self._take(taken))
        menu.addSeparator()
        menu.addAction("Other zone …", self._open)

    def _open(self) -> None:
        if self.field.edit.completer() is None:
            completer = QCompleter(sorted(_spoken(name) for name in _cities().values()), self.field)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            self.field.edit.setCompleter(completer)
        self.field.open_beneath(self)

    def _take(self, name: str) -> None:
        self.set_choice(name)
        self.chosen.emit()


def named_zone(typed: str) -> str:
    """Return the name of a zone by its whole name or its city; raise ``ValueError`` else."""
    wanted = typed.strip().replace(" ", "_").casefold()
    zones = _cities()
    for name in (wanted, f"etc/{wanted}"):
        if name in zones:
            return zones[name]
    by_city = {name.rpartition("/")[2]: zone for name, zone in zones.items()}
    if wanted in by_city:
        return by_city[wanted]
    near = get_close_matches(wanted, by_city, n=1)
    hint = f": did you mean {_spoken(by_city[near[0]])}" if near else ""
    raise ValueError(f"No zone is called “{typed.strip()}”{hint}")


@lru_cache(maxsize=1)
def _cities() -> dict[str, str]:
    return {name.casefold(): name for name in sorted(available_timezones(), reverse=True)}


def _spoken(name: str) -> str:
    return name.replace("_", " ")
