"""Executions joined to round trips: from nothing held to nothing held again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from terminal_app.domain.account import PositionSide
from terminal_app.domain.instrument import ZERO, Market
from terminal_app.domain.market import Side
from terminal_app.domain.order import Fill

ValueOf = Callable[[str, str, int], Decimal | None]
"""Give what one unit of an asset was worth in another at a time, None where nobody knows."""


@dataclass(frozen=True, slots=True)
class Assets:
    """Hold what a symbol's prices and sizes are in, and the least size that can be traded."""

    base: str
    quote: str
    step: Decimal


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """Hold one trip; money is in the quote asset, sizes are in the base asset.

    ``profit`` is before fees and of what was closed so far. ``fees`` is None where a fee was paid
    in something whose worth is not known. ``key`` is that of its first execution.
    """

    key: str
    market: Market
    symbol: str
    side: Side
    position_side: PositionSide
    opened_ms: int
    closed_ms: int | None
    quantity: Decimal
    entry_price: Decimal
    exit_price: Decimal | None
    profit: Decimal
    fees: Decimal | None
    funding: Decimal
    fills: tuple[Fill, ...]
    risk: Decimal | None = None

    @property
    def is_closed(self) -> bool:
        """Say whether nothing of it is held any more."""
        return self.closed_ms is not None

    @property
    def net(self) -> Decimal | None:
        """Return the profit after fees and funding, None where a fee is not known."""
        return self.profit - self.fees + self.funding if self.fees is not None else None

    @property
    def return_percent(self) -> Decimal | None:
        """Return the net profit in percent of what the entry was worth."""
        worth = self.quantity * self.entry_price
        return self.net / worth * 100 if self.net is not None and worth else None

    @property
    def multiple_of_risk(self) -> Decimal | None:
        """Return R: the net profit in multiples of what was at risk to the first stop."""
        return self.net / self.risk if self.net is not None and self.risk else None

    @property
    def duration_ms(self) -> int | None:
        """Return how long it lasted, None while it goes on."""
        return self.closed_ms - self.opened_ms if self.closed_ms is not None else None


@dataclass
class _Open:
    """Add up a trip while it goes on."""

    first: Fill
    side: Side
    held: Decimal = ZERO
    cost: Decimal = ZERO
    entered: Decimal = ZERO
    entered_quote: Decimal = ZERO
    left: Decimal = ZERO
    left_quote: Decimal = ZERO
    profit: Decimal = ZERO
    fees: Decimal | None = ZERO
    paid_in_base: Decimal = ZERO
    fills: list[Fill] = field(default_factory=list)

    def pay(self, fee: Decimal | None) -> None:
        self.fees = self.fees + fee if self.fees is not None and fee is not None else None

    def enter(self, fill: Fill) -> None:
        self.held += fill.quantity
        self.cost += fill.price * fill.quantity
        self.entered += fill.quantity
        self.entered_quote += fill.price * fill.quantity
        self.fills.append(fill)

    def leave(self, fill: Fill) -> None:
        share = self.cost * fill.quantity / self.held
        quote = fill.price * fill.quantity
        self.profit += quote - share if self.side is Side.BUY else share - quote
        self.held -= fill.quantity
        self.cost -= share
        self.left += fill.quantity
        self.left_quote += quote
        self.fills.append(fill)

    def trip(self, *, is_closed: bool) -> RoundTrip:
        profit = self.profit
        if is_closed:
            # Of a whole trip the money that went in and out is the exact profit.
            profit = self.left_quote - self.entered_quote
            profit = (profit if self.side is Side.BUY else -profit) + self.paid_in_base
        return RoundTrip(
            key=trip_key(self.first),
            market=self.first.market,
            symbol=self.first.symbol,
            side=self.side,
            position_side=self.first.position_side,
            opened_ms=self.first.time_ms,
            closed_ms=self.fills[-1].time_ms if is_closed else None,
            quantity=self.entered,
            entry_price=self.entered_quote / self.entered,
            exit_price=self.left_quote / self.left if self.left else None,
            profit=profit,
            fees=self.fees,
            funding=ZERO,
            fills=tuple(self.fills),
        )


