"""Fetch files of Binance's public archive: ``python -m terminal_app.archive``."""

from __future__ import annotations

import sys

from terminal_app.app.download import main

if __name__ == "__main__":
    sys.exit(main())
