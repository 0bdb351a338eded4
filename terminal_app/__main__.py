"""Run the terminal: ``python -m terminal_app``."""

from __future__ import annotations

import sys


def main() -> int:
    """Start the terminal and return its exit code."""
    from terminal_app.app.start import main as start

    return start()


if __name__ == "__main__":
    sys.exit(main())
