"""From a press of a button to a request: checked, confirmed as configured, sent once."""

from __future__ import annotations

import secrets
from collections.abc import Coroutine, Sequence
from decimal import Decimal
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from terminal_app.domain.account import PositionSide
from terminal_app.domain.confirmation import Confirmation
from terminal_app.domain.instrument import Instrument, Market, plain
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import Amendment, OrderRequest
from terminal_app.domain.safety import Doubt
from terminal_app.errors import NotConnected, TerminalError
from terminal_app.gui.dialogs.ask import Question, ask
from terminal_app.gui.format import decimal_text
from terminal_app.services.desk import Desk
from terminal_app.services.dry_run import Rehearsal
from terminal_app.services.notifications import Severity
from terminal_app.services.order_entry import OrderDraft, closing_request
from terminal_app.services.order_moves import can_move, is_amended, moved_request
from terminal_app.services.order_store import OrderStore
from terminal_app.services.position_orders import halving_request
from terminal_app.services.session import Session
from terminal_app.tasks import TaskScope


class OrderForm(Protocol):
    """Be where an order was written: told why it was refused, or which order it became."""

    def show_error(self, error: Exception) -> None:
        """Say why nothing was sent."""

    def set_sending(self, is_sending: bool) -> None:
        """Take no press, or presses again."""

    def show_order(self, store: OrderStore, key: str) -> None:
        """Follow what becomes of the order."""

    def show_rehearsal(self, rehearsal: Rehearsal) -> None:
        """Say what a dry run found; there is no order."""


