"""The two commands and the locks they install from; the set-up itself is what runs the tests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

PACKAGING = Path(__file__).parents[3] / "packaging"
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
REQUIREMENT = re.compile(r"^(?P<name>[A-Za-z0-9.-]+)==(?P<version>\S+)(?P<rest>.*)")


def dev(*arguments: str, without: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    environment: Mapping[str, str] = {k: v for k, v in os.environ.items() if k not in without}
    return subprocess.run(
        [sys.executable, str(PACKAGING / "dev.py"), *arguments],
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        env=environment,
    )


def pins(lock: str) -> dict[tuple[str, str], str]:
    """Return the version of each requirement by its name and marker."""
    found = {}
    for line in (PACKAGING / lock).read_text(encoding="utf-8").splitlines():
        match = REQUIREMENT.match(line)
        if match:
            marker = match["rest"].strip(" \\;")
            found[match["name"], marker] = match["version"]
    return found


@pytest.mark.parametrize("arguments", [[], ["walk"], ["--run"], ["bench"]])
def test_a_wrong_command_line_gets_the_usage_and_code_2(arguments: list[str]) -> None:
    result = dev(*arguments)
    assert result.returncode == 2
    assert result.stderr.startswith("usage: ")
    assert not result.stdout


def test_help_goes_to_stdout() -> None:
    result = dev("--help")
    assert result.returncode == 0
    assert result.stdout.startswith("usage: ")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere a screen is certain")
def test_run_without_a_display_says_so_and_how_to_do_without() -> None:
    result = dev("run", "--symbol", "ETHUSDT", without=DISPLAYS)
    assert result.returncode == 2
    assert "no display" in result.stderr
    assert "--screenshot FILE" in result.stderr


@pytest.mark.parametrize("lock", sorted(path.name for path in PACKAGING.glob("requirements-*.txt")))
def test_a_lock_pins_every_package_by_hash_and_names_no_place(lock: str) -> None:
    text = (PACKAGING / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*--(index|find|extra|trusted)", text, re.MULTILINE)
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert len(blocks) > 5
    for block in blocks:
        assert REQUIREMENT.match(block), block
        assert "--hash=sha256:" in block, block


def test_the_locks_of_running_and_checking_agree() -> None:
    run, development = (
        {(name, version) for (name, _), version in pins(lock).items()}
        for lock in ("requirements-run.txt", "requirements-dev.txt")
    )
    assert run <= development


def test_the_lock_serves_the_other_systems_and_newer_pythons() -> None:
    run = pins("requirements-run.txt")
    assert ("pywin32-ctypes", "sys_platform == 'win32'") in run
    assert ("secretstorage", "sys_platform == 'linux'") in run
    # PySide6 6.12 drops references on Python 3.11 and aborts it after some thousand calls.
    old = run["pyside6-essentials", "python_full_version < '3.12'"]
    assert tuple(map(int, old.split("."))) < (6, 12)
    assert ("pyside6-essentials", "python_full_version >= '3.12'") in run


def test_packaging_is_no_package() -> None:
    assert not (PACKAGING / "__init__.py").exists()
