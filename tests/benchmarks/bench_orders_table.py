"""Measure what a storm of order changes costs the account's panel.

``python -m tests.benchmarks.bench_orders_table`` puts 500 working orders into a real session, shows
the open orders, and applies 200 changes of size and price every 50 ms for some seconds, as the
account's stream would. It prints what everything after the order store takes, painting
among it, and what share of a core that is; the aim is below 10 %.
"""

from __future__ import annotations

import os
import random
import sys
import time
from dataclasses import replace
from decimal import Decimal

os.environ["QT_QPA_PLATFORM"] = os.environ.get("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from terminal_app.domain.order import Order
from terminal_app.gui.activity.panel import ActivityPanel
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.theme import DARK, apply_theme
from terminal_app.services.connection import ACCOUNT, MARKET
from terminal_app.services.desk import ENVIRONMENT
from terminal_app.services.session import Session
from terminal_app.venues.base import ConnectionChanged, ConnectionState
from tests.helpers.account_values import LIMIT
from tests.helpers.quiet_desk import quiet_desk, seat

ORDERS, CHANGES, EVERY_MS, ROUNDS = 500, 200, 50, 100
SIZE = (1300, 320)


def main() -> int:
    """Run it and print the figures; return 0 where the aim is met."""
    application = QApplication([])
    apply_theme(application, DARK)
    desk = quiet_desk()
    window, panel = QWidget(), ActivityPanel(desk, DARK, FrameClock())
    layout = QVBoxLayout(window)
    for part in (panel.tabs, panel.summary, panel):
        layout.addWidget(part)
    window.resize(*SIZE)
    window.show()
    session = seat(desk)
    for name in (MARKET, ACCOUNT):
        session.connection.apply(ConnectionChanged(name, ConnectionState.LIVE))
    orders = [_order(number) for number in range(ORDERS)]
    session.orders.store.restore(orders, [])
    desk.observers.notify(ENVIRONMENT)
    panel.tabs.setCurrentIndex(1)
    panel.flush()
    QTest.qWaitForWindowExposed(window)
    storm = Storm(application, session)
    storm.run()
    share = storm.panel_s / storm.wall_s * 100
    sys.stdout.write(
        f"{ORDERS} orders, {CHANGES} changes every {EVERY_MS} ms, {ROUNDS} rounds\n"
        f"order store {storm.store_s / ROUNDS * 1000:.2f} ms a round\n"
        f"panel and painting {storm.panel_s / ROUNDS * 1000:.2f} ms a round,"
        f" {share:.1f} % of a core (aim: below 10 %)\n"
    )
    window.close()
    return 0 if share < 10 else 1


class Storm:
    """Change orders on a timer while the window's own loop runs; seconds are of processor time."""

    def __init__(self, application: QApplication, session: Session) -> None:
        self._application = application
        self._store = session.orders.store
        self._chance = random.Random(7)
        self._left = ROUNDS
        self._timer = QTimer(interval=EVERY_MS)
        self._timer.timeout.connect(self._change)
        self.store_s = self.panel_s = self.wall_s = 0.0

    def run(self) -> None:
        """Change orders round after round."""
        begun_s, wall_s = time.process_time(), time.monotonic()
        self._timer.start()
        self._application.exec()
        self.wall_s = time.monotonic() - wall_s
        self.panel_s = time.process_time() - begun_s - self.store_s

    def _change(self) -> None:
        begun_s, store = time.process_time(), self._store
        for key in self._chance.sample(list(store.orders), CHANGES):
            order = store.orders[key]
            filled = min(order.executed_quantity + Decimal("0.001"), order.quantity / 2)
            store.add(replace(order, executed_quantity=filled, price=order.price + Decimal("0.1")))
        self.store_s += time.process_time() - begun_s
        self._left -= 1
        if not self._left:
            self._application.quit()


def _order(number: int) -> Order:
    price = Decimal(61000) - number * Decimal("0.5")
    return replace(
        LIMIT,
        client_order_id=f"t-run-{number}",
        order_id=number + 1,
        price=price,
        created_ms=LIMIT.created_ms + number,
    )


if __name__ == "__main__":
    sys.exit(main())
