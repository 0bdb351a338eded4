"""What trading keys do, where each works, and which key it is: the default set and a person's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from terminal_app.errors import InvalidSetting
from terminal_app.gui.hotkeys.places import PLACES, words_of


class KeyAction(StrEnum):
    """Name what a key does."""

    BUY_AT_BID = "buy at bid"
    SELL_AT_ASK = "sell at ask"
    BUY_AT_ASK = "buy at ask"
    SELL_AT_BID = "sell at bid"
    BUY_MARKET = "buy at market"
    SELL_MARKET = "sell at market"
    CANCEL_ALL = "cancel all orders"
    CANCEL_BUYS = "cancel buys"
    CANCEL_SELLS = "cancel sells"
    FLATTEN = "close the position"
    HALF = "close half of the position"


class KeyScope(StrEnum):
    """Name where a key works: on the ladder under the pointer, or anywhere in the program."""

    LADDER = "ladder"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Binding:
    """Hold which key does something and where; an empty chord is no key."""

    chord: str
    scope: KeyScope = KeyScope.ALL

    def __str__(self) -> str:
        return f"{self.scope}:{self.chord}"


DEFAULT: Mapping[KeyAction, Binding] = {
    KeyAction.BUY_AT_BID: Binding("KeyQ"),
    KeyAction.SELL_AT_ASK: Binding("KeyW"),
    KeyAction.BUY_AT_ASK: Binding("KeyA"),
    KeyAction.SELL_AT_BID: Binding("KeyS"),
    KeyAction.BUY_MARKET: Binding("Shift+KeyA"),
    KeyAction.SELL_MARKET: Binding("Shift+KeyS"),
    KeyAction.CANCEL_ALL: Binding("Backquote"),
    KeyAction.CANCEL_BUYS: Binding("Shift+KeyQ"),
    KeyAction.CANCEL_SELLS: Binding("Shift+KeyW"),
    KeyAction.FLATTEN: Binding("KeyR"),
    KeyAction.HALF: Binding("KeyH"),
}
# What the program itself does with keys, armed or not.
TAKEN = {
    "F8": "arming the trading keys",
    "Escape": "disarming",
    "Shift+Escape": "panic",
    "Space": "pressing the button that has the focus",
    "Enter": "pressing the button that has the focus",
    "Tab": "moving the focus",
    "Shift+Tab": "moving the focus",
    "Backspace": "deleting what is drawn on the chart",
    "F2": "changing the row that has the focus",
    "KeyC": "centring the ladder",
    "Minus": "the grouping of rows and the width of bars",
    "Equal": "the grouping of rows and the width of bars",
    "Shift+Equal": "the grouping of rows and the width of bars",
    **{f"Digit{number}": "the size of a click on the ladder" for number in range(1, 6)},
}


class KeyMap:
    """Keep which key does what; no key ever does two things."""

    def __init__(self, kept: Mapping[str, str]) -> None:
        self._bindings = dict(DEFAULT)
        for action in KeyAction:
            binding = _read(kept.get(action.value, ""))
            if binding is not None:
                self._bindings[action] = binding
        self._drop_doubles()

    @property
    def bindings(self) -> Mapping[KeyAction, Binding]:
        """Return every action with its key."""
        return self._bindings

    def kept(self) -> dict[str, str]:
        """Return what differs from the default set, as it is kept."""
        return {
            action.value: str(binding)
            for action, binding in self._bindings.items()
            if binding != DEFAULT[action]
        }

    def bind(self, action: KeyAction, binding: Binding) -> None:
        """Give an action another key; raise ``InvalidSetting`` for one that has work already."""
        chord = binding.chord
        if chord:
            self._check(action, chord)
        self._bindings[action] = binding

    def restore_default(self) -> None:
        """Take the first set of keys again."""
        self._bindings = dict(DEFAULT)

    def find(self, chord: str) -> tuple[KeyAction, KeyScope] | None:
        """Return what a key does and where, None where it does nothing."""
        for action, binding in self._bindings.items():
            if chord and binding.chord == chord:
                return action, binding.scope
        return None

    def _check(self, action: KeyAction, chord: str) -> None:
        words = words_of(chord)
        *held, place = chord.split("+")
        if set(held) - {"Shift"}:
            rule = "keys with Ctrl, Alt and Meta are the program's and the system's own"
            raise InvalidSetting("Key", rule, words)
        if chord in TAKEN:
            raise InvalidSetting("Key", f"it is for {TAKEN[chord]}", words)
        if place not in PLACES:
            raise InvalidSetting("Key", "the program does not know this key", words)
        found = self.find(chord)
        if found is not None and found[0] is not action:
            rule = f"it is for “{found[0]}”; give that another key first"
            raise InvalidSetting("Key", rule, words)

    def _drop_doubles(self) -> None:
        # A file that somebody wrote by hand may say anything; the first one keeps the key.
        seen: set[str] = set(TAKEN)
        for action, binding in self._bindings.items():
            if binding.chord in seen:
                self._bindings[action] = Binding("", binding.scope)
            elif binding.chord:
                seen.add(binding.chord)


def _read(text: str) -> Binding | None:
    scope, _, chord = text.partition(":")
    if scope not in tuple(KeyScope) or (chord and chord.split("+")[-1] not in PLACES):
        return None
    return Binding(chord, KeyScope(scope))
