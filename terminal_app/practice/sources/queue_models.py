"""Where an order of the account stands among the recorded orders at its price.

A record shows how much rests at a price, never whose. An order that arrives stands behind the
size shown then; prints at its price eat that queue from the front. What leaves a level without a
print was cancelled, and nobody can see from where in the queue. The three models differ in that:

* pessimistic: those behind cancel first; the queue ahead shrinks only when nobody else is left.
* neutral: cancels are spread evenly over the level as it stood before.
* optimistic: those ahead cancel first.

In every model the queue ahead is never longer than what the level still shows.
"""

from enum import StrEnum


class QueueModel(StrEnum):
    """Name who is taken to have cancelled when a level shrinks without a print."""

    OPTIMISTIC = "optimistic"
    NEUTRAL = "neutral"
    PESSIMISTIC = "pessimistic"

    def after_change(self, ahead: int, before: int, now: int) -> int:
        """Return the lots ahead after a level went from `before`, less its prints, to `now`."""
        cancelled = before - now
        if cancelled <= 0 or self is QueueModel.PESSIMISTIC:
            return min(ahead, now)
        if self is QueueModel.OPTIMISTIC:
            return max(0, min(ahead - cancelled, now))
        return min(ahead * now // before, now)
