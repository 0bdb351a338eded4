"""The positions of every market, with all that closes, turns and protects them."""

from __future__ import annotations

from decimal import Decimal

from terminal_app.domain.account import Position
from terminal_app.domain.position_figures import margin_ratio
from terminal_app.gui.activity.table_tab import TableTab
from terminal_app.gui.models.position_rows import (
    ACTIONS_PX,
    POSITION_COLUMNS,
    PositionView,
    position_row,
)
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.services.desk import Desk
from terminal_app.services.position_orders import protections
from terminal_app.services.session import Session

FLAT = "FLAT. No position: a filled order on a market of futures opens one."
NO_POSITIONS = "This exchange has no positions: what you hold stands under Balances."


class PositionsTab(TableTab):
    """Show each position with its figures and buttons."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        super().__init__(
            "Positions",
            POSITION_COLUMNS,
            position_row,
            theme,
            actions_px=ACTIONS_PX,
            actions_title="Close",
        )
        self._desk = desk

    def refresh(self, state: ViewState, sentence: str) -> None:
        """Show the positions of this moment, or that there is none."""
        views = [
            position_view(session, position)
            for session in self._desk.sessions.values()
            for position in session.account.positions.values()
        ]
        self.show_views({view.key: view for view in views}, state, sentence, self._empty())

    def _empty(self) -> str:
        sessions = self._desk.sessions.values()
        has_positions = any(one.venue.capabilities.has_positions for one in sessions)
        return FLAT if has_positions else NO_POSITIONS


def position_view(session: Session, position: Position) -> PositionView:
    """Return a position with all that is known of it."""
    account, orders = session.account, session.orders.store.working()
    take_profit, stop_loss = protections(position, orders)
    return PositionView(
        session.market.value,
        position,
        session.instruments.get(position.symbol),
        account.taker_rate,
        margin_ratio(position, account.positions.values(), _wallet(session, position)),
        session.funding.paid(position),
        take_profit,
        stop_loss,
    )


def _wallet(session: Session, position: Position) -> Decimal | None:
    balance = session.account.balances.get(position.margin_asset)
    return balance.total if balance is not None else None
