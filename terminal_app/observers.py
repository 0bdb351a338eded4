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


class Subscriptions:
    """Own what is followed at present, so that all of it can be left at once."""

    def __init__(self) -> None:
        self._leave: list[Callable[[], None]] = []

    def hear(self, observer: Observer, *sources: Observers) -> None:
        """Let an observer hear each of these until everything is left."""
        self._leave += [source.add(observer) for source in sources]

    def own(self, leave: Callable[[], None]) -> None:
        """Call this as well when everything is left."""
        self._leave.append(leave)

    def leave(self) -> None:
        """Follow nothing any more."""
        for leave in self._leave:
            leave()
        self._leave.clear()
