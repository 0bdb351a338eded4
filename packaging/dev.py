"""Open the terminal or run its checks from a checkout; each command does all of its own set-up.

    python3 packaging/dev.py run [ARGUMENTS OF THE TERMINAL…]
    python3 packaging/dev.py test [--quick] [ARGUMENTS OF PYTEST…]
    python3 packaging/dev.py compare [ARGUMENTS OF THE BENCHMARK…]
    python3 packaging/dev.py bench chart [ARGUMENTS OF THE BENCHMARK…]
    python3 packaging/dev.py faults [--seeds N] [--first-seed S] [--layer virtual|sockets]
    python3 packaging/dev.py catalogue [--only T14…] [--scale X]
    python3 packaging/dev.py mutants [NAMES…]
    python3 packaging/dev.py golden [--into FOLDER] [NAMES…]

Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import dev_checks
import dev_system
import dev_venv
from dev_console import SetupError

USAGE = """\
usage: python3 packaging/dev.py run [ARGUMENTS OF THE TERMINAL...]
       python3 packaging/dev.py test [--quick] [ARGUMENTS OF PYTEST...]
       python3 packaging/dev.py compare [--rounds N] [--only ingest book order]
       python3 packaging/dev.py bench chart [--bars N...] [--rounds N] [--alone]
       python3 packaging/dev.py faults [--seeds N] [--first-seed S] [--layer virtual|sockets]
       python3 packaging/dev.py catalogue [--only T14...] [--scale X] [--first-seed S]
       python3 packaging/dev.py mutants [NAMES...]
       python3 packaging/dev.py golden [--into FOLDER] [NAMES...]

run      opens the terminal on the practice exchange (all further arguments are the terminal's)
test     runs lint, types, import contracts and tests (--quick leaves the slow tests out;
         all further arguments are pytest's)
compare  measures the service layer beside Binance's SDK, ccxt and python-binance
bench    measures the chart beside vnpy's, finplot's and pyqtgraph's
faults   runs schedules of faults against the services and checks what must always hold
catalogue  runs lines of the catalogue of faults at its own numbers
mutants  takes the guards out of a copy one at a time: a test must notice each
golden   takes the golden pictures of the panels anew (NAMES: how their names begin)

The first time each makes its own virtual environment; later it starts at once.
"""
NO_SCREEN = (
    "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open; "
    "add `--screenshot FILE --after SECONDS` for a picture without one.\n"
)
OLDEST_PYTHON = (3, 11)
REPOSITORY = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    """Do the named command and return its exit code (2: wrong usage, 130: interrupted)."""
    if sys.version_info < OLDEST_PYTHON:
        found = sys.version.split()[0]
        sys.stderr.write(f"Python 3.11 or newer is needed; {sys.executable} is {found}.\n")
        return 2
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if command in {"-h", "--help"}:
        sys.stdout.write(USAGE)
        return 0
    commands = {
        "run": run, "test": test, "compare": compare, "bench": bench, "faults": faults,
        "catalogue": catalogue, "mutants": mutants, "golden": golden,
    }  # fmt: skip
    if command not in commands:
        sys.stderr.write(USAGE)
        return 2
    try:
        return commands[command](rest)
    except SetupError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        return 130


def run(arguments: list[str]) -> int:
    """Start the terminal with ARGUMENTS in its own environment and return its exit code."""
    if _wants_a_window(arguments) and not _has_a_display():
        sys.stderr.write(NO_SCREEN)
        return 2
    dev_system.provide(dev_system.VENV + dev_system.QT + dev_system.QT_ON_X11)
    python = dev_venv.provide(REPOSITORY, dev_venv.RUN)
    dev_system.check_qt(python)
    dev_venv.compile_sources(REPOSITORY, python)
    return _replace_this_process([str(python), "-m", "terminal_app", *arguments])


def test(arguments: list[str]) -> int:
    """Run every check and return 0 only if all of them passed."""
    dev_system.provide(dev_system.VENV + dev_system.QT + dev_system.SECRET_SERVICE)
    python = dev_venv.provide(REPOSITORY, dev_venv.DEVELOPMENT)
    for client in dev_venv.CLIENTS:
        dev_venv.provide(REPOSITORY, client)
    dev_system.check_qt(python)
    os.chdir(REPOSITORY)
    return dev_checks.run_all(python, arguments)


def compare(arguments: list[str]) -> int:
    """Measure the service layer beside other people's clients, all on this computer."""
    dev_system.provide(dev_system.VENV)
    python = dev_venv.provide(REPOSITORY, dev_venv.DEVELOPMENT)
    for client in (*dev_venv.CLIENTS, *dev_venv.PEERS):
        dev_venv.provide(REPOSITORY, client)
    os.chdir(REPOSITORY)
    return _replace_this_process([str(python), "-m", "tests.benchmarks.bench_services", *arguments])


def bench(arguments: list[str]) -> int:
    """Measure a part of the program beside other people's; `chart` is the only one so far."""
    if arguments[:1] != ["chart"]:
        sys.stderr.write(USAGE)
        return 2
    dev_system.provide(dev_system.VENV + dev_system.QT)
    python = dev_venv.provide(REPOSITORY, dev_venv.DEVELOPMENT)
    if "--alone" not in arguments:
        for chart in dev_venv.CHARTS:
            dev_venv.provide(REPOSITORY, chart)
    os.chdir(REPOSITORY)
    module = "tests.benchmarks.bench_chart"
    return _replace_this_process([str(python), "-m", module, *arguments[1:]])


def faults(arguments: list[str]) -> int:
    """Run schedules of faults and return 0 only if no invariant was broken."""
    return _run_script("dev_faults.py", arguments)


def catalogue(arguments: list[str]) -> int:
    """Run lines of the catalogue of faults and return 0 only if all of them hold."""
    return _run_script("dev_catalogue.py", arguments)


def mutants(arguments: list[str]) -> int:
    """Take the guards out one at a time and return 0 only if a test noticed each."""
    return _run_script("dev_mutants.py", arguments)


def golden(arguments: list[str]) -> int:
    """Draw the pictures that panels are compared with; `git diff` shows what became of them."""
    dev_system.provide(dev_system.VENV + dev_system.QT)
    python = dev_venv.provide(REPOSITORY, dev_venv.DEVELOPMENT)
    dev_system.check_qt(python)
    os.chdir(REPOSITORY)
    return _replace_this_process([str(python), "-m", "tests.golden", *arguments])


def _run_script(name: str, arguments: list[str]) -> int:
    python = dev_venv.provide(REPOSITORY, dev_venv.DEVELOPMENT)
    path = os.pathsep.join((str(REPOSITORY), str(REPOSITORY / "packaging")))
    command = [str(python), str(REPOSITORY / "packaging" / name), *arguments]
    environment = {**os.environ, "PYTHONPATH": path}
    return subprocess.run(command, check=False, cwd=REPOSITORY, env=environment).returncode


def _wants_a_window(arguments: list[str]) -> bool:
    windowless = ("--screenshot", "--help", "--version")
    return not any(word == "-h" or word.startswith(windowless) for word in arguments)


def _has_a_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(name) for name in names)


def _replace_this_process(command: list[str]) -> int:
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], command)
    # Windows has no exec that keeps the console: wait for the child, which gets Ctrl+C as well.
    with subprocess.Popen(command) as child:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
