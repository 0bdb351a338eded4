"""Orders and fills as a ledger's events hold them, and back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from enum import StrEnum

from terminal_app.domain.account import PositionSide
from terminal_app.domain.instrument import Market, plain
from terminal_app.domain.market import Side
from terminal_app.domain.order import Fill, Forced, Order, OrderStatus
from terminal_app.domain.order_request import (
    OrderRequest,
    OrderType,
    PriceKind,
    TimeInForce,
    Trigger,
)
from terminal_app.domain.self_trade import SelfTradePrevention
from terminal_app.storage.ledger import Body, LedgerEvent


class FillSource(StrEnum):
    """Name how an execution was heard of."""

    STREAM = "stream"
    REPLY = "reply"
    QUERY = "query"


def intent_body(order: Order) -> Body:
    """Return what was wanted, as strings that are sent."""
    return {
        "symbol": order.symbol,
        "side": order.side.value,
        "type": order.type.value,
        "time_in_force": order.time_in_force.value,
        "quantity": plain(order.quantity),
        "quote_quantity": plain(order.quote_quantity) if order.quote_quantity else None,
        "price": plain(order.price),
        "reduce_only": order.reduce_only,
        "created_ms": order.created_ms,
        "position_side": order.position_side.value,
        **_trigger_body(order.trigger),
        **_terms_body(order),
    }


def peg_body(request: OrderRequest) -> Body:
    """Return what a request hangs on instead of a price, where it does."""
    peg = request.peg
    return {} if peg is None else {"peg": peg.kind.value, "peg_levels": peg.levels}


def state_body(order: Order) -> Body:
    """Return where an order stands."""
    return {
        "status": order.status.value,
        "order_id": order.order_id,
        "quantity": plain(order.quantity),
        "price": plain(order.price),
        "executed_quantity": plain(order.executed_quantity),
        "executed_quote": plain(order.executed_quote),
        "is_conditional": order.is_conditional,
        "order_list_id": order.order_list_id,
        "updated_ms": order.updated_ms,
        "reason": order.reason,
    }


def in_state(order: Order, event: LedgerEvent) -> Order:
    """Return an order as an event knew it last."""
    body = event.body
    order_id, list_id = body["order_id"], body["order_list_id"]
    return replace(
        order,
        status=OrderStatus(str(body["status"])),
        order_id=int(order_id) if order_id is not None else None,
        quantity=Decimal(str(body["quantity"])),
        price=Decimal(str(body["price"])),
        executed_quantity=Decimal(str(body["executed_quantity"])),
        executed_quote=Decimal(str(body["executed_quote"])),
        is_conditional=bool(body["is_conditional"]),
        order_list_id=int(list_id) if list_id is not None else None,
        updated_ms=int(str(body["updated_ms"])),
    )


def fill_body(fill: Fill) -> Body:
    """Return an execution."""
    profit = fill.realized_profit
    return {
        "symbol": fill.symbol,
        "trade_id": fill.trade_id,
        "order_id": fill.order_id,
        "side": fill.side.value,
        "price": plain(fill.price),
        "quantity": plain(fill.quantity),
        "commission": plain(fill.commission),
        "commission_asset": fill.commission_asset,
        "is_maker": fill.is_maker,
        "time_ms": fill.time_ms,
        "realized_profit": plain(profit) if profit is not None else None,
        "position_side": fill.position_side.value,
    }


def fill_from(event: LedgerEvent, market: Market) -> Fill:
    """Return an execution that an event holds."""
    body = event.body
    profit = body["realized_profit"]
    return Fill(
        market=market,
        symbol=str(body["symbol"]),
        trade_id=int(str(body["trade_id"])),
        order_id=int(str(body["order_id"])),
        side=Side(str(body["side"])),
        price=Decimal(str(body["price"])),
        quantity=Decimal(str(body["quantity"])),
        commission=Decimal(str(body["commission"])),
        commission_asset=str(body["commission_asset"]),
        is_maker=bool(body["is_maker"]),
        time_ms=int(str(body["time_ms"])),
        realized_profit=_number(profit),
        position_side=PositionSide(str(body.get("position_side", "BOTH"))),
    )


def order_from_intent(event: LedgerEvent, market: Market) -> Order:
    """Return an intent as an order of unknown fate."""
    body = event.body
    quote = body["quote_quantity"]
    return Order(
        market=market,
        symbol=str(body["symbol"]),
        client_order_id=event.client_order_id,
        side=Side(str(body["side"])),
        type=OrderType(str(body["type"])),
        time_in_force=TimeInForce(str(body["time_in_force"])),
        quantity=Decimal(str(body["quantity"])),
        price=Decimal(str(body["price"])),
        status=OrderStatus.UNKNOWN,
        created_ms=int(str(body["created_ms"])),
        updated_ms=event.time_ms,
        quote_quantity=Decimal(str(quote)) if quote else None,
        reduce_only=bool(body["reduce_only"]),
        trigger=_trigger_from(body),
        position_side=PositionSide(str(body.get("position_side", "BOTH"))),
        close_position=bool(body.get("close_position")),
        visible_quantity=_number(body.get("visible_quantity")),
        good_till_ms=int(str(body["good_till_ms"])) if "good_till_ms" in body else None,
        self_trade_prevention=_prevention(body.get("self_trade_prevention")),
        reason="from an earlier run",
    )


def adopted_order(event: LedgerEvent, market: Market) -> Order:
    """Return an order from elsewhere as it was when it was first heard of."""
    forced = event.body["forced"]
    return replace(
        in_state(order_from_intent(event, market), event),
        from_elsewhere=True,
        forced=Forced(str(forced)) if forced is not None else None,
    )


def _terms_body(order: Order) -> Body:
    """Return the rarer terms of an order, where it has them."""
    visible, prevention = order.visible_quantity, order.self_trade_prevention
    terms: Body = {
        "close_position": order.close_position or None,
        "visible_quantity": plain(visible) if visible is not None else None,
        "good_till_ms": order.good_till_ms,
        "self_trade_prevention": prevention.value if prevention is not None else None,
    }
    return {name: value for name, value in terms.items() if value is not None}


def _number(value: object) -> Decimal | None:
    return Decimal(str(value)) if value is not None else None


def _prevention(value: object) -> SelfTradePrevention | None:
    return SelfTradePrevention(str(value)) if value is not None else None


def _trigger_body(trigger: Trigger | None) -> Body:
    if trigger is None:
        return {}
    callback = trigger.callback_percent
    return {
        "trigger_price": plain(trigger.price) if trigger.price is not None else None,
        "trigger_kind": trigger.kind.value,
        "callback_percent": plain(callback) if callback is not None else None,
    }


def _trigger_from(body: Body) -> Trigger | None:
    if "trigger_kind" not in body:
        return None
    price, callback = body["trigger_price"], body["callback_percent"]
    return Trigger(
        _number(price),
        PriceKind(str(body["trigger_kind"])),
        _number(callback),
    )
