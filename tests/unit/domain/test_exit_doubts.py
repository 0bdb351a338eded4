"""What speaks against sending exits by themselves."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.exit_doubts import RECENT_S, ExitDoubt, ExitSight, find_doubt
from terminal_app.domain.exits import Exits
from terminal_app.domain.market import Side

D = Decimal
EXITS = Exits(take_profit=D(110), stop_loss=D(90))
SHORT = Exits(take_profit=D(90), stop_loss=D(110))
WELL = ExitSight(needed=D(1), held=D(1), price=D(100), age_s=3.0)


def test_nothing_speaks_against_exits_of_what_is_held_between_their_prices() -> None:
    assert find_doubt(Side.BUY, EXITS, WELL) is None
    assert find_doubt(Side.SELL, SHORT, WELL) is None
    # What is not known is left to the exchange, which refuses what would trigger at once.
    assert find_doubt(Side.BUY, EXITS, replace(WELL, held=None, price=None)) is None


@pytest.mark.parametrize(
    ("side", "exits", "price", "word"),
    [
        (Side.BUY, EXITS, D(90), "stop loss"),
        (Side.BUY, EXITS, D(110), "take profit"),
        (Side.SELL, SHORT, D(111), "stop loss"),
        (Side.SELL, SHORT, D("89.9"), "take profit"),
    ],
)
def test_a_price_that_has_passed_an_exit_leaves_it_to_the_person(
    side: Side, exits: Exits, price: Decimal, word: str
) -> None:
    doubt = find_doubt(side, exits, replace(WELL, price=price))
    assert doubt is not None
    assert word in doubt.reason
    assert not doubt.can_send
    assert not doubt.may_pass


def test_less_than_what_filled_may_be_news_on_its_way() -> None:
    part = find_doubt(Side.BUY, EXITS, replace(WELL, held=D("0.4")))
    assert part == ExitDoubt("0.4 of 1 is held", can_send=True, may_pass=True)
    none = find_doubt(Side.BUY, EXITS, replace(WELL, held=D(0)))
    assert none == ExitDoubt("nothing of 1 is held", can_send=False, may_pass=True)


@pytest.mark.parametrize(
    ("sight", "words"),
    [
        (replace(WELL, unknown=("t1-a",)), "nobody knows yet whether an order like it exists"),
        (replace(WELL, refused="Margin is insufficient."), "it was refused: Margin"),
        (replace(WELL, strangers=("sell 1 BTCUSDT at 105",)), "another order closes the same"),
        (replace(WELL, age_s=RECENT_S + 1), "the entry filled more than 10 min ago"),
    ],
)
def test_what_may_be_done_already_or_be_too_late_is_asked(sight: ExitSight, words: str) -> None:
    doubt = find_doubt(Side.BUY, EXITS, sight)
    assert doubt is not None
    assert words in doubt.reason
    assert doubt.can_send
    assert doubt.is_asked is bool(sight.unknown)
