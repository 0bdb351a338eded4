"""One call at a time for what takes a while and moves the whole exchange."""

from collections.abc import Iterator
from contextlib import contextmanager

from terminal_app.practice.errors import ExchangeError


class Turn:
    """Let a step or a seek end before the next one, a snapshot or a restore begins."""

    def __init__(self) -> None:
        self._taken_by = ""

    @contextmanager
    def take(self, name: str) -> Iterator[None]:
        """Hold the turn while a call lasts; raise as `check` does."""
        self.check(name)
        self._taken_by = name
        try:
            yield
        finally:
            self._taken_by = ""

    def check(self, name: str) -> None:
        """Raise -1130 (HTTP 409) while another call holds the turn."""
        if self._taken_by:
            raise ExchangeError(-1130, f"No {name} now: a {self._taken_by} is under way.", 409)
