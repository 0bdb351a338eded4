"""What differs between the account as it is shown and as the venue told it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from terminal_app.domain.account import AccountSnapshot, Balance, Position
from terminal_app.domain.instrument import ZERO, plain
from terminal_app.domain.order import Order, OrderStatus, OrderUpdate

NOTHING = "nothing"
ORDER_SUBJECTS = ("order ", "waiting order ")
# By subject ("order BTCUSDT 17", "balance USDT") what is said of it, as plain text.
Facts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Truth:
    """Hold what the venue told: every order that rests there, and the account.

    ``changes`` are those of the account that were heard of before asking.
    """

    orders: tuple[OrderUpdate, ...]
    account: AccountSnapshot
    changes: int

    @property
    def facts(self) -> Facts:
        """Return what an account's events would have told of it."""
        orders = {
            _subject(update): _order_text(update)
            for update in self.orders
            if update.order_id is not None
        }
        return {**orders, **_account_facts(self.account.balances, self.account.positions)}


@dataclass(frozen=True, slots=True)
class Difference:
    """Hold one thing that is shown otherwise than the venue tells it."""

    subject: str
    shown: str
    told: str


def facts(
    orders: Iterable[Order], balances: Iterable[Balance], positions: Iterable[Position]
) -> Facts:
    """Return what is shown; orders of unknown fate are asked for by themselves."""
    resting = {_subject(order): _order_text(order) for order in orders if _is_comparable(order)}
    return {**resting, **_account_facts(balances, positions)}


def differences(before: Facts, after: Facts, told: Facts) -> frozenset[Difference]:
    """Return what was shown otherwise all the while the venue was asked.

    What moved meanwhile is left out: the answer may be older than the event that moved it.
    """
    found = set()
    for subject in before.keys() | after.keys() | told.keys():
        shown = after.get(subject, NOTHING)
        venue_says = told.get(subject, NOTHING)
        if before.get(subject, NOTHING) == shown != venue_says:
            found.add(Difference(subject, shown, venue_says))
    return frozenset(found)


def _is_comparable(order: Order) -> bool:
    if order.order_id is None or not order.status.is_working or order.is_missing:
        return False
    return order.status is not OrderStatus.UNKNOWN


def _subject(order: Order | OrderUpdate) -> str:
    word = "waiting order" if order.is_conditional else "order"
    return f"{word} {order.symbol} {order.order_id}"


def _order_text(order: Order | OrderUpdate) -> str:
    terms = f"{plain(order.executed_quantity)} of {plain(order.quantity)} at {plain(order.price)}"
    # A leg of a list that waits for another does not work yet.
    return f"{terms}, pending" if order.status is OrderStatus.PENDING_NEW else terms


def _account_facts(balances: Iterable[Balance], positions: Iterable[Position]) -> Facts:
    # What is free moves with every price while a position is open, without an event.
    held = {f"balance {one.asset}": plain(one.total) for one in balances if one.total != ZERO}
    taken = {f"position {one.key}": plain(one.amount) for one in positions if not one.is_flat}
    return {**held, **taken}
