"""The form of the alerts: as wide for every kind, and clear about what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from terminal_app.domain.alerts import Alert, AlertKind
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Interval
from terminal_app.gui.alert_delivery import AlertDelivery
from terminal_app.gui.alert_studies import (
    ON_LEVEL,
    ON_PRICE,
    has_length,
    study_figures,
    study_text,
)
from terminal_app.gui.chart.indicators.catalogue import kind_named
from terminal_app.gui.chart.indicators.choice import StudyChoice
from terminal_app.gui.chart.indicators.study import Study
from terminal_app.gui.chart.series import CandleSeries
from terminal_app.gui.format import UNKNOWN, percent_text
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.models.alert_rows import alert_row
from terminal_app.gui.panels.alerts_panel import CLOSE, MOVE, ORDERS, PRICE, STUDY, AlertsPanel
from terminal_app.gui.theme import DARK
from terminal_app.services.alerts import AlertService
from tests.helpers.market_values import candle, candles
from tests.helpers.quiet_desk import quiet_desk, seat


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[AlertsPanel]:
    """Show the alerts of a market of which no price is known yet."""
    desk, window = quiet_desk(), QWidget()
    seat(desk, credentials=None)
    delivery = AlertDelivery(window, desk.preferences)
    made = AlertsPanel(desk, AlertService(desk, study_figures), delivery, DARK, FrameClock())
    qtbot.addWidget(window)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def choose(panel: AlertsPanel, kind: str) -> None:
    """Choose what to watch for, as by hand."""
    panel.kind.set_choice(kind)
    panel.kind.chosen.emit()


def test_another_kind_of_alert_pushes_no_neighbour_aside(panel: AlertsPanel) -> None:
    choose(panel, PRICE)
    narrowest = panel.minimumSizeHint().width()
    choose(panel, MOVE)
    assert panel.minimumSizeHint().width() <= narrowest + 60


def test_a_level_that_is_missing_is_called_missing(panel: AlertsPanel) -> None:
    choose(panel, PRICE)
    panel.level.set_value(None)
    panel.add.click()
    assert "Level is empty" in panel.problem.text()
    choose(panel, ORDERS)
    assert panel.problem.isHidden()


def test_an_indicator_is_named_with_its_length_and_bars(panel: AlertsPanel) -> None:
    choose(panel, STUDY)
    assert panel.level.value() == 70
    panel.study.indicator.set_choice("cci")
    panel.study.indicator.chosen.emit()
    assert panel.level.value() == 100
    panel.study.length.setValue(30)
    panel.study.bars.set_choice("4h")
    assert (panel.study.text(), panel.study.interval) == ("cci:30", Interval.H4)
    choose(panel, CLOSE)
    assert panel.level.isHidden()
    assert panel.study.text() == "ema:200"
    panel.study.indicator.set_choice("vwap")
    panel.study.indicator.chosen.emit()
    assert panel.study.length.isHidden()
    assert panel.study.text() == "vwap"
    choose(panel, PRICE)
    assert panel.study.isHidden()


def test_a_row_says_what_an_indicator_was_at_the_last_close() -> None:
    bar = candle(1, ("100", "110", "90", "104"))
    rsi = Alert("a", AlertKind.STUDY_CROSSES, Market.USDM, "BTCUSDT", Decimal(70), study="rsi:14")
    row = alert_row(rsi, None, (bar, Decimal("65.126")))
    assert row.cells[1].text == "+4.87"
    assert row.cells[1].hint == "RSI 14 was 65.13 at the last 1h close"
    ema = Alert("b", AlertKind.CLOSE_CROSSES, Market.USDM, "BTCUSDT", study="ema:200")
    assert alert_row(ema, None, (bar, Decimal("93.6"))).cells[1].text == percent_text(Decimal(-10))
    assert alert_row(ema, None).cells[1].text == UNKNOWN


@pytest.mark.parametrize("key", [*ON_LEVEL, *ON_PRICE])
def test_an_alert_has_the_figures_that_the_chart_draws(key: str) -> None:
    bars, text = candles(300), study_text(key, 14)
    figures = study_figures(text, bars)
    assert len(figures) == 300
    series, kind = CandleSeries(), kind_named(key)
    assert kind is not None
    study = Study(StudyChoice(kind, (14.0,) if has_length(key) else kind.usual))
    # As a chart does it: whole once, then bar by bar.
    series.load(bars[:250])
    study.follow(series)
    for bar in bars[250:]:
        series.update(bar)
        study.follow(series)
    assert figures[-1] is not None
    assert float(figures[-1]) == pytest.approx(float(study.lines[0][-1]))
    assert study_figures("gone:3", bars) == [None] * 300
