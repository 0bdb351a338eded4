"""Whoever hears is told of every change until it leaves."""

from __future__ import annotations

from collections.abc import Hashable

from terminal_app.observers import Observers, Subscriptions


def test_what_is_left_is_heard_no_more_and_can_be_followed_again() -> None:
    heard: list[Hashable] = []
    left: list[str] = []
    orders, account = Observers(), Observers()
    subscriptions = Subscriptions()
    subscriptions.hear(heard.append, orders, account)
    subscriptions.own(lambda: left.append("a stream"))
    orders.notify("orders")
    account.notify("balances")
    assert heard == ["orders", "balances"]

    subscriptions.leave()
    subscriptions.leave()
    orders.notify("orders")
    assert (heard, left) == (["orders", "balances"], ["a stream"])

    subscriptions.hear(heard.append, account)
    account.notify("positions")
    assert heard[-1] == "positions"


def test_an_observer_may_leave_while_it_is_told() -> None:
    heard: list[str] = []
    observers, subscriptions = Observers(), Subscriptions()

    def hear_once(key: Hashable) -> None:
        heard.append(str(key))
        subscriptions.leave()

    subscriptions.hear(hear_once, observers)
    observers.notify("first")
    observers.notify("second")
    assert heard == ["first"]
