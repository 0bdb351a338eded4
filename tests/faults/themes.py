"""Schedules for one line of the catalogue each: its own faults, more often than in the mix."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from terminal_app.domain.instrument import Market
from tests.faults.schedule import LASTS_MS, Draw, Schedule, Step

FaultOf = Callable[[Draw], Step | list[Step]]
StepsOf = Callable[[Draw], list[Step]]
SIDES = ("BUY", "SELL")
# How long after its fills a reset can be told from a venue that is late, and that long again.
RESET_AFTER_MS = 75_000


@dataclass(frozen=True, slots=True)
class Theme:
    """Say what is drawn: one to five of `faults`, all of `besides`, what the person does."""

    faults: Sequence[FaultOf] = ()
    besides: Sequence[StepsOf] = ()
    person: StepsOf = Draw.person
    markets: Sequence[Market] = tuple(Market)


def themed_schedule(name: str, seed: int) -> Schedule:
    """Return the schedule of a seed in a theme."""
    theme = THEMES[name]
    draw = Draw(f"{seed} {name}", theme.markets)
    steps = [*theme.person(draw), *draw.others()]
    for beside in theme.besides:
        steps += beside(draw)
    if theme.faults:
        for _ in range(draw.random.randint(1, 5)):
            made = draw.random.choice(theme.faults)(draw)
            steps += made if isinstance(made, list) else [made]
    return Schedule(seed, draw.market, tuple(sorted(steps, key=lambda step: step.at_ms)))


def _lost_before_accept(draw: Draw) -> Step:
    step = draw.reply_fault()
    fields = {name: value for name, value in step.args.items() if name != "drop"}
    if fields["hook"] == "reply.edit":
        fields["hook"] = "reply.close"
    return Step(step.at_ms, step.do, {**fields, "accepted": False})


def _long_lag(draw: Draw) -> list[Step]:
    at_ms = draw.time(LASTS_MS // 2)
    lasts_ms = draw.random.choice((20_000, 60_000, 300_000, 2_400_000))
    fields = {"name": "lag", "orders": lasts_ms, "snapshots": draw.random.choice((0, 700))}
    return [Step(at_ms, "control", fields), Step(at_ms + lasts_ms, "wait", {})]


def _cancel_races(draw: Draw) -> list[Step]:
    steps = []
    for number in range(draw.random.randint(2, 4)):
        at_ms, tag = draw.time(LASTS_MS // 2), f"order {number}"
        steps.append(Step(at_ms, "place", {**draw.order(tag), "type": "LIMIT", "away": 40}))
        for _ in range(draw.random.choice((1, 1, 2))):
            soon_ms = at_ms + draw.random.choice((0, 2, 5, 300, 2_000))
            steps.append(Step(soon_ms, "cancel", {"tag": tag}))
            if draw.random.random() < 0.5:
                hit = {"side": draw.random.choice(SIDES), "share": draw.random.choice((0.5, 1.0))}
                steps.append(Step(soon_ms + draw.random.choice((0, 2, 4)), "hit", hit))
    return steps


def _cancel_lost(draw: Draw) -> Step:
    step = draw.reply_fault()
    fields = {name: value for name, value in step.args.items() if name not in ("method", "path")}
    return Step(step.at_ms, step.do, {**fields, "method": "WS", "path": "order.cancel"})


def _many_hits(draw: Draw) -> list[Step]:
    shares = (0.1, 0.3, 0.5)
    return [
        Step(
            draw.time(),
            "hit",
            {"side": draw.random.choice(SIDES), "share": draw.random.choice(shares)},
        )
        for _ in range(draw.random.randint(5, 12))
    ]


def _expired_key(draw: Draw) -> Step:
    return Step(draw.time(), "control", {"name": "actor/expire-listen-key"})


def _key_refused(draw: Draw) -> Step:
    fields = {"hook": "reply.error", "error": draw.random.choice(("unavailable", "internal"))}
    return draw.fault({**fields, "accepted": False, "path": "/fapi/v1/listenKey"})


def _shutdown(draw: Draw) -> Step:
    return Step(draw.time(), "control", {"name": "server-shutdown"})


def _drift(draw: Draw) -> list[Step]:
    # Far more than the 200 ppm of a bad clock, so that an hour is enough to see it.
    ppm = draw.random.choice((-2_000, 2_000))
    later = [
        Step(draw.random.randint(600_000, 3_600_000), "place", draw.order(f"later {number}"))
        for number in range(3)
    ]
    return [Step(0, "drift", {"ppm": ppm}), *later]


def _sleep(draw: Draw) -> Step:
    seconds = draw.random.choice((10.0, 60.0, 3_600.0, 86_400.0, 259_200.0))
    return Step(draw.time(), "sleep", {"seconds": seconds})


def _halt(draw: Draw) -> list[Step]:
    closed = ("HALT", "BREAK", "CANCEL_ONLY", "END_OF_DAY")
    if draw.market is Market.USDM:
        closed = ("PENDING_TRADING", "PRE_SETTLE", "SETTLING", "CLOSE")
    at_ms = draw.time(LASTS_MS // 2)
    back_ms = at_ms + draw.random.choice((300, 3_000, 8_000))
    return [
        Step(at_ms, "control", _symbol(status=draw.random.choice(closed))),
        Step(back_ms, "control", _symbol(status="TRADING")),
    ]


def _filters(draw: Draw) -> Step:
    changes = ({"stepSize": "0.01"}, {"minNotional": "500"}, {"tickSize": "1"})
    return Step(draw.time(), "control", _symbol(**draw.random.choice(changes)))


def _symbol(**fields: str) -> dict[str, str]:
    return {"name": "symbol", "symbol": "BTCUSDT", **fields}


def _others(draw: Draw) -> list[Step]:
    steps = [draw.order_from_elsewhere() for _ in range(draw.random.randint(1, 3))]
    for _ in range(draw.random.randint(0, 2)):
        end = {
            "by": draw.random.choice(("admin-cancel", "cancel")),
            "nth": draw.random.randint(0, 3),
        }
        steps.append(Step(draw.time(), "end", end))
    amount = str(draw.random.choice((-1, 1)) * draw.random.randint(1, 500))
    steps.append(Step(draw.time(), "money", {"amount": amount}))
    if draw.market is Market.USDM:
        fields = {"symbol": "BTCUSDT", "leverage": str(draw.random.randint(1, 50))}
        steps.append(Step(draw.time(), "control", {"name": "actor/leverage", **fields}))
        names = ("actor/funding", "actor/liquidate", "actor/deleverage")
        fields = {"name": draw.random.choice(names), "symbol": "BTCUSDT"}
        steps.append(Step(draw.time(), "control", fields))
    return steps


def _reset(draw: Draw) -> list[Step]:
    # By its fills an account is known again: without any nobody can tell a reset from a lapse.
    fill = {**draw.order("first"), "type": "MARKET", "clicks": 1}
    reset_ms = RESET_AFTER_MS + draw.time()
    again = Step(reset_ms + draw.time(), "place", draw.order("after it"))
    return [Step(0, "place", fill), Step(reset_ms, "reset", {}), again]


def _full_disk(draw: Draw) -> list[Step]:
    at_ms = draw.time(LASTS_MS // 2)
    lasts_ms = draw.random.choice((600, 4_000, 10_000))
    # Again and again: the ledger gives its reserve free, and that must not be enough.
    full = [
        Step(at_ms + later_ms, "disk", {"is_full": True}) for later_ms in range(0, lasts_ms, 300)
    ]
    return [*full, Step(at_ms + lasts_ms, "disk", {"is_full": False})]


def _moves(draw: Draw) -> list[Step]:
    return [
        Step(
            draw.time(),
            "move",
            {"side": draw.random.choice(SIDES), "levels": draw.random.randint(1, 6)},
        )
        for _ in range(draw.random.randint(2, 6))
    ]


def _conditional_person(draw: Draw) -> list[Step]:
    steps = []
    for number in range(draw.random.randint(1, 4)):
        at_ms, tag = draw.time(LASTS_MS * 2 // 3), f"order {number}"
        order = _conditional(draw, tag) if draw.random.random() < 0.7 else draw.order(tag)
        steps.append(Step(at_ms, "place", order))
        if draw.random.random() < 0.5:
            later_ms = at_ms + draw.random.choice((0, 1, 20, 300, 2_000))
            steps.append(Step(later_ms, "cancel", {"tag": tag}))
    if draw.random.random() < 0.15:
        steps.append(Step(draw.time(), "cancel_all", {}))
    if draw.random.random() < 0.1:
        steps.append(Step(draw.time(), "restart", {}))
    return steps


def _conditional(draw: Draw, tag: str) -> dict[str, Any]:
    kinds = ("STOP_MARKET", "STOP_LIMIT", "TAKE_PROFIT_MARKET", "TAKE_PROFIT_LIMIT")
    return {
        **draw.order(tag),
        "type": draw.random.choice(kinds),
        "away": draw.random.choice((-100, 40, 100)),
        "time_in_force": "GTC",
        "trigger_away": draw.random.choice((30, 60, 120, 200, 1_000)),
    }


def _list_person(draw: Draw) -> list[Step]:
    steps = []
    for number in range(draw.random.randint(1, 3)):
        at_ms, tag = draw.time(LASTS_MS * 2 // 3), f"list {number}"
        kind = draw.random.choice(("OCO", "OTO", "OTOCO"))
        wanted = {
            "tag": tag,
            "kind": kind,
            "side": draw.random.choice(SIDES),
            "quantity": f"0.{draw.random.randint(2, 60):03d}",
            "away": draw.random.choice((-60, 40, 100, 300)),
        }
        steps.append(Step(at_ms, "place_list", wanted))
        if draw.random.random() < 0.5:
            later_ms = at_ms + draw.random.choice((0, 20, 300, 2_000))
            leg = draw.random.randint(0, 1)
            steps.append(Step(later_ms, "cancel", {"tag": f"{tag}/{leg}"}))
    if draw.random.random() < 0.15:
        steps.append(Step(draw.time(), "cancel_all", {}))
    if draw.random.random() < 0.1:
        steps.append(Step(draw.time(), "restart", {}))
    return steps


_LINKS: Sequence[FaultOf] = (Draw.reply_fault, Draw.event_fault, Draw.socket_fault)
THEMES: Mapping[str, Theme] = {
    "replies": Theme((Draw.reply_fault,)),
    "conditional orders": Theme(_LINKS, (_moves,), _conditional_person),
    "lists": Theme(_LINKS, (_moves,), _list_person, (Market.SPOT,)),
    "lost before": Theme((_lost_before_accept,)),
    "events": Theme((Draw.event_fault, Draw.event_fault, Draw.latency)),
    "lag": Theme((Draw.reply_fault,), (_long_lag,)),
    "cancels": Theme((_cancel_lost, Draw.latency), (), _cancel_races),
    "partial fills": Theme((Draw.event_fault, Draw.reply_fault), (_many_hits,)),
    "closes": Theme((Draw.socket_fault, Draw.handshake_fault, _shutdown)),
    "listen key": Theme((_expired_key, _key_refused), markets=(Market.USDM,)),
    "clocks": Theme((Draw.clock,)),
    "drift": Theme((), (_drift,)),
    "sleep": Theme((_sleep,)),
    "symbol": Theme((_filters, Draw.reply_fault), (_halt,)),
    "others": Theme(_LINKS, (_others,)),
    # Needs a disk that may be filled: full_disk.py.
    "disk": Theme((Draw.reply_fault, Draw.event_fault), (_full_disk,)),
    "reset": Theme((), (_reset,)),
}
