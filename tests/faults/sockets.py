"""The same schedules over real sockets, against the practice exchange in a process of its own.

Time is real here, so a schedule is played faster than it was written. What only one process can
do — pull the cable, set this machine's clock — is left out; the market's own crowd trades.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any

from terminal_app.domain.instrument import Market, plain
from terminal_app.services.session import Session
from terminal_app.storage.ledger import Ledger
from terminal_app.tasks import TaskScope
from tests.faults.bench import Result, silent_logs
from tests.faults.exchange import SYMBOL
from tests.faults.moves import Moves
from tests.faults.person import DEEDS, Person, follow
from tests.faults.schedule import Schedule, Step
from tests.faults.truth import TrueOrder, Truth, differences, truth_from_answers
from tests.faults.world import ledger_folder, open_run
from tests.helpers.eventually import eventually
from tests.helpers.markets import WORDS
from tests.helpers.practice import PracticeProcess
from tests.helpers.practice_client import PracticeClient
from tests.helpers.practice_control import Control

FASTER = 10
AT_ONCE = 6
# A reply that never comes is waited for 12 s; from then on the order is asked for at growing
# intervals, and an account whose events were lost is compared every 30 s.
EQUAL_WITHIN_S = 60.0
OPENS_WITHIN_S = 20.0
LONGEST_S = 120.0
_POLL_S = 0.25
_ACCOUNTS = {
    Market.SPOT: ("/api/v3/account", None),
    Market.USDM: ("/fapi/v3/account", "/fapi/v3/positionRisk"),
}
_RESTING = ("NEW", "PARTIALLY_FILLED")
_BOOKS = {Market.SPOT: "/api/v3/ticker/bookTicker", Market.USDM: "/fapi/v1/ticker/bookTicker"}
# Truth is asked for far more often than a person's terminal asks, in minutes ten times as short.
LIMIT_FACTOR = 20


def run_over_sockets(schedules: Iterable[Schedule], at_once: int = AT_ONCE) -> Iterator[Result]:
    """Run schedules, some of them at the same time, each on an exchange that nobody else uses."""
    waiting = iter(schedules)
    processes = [
        PracticeProcess(seed=11, symbols=SYMBOL, limit_factor=LIMIT_FACTOR) for _ in range(at_once)
    ]
    with silent_logs(), asyncio.Runner() as runner:
        try:
            with ThreadPoolExecutor(at_once) as starting:
                list(starting.map(PracticeProcess.start, processes))
            results: asyncio.Queue[Result | None] = asyncio.Queue()
            workers = TaskScope("workers")
            runner.run(_begin(workers, processes, waiting, results))
            for _ in processes:
                while (result := runner.run(results.get())) is not None:
                    yield result
        finally:
            for process in processes:
                process.stop()


async def _begin(
    workers: TaskScope,
    processes: Sequence[PracticeProcess],
    waiting: Iterator[Schedule],
    results: asyncio.Queue[Result | None],
) -> None:
    async def work(process: PracticeProcess) -> None:
        for schedule in waiting:
            results.put_nowait(await _run(process, schedule))
        results.put_nowait(None)

    for process in processes:
        workers.spawn(work(process), "worker")


async def _run(process: PracticeProcess, schedule: Schedule) -> Result:
    word = WORDS[schedule.market]
    async with PracticeClient(process.ready, word) as client:
        control = Control(process.ready)
        try:
            async with asyncio.timeout(LONGEST_S):
                return await _Run(process, control, client, schedule).run()
        except Exception as error:
            return Result(schedule, [f"the run failed: {error!r}"])
        finally:
            await asyncio.to_thread(control.close)


class _Run:
    def __init__(
        self,
        process: PracticeProcess,
        control: Control,
        client: PracticeClient,
        schedule: Schedule,
    ) -> None:
        self._ready = process.ready
        self._control = control
        self._client = client
        self._schedule = schedule
        self._market = schedule.market
        self._word = WORDS[schedule.market]
        self._failures: list[str] = []
        self._moves: list[Moves] = []
        self._people = TaskScope("people", self._on_failure)
        self._terminal = AsyncExitStack()
        self._runs = 0
        self._first_row = 1
        self._session: Session | None = None
        self._ledger: Ledger | None = None

    async def run(self) -> Result:
        """Run the schedule, and heal the exchange for the next one."""
        result = Result(self._schedule)
        await self._heal()
        await self._call("POST", "reset-account")
        self._first_row = (await self._call("GET", "journal", limit=1))["last"] + 1
        book = await self._client.get(_BOOKS[self._market], symbol=SYMBOL)
        person = Person(self._market, Decimal(book["bidPrice"]), self._failures)
        with ledger_folder() as folder:
            try:
                await self._start(folder)
                await self._play(folder, person)
                await self._heal()
                result.lasted_s = await self._become_equal()
                await self._check_ledger()
            finally:
                await self._people.close()
                await self._terminal.aclose()
        result.violations = self._failures
        result.transitions = sum(moves.transitions for moves in self._moves)
        return result

    @property
    def session(self) -> Session:
        """Return the run of the terminal that is open."""
        assert self._session is not None
        return self._session

    async def _start(self, folder: Path) -> None:
        self._runs += 1
        run_id = f"run{self._runs:03d}"
        opened = open_run(self._ready, self._market, folder / "ledger", run_id, self._failures)
        session, ledger, _ = await self._terminal.enter_async_context(opened)
        self._session, self._ledger = session, ledger
        self._moves.append(Moves(session.orders.store, self._report))
        self._people.spawn(follow(session), "select")
        if self._runs == 1:
            await eventually(lambda: not session.orders.closed_because, OPENS_WITHIN_S)

    async def _play(self, folder: Path, person: Person) -> None:
        loop = asyncio.get_running_loop()
        started_s = loop.time()
        for step in self._schedule.steps:
            await asyncio.sleep(started_s + step.at_ms / 1000 / FASTER - loop.time())
            if step.do == "restart":
                person.is_leaving = True
                await self._terminal.aclose()
                await self._start(folder)
                person.is_leaving = False
            elif step.do in DEEDS:
                self._people.spawn(person.act(self.session, step), step.do)
            else:
                await self._happen(step)

    async def _happen(self, step: Step) -> None:
        args = dict(step.args)
        match step.do:
            case "control":
                name = args.pop("name")
                if name in ("lag", "ban", "actor/order"):
                    args["market"] = self._word
                if args.get("hook") == "handshake.refuse":
                    # What asks for a minute's pause is left to virtual time.
                    args["status"] = 503
                await self._try("POST", name, **args)
            case "money":
                name = "deposit" if args["amount"][0] != "-" else "withdraw"
                amount = args["amount"].removeprefix("-")
                await self._try("POST", name, market=self._word, asset="USDT", amount=amount)
            case "end":
                orders, _ = await self._written()
                resting = [number for number, order in orders.items() if order.status in _RESTING]
                for number in resting[args["nth"] : args["nth"] + 1]:
                    fields = {"symbol": SYMBOL, "orderId": number, "market": self._word}
                    await self._try("POST", f"actor/{args['by']}", **fields)
            case "server clock":
                await self._try("POST", "clock", offset=args["ms"])
            case _:
                # The cable, the clock of this machine, and a hit: the crowd hits by itself.
                return

    async def _heal(self) -> None:
        await self._call("DELETE", "faults")
        await self._call("POST", "lag", market=self._word, orders=0, snapshots=0)
        await self._call("POST", "latency", request=0, engine=0, reply=0, stream=0)
        await self._call("POST", "sockets", action="release")
        await self._call("POST", "ban", market=self._word, seconds=0)
        await self._call("POST", "clock", offset=0)

    async def _become_equal(self) -> float:
        loop = asyncio.get_running_loop()
        healed_s = loop.time()
        # The market stands still from here on: nothing new may happen while it is compared.
        await self._call("POST", "pause")
        try:
            while True:
                self.session.orders.bans.review()
                # Both ends of this bench share an address: the ban of one would be that of both.
                await self._call("POST", "ban", market=self._word, seconds=0)
                found = list(differences(await self._truth(), self.session))
                if not found:
                    return loop.time() - healed_s
                if loop.time() - healed_s > EQUAL_WITHIN_S:
                    self._failures += found
                    return loop.time() - healed_s
                await asyncio.sleep(_POLL_S)
        finally:
            await self._call("POST", "resume")

    async def _truth(self) -> Truth:
        orders, fills = await self._written()
        account_path, risk_path = _ACCOUNTS[self._market]
        account = await self._client.call("GET", account_path)
        risks = await self._client.call("GET", risk_path) if risk_path else None
        return truth_from_answers(orders, fills, account, risks)

    async def _written(self) -> tuple[dict[int, TrueOrder], frozenset[tuple[int, int]]]:
        """Return the orders and fills of this run by the exchange's own journal."""
        orders: dict[int, TrueOrder] = {}
        fills: set[tuple[int, int]] = set()
        numbers: dict[str, int] = {}
        async for row in self._journal():
            number = row.get("orderId", 0)
            if row["kind"] == "order":
                if numbers.setdefault(row["clientOrderId"], number) != number:
                    self._report("I1", f"{row['clientOrderId']} was accepted twice")
                texts = (plain(Decimal(row[name])) for name in ("executed", "quantity", "price"))
                orders[number] = TrueOrder(row["status"], *texts)
            elif row["kind"] == "fill":
                fills.add((number, row["tradeId"]))
        return orders, frozenset(fills)

    async def _journal(self) -> AsyncIterator[dict[str, Any]]:
        following = self._first_row
        while True:
            page = await self._call("GET", "journal", **{"from": following, "limit": 5_000})
            for row in page["rows"]:
                if row["market"] == self._word:
                    yield row
            if page["next"] > page["last"]:
                return
            following = page["next"]

    async def _check_ledger(self) -> None:
        assert self._ledger is not None
        if not await self._ledger.verify():
            self._report("I8", "the chain of the ledger is broken")

    async def _call(self, method: str, name: str, /, **fields: Any) -> Any:
        return await asyncio.to_thread(self._control.call, method, name, **fields)

    async def _try(self, method: str, name: str, /, **fields: Any) -> None:
        # What is refused, as a withdrawal beyond what is free, does not happen.
        await asyncio.to_thread(self._control.send, method, name, **fields)

    def _report(self, invariant: str, text: str) -> None:
        self._failures.append(f"{invariant}: {text}")

    def _on_failure(self, name: str, error: BaseException) -> None:
        self._failures.append(f"the task {name} failed: {error!r}")
