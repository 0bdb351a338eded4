"""Policies as the ledger keeps them: what was wanted, and how far an earlier run came."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from terminal_app.domain.instrument import plain
from terminal_app.domain.policy import Chase, Policy, Progress, StepKind, Then, TimeOut
from terminal_app.storage.ledger import Body, LedgerEvent


@dataclass(frozen=True, slots=True)
class PolicyPlan:
    """Hold a policy, since when it looks after its order, and what it has done to it.

    ``price`` is where it left the order; ``acted_ms`` is when it did so last.
    """

    policy: Policy
    began_ms: int
    acted_ms: int
    price: Decimal
    moves: int = 0
    has_asked_end: bool = False

    def progress(self, now_ms: int, now_s: float) -> Progress:
        """Return how far it came, by the clock of this run.

        A clock that was set back since makes no time negative.
        """
        return Progress(
            self.price,
            now_s - max(now_ms - self.began_ms, 0) / 1000,
            now_s - max(now_ms - self.acted_ms, 0) / 1000,
            self.moves,
            self.has_asked_end,
            is_resumed=True,
        )


def policy_body(policy: Policy, began_ms: int, progress: Progress) -> Body:
    """Return what the ledger keeps of a policy beside each of its steps."""
    body: Body = {
        "policy": str(policy),
        "began_ms": began_ms,
        "at": plain(progress.price),
        "moves": progress.moves,
    }
    if isinstance(policy, TimeOut):
        return {**body, "after_ms": round(policy.after_s * 1000), "then": policy.then.value}
    return {
        **body,
        "worst_price": plain(policy.worst_price),
        "pause_ms": round(policy.pause_s * 1000),
        "most_moves": policy.moves,
    }


def plan_left(last: LedgerEvent) -> PolicyPlan:
    """Return the policy whose last step this is; raise ``KeyError`` where it does not say all."""
    body = last.body
    policy: Policy
    if "after_ms" in body:
        policy = TimeOut(int(str(body["after_ms"])) / 1000, Then(str(body["then"])))
    else:
        pause_s, most_moves = int(str(body["pause_ms"])) / 1000, int(str(body["most_moves"]))
        policy = Chase(Decimal(str(body["worst_price"])), pause_s, most_moves)
    return PolicyPlan(
        policy,
        int(str(body["began_ms"])),
        last.time_ms,
        Decimal(str(body["at"])),
        int(str(body["moves"])),
        body["step"] == StepKind.CANCEL.value,
    )
