"""The spot market: balances that are locked by resting orders, fees from what is received."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from typing import Any

from terminal_app.practice.engine.events import SpotAccountChanged
from terminal_app.practice.engine.kinds import AccountChangeReason, MarketName, OrderType, Side
from terminal_app.practice.engine.listing import Listing
from terminal_app.practice.engine.market import Market
from terminal_app.practice.engine.model import ZERO, Balance, Fill, Order, OrderRequest, SymbolRules
from terminal_app.practice.engine.order_life import would_take
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.sources.catalogue import QUOTE_ASSET
from terminal_app.practice.spot.filters import check_spot_order

_ATOM = Decimal("0.00000001")
_FIRST_BALANCES = {QUOTE_ASSET: Decimal(10_000), "BTC": Decimal("0.5")}


class SpotMarket(Market):
    """Trade spot."""

    name = MarketName.SPOT
    maker_rate = Decimal("0.001")
    taker_rate = Decimal("0.001")

    _free: dict[str, Decimal]
    _locked: dict[str, Decimal]
    _update_time_ms = 0

    @property
    def account_update_time_ms(self) -> int:
        """Return when the account last changed."""
        return self._update_time_ms

    def balances(self) -> Sequence[Balance]:
        """Return every asset of the catalogue, zero balances included, by name."""
        return [self._balance(asset) for asset in sorted(self._free)]

    def cancel_all(self, symbol: str) -> Sequence[Order]:
        """Cancel every open order of a symbol; raise -2011 when there is none."""
        orders = super().cancel_all(symbol)
        if not orders:
            raise ExchangeError(-2011, "Unknown order sent.")
        return orders

    def _check(self, request: OrderRequest, listing: Listing) -> None:
        rules = listing.rules
        reference = listing.tape.average_price().price
        open_orders = len(self.ledger.open_in(rules.symbol))
        check_spot_order(request, rules, reference, open_orders)
        if self.ledger.is_open_client_id(rules.symbol, request.client_order_id):
            raise ExchangeError(-2010, "Duplicate order sent.")
        is_maker = request.order_type is OrderType.LIMIT_MAKER
        if is_maker and would_take(listing, request.side, request.price or ZERO):
            raise ExchangeError(-2010, "Order would immediately match and take.")
        self._check_funds(request, listing)

    def _check_funds(self, request: OrderRequest, listing: Listing) -> None:
        rules = listing.rules
        quantity = self._quantity(request, listing)
        if not quantity:
            raise ExchangeError(
                -2010, "Order book liquidity is less than `LOT_SIZE` filter minimum quantity."
            )
        asset, needed = rules.base_asset, quantity
        if request.side is Side.BUY:
            asset = rules.quote_asset
            if request.order_type is OrderType.MARKET:
                needed = _market_cost(listing, int(quantity / rules.step_size))
            else:
                needed = quantity * (request.price or ZERO)
        if needed > self._free[asset]:
            raise ExchangeError(-2010, "Account has insufficient balance for requested action.")

    def _quantity(self, request: OrderRequest, listing: Listing) -> Decimal:
        if request.quote_order_quantity is None:
            return request.quantity or ZERO
        lots = _lots_for_quote(listing, request.side, request.quote_order_quantity)
        return min(listing.rules.quantity(lots), listing.rules.market_max_quantity)

    def _set_aside(self, order: Order, *, back: bool = False) -> None:
        if order.order_type is not OrderType.MARKET:
            asset, amount = _needed(order, self._listings[order.symbol].rules)
            self._lock(asset, -amount if back else amount)

    def _book_fill(
        self, order: Order, price: Decimal, quantity: Decimal, is_maker: bool, trade_id: int
    ) -> Fill:
        rules = self._listings[order.symbol].rules
        quote = price * quantity
        if order.side is Side.BUY:
            paid, received = (rules.quote_asset, quote), (rules.base_asset, quantity)
        else:
            paid, received = (rules.base_asset, quantity), (rules.quote_asset, quote)
        if order.order_type is not OrderType.MARKET:
            # What was locked for this part of the order: a better price gives some back.
            locked = order.price * quantity if order.side is Side.BUY else quantity
            self._lock(paid[0], -locked)
        self._free[paid[0]] -= paid[1]
        rate = self.maker_rate if is_maker else self.taker_rate
        commission = (received[1] * rate).quantize(_ATOM, ROUND_DOWN)
        self._free[received[0]] += received[1] - commission
        return Fill(
            trade_id=trade_id,
            order_id=order.order_id,
            symbol=order.symbol,
            side=order.side,
            price=price,
            quantity=quantity,
            quote_quantity=quote,
            commission=commission,
            commission_asset=received[0],
            is_maker=is_maker,
            realized_pnl=ZERO,
            time_ms=self.now_ms,
        )

    def _account_moved(self, order: Order) -> None:
        self._update_time_ms = self.now_ms
        rules = self._listings[order.symbol].rules
        balances = (self._balance(rules.base_asset), self._balance(rules.quote_asset))
        self._emit(SpotAccountChanged(self.now_ms, AccountChangeReason.ORDER, balances))

    def _state(self) -> dict[str, object]:
        # Locked amounts follow from the open orders and are not saved.
        total = {
            asset: format(self._free[asset] + self._locked[asset], "f") for asset in self._free
        }
        return {"balances": total, "update_time_ms": self._update_time_ms}

    def _restore(self, state: Mapping[str, Any]) -> None:
        saved = state.get("balances")
        amounts = _FIRST_BALANCES if saved is None else saved
        assets = {QUOTE_ASSET, *_FIRST_BALANCES, *amounts}
        assets.update(listing.rules.base_asset for listing in self._listings.values())
        self._free = {asset: Decimal(amounts.get(asset, 0)) for asset in sorted(assets)}
        self._locked = dict.fromkeys(self._free, ZERO)
        self._update_time_ms = state.get("update_time_ms", self.now_ms)
        for order in self.ledger.open_in(None):
            self._set_aside(order)
        if not state:
            balances = tuple(self.balances())
            self._emit(SpotAccountChanged(self.now_ms, AccountChangeReason.RESET, balances))

    def _balance(self, asset: str) -> Balance:
        return Balance(asset, self._free[asset], self._locked[asset])

    def _lock(self, asset: str, amount: Decimal) -> None:
        self._free[asset] -= amount
        self._locked[asset] += amount


def _needed(order: Order, rules: SymbolRules) -> tuple[str, Decimal]:
    if order.side is Side.BUY:
        return rules.quote_asset, order.price * order.remaining
    return rules.base_asset, order.remaining


def _market_cost(listing: Listing, lots: int) -> Decimal:
    """Return what a market buy would pay, as far as the book goes."""
    cost = 0
    for ticks, offered in listing.book.offers(Side.BUY):
        taken = min(lots, offered)
        cost += ticks * taken
        lots -= taken
        if not lots:
            break
    return listing.rules.tick_size * listing.rules.step_size * cost


def _lots_for_quote(listing: Listing, side: Side, quote: Decimal) -> int:
    """Return the most lots whose value at the book's prices stays within a quote amount."""
    budget = int(quote / (listing.rules.tick_size * listing.rules.step_size))
    lots = 0
    for ticks, offered in listing.book.offers(side):
        taken = min(offered, budget // ticks)
        lots += taken
        budget -= taken * ticks
        if taken < offered:
            break
    return lots
