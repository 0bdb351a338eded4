"""Break a message in the ways messages break: seeded, so that a failure can be met again."""

from __future__ import annotations

import json
from random import Random
from typing import Any

_STRANGE: tuple[Any, ...] = (
    *(None, True, -1, 0, 1.5, 10**40, [], {}, [[]], [["1"]], {"a": 1}),
    *(
        "",
        "NaN",
        "sNaN",
        "-Infinity",
        "1e999999",
        "0x10",
        "-0.5",
        "\uff11\uff12",
        "NEW_WORD",
        "x" * 5000,
    ),
)


def broken(message: Any, random: Random) -> bytes:
    """Return a message as JSON with one to three things wrong in it; some still can be read."""
    value = json.loads(json.dumps(message))
    for _ in range(random.randint(1, 3)):
        if value:
            _break_value(value, random)
    text = json.dumps(value, ensure_ascii=random.random() < 0.5)
    if random.random() < 0.1:
        # A key that comes twice.
        text = text[:-1] + ',"E":"again"}'
    raw = text.encode("utf-8", "surrogatepass")
    return _break_bytes(raw, random) if random.random() < 0.3 else raw


def _break_value(value: Any, random: Random) -> None:
    holder, key = _somewhere(value, random)
    match random.choice(("delete", "rename", "retype", "retype", "text")):
        case "delete":
            del holder[key]
        case "rename" if isinstance(holder, dict):
            holder[f"{key}?"] = holder.pop(key)
        case "text":
            holder[key] = str(holder[key])
        case _:
            holder[key] = random.choice(_STRANGE)


def _somewhere(value: Any, random: Random) -> tuple[Any, Any]:
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = random.choice(keys)
        inner = value[key]
        if not (isinstance(inner, dict | list) and inner and random.random() < 0.7):
            return value, key
        value = inner


def _break_bytes(raw: bytes, random: Random) -> bytes:
    at = random.randrange(len(raw))
    match random.choice(("cut", "flip", "insert", "double")):
        case "cut":
            return raw[:at]
        case "flip":
            return raw[:at] + bytes([raw[at] ^ (1 << random.randrange(8))]) + raw[at + 1 :]
        case "insert":
            return raw[:at] + b"\xff\xfe\x00" + raw[at:]
        case _:
            return raw + raw
