"""An export holds all that the ledger holds, is safe to open, and every change of it is seen."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal_app.app.ledger_command import main
from terminal_app.errors import StorageError
from terminal_app.storage.ledger_events import Body, EventKind, new_entry
from terminal_app.storage.ledger_export import EVENTS, FILLS, JSONL, MANIFEST, export, verify_export
from terminal_app.storage.ledger_file import LEDGER_NAME, LedgerFile

SCOPE = "practice/usdm"
FILL: Body = {
    "symbol": "=cmd|' /C calc'!A0", "trade_id": 5, "order_id": 7, "side": "SELL", "price": "0.10",
    "quantity": "12.500", "commission": "-0.00010", "commission_asset": "@BNB", "is_maker": True,
    "time_ms": 1_760_000_000_123, "realized_profit": "-3.50", "source": "stream",
}  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[LedgerFile]:
    """Keep a ledger with four events open."""
    folder = tmp_path / "data"
    folder.mkdir()
    file = LedgerFile.open(folder / LEDGER_NAME)
    file.write(
        [
            new_entry("", EventKind.RUN_START, {"version": "1"}),
            new_entry(SCOPE, EventKind.INTENT, {"text": "ä\n\u2028\x1f✓ \ud800"}, "t1-a"),
            new_entry(SCOPE, EventKind.FILL, FILL, "t1-a"),
            new_entry("", EventKind.RUN_END, {}),
        ],
        "run1",
    )
    yield file
    file.close()


def rows(path: Path) -> list[list[str]]:
    """Return the rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_everything_is_exported_and_proven(ledger: LedgerFile, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    told = export(ledger.rows("ORDER BY seq"), folder)
    assert sorted(path.name for path in folder.iterdir()) == [EVENTS, JSONL, FILLS, MANIFEST]
    assert (told["events"], told["fills"], told["first_seq"], told["last_seq"]) == (4, 1, 1, 4)
    assert told["chain_hash"] == list(ledger.rows("ORDER BY seq"))[-1][9]
    assert verify_export(folder) == told == json.loads((folder / MANIFEST).read_text())
    lines = [json.loads(line) for line in (folder / JSONL).read_text().split("\n")[:-1]]
    assert [line["kind"] for line in lines] == ["RUN_START", "INTENT", "FILL", "RUN_END"]
    assert all(row[0].endswith("Z") for row in rows(folder / EVENTS)[1:])


def test_no_cell_is_a_formula_and_decimals_stay_as_they_are(
    ledger: LedgerFile, tmp_path: Path
) -> None:
    export(ledger.rows("ORDER BY seq"), tmp_path / "out")
    head, fill = rows(tmp_path / "out" / FILLS)
    told = dict(zip(head, fill, strict=True))
    assert told["time"] == "2025-10-09T08:53:20.123Z"
    assert told["symbol"] == "'=cmd|' /C calc'!A0"
    assert told["commission_asset"] == "'@BNB"
    assert (told["price"], told["quantity"]) == ("0.10", "12.500")
    assert (told["commission"], told["realized_profit"]) == ("-0.00010", "-3.50")
    assert (told["order_id"], told["trade_id"]) == ("7", "5")
    assert (told["client_order_id"], told["source"]) == ("t1-a", "stream")


@pytest.mark.parametrize("name", [EVENTS, JSONL, FILLS, MANIFEST])
@pytest.mark.parametrize("change", ["flip", "cut", "empty", "gone"])
def test_every_change_of_an_export_is_seen(
    ledger: LedgerFile, tmp_path: Path, name: str, change: str
) -> None:
    path = tmp_path / "out" / name
    export(ledger.rows("ORDER BY seq"), path.parent)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    if change == "gone":
        path.unlink()
    else:
        whole = path.read_bytes()
        path.write_bytes({"flip": bytes(content), "cut": whole[:-9], "empty": b""}[change])
    with pytest.raises(StorageError):
        verify_export(path.parent)


def test_a_broken_chain_is_not_exported(ledger: LedgerFile, tmp_path: Path) -> None:
    kept = [row for row in ledger.rows("ORDER BY seq") if row[0] != 2]
    with pytest.raises(StorageError, match="Event 3 is not what was written"):
        export(kept, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_the_command_exports_and_verifies(
    ledger: LedgerFile, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--profile", str(tmp_path)]
    assert main(["verify", *words]) == 1
    assert "Another terminal is running" in capsys.readouterr().err
    ledger.close()
    assert main(["verify", *words]) == 0
    verified = capsys.readouterr().out
    assert verified.startswith("whole: 4 events, 1 fills, seq 1 to 4, chain hash ")
    assert main(["export", str(tmp_path / "out"), *words]) == 0
    assert main(["verify", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out == verified * 2
    (tmp_path / "out" / FILLS).write_text("")
    assert main(["verify", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err == ("terminal_app.ledger: fills.csv is not what was exported.\n")
    assert main(["verify", str(tmp_path / "nowhere")]) == 1
    assert "There is no ledger at" in capsys.readouterr().err
