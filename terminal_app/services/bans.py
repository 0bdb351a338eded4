"""A venue's ban of this address: known over restarts, and reviewed before trading goes on."""

from __future__ import annotations

import math

from terminal_app.observers import Observers
from terminal_app.services.notifications import Notifications, Severity
from terminal_app.services.order_ledger import OrderLedger
from terminal_app.venues.base import Venue

BAN = "ban"


class BanService:
    """Keep trading closed from a ban on until a person has reviewed it. Key told: ban."""

    def __init__(self, venue: Venue, ledger: OrderLedger, notifications: Notifications) -> None:
        self._venue = venue
        self._ledger = ledger
        self._notifications = notifications
        self.observers = Observers()
        self.needs_review = False
        venue.traffic.tell_bans(self._on_ban)

    @property
    def closed_because(self) -> str:
        """Return why a ban keeps new orders back now, or nothing."""
        left_s = self._venue.traffic.ban_left_s
        if left_s > 0:
            left = _length(left_s)
            return f"The exchange has banned this address for asking too often; {left} are left."
        if self.needs_review:
            text = "The exchange had banned this address for asking too often."
            return f"{text} No new orders until you have reviewed that."
        return ""

    async def restore(self) -> None:
        """Go on with a ban of an earlier run."""
        left_s, self.needs_review = await self._ledger.last_ban()
        self._venue.traffic.keep_ban(left_s)

    def review(self) -> None:
        """Take note that the person knows of the ban; orders are taken again when it is over."""
        if self.needs_review:
            self.needs_review = False
            self._ledger.ban_reviewed()
            self.observers.notify(BAN)

    def _on_ban(self, until_ms: int) -> None:
        self.needs_review = True
        left_s = self._venue.traffic.ban_left_s
        self._ledger.banned(until_ms, left_s)
        left = _length(left_s)
        self._notifications.tell(
            Severity.DANGER,
            f"The exchange has banned this address for {left} for asking too often. Nothing is"
            " asked meanwhile, not even cancels, and trading stays closed until you review it."
            " Close other programs that use the exchange from here.",
        )
        self.observers.notify(BAN)


def _length(seconds: float) -> str:
    if seconds < 120:
        return f"{max(math.ceil(seconds), 1)} s"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{math.ceil(minutes / 60)} h"
