"""What happens when, in market time."""

import heapq
from collections.abc import Callable, Collection

Action = Callable[[int], float | None]


class Timeline:
    """Run actions in order of their time, equal times in order of scheduling.

    An action gets its time in milliseconds and returns when it wants to run next, or None.
    """

    def __init__(self, start_ms: int) -> None:
        self.start_ms = start_ms
        self.now_ms = start_ms
        self.is_ended = False
        self._next_number = 0
        self._heap: list[tuple[float, int, Action]] = []

    def end(self) -> None:
        """Stop the time: a recording has been played."""
        self.is_ended = True

    def schedule(self, time_ms: float, action: Action) -> None:
        """Run an action at a time; a time that has passed means at the next advance."""
        self._next_number += 1
        heapq.heappush(self._heap, (time_ms, self._next_number, action))

    def cancel(self, actions: Collection[Action]) -> None:
        """Run none of these actions any more."""
        self._heap = [item for item in self._heap if item[2] not in actions]
        heapq.heapify(self._heap)

    def shift(self, by_ms: int) -> None:
        """Skip a stretch of time: whatever was due happens that much later."""
        self.start_ms += by_ms
        self.now_ms += by_ms
        self._heap = [(time_ms + by_ms, number, action) for time_ms, number, action in self._heap]

    def jump(self, to_ms: int) -> None:
        """Go to another time, past or future, and live on from there, also after the end.

        Nothing runs; what is scheduled is as far away as it was before.
        """
        self.shift(to_ms - self.now_ms)
        self.is_ended = False

    def advance(self, to_ms: int) -> None:
        """Run everything that is due up to and including a time; an ended one stays."""
        while not self.is_ended and self._heap and self._heap[0][0] <= to_ms:
            time_ms, _, action = heapq.heappop(self._heap)
            self.now_ms = max(self.now_ms, int(time_ms))
            again = action(self.now_ms)
            if again is not None:
                self.schedule(again, action)
        if not self.is_ended:
            self.now_ms = max(self.now_ms, to_ms)
