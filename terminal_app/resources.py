"""Where the files that the program ships lie: beside the package, or inside it once installed."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource_path(name: str) -> Path:
    """Return the path of a shipped file such as ``icons/terminal-app.svg``.

    Raises `FileNotFoundError` with that name if it is not shipped.
    """
    # An installed package carries them itself; only a checkout has them one level up.
    inside = _PACKAGE / "_resources"
    root = inside if inside.is_dir() else _PACKAGE.parent / "resources"
    path = root / name
    if not path.exists():
        raise FileNotFoundError(f"the program does not ship {name}")
    return path
