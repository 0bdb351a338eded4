"""What spot orders do to the balances: what they set aside, pay, receive and cost."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from terminal_app.practice.engine.events import SpotAccountChanged, SpotBalanceMoved
from terminal_app.practice.engine.kinds import AccountChangeReason, Side
from terminal_app.practice.engine.listing import Listing
from terminal_app.practice.engine.market import Market
from terminal_app.practice.engine.model import ZERO, Balance, Fill, Order, SymbolRules
from terminal_app.practice.sources.symbols import QUOTE_ASSET
from terminal_app.practice.spot.balances import Balances
from terminal_app.practice.spot.checks import check_balance
from terminal_app.practice.spot.commission import DISCOUNT_ASSET, CommissionTable
from terminal_app.practice.spot.triggers import is_waiting

_FIRST_BALANCES = {QUOTE_ASSET: Decimal(10_000), "BTC": Decimal("0.5")}
_BASIS_POINTS = Decimal(10_000)
_ONE = Decimal(1)


class SpotMoney(Market):
    """Keep the balances of the account: locked by open orders, moved by fills."""

    commission = CommissionTable()
    pays_in_bnb = False

    _balances: Balances
    _moved_assets: frozenset[str] = frozenset()
    _update_time_ms = 0

    @property
    def account_update_time_ms(self) -> int:
        """Return when the account last changed."""
        return self._update_time_ms

    def balances(self) -> Sequence[Balance]:
        """Return every asset of the catalogue, zero balances included, by name."""
        return self._balances.rows()

    def withdrawable(self) -> Mapping[str, Decimal]:
        """Return how much of each asset may leave the account: what is free."""
        return {row.asset: row.free for row in self.balances()}

    def deposit(self, amount: Decimal, asset: str) -> None:
        """Move money in, from another wallet or from elsewhere."""
        self._move(AccountChangeReason.DEPOSIT, amount, asset)

    def withdraw(self, amount: Decimal, asset: str) -> None:
        """Move money out; -2010 beyond what is free."""
        check_balance(amount, self._balances.free(asset))
        self._move(AccountChangeReason.WITHDRAW, -amount, asset)

    def pay_in_bnb(self, is_on: bool) -> None:
        """Choose whether commission is paid in BNB at a discount, as long as there is enough."""
        self.pays_in_bnb = is_on
        self._commit()

    def _set_aside(self, order: Order, listing: Listing) -> None:
        order.reserve = self._unit_reserve(order, listing)
        asset = paying_asset(order, listing.rules)
        self._balances.lock(asset, order.reserve * order.remaining)

    def _give_back(self, order: Order, quantity: Decimal) -> None:
        asset = paying_asset(order, self._listings[order.symbol].rules)
        self._balances.lock(asset, -order.reserve * quantity)

    def _unit_reserve(self, order: Order, listing: Listing) -> Decimal:
        """Return what is set aside for each unit, in the asset the order pays with."""
        if order.order_type.is_market and not is_waiting(order):
            return ZERO
        if order.side is Side.SELL:
            return _ONE
        # A waiting buy at market sets aside what it would pay at the price that triggers it.
        trailing = self._last_price(listing) * (1 + order.trailing_delta / _BASIS_POINTS)
        return order.limit_price or order.stop_price or trailing

    def _book_fill(
        self, order: Order, price: Decimal, quantity: Decimal, is_maker: bool, trade_id: int
    ) -> Fill:
        rules = self._listings[order.symbol].rules
        quote = price * quantity
        paid, received = (rules.quote_asset, quote), (rules.base_asset, quantity)
        if order.side is Side.SELL:
            paid, received = received, paid
        # What was set aside for this part of the order: a better price gives some back.
        self._give_back(order, quantity)
        self._balances.add(paid[0], -paid[1])
        self._balances.add(received[0], received[1])
        commission, asset = self._commission(order.side, is_maker, received[0], received[1])
        self._balances.add(asset, -commission)
        self._moved_assets |= {asset}
        return Fill(
            trade_id=trade_id,
            order_id=order.order_id,
            symbol=order.symbol,
            side=order.side,
            price=price,
            quantity=quantity,
            quote_quantity=quote,
            commission=commission,
            commission_asset=asset,
            is_maker=is_maker,
            realized_pnl=ZERO,
            time_ms=self.now_ms,
        )

    def _commission(
        self, side: Side, is_maker: bool, asset: str, received: Decimal
    ) -> tuple[Decimal, str]:
        """Return what a fill costs: in BNB when that is chosen and there is enough of it."""
        price = self._bnb_price(asset) if self.pays_in_bnb else ZERO
        if price:
            cost = self.commission.discounted(received, side, is_maker, price)
            if cost <= self._balances.free(DISCOUNT_ASSET):
                return cost, DISCOUNT_ASSET
        return self.commission.amount(received, side, is_maker), asset

    def _bnb_price(self, asset: str) -> Decimal:
        """Return what one BNB costs in an asset at last prices, 0 when no market tells."""
        bnb, other = self._value(DISCOUNT_ASSET), self._value(asset)
        return bnb / other if other else ZERO

    def _value(self, asset: str) -> Decimal:
        if asset == QUOTE_ASSET:
            return _ONE
        listing = self._listings.get(asset + QUOTE_ASSET)
        return self._last_price(listing) if listing is not None else ZERO

    def _last_price(self, listing: Listing) -> Decimal:
        return listing.rules.price(listing.tape.last_ticks)

    def _account_moved(self, order: Order) -> None:
        rules = self._listings[order.symbol].rules
        assets = (rules.base_asset, rules.quote_asset)
        others = sorted(self._moved_assets.difference(assets))
        self._moved_assets = frozenset()
        self._tell_balances(AccountChangeReason.ORDER, (*assets, *others))

    def _move(self, reason: AccountChangeReason, change: Decimal, asset: str) -> None:
        self._balances.add(asset, change)
        self._emit(SpotBalanceMoved(self.now_ms, asset, change))
        self._tell_balances(reason, (asset,))
        self._commit()

    def _tell_balances(self, reason: AccountChangeReason, assets: Iterable[str]) -> None:
        self._update_time_ms = self.now_ms
        balances = tuple(self._balances.of(asset) for asset in assets)
        self._emit(SpotAccountChanged(self.now_ms, reason, balances))

    def _state(self) -> dict[str, object]:
        return {
            "balances": self._balances.to_state(),
            "update_time_ms": self._update_time_ms,
            "pays_in_bnb": self.pays_in_bnb,
        }

    def _restore(self, state: Mapping[str, Any]) -> None:
        saved = state.get("balances")
        amounts = _FIRST_BALANCES if saved is None else saved
        bases = {listing.rules.base_asset for listing in self._listings.values()}
        self._balances = Balances(
            {QUOTE_ASSET, DISCOUNT_ASSET, *_FIRST_BALANCES, *bases},
            {asset: Decimal(amount) for asset, amount in amounts.items()},
        )
        self._update_time_ms = state.get("update_time_ms", self.now_ms)
        self.pays_in_bnb = state.get("pays_in_bnb", False)
        for order in self.ledger.open_in(None):
            # A file from before orders could wait does not tell what was set aside.
            if order.is_working and not order.reserve:
                order.reserve = self._unit_reserve(order, self._listings[order.symbol])
            self._give_back(order, -order.remaining)
        if not state:
            self._tell_balances(AccountChangeReason.RESET, [row.asset for row in self.balances()])


def paying_asset(order: Order, rules: SymbolRules) -> str:
    """Return what an order gives: the quote asset when it buys, else the base asset."""
    return rules.quote_asset if order.side is Side.BUY else rules.base_asset