def trip_key(fill: Fill) -> str:
    """Return the key of the trip that an execution begins."""
    return f"{fill.symbol}:{fill.order_id}:{fill.trade_id}"


def round_trips(
    fills: Iterable[Fill], assets_of: Callable[[str], Assets | None], value_of: ValueOf
) -> list[RoundTrip]:
    """Return the trips of one market's executions, oldest first; those still open come along.

    On spot what is sold was bought before: a sale of what came from elsewhere begins no trip, and
    what is left after a fee in the base asset and below the least size counts as gone. A reversal
    is split in two. Executions in symbols that are no longer listed are left out.
    """
    lines: defaultdict[tuple[str, PositionSide], list[Fill]] = defaultdict(list)
    for fill in sorted(fills, key=lambda one: (one.time_ms, one.trade_id)):
        lines[fill.symbol, fill.position_side].append(fill)
    trips: list[RoundTrip] = []
    for (symbol, _), line in lines.items():
        assets = assets_of(symbol)
        if assets is not None:
            trips += _trips_of(line, assets, value_of)
    return sorted(trips, key=lambda trip: (trip.opened_ms, trip.key))


def with_funding(trip: RoundTrip, paid: Sequence[tuple[int, Decimal]]) -> RoundTrip:
    """Return a trip with the funding of its time; ``paid`` are times and signed amounts."""
    until_ms = trip.closed_ms
    amounts = (
        amount
        for time_ms, amount in paid
        if trip.opened_ms <= time_ms and (until_ms is None or time_ms <= until_ms)
    )
    return replace(trip, funding=sum(amounts, ZERO))


def with_stop(trip: RoundTrip, stop_price: Decimal | None) -> RoundTrip:
    """Return a trip with what was at risk to a stop; a stop beyond the entry risks nothing."""
    if stop_price is None:
        return trip
    distance = trip.entry_price - stop_price
    distance = distance if trip.side is Side.BUY else -distance
    return replace(trip, risk=distance * trip.quantity if distance > ZERO else None)


def _trips_of(line: Sequence[Fill], assets: Assets, value_of: ValueOf) -> list[RoundTrip]:
    done: list[RoundTrip] = []
    now: _Open | None = None
    for fill in line:
        rest: Fill | None = fill
        while rest is not None:
            if now is None:
                if rest.market is Market.SPOT and rest.side is Side.SELL:
                    break
                now = _Open(rest, rest.side)
            part, rest = _split(rest, now)
            (now.enter if part.side is now.side else now.leave)(part)
            _pay(now, part, assets, value_of)
            if part.side is not now.side and now.held < _gone_below(part, assets):
                done.append(now.trip(is_closed=True))
                now = None
                if part.market is Market.SPOT:
                    break
    if now is not None:
        done.append(now.trip(is_closed=False))
    return done


def _split(fill: Fill, now: _Open) -> tuple[Fill, Fill | None]:
    """Return what of an execution belongs to a trip, and what begins the next."""
    if fill.side is now.side or fill.quantity <= now.held:
        return fill, None
    commission = fill.commission * now.held / fill.quantity
    mine = replace(fill, quantity=now.held, commission=commission)
    rest = replace(
        fill, quantity=fill.quantity - now.held, commission=fill.commission - mine.commission
    )
    return mine, rest


def _pay(now: _Open, part: Fill, assets: Assets, value_of: ValueOf) -> None:
    asset, fee = part.commission_asset, part.commission
    if not fee or asset == assets.quote:
        now.pay(fee)
    elif asset == assets.base:
        now.pay(fee * part.price)
        if part.market is Market.SPOT and part.side is Side.BUY:
            # What was paid in it is not held: it is a fee, and no loss beside that.
            now.held -= fee
            now.cost -= fee * part.price
            now.paid_in_base += fee * part.price
    else:
        worth = value_of(asset, assets.quote, part.time_ms)
        now.pay(fee * worth if worth is not None else None)


def _gone_below(fill: Fill, assets: Assets) -> Decimal:
    return assets.step if fill.market is Market.SPOT else Decimal("1e-18")
