"""From an archive server to a market that is traded: fetch with the command, play, ask."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.helpers.archive_server import ArchiveServer, cut_after, stall_after, zipped
from tests.helpers.eventually import eventually
from tests.helpers.practice import REPOSITORY, PracticeProcess
from tests.helpers.practice_client import PracticeClient

DAY_MS = 1_735_689_600_000  # 2025-01-01
SPOT = "spot/daily/aggTrades/BTCUSDT/BTCUSDT-aggTrades-2025-01-01"
USDM = "futures/um/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2025-01-01"


async def _start(server: ArchiveServer, folder: Path, *words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "terminal_app.archive", str(folder), "--host", server.http,
        "--symbols", "BTCUSDT", "--from", "2025-01-01", *words,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )  # fmt: skip


async def _fetch(server: ArchiveServer, folder: Path, *words: str) -> tuple[int, str]:
    process = await _start(server, folder, *words)
    out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()


def _spot_rows() -> list[str]:
    # The spot archive has told times in microseconds since 2025.
    return [
        f"{n},{50_000 + n}.00,0.10000,{n},{n},{(DAY_MS + 20_000 * n) * 1000},True,True"
        for n in range(1, 10)
    ]


def _usdm_rows() -> list[str]:
    header = "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume"
    return [f"{header},taker_buy_quote_volume,ignore"] + [
        f"{DAY_MS + 60_000 * n},50000.0,50010.0,49990.0,5000{n}.0,2.000,"
        f"{DAY_MS + 60_000 * n + 59_999},100000,20,1.000,50000,0"
        for n in range(5)
    ]


async def test_what_the_command_fetches_is_what_the_exchange_plays(tmp_path: Path) -> None:
    async with ArchiveServer() as server:
        server.files[f"{SPOT}.zip"] = zipped(SPOT.rpartition("/")[2], *_spot_rows())
        server.files[f"{USDM}.zip"] = zipped(USDM.rpartition("/")[2], *_usdm_rows())
        server.faults = [cut_after(50)]
        spot = await _fetch(server, tmp_path, "--kinds", "aggTrades", "--to", "2025-01-02")
        usdm = await _fetch(server, tmp_path, "--market", "usdm", "--kinds", "klines")
    assert spot[0] == usdm[0] == 0
    assert spot[1].startswith("1 fetched, 1 not published; ")
    assert usdm[1].endswith(f"To play it: --market recorded --data {tmp_path}\n")
    with PracticeProcess(market="recorded", data=tmp_path, speed=1000) as practice:
        async with PracticeClient(practice.ready, "futures") as client:
            candles = await _candles(client, "/fapi/v1/klines", 4)
            assert [float(row[4]) for row in candles] == [50_000, 50_001, 50_002, 50_003]
        async with PracticeClient(practice.ready, "spot") as client:
            candles = await _candles(client, "/api/v3/klines", 3)
            assert [float(row[4]) for row in candles] == [50_002, 50_005, 50_008]
            trades = await client.get("/api/v3/aggTrades", symbol="BTCUSDT", limit=3)
            assert float(trades[-1]["p"]) == 50_009


async def _candles(client: PracticeClient, path: str, count: int) -> list[list[str]]:
    async with asyncio.timeout(20):
        while True:
            rows = await client.get(path, symbol="BTCUSDT", interval="1m", startTime=DAY_MS)
            if len(rows) > count:
                return list(rows[:count])
            await asyncio.sleep(0.05)


@pytest.mark.skipif(os.name != "posix", reason="no interrupt can be sent here")
async def test_an_interrupted_command_says_so_and_the_next_goes_on(tmp_path: Path) -> None:
    content = zipped(SPOT.rpartition("/")[2], *_spot_rows())
    part = tmp_path / f"{SPOT}.zip.part"
    async with ArchiveServer() as server:
        server.files[f"{SPOT}.zip"] = content
        server.faults = [stall_after(100)]
        process = await _start(server, tmp_path, "--kinds", "aggTrades")
        await eventually(lambda: part.exists() and server.ranges)
        process.send_signal(signal.SIGINT)
        _, told = await process.communicate()
        assert process.returncode == 130
        assert told.decode().endswith("stopped; the same command goes on from here\n")
        assert (await _fetch(server, tmp_path, "--kinds", "aggTrades"))[0] == 0
    assert (tmp_path / f"{SPOT}.zip").read_bytes() == content
