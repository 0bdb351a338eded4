"""What closed round trips add up to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal

from terminal_app.domain.instrument import ZERO
from terminal_app.domain.round_trips import RoundTrip

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class TripStatistics:
    """Hold figures of trips whose result is known; those that need some are None without any.

    ``unknown`` counts closed trips with a fee of unknown worth: they are in no figure.
    """

    count: int
    unknown: int
    wins: int
    net: Decimal
    fees: Decimal
    funding: Decimal
    average_win: Decimal | None
    average_loss: Decimal | None
    profit_factor: Decimal | None
    expectancy: Decimal | None
    average_risk_multiple: Decimal | None
    most_drawdown: Decimal

    @property
    def win_percent(self) -> Decimal | None:
        """Return how many of a hundred won."""
        return Decimal(self.wins) / self.count * 100 if self.count else None


@dataclass(frozen=True, slots=True)
class Group:
    """Hold what the trips of one hour, symbol, side or weekday add up to."""

    name: str
    count: int
    wins: int
    net: Decimal


def statistics(trips: Iterable[RoundTrip]) -> TripStatistics:
    """Return the figures of closed trips, in the order they were closed."""
    closed = [trip for trip in trips if trip.is_closed]
    known = closed_in_order(closed)
    results = [trip.net or ZERO for trip in known]
    wins = [net for net in results if net > ZERO]
    losses = [net for net in results if net <= ZERO]
    lost = -sum(losses, ZERO)
    multiples = [one.multiple_of_risk for one in known if one.multiple_of_risk is not None]
    return TripStatistics(
        count=len(known),
        unknown=len(closed) - len(known),
        wins=len(wins),
        net=sum(results, ZERO),
        fees=sum((trip.fees or ZERO for trip in known), ZERO),
        funding=sum((trip.funding for trip in known), ZERO),
        average_win=_average(wins),
        average_loss=_average(losses),
        profit_factor=sum(wins, ZERO) / lost if lost else None,
        expectancy=_average(results),
        average_risk_multiple=_average(multiples),
        most_drawdown=most_drawdown([total for _, total in equity_curve(known)]),
    )


def closed_in_order(trips: Iterable[RoundTrip]) -> list[RoundTrip]:
    """Return the closed trips whose result is known, in the order they were closed."""
    known = [trip for trip in trips if trip.is_closed and trip.net is not None]
    return sorted(known, key=lambda trip: (trip.closed_ms or 0, trip.key))


def equity_curve(trips: Iterable[RoundTrip]) -> list[tuple[int, Decimal]]:
    """Return the times at which trips were closed, and the net result until then."""
    total, points = ZERO, []
    for trip in closed_in_order(trips):
        total += trip.net or ZERO
        points.append((trip.closed_ms or 0, total))
    return points


def most_drawdown(totals: Sequence[Decimal]) -> Decimal:
    """Return the deepest fall from a high, the beginning at 0 among them; never negative."""
    high, deepest = ZERO, ZERO
    for total in totals:
        high = max(high, total)
        deepest = max(deepest, high - total)
    return deepest


def by_hour(trips: Iterable[RoundTrip], zone: tzinfo = UTC) -> list[Group]:
    """Return the trips by the hour of the day in which they were opened, those with any."""
    return _groups(trips, lambda trip: f"{_opened(trip, zone):%H}:00")


def by_weekday(trips: Iterable[RoundTrip], zone: tzinfo = UTC) -> list[Group]:
    """Return the trips by the weekday on which they were opened, from Monday on."""
    found = _groups(trips, lambda trip: WEEKDAYS[_opened(trip, zone).weekday()])
    return sorted(found, key=lambda group: WEEKDAYS.index(group.name))


def by_symbol(trips: Iterable[RoundTrip]) -> list[Group]:
    """Return the trips by symbol."""
    return _groups(trips, lambda trip: trip.symbol)


def by_side(trips: Iterable[RoundTrip]) -> list[Group]:
    """Return the trips by the side that opened them."""
    return _groups(trips, lambda trip: "Long" if trip.side == "BUY" else "Short")


def _opened(trip: RoundTrip, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(trip.opened_ms / 1000, zone)


def _groups(trips: Iterable[RoundTrip], name_of: Callable[[RoundTrip], str]) -> list[Group]:
    found: dict[str, list[Decimal]] = {}
    for trip in closed_in_order(trips):
        found.setdefault(name_of(trip), []).append(trip.net or ZERO)
    return [
        Group(name, len(results), sum(net > ZERO for net in results), sum(results, ZERO))
        for name, results in sorted(found.items())
    ]


def _average(values: Sequence[Decimal]) -> Decimal | None:
    return sum(values, ZERO) / len(values) if values else None
