"""Check that figures read right and that no typed figure is misread."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QTextLayout, QTextOption

from terminal_app.gui.format import (
    age_text,
    compact_text,
    countdown_text,
    decimal_text,
    edit_text,
    parse_decimal,
    percent_text,
    span_text,
    step_text,
)

AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=8)


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "text"),
    [
        ("61842.3", 2, False, "61\u202f842.30"),
        ("1234567", None, False, "1\u202f234\u202f567"),
        ("999", 0, False, "999"),
        ("-12.05", 2, False, "\u221212.05"),
        ("171.74", 2, True, "+171.74"),
        ("0", 2, True, "0.00"),
        ("-0.001", 2, True, "0.00"),
        ("1E-8", None, False, "0.00000001"),
        ("1E+5", None, False, "100\u202f000"),
        ("0.125", 2, False, "0.12"),
        ("NaN", 2, False, "—"),
    ],
)
def test_decimal_text(value: str, decimals: int | None, signed: bool, text: str) -> None:
    assert decimal_text(Decimal(value), decimals, signed=signed) == text


def test_a_missing_value_is_a_dash() -> None:
    assert decimal_text(None, 2) == percent_text(None) == compact_text(None) == "—"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1120000000", "1.12\u202fB"),
        ("-2500000", "\u22122.50\u202fM"),
        ("18204.4", "18\u202f204"),
        ("84.216", "84.22"),
        ("0.5321", "0.5321"),
    ],
)
def test_compact_text(value: str, text: str) -> None:
    assert compact_text(Decimal(value)) == text


@pytest.mark.parametrize(
    ("step", "text"),
    [("0.10", "0.1"), ("1.00", "1"), ("1E+3", "1\u202f000"), ("1E-8", "0.00000001")],
)
def test_step_text(step: str, text: str) -> None:
    assert step_text(Decimal(step)) == text


def test_percent_text_is_signed() -> None:
    assert percent_text(Decimal("1.994")) == "+1.99\u202f%"
    assert percent_text(Decimal("-8.8"), 1) == "\u22128.8\u202f%"


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(192_000, "03:12"), (191_001, "03:12"), (-5, "00:00"), (8_049_000, "02:14:09")],
)
def test_countdown_text(milliseconds: int, text: str) -> None:
    assert countdown_text(milliseconds) == text


def test_countdown_text_of_days() -> None:
    assert countdown_text(3 * 86_400_000 + 8_040_000) == "3 d 02:14"


@pytest.mark.parametrize(("age", "text"), [(12_300, "12 s"), (240_000, "4 min"), (-1, "0 s")])
def test_age_text(age: int, text: str) -> None:
    assert age_text(age) == text


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1234.5", "1234.5"),
        (" 1 234.5 ", "1234.5"),
        ("1\u2009234\u2009567.25", "1234567.25"),
        ("1\u00a0234", "1234"),
        ("\u221212.05", "-12.05"),
        ("+3", "3"),
        (".5", "0.5"),
        ("5.", "5"),
    ],
)
def test_parse_decimal_reads(typed: str, value: str) -> None:
    assert parse_decimal(typed) == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("0,001", "type 0.001"),
        ("1,234", "type 1234 or 1.234"),
        ("1,5", "type 1.5"),
        ("1,234,567.8", "type 1234567.8"),
        ("1,234.5", "type 1234.5"),
        ("1e5", "not a number"),
        ("12 34", "not a number"),
        ("1.2.3", "not a number"),
        ("NaN", "not a number"),
        ("٣", "not a number"),
        ("", "Type a number"),
    ],
)
def test_parse_decimal_refuses_and_says_what_to_type(typed: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        parse_decimal(typed)


@given(AMOUNTS)
def test_what_is_shown_can_be_typed_back(value: Decimal) -> None:
    assert parse_decimal(decimal_text(value)) == value
    assert parse_decimal(edit_text(value)) == value


@given(AMOUNTS, st.integers(min_value=0, max_value=8))
def test_no_exponent_is_ever_shown(value: Decimal, decimals: int) -> None:
    assert "E" not in decimal_text(value, decimals).upper()


@pytest.mark.parametrize(
    ("span_ms", "text"),
    [
        (0, "0 s"),
        (-40_000, "40 s"),
        (75 * 60_000, "1 h 15 min"),
        (3_600_000, "1 h"),
        (183_900_000, "2 d 3 h"),
    ],
)
def test_a_span_is_written_in_its_two_largest_units(span_ms: int, text: str) -> None:
    assert span_text(span_ms) == text


@pytest.mark.usefixtures("qapp")
def test_a_figure_is_never_broken_over_two_lines() -> None:
    figure = decimal_text(Decimal(80000), 2)
    layout = QTextLayout(f"Working at {figure}")
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    layout.setTextOption(option)
    layout.beginLayout()
    lines = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(1)
        lines.append(layout.text()[line.textStart() : line.textStart() + line.textLength()].strip())
    layout.endLayout()
    assert lines == ["Working", "at", figure]
