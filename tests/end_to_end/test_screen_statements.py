"""Forty statements about the screen: each is looked at here, or by the test it names.

What can be seen in an open window is looked at in one; what takes a sequence of actions has a test
of its own, which must be there.
"""

from __future__ import annotations

import ast
from collections.abc import Awaitable, Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from terminal_app.app.program import Program
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Side
from terminal_app.gui.format import UNKNOWN
from terminal_app.gui.main_window import MainWindow
from tests.helpers.eventually import eventually
from tests.helpers.terminal import click, ready, running_terminal, type_into

pytestmark = pytest.mark.gui

TESTS = Path(__file__).resolve().parents[1]
COUNT = 40


def place(window: MainWindow, name: str) -> tuple[int, int]:
    """Return where a panel stands in the window."""
    dock = window.area.docks[name]
    corner = dock.mapTo(window, QPoint(0, 0))
    return corner.x(), corner.y()


async def chart_in_the_middle_book_right_ticket_at_the_edge_tabs_beneath(program: Program) -> None:
    window = program.window
    chart = window.chart.view.mapTo(window, QPoint(0, 0))
    book, ticket, tabs = (place(window, name) for name in ("book", "ticket", "activity"))
    assert chart.x() < book[0] < ticket[0]
    assert ticket[0] + window.area.docks["ticket"].width() >= window.width() - 8
    assert tabs[1] > chart.y()
    assert tabs[0] <= chart.x()


async def the_tape_is_beneath_the_book(program: Program) -> None:
    window = program.window
    assert place(window, "trades")[1] > place(window, "book")[1]
    times = [trade.time_ms for trade in window.trades.trades]
    assert times == sorted(times, reverse=True)


async def the_tabs_stand_in_their_order_with_counts(program: Program) -> None:
    tabs = program.window.activity.tabs
    texts = [tabs.tabText(index) for index in range(tabs.count())]
    names = ("Positions", "Open orders", "Order history", "Trades", "Funding", "Balances")
    assert [text.rstrip(" 0123456789") for text in texts] == list(names)
    assert texts[-1] != "Balances"


async def the_symbol_bar_tells_the_market(program: Program) -> None:
    bar = program.window.symbol_bar
    assert bar.symbol.text().startswith("BTCUSDT")
    figures = (bar.mark, bar.index, bar.change, bar.volume, bar.funding)
    await eventually(lambda: all(UNKNOWN not in figure.value.text() for figure in figures))
    assert bar.funding.caption.text().startswith("Funding in ")
    await eventually(lambda: bar.last.text() != UNKNOWN)


async def the_strip_says_where_and_how_well(program: Program) -> None:
    strip = program.window.status
    assert strip.environment.text() == "PRACTICE"
    words = ((strip.market, "live"), (strip.account, "live"), (strip.latency, "ms"))
    await eventually(
        lambda: all(label.isVisible() and word in label.text() for label, word in words)
    )


async def buying_is_green_and_selling_is_red(program: Program) -> None:
    buy, sell = QColor(program.window.theme.buy), QColor(program.window.theme.sell)
    assert buy.green() > buy.red()
    assert sell.red() > sell.green()


async def a_connection_has_a_word_beside_its_colour(program: Program) -> None:
    strip = program.window.status
    await eventually(lambda: strip.market.text() == "● Market live")
    assert any(sign in program.window.symbol_bar.change.value.text() for sign in "+−0")


async def without_a_position_it_is_flat(program: Program) -> None:
    await eventually(lambda: "FLAT" in preview_texts(program))


