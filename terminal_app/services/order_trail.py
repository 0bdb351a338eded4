"""An order's way from the click to its end, as the ledger holds it, in sentences."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from terminal_app.domain.order import OrderStatus
from terminal_app.domain.order_request import OrderType
from terminal_app.services.order_ledger import OrderLedger
from terminal_app.storage.ledger import Body, EventKind, LedgerEvent


class Stage(StrEnum):
    """Name how far an order was; each step belongs to one."""

    WANTED = "clicked"
    SENT = "signed and sent"
    ANSWERED = "answered"
    HEARD = "heard"
    RESTING = "resting"
    CHANGED = "change asked"
    FILLED = "fill"
    UNKNOWN = "unknown"
    ENDED = "ended"
    NOTED = "noted"


@dataclass(frozen=True, slots=True)
class TrailStep:
    """Hold one step: when, what it means, and the words that went over the wire.

    ``raw`` holds no secrets: none is ever written.
    """

    time_ms: int
    stage: Stage
    title: str
    sentence: str
    raw: str
    seq: int


class OrderTrail:
    """Read what became of one order. May raise ``StorageError``."""

    def __init__(self, ledger: OrderLedger) -> None:
        self._ledger = ledger

    async def steps(self, client_order_id: str) -> list[TrailStep]:
        """Return an order's steps, oldest first; none where the ledger never heard of it."""
        return trail_steps(await self._ledger.trail(client_order_id))


def trail_steps(events: Iterable[LedgerEvent]) -> list[TrailStep]:
    """Return events as steps in the order of their time."""
    steps: list[TrailStep] = []
    for event in events:
        if event.kind is EventKind.REQUEST:
            steps += _request(event)
        else:
            tell = _TELLERS.get(event.kind)
            told = tell(event.body) if tell is not None else None
            if told is not None:
                stage, title, sentence = told
                time_ms = _wanted_ms(event)
                steps.append(TrailStep(time_ms, stage, title, sentence, _raw(event), event.seq))
    return sorted(steps, key=lambda step: (step.time_ms, step.seq))


Told = tuple[Stage, str, str]


def _wanted_ms(event: LedgerEvent) -> int:
    created_ms = event.body.get("created_ms")
    is_intent = event.kind is EventKind.INTENT
    return int(str(created_ms)) if is_intent and created_ms is not None else event.time_ms


def _intent(body: Body) -> Told:
    has_price = OrderType(str(body["type"])).has_price
    price = f"{body['price']}" if has_price else "market"
    words = f"{str(body['side']).lower()} {body['quantity']} {body['symbol']} at {price}"
    terms = f"{str(body['type']).lower().replace('_', ' ')}, {body['time_in_force']}"
    if body.get("reduce_only"):
        terms += ", reduce-only"
    if body.get("trigger_price"):
        terms += f", waits for {body['trigger_price']}"
    bid, ask = body.get("seen_bid"), body.get("seen_ask")
    seen = f" The book showed {bid} / {ask}." if bid and ask else ""
    if body.get("seen_is_fresh") is False:
        seen += " The market data was old."
    sentence = f"Wanted: {words} ({terms}).{seen} It was on disk before anything left."
    return Stage.WANTED, "Clicked", sentence


def _request(event: LedgerEvent) -> list[TrailStep]:
    body = event.body
    way = "the socket for orders" if body["way"] == "socket" else "HTTP"
    name = str(body["request"]).partition("?")[0]
    latency_us = int(str(body["latency_us"]))
    sent_ms = event.time_ms - round(latency_us / 1000)
    status = body["status"]
    came = f"Answer {status}" if status is not None else f"No answer ({body['answer']})"
    return [
        TrailStep(
            sent_ms,
            Stage.SENT,
            "Signed and sent",
            f"{name} was signed and left over {way}.",
            str(body["request"]),
            event.seq,
        ),
        TrailStep(
            event.time_ms,
            Stage.ANSWERED,
            "Answer" if status is not None else "No answer",
            f"{came} to {name} after {latency_us / 1000:.1f} ms.",
            _pretty(str(body["answer"])),
            event.seq,
        ),
    ]


