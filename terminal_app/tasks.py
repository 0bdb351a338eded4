"""Who owns a task, and who hears of its failure."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

FailureHandler = Callable[[str, BaseException], None]

_log = logging.getLogger(__name__)


def log_failure(name: str, error: BaseException) -> None:
    """Write a task's failure to the log."""
    _log.error("task %s failed", name, exc_info=error)


class TaskScope:
    """Own tasks that stand alone: one may fail, the rest live, leaving cancels all.

    For parts that stand or fall together use ``asyncio.TaskGroup`` instead.
    """

    def __init__(self, name: str, on_failure: FailureHandler = log_failure) -> None:
        self._name = name
        self._on_failure = on_failure
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closed = False

    def __len__(self) -> int:
        return len(self._tasks)

    @property
    def closed(self) -> bool:
        """Say whether the scope takes no more tasks."""
        return self._closed

    def spawn(self, coroutine: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Start a coroutine as a task of this scope; its failure goes to the failure handler."""
        if self._closed:
            coroutine.close()
            raise RuntimeError(f"task scope {self._name} is closed")
        task = asyncio.get_running_loop().create_task(coroutine, name=f"{self._name}/{name}")
        self._tasks.add(task)
        task.add_done_callback(self._on_done)
        return task

    async def finish(self) -> None:
        """Take no more tasks and wait until each has come to its own end."""
        self._closed = True
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Cancel every task and wait until each has ended."""
        self._closed = True
        current = asyncio.current_task()
        tasks = [task for task in self._tasks if task is not current]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def __aenter__(self) -> TaskScope:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _on_done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            self._on_failure(task.get_name(), error)
