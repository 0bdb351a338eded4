"""Takers that may not trade far from the reference price (Binance spot, execution rules)."""

from decimal import Decimal
from math import ceil, floor

from terminal_app.practice.engine.kinds import ExpiryReason, Side
from terminal_app.practice.engine.listing import Listing
from terminal_app.practice.engine.model import Order
from terminal_app.practice.engine.order_book import is_beyond
from terminal_app.practice.spot.money import SpotMoney

_NO_PRICE = {Side.BUY: 0, Side.SELL: 1 << 62}


def reference_price(listing: Listing) -> Decimal | None:
    """Return the reference price of a symbol at this moment, None where there is none."""
    reference = listing.tape.reference_price()
    return None if reference is None else reference.price


class SpotPriceRange(SpotMoney):
    """Stop takers where they would trade outside the price range of their side: PRICE_RANGE."""

    def _worst_ticks(self, order: Order, listing: Listing) -> int | None:
        worst = super()._worst_ticks(order, listing)
        bounds = self._range(order.side, listing)
        if bounds is None:
            return worst
        near, far = bounds
        best = listing.book.levels(order.side.opposite, 1)
        if best and not _is_within(order.side, best[0][0], near):
            return _NO_PRICE[order.side]
        return far if worst is None or is_beyond(order.side, worst, far) else worst

    def _expiry_reason(self, order: Order, listing: Listing) -> ExpiryReason | None:
        if self._would_leave_range(order, listing):
            return ExpiryReason.PRICE_RANGE
        return super()._expiry_reason(order, listing)

    def _would_leave_range(self, order: Order, listing: Listing) -> bool:
        best = listing.book.levels(order.side.opposite, 1)
        if not best or is_beyond(order.side, best[0][0], super()._worst_ticks(order, listing)):
            return False
        bounds = self._range(order.side, listing)
        if bounds is None:
            return False
        (ticks, _), (near, far) = best[0], bounds
        return is_beyond(order.side, ticks, far) or not _is_within(order.side, ticks, near)

    def _range(self, side: Side, listing: Listing) -> tuple[int, int] | None:
        """Return the best and the worst price a side may trade at, in ticks."""
        rule = listing.rules.price_range
        reference = None if rule is None else reference_price(listing)
        if rule is None or reference is None or listing.lets_takers_wait:
            return None
        ticks = reference / listing.rules.tick_size
        if side is Side.BUY:
            return ceil(ticks * rule.bid_limit_down), floor(ticks * rule.bid_limit_up)
        return floor(ticks * rule.ask_limit_up), ceil(ticks * rule.ask_limit_down)


def _is_within(side: Side, ticks: int, near: int) -> bool:
    """Tell whether a price is not too good to be allowed."""
    return ticks >= near if side is Side.BUY else ticks <= near
