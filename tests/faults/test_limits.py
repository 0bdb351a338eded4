"""T18: no request before the time a refusal names, whoever else uses the address; cancels first."""

from __future__ import annotations

import json
from contextlib import suppress
from random import Random

import pytest

from terminal_app.errors import NotConnected
from terminal_app.practice.errors import RateLimitError
from terminal_app.practice.http.limits import Cost, RateCounter
from terminal_app.practice.http.rules import SPOT_RULES, USDM_RULES
from terminal_app.venues.binance.limits import (
    SHARES,
    WEIGHT,
    Priority,
    RateLimitRow,
    RequestLimits,
    Window,
)
from tests.faults.virtual_time import VirtualClock

SEEDS = 500
CHUNK = 100
STEPS = 150
WEIGHTS = {
    Priority.CANCEL: (1, 1),
    Priority.ORDER: (0, 1),
    Priority.READ: (1, 40),
    Priority.HISTORY: (2, 20),
}


class Schedule:
    """Let a client ask an exchange that counts, bans and serves other programs, by one seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self.has_others = seed % 2 == 1
        self._clock = clock = VirtualClock()
        rules = self._random.choice((SPOT_RULES, USDM_RULES)).scaled(0.05)
        self._exchange = RateCounter(rules, clock.true_ms)
        self._limits = RequestLimits(clock.true_ms)
        self._limits.learn(
            RateLimitRow(row.kind, row.interval, row.interval_num, row.limit)
            for row in rules.limits
        )
        self._quiet_until_ms = self._no_orders_until_ms = 0
        self.asked = self.refused = 0
        self.broken: list[str] = []

    def run(self) -> None:
        """Ask, wait and be disturbed."""
        with self._clock.as_machine_time():
            for _ in range(STEPS):
                kind = self._random.random()
                if kind < 0.2:
                    self._clock.pass_s(self._random.choice((0.05, 0.5, 5, 61)))
                elif kind < 0.35 and self.has_others:
                    self._disturb()
                else:
                    self._ask(self._random.choice(list(Priority)))

    def _disturb(self) -> None:
        if self._random.random() < 0.1:
            self._exchange.bans.ban(self._random.choice((2_000, 120_000)))
        cost = Cost(self._random.randint(1, 120))
        with suppress(RateLimitError):
            self._exchange.admit(cost)
            with self._exchange.charge(cost):
                pass

    def _ask(self, priority: Priority) -> None:
        weight = self._random.randint(*WEIGHTS[priority])
        orders = int(priority is Priority.ORDER)
        room = [one.limit * SHARES[priority] - one.used for one in self._weights()]
        try:
            self._limits.take(priority, weight, orders)
        except NotConnected:
            if priority is Priority.CANCEL and not self._limits.pause_left_s:
                self._expect(any(weight > left for left in room), "a cancel was held back")
            return
        is_within = not weight or all(weight <= left for left in room)
        self._expect(is_within, f"{priority.name} beyond its share")
        self._send(Cost(weight, orders))

    def _send(self, cost: Cost) -> None:
        now_ms = self._clock.true_ms()
        self._expect(now_ms >= self._quiet_until_ms, "asked too early")
        if cost.orders:
            self._expect(now_ms >= self._no_orders_until_ms, "ordered too early")
        self.asked += 1
        self._clock.pass_s(self._random.uniform(0, 0.2))
        try:
            self._exchange.admit_request()
            self._exchange.admit(cost)
        except RateLimitError as error:
            self._refuse(error)
            return
        with self._exchange.charge(cost):
            pass
        self._limits.note_answer(200, self._exchange.headers(with_orders=True), b"{}")

    def _refuse(self, error: RateLimitError) -> None:
        self.refused += 1
        # Some ways to the client lose the header; of a ban the text tells its end.
        is_told = error.http_status == 429 or self._random.random() < 0.5
        headers = {"retry-after": str(error.retry_after_s)} if is_told else {}
        body = json.dumps({"code": error.code, "msg": error.message}).encode()
        if error.code == -1015:
            self._no_orders_until_ms = error.retry_at_ms
        else:
            self._quiet_until_ms = max(self._quiet_until_ms, error.retry_at_ms)
        self._limits.note_answer(error.http_status, headers, body)

    def _weights(self) -> list[Window]:
        return [window for window in self._limits.windows if window.kind == WEIGHT]

    def _expect(self, is_true: bool, sentence: str) -> None:
        if not is_true:
            self.broken.append(sentence)


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_t18_limits_are_kept_and_cancels_go_first(
    first: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("ERROR")
    schedules = {seed: Schedule(seed) for seed in range(first, first + CHUNK)}
    for schedule in schedules.values():
        schedule.run()
    assert {seed: one.broken for seed, one in schedules.items() if one.broken} == {}
    # Alone on its address the terminal is never refused; with others it was, and often.
    alone = [one for one in schedules.values() if not one.has_others]
    others = [one for one in schedules.values() if one.has_others]
    assert sum(one.refused for one in alone) == 0
    assert sum(one.refused for one in others) > CHUNK / 2
    assert min(one.asked for one in alone) > STEPS / 5
