"""What is wanted of orders, in a market's words: requests and how their answers are read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

import msgspec

from terminal_app.domain.instrument import plain
from terminal_app.domain.order import Fill, Order, OrderUpdate
from terminal_app.domain.order_request import (
    Amendment,
    OrderListRequest,
    OrderRef,
    OrderRequest,
    OrderType,
)
from terminal_app.errors import InvalidOrder
from terminal_app.venues.binance.order_routes import OrderCall

Params = list[tuple[str, str]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ReadOrder:
    """Hold what an answer tells: an order, its fills, and the orders that moved with it."""

    update: OrderUpdate | None
    fills: tuple[Fill, ...] = ()
    others: tuple[OrderUpdate, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """Hold a request in the market's words and what reads its answer.

    ``read`` raises ``msgspec.MsgspecError`` or ``ValueError`` for what it is not.
    """

    call: OrderCall
    params: Params
    read: Callable[[bytes], ReadOrder]


class OrderWords(ABC):
    """Say in a market's words what is wanted of its orders."""

    @abstractmethod
    def placing(self, request: OrderRequest, client_order_id: str) -> Question:
        """Return a new order in the market's words; raise ``InvalidOrder`` for none."""

    @abstractmethod
    def testing(self, request: OrderRequest, client_order_id: str) -> Question:
        """Return an order that is only to be checked; raise ``InvalidOrder`` for none."""

    @abstractmethod
    def cancelling(self, ref: OrderRef) -> Question:
        """Return the request for an order's end."""

    @abstractmethod
    def asking(self, ref: OrderRef) -> Question:
        """Return the question for an order."""

    @abstractmethod
    def amending(self, order: Order, change: Amendment) -> Question:
        """Return the request to change an order; raise ``InvalidOrder`` where it cannot."""

    @abstractmethod
    def cancelling_all(self, symbol: str) -> list[Question]:
        """Return the requests for the end of every order of a symbol."""

    @abstractmethod
    def placing_list(
        self, request: OrderListRequest, list_id: str, client_order_ids: Sequence[str]
    ) -> Question:
        """Return orders that stand together; raise ``InvalidOrder`` where there are none."""


def price_params(request: OrderRequest) -> Params:
    """Return the price of an order that has one."""
    if not request.type.has_price:
        return []
    if request.price is None:
        raise InvalidOrder("Price", f"{request.type} needs one", "is empty")
    return [("price", plain(request.price))]


def trigger_price(request: OrderRequest) -> str:
    """Return the trigger of an order that must have one."""
    if request.trigger is None or request.trigger.price is None:
        raise InvalidOrder("Trigger", f"{request.type} needs a price", "is empty")
    return plain(request.trigger.price)


def callback_percent(request: OrderRequest) -> Decimal:
    """Return how many percent the market must turn back from a trailing stop's best price."""
    if request.trigger is None or request.trigger.callback_percent is None:
        raise InvalidOrder("Trailing distance", f"{request.type} needs one", "is empty")
    return request.trigger.callback_percent


def check_type(request: OrderRequest, known: frozenset[OrderType]) -> None:
    """Raise ``InvalidOrder`` for a type that the market does not have."""
    if request.type not in known:
        names = ", ".join(sorted(known))
        raise InvalidOrder("Type", f"this market has {names}", request.type)


def which(ref: OrderRef) -> Params:
    """Return what names an order: its number where that is known, else our name for it."""
    if ref.order_id is not None:
        return [("symbol", ref.symbol), ("orderId", str(ref.order_id))]
    return [("symbol", ref.symbol), ("origClientOrderId", ref.client_order_id)]


def reader(type_: type[T], as_order: Callable[[T], ReadOrder]) -> Callable[[bytes], ReadOrder]:
    """Return what reads an answer of a type."""
    decode = msgspec.json.Decoder(type_).decode
    return lambda body: as_order(decode(body))


def which_fills(order_id: int | None, from_id: int | None) -> Params:
    """Return what narrows a question for own trades."""
    of_order = [("orderId", str(order_id))] if order_id is not None else []
    return of_order + ([("fromId", str(from_id))] if from_id is not None else [])
