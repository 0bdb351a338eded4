"""Run lint, types, import contracts and tests, and sum up which of them passed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from dev_console import say

SOURCES = ("terminal_app", "tests", "packaging")
WORKERS = ("--numprocesses", "2", "--dist", "loadfile")
UNLOCKED_KEYRING = (
    'printf practice | gnome-keyring-daemon --unlock --components=secrets --daemonize >"$0" 2>&1; '
    'exec "$@"'
)


def run_all(python: Path, arguments: Sequence[str]) -> int:
    """Run every check to its end, even after a failure, and return 0 only if all passed."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_API": "pyside6"}
    results = []
    for name, command in _static_checks(python):
        results.append((name, *_run(name, command, environment)))
    pytest = [str(python), "-m", "pytest", *_pytest_arguments(arguments)]
    with tempfile.TemporaryDirectory(prefix="terminal-app-") as folder:
        wrapped, keyring_environment = _with_secret_service(pytest, Path(folder))
        results.append(("tests", *_run("tests", wrapped, {**environment, **keyring_environment})))
    say("")
    for name, code, seconds in results:
        verdict = "passed" if code == 0 else f"FAILED (exit code {code})"
        say(f"{name:<12}{verdict}, {seconds:.1f} s")
    return 0 if all(code == 0 for _, code, _ in results) else 1


def _static_checks(python: Path) -> list[tuple[str, list[str]]]:
    tools = [str(python), "-m"]
    lint_imports = shutil.which("lint-imports", path=str(python.parent)) or "lint-imports"
    return [
        ("lint", [*tools, "ruff", "check", *SOURCES]),
        ("format", [*tools, "ruff", "format", "--check", *SOURCES]),
        ("types", [*tools, "mypy"]),
        ("contracts", [lint_imports]),
    ]


def _pytest_arguments(arguments: Sequence[str]) -> list[str]:
    chosen = [word for word in arguments if word != "--quick"]
    if len(chosen) < len(arguments):
        chosen = ["-m", "not slow", *chosen]
    # The tests of a file share what it starts, so a file stays with one worker.
    return [*WORKERS, *chosen]


def _run(name: str, command: Sequence[str], environment: Mapping[str, str]) -> tuple[int, float]:
    say(f"\n== {name}")
    started = time.monotonic()
    code = subprocess.run(
        command, check=False, stdin=subprocess.DEVNULL, env=environment
    ).returncode
    return code, time.monotonic() - started


def _with_secret_service(command: list[str], folder: Path) -> tuple[list[str], Mapping[str, str]]:
    """Wrap COMMAND in a D-Bus session of its own with an unlocked, empty Secret Service."""
    needed = ("dbus-run-session", "gnome-keyring-daemon", "sh")
    if not all(shutil.which(name) for name in needed):
        return command, {}
    environment = {}
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
        own = folder / name.lower()
        own.mkdir(mode=0o700)
        environment[name] = str(own)
    log = str(folder / "gnome-keyring.log")
    shell = ["sh", "-c", UNLOCKED_KEYRING, log]
    return ["dbus-run-session", "--", *shell, *command], environment
