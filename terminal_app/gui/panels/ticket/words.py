"""What the button does, in words."""

from __future__ import annotations

from terminal_app.domain.instrument import Instrument
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import OrderListKind, OrderType
from terminal_app.gui.format import age_text, decimal_text
from terminal_app.gui.panels.ticket.kinds import TicketKind
from terminal_app.gui.request_words import TYPE_WORDS, terms_words
from terminal_app.services.connection import MARKET
from terminal_app.services.order_entry import OrderDraft
from terminal_app.services.order_plan import OrderPlan
from terminal_app.services.prospect import Prospect
from terminal_app.services.session import Session
from terminal_app.venues.base import Capabilities

MOST_LINES = 8


def caption(
    session: Session,
    instrument: Instrument,
    kind: TicketKind,
    side: Side,
    seen: Prospect | None,
    *,
    is_rehearsal: bool,
) -> str:
    """Return the two lines on the button: what, then how, in which symbol and environment."""
    title = session.venue.environment.title
    first = _first(instrument, kind, side, seen)
    if session.dry_run.is_on or is_rehearsal:
        return f"Dry run: {first}\nnothing is sent · {title}"
    plan = seen.plan if seen is not None else None
    terms = terms_words(plan.first) if plan is not None else TYPE_WORDS[kind.type]
    return f"{first}\n{instrument.symbol} {terms}{_more(plan)} · {title}"


def stale_caption(session: Session) -> str:
    """Return what the button says while the market data is old."""
    link = session.connection.link(MARKET)
    if link.is_live and session.market_data.book.is_empty:
        return "No market data yet\nonly closing and cancelling work"
    age = age_text(link.age_seconds() * 1000)
    return f"Market data is old ({age})\nonly closing and cancelling work"


def rest_words(plan: OrderPlan | None, capabilities: Capabilities) -> str:
    """Return what of a plan rests at the exchange and what comes when, nothing for one order."""
    if plan is None:
        return ""
    if plan.is_series:
        return _series_words(plan)
    if not plan.exits.is_empty:
        names = " and ".join(_names(plan))
        text = f"At the exchange rests the entry alone. {names}: sent by this program as it fills."
        if OrderListKind.OCO in capabilities.order_lists:
            pair = " Then the one ends the other there." if plan.exits.is_pair else ""
        else:
            pair = " They only reduce; the program cancels what the position needs no more."
        return f"{text}{pair} If the program is closed before, nothing protects the position."
    if plan.list_kind in (OrderListKind.OTO, OrderListKind.OTOCO):
        size = decimal_text(plan.requests[-1].quantity)
        return (
            f"All of it rests at the exchange: the exits wait there until the entry is filled in"
            f" full, for {size}, whether this program runs or not."
        )
    if plan.list_kind is OrderListKind.OCO:
        return "Both rest at the exchange: the one that trades ends the other."
    return ""


def _series_words(plan: OrderPlan) -> str:
    lines = [
        f"{number}  {decimal_text(each.quantity)} at {decimal_text(each.price)}"
        for number, each in enumerate(plan.requests, start=1)
    ]
    if len(lines) > MOST_LINES:
        lines[MOST_LINES - 2 : -1] = ["…"]
    return "\n".join(["Sent one by one, none after one that fails:", *lines])


def _first(instrument: Instrument, kind: TicketKind, side: Side, seen: Prospect | None) -> str:
    word = "Buy" if side is Side.BUY else "Sell"
    if seen is None:
        what = f"{word} {instrument.base_asset}"
        return what if kind.type.has_price else f"{what} at market"
    order = seen.order
    what = f"{word} {_size(instrument, order)}"
    if seen.plan is not None and seen.plan.is_series:
        prices = [seen.plan.requests[index].price for index in (0, -1)]
        ends = " to ".join(decimal_text(price) for price in prices)
        return f"{what} in {len(seen.plan.requests)} at {ends}"
    return f"{what}{_at(order)}"


def _size(instrument: Instrument, order: OrderDraft) -> str:
    if order.close_position:
        return f"all {instrument.base_asset}"
    if order.size is None:
        return instrument.base_asset
    unit = instrument.quote_asset if order.size_in_quote else instrument.base_asset
    return f"{decimal_text(order.size)} {unit}"


def _at(order: OrderDraft) -> str:
    trigger = order.trigger
    if trigger is not None and trigger.callback_percent is not None:
        return f", {decimal_text(trigger.callback_percent)} % back"
    if trigger is not None and trigger.price is not None:
        limit = f" at {decimal_text(order.price)}" if order.price is not None else ""
        return f"{limit} from {decimal_text(trigger.price)}"
    if order.type is OrderType.MARKET:
        return " at market"
    if order.peg is not None:
        return " at the best price"
    return f" at {decimal_text(order.price)}" if order.price is not None else ""


def _more(plan: OrderPlan | None) -> str:
    if plan is None:
        return ""
    if plan.list_kind is OrderListKind.OCO:
        return ", OCO"
    names = "/".join(_names(plan))
    return f", {names}" if names else ""


def _names(plan: OrderPlan) -> list[str]:
    if plan.list_kind in (OrderListKind.OTO, OrderListKind.OTOCO):
        return ["TP", "SL"] if len(plan.requests) > 2 else [_exit_name(plan)]
    exits = plan.exits
    return [
        name
        for name, price in (("TP", exits.take_profit), ("SL", exits.stop_loss))
        if price is not None
    ]


def _exit_name(plan: OrderPlan) -> str:
    return "SL" if plan.requests[-1].trigger is not None else "TP"
