"""Funding and open interest: fetched as far back as wanted, renewed, kept while nobody answers."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from terminal_app.domain.contract_statistics import StatisticKind
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import DAY_MS, Interval
from terminal_app.services.contract_statistics import ContractStatistic
from terminal_app.tasks import TaskScope
from tests.helpers.eventually import eventually
from tests.helpers.practice import PracticeProcess
from tests.helpers.sessions import SYMBOL, live, opened_session

PACE_S = 0.05
LIMIT_S = 30.0
KIND = StatisticKind.OPEN_INTEREST


async def test_a_figure_is_kept_from_a_time_on(ledger_path: Path) -> None:
    with PracticeProcess(seed=7) as practice:
        async with (
            opened_session(practice.ready, Market.USDM, ledger_path) as session,
            TaskScope("statistics") as scope,
        ):
            await live(session)
            now_ms = session.candles.candles[-1].open_time_ms
            statistic = ContractStatistic(
                session.venue, scope, SYMBOL, KIND, Interval.M1, pace_s=PACE_S
            )
            times: list[int] = []
            statistic.observers.add(lambda _key: times.append(len(statistic.points)))
            statistic.reach(now_ms - DAY_MS // 4)
            await eventually(lambda: statistic.is_loaded, LIMIT_S)
            first_ms = statistic.points[0].time_ms
            assert first_ms - (now_ms - DAY_MS // 4) < 5 * 60_000

            statistic.reach(now_ms - DAY_MS)
            await eventually(lambda: statistic.points[0].time_ms < first_ms, LIMIT_S)
            asked = len(times)
            # Renewed a few times: nothing stands in it twice.
            await eventually(lambda: len(times) > asked + 5, LIMIT_S)
            moments = [point.time_ms for point in statistic.points]
            assert {later - first for first, later in pairwise(moments)} == {5 * 60_000}
            assert statistic.problem == ""

            practice.stop()
            await eventually(lambda: statistic.problem, LIMIT_S)
            assert [point.time_ms for point in statistic.points][: len(moments)] == moments

            statistic.leave()
            await eventually(lambda: not len(scope), LIMIT_S)
