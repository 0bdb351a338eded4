"""Trade on Binance USDⓈ-M: plain orders, and conditional ones in a service of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from decimal import Decimal

from terminal_app.domain.account import AccountSnapshot, PositionSide
from terminal_app.domain.instrument import ZERO, Market, plain
from terminal_app.domain.market import DAY_MS
from terminal_app.domain.order import Fill, Order, OrderUpdate
from terminal_app.domain.order_request import (
    Amendment,
    OrderListRequest,
    OrderRef,
    OrderRequest,
    OrderType,
    PriceKind,
    TimeInForce,
)
from terminal_app.errors import InvalidOrder, VenueError
from terminal_app.venues.base import Outcome, OutcomeKind, Replacement
from terminal_app.venues.binance.execution import (
    BinanceExecution,
    Params,
    Question,
    ReadOrder,
    callback_percent,
    check_type,
    price_params,
    reader,
    trigger_price,
    which,
)
from terminal_app.venues.binance.order_routes import OrderCall, OrderRoutes
from terminal_app.venues.binance.rest import RestClient
from terminal_app.venues.binance.usdm import mapping
from terminal_app.venues.binance.usdm import wire as usdm

PREFIX = "/fapi/v1"
STRETCH_MS = 7 * DAY_MS - 1000
HISTORY_MS = 89 * DAY_MS
RATES_SYMBOL = "BTCUSDT"
# What an account without any discount pays; used only until the venue has told the real rates.
DEFAULT_MAKER_RATE = Decimal("0.0002")
DEFAULT_TAKER_RATE = Decimal("0.0005")

PLACE = OrderCall("POST", f"{PREFIX}/order", "order.place")
TEST = OrderCall("POST", f"{PREFIX}/order/test")
CANCEL = OrderCall("DELETE", f"{PREFIX}/order", "order.cancel")
ASK = OrderCall("GET", f"{PREFIX}/order", "order.status")
AMEND = OrderCall("PUT", f"{PREFIX}/order", "order.modify")
CANCEL_ALL = OrderCall("DELETE", f"{PREFIX}/allOpenOrders")
PLACE_ALGO = OrderCall("POST", f"{PREFIX}/algoOrder", "algoOrder.place")
CANCEL_ALGO = OrderCall("DELETE", f"{PREFIX}/algoOrder", "algoOrder.cancel")
ASK_ALGO = OrderCall("GET", f"{PREFIX}/algoOrder")
CANCEL_ALL_ALGO = OrderCall("DELETE", f"{PREFIX}/algoOpenOrders")

_TIMES_IN_FORCE = {
    TimeInForce.GTC: "GTC",
    TimeInForce.IOC: "IOC",
    TimeInForce.FOK: "FOK",
    TimeInForce.POST_ONLY: "GTX",
    TimeInForce.GTD: "GTD",
}
TIMES_IN_FORCE = frozenset(_TIMES_IN_FORCE)
_WORDS = {
    OrderType.LIMIT: "LIMIT",
    OrderType.MARKET: "MARKET",
    OrderType.STOP_MARKET: "STOP_MARKET",
    OrderType.STOP_LIMIT: "STOP",
    OrderType.TAKE_PROFIT_MARKET: "TAKE_PROFIT_MARKET",
    OrderType.TAKE_PROFIT_LIMIT: "TAKE_PROFIT",
    OrderType.TRAILING_STOP: "TRAILING_STOP_MARKET",
}
ORDER_TYPES = frozenset(_WORDS)


class UsdmExecution(BinanceExecution):
    """Trade on USDⓈ-M."""

    def __init__(self, rest: RestClient, routes: OrderRoutes) -> None:
        super().__init__(Market.USDM, rest, routes)
        self._rates: usdm.CommissionRate | None = None

    def placing(self, request: OrderRequest, client_order_id: str) -> Question:
        """Return a new order in USDⓈ-M's words; one with a trigger is a conditional order."""
        params = _order_params(request)
        if request.type.has_trigger:
            name = ("clientAlgoId", client_order_id)
            params = [("algoType", "CONDITIONAL"), *params, *_trigger_params(request), name]
            return Question(PLACE_ALGO, params, _read_algo)
        names = [("newClientOrderId", client_order_id), ("newOrderRespType", "RESULT")]
        return Question(PLACE, [*params, *names], _read_order)

    def testing(self, request: OrderRequest, client_order_id: str) -> Question:
        """Return an order that is only to be checked; conditional ones cannot be."""
        if request.type.has_trigger:
            raise InvalidOrder("Type", "this market tests no conditional orders", request.type)
        params = [*_order_params(request), ("newClientOrderId", client_order_id)]
        return Question(TEST, params, _read_nothing)

    def cancelling(self, ref: OrderRef) -> Question:
        """Return the request for an order's end."""
        if not ref.is_conditional:
            return Question(CANCEL, which(ref), _read_order)
        return Question(CANCEL_ALGO, _which_algo(ref), _read_nothing)

    def asking(self, ref: OrderRef) -> Question:
        """Return the question for an order."""
        if not ref.is_conditional:
            return Question(ASK, which(ref), _read_order)
        return Question(ASK_ALGO, _which_algo(ref), _read_algo)

    def amending(self, order: Order, change: Amendment) -> Question:
        """Return the request for another price or size; the order loses its place in the queue."""
        if order.is_conditional:
            raise InvalidOrder("Order", "waiting orders cannot be changed: replace it", "waiting")
        params = [
            *which(order.ref),
            ("side", order.side.value),
            ("quantity", plain(change.quantity or order.quantity)),
            ("price", plain(change.price or order.price)),
        ]
        return Question(AMEND, params, _read_order)

    def cancelling_all(self, symbol: str) -> list[Question]:
        """Return the requests for the end of every order of a symbol, waiting ones among them."""
        params = [("symbol", symbol)]
        return [
            Question(CANCEL_ALL, params, _read_nothing),
            Question(CANCEL_ALL_ALGO, params, _read_nothing),
        ]

    def placing_list(
        self, request: OrderListRequest, list_id: str, client_order_ids: Sequence[str]
    ) -> Question:
        """Raise ``InvalidOrder``: there are no order lists on USDⓈ-M."""
        raise InvalidOrder("Order list", "this market has none", request.kind)

    async def query(self, ref: OrderRef) -> Outcome:
        """Ask for an order; of a triggered one its order in the book is told."""
        outcome = await super().query(ref)
        if outcome.update is None or outcome.update.child_order_id is None:
            return outcome
        child = OrderRef(ref.symbol, outcome.update.child_order_id, ref.client_order_id)
        return await super().query(child)

    async def replace(
        self, order: Order, request: OrderRequest, client_order_id: str
    ) -> Replacement:
        """End an order and, only if that is proven, place another; the venue has no one call."""
        cancelled = await self.cancel(order.ref)
        if cancelled.kind is not OutcomeKind.OK:
            unsent = Outcome(OutcomeKind.NOT_SENT, message="The order before it was not cancelled.")
            return Replacement(cancelled, unsent)
        return Replacement(cancelled, await self.place(request, client_order_id))

    async def open_orders(self) -> list[OrderUpdate]:
        """Return every order that rests at the venue, waiting ones among them."""
        orders = await self._read_orders("openOrders", [])
        return [*orders, *await self._read_algos("openAlgoOrders", [])]

    async def order_history(self, symbol: str, limit: int) -> list[OrderUpdate]:
        """Return the newest orders of a symbol, ended ones among them, oldest first."""
        params = [("symbol", symbol), ("limit", str(limit))]
        orders = await self._read_orders("allOrders", params)
        waiting = await self._read_algos("allAlgoOrders", params)
        # A triggered order is told of as an order already.
        algos = [update for update in waiting if update.child_order_id is None]
        return sorted([*orders, *algos], key=lambda update: update.created_ms or update.time_ms)

    async def _read_orders(self, name: str, params: Params) -> list[OrderUpdate]:
        rows = await self._rest.get_signed(list[usdm.OrderReply], f"{PREFIX}/{name}", params)
        return [mapping.order_update(row) for row in rows]

    async def _read_algos(self, name: str, params: Params) -> list[OrderUpdate]:
        rows = await self._rest.get_signed(list[usdm.AlgoReply], f"{PREFIX}/{name}", params)
        return [mapping.algo_update(row) for row in rows]

    async def fills(self, symbol: str, *, start_ms: int | None = None) -> list[Fill]:
        """Return the account's own trades in a symbol, of the last week without a start."""
        rows: list[usdm.AccountTrade] = []
        for stretch in _stretches(start_ms, self._rest.clock.now_ms()):
            params = [("symbol", symbol), *stretch, ("limit", "1000")]
            path = f"{PREFIX}/userTrades"
            rows += await self._rest.get_signed(list[usdm.AccountTrade], path, params)
        return [mapping.fill_from_trade(row) for row in rows]

    async def account(self) -> AccountSnapshot:
        """Return balances, positions with their leverage, and rates."""
        account, risks, configs, config, rates = await asyncio.gather(
            self._rest.get_signed(usdm.AccountReply, "/fapi/v3/account"),
            self._rest.get_signed(list[usdm.PositionRisk], "/fapi/v3/positionRisk"),
            self._configs(),
            self._rest.get_signed(usdm.AccountConfig, f"{PREFIX}/accountConfig"),
            self._commission_rates(),
        )
        held = [row for row in risks if row.amount != ZERO]
        return AccountSnapshot(
            market=Market.USDM,
            balances=tuple(mapping.balance(row) for row in account.assets),
            positions=tuple(mapping.position(row, configs) for row in held),
            maker_rate=rates.maker,
            taker_rate=rates.taker,
            time_ms=self._rest.clock.now_ms(),
            settings={symbol: mapping.symbol_settings(row) for symbol, row in configs.items()},
            is_hedged=config.is_hedged,
        )

    async def _configs(self) -> dict[str, usdm.SymbolConfig]:
        rows = await self._rest.get_signed(list[usdm.SymbolConfig], f"{PREFIX}/symbolConfig")
        return {row.symbol: row for row in rows}

    async def _commission_rates(self) -> usdm.CommissionRate:
        if self._rates is None:
            params = [("symbol", RATES_SYMBOL)]
            path = f"{PREFIX}/commissionRate"
            try:
                self._rates = await self._rest.get_signed(usdm.CommissionRate, path, params)
            except VenueError:
                return usdm.CommissionRate(DEFAULT_MAKER_RATE, DEFAULT_TAKER_RATE)
        return self._rates


