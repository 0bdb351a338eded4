"""Check what the doctor says where nothing answers: it ends, and each line says what to do."""

from __future__ import annotations

from pathlib import Path

from terminal_app.domain.instrument import Market
from terminal_app.services.doctor import Doctor, Verdict
from terminal_app.storage.ledger import Ledger
from tests.helpers.quiet_desk import quiet_desk, seat


async def no_keyring() -> str:
    """Say that nothing keeps keys."""
    return "There is no keyring."


async def keyring() -> str:
    """Say that the system keeps keys."""
    return ""


async def test_without_a_network_every_trouble_has_a_remedy(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite", "run")
    await ledger.open()
    desk = quiet_desk(Market.USDM, ledger)
    desk.problem = "The practice exchange did not start."
    seat(desk)
    doctor, heard = Doctor(desk, ledger, tmp_path, no_keyring), list[object]()
    doctor.observers.add(heard.append)
    await doctor.examine()
    await ledger.close()
    found = {check.name: check.verdict for check in doctor.checks}
    assert found["Disk"] is found["Ledger"] is Verdict.GOOD
    assert found["PRACTICE"] is found["Perpetual: Clock"] is Verdict.TROUBLE
    assert found["Perpetual: Market data"] is found["Perpetual: Key"] is Verdict.TROUBLE
    assert found["Keyring"] is found["Perpetual: Order connection"] is Verdict.WARNING
    assert all(check.remedy for check in doctor.checks if check.verdict is not Verdict.GOOD)
    assert len(found) == len(doctor.checks)
    assert (doctor.is_running, len(heard)) == (False, len(doctor.checks) + 1)
    assert "trouble  Perpetual: Clock:" in doctor.text()
    assert "k" * 64 not in doctor.text()


async def test_a_ledger_that_takes_nothing_and_a_folder_that_is_gone_are_trouble(
    tmp_path: Path,
) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite", "run")
    doctor = Doctor(quiet_desk(), ledger, tmp_path / "gone", keyring)
    await doctor.examine()
    found = {check.name: check.verdict for check in doctor.checks}
    assert found == {
        "Disk": Verdict.TROUBLE, "Ledger": Verdict.TROUBLE, "Keyring": Verdict.GOOD,
    }  # fmt: skip
