"""A foreign client in a stopped market: prices stay, only its own orders move them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from tests.helpers.foreign_client import ForeignClient, ForeignError

SYMBOL = "BTCUSDT"


class At(NamedTuple):
    """A price as a share of the best bid when the market was stopped."""

    share: str


class StoppedDesk:
    """Call one of Binance's own clients; `book` and `place` are the names of its REST calls."""

    def __init__(self, client: ForeignClient, book: str, place: str, **order: Any) -> None:
        self.client = client
        self._book = book
        self._place = place
        self._order = {"symbol": SYMBOL, "side": "BUY", **order}
        bid, _ = self.client.call(book, symbol=SYMBOL, limit=5)["bids"][0]
        self._bid = Decimal(bid)

    def best(self, side: str) -> tuple[float, float]:
        """Return price and quantity of the best level of `bids` or `asks`."""
        price, quantity = self.ask(self._book, symbol=SYMBOL, limit=5)[side][0]
        return float(price), float(quantity)

    def ask(self, path: str, **arguments: Any) -> Any:
        """Return what a call answers, without the envelope of the WebSocket API."""
        answer = self.client.call(path, **arguments)
        if not path.startswith("websocket_api"):
            return answer
        if "error" in answer:
            raise ForeignError("refused", str(answer["error"]))
        assert answer["status"] == 200
        return answer.get("result", {})

    def order(self, **more: Any) -> dict[str, Any]:
        """Return an order's arguments: the usual ones, prices for shares, nothing for None."""
        return {
            name: self._price(value.share) if isinstance(value, At) else value
            for name, value in {**self._order, **more}.items()
            if value is not None
        }

    def place(self, path: str = "", /, **more: Any) -> Any:
        """Place an order over REST or by another call."""
        return self.ask(path or self._place, **self.order(**more))

    def told(self, event: str, /, **wanted: Any) -> Any:
        """Return the user event of a class that holds these values."""
        return self.client.first("user", {"class": event, **wanted}, limit_s=5)

    def _price(self, share: str) -> float:
        step = Decimal("0.1")  # a tick or ten of both markets
        return float((self._bid * Decimal(share)).quantize(step, ROUND_HALF_UP))
