"""Check what a press on the ladder comes to: an order only where nothing speaks against it."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt

from terminal_app.domain.market import Side
from terminal_app.domain.order_request import OrderType, TimeInForce
from terminal_app.gui.ladder.hands import (
    BOTH_KEYS,
    HELD,
    LOCKED,
    MOVED,
    NO_SIZE,
    NO_STOPS,
    STALE,
    UNSAID,
    Cancel,
    Fill,
    Grab,
    HandRules,
    Refusal,
    Send,
    Spot,
    Wish,
    judge,
    meanings_at,
)
from terminal_app.gui.ladder.meaning import Meaning, MouseScheme, Zone
from terminal_app.gui.ladder.rows import OwnOrder
from terminal_app.gui.ladder.stillness import SETTLE_SECONDS, RowStillness

D = Decimal
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NO_KEYS, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
PRICE, SIZE = D("1000.1"), D("0.05")
ALL_TYPES = frozenset({OrderType.LIMIT, OrderType.MARKET, OrderType.STOP_MARKET})


@dataclass
class Hand:
    """Press on a row that has stood still for a while, with everything allowed."""

    now_s: float = 100.0
    stillness: RowStillness = field(default_factory=RowStillness)
    rules: HandRules = field(init=False)

    def __post_init__(self) -> None:
        """Let the row stand still for a second."""
        self.rules = HandRules(
            lambda: self.now_s, is_unlocked=True, is_fresh=True, size=SIZE, types=ALL_TYPES
        )
        self.shows("as it was")
        self.now_s += 1

    def shows(self, row: Hashable) -> None:
        """Let the row be this from now on."""
        self.stillness.note([row], self.now_s)

    def press(
        self,
        zone: Zone = Zone.BUYS,
        button: Qt.MouseButton = LEFT,
        keys: Qt.KeyboardModifier = NO_KEYS,
        *,
        own: tuple[OwnOrder, ...] = (),
        on_cross: bool = False,
        is_said: bool = True,
    ) -> Wish | None:
        """Press where the label has said what the press means."""
        said = meanings_at(self.rules, PRICE, zone, keys)
        self.rules.said = tuple(said.values()) if is_said else ()
        spot = Spot(0, 10_001, zone, own, bool(own), on_cross)
        return judge(spot, PRICE, button, keys, self.rules, self.stillness)


def own(*, can_move: bool = True) -> tuple[OwnOrder, ...]:
    """Return an own order that rests."""
    return (OwnOrder("key", Side.BUY, PRICE, SIZE, "", can_move, False, False),)


@pytest.mark.parametrize(
    ("scheme", "zone", "button", "side"),
    [
        (MouseScheme.COLUMNS, Zone.BUYS, LEFT, Side.BUY),
        (MouseScheme.COLUMNS, Zone.SELLS, LEFT, Side.SELL),
        (MouseScheme.BUTTONS, Zone.SELLS, LEFT, Side.BUY),
        (MouseScheme.BUTTONS, Zone.BUYS, RIGHT, Side.SELL),
        (MouseScheme.BUTTONS, Zone.PRICE, LEFT, Side.BUY),
    ],
)
def test_a_click_is_a_limit_order_of_the_side_its_scheme_says(
    scheme: MouseScheme, zone: Zone, button: Qt.MouseButton, side: Side
) -> None:
    hand = Hand()
    hand.rules.scheme = scheme
    assert hand.press(zone, button) == Send(Meaning(side, OrderType.LIMIT, SIZE, PRICE))


@pytest.mark.parametrize(
    ("zone", "button"), [(Zone.BUYS, RIGHT), (Zone.SELLS, RIGHT), (Zone.PRICE, RIGHT)]
)
def test_with_columns_the_right_button_sends_nothing(zone: Zone, button: Qt.MouseButton) -> None:
    assert Hand().press(zone, button) is None


def test_with_columns_the_price_goes_into_the_ticket() -> None:
    assert Hand().press(Zone.PRICE) == Fill(PRICE)


def test_shift_makes_a_stop_and_ctrl_a_market_order() -> None:
    assert Hand().press(keys=SHIFT) == Send(Meaning(Side.BUY, OrderType.STOP_MARKET, SIZE, PRICE))
    assert Hand().press(keys=CTRL) == Send(Meaning(Side.BUY, OrderType.MARKET, SIZE, None))
    assert Hand().press(keys=CTRL | SHIFT) == Refusal(BOTH_KEYS)


def test_limits_may_be_made_to_rest_only_and_nothing_else_is() -> None:
    hand = Hand()
    hand.rules.only_rests = True
    resting = hand.press()
    assert resting == Send(Meaning(Side.BUY, OrderType.LIMIT, SIZE, PRICE, only_rests=True))
    assert isinstance(resting, Send)
    assert resting.meaning.draft().time_in_force is TimeInForce.POST_ONLY
    assert "post only" in resting.meaning.words("BTCUSDT", 1)
    assert hand.press(keys=CTRL) == Send(Meaning(Side.BUY, OrderType.MARKET, SIZE, None))


def test_locked_a_click_sends_nothing_and_says_so() -> None:
    hand = Hand()
    hand.rules.is_unlocked = False
    assert hand.press() == Fill(PRICE, LOCKED)


def test_old_prices_refuse() -> None:
    hand = Hand()
    hand.rules.is_fresh = False
    assert hand.press() == Refusal(STALE)


def test_a_row_that_changed_a_moment_ago_refuses_until_a_hand_can_have_seen_it() -> None:
    hand = Hand()
    hand.shows("something else")
    assert hand.press() == Refusal(MOVED)
    hand.now_s += SETTLE_SECONDS - 0.001
    assert hand.press() == Refusal(MOVED)
    hand.now_s += 0.002
    assert isinstance(hand.press(), Send)


def test_what_was_not_said_at_the_pointer_is_not_sent() -> None:
    assert Hand().press(is_said=False) == Refusal(UNSAID)


def test_another_size_than_the_one_that_was_said_is_not_sent() -> None:
    hand = Hand()
    said = Meaning(Side.BUY, OrderType.LIMIT, SIZE * 2, PRICE)
    hand.rules.said = (said,)
    spot = Spot(0, 10_001, Zone.BUYS, (), False, False)
    assert judge(spot, PRICE, LEFT, NO_KEYS, hand.rules, hand.stillness) == Refusal(UNSAID)


def test_a_market_without_stops_and_a_hand_without_size_refuse() -> None:
    hand = Hand()
    hand.rules.types = frozenset({OrderType.LIMIT})
    assert hand.press(keys=SHIFT) == Refusal(NO_STOPS)
    hand.rules.size = None
    assert hand.press() == Refusal(NO_SIZE)


@pytest.mark.parametrize("scheme", list(MouseScheme))
@pytest.mark.parametrize(("button", "on_cross"), [(RIGHT, False), (LEFT, True)])
def test_an_own_order_is_cancelled_even_when_locked_or_old(
    scheme: MouseScheme, button: Qt.MouseButton, on_cross: bool
) -> None:
    hand = Hand()
    hand.rules.scheme = scheme
    hand.rules.is_unlocked = hand.rules.is_fresh = False
    assert hand.press(button=button, own=own(), on_cross=on_cross) == Cancel(("key",))


def test_an_order_that_came_under_the_pointer_a_moment_ago_is_not_cancelled() -> None:
    hand = Hand()
    hand.shows("an order")
    assert hand.press(button=RIGHT, own=own()) == Refusal(MOVED)


def test_an_own_order_is_taken_by_the_hand_where_it_may_move() -> None:
    hand = Hand()
    assert hand.press(own=own()) == Grab(10_001, own())
    assert hand.press(own=own(can_move=False)) == Refusal(HELD)
    hand.rules.is_unlocked = False
    assert hand.press(own=own()) == Refusal(LOCKED)
