"""What the search can find: symbols, panels, layouts, lengths of bars, actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu


@dataclass(frozen=True, slots=True)
class Command:
    """Hold one thing that can be found and done; ``keys`` do the same without the search."""

    title: str
    kind: str
    run: Callable[[], object]
    keys: str = ""
    key: str = ""

    @property
    def name(self) -> str:
        """Return what tells it from every other."""
        return self.key or f"{self.kind}: {self.title}"


def matches(commands: Iterable[Command], typed: str, recent: Sequence[str]) -> list[Command]:
    """Return the commands that hold what was typed, the best first; recent ones before others.

    Best is what begins so, then what has a word that begins so, then what holds it, then what has
    its letters in that order. Nothing typed finds what was used last, then everything as it comes.
    """
    wanted = typed.strip().casefold()
    ranks = {name: place for place, name in enumerate(recent)}

    def rank(command: Command) -> tuple[int, int, int, str]:
        recency = ranks.get(command.name, len(ranks))
        if not wanted:
            return _BEGINS, recency, 0, ""
        return _fit(command, wanted), recency, len(command.title), command.title

    found = [command for command in commands if _fit(command, wanted) < _NONE]
    return sorted(found, key=rank)


def menu_commands(menu: QMenu, kind: str) -> list[Command]:
    """Return the actions of a menu and of the menus in it, those that can be used now."""
    menu.aboutToShow.emit()
    found: list[Command] = []
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            found += menu_commands(inner, f"{kind} · {_words(action)}")
        elif action.isEnabled() and not action.isSeparator() and action.text():
            title, keys = _words(action), action.shortcut().toString()
            mark = " ✓" if action.isCheckable() and action.isChecked() else ""
            name = f"{kind}: {title}"
            found.append(Command(title + mark, kind, action.trigger, keys, name))
    return found


_BEGINS, _WORD_BEGINS, _HOLDS, _HAS_LETTERS, _NONE = range(5)


def _fit(command: Command, wanted: str) -> int:
    title = command.title.casefold()
    whole = f"{title} {command.kind.casefold()}"
    if title.startswith(wanted):
        return _BEGINS
    if any(word.startswith(wanted) for word in whole.split()):
        return _WORD_BEGINS
    if wanted in whole or all(part in whole for part in wanted.split()):
        return _HOLDS
    rest = iter(title)
    return _HAS_LETTERS if all(letter in rest for letter in wanted) else _NONE


def _words(action: QAction) -> str:
    return action.text().replace("&", "")
