"""asyncio on Qt's event loop, where what is ready is run together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

# What became ready by what was run follows at once, so many times: an order on its way does not
# wait for a frame between two of its steps. Then it is Qt's turn again.
ROUNDS = 4


class TerminalLoop(QEventLoop):  # type: ignore[misc]  # qasync tells no types
    """Run callbacks in the order they came, by one timer of Qt for all instead of one for each."""

    def __init__(self, application: QApplication) -> None:
        self._ready: deque[asyncio.Handle] = deque()
        self._turn = QTimer(singleShot=True, interval=0)
        self._turn.timeout.connect(self._run_ready)
        super().__init__(application)

    def call_soon(
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Have a callback run in the loop's next turn, after those that wait already."""
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        if not self._turn.isActive():
            self._turn.start()
        return handle

    def close(self) -> None:
        """Release everything; what still waits is not run."""
        self._turn.stop()
        super().close()

    def _run_ready(self) -> None:
        ready = self._ready
        try:
            for _ in range(ROUNDS):
                # A loop of Qt within a callback may run those that came after it.
                for _ in range(len(ready)):
                    if ready and not (handle := ready.popleft()).cancelled():
                        handle._run()
        finally:
            if not ready:
                self._turn.stop()
            elif not self._turn.isActive():
                self._turn.start()
