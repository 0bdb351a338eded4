"""The order lists of one account, found by id, client id and time."""

from collections.abc import Iterable, Iterator

from terminal_app.practice.engine.order_list import OrderList


class ListBook:
    """Keep every order list, open or done, and which of them the account file lacks."""

    def __init__(self, lists: Iterable[OrderList] = ()) -> None:
        self._lists = {held.order_list_id: held for held in lists}
        self._open = {number: held for number, held in self._lists.items() if held.is_open}
        self._changed: dict[int, OrderList] = {}

    def add(self, held: OrderList) -> None:
        """Take a new list in."""
        self._lists[held.order_list_id] = held
        self.note_change(held)

    def note_change(self, held: OrderList) -> None:
        """Note that a list is to be saved, and whether it is still open."""
        self._changed[held.order_list_id] = held
        if held.is_open:
            self._open[held.order_list_id] = held
        else:
            self._open.pop(held.order_list_id, None)

    def take_changed(self) -> list[tuple[int, OrderList]]:
        """Return what is to be saved, with its numbers, and forget that it is."""
        changed = list(self._changed.items())
        self._changed.clear()
        return changed

    def get(self, order_list_id: int) -> OrderList | None:
        """Return a list by its id."""
        return self._lists.get(order_list_id)

    def newest_with(self, list_client_order_id: str) -> OrderList | None:
        """Return the newest list with a client id."""
        newest_first = reversed(self._lists.values())
        return next(
            (h for h in newest_first if h.list_client_order_id == list_client_order_id), None
        )

    def open_in(self, symbol: str | None = None) -> list[OrderList]:
        """Return the open lists by id."""
        return [held for held in self._open.values() if symbol in (None, held.symbol)]

    def __iter__(self) -> Iterator[OrderList]:
        return iter(self._lists.values())
