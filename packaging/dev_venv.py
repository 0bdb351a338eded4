"""Make the virtual environments from the hash-pinned locks, once for each content of a lock."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

from dev_console import SetupError, run_quietly, say

STAMP = "installed-locks.txt"


@dataclass(frozen=True)
class Environment:
    """Name a folder, the locks it is filled from in this order, and what they are for."""

    folder: str
    locks: tuple[str, ...]
    purpose: str
    # The official clients demand a newer certifi than there is; the clients' locks are whole as
    # they stand.
    without_dependencies: bool = False
    holds_project: bool = True


RUN = Environment(".venv", ("requirements-run.txt",), "what the terminal needs")
DEVELOPMENT = Environment(
    ".venv", ("requirements-run.txt", "requirements-dev.txt"), "what the checks need"
)


def _client(name: str, purpose: str) -> Environment:
    return _foreign(name, f"requirements-client-{name}.txt", purpose)


def _chart(name: str, purpose: str) -> Environment:
    return _foreign(f"chart-{name}", f"requirements-chart-{name}.txt", purpose)


def _foreign(folder: str, lock: str, purpose: str) -> Environment:
    return Environment(
        f".venv-clients/{folder}",
        (lock,),
        purpose,
        without_dependencies=True,
        holds_project=False,
    )


CLIENTS = (
    _client("spot", "Binance's own spot client"),
    _client("usdm", "Binance's own futures client"),
    _client("ccxt", "ccxt"),
)
# Only measured beside our own: no test asks for it.
PEERS = (_client("python-binance", "python-binance"),)
CHARTS = (
    _chart("vnpy", "vnpy's chart"),
    _chart("finplot", "finplot"),
    _chart("pyqtgraph", "pyqtgraph"),
)


def provide(repository: Path, environment: Environment) -> Path:
    """Return the Python of ENVIRONMENT, made or completed first if its locks are not in it yet."""
    folder = repository / environment.folder
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = [_fingerprint(repository, lock) for lock in environment.locks]
    known = _known_fingerprints(repository)
    present = _read_stamp(folder) if python.exists() else []
    if not present or not set(present) <= known:
        _create(folder, environment.folder)
        present = []
    if set(wanted) <= set(present):
        return python
    # A stamp from before this step must not vouch for what the step leaves half done.
    (folder / STAMP).unlink(missing_ok=True)
    _install(repository, environment, python)
    if environment.holds_project:
        _make_importable(repository, python)
    (folder / STAMP).write_text("\n".join([*present, *wanted]) + "\n", encoding="utf-8")
    return python


def compile_sources(repository: Path, python: Path) -> None:
    """Byte-compile the package so that the window opens sooner."""
    command = [str(python), "-m", "compileall", "-q", str(repository / "terminal_app")]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _fingerprint(repository: Path, lock: str) -> str:
    # A moved checkout or another Python makes the old environment useless, whatever its lock says.
    parts = (str(repository), sys.version, (repository / "packaging" / lock).read_text("utf-8"))
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return f"{lock} {digest}"


def _known_fingerprints(repository: Path) -> set[str]:
    locks = {lock for kind in (RUN, DEVELOPMENT, *CLIENTS, *PEERS, *CHARTS) for lock in kind.locks}
    return {_fingerprint(repository, lock) for lock in locks}


def _read_stamp(folder: Path) -> list[str]:
    try:
        return (folder / STAMP).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _create(folder: Path, name: str) -> None:
    say(f"- making the virtual environment {name}")
    try:
        venv.create(folder, clear=True, with_pip=True, symlinks=os.name != "nt")
    except (OSError, subprocess.CalledProcessError) as problem:
        raise SetupError(
            f"The virtual environment {folder} could not be made: {problem}\n"
            "It needs Python's modules venv and ensurepip and a folder that can be written to."
        ) from problem


def _install(repository: Path, environment: Environment, python: Path) -> None:
    lock = repository / "packaging" / environment.locks[-1]
    options = ["--require-hashes", "--only-binary", ":all:", "--disable-pip-version-check"]
    if environment.without_dependencies:
        options.append("--no-deps")
    run_quietly(
        f"installing {environment.purpose} into {environment.folder} (a minute or two)",
        [str(python), "-m", "pip", "install", "--no-input", *options, "-r", str(lock)],
        # A person's habit of installing for themselves makes no sense inside an environment.
        {**os.environ, "PIP_USER": "0"},
    )


def _make_importable(repository: Path, python: Path) -> None:
    question = "import sysconfig; print(sysconfig.get_path('purelib'))"
    answer = subprocess.run(
        [str(python), "-c", question], check=True, stdout=subprocess.PIPE, encoding="utf-8"
    )
    path_file = Path(answer.stdout.strip()) / "terminal-app.pth"
    path_file.write_text(f"{repository}\n", encoding="utf-8")
