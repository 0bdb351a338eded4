"""An alert comes about when what it waits for happens, and never before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest

from terminal_app.domain.alerts import Alert, AlertKind, CrossWatch, LevelWatch, PriceWatch
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Candle
from terminal_app.errors import InvalidSetting
from tests.helpers.market_values import candle

MINUTE = 60_000
RISES = Alert("a", AlertKind.RISES_TO, Market.SPOT, "BTCUSDT", Decimal(100))
MOVES = Alert("b", AlertKind.MOVES, Market.SPOT, "BTCUSDT", Decimal(2), minutes=5)


def told(watch: PriceWatch, prices: Iterable[str], every_ms: int = 1000) -> list[str]:
    """Return what is told at prices that come so far apart."""
    texts = [watch.see(Decimal(price), number * every_ms) for number, price in enumerate(prices)]
    return [text for text in texts if text]


@pytest.mark.parametrize(
    ("kind", "prices", "count"),
    [
        (AlertKind.RISES_TO, ["99", "99.9", "100"], 1),
        (AlertKind.RISES_TO, ["99", "101"], 1),
        (AlertKind.RISES_TO, ["100", "101", "100"], 0),
        (AlertKind.RISES_TO, ["101", "99", "100", "101", "99", "101"], 2),
        (AlertKind.FALLS_TO, ["101", "100"], 1),
        (AlertKind.FALLS_TO, ["99", "101", "98"], 1),
        (AlertKind.FALLS_TO, ["100", "99"], 0),
    ],
)
def test_a_price_has_to_cross(kind: AlertKind, prices: list[str], count: int) -> None:
    assert len(told(PriceWatch(replace(RISES, kind=kind)), prices)) == count


def test_what_happened_unheard_is_told_as_that() -> None:
    watch = PriceWatch(RISES)
    watch.lose_touch()
    assert not watch.see(Decimal(99), 0)
    watch.lose_touch()
    text = watch.see(Decimal(105), 60_000)
    assert text == ("BTCUSDT rose to 100, while nothing was heard of the market: it is 105 now.")


def test_what_the_person_saw_is_where_it_begins() -> None:
    assert PriceWatch(RISES, Decimal(99)).see(Decimal(101), 0)
    assert not PriceWatch(RISES, Decimal(100)).see(Decimal(101), 0)


def test_what_came_about_while_the_program_was_closed_is_told() -> None:
    text = PriceWatch(RISES, is_old=True).see(Decimal(105), 0)
    assert "while nothing was heard of the market" in text
    falls = replace(RISES, kind=AlertKind.FALLS_TO)
    assert "while nothing was heard" in PriceWatch(falls, is_old=True).see(Decimal(95), 0)
    assert not PriceWatch(RISES, is_old=True).see(Decimal(95), 0)
    # One that repeats was told of it before, each time.
    assert not PriceWatch(replace(RISES, repeats=True), is_old=True).see(Decimal(105), 0)


def test_a_move_is_told_once_and_its_span_is_kept() -> None:
    (text,) = told(PriceWatch(MOVES), ["100", "101", "101.9", "102", "102.5", "103.9"])
    assert text == "BTCUSDT rose by 2 % in 3 s, to 102."
    assert told(PriceWatch(MOVES), ["100", "98"]) == ["BTCUSDT fell by 2 % in 1 s, to 98."]
    slowly = [str(100 + number / 4) for number in range(20)]
    assert told(PriceWatch(MOVES), slowly, MINUTE) == []
    # From its lowest point, not from where it began.
    assert told(PriceWatch(MOVES), ["100", "99", "100.9", "101"], MINUTE) == [
        "BTCUSDT rose by 2.02 % in 120 s, to 101."
    ]


def test_a_figure_is_told_when_it_reaches_its_level() -> None:
    watch = LevelWatch(Decimal(80))
    assert [watch.see(Decimal(figure)) for figure in (79, 80, 81, 79, 85)] == [
        False, True, False, False, True,
    ]  # fmt: skip
    # Reached from the start counts: a margin that is short is no news one wants to miss.
    assert LevelWatch(Decimal(80)).see(Decimal(90))


@pytest.mark.parametrize(
    ("alert", "text"),
    [
        (replace(RISES, level=Decimal(0)), "Level 0: it must be greater than 0."),
        (
            replace(MOVES, minutes=0),
            "Minutes 0: it must be from 1 to 1440. Nearest legal value: 1.",
        ),
        (replace(MOVES, minutes=2000), "Nearest legal value: 1440."),
    ],
)
def test_what_can_never_come_about_is_refused(alert: Alert, text: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        alert.check()
    assert text in str(refused.value)


RSI = Alert("e", AlertKind.STUDY_CROSSES, Market.SPOT, "BTCUSDT", Decimal(70), study="rsi:14")
EMA = Alert("f", AlertKind.CLOSE_CROSSES, Market.SPOT, "BTCUSDT", study="ema:200")


def closed_at(number: int, price: str) -> Candle:
    """Return the bar of a number with its close."""
    return candle(number, ("100", "110", "90", price))


def seen(
    alert: Alert, figures: Iterable[str], closes: Iterable[str] = (), since_ms: int = 0
) -> str:
    """Return what is told of an indicator at closes a minute apart; "" is not defined."""
    known = [Decimal(figure) if figure else None for figure in figures]
    prices = [*closes] or ["100"] * len(known)
    bars = [closed_at(number, price) for number, price in enumerate(prices)]
    return CrossWatch(alert, since_ms).see(bars, known)


@pytest.mark.parametrize(
    ("figures", "text"),
    [
        (["69", "71.234"], "BTCUSDT 1h: RSI 14 (71.23) rose above 70."),
        (["71", "69"], "BTCUSDT 1h: RSI 14 (69) fell below 70."),
        (["69", "71", "72"], "BTCUSDT 1h: RSI 14 (71) rose above 70 a bar ago."),
        # Of several the newest.
        (["69", "71", "69", "60", "61"], "BTCUSDT 1h: RSI 14 (69) fell below 70 2 bars ago."),
        # To touch is not to cross, but to cross after a touch is.
        (["69", "70", "69"], ""),
        (["69", "70", "71"], "BTCUSDT 1h: RSI 14 (71) rose above 70."),
        (["70", "71"], ""),
        # Nobody knows on which side it was before.
        (["", "71"], ""),
        (["69", "", "71"], "BTCUSDT 1h: RSI 14 (71) rose above 70."),
        ([], ""),
    ],
)
def test_an_indicator_has_to_cross_from_close_to_close(figures: list[str], text: str) -> None:
    assert seen(RSI, figures) == text


def test_a_close_has_to_cross_its_indicator() -> None:
    told = seen(EMA, ["100", "100.5"], ["99", "101"])
    assert told == "BTCUSDT 1h: the close 101 rose above EMA 200 (100.5)."
    assert not seen(EMA, ["100", "102"], ["99", "101"])


def test_what_closed_before_the_alert_was_made_is_not_told_and_no_bar_twice() -> None:
    closes_ms = closed_at(1, "100").close_time_ms
    assert not seen(RSI, ["69", "71"], since_ms=closes_ms)
    assert seen(RSI, ["69", "71"], since_ms=closes_ms - 1)
    watch = CrossWatch(RSI, 0)
    bars = [closed_at(number, "100") for number in range(3)]
    figures = [Decimal(69), Decimal(71), Decimal(72)]
    assert watch.see(bars[:2], figures[:2])
    assert not watch.see(bars, figures)


def test_an_indicator_may_wait_at_any_level() -> None:
    replace(RSI, level=Decimal(-100)).check()
    EMA.check()
    assert RSI.words() == "BTCUSDT 1h RSI 14 crosses 70"
    assert EMA.words() == "BTCUSDT 1h close crosses EMA 200"
