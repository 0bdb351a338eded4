"""Check that a symbol is found by any part of its name, by keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from terminal_app.gui.widgets.symbol_picker import SymbolPicker
from tests.helpers.market_values import instrument

# The platform without a screen says what it cannot do for a pop-up.
pytestmark = pytest.mark.qt_log_ignore("does not support (raise|grabbing the keyboard)")


@pytest.fixture
def picker(qtbot: QtBot) -> Iterator[SymbolPicker]:
    button = QPushButton("BTCUSDT")
    qtbot.addWidget(button)
    button.show()
    made = SymbolPicker(button)
    first = instrument()
    listed = [
        replace(first, symbol=f"{base}{quote}", base_asset=base, quote_asset=quote)
        for base, quote in (("WBTC", "USDT"), ("BTC", "USDT"), ("ETH", "BTC"), ("ETH", "USDT"))
    ]
    listed.append(replace(listed[3], symbol="XRPUSDT", status="BREAK"))
    made.open_beneath(button, listed, "Binance")
    yield made
    made.close()
    button.close()


def shown(picker: SymbolPicker) -> list[str]:
    """Return what the list shows."""
    return [picker.list.item(row).text() for row in range(picker.list.count())]


def test_typing_narrows_and_puts_what_begins_so_first(picker: SymbolPicker) -> None:
    assert len(shown(picker)) == 5
    QTest.keyClicks(picker.search, "btc/")
    assert shown(picker) == ["BTC / USDT", "ETH / BTC", "WBTC / USDT"]
    assert picker.list.currentRow() == 0


def test_keys_choose(picker: SymbolPicker) -> None:
    chosen: list[str] = []
    picker.chosen.connect(chosen.append)
    QTest.keyClicks(picker.search, "eth")
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        QTest.keyClick(picker.search, key)
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    assert chosen == ["ETHBTC"]
    assert not picker.isVisible()


@pytest.mark.parametrize("name", ["binance:ethusdt", "ETHUSDT.BINANCE", "eth-usdt.binance"])
def test_a_name_from_elsewhere_finds_its_symbol(picker: SymbolPicker, name: str) -> None:
    picker.search.setText(name)
    assert shown(picker) == ["ETH / USDT"]


def test_a_slip_of_the_finger_finds_the_nearest(picker: SymbolPicker) -> None:
    picker.search.setText("ETHUSTD")
    assert shown(picker)[0] == "ETH / USDT"


def test_what_is_not_listed_cannot_be_chosen(picker: SymbolPicker) -> None:
    chosen: list[str] = []
    picker.chosen.connect(chosen.append)
    QTest.keyClicks(picker.search, "doge")
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    assert shown(picker) == ["No symbol contains “doge”"]
    assert chosen == []


def test_a_symbol_that_does_not_trade_says_so(picker: SymbolPicker) -> None:
    QTest.keyClicks(picker.search, "xrp")
    assert shown(picker)[0].endswith("break")


def test_a_key_that_qt_has_no_name_for_does_no_harm(
    picker: SymbolPicker, qapp: QApplication
) -> None:
    none = Qt.KeyboardModifier.NoModifier
    qapp.sendEvent(picker.search, QKeyEvent(QEvent.Type.KeyPress, 0x0123ABCD, none, ""))
    assert picker.isVisible()
