"""Order lists of spot: orders that end or start one another."""

from dataclasses import dataclass
from enum import StrEnum

from terminal_app.practice.engine.model import Order, OrderRequest, PlacedOrder


class ListKind(StrEnum):
    """Name the lists by how they are placed.

    OCO holds a pair of which one ends the other. OTO and OTOCO hold a working order that, once
    filled, starts one order or a pair; in OPO and OPOCO these sell what the working order bought.
    """

    OCO = "OCO"
    OTO = "OTO"
    OTOCO = "OTOCO"
    OPO = "OPO"
    OPOCO = "OPOCO"

    @property
    def contingency(self) -> str:
        """Return the contingencyType of Binance, which knows OCO and OTO alone."""
        return "OTO" if self.has_phases else "OCO"

    @property
    def has_phases(self) -> bool:
        """Tell whether a working order comes first."""
        return self is not ListKind.OCO

    @property
    def has_pair(self) -> bool:
        """Tell whether two orders of the list end one another."""
        return self.value.endswith("OCO")

    @property
    def pays_for_pending(self) -> bool:
        """Tell whether the pending orders sell what the working order bought."""
        return self.value.startswith("OPO")


class ListStatusType(StrEnum):
    """Say what a list's status is about; RESPONSE answers requests that failed."""

    RESPONSE = "RESPONSE"
    EXEC_STARTED = "EXEC_STARTED"
    UPDATED = "UPDATED"
    ALL_DONE = "ALL_DONE"


class ListOrderStatus(StrEnum):
    """Say whether orders of a list are still open."""

    EXECUTING = "EXECUTING"
    ALL_DONE = "ALL_DONE"


@dataclass(frozen=True, slots=True)
class ListRequest:
    """Ask for an order list: the working order if the kind has one, then above and below.

    Of OTO and OPO one pending order follows; pending orders of OPO and OPOCO ask for no quantity.
    An empty `list_client_order_id` is made up by the exchange.
    """

    kind: ListKind
    legs: tuple[OrderRequest, ...]
    list_client_order_id: str = ""

    @property
    def symbol(self) -> str:
        """Return the symbol all orders are of."""
        return self.legs[0].symbol

    @property
    def pair(self) -> tuple[OrderRequest, ...]:
        """Return the order above and the one below, nothing without a pair."""
        return self.legs[-2:] if self.kind.has_pair else ()


@dataclass(slots=True)
class OrderList:
    """Hold one order list; a pair's stop-loss order comes before the other.

    A `third_order_id` of 0 means none. `update_time_ms` is when its status last changed.
    """

    order_list_id: int
    list_client_order_id: str
    symbol: str
    kind: ListKind
    first_order_id: int
    second_order_id: int
    third_order_id: int
    time_ms: int
    update_time_ms: int
    status_type: ListStatusType = ListStatusType.EXEC_STARTED
    order_status: ListOrderStatus = ListOrderStatus.EXECUTING

    @property
    def order_ids(self) -> tuple[int, ...]:
        """Return the ids of all orders."""
        ids = (self.first_order_id, self.second_order_id, self.third_order_id)
        return ids if self.third_order_id else ids[:2]

    @property
    def is_open(self) -> bool:
        """Tell whether an order of the list is still open."""
        return self.order_status is ListOrderStatus.EXECUTING

    @property
    def working_order_id(self) -> int:
        """Return the id of the order that comes first, 0 when none does."""
        return self.first_order_id if self.kind.has_phases else 0

    @property
    def pending_order_ids(self) -> tuple[int, ...]:
        """Return the ids of the orders that the working one starts."""
        return self.order_ids[1:] if self.kind.has_phases else ()

    @property
    def pair(self) -> tuple[int, ...]:
        """Return the ids of the stop-loss order and the other of a pair, nothing without one."""
        return self.order_ids[-2:] if self.kind.has_pair else ()


@dataclass(frozen=True, slots=True)
class OrderListState:
    """Hold copies of a list and of its orders as they are at a moment."""

    order_list: OrderList
    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class PlacedList:
    """Answer a placed order list; what the working order started is not told yet."""

    order_list: OrderList
    placed: tuple[PlacedOrder, ...]
