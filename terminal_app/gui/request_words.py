"""Orders that are wanted, in the words of a trader: side, size, symbol, price, terms."""

from __future__ import annotations

from terminal_app.domain.account import PositionSide
from terminal_app.domain.instrument import plain
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import (
    OrderListKind,
    OrderRequest,
    OrderType,
    PegKind,
    PriceKind,
    TimeInForce,
)
from terminal_app.gui.format import date_time_text, decimal_text
from terminal_app.services.order_plan import OrderPlan
from terminal_app.services.session import Session

TYPE_WORDS = {
    OrderType.LIMIT: "limit",
    OrderType.MARKET: "market",
    OrderType.STOP_MARKET: "stop",
    OrderType.STOP_LIMIT: "stop limit",
    OrderType.TAKE_PROFIT_MARKET: "take profit",
    OrderType.TAKE_PROFIT_LIMIT: "take profit limit",
    OrderType.TRAILING_STOP: "trailing stop",
    OrderType.OTHER: "order",
}
_LISTS = {
    OrderListKind.OCO: "one cancels the other",
    OrderListKind.OTO: "waiting at the exchange for the first to fill",
    OrderListKind.OTOCO: "waiting at the exchange for the first to fill; one cancels the other",
}


def describe_request(session: Session, request: OrderRequest) -> str:
    """Return a request in the words of a trader: side, size, symbol, price."""
    capabilities = session.venue.capabilities
    word = capabilities.buy_word if request.side is Side.BUY else capabilities.sell_word
    if request.only_reduces:
        word = "Close by buying" if request.side is Side.BUY else "Close by selling"
    if session.dry_run.is_on:
        word = f"Dry run, nothing is sent: {word}"
    is_hedged = request.position_side is not PositionSide.BOTH
    which = f" {request.position_side}" if is_hedged else ""
    return f"{word} {size_words(request)} {request.symbol}{which} {price_words(request)}"


def plan_words(session: Session, plan: OrderPlan) -> str:
    """Return all that one press does."""
    first = describe_request(session, plan.first)
    if plan.list_kind is not None:
        others = "; then ".join(describe_request(session, each) for each in plan.requests[1:])
        return f"{first}; and {others} ({_LISTS[plan.list_kind]})"
    if plan.is_series:
        last = describe_request(session, plan.requests[-1])
        return f"{len(plan.requests)} orders, one by one: from {first} to {last}"
    if not plan.exits.is_empty:
        return f"{first}; {plan.exits} once it has filled, sent by this program"
    return first


def size_words(request: OrderRequest) -> str:
    """Return a size as a person says it."""
    if request.close_position:
        return "all of"
    if request.quote_quantity is not None:
        return f"for {decimal_text(request.quote_quantity)} of"
    return decimal_text(request.quantity) if request.quantity is not None else ""


def price_words(request: OrderRequest) -> str:
    """Return at which price a request trades, and when it begins to work."""
    if request.peg is not None:
        side = "its side" if request.peg.kind is PegKind.OWN_SIDE else "the other side"
        behind = f", {request.peg.levels} levels behind" if request.peg.levels else ""
        return f"at the best price of {side}{behind}"
    price = "at market" if request.price is None else f"at {plain(request.price)}"
    trigger = request.trigger
    if trigger is None:
        return price
    kind = "mark price" if trigger.kind is PriceKind.MARK else "price"
    if trigger.callback_percent is not None:
        begins = f" from {plain(trigger.price)}" if trigger.price is not None else ""
        return f"{price} once the {kind} turns {plain(trigger.callback_percent)} %{begins}"
    return f"{price} once the {kind} is {plain(trigger.price)}" if trigger.price else price


def terms_words(request: OrderRequest) -> str:
    """Return type and rarer terms: "limit, post only, reduce only"."""
    words = [TYPE_WORDS[request.type]]
    if request.peg is not None:
        words[0] = f"pegged {words[0]}"
    if request.time_in_force is TimeInForce.POST_ONLY:
        words.append("post only")
    elif request.time_in_force is TimeInForce.GTD and request.good_till_ms is not None:
        words.append(f"until {date_time_text(request.good_till_ms)[11:16]}")
    elif request.type.has_price and request.time_in_force is not TimeInForce.GTC:
        words.append(request.time_in_force.value)
    if request.visible_quantity is not None:
        words.append(f"shows {plain(request.visible_quantity)}")
    if request.reduce_only:
        words.append("reduce only")
    if request.close_position:
        words.append("closes the position")
    return ", ".join(words)