def _reply(body: Body) -> Told:
    kind = str(body["kind"])
    message = str(body["message"] or "")
    if kind == "ok":
        return Stage.ANSWERED, "Acknowledged", "The exchange took it."
    if kind == "rejected":
        return Stage.ANSWERED, "Refused", f"The exchange refused it: {message}"
    if kind == "not sent":
        return Stage.ANSWERED, "Not sent", f"Nothing left this computer: {message}"
    return _no_reply(body)


def _no_reply(body: Body) -> Told:
    sentence = (
        "No answer came that proves anything. It is UNKNOWN, asked for by its name, and never sent"
        f" again by the program. {body['message'] or ''}"
    )
    return Stage.UNKNOWN, "UNKNOWN", sentence.strip()


def _state(body: Body) -> Told:
    status = OrderStatus(str(body["status"]))
    filled = f"{body['executed_quantity']} of {body['quantity']} filled"
    if status is OrderStatus.NEW:
        if body["price"] == "0" and not body["is_conditional"]:
            return Stage.ANSWERED, "Accepted", f"The exchange has it as number {body['order_id']}."
        where = "waits for its trigger" if body["is_conditional"] else "rests in the book"
        return Stage.RESTING, "Resting", f"It {where} as number {body['order_id']}."
    if status is OrderStatus.PARTIALLY_FILLED:
        return Stage.NOTED, "Partly filled", f"{filled} so far."
    if status is OrderStatus.UNKNOWN:
        return Stage.UNKNOWN, "UNKNOWN", f"Nobody knows whether it exists. {body['reason'] or ''}"
    word = status.value.replace("_", " ").capitalize()
    reason = f": {body['reason']}" if body["reason"] else ""
    stage = Stage.ENDED if status.is_final else Stage.NOTED
    return stage, word, f"{filled}{reason}."


def _fill(body: Body) -> Told:
    role = "maker" if body["is_maker"] else "taker"
    sentence = (
        f"{body['quantity']} at {body['price']} as {role}, for a fee of {body['commission']}"
        f" {body['commission_asset']}. Heard by {body['source']}."
    )
    return Stage.FILLED, "Fill", sentence


def _amend(body: Body) -> Told:
    parts = [f"{name} {body[name]}" for name in ("price", "quantity") if body.get(name)]
    return Stage.CHANGED, "Change asked", f"It is to become {' and '.join(parts)}."


def _policy(body: Body) -> Told:
    reason = f" ({body['reason']})" if body.get("reason") else ""
    return Stage.NOTED, "Policy", f"{body['policy']}: {str(body['step']).lower()}{reason}."


def _exits(body: Body) -> Told:
    step = body["step"]
    if step == "SEND":
        return Stage.NOTED, "Exit", f"It closes {body['covers']} of the entry {body['of']}."
    if step == "END":
        return Stage.NOTED, "Exits", f"The program looks after its exits no more: {body['reason']}."
    named = (("take profit", body["take_profit"]), ("stop loss", body["stop_loss"]))
    words = ", ".join(f"{name} {price}" for name, price in named if price is not None)
    return Stage.NOTED, "Exits", f"The program sends {words} as it fills."


def _fixed(stage: Stage, title: str, sentence: str) -> Callable[[Body], Told]:
    return lambda _: (stage, title, sentence)


_TELLERS: dict[EventKind, Callable[[Body], Told]] = {
    EventKind.INTENT: _intent,
    EventKind.REPLY: _reply,
    EventKind.NO_REPLY: _no_reply,
    EventKind.ORDER: _state,
    EventKind.ENDED: _state,
    EventKind.FILL: _fill,
    EventKind.AMEND_INTENT: _amend,
    EventKind.POLICY: _policy,
    EventKind.EXITS: _exits,
    EventKind.STREAM: _fixed(Stage.HEARD, "Told", "The account's stream told of it."),
    EventKind.CANCEL_INTENT: _fixed(Stage.CHANGED, "Cancel asked", "Its end was asked for."),
    EventKind.RESOLVED: _fixed(Stage.ANSWERED, "Proven", "The exchange proved where it stands."),
    EventKind.ADOPTED_EXTERNAL: _fixed(
        Stage.WANTED, "Placed elsewhere", "It was not placed here; the exchange told of it."
    ),
}


def _raw(event: LedgerEvent) -> str:
    if event.kind is EventKind.STREAM:
        return _pretty(str(event.body["raw"]))
    return json.dumps(event.body, indent=2, ensure_ascii=False)


def _pretty(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text
