"""The process: its line, its options, its end, and whom it refuses."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from tests.helpers.practice import REPOSITORY, PracticeProcess, command
from tests.helpers.practice_client import PracticeClient

KEYS = {
    "spot_rest",
    "spot_stream",
    "spot_ws_api",
    "futures_rest",
    "futures_stream",
    "futures_ws_api",
    "control",
    "control_token",
    "api_key",
    "api_secret",
    "pid",
    "notices",
}


def control(ready: dict[str, Any], method: str, call: str, **options: Any) -> httpx.Response:
    options.setdefault("headers", {"X-Control-Token": ready["control_token"]})
    address = f"{ready['control']}/control/{call}"
    with httpx.Client(trust_env=False) as client:
        return client.request(method, address, **options)


def get(address: str, **headers: str) -> httpx.Response:
    with httpx.Client(trust_env=False) as client:
        return client.get(address, headers=headers)


def test_ready_line(practice: PracticeProcess) -> None:
    ready = practice.ready
    assert set(ready) == KEYS
    assert ready["pid"] == practice.process.pid
    assert ready["notices"] == []
    assert ready["spot_ws_api"] == ready["spot_stream"] + "/ws-api/v3"
    assert ready["futures_ws_api"] == ready["futures_stream"] + "/ws-fapi/v1"
    assert get(ready["spot_rest"] + "/api/v3/ping").json() == {}
    assert get(ready["futures_rest"] + "/fapi/v1/ping").json() == {}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--market", "dreamt"], "--market: invalid choice: 'dreamt'"),
        (["--market", "recorded"], "--market recorded needs --data with at least one file"),
        (["--market", "recorded", "--data", "absent.gz"], "--data absent.gz: must be a readable"),
        (["--data", "absent.gz"], "--data is for --market recorded"),
        (["--alpha", "0.5"], "--alpha is for --market recorded"),
        (["--speed", "0"], "--speed: '0' must be a number greater than 0"),
        (["--speed", "1001"], "--speed: '1001' must be a number greater than 0 and at most 1000"),
        (["--speed", "nan"], "--speed: 'nan' must be a number greater than 0"),
        (["--spot-port", "65536"], "--spot-port: '65536' must be a whole number from 0 to 65535"),
        (["--control-port", "-1"], "--control-port: '-1' must be a whole number"),
        (["--idle-timeout", "-5"], "--idle-timeout: '-5' must be a number of seconds"),
        (["--seed", "x"], "--seed: invalid int value: 'x'"),
        (["--unknown"], "unrecognized arguments: --unknown"),
    ],
)
def test_bad_command_line(arguments: list[str], sentence: str) -> None:
    result = run(*arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    assert "usage: " in result.stderr
    assert sentence in result.stderr


def test_data_that_is_no_recording(tmp_path: Path) -> None:
    path = tmp_path / "noise.gz"
    path.write_bytes(b"not a recording")
    result = run("--market", "recorded", "--data", str(path))
    assert result.returncode == 2
    assert "--data" in result.stderr


def test_damaged_credentials_are_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    path.write_text("{}")
    result = run("--credentials", str(path))
    assert result.returncode == 2
    assert "is not a credentials file" in result.stderr
    assert path.read_text() == "{}"


def test_port_in_use(practice: PracticeProcess) -> None:
    port = practice.ready["spot_rest"].rpartition(":")[2]
    result = run("--spot-port", port)
    assert result.returncode == 2
    assert f"--spot-port {port}: " in result.stderr


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1"}, 403),
        ({"Host": "127.0.0.1:1"}, 403),
        ({"Origin": "http://127.0.0.1"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 200),
    ],
)
def test_web_pages_are_refused(
    practice: PracticeProcess, headers: dict[str, str], status: int
) -> None:
    for address in ("spot_rest", "futures_rest"):
        prefix = "/api/v3" if address == "spot_rest" else "/fapi/v1"
        response = get(practice.ready[address] + prefix + "/ping", **headers)
        assert response.status_code == status
    token = {"X-Control-Token": practice.ready["control_token"]}
    response = control(practice.ready, "GET", "status", headers=token | headers)
    assert response.status_code == status


def test_localhost_is_a_name_of_the_server(practice: PracticeProcess) -> None:
    port = practice.ready["spot_rest"].rpartition(":")[2]
    address = f"{practice.ready['spot_rest']}/api/v3/ping"
    assert get(address, Host=f"localhost:{port}").status_code == 200


@pytest.mark.parametrize("address", ["spot_ws_api", "futures_ws_api"])
async def test_sockets_of_web_pages_are_refused(practice: PracticeProcess, address: str) -> None:
    origin = Origin("http://evil.example")
    with pytest.raises(InvalidStatus) as refusal:
        await connect(practice.ready[address], origin=origin, proxy=None)
    assert refusal.value.response.status_code == 403


def test_unknown_path_is_answered_with_json(practice: PracticeProcess) -> None:
    response = get(practice.ready["spot_rest"] + "/api/v1/ping")
    assert response.status_code == 404
    assert set(response.json()) == {"code", "msg"}
    wrong = httpx.delete(practice.ready["spot_rest"] + "/api/v3/ping", trust_env=False)
    assert (wrong.status_code, wrong.json()["code"]) == (405, -1020)


@pytest.mark.parametrize("headers", [{}, {"X-Control-Token": "guess"}])
def test_control_needs_its_token(practice: PracticeProcess, headers: dict[str, str]) -> None:
    for call in ("status", "nowhere"):
        assert control(practice.ready, "GET", call, headers=headers).status_code == 401


def test_control_steers_the_market(practice: PracticeProcess) -> None:
    ready = practice.ready
    status = control(ready, "GET", "status").json()
    assert (status["market"], status["speed"], status["ended"]) == ("synthetic", 1.0, False)
    assert set(status["markets"]) == {"spot", "futures"}
    assert control(ready, "POST", "speed", json={"speed": 2}).json()["speed"] == 2
    for wrong in (
        '{"speed": 0}',
        '{"speed": 1e4}',
        '{"speed": "fast"}',
        '{"speed": true}',
        "{}",
        "[]",
        "",
    ):
        assert control(ready, "POST", "speed", content=wrong).status_code == 400
    assert control(ready, "POST", "pause").json()["paused"] is True
    before = control(ready, "GET", "status").json()["markets"]["spot"]["time"]
    after = control(ready, "GET", "status").json()["markets"]["spot"]["time"]
    assert before == after
    assert control(ready, "POST", "resume").json()["paused"] is False
    assert control(ready, "POST", "speed", json={"speed": 1}).json()["speed"] == 1


async def test_control_resets_the_account(practice: PracticeProcess) -> None:
    async with PracticeClient(practice.ready, "futures") as client:
        await client.call(
            "POST", "/fapi/v1/order", symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.01"
        )
        assert control(practice.ready, "POST", "reset-account").status_code == 200
        assert await client.call("GET", "/fapi/v3/positionRisk") == []
        (balance,) = await client.call("GET", "/fapi/v3/balance")
        assert float(balance["balance"]) == 10_000


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to send")
def test_sigterm_ends_it_cleanly() -> None:
    with PracticeProcess() as practice:
        practice.process.send_signal(signal.SIGTERM)
        assert practice.wait() == ""
        assert practice.process.returncode == 0


def test_a_speed_beyond_the_machine_blocks_nobody() -> None:
    with PracticeProcess(speed=1_000) as practice:
        for _ in range(5):
            assert get(practice.ready["spot_rest"] + "/api/v3/ping").status_code == 200
        control(practice.ready, "POST", "shutdown")
        assert practice.wait() == ""


async def test_shutdown_closes_sockets_and_ends_it() -> None:
    with PracticeProcess() as practice:
        address = practice.ready["spot_stream"] + "/ws/btcusdt@bookTicker"
        async with connect(address, proxy=None) as socket:
            await socket.recv()
            assert control(practice.ready, "POST", "shutdown").status_code == 200
            async for _ in socket:
                pass
            assert socket.close_code == 1001
        assert practice.wait() == ""
        assert practice.process.returncode == 0


def test_left_alone_it_ends_by_itself() -> None:
    with PracticeProcess(idle_timeout=0.5) as practice:
        assert practice.wait() == ""
        assert practice.process.returncode == 0


async def test_an_open_socket_keeps_it_alive() -> None:
    with PracticeProcess(idle_timeout=0.3) as practice:
        address = practice.ready["spot_stream"] + "/ws/btcusdt@kline_1s"
        async with connect(address, proxy=None) as socket:
            for _ in range(2):
                await socket.recv()
            assert practice.process.poll() is None


def test_closed_stdout_does_not_matter() -> None:
    with PracticeProcess() as practice:
        assert practice.process.stdout is not None
        practice.process.stdout.close()
        assert get(practice.ready["spot_rest"] + "/api/v3/ping").status_code == 200


def test_kept_credentials_are_private_and_stay(tmp_path: Path) -> None:
    path = tmp_path / "new" / "credentials.json"
    with PracticeProcess(credentials=path) as practice:
        first = practice.ready
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert set(json.loads(path.read_text())) == {"api_key", "api_secret", "control_token"}
    with PracticeProcess(credentials=path) as practice:
        for name in ("api_key", "api_secret", "control_token"):
            assert practice.ready[name] == first[name]


async def test_account_survives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "account.sqlite3"
    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC"}
    with PracticeProcess(account=path) as practice:
        async with PracticeClient(practice.ready, "spot") as client:
            placed = await client.call(
                "POST", "/api/v3/order", quantity="0.001", price="30000.00", **order
            )
        practice.kill()
    with PracticeProcess(account=path) as practice:
        async with PracticeClient(practice.ready, "spot") as client:
            (kept,) = await client.call("GET", "/api/v3/openOrders")
            assert kept["clientOrderId"] == placed["clientOrderId"]
            again = await client.call(
                "POST", "/api/v3/order", quantity="0.001", price="30000.00", **order
            )
            assert again["orderId"] > placed["orderId"]


def test_damaged_account_is_kept_aside_and_said(tmp_path: Path) -> None:
    path = tmp_path / "account.sqlite3"
    path.write_bytes(b"no database at all" * 100)
    with PracticeProcess(account=path) as practice:
        (notice,) = practice.ready["notices"]
        (kept,) = tmp_path.glob("account.sqlite3.damaged-*")
        assert kept.name in notice
        assert kept.read_bytes() == b"no database at all" * 100
