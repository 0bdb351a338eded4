"""From a press of a button to a request: checked, confirmed as configured, sent once."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Coroutine, Sequence
from decimal import Decimal
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from terminal_app.domain.account import SymbolSettings
from terminal_app.domain.confirmation import Confirmation
from terminal_app.domain.instrument import Instrument, Market
from terminal_app.domain.market import Side
from terminal_app.domain.order_request import Amendment, OrderRequest
from terminal_app.domain.safety import MEANT, Doubt
from terminal_app.errors import InvalidOrder, NotConnected, TerminalError
from terminal_app.gui.dialogs.ask import Question, ask
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.request_words import describe_request, plan_words
from terminal_app.services.aim import Aim
from terminal_app.services.desk import Desk
from terminal_app.services.dry_run import Rehearsal
from terminal_app.services.notifications import Severity
from terminal_app.services.order_entry import closing_request
from terminal_app.services.order_moves import can_move, is_amended, moved_request
from terminal_app.services.order_plan import OrderPlan, TicketDraft, planner
from terminal_app.services.order_plans import Progress, carry_out, rehearse
from terminal_app.services.position_orders import halving_request
from terminal_app.services.session import Session
from terminal_app.tasks import TaskScope


class OrderForm(Protocol):
    """Be where an order was written: told why it was refused, or which order it became."""

    def show_error(self, error: Exception) -> None:
        """Say why nothing was sent."""

    def set_sending(self, is_sending: bool) -> None:
        """Take no press, or presses again."""

    def show_progress(self, progress: Progress) -> None:
        """Follow what becomes of the orders."""

    def show_rehearsal(self, rehearsals: Sequence[Rehearsal]) -> None:
        """Say what a dry run found of each; there is no order."""


class Trader(QObject):
    """Carry out what a person wants done with orders; one press is one action.

    ``move_asked`` carries the key of an order whose change is on its way, and the price wanted.
    """

    move_asked = Signal(str, object)

    def __init__(self, window: QWidget, desk: Desk, tasks: TaskScope, clock: FrameClock) -> None:
        super().__init__(window)
        self._window, self._clock = window, clock
        self._desk = desk
        self._tasks = tasks
        self._closing: set[tuple[Market, str]] = set()

    def submit(
        self,
        aim: Aim | None,
        draft: TicketDraft,
        form: OrderForm,
        *,
        is_held: bool = False,
        is_rehearsal: bool = False,
    ) -> None:
        """Send what a form says, or rehearse it; a refusal goes back to it and nothing is sent.

        ``aim`` is where the form looks at; ``is_held`` says that the press was a long one, where
        that is what confirms.
        """
        if aim is None:
            return
        session, instrument = aim.session, aim.instrument
        try:
            self.check(session, is_closing=draft.order.closes, symbol=instrument.symbol)
            plan = planner(session, instrument).plan(draft)
        except TerminalError as error:
            form.show_error(error)
            return
        # The button is closed before anything is awaited: a second click finds it shut.
        form.set_sending(True)
        self._clock.give_way()
        if is_rehearsal:
            self._tasks.spawn(self._rehearse(session, plan, form), "rehearse")
        else:
            self._tasks.spawn(self._submit(session, plan, form, is_held=is_held), "submit")

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
        self._clock.give_way()
        self._tasks.spawn(self._close(session, request, key), "close position")

    def cancel(self, market: str, key: str) -> None:
        """Ask for the end of one order."""
        session = self._desk.sessions.get(Market(market))
        if session is not None and key in session.orders.store.orders:
            self.start(session.orders.cancel(key), "cancel")

    def cancel_side(self, aim: Aim | None, side: Side) -> None:
        """Ask for the end of every order of one side in a symbol."""
        if aim is None:
            return
        store = aim.session.orders.store
        for order in store.working():
            if (order.symbol, order.side) == (aim.instrument.symbol, side):
                self.cancel(aim.session.market.value, store.key_of(order))

    def close_here(self, aim: Aim | None, *, by_half: bool = False) -> None:
        """Close each position in a symbol at market, all of it or half."""
        if aim is None:
            return
        session, instrument = aim.session, aim.instrument
        for position in session.account.positions_in(instrument.symbol):
            if (session.market, position.key) in self._closing:
                continue
            whole = closing_request(position)
            request = halving_request(position, instrument) if by_half else whole
            self._closing.add((session.market, position.key))
            self._clock.give_way()
            self._tasks.spawn(self._close(session, request, position.key), "close here")

    def cancel_here(self, key: str) -> None:
        """Ask for the end of an order of the market that is shown."""
        session = self._desk.session
        if session is not None:
            self.cancel(session.market.value, key)

    def cancel_symbol(self, aim: Aim | None) -> None:
        """Ask for the end of every order of a symbol."""
        if aim is not None:
            work = self._guarded(_cancel_all(aim.session, aim.instrument.symbol))
            self._tasks.spawn(work, "cancel symbol")

    def move(self, aim: Aim | None, key: str, price: Decimal) -> None:
        """Have an order of a symbol at another price: its own, or its trigger's."""
        if aim is None:
            return
        session, instrument = aim.session, aim.instrument
        order = session.orders.store.orders.get(key)
        if order is None or order.symbol != instrument.symbol or not can_move(order):
            return
        self.start(self._move(session, instrument, key, price), "move")

    async def _move(
        self, session: Session, instrument: Instrument, key: str, price: Decimal
    ) -> None:
        order = session.orders.store.orders[key]
        self.check(session, is_closing=False, symbol=instrument.symbol)
        is_in_place = is_amended(order, session.venue.capabilities)
        if order.executed_quantity > 0 and not is_in_place:
            # What trades while it is being ended would be bought twice.
            rule = "it was filled in part and cannot be sent anew: cancel it and send the rest"
            raise InvalidOrder("Order", rule, order.client_order_id)
        # The same rules as for a new order: a refusal is said and the line stays where it was.
        request = moved_request(order, price)
        session.entry(instrument).check(request)
        beside = await self.confirmed(session, request)
        if beside is None:
            return
        self.check(session, is_closing=False, symbol=instrument.symbol)
        now = session.orders.store.orders[key]
        if not can_move(now) or moved_request(now, price) != request:
            raise NotConnected("Nothing was sent: the order changed meanwhile. Look again.")
        if is_in_place:
            await session.orders.amend(key, Amendment(price=price))
            self.move_asked.emit(key, price)
        else:
            action_id, seen = secrets.token_hex(8), session.seen(instrument.symbol)
            await session.orders.replace(key, request, action_id, seen, beside)

    async def _submit(
        self, session: Session, plan: OrderPlan, form: OrderForm, *, is_held: bool
    ) -> None:
        action_id, symbol = secrets.token_hex(8), plan.first.symbol

        def words() -> str:
            # What is refused whatever is answered is not asked about.
            session.safety.guard.check(plan.requests, MEANT)
            return plan_words(session, plan)

        try:
            beside = await self._confirmed(session, plan.requests, words, is_held=is_held)
            if beside is None:
                return
            self.check(session, is_closing=plan.only_reduces, symbol=symbol)
            if session.dry_run.is_on:
                session.safety.guard.check(plan.requests, MEANT)
                form.show_rehearsal(await rehearse(session.dry_run, plan, session.seen(symbol)))
                return
            progress = Progress(session.orders.store, plan.requests)
            form.show_progress(progress)
            await carry_out(session, plan, progress, action_id, session.seen(symbol), beside)
        except TerminalError as error:
            form.show_error(error)
        finally:
            form.set_sending(False)

    async def _rehearse(self, session: Session, plan: OrderPlan, form: OrderForm) -> None:
        try:
            seen = session.seen(plan.first.symbol)
            form.show_rehearsal(await rehearse(session.dry_run, plan, seen))
        except TerminalError as error:
            form.show_error(error)
        finally:
            form.set_sending(False)

    async def _close(self, session: Session, request: OrderRequest, key: str) -> None:
        try:
            beside = await self.confirmed(session, request)
            if beside is not None:
                self.check(session, is_closing=True)
                seen = session.seen(request.symbol)
                if session.dry_run.is_on:
                    await session.dry_run.rehearse(request, seen)
                    return
                await session.orders.place(request, secrets.token_hex(8), seen, beside)
        except TerminalError as error:
            self._desk.notifications.tell(Severity.DANGER, str(error))
        finally:
            self._closing.discard((session.market, key))

    def check(self, session: Session, *, is_closing: bool, symbol: str = "") -> None:
        """Refuse what would be sent elsewhere than where it was seen, or on old data of a symbol.

        Without a name that is the symbol that is shown.
        """
        if self._desk.sessions.get(session.market) is not session:
            raise NotConnected("Nothing was sent: the environment was left meanwhile.")
        is_fresh = session.markets.is_fresh(symbol) if symbol else session.is_fresh
        if not is_fresh and not is_closing:
            raise NotConnected("Nothing was sent: the market data is old. Wait until it is live.")

    async def confirmed(self, session: Session, request: OrderRequest) -> tuple[str, ...] | None:
        """Ask for one order where that is wanted; a question may stand for minutes.

        Return what the order is wanted beside, UNKNOWN orders and doubts, None where it is not.
        """
        return await self._confirmed(
            session, (request,), lambda: describe_request(session, request), is_held=False
        )

    async def _confirmed(
        self,
        session: Session,
        requests: Sequence[OrderRequest],
        words: Callable[[], str],
        *,
        is_held: bool,
    ) -> tuple[str, ...] | None:
        # While the question stands its terms may change.
        request = requests[0]
        store, sides = session.orders.store, {each.side for each in requests}
        unknown = [order for side in sides for order in store.unknown(request.symbol, side)]
        names = [order.client_order_id for order in unknown]
        doubts = [doubt for each in requests for doubt in session.safety.guard.doubts(each)]
        beside = (*names, *(doubt.name for doubt in doubts))
        terms, is_dry = terms_of(session, request.symbol), session.dry_run.is_on
        confirmation = self._desk.safety.confirmation(session.venue.environment.kind)
        is_quiet = confirmation is Confirmation.NONE or (
            confirmation is Confirmation.HOLD and is_held
        )
        is_confirmed = True
        if not is_quiet or names or doubts:
            # Of the position mode no event tells: it is asked for while the person reads.
            session.account.ask_soon()
            is_confirmed = await self._ask(session, request.side, words(), names, doubts)
        if session.dry_run.is_on is not is_dry:
            raise NotConnected("Nothing was sent: dry run was switched meanwhile. Look again.")
        if terms_of(session, request.symbol) != terms:
            raise NotConnected(
                f"Nothing was sent: the settings of {request.symbol} changed meanwhile. Look again."
            )
        return beside if is_confirmed else None

    async def _ask(
        self,
        session: Session,
        side: Side,
        words: str,
        unknown: Sequence[str],
        doubts: Sequence[Doubt],
    ) -> bool:
        environment = session.venue.environment
        confirmation = self._desk.safety.confirmation(environment.kind)
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
            told = dict.fromkeys(doubt.finding for doubt in doubts)
            findings = "\n".join(f"{each[0].upper()}{each[1:]}" for each in told)
            text = f"{words}\n\n{findings}"
            question = Question(self._window, "Did you mean this order?", text, "Send it")
        elif not unknown:
            title = f"{environment.title}: send this order?"
            role = "submit" if side is Side.BUY else "danger"
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
        self._clock.give_way()
        self._tasks.spawn(self._guarded(work), name)


def terms_of(session: Session, symbol: str) -> tuple[bool | None, SymbolSettings | None]:
    """Return what an order in a symbol rests on; it means something else once this changed."""
    return session.account.is_hedged, session.account.settings(symbol)


async def _cancel_all(session: Session, symbol: str) -> None:
    await session.orders.cancel_all(symbol)
