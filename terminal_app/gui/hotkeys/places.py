"""Name keys by their place on the keyboard, whatever letter a layout puts there."""

from __future__ import annotations

import sys
from itertools import chain

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

# The codes that keyboards have sent since the AT set 1; X11 and Wayland count eight more.
_ROWS = (
    (1, ("Escape",)),
    (2, tuple(f"Digit{digit}" for digit in "1234567890")),
    (12, ("Minus", "Equal", "Backspace", "Tab")),
    (16, tuple(f"Key{letter}" for letter in "QWERTYUIOP")),
    (26, ("BracketLeft", "BracketRight", "Enter")),
    (30, tuple(f"Key{letter}" for letter in "ASDFGHJKL")),
    (39, ("Semicolon", "Quote", "Backquote")),
    (43, ("Backslash",)),
    (44, tuple(f"Key{letter}" for letter in "ZXCVBNM")),
    (51, ("Comma", "Period", "Slash")),
    (57, ("Space",)),
    (59, tuple(f"F{number}" for number in range(1, 11))),
    (87, ("F11", "F12")),
)
_PLACES = dict(
    chain.from_iterable(
        ((first + step, name) for step, name in enumerate(names)) for first, names in _ROWS
    )
)
# Apple's codes are of places as well, in an order of their own (HIToolbox, Events.h: kVK_ANSI).
_MAC_ORDER = (
    "KeyA KeyS KeyD KeyF KeyH KeyG KeyZ KeyX KeyC KeyV",
    "- KeyB KeyQ KeyW KeyE KeyR KeyY KeyT Digit1 Digit2",
    "Digit3 Digit4 Digit6 Digit5 Equal Digit9 Digit7 Minus Digit8 Digit0",
    "BracketRight KeyO KeyU BracketLeft KeyI KeyP Enter KeyL KeyJ Quote",
    "KeyK Semicolon Backslash Comma Slash KeyN KeyM Period Tab Space",
    "Backquote Backspace - Escape",
)
_MAC_NAMES = " ".join(_MAC_ORDER).split()
_MAC_PLACES = {code: name for code, name in enumerate(_MAC_NAMES) if name != "-"}
_MAC_PLACES |= {122: "F1", 120: "F2", 99: "F3", 118: "F4", 96: "F5", 97: "F6", 98: "F7"}
_MAC_PLACES |= {100: "F8", 101: "F9", 109: "F10", 103: "F11", 111: "F12"}
_SIGNS = {
    "Minus": "-", "Equal": "=", "BracketLeft": "[", "BracketRight": "]", "Semicolon": ";",
    "Quote": "'", "Backquote": "`", "Backslash": "\\", "Comma": ",", "Period": ".", "Slash": "/",
}  # fmt: skip
PLACES = frozenset(_PLACES.values())
_EVDEV_OFFSET = 8
_MODIFIERS = (
    (Qt.KeyboardModifier.ControlModifier, "Ctrl"),
    (Qt.KeyboardModifier.AltModifier, "Alt"),
    (Qt.KeyboardModifier.ShiftModifier, "Shift"),
    (Qt.KeyboardModifier.MetaModifier, "Meta"),
)


def chord_of(event: QKeyEvent, platform: str = sys.platform) -> str:
    """Return modifiers and place of a key, as ``Shift+KeyQ``; nothing for a key without a name."""
    place = place_of(event, platform)
    if not place:
        return ""
    held = [name for modifier, name in _MODIFIERS if event.modifiers() & modifier]
    return "+".join([*held, place])


def place_of(event: QKeyEvent, platform: str = sys.platform) -> str:
    """Return the name of the place of a key; by its letter where the system tells no place."""
    if platform == "darwin":
        # Key A is 0 there: whether a code was told at all shows in the modifiers' own field.
        code = event.nativeVirtualKey()
        if code or event.nativeModifiers():
            return _MAC_PLACES.get(code, "")
        return _by_letter(event.key())
    code = event.nativeScanCode()
    if not code:
        return _by_letter(event.key())
    return _PLACES.get(code if platform == "win32" else code - _EVDEV_OFFSET, "")


def words_of(chord: str) -> str:
    """Return a chord as it is printed on most keyboards."""
    *held, place = chord.split("+")
    for prefix in ("Key", "Digit"):
        if place.startswith(prefix):
            place = place.removeprefix(prefix)
    return "+".join([*held, _SIGNS.get(place, place)])


def _by_letter(key: int) -> str:
    if Qt.Key.Key_A <= key <= Qt.Key.Key_Z:
        return f"Key{chr(key)}"
    if Qt.Key.Key_0 <= key <= Qt.Key.Key_9:
        return f"Digit{chr(key)}"
    if Qt.Key.Key_F1 <= key <= Qt.Key.Key_F12:
        return f"F{key - Qt.Key.Key_F1 + 1}"
    named = {Qt.Key.Key_Escape: "Escape", Qt.Key.Key_Space: "Space", Qt.Key.Key_Return: "Enter"}
    signs = {ord(sign): name for name, sign in _SIGNS.items()}
    return named.get(Qt.Key(key), "") or signs.get(key, "")
