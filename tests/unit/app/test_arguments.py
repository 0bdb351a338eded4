"""Read command lines as a person types them; a wrong one ends with a sentence and exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from terminal_app.app.arguments import parse_arguments
from terminal_app.domain.instrument import Market
from terminal_app.domain.market import Interval

ENVIRONMENTS = ["practice", "live"]

WRONG = [
    (["--environment", "moon"], "--environment: invalid choice: 'moon'"),
    (["--market", "options"], "--market: 'options' is none of spot, usdm"),
    (["--interval", "7m"], "--interval: '7m' is none of "),
    (["--size", "wide"], "'wide' must look like 1680x1020"),
    (["--size", "0x800"], "'0x800' must look like 1680x1020"),
    (["--size", "1280x"], "'1280x' must look like 1680x1020"),
    (["--screenshot", "p.png", "--after", "-1"], "'-1' must be a number above 0"),
    (["--screenshot", "p.png", "--after", "soon"], "'soon' must be a number above 0"),
    (["--screenshot", "p.png", "--after", "nan"], "'nan' must be a number above 0"),
    (["--after", "5"], "--after needs --screenshot FILE"),
    (["--screenshot", "missing/p.png"], "--screenshot: there is no folder "),
    (["--screenshot", "."], "is a folder, not a file"),
    (["--practice-speed", "0"], "'0' must be a number greater than 0 and at most 1000"),
    (["--practice-seed", "x"], "--practice-seed: invalid int value: 'x'"),
    (["--practice-data", "a.gz"], "--practice-data is for --practice-market recorded"),
    (["--practice-queue-model", "neutral"], "--practice-queue-model is for --practice-market rec"),
    (["--practice-execution", "magic"], "--practice-execution: invalid choice: 'magic'"),
    (["--practice-alpha", "-1"], "--practice-alpha: '-1' must be a number, 0 or more"),
    (["--practice-market", "recorded"], "needs --practice-data with at least one file or folder"),
    (
        ["--practice-market", "recorded", "--practice-data", "missing.gz"],
        "--practice-data missing.gz: must be a readable file or a folder: No such file",
    ),
    (["--profile", "a-file"], "--profile: a-file is a file, not a folder"),
    (["--nonsense"], "unrecognized arguments: --nonsense"),
    (["spare"], "unrecognized arguments: spare"),
]


@pytest.mark.parametrize(("words", "sentence"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_a_wrong_command_line_says_what_is_wrong_and_ends_with_2(
    words: list[str],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a-file").touch()
    with pytest.raises(SystemExit) as ended:
        parse_arguments(words, ENVIRONMENTS)
    assert ended.value.code == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("usage: terminal-app")
    assert sentence in shown.err.splitlines()[-1]


def test_what_is_not_said_is_left_to_the_settings() -> None:
    arguments = parse_arguments([], ENVIRONMENTS)
    assert arguments.environment is None
    assert arguments.market is None
    assert arguments.interval is None
    assert arguments.symbol == ""
    assert arguments.screenshot is None
    options = arguments.practice_options(Path("folder"))
    assert (options.market, options.words) == ("synthetic", ("--market", "synthetic"))


def test_what_is_said_is_read_to_its_type() -> None:
    words = ["--environment", "live", "--market", "usdm", "--symbol", "ethusdt", "--interval", "5m"]
    words += ["--size", "1280x800"]
    arguments = parse_arguments(words, ENVIRONMENTS)
    assert arguments.environment == "live"
    assert arguments.market is Market.USDM
    assert arguments.symbol == "ETHUSDT"
    assert arguments.interval is Interval.M5
    assert arguments.size == (1280, 800)


def test_the_practice_exchange_is_started_with_what_was_said(tmp_path: Path) -> None:
    words = ["--practice-market", "recorded", "--practice-data", str(tmp_path), str(tmp_path)]
    words += ["--practice-seed", "7", "--practice-speed", "2.5", "--practice-bar", "5m"]
    words += ["--practice-queue-model", "pessimistic", "--practice-execution", "bar-close"]
    words += ["--practice-alpha", "0.25"]
    options = parse_arguments(words, ENVIRONMENTS).practice_options(tmp_path)
    assert options.market == "recorded"
    assert options.arguments() == [
        "--account", str(tmp_path / "practice-recorded.sqlite"),
        "--credentials", str(tmp_path / "practice-key.json"),
        "--idle-timeout", "900",
        "--market", "recorded", "--data", str(tmp_path), str(tmp_path),
        "--seed", "7", "--speed", "2.5", "--queue-model", "pessimistic",
        "--execution", "bar-close", "--alpha", "0.25", "--bar", "5m",
    ]  # fmt: skip


def test_the_made_up_market_is_started_with_what_was_said(tmp_path: Path) -> None:
    words = ["--practice-symbols", "btcusdt,ethusdt", "--practice-regime", "crash"]
    options = parse_arguments(words, ENVIRONMENTS).practice_options(tmp_path)
    assert options.words == (
        "--market", "synthetic", "--symbols", "BTCUSDT,ETHUSDT", "--regime", "crash",
    )  # fmt: skip


def test_a_recording_needs_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert parse_arguments(["--record", str(tmp_path)], ENVIRONMENTS).record == tmp_path
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(SystemExit):
        parse_arguments(["--record", str(file)], ENVIRONMENTS)
    assert "--record" in capsys.readouterr().err
