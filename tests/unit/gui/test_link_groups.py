"""Panels of one colour show one symbol and one moment; the others go their own way."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject
from PySide6.QtTest import QSignalSpy

from terminal_app.domain.instrument import Market
from terminal_app.gui.link_groups import (
    Link,
    LinkedSpot,
    LinkedSymbol,
    LinkGroup,
    LinkGroups,
    LinkKind,
    restore_link,
)

BTC, ETH = LinkedSymbol(Market.SPOT, "BTCUSDT"), LinkedSymbol(Market.USDM, "ETHUSDT")
SPOT = LinkedSpot(1_000, None, BTC)


@pytest.fixture
def groups(qapp: QObject) -> LinkGroups:
    """Make groups that nobody has joined."""
    return LinkGroups(qapp)


def joined(groups: LinkGroups, group: LinkGroup) -> Link:
    """Return the link of a panel in a group."""
    link = groups.link(groups)
    link.join(group)
    return link


def test_a_group_hears_and_others_do_not(groups: LinkGroups) -> None:
    teller, same = joined(groups, LinkGroup.BLUE), joined(groups, LinkGroup.BLUE)
    other, alone = joined(groups, LinkGroup.ORANGE), joined(groups, LinkGroup.NONE)
    heard = {link: QSignalSpy(link.symbol_came) for link in (teller, same, other, alone)}
    teller.tell(LinkKind.SYMBOL, ETH)
    assert heard[same].at(0) == [ETH]
    assert [heard[link].count() for link in (teller, same, other, alone)] == [0, 1, 0, 0]
    alone.tell(LinkKind.SYMBOL, BTC)
    assert [heard[link].count() for link in (teller, same, other)] == [0, 1, 0]


def test_what_came_round_goes_round_no_second_time(groups: LinkGroups) -> None:
    teller, echo = joined(groups, LinkGroup.BLUE), joined(groups, LinkGroup.BLUE)
    echo.symbol_came.connect(lambda shown: echo.tell(LinkKind.SYMBOL, shown))
    heard = QSignalSpy(teller.symbol_came)
    teller.tell(LinkKind.SYMBOL, ETH)
    assert heard.count() == 0


def test_who_joins_takes_over_what_the_group_shows(groups: LinkGroups) -> None:
    joined(groups, LinkGroup.GREEN).tell(LinkKind.SYMBOL, ETH)
    newcomer = groups.link(groups)
    heard = QSignalSpy(newcomer.symbol_came)
    newcomer.join(LinkGroup.BLUE)
    assert heard.count() == 0
    newcomer.join(LinkGroup.GREEN)
    assert heard.at(0) == [ETH]


def test_only_what_both_share_is_told(groups: LinkGroups) -> None:
    teller, hearer = joined(groups, LinkGroup.BLUE), joined(groups, LinkGroup.BLUE)
    intervals, spots = QSignalSpy(hearer.interval_came), QSignalSpy(hearer.spot_came)
    teller.tell(LinkKind.INTERVAL, "5m")
    teller.tell(LinkKind.CROSSHAIR, SPOT)
    assert (intervals.count(), spots.count()) == (0, 1)
    hearer.join(LinkGroup.BLUE, [LinkKind.INTERVAL])
    teller.join(LinkGroup.BLUE, list(LinkKind))
    before = spots.count()
    teller.tell(LinkKind.INTERVAL, "5m")
    teller.tell(LinkKind.CROSSHAIR, SPOT)
    assert intervals.at(0) == ["5m"]
    assert spots.count() == before


def test_who_leaves_takes_the_crosshair_away_and_hears_no_more(groups: LinkGroups) -> None:
    teller, stays = joined(groups, LinkGroup.BLUE), joined(groups, LinkGroup.BLUE)
    gone, spots = QSignalSpy(teller.symbol_came), QSignalSpy(stays.spot_came)
    teller.tell(LinkKind.CROSSHAIR, SPOT)
    teller.leave()
    assert [spots.at(number) for number in range(spots.count())] == [[SPOT], [None]]
    stays.tell(LinkKind.SYMBOL, ETH)
    assert gone.count() == 0


def test_words_of_another_version_are_left_out(groups: LinkGroups) -> None:
    link = groups.link(groups)
    restore_link(link, "mauve", ["symbol", "zoom"])
    assert (link.group, link.kinds) == (LinkGroup.NONE, frozenset({LinkKind.SYMBOL}))
    restore_link(link, "purple", ["crosshair"])
    assert (link.group, link.kinds) == (LinkGroup.PURPLE, frozenset({LinkKind.CROSSHAIR}))
