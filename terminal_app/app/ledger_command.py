"""The command that exports the ledger and proves that it, or an export of it, is whole."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from terminal_app.errors import StorageError
from terminal_app.storage.files import default_places
from terminal_app.storage.ledger_export import export, verify_export
from terminal_app.storage.ledger_file import LEDGER_NAME, LedgerFile


def main(words: Sequence[str] | None = None) -> int:
    """Do what a command line asks for; return 0 when all is whole, 1 when not, 2 for a wrong one.

    The terminal must not be running: the ledger belongs to one program at a time.
    """
    space = _parser().parse_args(words)
    try:
        if space.command == "export":
            with _opened(space.ledger or _own(space.profile)) as file:
                told = export(file.rows("ORDER BY seq"), space.folder)
        else:
            told = _verify(space.path or _own(space.profile))
    except StorageError as error:
        sys.stderr.write(f"terminal_app.ledger: {error}\n")
        return 1
    sys.stdout.write(
        f"whole: {told['events']} events, {told['fills']} fills, seq {told['first_seq']} to"
        f" {told['last_seq']}, chain hash {told['chain_hash']}\n"
    )
    return 0


def _verify(path: Path) -> dict[str, Any]:
    if path.is_dir():
        return verify_export(path)
    with _opened(path) as file:
        return file.verify()


def _own(profile: Path | None) -> Path:
    folder = profile / "data" if profile is not None else default_places().data
    return folder / LEDGER_NAME


@contextmanager
def _opened(path: Path) -> Iterator[LedgerFile]:
    if not path.is_file():
        raise StorageError(f"There is no ledger at {path}.")
    file = LedgerFile.open(path)
    try:
        yield file
    finally:
        file.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="terminal_app.ledger", description="Export the ledger, or prove that it is whole."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    out = commands.add_parser("export", help="write events.jsonl, events.csv and fills.csv")
    out.add_argument("folder", type=Path, metavar="FOLDER", help="where they go")
    out.add_argument("--ledger", type=Path, metavar="FILE", help="default: the terminal's own")
    check = commands.add_parser("verify", help="compute every hash of a ledger or an export anew")
    check.add_argument("path", type=Path, nargs="?", metavar="PATH", help="default: the ledger")
    for command in (out, check):
        command.add_argument("--profile", type=Path, metavar="FOLDER", help="as for the terminal")
    return parser
