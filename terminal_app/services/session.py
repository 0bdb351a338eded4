"""One market of one environment: its venue and everything the program does with it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from terminal_app.domain.account import PositionSide
from terminal_app.domain.instrument import Instrument, Market, plain
from terminal_app.domain.instrument_changes import InstrumentChange
from terminal_app.domain.margin import max_notional
from terminal_app.domain.market import Interval
from terminal_app.domain.order import OrderUpdate
from terminal_app.domain.order_book import OrderBook
from terminal_app.domain.order_checks import MarketNow
from terminal_app.errors import StorageError
from terminal_app.observers import Observers
from terminal_app.services.account import AccountService
from terminal_app.services.account_settings import AccountSettingsService
from terminal_app.services.candle_lines import CandleLines
from terminal_app.services.clock import venue_now_ms
from terminal_app.services.connection import ACCOUNT, MARKET, ConnectionService
from terminal_app.services.dry_run import DryRun
from terminal_app.services.exits import ExitService
from terminal_app.services.fees import FeeService
from terminal_app.services.funding import FundingService
from terminal_app.services.health import HealthService
from terminal_app.services.instruments import InstrumentService
from terminal_app.services.journal import JournalService
from terminal_app.services.market_lines import MarketLines
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.services.order_entry import Means, OrderEntry
from terminal_app.services.order_ids import ClientOrderIds
from terminal_app.services.order_ledger import OrderLedger
from terminal_app.services.order_store import FORGOTTEN, REFUSED
from terminal_app.services.order_trail import OrderTrail
from terminal_app.services.orders import OrderService
from terminal_app.services.overview import OverviewService
from terminal_app.services.past import PastService
from terminal_app.services.policies import PolicyService
from terminal_app.services.prices import PriceService
from terminal_app.services.reconciliation import USUAL_PACE, Pace, Reconciliation
from terminal_app.services.records import RecordService
from terminal_app.services.safety.safety import Safety
from terminal_app.services.streams import StreamService
from terminal_app.storage.ledger import Body, Ledger
from terminal_app.storage.past_files import PastFiles
from terminal_app.tasks import FailureHandler, TaskScope
from terminal_app.venues.account_events import (
    AccountEvent,
    AccountStreamReady,
    BalancesChanged,
    MarginCalled,
    MoneyMoved,
    PositionChanged,
    SettingsChanged,
)
from terminal_app.venues.base import (
    ConnectionChanged,
    ConnectionState,
    Feed,
    FeedKind,
    Venue,
)

INSTRUMENTS = "instruments"


class Session:
    """Hold a venue open and keep orders, account and market data equal to it.

    Key told: instruments.
    """

    def __init__(
        self,
        venue: Venue,
        ledger: Ledger,
        past: PastFiles,
        ids: ClientOrderIds,
        notifications: Notifications,
        on_failure: FailureHandler,
        pace: Pace = USUAL_PACE,
    ) -> None:
        tasks = self._tasks = TaskScope(_name(venue), on_failure)
        self._notifications = notifications
        self.venue = venue
        self.observers = Observers()
        self.rules = InstrumentService(venue, self._on_rules)
        self.connection = ConnectionService()
        self.streams = StreamService(venue, self.connection, notifications)
        self.prices = PriceService(venue, self.connection)
        self.past = PastService(venue, past, self._tasks)
        self.candle_lines = CandleLines(venue, self.past.candles, self._tasks)
        self.candles = self.candle_lines.open()
        self.account = AccountService(venue, self._tasks, notifications)
        self.overview = OverviewService(venue, self._tasks)
        order_ledger = OrderLedger(ledger, venue)
        self.orders = OrderService(venue, order_ledger, ids, tasks, notifications, pace.patience)
        self.orders.gate.is_in_touch = lambda: self.connection.link(ACCOUNT).is_live
        store = self.orders.store
        self.markets = MarketLines(venue, self.connection, store, self._tasks, self._on_looked_at)
        self.market_data = self.markets.main.data
        self.reconciliation = Reconciliation(
            venue,
            order_ledger,
            self.orders,
            self.account,
            notifications,
            self.orders.gate.is_in_touch,
            pace,
        )
        self.account_settings = AccountSettingsService(
            venue, order_ledger, self.account, self.orders.store, self.rules, notifications
        )
        self._look_back(past, order_ledger)
        self.dry_run = DryRun(self.orders, order_ledger, ids, notifications)
        self.safety = Safety(self, order_ledger, notifications)
        self.fees = FeeService(venue, self._tasks)
        self.policies = PolicyService(self, order_ledger, notifications, on_failure)
        self.exits = ExitService(self, order_ledger, notifications, on_failure)
        self.health = HealthService(
            venue, self.connection, self.market_data, self.orders, self.reconciliation
        )

    def _look_back(self, files: PastFiles, ledger: OrderLedger) -> None:
        """Make what tells of orders and of the past."""
        self.trail = OrderTrail(ledger)
        store, account_past = self.orders.store, self.past.account
        self.records = RecordService(self.past, store, self._tasks)
        self.funding = FundingService(account_past, self.account, store)
        self.funding.observers.add(lambda _: self.records.read())
        self.journal = JournalService(
            self.venue, store, self.rules, account_past, self.funding, files.journal
        )

    @property
    def market(self) -> Market:
        """Return the market it is about."""
        return self.venue.capabilities.market

    @property
    def instruments(self) -> dict[str, Instrument]:
        """Return what can be traded, by symbol."""
        return self.rules.instruments

    @property
    def is_fresh(self) -> bool:
        """Say whether the book that is shown is the market of this moment."""
        return self.markets.is_whole(self.market_data)

    def means(self, instrument: Instrument) -> Means:
        """Return what an order in an instrument can be paid with."""
        account, symbol = self.account, instrument.symbol
        settings = account.settings(symbol) if instrument.contract else None
        is_hedged, fees = bool(account.is_hedged), self.fees.terms(symbol)
        # A discount is given where some of what it is paid with is free.
        pays_less = fees is not None and bool(fees.discount_asset)
        pays_less = pays_less and bool(account.available(fees.discount_asset if fees else ""))
        main_side = PositionSide.LONG if is_hedged else PositionSide.BOTH
        return Means(
            quote_available=account.available(instrument.quote_asset),
            base_available=account.available(instrument.base_asset),
            position_amount=account.held(symbol, main_side),
            leverage=settings.leverage if settings is not None else None,
            maker_rate=fees.maker_rate if fees is not None else account.maker_rate,
            taker_rate=fees.taker_rate if fees is not None else account.taker_rate,
            short_amount=account.held(symbol, PositionSide.SHORT),
            is_hedged=is_hedged,
            discounted=fees if pays_less else None,
        )

    def entry(self, instrument: Instrument) -> OrderEntry:
        """Return what checks and sizes orders of an instrument as things stand now."""
        now, data = self.market_now(instrument), self.markets.find(instrument.symbol)
        book = data.book if data is not None else OrderBook()
        return OrderEntry(instrument, book, self.means(instrument), now)

    def seen(self, symbol: str = "") -> Body:
        """Return what a person sees of a symbol at this moment, of the one shown if none is named.

        The ledger keeps it.
        """
        data = self.markets.find(symbol) if symbol else self.market_data
        book = data.book if data is not None else OrderBook()
        mark = data.mark if data is not None else None
        bid, ask = book.bids.best(), book.asks.best()
        return {
            "bid": plain(bid.price) if bid is not None else None,
            "ask": plain(ask.price) if ask is not None else None,
            "mark": plain(mark.mark_price) if mark is not None else None,
            "book_ms": book.time_ms,
            "is_fresh": data is not None and self.markets.is_whole(data),
        }

    async def open(self) -> None:
        """Show what the ledger left open, then connect in the background."""
        await self.orders.restore()
        await self.reconciliation.restore()
        await self.policies.restore()
        await self.exits.restore()
        await self.safety.loss.restore()
        await self.venue.open(self._on_connection, self._on_account)
        self._tasks.spawn(self.rules.run(), "instruments")
        self.orders.store.observers.add(self._on_orders)
        if self.venue.capabilities.tells_rules:
            self.venue.market_data.subscribe(
                Feed(FeedKind.RULES, ""), lambda _: self.rules.ask_soon()
            )
        self._tasks.spawn(self.health.run(), "health")
        self._tasks.spawn(self.streams.run(), "streams")
        self.records.read()
        if self.venue.execution is not None:
            self._tasks.spawn(self.funding.run(), "funding")
            self.account.start()
            self.safety.start(self._tasks)
            self._tasks.spawn(self.reconciliation.run(), "compare")
            self._tasks.spawn(self.journal.run(), "journal")

    async def close(self) -> None:
        """End everything in reverse order of opening."""
        self.safety.dead_man.close()
        await self.policies.close()
        await self.exits.close()
        self.markets.leave()
        self.candle_lines.leave()
        self.overview.close()
        self.prices.close()
        self.account.close()
        await self._tasks.close()
        await self.venue.close()

    def select(self, symbol: str, interval: Interval) -> None:
        """Follow a symbol; every part forgets the one before."""
        self.market_data.select(self.instruments[symbol])
        self.candles.select(symbol, interval)
        self._on_looked_at(symbol)

    def _on_looked_at(self, symbol: str) -> None:
        self.fees.want(symbol)
        if self.orders.gate.is_reconciled:
            self._tasks.spawn(self.reconciliation.try_history(symbol), "history")
            self.account.ask_soon()

    def leave(self) -> None:
        """Follow no symbol; orders and account stay watched."""
        self.market_data.leave()
        self.candles.leave()

    def market_now(self, instrument: Instrument) -> MarketNow:
        """Return what orders of a symbol are checked against at this moment."""
        account, symbol = self.account, instrument.symbol
        data = self.markets.find(symbol)
        book = data.book if data is not None else OrderBook()
        last, mark = (data.last_trade, data.mark) if data is not None else (None, None)
        bid, ask = book.bids.best(), book.asks.best()
        working = [order for order in self.orders.store.working() if order.symbol == symbol]
        brackets, settings = self.rules.brackets.get(symbol, ()), account.settings(symbol)
        # In hedge mode either side has a limit of its own: that is left to the venue.
        most = None
        if brackets and settings is not None and not account.is_hedged:
            most = max_notional(settings.leverage, brackets)
        return MarketNow(
            bid=bid.price if bid is not None else None,
            ask=ask.price if ask is not None else None,
            last=last.price if last is not None else None,
            mark=mark.mark_price if mark is not None else None,
            open_orders=sum(not order.is_conditional for order in working),
            waiting_orders=sum(order.type.has_trigger for order in working),
            order_lists=len({order.order_list_id for order in working} - {None}),
            held=account.held(symbol),
            most_notional=most,
            now_ms=venue_now_ms(self.venue),
        )

    def _on_rules(self, changes: Sequence[InstrumentChange]) -> None:
        watched = {order.symbol for order in self.orders.store.working()}
        if self.market_data.instrument is not None:
            watched.add(self.market_data.instrument.symbol)
        watched |= {position.symbol for position in self.account.positions.values()}
        for change in changes:
            if change.symbol in watched:
                severity = Severity.DANGER if change.closes_entry else Severity.WARNING
                self._notifications.tell(severity, change.sentence)
        self.observers.notify(INSTRUMENTS)

    def _on_orders(self, key: Hashable) -> None:
        if key == REFUSED:
            # Rules may have changed since they were read, and settings: of some no event tells.
            self.rules.ask_soon()
            self.account.ask_soon()
        elif key == FORGOTTEN:
            self._tasks.spawn(self.forget_past(), "forget the past")

    async def forget_past(self) -> None:
        """Forget what the account did before it began anew."""
        self.records.forget()
        try:
            await self.past.account.start_anew()
            await self.journal.forget()
        except StorageError as error:
            self._notifications.tell(Severity.WARNING, str(error))

    def _on_connection(self, change: ConnectionChanged) -> None:
        was_live = self.connection.link(change.name).is_live
        self.connection.apply(change)
        self.health.check()
        is_live = change.state is ConnectionState.LIVE
        if change.name == ACCOUNT and not is_live:
            self.reconciliation.lose_touch()
        if change.name == MARKET and not is_live:
            self.markets.lose_touch()
        if change.name == MARKET and is_live and not was_live:
            self.markets.reload()
            self.candle_lines.reload()
            self.overview.reload()
            # A venue that was away may come back with other rules.
            self.rules.ask_soon()

    def _on_account(self, event: AccountEvent) -> None:
        match event:
            case OrderUpdate():
                self.orders.store.apply(event)
                # Futures tell no balance when an order takes or frees margin.
                self.account.ask_soon()
            case BalancesChanged():
                self.account.on_balances(event)
            case PositionChanged():
                self.account.on_position(event)
            case SettingsChanged():
                self.account.ask_soon()
            case MoneyMoved():
                text = f"{event.reason}: {plain(event.amount)} {event.asset}."
                self._notifications.tell(Severity.INFO, text)
                self.account.ask_soon()
                self.funding.ask_soon()
                self.safety.loss.ask_soon()
            case MarginCalled():
                names = ", ".join(event.symbols)
                self._notifications.tell(Severity.DANGER, f"Margin call: {names}.")
                self.account.ask_soon()
            # One that becomes ready while all of it is closed has nobody to be compared for.
            case AccountStreamReady() if not self._tasks.closed:
                self._tasks.spawn(self.reconciliation.restore_touch(self.market_data), "resync")


def _name(venue: Venue) -> str:
    return f"{venue.environment.name}/{venue.capabilities.market}"
