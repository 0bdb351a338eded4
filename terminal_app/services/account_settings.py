"""Change leverage, margin mode, position mode and margin; read back what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal

from terminal_app.domain.account import AccountSnapshot, MarginMode, Position
from terminal_app.domain.instrument import ZERO, plain
from terminal_app.errors import InvalidOrder, NotConnected, VenueError, VenueRefused, VenueUnclear
from terminal_app.services.account import AccountService
from terminal_app.services.instruments import InstrumentService
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.services.order_ledger import OrderLedger
from terminal_app.services.order_store import OrderStore
from terminal_app.venues.account_settings import AccountSettings
from terminal_app.venues.base import Venue

# Where a symbol's brackets are not known yet.
MAX_LEVERAGE = 125
READ_BACK_SECONDS = (0.3, 1.0, 2.0, 4.0)

Holds = Callable[[AccountSnapshot], bool]


class AccountSettingsService:
    """Change settings of one market's account, one at a time.

    A change whose answer proves nothing is not sent again: the account is read until it shows
    whether it took effect. May raise ``InvalidOrder`` for what makes no sense, ``VenueError`` for
    what the venue refuses and ``VenueUnclear`` for what stays unknown.
    """

    def __init__(
        self,
        venue: Venue,
        ledger: OrderLedger,
        account: AccountService,
        orders: OrderStore,
        rules: InstrumentService,
        notifications: Notifications,
    ) -> None:
        self._venue = venue
        self._ledger = ledger
        self._account = account
        self._orders = orders
        self._rules = rules
        self._notifications = notifications
        self._changing = asyncio.Lock()

    async def set_leverage(self, symbol: str, leverage: int) -> None:
        """Set the leverage of a symbol."""
        brackets = self._rules.brackets.get(symbol, ())
        most = max((bracket.initial_leverage for bracket in brackets), default=MAX_LEVERAGE)
        if not 1 <= leverage <= most:
            nearest = str(min(max(leverage, 1), most))
            rule = f"it goes from 1 to {most}"
            raise InvalidOrder("Leverage", rule, str(leverage), nearest)

        def holds(snapshot: AccountSnapshot) -> bool:
            settings = snapshot.settings.get(symbol)
            return settings is not None and settings.leverage == leverage

        send = self._settings().set_leverage
        await self._change(f"leverage {symbol} {leverage}x", lambda: send(symbol, leverage), holds)

    async def set_margin_mode(self, symbol: str, mode: MarginMode) -> None:
        """Set whether a symbol's positions have margin of their own."""
        is_busy = any(order.symbol == symbol for order in self._orders.working())
        self._check_idle("Margin mode", mode, is_busy, bool(self._account.positions_in(symbol)))

        def holds(snapshot: AccountSnapshot) -> bool:
            settings = snapshot.settings.get(symbol)
            return settings is not None and settings.margin_mode is mode

        send = self._settings().set_margin_mode
        await self._change(f"margin mode {symbol} {mode}", lambda: send(symbol, mode), holds)

    async def set_hedge_mode(self, is_hedged: bool) -> None:
        """Hold long and short apart, or as one."""
        word = "hedge" if is_hedged else "one-way"
        is_busy = bool(self._orders.working())
        self._check_idle("Position mode", word, is_busy, bool(self._account.positions))
        send = self._settings().set_hedge_mode
        await self._change(
            f"position mode {word}",
            lambda: send(is_hedged),
            lambda snapshot: snapshot.is_hedged is is_hedged,
        )

    async def move_margin(self, key: str, amount: Decimal) -> None:
        """Add margin to the isolated position of a key, or with a negative amount take some out."""
        position = self._account.positions.get(key)
        if position is None or position.isolated_margin is None:
            raise InvalidOrder("Position", "only an isolated one has margin of its own", key)
        self._check_margin(position, amount)
        before = position.isolated_margin

        def holds(snapshot: AccountSnapshot) -> bool:
            # Margin of its own moves with nothing else but fees, funding and this.
            now = next((one for one in snapshot.positions if one.key == key), None)
            if now is None or now.isolated_margin is None:
                return False
            return abs(now.isolated_margin - before - amount) < abs(amount) / 2

        send = self._settings().move_margin
        await self._change(f"margin {key} {plain(amount)}", lambda: send(position, amount), holds)

    def _check_margin(self, position: Position, amount: Decimal) -> None:
        if amount == ZERO:
            raise InvalidOrder("Margin", "it must be more or less than 0", "0")
        available = self._account.available(position.margin_asset)
        if amount > ZERO and available is not None and amount > available:
            rule = f"so much {position.margin_asset} is not available"
            raise InvalidOrder("Margin", rule, plain(amount), plain(available))

    def _check_idle(self, field: str, value: str, has_orders: bool, has_positions: bool) -> None:
        # Source: Binance USDⓈ-M, error codes -4047, -4048, -4067, -4068.
        if has_orders:
            raise InvalidOrder(field, "it cannot change while there are open orders", value)
        if has_positions:
            raise InvalidOrder(field, "it cannot change while there is a position", value)

    def _settings(self) -> AccountSettings:
        if self._venue.settings is None:
            raise NotConnected("This account has no such settings, or no API key.")
        return self._venue.settings

    async def _change(self, words: str, send: Callable[[], Awaitable[None]], holds: Holds) -> None:
        async with self._changing:
            await self._ledger.setting_intent(words)
            try:
                await send()
            except VenueRefused:
                # What holds already is refused, too: that is what was wanted.
                if not await self._holds(holds):
                    self._ledger.setting_outcome(words, "refused")
                    raise
            except VenueUnclear:
                await self._read_until_it_holds(words, holds)
            self._ledger.setting_outcome(words, "in effect")
            await self._show()

    async def _show(self) -> None:
        try:
            await self._account.refresh()
        except VenueError:
            # It is in effect; what is shown follows with the next comparison.
            self._account.ask_soon()

    async def _read_until_it_holds(self, words: str, holds: Holds) -> None:
        text = f"Nobody knows yet whether this took effect: {words}. It is being read back."
        self._notifications.tell(Severity.WARNING, text)
        for delay_s in READ_BACK_SECONDS:
            await asyncio.sleep(delay_s)
            if await self._holds(holds):
                return
        self._ledger.setting_outcome(words, "not in effect")
        raise VenueUnclear(f"Not in effect at the exchange so far: {words}.")

    async def _holds(self, holds: Holds) -> bool:
        execution = self._venue.execution
        if execution is None:
            return False
        changes = self._account.changes
        try:
            snapshot = await execution.account()
        except VenueError:
            return False
        self._account.load(snapshot, changes)
        return holds(snapshot)
