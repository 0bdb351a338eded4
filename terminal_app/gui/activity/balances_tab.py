"""What the account holds, where it is tied up, and what all of it is worth in one currency."""

from __future__ import annotations

from decimal import Decimal

from terminal_app.domain.account_use import (
    Conversion,
    Use,
    conversions,
    uses_on_margin,
    uses_on_spot,
    worth,
)
from terminal_app.domain.instrument import ZERO
from terminal_app.gui.activity.table_tab import TableTab
from terminal_app.gui.format import decimal_text
from terminal_app.gui.models.balance_rows import BALANCE_COLUMNS, BalanceView, balance_row
from terminal_app.gui.models.cells import money_decimals
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.menu_button import MenuButton
from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.services.desk import Desk
from terminal_app.services.session import Session

EMPTY = "The account holds nothing."
WHO = "balances"
CURRENCIES = ("USDT", "USDC", "BTC", "ETH", "BNB", "EUR", "TRY", "BRL")


class BalancesTab(TableTab):
    """Show each asset; the currency of the total is kept in the preferences."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        super().__init__("Balances", BALANCE_COLUMNS, balance_row, theme, sorted_by="worth")
        self._desk = desk
        self.total = plain_label(role="figure")
        self.total.setToolTip("All wallets at the last prices, unrealised profit included")
        self.currency = MenuButton(desk.preferences.total_currency, "Currency of the total")
        self.currency.chosen.connect(self._choose)
        self.add_tool(self.total, 1)
        self.add_tool(self.currency)
        self._ways: dict[tuple[str, str], tuple[Session, tuple[Conversion, ...]] | None] = {}
        self._known = 0

    def refresh(self, state: ViewState, sentence: str) -> None:
        """Show the balances of this moment."""
        currency = self._desk.preferences.total_currency
        self._find_ways(currency)
        views, total = {}, ZERO
        is_whole = True
        for session in self._desk.sessions.values():
            uses = _uses(session)
            for balance in session.account.balances.values():
                if balance.total == ZERO:
                    continue
                value = self._worth(balance.asset, balance.total, currency)
                view = BalanceView(
                    session.market.value,
                    session.venue.capabilities.title,
                    balance,
                    uses.get(balance.asset, Use()),
                    value,
                    currency,
                )
                views[view.key] = view
                is_whole = is_whole and value is not None
                total += value or ZERO
            total += self._unrealized(session, currency)
        self._show_total(total if views else None, currency, is_whole=is_whole)
        self.show_views(views, state, sentence, EMPTY)

    def _show_total(self, total: Decimal | None, currency: str, *, is_whole: bool) -> None:
        text = decimal_text(total, money_decimals(currency))
        # What has no price is named in its row; a sum without it says so.
        more = "" if is_whole or total is None else "  and what has no price"
        self.total.setText(f"Total {text} {currency}{more}")

    def _choose(self, currency: object) -> None:
        self._desk.preferences.total_currency = str(currency)
        self.currency.show_choice(str(currency))
        self.refresh(ViewState.NORMAL, "")

    def _find_ways(self, currency: str) -> None:
        sessions = self._desk.sessions.values()
        known = sum(len(session.instruments) for session in sessions)
        assets = {one.asset for session in sessions for one in session.account.balances.values()}
        if known != self._known:
            self._ways.clear()
            self._known = known
            self._offer()
        for asset in assets:
            if (asset, currency) not in self._ways:
                self._ways[asset, currency] = self._way(asset, currency)
        for session in sessions:
            found = [self._ways.get((asset, currency)) for asset in assets]
            wanted = {
                step.symbol
                for way in found
                if way is not None and way[0] is session
                for step in way[1]
            }
            session.prices.want(WHO, wanted if self.isVisible() else ())

    def _offer(self) -> None:
        instruments = [
            one for session in self._desk.sessions.values() for one in session.instruments.values()
        ]
        assets = {one.quote_asset for one in instruments} | {one.base_asset for one in instruments}
        offered = [name for name in CURRENCIES if name in assets]
        self.currency.set_choices([(name, name) for name in offered])

    def _way(self, asset: str, currency: str) -> tuple[Session, tuple[Conversion, ...]] | None:
        for session in self._desk.sessions.values():
            way = conversions(asset, currency, session.instruments.values())
            if way is not None:
                return session, way
        return None

    def _worth(self, asset: str, amount: Decimal, currency: str) -> Decimal | None:
        found = self._ways.get((asset, currency))
        if found is None:
            return None
        session, way = found
        return worth(amount, way, session.prices.price)

    def _unrealized(self, session: Session, currency: str) -> Decimal:
        values = (
            self._worth(position.margin_asset, position.unrealized_profit, currency)
            for position in session.account.positions.values()
        )
        return sum((value or ZERO for value in values), ZERO)


def _uses(session: Session) -> dict[str, Use]:
    orders = session.orders.store.working()
    if not session.venue.capabilities.has_positions:
        return uses_on_spot(orders, session.instruments)
    locked = {one.asset: one.locked for one in session.account.balances.values()}
    return uses_on_margin(orders, session.account.positions.values(), locked)
