"""A person at the terminal: what a schedule says is done through the services, as clicks are."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from terminal_app.domain.instrument import Market, Rounding
from terminal_app.domain.market import Interval, Side
from terminal_app.domain.order_request import (
    Amendment,
    OrderListKind,
    OrderListRequest,
    OrderRequest,
    OrderType,
    TimeInForce,
    Trigger,
)
from terminal_app.errors import TerminalError
from terminal_app.services.session import Session
from tests.faults.exchange import SYMBOL
from tests.faults.schedule import Step

DEEDS = frozenset({"place", "place_list", "cancel", "cancel_all", "amend", "replace"})


async def follow(session: Session) -> None:
    """Select the symbol as soon as there is one, as the program does at its start."""
    heard = asyncio.Event()
    forget = session.observers.add(lambda _key: heard.set())
    while SYMBOL not in session.instruments:
        heard.clear()
        await heard.wait()
    forget()
    session.select(SYMBOL, Interval.M1)


class Person:
    """Act on the session that is open; `failures` takes what no person should see.

    `is_leaving` while the terminal closes and opens again.
    """

    def __init__(self, market: Market, middle: Decimal, failures: list[str]) -> None:
        self._market = market
        self._middle = middle
        self._failures = failures
        self._keys: dict[str, str] = {}
        self.is_leaving = False

    async def act(self, session: Session, step: Step) -> None:
        """Do one thing; what is refused before it is sent is refused."""
        if SYMBOL not in session.instruments:
            return
        try:
            await self._do(session, step.do, step.args)
        except TerminalError:
            return
        except RuntimeError:
            # The terminal was closed in the middle of it; what was meant is in the ledger.
            if not self.is_leaving:
                raise

    async def _do(self, session: Session, deed: str, args: Mapping[str, Any]) -> None:
        orders = session.orders
        match deed:
            case "place":
                await self._place(session, args)
            case "place_list":
                await self._place_list(session, args)
            case "cancel_all":
                await orders.cancel_all(SYMBOL)
            case "cancel" if self._knows(session, args["tag"]):
                await orders.cancel(self._keys[args["tag"]])
            case "amend" if self._knows(session, args["tag"]):
                await orders.amend(self._keys[args["tag"]], self._amendment(session, args))
            case "replace" if self._knows(session, args["old"]):
                await self._replace(session, args)

    async def _place(self, session: Session, args: Mapping[str, Any]) -> None:
        request = self._request(session, args)
        # Whatever of its kind is UNKNOWN, the person wants another.
        unknown = session.orders.store.unknown(request.symbol, request.side)
        beside = [one.client_order_id for one in unknown]
        clicks = (
            session.orders.place(request, args["tag"], {}, beside) for _ in range(args["clicks"])
        )
        keys = set(await asyncio.gather(*clicks))
        if len(keys) > 1:
            self._failures.append(f"I1 two orders of one action: {sorted(keys)}")
        self._keys[args["tag"]] = min(keys)

    async def _place_list(self, session: Session, args: Mapping[str, Any]) -> None:
        kind, side = OrderListKind(args["kind"]), Side(args["side"])
        first = self._request(session, {**args, "type": "LIMIT"})
        pair = self._pair(session, args, side if kind is OrderListKind.OCO else side.opposite)
        orders = {
            OrderListKind.OCO: pair,
            OrderListKind.OTO: (first, pair[0]),
            OrderListKind.OTOCO: (first, *pair),
        }[kind]
        unknown = session.orders.store
        beside = [
            one.client_order_id
            for order in orders
            for one in unknown.unknown(order.symbol, order.side)
        ]
        wanted = OrderListRequest(kind, orders)
        keys = await session.orders.place_list(wanted, args["tag"], {}, beside)
        self._keys |= {f"{args['tag']}/{number}": key for number, key in enumerate(keys)}

    def _pair(
        self, session: Session, args: Mapping[str, Any], side: Side
    ) -> tuple[OrderRequest, OrderRequest]:
        rests = {**args, "side": side.value, "type": "LIMIT", "away": 120}
        stops = {**rests, "type": "STOP_MARKET", "trigger_away": 120}
        pair = self._request(session, rests), self._request(session, stops)
        # The one above the market comes first.
        return pair if side is Side.SELL else (pair[1], pair[0])

    async def _replace(self, session: Session, args: Mapping[str, Any]) -> None:
        key, tag = self._keys[args["old"]], args["tag"]
        if session.orders.store.orders[key].status.is_final:
            return
        request = self._request(session, args)
        unknown = session.orders.store.unknown(request.symbol, request.side)
        beside = [one.client_order_id for one in unknown]
        self._keys[tag] = await session.orders.replace(key, request, tag, {}, beside)

    def _knows(self, session: Session, tag: str) -> bool:
        return self._keys.get(tag, "") in session.orders.store.orders

    def _request(self, session: Session, args: Mapping[str, Any]) -> OrderRequest:
        side = Side(args["side"])
        type_ = OrderType(args["type"])
        has_price = type_.has_price
        trigger = self._trigger(session, side, type_, args) if type_.has_trigger else None
        return OrderRequest(
            market=self._market,
            symbol=SYMBOL,
            side=side,
            type=type_,
            trigger=trigger,
            quantity=Decimal(args["quantity"]),
            price=self._price(session, side, args["away"]) if has_price else None,
            time_in_force=TimeInForce(args.get("time_in_force", "GTC")),
        )

    def _amendment(self, session: Session, args: Mapping[str, Any]) -> Amendment:
        order = session.orders.store.orders[self._keys[args["tag"]]]
        wanted = order.quantity * Decimal(str(args["share"]))
        size = session.instruments[SYMBOL].round_quantity(wanted, Rounding.DOWN)
        price = self._price(session, order.side, args["away"]) if "away" in args else None
        return Amendment(size, price)

    def _price(self, session: Session, side: Side, away: int) -> Decimal:
        distance = away * session.instruments[SYMBOL].tick_size
        return self._middle - distance if side is Side.BUY else self._middle + distance

    def _trigger(
        self, session: Session, side: Side, type_: OrderType, args: Mapping[str, Any]
    ) -> Trigger:
        # A stop waits where the market would hurt, a profit where it would please.
        takes_profit = type_ in (OrderType.TAKE_PROFIT_MARKET, OrderType.TAKE_PROFIT_LIMIT)
        away = side if takes_profit else side.opposite
        return Trigger(self._price(session, away, args["trigger_away"]))
