"""One seed is one schedule: what a person does, what others do, and what goes wrong, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    draw = Draw(f"{seed} schedule")
    steps = [*draw.person(), *draw.others(), *draw.faults()]
    return Schedule(seed, draw.market, tuple(sorted(steps, key=lambda step: step.at_ms)))


class Draw:
    """Draw the steps of one schedule; the same words give the same steps."""

    def __init__(self, words: str, markets: Sequence[Market] = tuple(Market)) -> None:
        self.random = Random(words)
        self.market = self.random.choice(markets)
        self._is_spot = self.market is Market.SPOT

    def person(self) -> list[Step]:
        """Draw what the person does: orders, and what becomes of some of them."""
        steps: list[Step] = []
        for number in range(self.random.randint(1, 4)):
            at_ms = self.time(LASTS_MS * 2 // 3)
            tag = f"order {number}"
            steps.append(Step(at_ms, "place", self.order(tag)))
            if self.random.random() < 0.6:
                steps.append(self.change(at_ms, tag, number))
        if self.random.random() < 0.15:
            steps.append(Step(self.time(), "cancel_all", {}))
        if self.random.random() < 0.1:
            steps.append(Step(self.time(), "restart", {}))
        return steps

    def others(self) -> list[Step]:
        """Draw what the market and others with the same account do."""
        pick = self.random
        steps = [
            Step(
                self.time(),
                "hit",
                {
                    "side": pick.choice(("BUY", "SELL")),
                    "share": pick.choice((0.1, 0.3, 0.5, 0.9, 1.0)),
                },
            )
            for _ in range(pick.randint(0, 5))
        ]
        if pick.random() < 0.25:
            steps.append(self.order_from_elsewhere())
        if pick.random() < 0.3:
            by = pick.choice(("admin-cancel", "cancel"))
            steps.append(Step(self.time(), "end", {"by": by, "nth": pick.randint(0, 3)}))
        if pick.random() < 0.1:
            amount = str(pick.choice((-1, 1)) * pick.randint(1, 500))
            steps.append(Step(self.time(), "money", {"amount": amount}))
        if not self._is_spot and pick.random() < 0.1:
            fields = {"symbol": "BTCUSDT", "leverage": str(pick.randint(1, 50))}
            steps.append(Step(self.time(), "control", {"name": "actor/leverage", **fields}))
        return steps

    def faults(self) -> list[Step]:
        """Draw what goes wrong."""
        drawn: list[Callable[[], Step | list[Step]]] = [
            self.reply_fault, self.reply_fault, self.reply_fault, self.event_fault,
            self.event_fault, self.event_fault, self.socket_fault, self.handshake_fault,
            self.lag, self.cable, self.latency, self.clock, self.ban, self.house,
        ]  # fmt: skip
        steps: list[Step] = []
        for _ in range(self.random.randint(1, 5)):
            made = self.random.choice(drawn)()
            steps += made if isinstance(made, list) else [made]
        return steps

    def order(self, tag: str) -> dict[str, Any]:
        """Draw a plain order of the person, known by a tag."""
        pick = self.random
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

    def change(self, placed_ms: int, tag: str, number: int) -> Step:
        """Draw what becomes of an order that was placed then."""
        pick = self.random
        at_ms = min(LASTS_MS, placed_ms + pick.choice((0, 1, 5, 20, 300, 2_000, 6_000)))
        match pick.choice(("cancel", "cancel", "cancel", "amend", "replace")):
            case "amend":
                args = {"tag": tag, "share": pick.choice((0.3, 0.7))}
                if not self._is_spot:
                    args["away"] = pick.choice((30, 80, 200))
                return Step(at_ms, "amend", args)
            case "replace":
                return Step(at_ms, "replace", {"old": tag, **self.order(f"instead {number}")})
            case _:
                return Step(at_ms, "cancel", {"tag": tag})

    def order_from_elsewhere(self) -> Step:
        """Draw an order of somebody else with the same account."""
        pick = self.random
        fields = {
            "symbol": "BTCUSDT",
            "side": pick.choice(("BUY", "SELL")),
            "type": "LIMIT",
            "timeInForce": "GTC",
            "quantity": f"0.{pick.randint(2, 60):03d}",
            "price": str(50_000 + pick.choice((-30, -3, 3, 30))),
        }
        return Step(self.time(), "control", {"name": "actor/order", **fields})

    def reply_fault(self) -> Step:
        """Draw what becomes of an answer."""
        pick = self.random
        hook = pick.choice(
            ("hang", "reset", "close", "truncate", "garbage", "html", "redirect", "error", "edit")
        )
        fields: dict[str, Any] = {"hook": f"reply.{hook}", "accepted": pick.random() < 0.6}
        fields |= _scope_of_a_request(self.random, self.market)
        if hook == "error":
            fields["error"] = pick.choice((*_UNPROVEN, *_PROMISES))
            if fields["error"] in _PROMISES and not self._is_spot:
                fields["accepted"] = False
        elif hook == "edit":
            fields |= {"accepted": True, "drop": [pick.choice(("orderId", "status", "result"))]}
        return self.fault(fields)

    def event_fault(self) -> Step:
        """Draw what becomes of an event."""
        pick = self.random
        hook = pick.choice(("drop", "duplicate", "duplicate", "delay", "swap", "swap", "corrupt"))
        fields: dict[str, Any] = {"hook": f"event.{hook}"}
        if hook == "duplicate":
            fields["times"] = pick.randint(1, 3)
        elif hook == "delay":
            fields["ms"] = pick.choice((5, 200, 3_000))
        if pick.random() < 0.5:
            fields["event"] = "executionReport" if self._is_spot else "ORDER_TRADE_UPDATE"
        return self.fault(fields)

    def socket_fault(self) -> Step:
        """Draw how a connection breaks."""
        pick = self.random
        action = pick.choice(("stall", "reset", "half_close", "close", "close"))
        fields: dict[str, Any] = {"name": "sockets", "action": f"socket.{action}"}
        if action == "stall":
            fields["seconds"] = pick.choice((3, 10, 40))
        elif action == "close":
            fields["code"] = pick.choice((1001, 1006, 1008, 1011, 1012))
        return Step(self.time(), "control", fields)

    def handshake_fault(self) -> list[Step]:
        """Draw a connection that breaks and is refused."""
        pick = self.random
        at_ms = self.time()
        fields = {"hook": "handshake.refuse", "status": pick.choice((403, 429, 500, 503))}
        reset = Step(at_ms, "control", {"name": "sockets", "action": "socket.reset"})
        return [self.fault(fields, at_ms), reset]

    def lag(self) -> Step:
        """Draw how long the exchange knows nothing of new orders."""
        pick = self.random
        fields = {"orders": pick.choice((500, 3_000, 20_000)), "snapshots": pick.choice((0, 700))}
        return Step(self.time(), "control", {"name": "lag", **fields})

    def cable(self) -> list[Step]:
        """Draw when the cable is out."""
        at_ms = self.time()
        back_ms = at_ms + self.random.choice((50, 1_500, 7_000))
        return [
            Step(at_ms, "cable", {"is_out": True}),
            Step(back_ms, "cable", {"is_out": False}),
        ]

    def latency(self) -> Step:
        """Draw how long everything takes."""
        pick = self.random
        legs = {
            leg: {"ms": pick.choice((0, 30, 400)), "jitter": pick.choice((0, 200))}
            for leg in ("request", "engine", "reply", "stream")
        }
        return Step(self.time(), "control", {"name": "latency", **legs})

    def clock(self) -> Step:
        """Draw a clock that is set, or a sleep."""
        pick = self.random
        if pick.random() < 0.4:
            return Step(
                self.time(), "server clock", {"ms": pick.choice((-8_000, -900, 700, 30_000))}
            )
        do = pick.choice(("jump", "sleep"))
        seconds = (
            pick.choice((10.0, 3_600.0)) if do == "sleep" else pick.choice((-30.0, 0.4, 900.0))
        )
        return Step(self.time(), do, {"seconds": seconds})

    def ban(self) -> Step:
        """Draw a demand for a pause."""
        pick = self.random
        if pick.random() < 0.5:
            return Step(self.time(), "control", {"name": "ban", "seconds": pick.choice((3, 12))})
        error = {"status": 429, "code": -1003, "msg": "Too many requests.", "retry_after": 4}
        fields = {"hook": "reply.error", "accepted": False, **error}
        return self.fault(fields | _scope_of_a_request(self.random, self.market))

    def house(self) -> Step:
        """Draw what the exchange does to its connections."""
        names = ["server-shutdown"]
        if not self._is_spot:
            names.append("actor/expire-listen-key")
        return Step(self.time(), "control", {"name": self.random.choice(names)})

    def fault(self, fields: dict[str, Any], at_ms: int | None = None) -> Step:
        """Return a fault of these fields, with how often it strikes."""
        pick = self.random
        counted = {"count": pick.choice((1, 1, 2, 5)), "skip": pick.choice((0, 0, 0, 1, 3))}
        fields = {"name": "faults", **counted, **fields}
        return Step(at_ms if at_ms is not None else self.time(), "control", fields)

    def time(self, until_ms: int = LASTS_MS) -> int:
        """Draw a moment."""
        return self.random.randint(0, until_ms)


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
