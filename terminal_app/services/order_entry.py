"""From what a person typed to a request the venue will take, or a sentence why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile

from terminal_app.domain.account import FeeTerms, Position, PositionSide
from terminal_app.domain.instrument import ZERO, Instrument, Rounding, plain
from terminal_app.domain.intent import Direction, Effect, Intent, intent_of
from terminal_app.domain.market import Level, Side
from terminal_app.domain.order_book import OrderBook
from terminal_app.domain.order_checks import MarketNow, check_list, check_request
from terminal_app.domain.order_request import (
    OrderListRequest,
    OrderRequest,
    OrderType,
    Peg,
    PegKind,
    TimeInForce,
    Trigger,
)
from terminal_app.domain.self_trade import SelfTradePrevention
from terminal_app.domain.sizing import (
    Estimate,
    affordable_from_book,
    affordable_on_margin,
    affordable_to_buy,
    quantity_for_percent,
    quantity_from_quote,
    walk_book,
)
from terminal_app.errors import InvalidOrder

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """Hold a ticket's fields as numbers; ``size`` is in base or quote asset, None while empty.

    ``visible_size`` is in base asset and makes an iceberg; ``sends_quote`` leaves it to the venue
    to turn an amount of quote asset into a size.
    """

    side: Side
    type: OrderType
    price: Decimal | None
    size: Decimal | None
    size_in_quote: bool
    time_in_force: TimeInForce
    reduce_only: bool
    trigger: Trigger | None = None
    visible_size: Decimal | None = None
    peg: Peg | None = None
    close_position: bool = False
    good_till_ms: int | None = None
    self_trade_prevention: SelfTradePrevention | None = None
    sends_quote: bool = False

    @property
    def closes(self) -> bool:
        """Say whether it can but make a position smaller."""
        return self.reduce_only or self.close_position


@dataclass(frozen=True, slots=True)
class Means:
    """Hold what an order of either side can be paid with; None is unknown.

    In hedge mode ``position_amount`` is the long position and ``short_amount`` the short one.
    ``discounted`` are the terms where fees are paid in an asset of which there is some.
    """

    quote_available: Decimal | None
    base_available: Decimal | None
    position_amount: Decimal
    leverage: int | None
    maker_rate: Decimal | None
    taker_rate: Decimal | None
    short_amount: Decimal = ZERO
    is_hedged: bool = False
    discounted: FeeTerms | None = None

    def closable(self, side: Side) -> Decimal:
        """Return the size that an order of a side could close."""
        amounts = (self.position_amount, self.short_amount)
        held = (amount for amount in amounts if (amount > ZERO) is (side is Side.SELL))
        return abs(sum(held, ZERO))

    @property
    def fee_rate(self) -> Decimal:
        """Return the higher of the known rates, so that 100 % leaves room for it."""
        return max(self.maker_rate or ZERO, self.taker_rate or ZERO)


@dataclass(frozen=True, slots=True)
class Preview:
    """Hold what an order would cost; None stands where it is not known.

    Fees are what they are worth in the quote asset; ``fee_asset`` names another they are paid in.
    """

    quantity: Decimal
    price: Decimal | None
    cost: Decimal | None
    maker_fee: Decimal | None
    taker_fee: Decimal | None
    estimate: Estimate | None
    fee_asset: str = ""

    @property
    def likely_price(self) -> Decimal:
        """Return the price it is likely to trade at, 0 where nobody knows."""
        if self.price is not None:
            return self.price
        return self.estimate.average_price if self.estimate is not None else ZERO


class OrderEntry:
    """Check and size orders of one instrument against its book and the means at hand."""

    def __init__(
        self, instrument: Instrument, book: OrderBook, means: Means, now: MarketNow
    ) -> None:
        self.instrument = instrument
        self._book = book
        self.means = means
        self._now = now

    def request(self, draft: OrderDraft) -> OrderRequest:
        """Return the request a draft makes, raising ``InvalidOrder`` for the first broken rule."""
        request = self.built(draft)
        self.check(request)
        self._check_closing(draft, request.quantity or ZERO)
        return request

    def check(self, request: OrderRequest) -> None:
        """Refuse a request that breaks a rule as things stand now: raise ``InvalidOrder``."""
        check_request(self.instrument, request, self._now)
        self._check_post_only(request)

    def check_list(self, request: OrderListRequest) -> None:
        """Refuse orders that stand together and break a rule of the instrument."""
        check_list(self.instrument, request, self._now)

    def built(self, draft: OrderDraft) -> OrderRequest:
        """Return the request a draft makes, its rules not looked at."""
        instrument = self.instrument
        price = self.price(draft)
        is_amount = draft.sends_quote and draft.size_in_quote and not draft.close_position
        size = None if draft.close_position else self.quantity(draft, price)
        return OrderRequest(
            market=instrument.market,
            symbol=instrument.symbol,
            side=draft.side,
            type=draft.type,
            quantity=None if is_amount else size,
            quote_quantity=draft.size if is_amount else None,
            price=price if draft.type.has_price and draft.peg is None else None,
            time_in_force=draft.time_in_force,
            reduce_only=draft.reduce_only,
            trigger=draft.trigger,
            position_side=self._position_side(draft),
            visible_quantity=draft.visible_size,
            close_position=draft.close_position,
            good_till_ms=draft.good_till_ms,
            self_trade_prevention=draft.self_trade_prevention,
            peg=draft.peg,
        )

    def preview(self, draft: OrderDraft) -> Preview | None:
        """Return what a draft would cost, None while it is no order yet."""
        try:
            price = self.price(draft)
            quantity = self.quantity(draft, price)
        except InvalidOrder:
            return None
        offered = self._book.side(draft.side.opposite)
        # What waits meets a book that nobody knows yet.
        waits = draft.type.has_trigger
        estimate = None if waits else walk_book(_reachable(offered, draft, price), quantity)
        value = quantity * price
        means = self.means
        maker_rate, taker_rate, fee_asset = means.maker_rate, means.taker_rate, ""
        terms = means.discounted
        if terms is not None:
            maker_rate, taker_rate = terms.discounted_maker_rate, terms.discounted_taker_rate
            fee_asset = terms.discount_asset
        leverage = Decimal(means.leverage) if means.leverage else Decimal(1)
        is_known = means.leverage is not None or self.instrument.contract == ""
        return Preview(
            quantity=quantity,
            price=None if draft.type is OrderType.MARKET else price,
            cost=value / leverage if is_known else None,
            maker_fee=None if maker_rate is None else value * maker_rate,
            taker_fee=None if taker_rate is None else value * taker_rate,
            estimate=estimate,
            fee_asset=fee_asset,
        )

    def size_for_percent(self, draft: OrderDraft, percent: int) -> Decimal | None:
        """Return the size that a percentage of the means gives, None where they are unknown."""
        affordable = self._affordable(draft)
        if affordable is None:
            return None
        is_market = draft.type is OrderType.MARKET
        quantity = quantity_for_percent(self.instrument, percent, affordable, is_market=is_market)
        if not draft.size_in_quote:
            return quantity
        return self._in_quote(quantity, self.price(draft))

    def _affordable(self, draft: OrderDraft) -> Decimal | None:
        means = self.means
        if draft.closes:
            return means.closable(draft.side)
        try:
            price = self.price(draft)
        except InvalidOrder:
            return None
        if self.instrument.contract:
            if means.quote_available is None or means.leverage is None:
                return None
            return affordable_on_margin(
                means.quote_available, price, means.leverage, means.fee_rate
            )
        if draft.side is Side.SELL:
            return means.base_available
        if means.quote_available is None:
            return None
        if draft.type is OrderType.MARKET:
            offered = self._book.side(draft.side.opposite)
            return affordable_from_book(offered, means.quote_available, means.fee_rate)
        return affordable_to_buy(means.quote_available, price, means.fee_rate)

    def _in_quote(self, quantity: Decimal, price: Decimal) -> Decimal:
        worth = quantity * price
        if price * self.instrument.step_size < CENT:
            # A cent would buy further steps here, so the exact amount it is.
            return worth
        return worth.quantize(CENT, rounding=Rounding.UP.value)

    def price(self, draft: OrderDraft) -> Decimal:
        """Return the price a draft is likely to trade at; raise ``InvalidOrder`` for none."""
        if draft.peg is not None:
            is_own = draft.peg.kind is PegKind.OWN_SIDE
            return self._best(draft.side if is_own else draft.side.opposite)
        if draft.type.has_price:
            if draft.price is None:
                best = self._book.side(draft.side).best()
                nearest = plain(best.price) if best is not None else None
                raise InvalidOrder("Price", "a limit order needs one", "is empty", nearest)
            return draft.price
        if draft.trigger is not None and draft.trigger.price is not None:
            return draft.trigger.price
        return self._best(draft.side.opposite)

    def _best(self, side: Side) -> Decimal:
        best = self._book.side(side).best()
        if best is None:
            raise InvalidOrder("Price", "the book shows nobody to trade with", "unknown")
        return best.price

    def quantity(self, draft: OrderDraft, price: Decimal) -> Decimal:
        """Return the size of a draft in base asset; raise ``InvalidOrder`` for none.

        Who closes a whole position gives none: it is what is held.
        """
        if draft.close_position:
            return self.means.closable(draft.side)
        if draft.size is None or draft.size <= ZERO:
            least = plain(self.instrument.quantity.minimum)
            raise InvalidOrder(
                "Size", "it must be more than 0",
                "is empty" if draft.size is None else plain(draft.size),
                f"{least} {self.instrument.base_asset}",
            )  # fmt: skip
        if draft.size_in_quote:
            return quantity_from_quote(self.instrument, draft.size, price)
        return draft.size

    def _check_closing(self, draft: OrderDraft, quantity: Decimal) -> None:
        if not draft.closes:
            return
        closable = self.means.closable(draft.side)
        if closable == ZERO:
            field = "Close position" if draft.close_position else "Reduce only"
            rule = f"there is no position that a {draft.side.value.lower()} would reduce"
            raise InvalidOrder(field, rule, "is set")
        if quantity > closable:
            rule = "a reduce-only order cannot be larger than the position"
            raise InvalidOrder("Size", rule, plain(quantity), plain(closable))

    def _position_side(self, draft: OrderDraft) -> PositionSide:
        intent = intent_of(draft.side, closes=draft.closes)
        return intent.position_side(is_hedged=self.means.is_hedged)

    def _check_post_only(self, request: OrderRequest) -> None:
        price = request.price
        if request.time_in_force is not TimeInForce.POST_ONLY or price is None:
            return
        best = self._book.side(request.side.opposite).best()
        if best is None:
            return
        is_buy = request.side is Side.BUY
        crosses = price >= best.price if is_buy else price <= best.price
        if crosses:
            tick = self.instrument.tick_size
            nearest = best.price - tick if is_buy else best.price + tick
            rule = "a post-only order must not trade at once"
            raise InvalidOrder("Price", rule, plain(price), plain(nearest))


def closing_request(position: Position) -> OrderRequest:
    """Return what closes a position at market and can never open the other side."""
    direction = Direction.LONG if position.amount > ZERO else Direction.SHORT
    intent = Intent(direction, Effect.CLOSE)
    return OrderRequest(
        market=position.market,
        symbol=position.symbol,
        side=intent.side,
        type=OrderType.MARKET,
        quantity=abs(position.amount),
        reduce_only=intent.reduce_only,
        position_side=position.position_side,
    )


def _reachable(levels: Iterable[Level], draft: OrderDraft, price: Decimal) -> Iterable[Level]:
    if draft.type is OrderType.MARKET:
        return levels
    if draft.side is Side.BUY:
        return takewhile(lambda level: level.price <= price, levels)
    return takewhile(lambda level: level.price >= price, levels)
