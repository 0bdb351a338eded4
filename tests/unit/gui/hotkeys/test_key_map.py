"""Check which key does what: by its place, one work for each, kept as a person chose."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from terminal_app.errors import InvalidSetting
from terminal_app.gui.hotkeys.key_map import DEFAULT, Binding, KeyAction, KeyMap, KeyScope
from terminal_app.gui.hotkeys.places import PLACES, chord_of, place_of, words_of

CYRILLIC_SHORT_I = 0x0419
PLAIN, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


def pressed(
    key: int, scan_code: int, modifiers: Qt.KeyboardModifier = PLAIN, virtual: int = 0
) -> QKeyEvent:
    """Return the press of a key as a keyboard tells it."""
    return QKeyEvent(QEvent.Type.KeyPress, key, modifiers, scan_code, virtual, 0, "")


@pytest.mark.parametrize(
    ("platform", "event"),
    [
        ("linux", pressed(Qt.Key.Key_Q, 24)),
        ("linux", pressed(CYRILLIC_SHORT_I, 24)),
        ("linux", pressed(Qt.Key.Key_A, 24)),
        ("win32", pressed(CYRILLIC_SHORT_I, 16)),
        ("darwin", pressed(CYRILLIC_SHORT_I, 1, virtual=12)),
    ],
)
def test_a_key_is_known_by_its_place_whatever_letter_is_there(
    platform: str, event: QKeyEvent
) -> None:
    assert place_of(event, platform) == "KeyQ"


@pytest.mark.parametrize(
    ("scan_code", "place"),
    [(9, "Escape"), (10, "Digit1"), (19, "Digit0"), (38, "KeyA"), (49, "Backquote"), (52, "KeyZ"),
     (65, "Space"), (74, "F8"), (96, "F12"), (43, "KeyH"), (27, "KeyR")],
)  # fmt: skip
def test_the_places_of_a_keyboard_under_x11(scan_code: int, place: str) -> None:
    assert place_of(pressed(0, scan_code), "linux") == place


def test_where_no_place_is_told_the_letter_has_to_do() -> None:
    assert place_of(pressed(Qt.Key.Key_Q, 0), "linux") == "KeyQ"
    assert place_of(pressed(Qt.Key.Key_F8, 0), "win32") == "F8"
    assert place_of(pressed(Qt.Key.Key_Escape, 0), "darwin") == "Escape"
    assert place_of(pressed(Qt.Key.Key_Shift, 0), "linux") == ""


def test_modifiers_make_another_chord() -> None:
    assert chord_of(pressed(Qt.Key.Key_Q, 24, SHIFT), "linux") == "Shift+KeyQ"
    assert chord_of(pressed(0, 255), "linux") == ""
    assert words_of("Shift+KeyQ") == "Shift+Q"
    assert words_of("Ctrl+Backquote") == "Ctrl+`"


def test_the_first_set_has_no_key_twice_and_knows_every_place() -> None:
    chords = [binding.chord for binding in DEFAULT.values()]
    assert len(set(chords)) == len(chords) == len(KeyAction)
    assert {chord.split("+")[-1] for chord in chords} <= PLACES


def test_a_key_that_has_work_already_is_refused_in_words() -> None:
    keys = KeyMap({})
    with pytest.raises(InvalidSetting, match=r"Key Q: it is for “buy at bid”"):
        keys.bind(KeyAction.FLATTEN, Binding("KeyQ"))
    with pytest.raises(InvalidSetting, match=r"Key Q: it is for “buy at bid”"):
        keys.bind(KeyAction.FLATTEN, Binding("KeyQ", KeyScope.LADDER))
    for chord in ("Shift+Escape", "F8", "Escape", "Space", "Enter"):
        with pytest.raises(InvalidSetting, match="it is for"):
            keys.bind(KeyAction.FLATTEN, Binding(chord))
    for chord in ("Ctrl+KeyK", "Alt+KeyX", "Shift+Meta+KeyX"):
        with pytest.raises(InvalidSetting, match="the program's and the system's own"):
            keys.bind(KeyAction.FLATTEN, Binding(chord))
    with pytest.raises(InvalidSetting, match="does not know"):
        keys.bind(KeyAction.FLATTEN, Binding("?"))
    assert keys.bindings == DEFAULT


def test_what_was_chosen_is_kept_and_no_key_is_an_answer() -> None:
    keys = KeyMap({})
    keys.bind(KeyAction.FLATTEN, Binding("KeyX", KeyScope.LADDER))
    keys.bind(KeyAction.HALF, Binding(""))
    keys.bind(KeyAction.BUY_AT_BID, Binding("KeyR"))
    again = KeyMap(keys.kept())
    assert again.bindings == keys.bindings
    assert again.find("KeyX") == (KeyAction.FLATTEN, KeyScope.LADDER)
    assert again.find("KeyR") == (KeyAction.BUY_AT_BID, KeyScope.ALL)
    assert again.find("") is None
    again.restore_default()
    assert again.kept() == {}


def test_a_file_that_makes_no_sense_gives_no_key_two_works() -> None:
    keys = KeyMap({"close the position": "all:KeyQ", "buy at ask": "nowhere:KeyX", "?": "all:KeyM"})
    assert keys.find("KeyQ") == (KeyAction.BUY_AT_BID, KeyScope.ALL)
    assert keys.bindings[KeyAction.FLATTEN].chord == ""
    assert keys.bindings[KeyAction.BUY_AT_ASK] == DEFAULT[KeyAction.BUY_AT_ASK]