def _stretches(start_ms: int | None, now_ms: int) -> Iterator[Params]:
    # Source: Binance USDⓈ-M, userTrades: a week at most at a time, three months in all.
    if start_ms is None:
        yield []
        return
    for from_ms in range(max(start_ms, now_ms - HISTORY_MS), now_ms + 1, STRETCH_MS):
        stretch = [("startTime", str(from_ms))]
        to_ms = from_ms + STRETCH_MS - 1
        if to_ms < now_ms:
            stretch.append(("endTime", str(to_ms)))
        yield stretch


def _order_params(request: OrderRequest) -> Params:
    check_type(request, ORDER_TYPES)
    params = [("symbol", request.symbol), ("side", request.side.value)]
    params += _type_params(request)
    if request.close_position:
        params.append(("closePosition", "true"))
    elif request.quantity is None:
        raise InvalidOrder("Size", "it must be given in the base asset", "nothing")
    else:
        params.append(("quantity", plain(request.quantity)))
    params += price_params(request)
    if request.position_side is not PositionSide.BOTH:
        params.append(("positionSide", request.position_side.value))
    elif request.reduce_only:
        params.append(("reduceOnly", "true"))
    if request.self_trade_prevention is not None:
        params.append(("selfTradePreventionMode", request.self_trade_prevention.value))
    return params


