"""Tell that something changed, without saying what: who hears it looks for itself."""

from __future__ import annotations

from collections.abc import Callable, Hashable

Observer = Callable[[Hashable], None]


class Observers:
    """Keep who wants to hear that a key changed.

    Observers only mark what they show; they never paint, never wait, and never raise.
    """

    def __init__(self) -> None:
        self._observers: list[Observer] = []

    def add(self, observer: Observer) -> Callable[[], None]:
        """Add an observer and return what removes it."""
        self._observers.append(observer)

        def remove() -> None:
            if observer in self._observers:
                self._observers.remove(observer)

        return remove

    def notify(self, key: Hashable) -> None:
        """Tell every observer that ``key`` changed."""
        for observer in tuple(self._observers):
            observer(key)