class Trader(QObject):
    """Carry out what a person wants done with orders; one press is one action.

    ``move_asked`` carries the key of an order whose change is on its way, and the price wanted.
    """

    move_asked = Signal(str, object)

    def __init__(self, window: QWidget, desk: Desk, tasks: TaskScope) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._tasks = tasks
        self._closing: set[tuple[Market, str]] = set()

    def submit(self, draft: OrderDraft, form: OrderForm, *, is_held: bool = False) -> None:
        """Send a draft of a form; a refusal goes back to it and nothing is sent.

        ``is_held`` says that the press was a long one, where that is what confirms.
        """
        session, instrument = self._desk.session, self._desk.instrument
        if session is None or instrument is None:
            return
        entry = session.entry(instrument)
        try:
            self.check(session, is_closing=draft.reduce_only)
            request = entry.request(draft)
        except TerminalError as error:
            form.show_error(error)
            return
        # The button is closed before anything is awaited: a second click finds it shut.
        form.set_sending(True)
        self._spawn(self._submit(session, request, form, is_held=is_held), "submit")

    def close_position(self, market: str, key: str) -> None:
        """Close a position at market, so that it can never open the other side."""
        session = self._desk.sessions.get(Market(market))
        if session is None or (session.market, key) in self._closing:
            return
        position = session.account.positions.get(key)
        if position is None:
            return
        request = closing_request(position)
        self._closing.add((session.market, key))
        self._spawn(self._close(session, request, key), "close position")

    def cancel(self, market: str, key: str) -> None:
        """Ask for the end of one order."""
        session = self._desk.sessions.get(Market(market))
        if session is not None and key in session.orders.store.orders:
            self.start(session.orders.cancel(key), "cancel")

    def cancel_side(self, side: Side | None) -> None:
        """Ask for the end of every order of the symbol that is shown, or those of one side."""
        session, instrument = self._desk.session, self._desk.instrument
        if session is None or instrument is None:
            return
        if side is None:
            work = session.orders.cancel_all(instrument.symbol)
            self.start(work, "cancel all")
            return
        store = session.orders.store
        for order in store.working():
            if (order.symbol, order.side) == (instrument.symbol, side):
                self.cancel(session.market.value, store.key_of(order))

    def close_here(self, *, by_half: bool = False) -> None:
        """Close each position in the symbol that is shown at market, all of it or half."""
        session, instrument = self._desk.session, self._desk.instrument
        if session is None or instrument is None:
            return
        for position in session.account.positions_in(instrument.symbol):
            if (session.market, position.key) in self._closing:
                continue
            whole = closing_request(position)
            request = halving_request(position, instrument) if by_half else whole
            self._closing.add((session.market, position.key))
            self._spawn(self._close(session, request, position.key), "close here")

    def cancel_here(self, key: str) -> None:
        """Ask for the end of an order of the market that is shown."""
        session = self._desk.session
        if session is not None:
            self.cancel(session.market.value, key)

    def cancel_symbol(self) -> None:
        """Ask for the end of every order of the symbol that is shown."""
        session, instrument = self._desk.session, self._desk.instrument
        if session is not None and instrument is not None:
            work = self._guarded(_cancel_all(session, instrument.symbol))
            self._spawn(work, "cancel symbol")

    def move(self, key: str, price: Decimal) -> None:
        """Have an order of the market that is shown at another price: its own, or its trigger's."""
        session, instrument = self._desk.session, self._desk.instrument
        if session is None or instrument is None:
            return
        order = session.orders.store.orders.get(key)
        if order is None or order.symbol != instrument.symbol or not can_move(order):
            return
        self.start(self._move(session, instrument, key, price), "move")

    async def _move(
        self, session: Session, instrument: Instrument, key: str, price: Decimal
    ) -> None:
        order = session.orders.store.orders[key]
        self.check(session, is_closing=False)
        # The same rules as for a new order: a refusal is said and the line stays where it was.
        request = moved_request(order, price)
        session.entry(instrument).check(request)
        beside = await self.confirmed(session, request)
        if beside is None:
            return
        self.check(session, is_closing=False)
        now = session.orders.store.orders[key]
        if not can_move(now) or moved_request(now, price) != request:
            raise NotConnected("Nothing was sent: the order changed meanwhile. Look again.")
        if is_amended(order, session.venue.capabilities):
            await session.orders.amend(key, Amendment(price=price))
            self.move_asked.emit(key, price)
        else:
            action_id = secrets.token_hex(8)
            await session.orders.replace(key, request, action_id, session.seen(), beside)

    async def _submit(
        self, session: Session, request: OrderRequest, form: OrderForm, *, is_held: bool
    ) -> None:
        action_id = secrets.token_hex(8)
        try:
            beside = await self.confirmed(session, request, is_held=is_held)
            if beside is not None:
                self.check(session, is_closing=request.reduce_only)
                if session.dry_run.is_on:
                    rehearsal = await session.dry_run.rehearse(request, session.seen())
                    form.show_rehearsal(rehearsal)
                    return
                key = await session.orders.place(request, action_id, session.seen(), beside)
                form.show_order(session.orders.store, key)
        except TerminalError as error:
            form.show_error(error)
        finally:
            form.set_sending(False)

    async def _close(self, session: Session, request: OrderRequest, key: str) -> None:
        try:
            beside = await self.confirmed(session, request)
            if beside is not None:
                self.check(session, is_closing=True)
                if session.dry_run.is_on:
                    await session.dry_run.rehearse(request, session.seen())
                    return
                action_id = secrets.token_hex(8)
                await session.orders.place(request, action_id, session.seen(), beside)
        except TerminalError as error:
            self._desk.notifications.tell(Severity.DANGER, str(error))
        finally:
            self._closing.discard((session.market, key))

    def check(self, session: Session, *, is_closing: bool) -> None:
        """Refuse what would be sent elsewhere than where it was seen, or on old data."""
        if self._desk.sessions.get(session.market) is not session:
            raise NotConnected("Nothing was sent: the environment was left meanwhile.")
        if not session.is_fresh and not is_closing:
            raise NotConnected("Nothing was sent: the market data is old. Wait until it is live.")

    async def confirmed(
        self, session: Session, request: OrderRequest, *, is_held: bool = False
    ) -> tuple[str, ...] | None:
        """Ask where that is wanted; a question may stand for minutes, and its terms may change.

        Return what the order is wanted beside, UNKNOWN orders and doubts, None where it is not.
        """
        unknown = session.orders.store.unknown(request.symbol, request.side)
        names = [order.client_order_id for order in unknown]
        doubts = session.safety.guard.doubts(request)
        beside = (*names, *(doubt.name for doubt in doubts))
        terms, is_dry = session.account.terms(request.symbol), session.dry_run.is_on
        is_confirmed = await self._ask(session, request, names, doubts, is_held=is_held)
        if session.dry_run.is_on is not is_dry:
            raise NotConnected("Nothing was sent: dry run was switched meanwhile. Look again.")
        if session.account.terms(request.symbol) != terms:
            raise NotConnected(
                f"Nothing was sent: the settings of {request.symbol} changed meanwhile. Look again."
            )
        return beside if is_confirmed else None

    async def _ask(
        self,
        session: Session,
        request: OrderRequest,
        unknown: Sequence[str],
        doubts: Sequence[Doubt],
        *,
        is_held: bool,
    ) -> bool:
        environment = session.venue.environment
        words = describe_request(session, request)
        confirmation = self._desk.safety.confirmation(environment.kind)
        is_quiet = confirmation is Confirmation.NONE or (
            confirmation is Confirmation.HOLD and is_held
        )
        if is_quiet and not unknown and not doubts:
            return True
        # Of the position mode no event tells: it is asked for while the person reads.
        session.account.ask_soon()
        if unknown:
            text = (
                "Nobody knows yet whether an order like this one exists"
                f" ({', '.join(unknown)}). It may still appear and fill. This would send"
                f" another: {words}."
            )
            question = Question(self._window, "Send a second order?", text, "Send another")
            if doubts and not await ask(question):
                return False
        if doubts:
            findings = "\n".join(
                f"{doubt.finding[0].upper()}{doubt.finding[1:]}" for doubt in doubts
            )
            text = f"{words}\n\n{findings}"
            question = Question(self._window, "Did you mean this order?", text, "Send it")
        elif not unknown:
            title = f"{environment.title}: send this order?"
            role = "submit" if request.side is Side.BUY else "danger"
            question = Question(self._window, title, words, words, role)
        if confirmation is Confirmation.HOLD:
            question.hold.set_hold_ms(self._desk.safety.hold_ms(environment.kind))
        return await ask(question)

    async def _guarded(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except TerminalError as error:
            self._desk.notifications.tell(Severity.DANGER, str(error))

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        """Begin what may be refused; a refusal is told as a notice."""
        self._spawn(self._guarded(work), name)

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._tasks.spawn(work, name)


async def _cancel_all(session: Session, symbol: str) -> None:
    await session.orders.cancel_all(symbol)


def describe_request(session: Session, request: OrderRequest) -> str:
    """Return a request in the words of a trader: side, size, symbol, price."""
    capabilities = session.venue.capabilities
    word = capabilities.buy_word if request.side is Side.BUY else capabilities.sell_word
    if request.reduce_only or request.close_position:
        word = "Close by buying" if request.side is Side.BUY else "Close by selling"
    size = "whole position of" if request.close_position else decimal_text(request.quantity)
    price = "market" if request.price is None else plain(request.price)
    trigger = request.trigger
    if trigger is not None and trigger.price is not None:
        price += f" once the {trigger.kind.value.lower()} price reaches {plain(trigger.price)}"
    if session.dry_run.is_on:
        word = f"Dry run, nothing is sent: {word}"
    is_hedged = request.position_side is not PositionSide.BOTH
    which = f" {request.position_side}" if is_hedged else ""
    return f"{word} {size} {request.symbol}{which} at {price}"
