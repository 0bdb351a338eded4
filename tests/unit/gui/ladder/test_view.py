"""Press, drag and look at the painted ladder."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from terminal_app.domain.market import Side
from terminal_app.domain.order_request import OrderType
from terminal_app.gui.format import UNKNOWN
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.ladder.hands import GONE, LOCKED, MOVED, spot_at
from terminal_app.gui.ladder.meaning import Meaning, MouseScheme, Zone
from terminal_app.gui.ladder.panel import LadderPanel
from terminal_app.gui.ladder.stillness import OwnPlaces
from terminal_app.gui.ladder.view import LadderView
from terminal_app.gui.theme import DARK
from terminal_app.gui.widgets.view_state import ViewState
from tests.helpers.account_values import LONG
from tests.helpers.ladder_bench import SIZE, Bench, texts
from tests.helpers.market_values import book, instrument

D = Decimal
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


def has_colour(image: QImage, rect_top: int, rect_bottom: int, colour: str) -> bool:
    """Tell whether a band of the picture has a colour."""
    wanted = QColor(colour).rgb()
    return any(
        image.pixel(x, y) == wanted
        for y in range(rect_top, rect_bottom)
        for x in range(image.width())
    )


@pytest.mark.parametrize("scheme", list(MouseScheme))
def test_who_goes_for_an_order_that_just_ended_sends_none(
    bench: Bench, scheme: MouseScheme
) -> None:
    bench.view.rules.scheme = scheme
    bench.show_own("999.5")
    at = bench.chip("999.5").center()
    bench.hover(at)
    bench.show_own()
    wanted = QSignalSpy(bench.view.order_wanted)
    bench.now_s -= 0.4
    for button in (LEFT, RIGHT):
        QTest.mouseClick(bench.view, button, NO_KEYS, at)
        assert bench.view.words.notice == GONE
    assert wanted.count() == 0
    bench.now_s += 0.6
    bench.hover(at)
    QTest.mouseClick(bench.view, LEFT, NO_KEYS, at)
    assert wanted.count() == 1


def test_a_click_wants_the_order_that_the_label_said(bench: Bench) -> None:
    wanted = QSignalSpy(bench.view.order_wanted)
    bench.press("999.5", Zone.BUYS)
    bench.press("1000.6", Zone.SELLS)
    assert [wanted.at(at)[0] for at in range(wanted.count())] == [
        Meaning(Side.BUY, OrderType.LIMIT, SIZE, D("999.5")),
        Meaning(Side.SELL, OrderType.LIMIT, SIZE, D("1000.6")),
    ]


def test_a_double_click_is_one_order(bench: Bench) -> None:
    wanted = QSignalSpy(bench.view.order_wanted)
    place = bench.place("999.5", Zone.BUYS)
    bench.hover(place)
    # As Qt tells a double click: a press like any other, then its second half.
    QTest.mouseClick(bench.view, LEFT, NO_KEYS, place)
    QTest.mouseDClick(bench.view, LEFT, NO_KEYS, place)
    assert wanted.count() == 1


def test_prices_stand_in_the_middle_with_bids_left_and_asks_right_and_own_orders_beside_them(
    bench: Bench,
) -> None:
    at = {zone: bench.view.layout_now.cell(3, zone) for zone in Zone}
    assert at[Zone.BUYS].right() < at[Zone.PRICE].left() <= at[Zone.PRICE].right()
    assert at[Zone.PRICE].right() < at[Zone.SELLS].left()
    assert abs(at[Zone.PRICE].center().x() - bench.view.width() // 2) <= 1
    bench.show_own("999.5")
    # A purchase stands in the row of its price, on the side of the bids.
    chip = bench.chip("999.5")
    assert chip.right() < at[Zone.PRICE].left()
    assert chip.center().y() == bench.place("999.5", Zone.PRICE).y()


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (NO_KEYS, "Buy limit 0.05 BTCUSDT at 999.5"),
        (Qt.KeyboardModifier.ShiftModifier, "stop"),
        (Qt.KeyboardModifier.ControlModifier, "market"),
    ],
)
def test_the_label_says_with_each_key_what_a_click_would_do_before_it_does(
    bench: Bench, keys: Qt.KeyboardModifier, words: str
) -> None:
    view = bench.view
    view.rules.types = frozenset({OrderType.LIMIT, OrderType.STOP_MARKET, OrderType.MARKET})
    assert view.rows.book is not None
    spot = spot_at(view.layout_now, view.rows, bench.place("999.5", Zone.BUYS), OwnPlaces(), 0)
    assert spot is not None
    lines, said = view.words.for_press(
        spot, D("999.5"), view.rules, keys, instrument(), view.rows.book
    )
    assert words.lower() in lines[0][0].lower()
    wanted = QSignalSpy(view.order_wanted)
    bench.hover(bench.place("999.5", Zone.BUYS), keys=keys)
    QTest.mouseClick(view, LEFT, keys, bench.place("999.5", Zone.BUYS))
    assert (wanted.at(0)[0],) == said


def test_it_is_locked_at_first_and_again_with_another_instrument(qtbot: QtBot) -> None:
    panel = LadderPanel(DARK, FrameClock())
    qtbot.addWidget(panel)
    assert not panel.view.rules.is_unlocked
    panel.lock.click()
    assert panel.view.rules.is_unlocked
    panel.set_instrument(instrument())
    assert not panel.view.rules.is_unlocked
    assert panel.lock.text() == "Locked"


def test_locked_a_click_fills_the_ticket_and_says_why_nothing_was_sent(bench: Bench) -> None:
    bench.panel.set_unlocked(is_unlocked=False)
    wanted, filled = QSignalSpy(bench.view.order_wanted), QSignalSpy(bench.view.price_clicked)
    bench.press("999.5", Zone.BUYS)
    assert wanted.count() == 0
    assert filled.at(0) == [D("999.5")]
    assert bench.view.words.notice == LOCKED
    assert bench.view.accessibleDescription() == LOCKED


def test_escape_locks(bench: Bench) -> None:
    QTest.keyClick(bench.view, Qt.Key.Key_Escape)
    assert not bench.panel.lock.isChecked()


def test_a_book_that_moved_since_the_last_frame_refuses_the_click(bench: Bench) -> None:
    wanted = QSignalSpy(bench.view.order_wanted)
    place = bench.place("1000.0", Zone.BUYS)
    bench.hover(place)
    bench.view.rows.book = book(texts(9_990, -1), texts(9_991, 1))
    QTest.mouseClick(bench.view, LEFT, NO_KEYS, place)
    assert wanted.count() == 0
    assert bench.view.words.notice == MOVED


@pytest.mark.parametrize("state", [ViewState.STALE, ViewState.DISABLED, ViewState.ERROR])
def test_only_fresh_prices_take_clicks(bench: Bench, state: ViewState) -> None:
    wanted = QSignalSpy(bench.view.order_wanted)
    bench.hover(bench.place("999.5", Zone.BUYS))
    bench.view.set_state(state, "no data for 12 s")
    bench.press("999.5", Zone.BUYS)
    assert wanted.count() == 0


def test_rows_stand_still_under_the_pointer_and_follow_the_market_without_it(bench: Bench) -> None:
    bench.hover(bench.place("999.5", Zone.BUYS))
    before = bench.view.rows.top
    bench.view.set_book(book(texts(10_200, -1), texts(10_201, 1)))
    bench.settle()
    assert bench.view.rows.top == before
    QApplication.sendEvent(bench.view, QEvent(QEvent.Type.Leave))
    bench.settle()
    assert bench.view.rows.price(bench.view.rows.top or 0) > D("1020.1")


def test_where_the_market_is_not_kept_centred_rows_never_move_by_themselves(bench: Bench) -> None:
    bench.view.is_auto_centred = False
    before = bench.view.rows.top
    bench.view.set_book(book(texts(10_200, -1), texts(10_201, 1)))
    bench.settle()
    assert bench.view.rows.top == before


def test_space_centres_even_under_the_pointer(bench: Bench) -> None:
    bench.hover(bench.place("999.5", Zone.BUYS))
    before = bench.view.rows.top
    bench.view.set_book(book(texts(10_200, -1), texts(10_201, 1)))
    bench.settle()
    QTest.keyClick(bench.view, Qt.Key.Key_Space)
    assert bench.view.rows.top == (before or 0) + 200


def test_the_wheel_scrolls_prices(bench: Bench) -> None:
    before, at = bench.view.rows.top, QPointF(50, 200)
    QApplication.sendEvent(
        bench.view,
        QWheelEvent(
            at, bench.view.mapToGlobal(at), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
            NO_KEYS, Qt.ScrollPhase.NoScrollPhase, False,
        ),
    )  # fmt: skip
    assert bench.view.rows.top == (before or 0) + 3


def test_keys_choose_size_and_step(bench: Bench) -> None:
    QTest.keyClick(bench.view, Qt.Key.Key_3)
    assert bench.panel.volumes.active == bench.view.rules.size == D("0.2")
    assert [button.isChecked() for button in bench.panel.volumes.buttons].index(True) == 2
    QTest.keyClick(bench.view, Qt.Key.Key_Plus)
    assert bench.view.rows.step == D("0.2")
    assert bench.panel.step_button.text() == "0.2 ▾"
    QTest.keyClick(bench.view, Qt.Key.Key_Minus)
    assert bench.view.rows.step == D("0.1")


def test_an_own_order_is_dragged_to_another_price(bench: Bench) -> None:
    moved, wanted = QSignalSpy(bench.view.move_wanted), QSignalSpy(bench.view.order_wanted)
    bench.show_own("999.5")
    start = bench.chip("999.5").topRight() + QPoint(-6, 6)
    bench.hover(start)
    QTest.mousePress(bench.view, LEFT, NO_KEYS, start)
    bench.hover(start + QPoint(0, 60), LEFT)
    assert has_colour(bench.view.grab().toImage(), start.y(), bench.view.height(), DARK.accent)
    QTest.mouseRelease(bench.view, LEFT, NO_KEYS, start + QPoint(0, 60))
    assert moved.at(0) == [("999.5",), D("999.2")]
    assert wanted.count() == 0


def test_a_drag_that_ends_where_it_began_or_is_escaped_moves_nothing(bench: Bench) -> None:
    moved = QSignalSpy(bench.view.move_wanted)
    bench.show_own("999.5")
    start = bench.chip("999.5").topRight() + QPoint(-6, 6)
    for end, is_escaped in ((start, False), (start + QPoint(0, 60), True)):
        bench.panel.set_unlocked(is_unlocked=True)
        bench.hover(start)
        QTest.mousePress(bench.view, LEFT, NO_KEYS, start)
        bench.hover(end, LEFT)
        if is_escaped:
            QTest.keyClick(bench.view, Qt.Key.Key_Escape)
        QTest.mouseRelease(bench.view, LEFT, NO_KEYS, end)
    assert moved.count() == 0


def test_the_cross_and_the_right_button_cancel_what_is_in_the_row(bench: Bench) -> None:
    cancelled = QSignalSpy(bench.view.cancel_wanted)
    bench.show_own("999.5")
    cross = bench.view.layout_now.cross(bench.chip("999.5"), Side.BUY).center()
    for place, button in ((cross, LEFT), (bench.place("999.5", Zone.BUYS), RIGHT)):
        bench.hover(place)
        QTest.mouseClick(bench.view, button, NO_KEYS, place)
    assert [cancelled.at(at) for at in range(cancelled.count())] == [[("999.5",)]] * 2


def test_every_state_looks_different_and_says_why(bench: Bench) -> None:
    seen = set()
    for state in ViewState:
        bench.view.set_state(state, "no data for 12 s")
        seen.add(bytes(bench.view.grab().toImage().constBits()))
    # What is empty and what is closed differ in their sentences only.
    assert len(seen) == len(ViewState) - 1


def test_a_size_is_changed_by_a_double_click_and_kept_only_when_it_is_legal(bench: Bench) -> None:
    volumes, edited = bench.panel.volumes, QSignalSpy(bench.panel.volumes.edited)
    QTest.mouseDClick(volumes.buttons[1], LEFT)
    assert volumes.edit.isVisible()
    volumes.edit.setText("0.0001")
    QTest.keyClick(volumes.edit, Qt.Key.Key_Return)
    assert edited.count() == 0
    assert "the least is 0.001 BTC" in bench.view.words.notice
    volumes.edit.setText("0.3")
    QTest.keyClick(volumes.edit, Qt.Key.Key_Return)
    assert (volumes.active, bench.view.rules.size) == (D("0.3"), D("0.3"))
    assert edited.count() == 1
    QTest.mouseDClick(volumes.buttons[0], LEFT)
    QTest.keyClick(volumes.edit, Qt.Key.Key_Escape)
    assert not volumes.edit.isVisible()
    assert volumes.volumes[0] == SIZE


def test_where_the_market_is_is_said_when_it_is_out_of_sight(bench: Bench) -> None:
    bench.hover(bench.place("999.5", Zone.BUYS))
    assert not has_colour(bench.view.grab().toImage(), 26, 60, DARK.accent_soft)
    bench.view.set_book(book(texts(10_200, -1), texts(10_201, 1)))
    bench.settle()
    assert has_colour(bench.view.grab().toImage(), 26, 60, DARK.accent_soft)


def test_changed_sizes_are_painted_where_they_were(bench: Bench) -> None:
    before = bench.view.grab().toImage()
    changed = texts(10_000, -1)
    changed[3] = (changed[3][0], "2.5")
    bench.view.set_book(book(changed, texts(10_001, 1)))
    bench.settle()
    after = bench.view.grab().toImage()
    fresh = LadderView(DARK, FrameClock())
    bench.qtbot.addWidget(fresh)
    fresh.resize(bench.view.size())
    fresh.set_instrument(instrument())
    fresh.rows.is_auto_step = False
    fresh.set_book(book(changed, texts(10_001, 1)))
    # It learns its size with the first picture.
    fresh.grab()
    fresh.flush()
    assert before != after
    inner = after.rect().adjusted(1, 27, -1, -1)
    assert after.copy(inner) == fresh.grab().toImage().copy(inner)


@pytest.mark.parametrize(
    ("profit", "text", "role"), [("12.5", "+12.50", "buy"), ("-3", "−3.00", "sell")]
)
def test_what_is_held_stands_above(bench: Bench, profit: str, text: str, role: str) -> None:
    head = bench.panel.head
    head.show_positions([], instrument())
    assert (head.position.text(), head.profit.text()) == ("FLAT", "")
    head.show_positions([], instrument(), is_known=False)
    assert head.position.text() == UNKNOWN
    assert not head.close_button.isEnabled()
    head.show_positions([replace(LONG, unrealized_profit=D(profit))], instrument())
    assert head.position.text() == "LONG 0.250 @ 61\u202f000.0"
    assert (head.profit.text(), head.profit.property("role")) == (text, role)
    assert head.close_button.isEnabled()


def test_no_profit_however_large_pushes_the_columns_aside(bench: Bench) -> None:
    head = bench.panel.head
    head.show_positions([], instrument())
    narrowest = head.line.minimumSizeHint().width()
    head.show_positions([replace(LONG, unrealized_profit=D(-123456789))], instrument())
    assert head.line.minimumSizeHint().width() == narrowest


def test_only_an_open_lock_reverses_and_a_double_click_closes_once(bench: Bench) -> None:
    head = bench.panel.head
    head.show_positions([LONG], instrument())
    reversed_, closed = QSignalSpy(head.reverse_wanted), QSignalSpy(head.close_wanted)
    cancelled = QSignalSpy(head.cancel_all_wanted)
    head.cancel_button.click()
    assert cancelled.count() == 1
    bench.panel.set_unlocked(is_unlocked=False)
    head.reverse_button.click()
    assert reversed_.count() == 0
    bench.panel.set_unlocked(is_unlocked=True)
    head.reverse_button.click()
    assert reversed_.at(0) == [LONG]
    head.close_button.click()
    head.close_button.click()
    assert closed.count() == 1
    head.show_holding(D("0.5"), instrument())
    assert head.position.text() == "Holds 0.500 BTC"
    assert not head.reverse_button.isVisible()


def test_over_a_price_it_says_what_was_traded_there(bench: Bench) -> None:
    words = bench.view.words
    words.traded_words = lambda number: f"{number} traded" if number == 9995 else ""
    rules, view = bench.view.rules, bench.view
    assert view.rows.book is not None
    lines = {}
    for price in ("999.5", "999.6"):
        spot = spot_at(view.layout_now, view.rows, bench.place(price, Zone.PRICE), OwnPlaces(), 0)
        assert spot is not None
        lines[price], said = words.for_press(
            spot, D(price), rules, NO_KEYS, instrument(), view.rows.book
        )
        assert said == ()
    assert [text for text, _ in lines["999.5"]] == ["9995 traded"]
    assert lines["999.6"] == []