def _type_params(request: OrderRequest) -> Params:
    params = [("type", _WORDS[request.type])]
    if not request.type.has_price:
        return params
    time_in_force = _TIMES_IN_FORCE.get(request.time_in_force)
    if time_in_force is None:
        known = "GTC, IOC, FOK, GTD or post only"
        raise InvalidOrder("Time in force", known, request.time_in_force)
    params.append(("timeInForce", time_in_force))
    if request.time_in_force is TimeInForce.GTD:
        if request.good_till_ms is None:
            raise InvalidOrder("Good till", "an order with an end needs its time", "is empty")
        params.append(("goodTillDate", str(request.good_till_ms)))
    return params


def _trigger_params(request: OrderRequest) -> Params:
    trigger = request.trigger
    word = "MARK_PRICE" if trigger is not None and trigger.kind is PriceKind.MARK else ""
    params = [("workingType", word or "CONTRACT_PRICE")]
    if request.type is not OrderType.TRAILING_STOP:
        return [*params, ("triggerPrice", trigger_price(request))]
    params.append(("callbackRate", plain(callback_percent(request))))
    if trigger is not None and trigger.price is not None:
        params.append(("activatePrice", trigger_price(request)))
    return params


def _which_algo(ref: OrderRef) -> Params:
    if ref.order_id is not None:
        return [("algoId", str(ref.order_id))]
    return [("clientAlgoId", ref.client_order_id)]


_read_order = reader(usdm.OrderReply, lambda reply: ReadOrder(mapping.order_update(reply)))
_read_algo = reader(usdm.AlgoReply, lambda reply: ReadOrder(mapping.algo_update(reply)))
_read_nothing = reader(dict[str, object], lambda _: ReadOrder(None))
