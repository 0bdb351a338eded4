"""Check that no trading key can be one that the program itself hears somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import terminal_app.gui
from terminal_app.errors import InvalidSetting
from terminal_app.gui.hotkeys.key_map import DEFAULT, TAKEN, Binding, KeyAction, KeyMap
from terminal_app.gui.hotkeys.places import PLACES

GUI = Path(terminal_app.gui.__file__).parent
# On most keyboards a sign stands on the key of another one.
NAMES = {"Plus": "Equal", "Return": "Enter", **{str(digit): f"Digit{digit}" for digit in range(10)}}


def heard() -> dict[str, str]:
    """Return the keys that panels, charts and widgets hear by themselves, and where."""
    found: dict[str, str] = {}
    for path in GUI.rglob("*.py"):
        if path.parent.name != "hotkeys":
            for name in re.findall(r"Qt\.Key\.Key_(\w+)", path.read_text("utf-8")):
                place = NAMES.get(name, f"Key{name}" if len(name) == 1 else name)
                if place in PLACES:
                    found[place] = path.name
    return found


def test_what_the_program_hears_is_taken() -> None:
    free = {place: where for place, where in heard().items() if place not in TAKEN}
    assert not free
    assert {"KeyC", "Digit1", "Minus", "F2"} <= heard().keys()


def test_no_chord_of_the_program_is_without_a_modifier() -> None:
    chords = set()
    for path in GUI.rglob("*.py"):
        text = path.read_text("utf-8")
        if "QKeySequence(" in text:
            chords |= set(re.findall(r'"((?:Ctrl|Alt|Shift|F\d+)\+?[\w+]*)"', text))
    assert {"Ctrl+K", "Ctrl+Q", "Ctrl+Shift+L"} <= chords
    assert all(chord.startswith(("Ctrl+", "Alt+")) or chord in TAKEN for chord in chords)


@pytest.mark.parametrize("chord", sorted(TAKEN))
def test_a_taken_key_is_refused_with_what_it_is_for(chord: str) -> None:
    keys = KeyMap({})
    with pytest.raises(InvalidSetting, match=r"it is for|does not know"):
        keys.bind(KeyAction.FLATTEN, Binding(chord))
    assert keys.bindings[KeyAction.FLATTEN] == DEFAULT[KeyAction.FLATTEN]


def test_the_first_set_of_keys_takes_none_of_them() -> None:
    assert not {binding.chord for binding in DEFAULT.values()} & set(TAKEN)
