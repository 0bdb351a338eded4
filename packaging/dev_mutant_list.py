"""The guards that are taken out one at a time, and the tests that must notice each."""

from __future__ import annotations

from dataclasses import dataclass

SERVICES, BINANCE = "terminal_app/services", "terminal_app/venues/binance"
BENCH = ("tests/faults/test_virtual.py", "-k", "few")
KEPT = ("tests/faults/test_seeds.py",)


@dataclass(frozen=True, slots=True)
class Mutant:
    """Hold a guard's text, what stands there without it, and who must notice."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...] = BENCH


MUTANTS = (
    Mutant(
        "send before the intent",
        f"{SERVICES}/orders.py",
        "        await self._intend({key: request}, action_id, seen, exits)\n"
        '        self._leave(self._sender.send(request, key), (key,), "place")\n',
        '        self._leave(self._sender.send(request, key), (key,), "place")\n'
        "        await self._intend({key: request}, action_id, seen, exits)\n",
    ),
    Mutant(
        "an action may act twice",
        f"{SERVICES}/orders.py",
        "            return self._keys_by_action[action_id][0]\n"
        "        self.gate.check((request,), beside)\n",
        "            pass\n        self.gate.check((request,), beside)\n",
    ),
    Mutant(
        "nobody asks for a person's own limits",
        f"{SERVICES}/order_gate.py",
        "            self.guard.check(requests, told, instead_of)\n",
        "            pass\n",
        ("tests/integration/services/test_safety.py",),
    ),
    Mutant(
        "the way out waits for the account",
        f"{SERVICES}/order_gate.py",
        "if not problem and not is_known and not only_reduces:",
        "if not problem and not is_known:",
        ("tests/integration/services/test_safety.py",),
    ),
    Mutant(
        "a stand-still is noticed later",
        f"{SERVICES}/order_gate.py",
        "is_known = self.is_reconciled and self.is_in_touch()",
        "is_known = self.is_reconciled",
        ("tests/integration/services/test_stopped.py",),
    ),
    Mutant(
        "send again when nothing is known",
        f"{SERVICES}/order_sender.py",
        "        outcome = await self._fate.execution.place(request, key)\n",
        "        outcome = await self._fate.execution.place(request, key)\n"
        "        if outcome.kind is OutcomeKind.UNKNOWN:\n"
        "            outcome = await self._fate.execution.place(request, key)\n",
    ),
    Mutant(
        "the other way after a lost answer",
        f"{BINANCE}/order_routes.py",
        "if not isinstance(answer.error, NotConnected):",
        "if answer.error is None:",
    ),
    Mutant(
        "an unproven answer is a refusal",
        f"{SERVICES}/order_sender.py",
        "        if outcome.kind is OutcomeKind.REJECTED:\n"
        "            self._store.settle(key, OrderStatus.REJECTED",
        "        if outcome.kind in (OutcomeKind.REJECTED, OutcomeKind.UNKNOWN):\n"
        "            self._store.settle(key, OrderStatus.REJECTED",
    ),
    Mutant(
        "by default an exception means unsent",
        f"{BINANCE}/outcome.py",
        '    return Classified(OutcomeKind.UNKNOWN, None, f"No answer',
        '    return Classified(OutcomeKind.NOT_SENT, None, f"No answer',
        ("tests/unit/venues/binance/test_outcome.py",),
    ),
    Mutant(
        "an unreadable success is a refusal",
        f"{BINANCE}/outcome.py",
        "        return Classified(OutcomeKind.UNKNOWN, None, _UNREADABLE)",
        "        return Classified(OutcomeKind.REJECTED, None, _UNREADABLE)",
        ("tests/unit/venues/binance/test_outcome.py",),
    ),
    Mutant(
        "every 5xx is a refusal",
        f"{BINANCE}/outcome.py",
        "return OutcomeKind.REJECTED if failed else OutcomeKind.UNKNOWN",
        "return OutcomeKind.REJECTED",
        ("tests/unit/venues/binance/test_outcome.py",),
    ),
    Mutant(
        "a duplicate is a refusal",
        f"{BINANCE}/outcome.py",
        "        return OutcomeKind.EXISTS\n",
        "        return OutcomeKind.REJECTED\n",
        ("tests/unit/venues/binance/test_outcome.py",),
    ),
    Mutant(
        "an order may go back",
        "terminal_app/domain/order.py",
        "    status = update.status if update.status in MOVES[order.status] else order.status\n",
        "    status = update.status\n",
        ("tests/unit/domain/test_order.py",),
    ),
    Mutant(
        "executed may fall",
        "terminal_app/domain/order.py",
        "    if update.executed_quantity > executed:\n",
        "    if update.executed_quantity != executed:\n",
        ("tests/unit/domain/test_order.py",),
    ),
    Mutant(
        "a fill counts as often as it is told",
        f"{SERVICES}/order_store.py",
        "        if fill.key in self.fills:\n            return False\n",
        "        if fill.key in self.fills:\n"
        "            fill = replace(fill, trade_id=-fill.trade_id)\n",
        ("tests/unit/services/test_order_store.py",),
    ),
    Mutant(
        "an unknown order is not asked for",
        f"{SERVICES}/order_fate.py",
        "            while self._is_unknown(key):\n",
        "            while False:\n",
        ("tests/integration/services/test_faults.py", "-k", "shown_as_unknown"),
    ),
    Mutant(
        "not found means refused",
        f"{SERVICES}/order_fate.py",
        "                search.note(await self.ask(key), clock())\n",
        "                search.note(await self.ask(key), clock())\n"
        '                self._store.settle(key, OrderStatus.REJECTED, "")\n',
        ("tests/integration/services/test_truth.py", "-k", "nobody_finds"),
    ),
    Mutant(
        "nothing is compared after a gap",
        f"{SERVICES}/reconciliation.py",
        "            is_anew = await self._load_all(truth, resting)\n",
        "            is_anew = False\n",
        KEPT,
    ),
    Mutant(
        "trades that lack are not fetched",
        f"{SERVICES}/own_trades.py",
        "        for asked in [one for one in self._lacking()",
        "        for asked in [one for one in ()",
        ("tests/integration/services/test_truth.py", "-k", "lost_trades"),
    ),
    Mutant(
        "a cancel is sent once only",
        f"{SERVICES}/order_sender.py",
        "        if not self._take_cancelled(outcome, key):\n"
        "            await self._cancel_until_known(key)\n\n"
        "    async def cancel_all",
        "        self._take_cancelled(outcome, key)\n\n    async def cancel_all",
        KEPT,
    ),
    Mutant(
        "orders while the clock has moved",
        f"{SERVICES}/connection.py",
        "    if abs(reading.moved_ms) > CLOCK_MOVED_MS:\n",
        "    if False:\n",
        ("tests/integration/services/test_health.py", "-k", "clock_has_moved"),
    ),
    Mutant(
        "a pause is not kept",
        f"{BINANCE}/limits.py",
        "        return max(self._paused_until_s - time.monotonic(), 0.0)\n",
        "        return 0.0\n",
        ("tests/unit/venues/binance/test_limits.py",),
    ),
    Mutant(
        "the time is asked for in a pause",
        f"{BINANCE}/rest.py",
        '        self.limits.take(Priority.CANCEL, weight(self._market, "GET", self._time_path))\n',
        "",
        KEPT,
    ),
    Mutant(
        "the time is asked for without a pause",
        f"{BINANCE}/clock.py",
        "                await asyncio.sleep(RETRY_EVERY_S)\n",
        "                await self._pause(RETRY_EVERY_S)\n",
        KEPT,
    ),
    Mutant(
        "a refused timestamp is believed",
        f"{BINANCE}/rest.py",
        "            self.clock.doubt()\n",
        "            pass\n",
        ("tests/unit/venues/binance/test_rest.py", "-k", "refused_timestamp"),
    ),
    Mutant(
        "a gap in the book is passed over",
        f"{BINANCE}/depth_sync.py",
        "    return diff.first_id <= last_id + 1\n",
        "    return True\n",
        ("tests/unit/venues/binance/test_depth_sync.py",),
    ),
    Mutant(
        "the ledger forgets its chain",
        "terminal_app/storage/ledger_events.py",
        "row[8] == previous_hash and row[9] == chain_hash(previous_hash, row[1:8])",
        "row[8] == previous_hash",
        ("tests/unit/storage/test_ledger.py",),
    ),
    Mutant(
        "secrets are written down",
        f"{BINANCE}/audit.py",
        '_SECRETS = "signature|listenKey|apiKey"',
        '_SECRETS = "nothing"',
        ("tests/unit/venues/binance/test_audit.py",),
    ),
    Mutant(
        "sizes are not rounded",
        "terminal_app/domain/instrument.py",
        "        return _rounded(quantity, self.quantity.step, rounding)\n",
        "        return quantity\n",
        ("tests/unit/domain/test_instrument.py",),
    ),
    Mutant(
        "any host may ask",
        "terminal_app/practice/http/rest.py",
        "    if not _is_own_host(request):\n",
        "    if False:\n",
        ("tests/integration/practice/test_process.py", "-k", "web_pages"),
    ),
)