async def the_ticket_takes_the_colour_of_its_side(program: Program) -> None:
    form, ticket = program.window.ticket.form, program.window.ticket
    seen = []
    for button in (form.sell, form.buy):
        click(button)
        picture = ticket.grab().toImage()
        seen.append([picture.pixelColor(x, 4).name() for x in (4, picture.width() // 2)])
    assert seen[0] != seen[1]


async def practice_is_said_by_frame_and_title(program: Program) -> None:
    window = program.window
    picture = window.grab().toImage()
    frame = picture.pixelColor(1, picture.height() // 2).name()
    assert frame == window.theme.environment("practice") != window.theme.environment("live")
    assert "PRACTICE" in window.windowTitle()


async def the_submit_button_says_what_it_does(program: Program) -> None:
    form = program.window.ticket.form
    click(form.buy)
    type_into(form.price_field, "50000")
    type_into(form.size_field, "0.05")
    submit, parts = program.window.ticket.submit, ("Buy", "0.05", "BTC", "limit", "PRACTICE")
    await eventually(lambda: all(part in submit.text() for part in parts))


async def limit_is_the_first_kind_of_order(program: Program) -> None:
    tabs = program.window.ticket.form.tabs
    shown = [button for button in tabs.buttons.values() if button.isVisible()]
    shown.sort(key=lambda button: button.mapTo(tabs, QPoint(0, 0)).x())
    assert [button.text() for button in shown][:2] == ["Limit", "Market"]


async def the_price_is_overwritten_by_a_click_on_book_or_chart(program: Program) -> None:
    window = program.window
    form, book, chart = window.ticket.form, window.book, window.chart.view
    # The lower half of the book is what is bid.
    for view, where in (
        (book, QPoint(book.width() // 2, book.height() * 3 // 4)),
        (chart, QPoint(chart.width() // 3, chart.height() // 3)),
    ):
        type_into(form.price_field, "1")
        click(view, where)
        await eventually(lambda: (form.price_field.value() or 0) > 1000)
    type_into(form.price_field, "1")
    click(book, QPoint(book.width() // 2, book.height() * 3 // 4))
    await eventually(lambda: form.price_field.value() in {row.price for row in book.rows[1]})


async def the_size_is_converted_when_its_unit_is_switched(program: Program) -> None:
    form = program.window.ticket.form
    type_into(form.price_field, "50000")
    type_into(form.size_field, "0.05")
    (unit,) = form.size_field.findChildren(QPushButton)
    assert unit.text() == "BTC ⇄"
    click(unit)
    await eventually(lambda: unit.text() == "USDT ⇄")
    assert form.size_field.value() == Decimal(2500)
    click(unit)
    await eventually(lambda: unit.text() == "% risk ⇄")
    click(unit)
    await eventually(lambda: unit.text() == "BTC ⇄")


async def arrow_keys_step_the_price_by_ticks(program: Program) -> None:
    form, instrument = program.window.ticket.form, program.desk.instrument
    assert instrument is not None
    type_into(form.price_field, "50000")
    for modifier, ticks in (
        (Qt.KeyboardModifier.NoModifier, 1), (Qt.KeyboardModifier.ShiftModifier, 11),
    ):  # fmt: skip
        QTest.keyClick(form.price_field.edit, Qt.Key.Key_Up, modifier)
        assert form.price_field.value() == Decimal(50000) + ticks * instrument.tick_size
    type_into(form.size_field, "0.05")
    QTest.keyClick(form.size_field.edit, Qt.Key.Key_Up)
    assert form.size_field.value() == Decimal("0.05") + instrument.step_size


async def a_share_fills_the_size_of_both_sides(program: Program) -> None:
    form = program.window.ticket.form
    for button in (form.buy, form.sell):
        click(button)
        form.size_field.set_value(None)
        shares = {each.text(): each for each in form.slider.findChildren(QPushButton)}
        sizes = []
        for share in ("25 %", "50 %", "75 %", "100 %"):
            click(shares[share])
            await eventually(lambda: (form.size_field.value() or 0) > 0)
            sizes.append(form.size_field.value() or Decimal(0))
        assert sizes == sorted(set(sizes))


async def what_is_not_known_is_a_dash(program: Program) -> None:
    form = program.window.ticket.form
    form.size_field.set_value(None)
    form.size_field.edited.emit()
    await eventually(lambda: UNKNOWN in preview_texts(program))
    texts = preview_texts(program)
    for name in ("Fee maker / taker", "Average fill", "Liquidation after", "Funding"):
        assert any(text.startswith(name) for text in texts), name
    assert "0" not in texts


def preview_texts(program: Program) -> list[str]:
    """Return what stands beneath the button."""
    labels = program.window.ticket.preview.findChildren(QLabel)
    return [label.text() for label in labels if label.isVisible()]


SEEN: dict[int, Callable[[Program], Awaitable[None]]] = {
    1: chart_in_the_middle_book_right_ticket_at_the_edge_tabs_beneath,
    2: the_tape_is_beneath_the_book,
    3: the_tabs_stand_in_their_order_with_counts,
    4: the_symbol_bar_tells_the_market,
    5: the_strip_says_where_and_how_well,
    9: buying_is_green_and_selling_is_red,
    10: a_connection_has_a_word_beside_its_colour,
    11: without_a_position_it_is_flat,
    12: the_ticket_takes_the_colour_of_its_side,
    13: practice_is_said_by_frame_and_title,
    14: the_submit_button_says_what_it_does,
    16: limit_is_the_first_kind_of_order,
    17: the_price_is_overwritten_by_a_click_on_book_or_chart,
    19: the_size_is_converted_when_its_unit_is_switched,
    18: arrow_keys_step_the_price_by_ticks,
    20: a_share_fills_the_size_of_both_sides,
    22: what_is_not_known_is_a_dash,
}
ACCOUNT_PANEL = "end_to_end/test_account_panel.py"
CHARTS = "end_to_end/test_charts.py"
SAFETY = "end_to_end/test_safety.py"
SETTINGS = "end_to_end/test_settings.py"
TRADING = "end_to_end/test_trading.py"
WINDOW = "end_to_end/test_window.py"
WORKSPACE = "end_to_end/test_workspace.py"
KEY_MAP = "unit/gui/hotkeys/test_key_map.py"
LISTENER = "unit/gui/hotkeys/test_listener.py"
LADDER_HANDS = "unit/gui/ladder/test_hands.py"
LADDER_ROWS = "unit/gui/ladder/test_rows.py"
LADDER_VIEW = "unit/gui/ladder/test_view.py"
BOOK_PANEL = "unit/gui/panels/test_book_panel.py"
STATUS_STRIP = "unit/gui/panels/test_status_strip.py"
TICKET = "unit/gui/panels/test_ticket.py"
DRESS = "unit/gui/safety/test_dress.py"
COLOURS = "unit/gui/test_colours.py"
DOCKS = "unit/gui/test_docks.py"
DRAG_WORDS = "unit/gui/test_drag_words.py"
ORDER_ROWS = "unit/gui/models/test_order_rows.py"
PANEL_WINDOWS = "unit/gui/workspace/test_panel_windows.py"
POSITION_ROWS = "unit/gui/models/test_position_rows.py"
SAFETY_SETTINGS = "unit/services/safety/test_settings.py"
SIZING = "unit/domain/test_sizing.py"
ELSEWHERE: dict[int, tuple[tuple[str, str], ...]] = {
    6: (
        (DOCKS, "test_the_arrangement_is_kept_as_text"),
        (WINDOW, "test_damaged_files_are_kept_aside_and_the_arrangement_survives"),
        (WORKSPACE, "test_a_layout_is_kept_shown_again_and_outlives_the_program"),
    ),
    7: ((CHARTS, "test_a_chart_beside_is_linked_built_compared_closed_and_kept"),),
    8: ((WORKSPACE, "test_a_layout_is_kept_shown_again_and_outlives_the_program"),),
    9: ((COLOURS, "test_no_part_of_the_window_keeps_other_colours"),),
    10: (
        (ORDER_ROWS, "test_each_status_has_its_word_and_colour"),
        (POSITION_ROWS, "test_a_short_in_loss"),
    ),
    11: (
        (POSITION_ROWS, "test_a_long_in_profit"),
        (POSITION_ROWS, "test_nothing_won_has_neither_arrow_nor_sign_nor_colour"),
        (LADDER_VIEW, "test_what_is_held_stands_above"),
    ),
    13: (
        (DRESS, "test_a_dialog_of_any_kind_takes_the_dress"),
        (DOCKS, "test_a_floating_panel_has_the_colour_and_the_word_of_the_environment"),
        (PANEL_WINDOWS, "test_a_window_holds_several_panels_and_says_where_they_trade"),
    ),
    15: ((STATUS_STRIP, "test_latency_takes_its_colour_in_steps"),),
    16: ((TICKET, "test_switching_keeps_what_was_typed"),),
    17: ((TICKET, "test_an_order_begun_on_the_chart_fills_the_ticket"),),
    19: ((SETTINGS, "test_each_market_remembers_the_unit_of_its_sizes"),),
    20: (
        (SIZING, "test_a_percentage_of_money_can_be_paid_with_its_fee"),
        (SIZING, "test_a_percentage_of_margin_can_be_paid_with_its_fee"),
    ),
    21: ((TICKET, "test_options_are_read_and_start_anew_with_another_symbol"),),
    23: (
        (LADDER_ROWS, "test_own_orders_stand_in_the_row_of_their_side"),
        (
            LADDER_VIEW,
            "test_prices_stand_in_the_middle_with_bids_left_and_asks_right"
            "_and_own_orders_beside_them",
        ),
    ),
    24: ((LADDER_HANDS, "test_a_click_is_a_limit_order_of_the_side_its_scheme_says"),),
    25: (
        (LADDER_HANDS, "test_shift_makes_a_stop_and_ctrl_a_market_order"),
        (LADDER_VIEW, "test_the_label_says_with_each_key_what_a_click_would_do_before_it_does"),
    ),
    26: ((LADDER_VIEW, "test_it_is_locked_at_first_and_again_with_another_instrument"),),
    27: (
        (LADDER_VIEW, "test_keys_choose_size_and_step"),
        (LADDER_VIEW, "test_a_size_is_changed_by_a_double_click_and_kept_only_when_it_is_legal"),
    ),
    28: (
        (LADDER_VIEW, "test_the_wheel_scrolls_prices"),
        (LADDER_VIEW, "test_space_centres_even_under_the_pointer"),
        (LADDER_VIEW, "test_rows_stand_still_under_the_pointer_and_follow_the_market_without_it"),
        (LADDER_VIEW, "test_where_the_market_is_not_kept_centred_rows_never_move_by_themselves"),
    ),
    29: (
        (BOOK_PANEL, "test_grouping_is_chosen_by_menu_and_keys"),
        (LADDER_ROWS, "test_auto_takes_the_step_at_which_rows_are_filled"),
    ),
    30: (
        (LADDER_VIEW, "test_the_cross_and_the_right_button_cancel_what_is_in_the_row"),
        (LADDER_VIEW, "test_an_own_order_is_dragged_to_another_price"),
        (DRAG_WORDS, "test_a_moved_limit_says_its_distance_and_its_place_in_the_queue"),
    ),
    31: (
        (BOOK_PANEL, "test_depth_bars_grow_away_from_the_spread"),
        (BOOK_PANEL, "test_the_shade_of_a_bar_is_the_size_of_its_own_row"),
        (BOOK_PANEL, "test_a_size_that_stands_out_has_an_edge"),
    ),
    32: (
        (LADDER_VIEW, "test_what_is_held_stands_above"),
        (LADDER_VIEW, "test_only_an_open_lock_reverses_and_a_double_click_closes_once"),
    ),
    33: (
        (LISTENER, "test_unarmed_no_key_does_anything_and_armed_it_does_until_escape"),
        (LISTENER, "test_a_key_that_is_held_acts_once_and_never_arms"),
        (LISTENER, "test_typing_in_a_field_never_trades"),
    ),
    34: (
        (KEY_MAP, "test_a_key_that_has_work_already_is_refused_in_words"),
        (LISTENER, "test_a_key_of_the_ladder_does_nothing_where_no_ladder_is"),
    ),
    35: ((LISTENER, "test_the_place_counts_and_not_the_letter"),),
    36: ((WORKSPACE, "test_one_chord_finds_symbols_panels_and_settings"),),
    37: (
        (ACCOUNT_PANEL, "test_a_position_is_halved_reversed_and_closed_never_by_accident"),
        (POSITION_ROWS, "test_a_long_in_profit"),
    ),
    38: (
        (SAFETY, "test_a_button_to_hold_sends_only_when_held_and_live_asks_before_it_asks_no_more"),
        (SAFETY_SETTINGS, "test_live_and_testnet_ask_at_first_and_practice_does_not"),
        (SAFETY_SETTINGS, "test_live_without_a_question_ends_with_the_run"),
    ),
    39: ((TRADING, "test_bad_input_names_the_nearest_legal_value_and_sends_nothing"),),
    40: (
        (TRADING, "test_a_killed_exchange_goes_stale_then_live_and_nothing_is_lost"),
        (LADDER_VIEW, "test_only_fresh_prices_take_clicks"),
    ),
}


def names_in(path: Path) -> Iterator[str]:
    """Return the names of a module's functions."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


def test_every_statement_is_looked_at() -> None:
    assert SEEN.keys() | ELSEWHERE.keys() == set(range(1, COUNT + 1))
    for statement, tests in ELSEWHERE.items():
        for path, name in tests:
            assert name in names_in(TESTS / path), f"{statement}: {name} is not in {path}"


async def test_what_a_person_sees_first(tmp_path: Path) -> None:
    async with running_terminal(tmp_path, "--market", "usdm", "--size", "1680x1020") as program:
        session = await ready(program, Market.USDM)
        window = program.window
        await eventually(lambda: window.symbol_bar.funding.value.text() != UNKNOWN)
        await eventually(lambda: bool(window.trades.trades))
        await eventually(lambda: window.status.latency.text() != "")
        # The price is that of the book before anything is typed (17).
        price = window.ticket.form.price_field.value()
        best = session.market_data.book.side(Side.BUY).best()
        assert price is not None
        assert best is not None
        assert abs(price / best.price - 1) < Decimal("0.01")
        failures = []
        for number, look in SEEN.items():
            try:
                await look(program)
            except (AssertionError, TimeoutError) as error:
                failures.append(f"{number} {look.__name__}: {error}")
        assert not failures, "\n\n".join(failures)
