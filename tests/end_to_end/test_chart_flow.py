"""Look at the book and at single trades through the chart of the real window."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint

from terminal_app.gui.chart.flow.readout import flow_words
from terminal_app.gui.chart.look import ChartStyle, ScaleMode
from tests.helpers.eventually import eventually
from tests.helpers.terminal import ready, running_terminal


@pytest.mark.gui
async def test_book_and_trades_are_gathered_while_the_window_is_open(tmp_path: Path) -> None:
    async with running_terminal(tmp_path) as program:
        session = await ready(program)
        chart = program.window.chart
        view, flow = chart.view, chart.view.frames.flow
        await eventually(lambda: len(flow.heat) >= 3 and len(flow.tape) > 0)

        # The newest column is the book as it was then: the best bid rests where it is shown.
        chart.set_look(ChartStyle.HEATMAP, ScaleMode.LINEAR)
        await eventually(lambda: "collecting since" in chart.flow_bar.words.text())
        best = session.market_data.book.bids.best()
        frame = view.frame()
        assert best is not None
        assert frame is not None
        column_ms = session.market_data.book.time_ms - flow.heat.column_ms
        assert flow.heat.size_at(column_ms, float(best.price)) >= 0
        spot = QPoint(round(frame.x(frame.count - 1)), round(frame.price.y(float(best.price))))
        assert flow_words(frame, spot).startswith("Resting ")

        # What was traded since then adds up to what the candle says.
        chart.set_look(ChartStyle.FOOTPRINT, ScaleMode.LINEAR)
        view.frames.time.spacing = 100
        view.redraw()
        trades = session.market_data.trades
        await eventually(lambda: len(flow.tape) >= session.market_data.trade_count)
        kept = flow.tape.signed_size[-len(trades) :]
        assert np.isclose(np.abs(kept).sum(), sum(float(trade.quantity) for trade in trades))
        await eventually(lambda: chart.flow_bar.words.text().startswith("Sold ×"))
