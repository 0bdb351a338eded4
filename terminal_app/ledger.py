"""Export and verify the ledger: ``python -m terminal_app.ledger``."""

from __future__ import annotations

import sys

from terminal_app.app.ledger_command import main

if __name__ == "__main__":
    sys.exit(main())
