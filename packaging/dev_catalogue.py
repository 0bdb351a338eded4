"""Run lines of the catalogue of faults at its own numbers; each line ends with its figures.

    python3 packaging/dev.py catalogue --only T14 T19 --scale 0.1

A violation names its seed: the same seed does the same again.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from dev_console import say
from tests.faults.catalogue import LINES, Found, default_jobs, run_line

REPORT_EVERY_S = 60.0
MOST_TOLD = 10


def main(arguments: Sequence[str]) -> int:
    """Run the lines that the command line names; return 1 if something did not hold."""
    options = _parser().parse_args(arguments)
    broken = [name for name in options.only if not _run(name, options)]
    say(f"{len(options.only) - len(broken)} of {len(options.only)} lines hold")
    return 1 if broken else 0


def _run(name: str, options: argparse.Namespace) -> bool:
    line, told_s = LINES[name], time.monotonic()
    seeds = sum(max(1, round(part.seeds * options.scale)) for part in line.parts)
    found = Found(0, 0, (), 0.0)
    for found in run_line(line, options.scale, options.first_seed, options.jobs):
        if time.monotonic() - told_s > REPORT_EVERY_S:
            told_s = time.monotonic()
            say(f"{name}: {found.seeds} of {seeds} seeds, {len(found.violations)} violations")
    for text in found.violations[:MOST_TOLD]:
        say(f"  {text}")
    say(
        f"{name} {line.what}: {found.tries:,} {line.unit}, {len(found.violations)} violations, "
        f"{found.seconds:.0f} s"
    )
    return not found.violations


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dev.py catalogue", description=__doc__.partition("\n")[0]
    )
    parser.add_argument(
        "--only", nargs="+", choices=LINES, default=list(LINES), metavar="LINE",
        help=f"the lines to run (default: all): {', '.join(LINES)}",
    )  # fmt: skip
    parser.add_argument(
        "--scale", type=float, default=1.0, metavar="X", help="a share of the catalogue's numbers"
    )
    parser.add_argument("--first-seed", type=int, default=0, metavar="S")
    parser.add_argument("--jobs", type=int, default=default_jobs(), help="processes at work")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
