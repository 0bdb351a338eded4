"""Measure the service layer beside python-binance, ccxt.pro and Binance's own spot SDK.

``python -m tests.benchmarks.bench_services [--rounds 3] [--only ingest book order]`` starts one
server on 127.0.0.1 and then each contender in a process of its own, one after the other and in
turns. The others run in the environments of ``packaging/dev_venv.py``, unchanged but for addresses.

* ingest: a stream that is as fast as its reader, up to a typed value in a handler
* book: a book of 5,000 levels a side, its top 20 read after each message; no socket
* order: from the first line of the call to the last byte read by the server
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.benchmarks.services_frames import STREAMS, messages, snapshot
from tests.benchmarks.services_server import serve
from tests.helpers.foreign_client import environment_of

_HERE = Path(__file__).parent
_LIMIT_S = 240
# Our own script, which stands among those of the others, finds the program from here.
_ENVIRONMENT = {**os.environ, "PYTHONPATH": str(_HERE.parents[1])}
INGEST = {"warm_up": 2_000, "measured": 20_000}
INGEST_DEPTH = {"warm_up": 1_000, "measured": 8_000}
BOOK = {"warm_up": 50, "measured": 2_000}
ORDER = {"warm_up": 50, "measured": 500}


@dataclass(frozen=True)
class Contender:
    """Name who is measured, in which environment, by which script, on which way."""

    name: str
    environment: str
    script: str
    way: str = ""

    def run(self, task: Mapping[str, Any]) -> dict[str, Any]:
        """Do a task in a new process and return what it found."""
        python = environment_of(self.environment) if self.environment else sys.executable
        command = [str(python), str(_HERE / "clients" / self.script)]
        done = subprocess.run(
            [*command, json.dumps({**task, "way": self.way, "name": self.script[:4]})],
            capture_output=True, timeout=_LIMIT_S, check=False, env=_ENVIRONMENT,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{self.name}: {done.stderr.decode()[-2000:]}")
        result: dict[str, Any] = json.loads(done.stdout)
        return result


OURS = Contender("this program", "", "our_client.py")
BARE = Contender("bare websockets + msgspec", "", "our_client.py", "bare")
SDK = Contender("Binance's SDK", "spot", "official_client.py", "rest")
CCXT = Contender("ccxt.pro", "ccxt", "ccxt_pro_client.py", "rest")
PYTHON_BINANCE = Contender("python-binance", "python-binance", "python_binance_client.py", "rest")


def _socket(one: Contender) -> Contender:
    return Contender(f"{one.name}, WebSocket API", one.environment, one.script, "socket")


INGESTERS = (OURS, BARE, SDK, CCXT, PYTHON_BINANCE)
BOOK_KEEPERS = (OURS, CCXT, PYTHON_BINANCE)
ORDERERS = (
    Contender("this program, logged on", "", "our_client.py", "logged on"),
    Contender("this program, each signed", "", "our_client.py", "signed"),
    SDK, CCXT, PYTHON_BINANCE, _socket(SDK), _socket(CCXT), _socket(PYTHON_BINANCE),
)  # fmt: skip


@contextmanager
def running_server() -> Iterator[dict[str, str]]:
    """Start the server and give its addresses."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs,))
    process.start()
    try:
        root = f"127.0.0.1:{ours.recv()}"
        yield {
            "rest": f"http://{root}", "stream": f"ws://{root}", "ws_api": f"ws://{root}/ws-api/v3",
        }  # fmt: skip
    finally:
        process.kill()
        process.join()


def compare(
    what: str, contenders: Sequence[Contender], task: Mapping[str, Any], rounds: int
) -> None:
    """Let every contender do a task in each round and print the medians of the rounds."""
    found: dict[str, list[dict[str, Any]]] = {one.name: [] for one in contenders}
    for _ in range(rounds):
        for one in contenders:
            found[one.name].append(one.run(task))
    _print_same_top(found)
    sys.stdout.write(f"\n{what}   (load {os.getloadavg()[0]:.1f})\n")
    for name, results in found.items():
        keys = [key for key in results[0] if key != "top"]
        values = {key: statistics.median(one[key] for one in results) for key in keys}
        figures = "".join(f"{key:>16} {value:>11,.1f}" for key, value in values.items())
        sys.stdout.write(f"  {name:<30}{figures}\n")
    sys.stdout.flush()


def _print_same_top(found: Mapping[str, list[dict[str, Any]]]) -> None:
    tops = {json.dumps(result.get("top")) for results in found.values() for result in results}
    if len(tops) > 1:
        raise RuntimeError(f"the books differ: {tops}")


def main() -> None:
    """Measure what is wanted."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=["ingest", "book", "order"])
    options = parser.parse_args()
    with running_server() as addresses, TemporaryDirectory() as name:
        if "ingest" in options.only:
            for kind in STREAMS:
                counts = INGEST_DEPTH if kind == "depth" else INGEST
                task: dict[str, Any] = {"work": "ingest", "kind": kind, **counts, **addresses}
                compare(f"ingest {kind}", INGESTERS, task, options.rounds)
        if "book" in options.only:
            compare("book, top 20", BOOK_KEEPERS, _book_task(Path(name)), options.rounds)
        if "order" in options.only:
            task = {"work": "order", **ORDER, **addresses}
            compare("order", ORDERERS, task, options.rounds)


def _book_task(folder: Path) -> dict[str, Any]:
    lines, start = folder / "messages", folder / "snapshot"
    count = BOOK["warm_up"] + BOOK["measured"]
    lines.write_text("\n".join(map(json.dumps, messages("depth", count))), encoding="utf-8")
    start.write_text(json.dumps(snapshot()), encoding="utf-8")
    return {"work": "book", **BOOK, "messages": str(lines), "snapshot": str(start)}


if __name__ == "__main__":
    main()
