"""The command that fetches archive files: its command line and what it shows."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from terminal_app.app.download import ProgressLine, main
from terminal_app.venues.binance.archive import Outcome, Progress, State

WANTED = ["--symbols", "BTCUSDT", "--kinds", "trades", "--from", "2025-01-01"]
WRONG = [
    (["--symbols", "BTCUSDT", "--kinds", "trades"], "required: --from"),
    ([*WANTED, "--from", "1.1.2025"], "'1.1.2025' must be a day as in 2026-01-31"),
    ([*WANTED, "--to", "2024-12-31"], "from 2025-01-01 must not be after to 2024-12-31."),
    ([*WANTED, "--kinds", "bookDepth"], "kind bookDepth is published for usdm alone"),
    ([*WANTED, "--host", "ftp://archive"], "'ftp://archive' must begin with https://"),
    ([*WANTED, "--host", "http://archive"], "http:// for this computer alone"),
    ([*WANTED, "--host", "https://[wrong"], "'https://[wrong' must begin with https://"),
    ([*WANTED, "--connections", "40"], "--connections: invalid choice: 40"),
]


@pytest.mark.parametrize(("words", "sentence"), WRONG, ids=[sentence for _, sentence in WRONG])
def test_a_wrong_command_line_says_what_is_wrong_and_ends_with_2(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(tmp_path), *words])
    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err.splitlines()[-1]


def test_a_file_is_no_folder(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(SystemExit):
        main([str(file), *WANTED])
    assert "is a file, not a folder" in capsys.readouterr().err


class Screen(io.StringIO):
    """Be a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_one_line_that_changes_and_keeps_one_for_each_file() -> None:
    screen = Screen()
    line = ProgressLine(screen)
    progress = Progress(3, received_bytes=12_345_678)
    line.show(progress)
    assert screen.getvalue().startswith("0 of 3 files, 12.3 MB, ")
    progress.outcomes.append(Outcome("a.zip", State.NOT_PUBLISHED))
    line.show(progress)
    line.end()
    assert screen.getvalue().split("\r")[-1] == "a.zip: not published\n"


def test_a_log_gets_a_line_for_each_file_alone() -> None:
    log = io.StringIO()
    line = ProgressLine(log)
    progress = Progress(2)
    line.show(progress)
    progress.outcomes.append(Outcome("a.zip", State.FETCHED))
    progress.outcomes.append(Outcome("b.zip", State.FAILED, "HTTP 403"))
    line.show(progress)
    line.show(progress)
    line.end()
    assert log.getvalue() == "a.zip: fetched\nb.zip: failed: HTTP 403\n"
