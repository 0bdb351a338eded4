"""Join a ladder to the symbol that it looks at."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from decimal import Decimal

from terminal_app.domain.instrument import ZERO, Instrument
from terminal_app.domain.market import Side
from terminal_app.domain.order import Order, OrderStatus
from terminal_app.domain.order_request import OrderType
from terminal_app.domain.working_volumes import VOLUMES, working_volumes
from terminal_app.errors import InvalidOrder
from terminal_app.gui.chart.line_hand import DragWords
from terminal_app.gui.chart_lines import closed_leg, shown_orders
from terminal_app.gui.drag_words import move_words, surroundings
from terminal_app.gui.focus import Focus
from terminal_app.gui.focus_link import FocusLink
from terminal_app.gui.format import age_text, decimal_text, parse_decimal, time_text
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.kept_steps import kept_key, kept_step, step_words
from terminal_app.gui.ladder.choices import LadderSettings
from terminal_app.gui.ladder.meaning import MouseScheme
from terminal_app.gui.ladder.panel import LadderPanel
from terminal_app.gui.ladder.rows import OwnOrder
from terminal_app.gui.view_states import show_waiting
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.services.connection import MARKET
from terminal_app.services.desk import DRY_RUN
from terminal_app.services.market_data import BOOK, MarketDataService
from terminal_app.services.market_lines import MarketLine
from terminal_app.services.order_moves import can_move, shown_price
from terminal_app.services.order_store import OrderStore
from terminal_app.services.session import Session

_CLICKED = frozenset({OrderType.LIMIT, OrderType.MARKET, OrderType.STOP_MARKET})
_WORDS = {
    OrderType.STOP_MARKET: "stop ",
    OrderType.STOP_LIMIT: "stop ",
    OrderType.TAKE_PROFIT_MARKET: "TP ",
    OrderType.TAKE_PROFIT_LIMIT: "TP ",
    OrderType.TRAILING_STOP: "trail ",
}


class LadderLink(FocusLink):
    """Hand book, trades, one's own orders and position of a symbol to a ladder."""

    def __init__(self, focus: Focus, clock: FrameClock, panel: LadderPanel) -> None:
        self._panel, self._desk = panel, focus.desk
        self._needs_own = False
        panel.volumes.edited.connect(self._keep_volumes)
        panel.choices_changed.connect(self._keep_choices)
        panel.step_chosen.connect(self._keep_step)
        self._show_choices()
        self._forget_desk = focus.desk.observers.add(self._on_desk)
        super().__init__(focus, clock, panel)

    def close(self) -> None:
        """Hand nothing to the ladder any more."""
        super().close()
        self._forget_desk()

    def _show(self, session: Session, instrument: Instrument, line: MarketLine) -> None:
        data = line.data
        self._show_state(session, data)
        if data.last_trade is not None:
            direction = 1 if data.last_side is Side.BUY else -1
            self._panel.view.set_last(data.last_trade.price, direction)
            if not self._panel.volumes.volumes:
                self._show_volumes(instrument, data.last_trade.price)
        if self._needs_own:
            self._needs_own = False
            self._show_own(session, instrument)
        self._panel.show_step()

    def _on_desk(self, key: Hashable) -> None:
        if key == DRY_RUN:
            self._panel.view.words.prefix = "Dry run: " if self._desk.preferences.dry_run else ""

    def _part(self) -> None:
        self._panel.set_unlocked(is_unlocked=False)

    def _join(self, session: Session, line: MarketLine) -> None:
        self._needs_own = True
        self._subscriptions.hear(
            self._on_own, session.orders.store.observers, session.account.observers
        )
        self._on_desk(DRY_RUN)

    def _begin(self, session: Session, instrument: Instrument, line: MarketLine) -> None:
        view, data, store = self._panel.view, line.data, session.orders.store
        self._panel.set_instrument(instrument)
        kept = self._desk.preferences.ladder_steps.get(kept_key(instrument), "")
        self._panel.set_step(kept_step(kept, view.rows.steps, None))
        view.set_book(data.book)
        view.rules.types = _CLICKED & session.venue.capabilities.order_types
        view.traded = data.traded.at_step
        view.ahead = view.words.ahead = line.queue.ahead

        def words(key: str, price: Decimal) -> DragWords:
            order = store.orders.get(key)
            if order is None:
                return DragWords()
            closes = closed_leg(order, session.account.positions_in(instrument.symbol))
            return move_words(order, price, surroundings(session, instrument), closes)

        def traded(number: int) -> str:
            size = data.traded.at_step(view.rows.step).get(number)
            if size is None:
                return ""
            shown = decimal_text(size, instrument.quantity_decimals)
            return f"{shown} {instrument.base_asset} traded since {time_text(data.traded.since_ms)}"

        view.words.drag_words, view.words.traded_words = words, traded

    def _on_market(self, key: Hashable) -> None:
        if key == BOOK:
            self._panel.view.mark()
        super()._on_market(key)

    def _on_own(self, _: Hashable) -> None:
        self._needs_own = True
        self._clock.mark(self)

    def _show_own(self, session: Session, instrument: Instrument) -> None:
        store, head = session.orders.store, self._panel.head
        self._panel.view.rows.set_own(own_orders(store, store.working(), instrument))
        self._panel.view.mark()
        if session.venue.capabilities.has_positions:
            positions = session.account.positions_in(instrument.symbol)
            head.show_positions(positions, instrument, is_known=session.account.is_loaded)
        else:
            balance = session.account.balances.get(instrument.base_asset)
            is_known = session.account.is_loaded or balance is not None
            total = balance.total if balance is not None else ZERO if is_known else None
            head.show_holding(total, instrument)

    def _wait(self) -> None:
        show_waiting(self._panel.view, self._focus)

    def _show_state(self, session: Session, data: MarketDataService) -> None:
        view, link = self._panel.view, session.connection.link(MARKET)
        if not view.state.has_data:
            return
        if not link.is_live:
            age = age_text(link.age_seconds() * 1000)
            view.set_state(ViewState.STALE, f"no data for {age}, reconnecting")
        elif data.book_problem and not data.book.is_empty:
            view.set_state(ViewState.STALE, "the book is being fetched again")
        else:
            view.set_state(ViewState.NORMAL)

    def _show_volumes(self, instrument: Instrument, price: Decimal) -> None:
        kept = self._desk.preferences.ladder_volumes.get(kept_key(instrument), [])
        volumes = kept_volumes(kept, instrument) or working_volumes(instrument, price)
        self._panel.volumes.set_volumes(instrument, volumes)

    def _keep_volumes(self) -> None:
        if self._instrument is not None:
            texts = [format(volume, "f") for volume in self._panel.volumes.volumes]
            self._desk.preferences.ladder_volumes[kept_key(self._instrument)] = texts

    def _keep_step(self, step: Decimal | None) -> None:
        if self._instrument is not None:
            self._desk.preferences.ladder_steps[kept_key(self._instrument)] = step_words(step)

    def _show_choices(self) -> None:
        kept = self._desk.preferences
        names = {scheme.value: scheme for scheme in MouseScheme}
        self._panel.choices.show_choices(
            LadderSettings(
                scheme=names.get(kept.ladder_scheme, MouseScheme.COLUMNS),
                only_rests=kept.ladder_post_only,
                shows_sums=kept.ladder_sums,
                is_centred=kept.ladder_centred,
            )
        )

    def _keep_choices(self) -> None:
        settings, kept = self._panel.choices.settings, self._desk.preferences
        kept.ladder_scheme = settings.scheme.value
        kept.ladder_post_only = settings.only_rests
        kept.ladder_sums = settings.shows_sums
        kept.ladder_centred = settings.is_centred


def kept_volumes(texts: Sequence[str], instrument: Instrument) -> list[Decimal]:
    """Return sizes that were kept as texts, none at all where one is not legal any more."""
    try:
        volumes = [parse_decimal(text) for text in texts]
        for volume in volumes:
            instrument.check_quantity(volume, is_market=False)
    except (ValueError, InvalidOrder):
        return []
    return volumes if len(volumes) == VOLUMES else []


def own_orders(
    store: OrderStore, orders: Iterable[Order], instrument: Instrument
) -> list[OwnOrder]:
    """Return one's own orders of a symbol that have a price to stand at."""
    return [
        OwnOrder(
            key=store.key_of(order),
            side=order.side,
            price=shown_price(order),
            size=order.remaining,
            word=_WORDS.get(order.type, ""),
            can_move=can_move(order),
            is_pending=(
                order.status is OrderStatus.SENDING or order.cancel_pending or order.amend_pending
            ),
            is_unknown=order.status is OrderStatus.UNKNOWN,
        )
        for order in shown_orders(orders, instrument)
    ]
