"""One seed is one schedule: what a person does, what others do, and what goes wrong, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from random import Random
from typing import Any

from terminal_app.domain.instrument import Market

LASTS_MS = 12_000
_ORDER_PATHS = {Market.SPOT: "/api/v3/order", Market.USDM: "/fapi/v1/order"}
# Answers that say "nobody knows" may be given to an order that lives, or to one that does not.
_UNPROVEN = ("unknown", "bus", "timeout", "request_timeout")
# On USDⓈ-M these texts promise that nothing happened; spot promises nothing with any 5xx.
_PROMISES = ("unavailable", "internal", "throttled", "overloaded")


@dataclass(frozen=True, slots=True)
class Step:
    """Hold one thing that happens: when, what, and with what."""

    at_ms: int
    do: str
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Schedule:
    """Hold everything that happens in one run; nothing else in it is left to chance."""

    seed: int
    market: Market
    steps: tuple[Step, ...]

    def without(self, index: int) -> Schedule:
        """Return the schedule with one step less."""
        return replace(self, steps=self.steps[:index] + self.steps[index + 1 :])

    def to_json(self) -> dict[str, Any]:
        """Write the schedule."""
        steps = [asdict(step) for step in self.steps]
        return {"seed": self.seed, "market": self.market.value, "steps": steps}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Schedule:
        """Read what ``to_json`` wrote."""
        steps = tuple(Step(row["at_ms"], row["do"], row["args"]) for row in data["steps"])
        return Schedule(data["seed"], Market(data["market"]), steps)


def make_schedule(seed: int) -> Schedule:
    """Return the schedule of a seed."""
    draw = _Draw(seed)
    steps = [*draw.person(), *draw.others(), *draw.faults()]
    return Schedule(seed, draw.market, tuple(sorted(steps, key=lambda step: step.at_ms)))


class _Draw:
    def __init__(self, seed: int) -> None:
        self._random = Random(f"{seed} schedule")
        self.market = self._random.choice(list(Market))
        self._is_spot = self.market is Market.SPOT

    def person(self) -> list[Step]:
        """Draw what the person does: orders, and what becomes of some of them."""
        steps: list[Step] = []
        for number in range(self._random.randint(1, 4)):
            at_ms = self._time(LASTS_MS * 2 // 3)
            tag = f"order {number}"
            steps.append(Step(at_ms, "place", self._order(tag)))
            if self._random.random() < 0.6:
                steps.append(self._change(at_ms, tag, number))
        if self._random.random() < 0.15:
            steps.append(Step(self._time(), "cancel_all", {}))
        if self._random.random() < 0.1:
            steps.append(Step(self._time(), "restart", {}))
        return steps

    def others(self) -> list[Step]:
        """Draw what the market and others with the same account do."""
        pick = self._random
        steps = [
            Step(
                self._time(),
                "hit",
                {
                    "side": pick.choice(("BUY", "SELL")),
                    "share": pick.choice((0.1, 0.3, 0.5, 0.9, 1.0)),
                },
            )
            for _ in range(pick.randint(0, 5))
        ]
        if pick.random() < 0.25:
            steps.append(self._order_from_elsewhere())
        if pick.random() < 0.3:
            by = pick.choice(("admin-cancel", "cancel"))
            steps.append(Step(self._time(), "end", {"by": by, "nth": pick.randint(0, 3)}))
        if pick.random() < 0.1:
            amount = str(pick.choice((-1, 1)) * pick.randint(1, 500))
            steps.append(Step(self._time(), "money", {"amount": amount}))
        if not self._is_spot and pick.random() < 0.1:
            fields = {"symbol": "BTCUSDT", "leverage": str(pick.randint(1, 50))}
            steps.append(Step(self._time(), "control", {"name": "actor/leverage", **fields}))
        return steps

    def faults(self) -> list[Step]:
        """Draw what goes wrong."""
        drawn: list[Callable[[], Step | list[Step]]] = [
            self._reply_fault, self._reply_fault, self._reply_fault, self._event_fault,
            self._event_fault, self._event_fault, self._socket_fault, self._handshake_fault,
            self._lag, self._cable, self._latency, self._clock, self._ban, self._house,
        ]  # fmt: skip
        steps: list[Step] = []
        for _ in range(self._random.randint(1, 5)):
            made = self._random.choice(drawn)()
            steps += made if isinstance(made, list) else [made]
        return steps

    def _order(self, tag: str) -> dict[str, Any]:
        pick = self._random
        kind = pick.choice(("LIMIT", "LIMIT", "LIMIT", "MARKET"))
        order: dict[str, Any] = {
            "tag": tag,
            "side": pick.choice(("BUY", "SELL")),
            "type": kind,
            "quantity": f"0.{pick.randint(2, 60):03d}",
            "clicks": pick.choice((1, 1, 1, 2)),
        }
        if kind == "LIMIT":
            # In ticks of the smallest price step from the middle; below 0 it crosses the market.
            order["away"] = pick.choice((-400, -60, -51, 10, 40, 50, 100, 150, 300, 2_000))
            order["time_in_force"] = pick.choice(("GTC", "GTC", "GTC", "IOC", "FOK", "POST_ONLY"))
        return order

    def _change(self, placed_ms: int, tag: str, number: int) -> Step:
        pick = self._random
        at_ms = min(LASTS_MS, placed_ms + pick.choice((0, 1, 5, 20, 300, 2_000, 6_000)))
        match pick.choice(("cancel", "cancel", "cancel", "amend", "replace")):
            case "amend":
                args = {"tag": tag, "share": pick.choice((0.3, 0.7))}
                if not self._is_spot:
                    args["away"] = pick.choice((30, 80, 200))
                return Step(at_ms, "amend", args)
            case "replace":
                return Step(at_ms, "replace", {"old": tag, **self._order(f"instead {number}")})
            case _:
                return Step(at_ms, "cancel", {"tag": tag})

    def _order_from_elsewhere(self) -> Step:
        pick = self._random
        fields = {
            "symbol": "BTCUSDT",
            "side": pick.choice(("BUY", "SELL")),
            "type": "LIMIT",
            "timeInForce": "GTC",
            "quantity": f"0.{pick.randint(2, 60):03d}",
            "price": str(50_000 + pick.choice((-30, -3, 3, 30))),
        }
        return Step(self._time(), "control", {"name": "actor/order", **fields})

    def _reply_fault(self) -> Step:
        pick = self._random
        hook = pick.choice(
            ("hang", "reset", "close", "truncate", "garbage", "html", "redirect", "error", "edit")
        )
        fields: dict[str, Any] = {"hook": f"reply.{hook}", "accepted": pick.random() < 0.6}
        fields |= _scope_of_a_request(self._random, self.market)
        if hook == "error":
            fields["error"] = pick.choice((*_UNPROVEN, *_PROMISES))
            if fields["error"] in _PROMISES and not self._is_spot:
                fields["accepted"] = False
        elif hook == "edit":
            fields |= {"accepted": True, "drop": [pick.choice(("orderId", "status", "result"))]}
        return self._fault(fields)

    def _event_fault(self) -> Step:
        pick = self._random
        hook = pick.choice(("drop", "duplicate", "duplicate", "delay", "swap", "swap", "corrupt"))
        fields: dict[str, Any] = {"hook": f"event.{hook}"}
        if hook == "duplicate":
            fields["times"] = pick.randint(1, 3)
        elif hook == "delay":
            fields["ms"] = pick.choice((5, 200, 3_000))
        if pick.random() < 0.5:
            fields["event"] = "executionReport" if self._is_spot else "ORDER_TRADE_UPDATE"
        return self._fault(fields)

    def _socket_fault(self) -> Step:
        pick = self._random
        action = pick.choice(("stall", "reset", "half_close", "close", "close"))
        fields: dict[str, Any] = {"name": "sockets", "action": f"socket.{action}"}
        if action == "stall":
            fields["seconds"] = pick.choice((3, 10, 40))
        elif action == "close":
            fields["code"] = pick.choice((1001, 1006, 1008, 1011, 1012))
        return Step(self._time(), "control", fields)

    def _handshake_fault(self) -> list[Step]:
        pick = self._random
        at_ms = self._time()
        fields = {"hook": "handshake.refuse", "status": pick.choice((403, 429, 500, 503))}
        reset = Step(at_ms, "control", {"name": "sockets", "action": "socket.reset"})
        return [self._fault(fields, at_ms), reset]

    def _lag(self) -> Step:
        pick = self._random
        fields = {"orders": pick.choice((500, 3_000, 20_000)), "snapshots": pick.choice((0, 700))}
        return Step(self._time(), "control", {"name": "lag", **fields})

    def _cable(self) -> list[Step]:
        at_ms = self._time()
        back_ms = at_ms + self._random.choice((50, 1_500, 7_000))
        return [
            Step(at_ms, "cable", {"is_out": True}),
            Step(back_ms, "cable", {"is_out": False}),
        ]

    def _latency(self) -> Step:
        pick = self._random
        legs = {
            leg: {"ms": pick.choice((0, 30, 400)), "jitter": pick.choice((0, 200))}
            for leg in ("request", "engine", "reply", "stream")
        }
        return Step(self._time(), "control", {"name": "latency", **legs})

    def _clock(self) -> Step:
        pick = self._random
        if pick.random() < 0.4:
            return Step(
                self._time(), "server clock", {"ms": pick.choice((-8_000, -900, 700, 30_000))}
            )
        do = pick.choice(("jump", "sleep"))
        seconds = (
            pick.choice((10.0, 3_600.0)) if do == "sleep" else pick.choice((-30.0, 0.4, 900.0))
        )
        return Step(self._time(), do, {"seconds": seconds})

    def _ban(self) -> Step:
        pick = self._random
        if pick.random() < 0.5:
            return Step(self._time(), "control", {"name": "ban", "seconds": pick.choice((3, 12))})
        error = {"status": 429, "code": -1003, "msg": "Too many requests.", "retry_after": 4}
        fields = {"hook": "reply.error", "accepted": False, **error}
        return self._fault(fields | _scope_of_a_request(self._random, self.market))

    def _house(self) -> Step:
        names = ["server-shutdown"]
        if not self._is_spot:
            names.append("actor/expire-listen-key")
        return Step(self._time(), "control", {"name": self._random.choice(names)})

    def _fault(self, fields: dict[str, Any], at_ms: int | None = None) -> Step:
        pick = self._random
        counted = {"count": pick.choice((1, 1, 2, 5)), "skip": pick.choice((0, 0, 0, 1, 3))}
        fields = {"name": "faults", **counted, **fields}
        return Step(at_ms if at_ms is not None else self._time(), "control", fields)

    def _time(self, until_ms: int = LASTS_MS) -> int:
        return self._random.randint(0, until_ms)


def _scope_of_a_request(pick: Random, market: Market) -> dict[str, str]:
    return pick.choice(
        (
            {},
            {"method": "WS", "path": "order.*"},
            {"method": "WS", "path": "order.place"},
            {"method": "WS", "path": "order.cancel"},
            {"method": "WS", "path": "order.status"},
            {"path": f"{_ORDER_PATHS[market]}*"},
            {"method": "GET"},
        )
    )
